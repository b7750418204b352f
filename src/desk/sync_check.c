#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "lang/lang.h"

#include "desk/access.h"
#include "desk/doors.h"
#include "desk/inside.h"
#include "desk/last_note.h"
#include "desk/renewal.h"
#include "desk/sync.h"
#include "desk/sync_keys.h"

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
		[SYNC_OLD_CERTIFICATE] = LANG_N(
		    "The line went back to a line key that the team has "
		    "replaced: it was restored from a copy, or whoever held "
		    "that key plays it back. Nothing was fetched or sent; ask "
		    "who runs it."),
		[SYNC_TWO_CERTIFICATES] = LANG_N(
		    "The line shows another certificate than this desk knows "
		    "under the same number: the team key signed two. Nothing "
		    "was fetched or sent; ask the admins which is theirs, and "
		    "let one run sotto team renew."),
		[SYNC_CLOCK] = LANG_N(
		    "The clock of the line and of this machine are more than a "
		    "day apart; set them right and try again."),
		[SYNC_ENDED] =
		    LANG_N("The line's certificate has ended, so that sources "
			   "are refused. An admin renews it with the team "
			   "key: sotto team renew."),
		[SYNC_NO_LINE] =
		    LANG_N("What answers at that address is no line of "
			   "this version. Check the address."),
		[SYNC_STRUCK_OFF] = LANG_N(
		    "The team has struck this device off: it fetches and sends "
		    "nothing any more, and what is here stays to be read. To "
		    "come back, begin in a new folder with sotto join."),
		[SYNC_AWAY] = LANG_N(
		    "The line offers sources a key that this desk does not "
		    "know, and has nothing any more of the days after this "
		    "desk fetched last: it was away for longer than the line "
		    "keeps, and new keys were handed out meanwhile, or "
		    "somebody makes it look so. Nothing was fetched or sent. "
		    "Ask whether another desk fetches: if one does, ask for a "
		    "pack of it (sotto desk DIR request). If none does, "
		    "somebody may be reading along: take the line down."),
		[SYNC_NOT_HANDED] = LANG_N(
		    "New keys of the team have not come to this desk. It has "
		    "asked for them: let an admin's desk fetch, and then this "
		    "one. If that does not help, ask for a new welcome: sotto "
		    "join in a new folder."),
	};

	return text[stop];
}

static bool
is_public_of(const uint8_t key[static SIGN_PUBLIC_BYTES], const uint8_t *seed)
{
	uint8_t pub[SIGN_PUBLIC_BYTES];

	sign_public(pub, seed);
	return memcmp(pub, key, sizeof pub) == 0;
}

/* The first day of the oldest voice that is here; those that ended before are
 * not known to one who could not speak then. */
static uint32_t
first_voice(const struct ring *r, const uint8_t *door)
{
	uint32_t first = UINT32_MAX;

	for (size_t i = 0; i < r->voices_n; i++)
		if (memcmp(r->voices[i].door, door, DOOR_ID_BYTES) == 0 &&
		    r->voices[i].first < first)
			first = r->voices[i].first;
	return first;
}

/* A viewer has no voices, and does not know whose they are. */
static bool
are_voices(const struct desk *d, const struct key_note_door *door)
{
	const struct ring *r = &d->vault->ring;
	const uint32_t first = first_voice(r, door->id);

	if (desk_role(d) == MEMBER_VIEWER)
		return true;
	for (size_t i = 0; i < door->voices_n; i++)
		if (door->voices[i].last > first &&
		    !ring_has_voice(r, door->id, door->voices[i].key))
			return false;
	return true;
}

/* A closed door offers nothing to compare: a day gone by, under any key. */
static bool
is_closed(
    const struct desk *d, const struct key_note_door *door, uint32_t today)
{
	return roster_door(d->roster, door->id)->closed != 0 &&
	    key_note_recipient(door, today) == NULL;
}

