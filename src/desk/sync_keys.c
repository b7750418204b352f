#include <string.h>

#include "note/json.h"

#include "desk/access.h"
#include "desk/begin.h"
#include "desk/doors.h"
#include "desk/give.h"
#include "desk/inside.h"
#include "desk/sync_keys.h"

#define RENEW_DAYS 45U /* fewer days of keys than this: a new note */
#define VOICE_DAYS 90U /* fewer days of a voice: another after it */

/* A voice of the door that goes on where the last one ends.  In a team of
 * several it is handed out with a new chain, by the one who does that. */
static enum err
renew_voice(struct desk *d, const uint8_t *door, uint32_t today)
{
	struct ring *r = &d->vault->ring;
	uint32_t last = 0;

	for (size_t i = 0; i < r->voices_n; i++)
		if (memcmp(r->voices[i].door, door, DOOR_ID_BYTES) == 0 &&
		    r->voices[i].last > last)
			last = r->voices[i].last;
	if (last >= today + VOICE_DAYS)
		return ERR_OK;
	if (d->roster->devices_n > 1) {
		const enum err e = desk_renew_chain(d, door, today);

		return e == ERR_DENIED ? ERR_OK : e;
	}
	ring_make_voice(r, door, last >= today ? last + 1 : today,
	    today + BEGIN_VOICE_DAYS);
	return desk_save_keys(d);
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
	enum err e;

	buf_init(&body, ENTRY_BODY_MAX);
	json_begin(&w, &body);
	json_put_u64(&w, "serial", serial);
	json_put_u64(&w, "day", today);
	if ((e = json_end(&w)) == ERR_OK)
		e = log_put(d, "key-note", &body);
	buf_drop(&body);
	return e;
}

/* Put the note that is due. */
static enum err
put_note(struct desk *d, struct reach *r, const struct offer *o)
{
	const struct doors_note n = { .vault = d->vault,
		.about = &d->about,
		.roster = d->roster,
		.offered = &o->note,
		.serial = o->note.serial + 1,
		.today = o->day };
	struct buf note;
	enum err e;

	buf_init(&note, KEY_NOTE_MAX);
	if ((e = doors_key_note(&note, &n)) == ERR_OK &&
	    (e = log_note(d, n.serial, o->day)) == ERR_OK &&
	    (e = reach_put_note(r, &note)) == ERR_OK && d->vault->turns)
		e = access_turn(d);
	buf_drop(&note);
	return e;
}

enum err
sync_keys(struct desk *d, struct reach *r, const struct offer *o,
    struct sync_report *rep)
{
	struct doors_due due;
	enum err e;

	if ((e = doors_look(&due, d, &o->note, o->day)) != ERR_OK)
		return e;
	rep->key_days = due.days;
	rep->certificate_days = o->certificate.until - o->day;
	if (!d->vault->has_line || !give_is_handed_out(d))
		return ERR_OK;
	d->vault->turns = access_is_due(d, o->day);
	if (due.ours >= RENEW_DAYS && !due.changed && !d->vault->turns)
		return ERR_OK;
	/* With a new voice it may be the others' turn first. */
	if ((e = renew_voices(d, o->day)) != ERR_OK || !give_is_handed_out(d))
		return e;
	if ((e = put_note(d, r, o)) != ERR_OK)
		return e;
	rep->renewed = true;
	/* Those that are not ours are as they were. */
	if (due.ours == due.days)
		rep->key_days = KEY_NOTE_DAYS - 1;
	return ERR_OK;
}
