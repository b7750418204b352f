/*
 * handout: the secrets of a chain, from the desk that hands out to the devices
 * that may have them.
 *
 * A signed note of kind `hand-out`, signed by the device's key (named
 * `device`), filled with NULs to HANDOUT_PLAIN bytes, as one age file with
 * exactly HANDOUT_STANZAS stanzas of the kind mlkem768x25519: one for each
 * one-time recipient, the others for a recipient whose identity nobody has, all
 * in random order.  So every hand-out has HANDOUT_BYTES bytes, and whoever does
 * not hold all identities cannot tell for how many devices it is.  It travels
 * as pieces (team/piece.h).
 *
 * For more than 64 devices there are several hand-outs of one chain.
 */
#ifndef TEAM_HANDOUT_H
#define TEAM_HANDOUT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "base/buf.h"
#include "base/err.h"
#include "team/chain.h"
#include "team/roster.h"

#define HANDOUT_STANZAS 64U
#define HANDOUT_PLAIN 1024U
#define HANDOUT_BYTES 100774U /* of the sealed file, always */
#define HANDOUT_NOT_HEADER 32U /* of those, a nonce and the chunk's tag */
#define HANDOUT_ID_BYTES 16U
#define HANDOUT_CIRCLE_BYTES 16U
#define HANDOUT_ONION_BYTES 32U
#define HANDOUT_BACK 400U /* days that `first` may lie back: the retention */

/* Whose chain: a door's (4 bytes; zeros: the team's log) or that of a circle,
 * the members to whom a conversation is restricted (16 bytes). */
struct handout_chain {
	size_t n; /* DOOR_ID_BYTES or HANDOUT_CIRCLE_BYTES */
	uint8_t id[HANDOUT_CIRCLE_BYTES];
};

bool handout_chain_is_log(const struct handout_chain *c);

/* Holds secrets: handout_drop() wipes.  By value, so that it can lie in guarded
 * memory. */
struct handout {
	uint8_t device[DEVICE_ID_BYTES]; /* who made it */
	uint8_t id[HANDOUT_ID_BYTES]; /* random; its entry names it */
	struct handout_chain chain;
	struct chain seed; /* .day is the chain's first day */
	bool has_voice; /* doors alone, and not for viewers */
	struct {
		uint8_t seed[SIGN_SEED_BYTES];
		uint32_t first, last; /* days, both included */
	} voice;
	bool has_access; /* the log's chain alone */
	uint8_t access[SIGN_SEED_BYTES]; /* the seed of the access key */
	bool has_onion; /* with access alone */
	uint8_t onion[HANDOUT_ONION_BYTES]; /* x25519, client authorization */
	/* The log's chain alone, and for admins' devices alone; its maker's
	 * member is an admin. */
	bool has_line;
	struct {
		uint8_t key[SIGN_SEED_BYTES]; /* the seeds of line key */
		uint8_t purge[SIGN_SEED_BYTES]; /* and purge key */
	} line;
	uint32_t roster; /* the serial of the roster it was made under */
};

void handout_drop(struct handout *h); /* wipe */

/* Who makes it. */
struct handout_maker {
	const char *team; /* F */
	const uint8_t *device_seed; /* SIGN_SEED_BYTES */
	const struct roster *roster; /* the one in force */
};

/* Append the sealed file for `n` recipients (1 to HANDOUT_STANZAS, hybrid, none
 * twice).  `h->device` and `h->roster` are not looked at.  ERR_DENIED when the
 * maker is neither the roster's `hands-out` nor `then` (of a circle's: nobody
 * who may restrict a conversation), ERR_FORMAT for what no
 * reader takes, ERR_TOOBIG for too many, ERR_NOMEM; `out` is then unchanged. */
enum err handout_seal(struct buf *out, const struct handout *h,
    const struct handout_maker *by, const struct age_recipient *to,
    size_t n) MUST_USE;

/* With what it is opened and compared. */
struct handout_reader {
	const char *team; /* F */
	const struct age_identity *identity; /* the one-time one */
	const struct roster *const *rosters; /* those that may still count */
	size_t rosters_n;
	uint32_t today;
};

/*
 * Open and check one.
 *	ERR_NOKEY	it is not for this identity
 *	ERR_MISSING	made under a roster that is not among those given; keep
 *			it until that is here
 *	ERR_DENIED	another team's; or its maker is not `hands-out` or
 *			`then` of the roster that it names (a circle's: an
 *			editor's device); or that roster has no such door
 *	ERR_EXPIRED	its first day lies more than HANDOUT_BACK days back or
 *			more than CHAIN_AHEAD ahead
 *	ERR_FORMAT, ERR_VERSION, ERR_FORGED, ERR_NOMEM
 * `*h` only on success.  Whether its maker may still hand out today, and
 * whether an entry of effect names it, is the log's to say.
 */
enum err handout_open(struct handout *h, const void *p, size_t n,
    const struct handout_reader *by) MUST_USE;

/* The same of the plaintext, which needs no identity: the vectors and the
 * fuzzer have no other use for 100 KB. */
enum err handout_read(struct handout *h, const uint8_t *p, size_t n,
    const struct handout_reader *by) MUST_USE;

#endif