/* A door at which this member does not read has keys that are not here. */
static enum err
compare_door(struct desk *d, const struct key_note_door *door, uint32_t today,
    bool *ours)
{
	const enum desk_reads reads = desk_reads(d, door->id);
	const bool new = doors_is_new_reader(d, door->id, today);
	bool changed;
	enum err e;

	*ours = reads == DESK_READS_NOT;
	if (reads == DESK_READS_NOT)
		return doors_forget(d, door, today);
	if (reads != DESK_READS || (!new && !are_voices(d, door)))
		return ERR_OK;
	*ours = true;
	if (is_closed(d, door, today))
		return ERR_OK;
	e = ring_offered(&d->vault->ring, door, today, &changed);
	*ours = e == ERR_OK || (e == ERR_NOTHING && new);
	if (e == ERR_NOTHING)
		return ERR_OK;
	return e == ERR_OK && changed ? desk_save_keys(d) : e;
}

static enum err
compare(struct desk *d, const struct key_note *k, uint32_t today, bool *ours)
{
	const struct vault *v = d->vault;
	enum err e;

	*ours = false;
	if (access_seed_of(d, k->access) == NULL)
		return ERR_OK;
	for (size_t i = 0; v->has_line && i < k->purges_n; i++)
		if (!is_public_of(k->purges[i], v->purge))
			return ERR_OK;
	for (size_t i = 0; i < k->doors_n; i++)
		if ((e = compare_door(d, &k->doors[i], today, ours)) !=
			ERR_OK ||
		    !*ours)
			return e;
	*ours = true;
	return ERR_OK;
}

#define UNDER "serial-under" /* serial of the certificate then */

/* May the note's serial be so far above the highest that was seen?  Who has the
 * line key may have taken many steps at once, before another certificate took
 * it away: the first note under that may be behind all of these, but for what
 * would leave none behind it. */
