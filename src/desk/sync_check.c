#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "lang/lang.h"

#include "desk/inside.h"
#include "desk/sync.h"

const char *
sync_stop_text(enum sync_stop stop)
{
	static const char *const text[SYNC_STOPS] = {
		[SYNC_GOES] = LANG_N("all is well."),
		[SYNC_OTHER_TEAM] = LANG_N(
		    "The line at that address belongs to another team; nothing "
		    "was fetched or sent. Check the address."),
		[SYNC_OTHER_LINE] = LANG_N(
		    "That is another line of this team, not this desk's; "
		    "nothing was fetched or sent. Check the address."),
		[SYNC_FOREIGN_KEY] = LANG_N(
		    "The line offers sources a key that is not this team's: "
		    "somebody may be reading along. Nothing was fetched or "
		    "sent; take the line down and look into it."),
		[SYNC_OLD_NOTE] = LANG_N(
		    "The line went back to older keys: it was restored from a "
		    "copy, or somebody plays it back. Nothing was fetched or "
		    "sent; ask who runs it."),
		[SYNC_CLOCK] = LANG_N(
		    "The clock of the line and of this machine are more than a "
		    "day apart; set them right and try again."),
		[SYNC_ENDED] =
		    LANG_N("The line's certificate has ended; make a new "
			   "team with sotto init."),
		[SYNC_NO_LINE] =
		    LANG_N("What answers at that address is no line of "
			   "this version. Check the address."),
	};

	return text[stop];
}

static bool
is_our_voice(const struct desk *d, const struct key_note_voice *v)
{
	uint8_t key[SIGN_PUBLIC_BYTES];

	for (size_t i = 0; i < d->vault->voices_n; i++) {
		sign_public(key, d->vault->voices[i].seed);
		if (memcmp(key, v->key, sizeof key) == 0)
			return true;
	}
	return false;
}

static bool
is_public_of(const uint8_t key[static SIGN_PUBLIC_BYTES], const uint8_t *seed)
{
	uint8_t pub[SIGN_PUBLIC_BYTES];

	sign_public(pub, seed);
	return memcmp(pub, key, sizeof pub) == 0;
}

/* The recipients of the days that our chain still reaches; *ours says whether
 * all are of it. */
static enum err
compare_recipients(
    const struct desk *d, const struct key_note_door *door, bool *ours)
{
	const struct vault_chain *chain = vault_chain(d->vault, door->id);
	struct age_recipient *want;
	uint32_t skip, n;
	enum err e;

	*ours = false;
	if (chain == NULL)
		return ERR_OK;
	skip =
	    chain->chain.day > door->first ? chain->chain.day - door->first : 0;
	*ours = true;
	if (skip >= door->recipients_n)
		return ERR_OK;
	n = (uint32_t)door->recipients_n - skip;
	if ((want = calloc(n, sizeof *want)) == NULL)
		return ERR_NOMEM;
	e = chain_recipients(want, door->first + skip, n, &chain->chain);
	for (uint32_t i = 0; e == ERR_OK && i < n; i++)
		if (!age_recipient_is_same(
			&want[i], &door->recipients[skip + i]))
			*ours = false;
	wipe_free(want, n * sizeof *want);
	return e == ERR_TOOBIG ? ERR_FORMAT : e;
}

static enum err
compare(const struct desk *d, const struct key_note *k, bool *ours)
{
	enum err e;

	*ours = false;
	if (!is_public_of(k->access, d->vault->access))
		return ERR_OK;
	for (size_t i = 0; i < k->purges_n; i++)
		if (!is_public_of(k->purges[i], d->vault->purge))
			return ERR_OK;
	for (size_t i = 0; i < k->doors_n; i++) {
		const struct key_note_door *door = &k->doors[i];

		for (size_t j = 0; j < door->voices_n; j++)
			if (!is_our_voice(d, &door->voices[j]))
				return ERR_OK;
		if ((e = compare_recipients(d, door, ours)) != ERR_OK || !*ours)
			return e;
	}
	*ours = true;
	return ERR_OK;
}

/* The highest serial that was ever seen is remembered. */
static enum err
serial_seen(struct desk *d, uint32_t serial, uint32_t *seen)
{
	uint32_t v = 0;
	enum err e = desk_recall_num(d, "serial", &v);

	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	*seen = v;
	return serial <= v ? ERR_OK : desk_remember_num(d, "serial", serial);
}

static enum err
look_at(struct desk *d, const struct offer *o, enum sync_stop *stop)
{
	uint32_t seen = 0;
	bool ours;
	enum err e;

	*stop = SYNC_OTHER_LINE;
	if (memcmp(o->certificate.line, d->about.line, LINE_ID_BYTES) != 0)
		return ERR_OK;
	*stop = SYNC_CLOCK;
	if (!offer_agrees(o, clock_day()))
		return ERR_OK;
	*stop = SYNC_FOREIGN_KEY;
	if (!is_public_of(o->certificate.key, d->vault->line_key))
		return ERR_OK;
	if ((e = compare(d, &o->note, &ours)) != ERR_OK || !ours)
		return e;
	*stop = SYNC_OLD_NOTE;
	if ((e = serial_seen(d, o->note.serial, &seen)) != ERR_OK)
		return e;
	if (o->note.serial >= seen)
		*stop = SYNC_GOES;
	return ERR_OK;
}

enum err
sync_check(
    struct desk *d, struct reach *r, struct offer *o, enum sync_stop *stop)
{
	struct buf body;
	enum err e;

	offer_init(o);
	buf_init(&body, OFFER_MAX);
	if ((e = reach_line(r, &body)) != ERR_OK)
		goto out;
	e = offer_read(o, body.at, body.len, d->print, TEAM_PRINT_CHARS);
	if (e == ERR_NOMEM)
		goto out;
	*stop = e == ERR_FORGED ? SYNC_OTHER_TEAM
	    : e == ERR_EXPIRED  ? SYNC_ENDED
				: SYNC_NO_LINE;
	if (e == ERR_OK)
		e = look_at(d, o, stop);
	else
		e = ERR_OK;
out:
	if (e != ERR_OK || *stop != SYNC_GOES)
		offer_drop(o);
	buf_drop(&body);
	return e;
}
