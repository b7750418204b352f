#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/text.h"
#include "base/wipe.h"

#include "desk/days.h"
#include "desk/doors.h"
#include "desk/give.h"
#include "desk/handing.h"
#include "desk/inside.h"
#include "team/roster_edit.h"

#define NEW_READER_DAYS 7U

static bool
is_none(const uint8_t *door)
{
	return memcmp(door, ring_log, DOOR_ID_BYTES) == 0;
}

/* Of what the source said last and at its time; failing that, of anything. */
static const struct roster_door *
said_door(const struct desk *d, const struct conv *c)
{
	const struct roster_door *door = NULL;

	for (size_t i = c->said_n; door == NULL && i-- > 0;) {
		const struct said *s = c->said[i];

		if (!s->ours && !is_none(s->door) && !s->misdated)
			door = roster_door(d->roster, s->door);
	}
	for (size_t i = c->said_n; door == NULL && i-- > 0;)
		if (!c->said[i]->ours && !is_none(c->said[i]->door))
			door = roster_door(d->roster, c->said[i]->door);
	return door;
}

const struct roster_door *
doors_of(const struct desk *d, const struct conv *c)
{
	const struct roster *r = d->roster;
	const struct roster_door *door = said_door(d, c);

	if (door != NULL)
		return door;
	for (size_t i = 0; i < r->doors_n; i++)
		if (doors_reads(d, &r->doors[i]))
			return &r->doors[i];
	return &r->doors[0];
}

const struct roster_door *
doors_shown(const struct desk *d, const struct conv *c)
{
	return d->roster->doors_n > 1 ? doors_of(d, c) : NULL;
}

const struct roster_door *
doors_named(const struct roster *r, const char *typed)
{
	const struct roster_door *found = NULL;
	uint8_t id[DOOR_ID_BYTES];

	if (enc_hex_read(id, sizeof id, typed, strlen(typed)) == ERR_OK &&
	    (found = roster_door(r, id)) != NULL)
		return found;
	for (size_t i = 0; i < r->doors_n; i++) {
		if (!text_same_nocase(r->doors[i].name, typed))
			continue;
		if (found != NULL)
			return NULL;
		found = &r->doors[i];
	}
	return found;
}

bool
doors_reads(const struct desk *d, const struct roster_door *door)
{
	return desk_reads(d, door->id) == DESK_READS;
}

/* Who reads there no more may still have keys of before. */
static bool
may_have_keys(const struct roster *r, const struct roster_door *door,
    const struct about *us)
{
	return roster_reader(door, us->member) < door->readers_n ||
	    !roster_hands_read(r, door);
}

/*
 * The key note.
 */

/* Those that began before a new one end with its first day. */
static void
add_voice(struct key_note_door *d, const struct ring_voice *from)
{
	struct key_note_voice *to;
	uint8_t key[SIGN_PUBLIC_BYTES];

	sign_public(key, from->seed);
	for (size_t i = 0; i < d->voices_n; i++) {
		struct key_note_voice *v = &d->voices[i];

		if (memcmp(v->key, key, sizeof key) == 0)
			return;
		if (v->first < from->first && v->last > from->first)
			v->last = from->first;
	}
	if (d->voices_n == KEY_NOTE_VOICES) {
		/* The oldest go. */
		memmove(d->voices, d->voices + 1,
		    (KEY_NOTE_VOICES - 1) * sizeof d->voices[0]);
		d->voices_n--;
	}
	to = &d->voices[d->voices_n++];
	memcpy(to->key, key, sizeof to->key);
	to->first = from->first;
	to->last = from->last;
}

static void
fill_voices(struct key_note_door *d, const struct ring *r)
{
	for (size_t i = 0; i < r->voices_n; i++) {
		const struct ring_voice *from = &r->voices[i];

		if (memcmp(from->door, d->id, sizeof d->id) == 0)
			add_voice(d, from);
	}
}

static enum err
make_room(struct key_note_door *d, size_t n)
{
	d->recipients = calloc(n, sizeof *d->recipients);
	d->recipients_n = n;
	return d->recipients == NULL ? ERR_NOMEM : ERR_OK;
}