static enum err
may_jump(struct desk *d, uint32_t serial, uint32_t seen, bool *may)
{
	uint32_t under;
	const enum err e = desk_recall_num(d, UNDER, &under);

	*may = serial - seen <= KEY_NOTE_STEP ||
	    (e == ERR_OK && d->certificate.serial > under &&
		serial <= UINT32_MAX / 2);
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* It is written when it changes alone. */
static enum err
remember_under(struct desk *d)
{
	uint32_t under;
	const enum err e = desk_recall_num(d, UNDER, &under);

	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	return e == ERR_OK && under == d->certificate.serial
	    ? ERR_OK
	    : desk_remember_num(d, UNDER, d->certificate.serial);
}

/* The highest serial that was ever seen is remembered, but for one that nobody
 * could go on from. */
static enum err
serial_seen(struct desk *d, uint32_t serial, uint32_t *seen, bool *jumps)
{
	bool may = true;
	enum err e = desk_recall_num(d, "serial", seen);

	if (e == ERR_NOTHING)
		*seen = 0;
	else if (e == ERR_OK && serial > *seen)
		e = may_jump(d, serial, *seen, &may);
	*jumps = !may;
	if ((e != ERR_OK && e != ERR_NOTHING) || *jumps || serial < *seen)
		return e == ERR_NOTHING ? ERR_OK : e;
	if (serial > *seen &&
	    (e = desk_remember_num(d, "serial", serial)) != ERR_OK)
		return e;
	return remember_under(d);
}

/* A desk that comes from a welcome, or from an earlier version. */
static enum err
begin_under(struct desk *d)
{
	uint32_t under;
	const enum err e = desk_recall_num(d, UNDER, &under);

	return e == ERR_NOTHING ? remember_under(d) : e;
}

static enum err
look_at(struct desk *d, const struct offer *o,
    const struct offer_pair *certificate, enum sync_stop *stop)
{
	uint32_t seen = 0;
	bool ours, jumps;
	enum err e;

	*stop = SYNC_OTHER_LINE;
	if (memcmp(o->certificate.line, d->about.line, LINE_ID_BYTES) != 0)
		return ERR_OK;
	*stop = SYNC_CLOCK;
	if (!offer_agrees(o, clock_day()))
		return ERR_OK;
	if ((e = begin_under(d)) != ERR_OK ||
	    (e = renewal_look(d, &o->certificate, certificate, stop)) !=
		ERR_OK ||
	    *stop != SYNC_GOES)
		return e;
	*stop = SYNC_FOREIGN_KEY;
	if ((e = compare(d, &o->note, o->day, &ours)) != ERR_OK || !ours)
		return e;
	if ((e = serial_seen(d, o->note.serial, &seen, &jumps)) != ERR_OK ||
	    jumps)
		return e;
	*stop = SYNC_OLD_NOTE;
	if (o->note.serial < seen)
		return ERR_OK;
	*stop = SYNC_GOES;
	return access_offered(d, o->note.access);
}

/* A line that has taken the team's next access key answers nobody with the one
 * before; whoever was handed the next one uses it then. */
static enum err
ask_line(struct desk *d, struct reach *r, struct buf *body)
{
	enum err e;

	reach_sign_with(r, d->vault->access);
	e = reach_line(r, body);
	if (e != ERR_DENIED || !d->vault->has_next)
		return e;
	buf_clear(body);
	reach_sign_with(r, d->vault->next_access);
	return reach_line(r, body);
}

/* Into d->offer, which most often is of the same two notes as when the line was
 * asked before: those are large. */
static enum err
read_offer(struct desk *d, const struct buf *body)
{
	struct offer *got;
	enum err e = ERR_NOTHING;

	if (d->offer != NULL)
		e = offer_again(d->offer, body->at, body->len);
	if (e != ERR_NOTHING)
		return e;
	if ((got = calloc(1, sizeof *got)) == NULL)
		return ERR_NOMEM;
	e = offer_look(got, body->at, body->len, d->print, TEAM_PRINT_CHARS);
	if (e != ERR_OK) {
		free(got); /* nothing is in it */
		return e;
	}
	sync_forget_offer(d);
	d->offer = got; /* now the desk's */
	return ERR_OK;
}

void
sync_forget_offer(struct desk *d)
{
	if (d->offer != NULL)
		offer_drop(d->offer);
	wipe_free(d->offer, sizeof *d->offer);
	d->offer = NULL;
}

/* What it says of itself; is it ours? */
static enum err
look(struct desk *d, const struct buf *body, const struct offer **o,
    enum sync_stop *stop)
{
	struct offer_pair certificate;
	enum err e = read_offer(d, body);

	if (e == ERR_NOMEM)
		return e;
	*stop = e == ERR_FORGED ? SYNC_OTHER_TEAM : SYNC_NO_LINE;
	if (e != ERR_OK)
		return ERR_OK;
	offer_pair(&certificate, body->at, body->len);
	if (d->offer->ended && !renewal_waits(d))
		*stop = SYNC_ENDED;
	else
		e = look_at(d, d->offer, &certificate, stop);
	if (e == ERR_OK && *stop == SYNC_GOES &&
	    (e = last_note_keep_offer(d, body)) == ERR_OK)
		*o = d->offer;
	return e;
}

enum err
sync_check(struct desk *d, struct reach *r, const struct offer **o,
    enum sync_stop *stop)
{
	const uint8_t *seed = NULL;
	struct buf body;
	enum err e;

	*o = NULL;
	buf_init(&body, OFFER_MAX);
	if ((e = ask_line(d, r, &body)) == ERR_OK)
		e = look(d, &body, o, stop);
	/* What it says it takes, whatever is thought of what it says. */
	if (d->offer != NULL)
		seed = access_seed_of(d, d->offer->note.access);
	reach_sign_with(r, seed != NULL ? seed : d->vault->access);
	buf_drop(&body);
	return e;
}

enum err
sync_check_given(
    struct desk *d, uint32_t day, const struct offer **o, enum sync_stop *stop)
{
	struct buf body;
	enum err e;

	*o = NULL;
	buf_init(&body, OFFER_MAX);
	if ((e = last_note_offer(&body, d, day)) == ERR_OK)
		e = look(d, &body, o, stop);
	buf_drop(&body);
	return e;
}
