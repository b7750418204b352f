#include <string.h>

#include "note/json.h"

#include "desk/access.h"
#include "desk/begin.h"
#include "desk/give.h"
#include "desk/inside.h"
#include "desk/sync_keys.h"

#define RENEW_DAYS 45U /* fewer days of keys than this: a new note */
#define VOICE_DAYS 90U /* fewer days of a voice: another after it */

/* A voice that goes on where the last one ends.  In a team of several it is
 * handed out with a new chain, by the one who does that. */
static enum err
renew_voice(struct desk *d, uint32_t today)
{
	struct ring *r = &d->vault->ring;
	uint32_t last = 0;

	for (size_t i = 0; i < r->voices_n; i++)
		if (memcmp(r->voices[i].door, d->about.door, DOOR_ID_BYTES) ==
			0 &&
		    r->voices[i].last > last)
			last = r->voices[i].last;
	if (last >= today + VOICE_DAYS)
		return ERR_OK;
	if (d->roster->devices_n > 1) {
		const enum err e = desk_renew_chain(d, d->about.door, today);

		return e == ERR_DENIED ? ERR_OK : e;
	}
	ring_make_voice(r, d->about.door, last >= today ? last + 1 : today,
	    today + BEGIN_VOICE_DAYS);
	return desk_save_keys(d);
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

/* Is there a chain of ours that the line does not offer?  That it was handed
 * out is known: what others have not got yet would stop them. */
static enum err
has_new_chain(
    struct desk *d, const struct key_note_door *door, uint32_t today, bool *is)
{
	const struct ring_chain *c =
	    ring_chain_on(&d->vault->ring, door->id, today);
	const struct age_recipient *offered = key_note_recipient(door, today);
	struct age_recipient ours;
	enum err e;

	*is = false;
	if (c == NULL || offered == NULL)
		return ERR_OK;
	e = chain_recipients(&ours, today, 1, &c->chain);
	*is = e == ERR_OK && !age_recipient_is_same(&ours, offered);
	return e;
}

enum err
sync_keys(struct desk *d, struct reach *r, const struct offer *o,
    struct sync_report *rep)
{
	const struct key_note_door *door = &o->note.doors[0];
	uint32_t end = door->first + (uint32_t)door->recipients_n;
	struct buf note;
	bool new;
	enum err e;

	rep->key_days = end > o->day ? end - o->day : 0;
	rep->certificate_days = o->certificate.until - o->day;
	if (!d->vault->has_line || !give_is_handed_out(d))
		return ERR_OK;
	if ((e = has_new_chain(d, door, o->day, &new)) != ERR_OK)
		return e;
	d->vault->turns = access_is_due(d, o->day);
	if (rep->key_days >= RENEW_DAYS && !new && !d->vault->turns)
		return ERR_OK;
	/* With a new voice it may be the others' turn first. */
	if ((e = renew_voice(d, o->day)) != ERR_OK || !give_is_handed_out(d))
		return e;
	buf_init(&note, KEY_NOTE_MAX);
	if ((e = begin_key_note(&note, d->vault, &d->about, o->note.serial + 1,
		 o->day)) != ERR_OK ||
	    (e = log_note(d, o->note.serial + 1, o->day)) != ERR_OK ||
	    (e = reach_put_note(r, &note)) != ERR_OK ||
	    (d->vault->turns && (e = access_turn(d)) != ERR_OK))
		goto out;
	rep->renewed = true;
	rep->key_days = KEY_NOTE_DAYS - 1;
out:
	buf_drop(&note);
	return e;
}