static enum err
fill_days(struct key_note_door *d, const struct chain *chain, uint32_t today)
{
	const enum err e = make_room(d, KEY_NOTE_DAYS);

	d->first = chain->day > today - 1 ? chain->day : today - 1;
	if (e != ERR_OK)
		return e;
	return chain_recipients(d->recipients, d->first, KEY_NOTE_DAYS, chain);
}

/* A note wants a key for every door: one that nobody holds, of a day gone by.
 */
static enum err
fill_closed(struct key_note_door *d, uint32_t closed, uint32_t today)
{
	struct age_identity *id = NULL;
	enum err e;

	d->first = (closed < today ? closed : today) - 1;
	if ((e = make_room(d, 1)) != ERR_OK ||
	    (e = age_identity_random(&id, AGE_HYBRID)) != ERR_OK)
		return e;
	age_identity_recipient(id, d->recipients);
	age_identity_close(id);
	return ERR_OK;
}

static enum err
copy_days(struct key_note_door *d, const struct key_note_door *from)
{
	const enum err e = make_room(d, from->recipients_n);

	d->first = from->first;
	if (e == ERR_OK)
		memcpy(d->recipients, from->recipients,
		    from->recipients_n * sizeof *d->recipients);
	return e;
}

static enum err
add_door(struct key_note *k, const struct doors_note *n,
    const struct roster_door *is)
{
	const struct key_note_door *old =
	    n->offered == NULL ? NULL : key_note_door(n->offered, is->id);
	const struct ring *r = &n->vault->ring;
	const bool left = n->left >> (is - n->roster->doors) & 1;
	const struct ring_chain *chain =
	    !left && may_have_keys(n->roster, is, n->about)
	    ? ring_chain_on(r, is->id, n->today)
	    : NULL;
	struct key_note_door *d = &k->doors[k->doors_n];
	const bool reads = roster_reader(is, n->about->member) < is->readers_n;

	if (chain == NULL && old == NULL)
		return ERR_OK; /* nothing of it is here yet */
	k->doors_n++;
	memcpy(d->id, is->id, sizeof d->id);
	memcpy(d->name, is->name, sizeof d->name);
	memcpy(d->readers, is->says, sizeof d->readers);
	if (old != NULL && (chain == NULL || !reads)) {
		memcpy(d->voices, old->voices, sizeof d->voices);
		d->voices_n = old->voices_n;
	}
	if (chain != NULL)
		fill_voices(d, r);
	if (is->closed != 0)
		return fill_closed(d, is->closed, n->today);
	return chain == NULL ? copy_days(d, old)
			     : fill_days(d, &chain->chain, n->today);
}

static enum err
fill(struct key_note *k, const struct doors_note *n)
{
	const struct vault *v = n->vault;
	enum err e = ERR_OK;

	k->serial = n->serial;
	k->issued = n->today;
	memcpy(k->line, n->about->line, sizeof k->line);
	sign_public(k->access, v->turns ? v->next_access : v->access);
	k->purges_n = 1;
	sign_public(k->purges[0], n->line != NULL ? n->line->purge : v->purge);
	for (size_t i = 0; e == ERR_OK && i < n->roster->doors_n; i++)
		e = add_door(k, n, &n->roster->doors[i]);
	return e == ERR_OK && k->doors_n == 0 ? ERR_MISSING : e;
}

enum err
doors_key_note(struct buf *out, const struct doors_note *n)
{
	struct key_note *k = calloc(1, sizeof *k);
	enum err e = ERR_MISSING;

	if (k == NULL)
		return ERR_NOMEM;
	if ((n->vault->has_line || n->line != NULL) &&
	    (e = fill(k, n)) == ERR_OK)
		e = key_note_write(out, k,
		    n->line != NULL ? n->line->key : n->vault->line_key);
	key_note_drop(k);
	wipe_free(k, sizeof *k);
	return e;
}

/*
 * What the line offers, beside what it would.
 */

/* Is there a chain of ours that the line does not offer?  That it was handed
 * out is known: what others have not got yet would stop them. */
