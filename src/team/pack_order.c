/* In which order the records of a pack stand, and how long they are. */
#include "team/entry.h"
#include "team/pack_inside.h"

#define AFTER(kind) (1U << (kind))
#define ANY_KEYS (AFTER(PACK_CHAIN) | AFTER(PACK_VOICE) | AFTER(PACK_BARE))
#define CHAIN_REST (1U + 12U + CHAIN_SEED_BYTES)

static const struct {
	unsigned behind;
	size_t least, most;
} rows[PACK_KINDS] = {
	[PACK_CERTIFICATE] = { AFTER(0), 1, CERTIFICATE_MAX },
	[PACK_ROSTER] = { AFTER(PACK_CERTIFICATE) | AFTER(PACK_ROSTER), 1,
	    ROSTER_MAX },
	[PACK_DESK] = { AFTER(PACK_ROSTER), 1, 4096 },
	[PACK_BARE] = { AFTER(PACK_ROSTER), 1, 4096 },
	[PACK_ADMIN] = { AFTER(PACK_DESK), 2 * SIGN_SEED_BYTES,
	    2 * SIGN_SEED_BYTES },
	[PACK_CHAIN] = { AFTER(PACK_DESK) | AFTER(PACK_ADMIN) |
		AFTER(PACK_CHAIN),
	    DOOR_ID_BYTES + CHAIN_REST, HANDOUT_CIRCLE_BYTES + CHAIN_REST },
	[PACK_VOICE] = { AFTER(PACK_CHAIN) | AFTER(PACK_VOICE),
	    DOOR_ID_BYTES + SIGN_SEED_BYTES + 8,
	    DOOR_ID_BYTES + SIGN_SEED_BYTES + 8 },
	[PACK_ENTRY] = { ANY_KEYS | AFTER(PACK_ENTRY), 1, ENTRY_MAX },
	[PACK_CONVERSATION] = { ANY_KEYS | AFTER(PACK_ENTRY) |
		AFTER(PACK_SAID) | AFTER(PACK_PART),
	    SIGN_PUBLIC_BYTES, SIGN_PUBLIC_BYTES },
	[PACK_SAID] = { AFTER(PACK_CONVERSATION) | AFTER(PACK_SAID), 5,
	    PACK_SAID_MAX },
	[PACK_PART] = { AFTER(PACK_SAID) | AFTER(PACK_PART), PACK_PART_HEAD,
	    PACK_RECORD_MAX },
	[PACK_END] = { ANY_KEYS | AFTER(PACK_ENTRY) | AFTER(PACK_SAID) |
		AFTER(PACK_PART),
	    1, PACK_END_MAX },
};

enum err
pack_order(bool backup, unsigned before, unsigned kind, size_t n)
{
	if (kind == 0 || kind >= PACK_KINDS || (kind == PACK_BARE && !backup) ||
	    (rows[kind].behind & AFTER(before)) == 0 || n < rows[kind].least)
		return ERR_FORMAT;
	return n > rows[kind].most ? ERR_TOOBIG : ERR_OK;
}
