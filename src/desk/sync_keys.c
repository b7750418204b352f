#include <string.h>

#include "lang/lang.h"
#include "note/json.h"

#include "desk/access.h"
#include "desk/doors.h"
#include "desk/give.h"
#include "desk/inside.h"
#include "desk/last_note.h"
#include "desk/renewal.h"
#include "desk/sync_keys.h"

#define RENEW_DAYS 45U /* fewer days of keys than this: a new note */
#define VOICE_DAYS 90U /* fewer days of a voice: another after it */

/* Another voice of the door, before the last one ends: it is handed out with a
 * new chain, by the one who does that. */
static enum err
renew_voice(struct desk *d, const uint8_t *door, uint32_t today)
{
	const struct ring *r = &d->vault->ring;
	uint32_t last = 0;
	enum err e;

	for (size_t i = 0; i < r->voices_n; i++)
		if (memcmp(r->voices[i].door, door, DOOR_ID_BYTES) == 0 &&
		    r->voices[i].last > last)
			last = r->voices[i].last;
	if (last >= today + VOICE_DAYS)
		return ERR_OK;
	e = desk_renew_chain(d, door, today);
	return e == ERR_DENIED ? ERR_OK : e;
}

static enum err
renew_voices(struct desk *d, uint32_t today)
{
	const struct roster *r = d->roster;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < r->doors_n; i++)
		if (doors_reads(d, &r->doors[i]))
			e = renew_voice(d, r->doors[i].id, today);
	return e;
}

static enum err
log_note(struct desk *d, uint32_t serial, uint32_t today)
{
	struct json_out w;
	struct buf body;

	log_begin(&w, &body);
	json_put_u64(&w, "serial", serial);
	json_put_u64(&w, "day", today);
	return log_end(&w, d, "key-note", &body);
}

static struct doors_note
note_of(const struct desk *d, const struct offer *o)
{
	return (struct doors_note){ .vault = d->vault,
		.about = &d->about,
		.roster = d->roster,
		.offered = &o->note,
		.serial = o->note.serial + 1,
		.today = o->day };
}

/* What the line has taken is what was right last. */
static enum err
keep_last(struct desk *d, const struct offer_pair *pair)
{
	const enum err e = last_note_keep(d, pair);

	return e == ERR_OK && d->vault->turns ? access_turn(d) : e;
}

/* Put the note that is due. */
static enum err
put_note(struct desk *d, struct reach *r, const struct doors_note *n)
{
	struct offer_pair pair = { .certificate = NULL };
	struct buf note;
	enum err e;

	buf_init(&note, KEY_NOTE_MAX);
	if ((e = doors_key_note(&note, n)) == ERR_OK &&
	    (e = log_note(d, n->serial, n->today)) == ERR_OK &&
	    (e = reach_put_note(r, &note)) == ERR_OK) {
		pair.note = note.at;
		pair.note_n = note.len;
		e = keep_last(d, &pair);
	}
	buf_drop(&note);
	return e;
}

/* The same with another line key, behind the certificate that names it. */
static enum err
put_pair(struct desk *d, struct reach *r, struct doors_note n,
    const struct renewal *with)
{
	struct offer_pair pair = { .certificate = with->note.at,
		.certificate_n = with->note.len };
	struct buf note, both;
	enum err e;

	buf_init(&note, KEY_NOTE_MAX);
	buf_init(&both, OFFER_PAIR_MAX);
	n.line = with->keys;
	if ((e = doors_key_note(&note, &n)) != ERR_OK)
		goto out;
	pair.note = note.at;
	pair.note_n = note.len;
	if ((e = offer_pair_write(&both, &pair)) == ERR_OK &&
	    (e = log_note(d, n.serial, n.today)) == ERR_OK &&
	    (e = reach_put_note(r, &both)) == ERR_OK &&
	    (e = keep_last(d, &pair)) == ERR_OK)
		e = renewal_keep(
		    d, &with->certificate, with->note.at, with->note.len);
out:
	buf_drop(&note);
	buf_drop(&both);
	return e;
}

/* Would it be of no use to ask once more?  A line of an earlier version takes
 * no certificate; another admin's may have come first. */
static bool
is_refused(enum err e)
{
	return e == ERR_FORMAT || e == ERR_VERSION || e == ERR_FORGED ||
	    e == ERR_DENIED || e == ERR_TAKEN || e == ERR_EXPIRED;
}

/* What is due; where the line does not take a new certificate, it goes on with
 * the one that stands. */
static enum err
put_due(struct desk *d, struct reach *r, const struct doors_note *n,
    struct sync_report *rep)
{
	struct renewal with;
	enum err e;

	renewal_init(&with);
	e = renewal_load(&with, d);
	if (e == ERR_OK) {
		e = put_pair(d, r, *n, &with);
		rep->certified = e == ERR_OK;
		rep->uncertified = is_refused(e);
	}
	renewal_drop(&with);
	if (e == ERR_NOTHING || (rep->uncertified && d->vault->has_line))
		e = put_note(d, r, n);
	return e;
}