static enum err
is_new_chain(
    bool *is, struct desk *d, const struct key_note_door *door, uint32_t today)
{
	const struct ring *r = &d->vault->ring;
	const struct ring_chain *c = ring_chain_on(r, door->id, today);
	const struct age_recipient *offered = key_note_recipient(door, today);
	struct age_recipient ours;
	enum err e = ERR_OK;

	*is = c != NULL;
	/* Of two that began on one day the last is offered by who handed it
	 * out, or two desks would take turns. */
	for (size_t i = 0; offered != NULL && *is && i < r->chains_n; i++) {
		const struct ring_chain *k = &r->chains[i];

		if (memcmp(k->door, door->id, DOOR_ID_BYTES) != 0 ||
		    k->first < c->first || k->chain.day > today ||
		    (k != c && handing_was_ours(d, door->id)))
			continue;
		e = chain_recipients(&ours, today, 1, &k->chain);
		*is = e == ERR_OK && !age_recipient_is_same(&ours, offered);
	}
	return e;
}

/* Is what was said before the note of this serial here?  Its entry is delivered
 * behind all that was known to who put it.  The first has none. */
static bool
is_heard(struct desk *d, uint32_t serial)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;
	bool is = serial == 1;

	for (size_t i = teamlog_count(d->log); f != NULL && !is && i-- > 0;) {
		teamlog_at(d->log, i, &line);
		is = line.standing == TEAMLOG_EFFECT &&
		    line.kind == EFFECT_KEY_NOTE &&
		    effect_read(f, line.kind, line.body, line.body_len) ==
			ERR_OK &&
		    f->number == serial;
	}
	wipe_free(f, sizeof *f);
	return is;
}

static enum err
is_offered(bool *is, const struct ring_chain *c,
    const struct key_note_door *door, uint32_t today)
{
	const struct age_recipient *to = key_note_recipient(door, today);
	struct age_recipient ours;
	enum err e;

	*is = false;
	if (to == NULL || c->chain.day > today)
		return ERR_OK;
	e = chain_recipients(&ours, today, 1, &c->chain);
	*is = e == ERR_OK && age_recipient_is_same(&ours, to);
	return e;
}

/* Is a chain of the door's that is here offered today? */
static enum err
is_known(bool *is, const struct desk *d, const struct key_note_door *door,
    uint32_t today)
{
	const struct ring *r = &d->vault->ring;
	enum err e = ERR_OK;

	*is = false;
	for (size_t i = r->chains_n; e == ERR_OK && !*is && i-- > 0;)
		if (memcmp(r->chains[i].door, door->id, DOOR_ID_BYTES) == 0)
			e = is_offered(is, &r->chains[i], door, today);
	return e;
}

/* May what the line offers be newer than our chain?  Who came to read there
 * some days ago, and who makes the keys of a door and reads elsewhere, cannot
 * compare it: an older chain in its place would open the door to who was kept
 * from it with the newer one. */
static enum err
may_be_newer(bool *may, struct desk *d, const struct key_note *k,
    const struct key_note_door *door, uint32_t today)
{
	const struct ring_chain *c =
	    ring_chain_on(&d->vault->ring, door->id, today);
	bool known = true;
	enum err e = ERR_OK;

	if (c != NULL && key_note_recipient(door, today) != NULL)
		e = is_known(&known, d, door, today);
	*may = e == ERR_OK && !known &&
	    !(is_heard(d, k->serial) &&
		handing_is_newest(d, door->id, c->first));
	return e;
}

static bool
is_said_otherwise(
    const struct roster_door *is, const struct key_note_door *door)
{
	return strcmp(is->name, door->name) != 0 ||
	    strcmp(is->says, door->readers) != 0;
}

static enum err
look_at(struct doors_due *due, struct desk *d, const struct roster_door *is,
    const struct key_note *k, uint32_t today)
{
	const struct key_note_door *door = key_note_door(k, is->id);
	bool ours = may_have_keys(d->roster, is, &d->about) &&
	    ring_chain_on(&d->vault->ring, is->id, today) != NULL;
	uint32_t end, days;
	bool new = false, newer = false;
	enum err e = ERR_OK;

	if (door == NULL) {
		/* A closed one that nobody was told of need not be said. */
		due->changed |= ours && is->closed == 0;
		return ERR_OK;
	}
	due->changed |= is_said_otherwise(is, door);
	if (is->closed != 0) {
		due->changed |= key_note_recipient(door, today) != NULL;
		return ERR_OK;
	}
	if (ours && (e = may_be_newer(&newer, d, k, door, today)) != ERR_OK)
		return e;
	due->left |= (uint32_t)newer << (is - d->roster->doors);
	ours = ours && !newer;
	if (ours)
		e = is_new_chain(&new, d, door, today);
	due->changed |= new;
	end = door->first + (uint32_t)door->recipients_n;
	days = end > today ? end - today : 0;
	if (days < due->days)
		due->days = days;
	if (ours && days < due->ours)
		due->ours = days;
	return e;
}