#define UNTIL "keys-until" /* the first day without, as it was last seen */

uint32_t
sync_keys_left(struct desk *d, uint32_t today)
{
	uint32_t until;

	if (desk_recall_num(d, UNTIL, &until) != ERR_OK)
		return UINT32_MAX;
	return until > today ? until - today : 0;
}

const char *
sync_keys_text(uint32_t days)
{
	static const struct {
		uint32_t days;
		const char *text;
	} rows[] = {
		{ 0,
		    LANG_N("The line has no keys for today, so that it is "
			   "closed to sources. An admin's desk opens it with "
			   "one fetch; if it cannot, call whoever runs the "
			   "line.") },
		{ 2,
		    LANG_N("The line closes in {1} days, because its keys end. "
			   "An admin's desk must fetch today; if it cannot, "
			   "call whoever runs the line.") },
		{ 7,
		    LANG_N("The line has keys for {1} more days only. Have an "
			   "admin's desk fetch now, until it works.") },
		{ 21,
		    LANG_N("The line has keys for {1} more days. An admin's "
			   "desk gives it new ones whenever it fetches: see "
			   "that one does.") },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (days <= rows[i].days)
			return rows[i].text;
	return NULL;
}

/* It is written when it changes alone. */
static enum err
keep_until(struct desk *d, uint32_t until)
{
	uint32_t was = 0;
	const enum err e = desk_recall_num(d, UNTIL, &was);

	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	return e == ERR_OK && was == until ? ERR_OK
					   : desk_remember_num(d, UNTIL, until);
}

/* Who was an admin may have the line's key still, and may not use it. */
static bool
may_renew(const struct desk *d)
{
	return renewal_has_keys(d);
}

static void
say_certificate(struct desk *d, uint32_t today, struct sync_report *rep)
{
	const uint32_t until = d->certificate.until;

	rep->certificate_days = until > today ? until - today : 0;
	rep->outrun = renewal_is_lost(d);
}

static enum err
renew(struct desk *d, struct reach *r, const struct offer *o,
    struct sync_report *rep)
{
	struct doors_note n = note_of(d, o);
	struct doors_due due;
	enum err e;

	/* A roster may have come since the note was looked at. */
	if ((e = doors_forget_all(d, &o->note, o->day)) != ERR_OK ||
	    (e = doors_look(&due, d, &o->note, o->day)) != ERR_OK)
		return e;
	rep->key_days = due.days;
	say_certificate(d, o->day, rep);
	rep->roster_days =
	    d->roster->until > o->day ? d->roster->until - o->day : 0;
	if (!may_renew(d) || !give_is_handed_out(d))
		return ERR_OK;
	d->vault->turns = access_is_due(d, o->day);
	if (due.ours >= RENEW_DAYS && !due.changed && !d->vault->turns &&
	    (rep->uncertified || !renewal_waits(d)))
		return ERR_OK;
	/* With a new voice it may be the others' turn first. */
	if ((e = renew_voices(d, o->day)) != ERR_OK || !give_is_handed_out(d))
		return e;
	n.left = due.left;
	if ((e = put_due(d, r, &n, rep)) != ERR_OK)
		return e;
	say_certificate(d, o->day, rep);
	rep->renewed = true;
	/* Those that are not ours are as they were. */
	if (due.ours == due.days)
		rep->key_days = KEY_NOTE_DAYS - 1;
	return ERR_OK;
}

enum err
sync_keys(struct desk *d, struct reach *r, const struct offer *o,
    struct sync_report *rep)
{
	const enum err e = renew(d, r, o, rep);

	return e == ERR_OK ? keep_until(d, o->day + rep->key_days) : e;
}

/* The note that takes a foreign one's place: nothing of that is in it. */
static enum err
put_instead(struct desk *d, struct reach *r, const struct offer *foreign,
    const struct renewal *with)
{
	struct doors_note n = note_of(d, foreign);
	struct key_note last;
	uint32_t seen = 0;
	enum err e;

	key_note_init(&last);
	e = last_note_load(&last, d);
	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	n.offered = e == ERR_OK ? &last : NULL;
	e = desk_recall_num(d, "serial", &seen);
	if (e == ERR_OK || e == ERR_NOTHING) {
		n.serial = seen >= n.serial ? seen + 1 : n.serial;
		e = put_pair(d, r, n, with);
	}
	key_note_drop(&last);
	return e;
}

enum err
sync_keys_mend(struct desk *d, struct reach *r, struct sync_report *rep)
{
	const struct offer *foreign = d->offer;
	struct renewal with;
	enum err e;

	if (!renewal_waits(d) || !give_is_handed_out(d))
		return ERR_OK;
	d->vault->turns = false; /* the access key stays as it is */
	renewal_init(&with);
	if ((e = renewal_load(&with, d)) == ERR_OK)
		e = put_instead(d, r, foreign, &with);
	renewal_drop(&with);
	rep->certified = rep->renewed = e == ERR_OK;
	rep->uncertified = is_refused(e);
	return rep->uncertified || e == ERR_NOTHING ? ERR_OK : e;
}