enum err
doors_look(struct doors_due *due, struct desk *d, const struct key_note *k,
    uint32_t today)
{
	const struct roster *r = d->roster;
	enum err e = ERR_OK;

	*due = (struct doors_due){ .days = UINT32_MAX, .ours = UINT32_MAX };
	for (size_t i = 0; e == ERR_OK && i < r->doors_n; i++)
		e = look_at(due, d, &r->doors[i], k, today);
	for (size_t i = 0; i < k->doors_n; i++)
		due->changed |= roster_door(r, k->doors[i].id) == NULL;
	if (due->days == UINT32_MAX)
		due->days = 0; /* no door is open */
	return e;
}

static bool
read_there(const struct roster *r, const uint8_t *device, const uint8_t *door)
{
	const struct roster_device *is = roster_device(r, device);
	const struct roster_door *at = roster_door(r, door);

	for (size_t i = 0; is != NULL && at != NULL && i < at->readers_n; i++)
		if (memcmp(at->readers[i], is->member, MEMBER_ID_BYTES) == 0)
			return true;
	return false;
}

/* The roster since which this member reads there without a break, when this
 * device was of the team before; NULL: its welcome brought the keys. */
static const struct roster *
came_with(const struct desk *d, const uint8_t *door)
{
	size_t i = d->rosters_n;

	while (i > 0 && read_there(d->rosters[i - 1], d->id, door))
		i--;
	if (i == 0 || i == d->rosters_n ||
	    roster_device(d->rosters[i - 1], d->id) == NULL)
		return NULL;
	return d->rosters[i];
}

bool
doors_is_new_reader(const struct desk *d,
    const uint8_t door[static DOOR_ID_BYTES], uint32_t today)
{
	const struct roster *r = came_with(d, door);

	return r != NULL && today <= r->until - ROSTER_DAYS + NEW_READER_DAYS;
}

/*
 * Doors at which this member does not read.
 */

bool
doors_opens(const struct desk *d, const uint8_t door[static DOOR_ID_BYTES])
{
	return is_none(door) || desk_reads(d, door) != DESK_READS_NOT;
}

/* The chain that began last. */
static const struct ring_chain *
newest(const struct desk *d, const uint8_t *door)
{
	return ring_chain_on(&d->vault->ring, door, UINT32_MAX - 1);
}

/* Made here and handed out: it is this desk's to offer.  The next one of
 * somebody else does not come here, so that an older one would be offered in
 * its place: only_the_chain_that_was_handed_out_last_is_offered. */
static bool
is_to_offer(
    struct desk *d, const struct roster_door *is, const struct ring_chain *c)
{
	return c != NULL && is->closed == 0 && doors_makes(d, is) &&
	    (handing_was_ours(d, is->id) ||
		give_is_to_come(d, is->id, c->first));
}

enum err
doors_forget(struct desk *d, const struct key_note_door *door, uint32_t today)
{
	const struct roster_door *is = roster_door(d->roster, door->id);
	const struct ring_chain *c = newest(d, door->id);
	bool offered = true;
	enum err e;

	if (is_to_offer(d, is, c) &&
	    (e = is_offered(&offered, c, door, today)) != ERR_OK)
		return e;
	if (!offered)
		return ERR_OK;
	days_forget_keys(d);
	return ring_forget_door(&d->vault->ring, door->id) ? desk_save_keys(d)
							   : ERR_OK;
}

enum err
doors_forget_all(struct desk *d, const struct key_note *k, uint32_t today)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < k->doors_n; i++)
		if (desk_reads(d, k->doors[i].id) == DESK_READS_NOT)
			e = doors_forget(d, &k->doors[i], today);
	return e;
}

bool
doors_makes(const struct desk *d, const struct roster_door *door)
{
	return doors_reads(d, door) || !roster_hands_read(d->roster, door);
}
