#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "team/pack.h"

#include "desk/access.h"
#include "desk/begin.h"
#include "desk/days.h"
#include "desk/doors.h"
#include "desk/give.h"
#include "desk/handed.h"
#include "desk/handing.h"
#include "desk/inside.h"

static bool
speaks(const struct roster *r, const uint8_t *key)
{
	uint8_t id[DEVICE_ID_BYTES];
	const struct roster_device *device;

	device_id(id, key);
	device = roster_device(r, id);
	return device != NULL &&
	    roster_member(r, device->member)->role != MEMBER_VIEWER;
}

/* Does a device of `was` read there that read there not, or the other way
 * round, or is one that may speak a viewer's now, who still has the voice?  Who
 * came with a device that is new has the keys from its welcome. */
static bool
has_changed(const struct roster *was, const struct roster *now,
    const uint8_t door[static DOOR_ID_BYTES])
{
	struct handout_chain chain = { .n = DOOR_ID_BYTES };

	memcpy(chain.id, door, DOOR_ID_BYTES);
	for (size_t i = 0; i < was->devices_n; i++) {
		const uint8_t *key = was->devices[i].key;

		if (pack_may_read(was, key, &chain) !=
		    pack_may_read(now, key, &chain))
			return true;
		if (memcmp(door, ring_log, DOOR_ID_BYTES) != 0 &&
		    pack_may_read(now, key, &chain) && speaks(was, key) &&
		    !speaks(now, key))
			return true;
	}
	return false;
}

/* In any of the steps behind one roster, to another.  The first chains are made
 * with the first roster. */
static bool
is_changed(const struct desk *d, const uint8_t *door, uint32_t from, size_t to)
{
	for (size_t i = from == 0 ? 1 : from; i < to && i < d->rosters_n; i++)
		if (has_changed(d->rosters[i - 1], d->rosters[i], door))
			return true;
	return false;
}

/* Behind the roster under which it was handed out.  What began on one day was
 * handed out under the first of its rosters too, if only in part: whoever had
 * to go after that may have it, or other desks may hold the two of that day in
 * another order. */
static bool
has_lost(const struct desk *d, const struct handed *h, const uint8_t *door,
    bool later)
{
	return is_changed(d, door, h->roster, d->rosters_n) ||
	    (later && is_changed(d, door, h->since, h->roster));
}

/* Did this desk say the newest roster? */
static bool
is_ours(struct desk *d)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;
	bool ours = false;

	for (size_t i = teamlog_count(d->log); f != NULL && !ours && i-- > 0;) {
		teamlog_at(d->log, i, &line);
		ours = line.kind == EFFECT_ROSTER &&
		    desk_is_own(d, line.device) &&
		    effect_read(f, line.kind, line.body, line.body_len) ==
			ERR_OK &&
		    f->number == d->roster->serial;
	}
	wipe_free(f, sizeof *f);
	return ours;
}

/* The day on which the chain in use began.  It is renewed when it is old by a
 * team of one too, whose line could be told from another's by its key note
 * otherwise (tests/road/members.py). */
static uint32_t
began(const struct desk *d, const struct handed *h, const uint8_t *door,
    uint32_t today)
{
	const struct ring_chain *c =
	    ring_chain_on(&d->vault->ring, door, today);

	return h->any ? h->day : c == NULL ? today : c->first;
}

bool
handing_was_ours(struct desk *d, const uint8_t door[static DOOR_ID_BYTES])
{
	struct handed h;

	return handed_look(d, door, &h) == ERR_OK && h.any &&
	    desk_is_own(d, h.by);
}

bool
handing_is_newest(
    struct desk *d, const uint8_t door[static DOOR_ID_BYTES], uint32_t first)
{
	struct handed h;

	if (handed_look(d, door, &h) != ERR_OK)
		return false; /* no memory: another time */
	if (!h.any || h.day != first)
		return !h.any || h.day < first;
	return desk_is_own(d, h.by) ||
	    (!h.twins && !is_changed(d, door, h.since, h.roster));
}

/* Has somebody who was struck off the access key in use?  It was the next one
 * when they went, and there is no other until that is in use. */
static bool
has_access(struct desk *d, const uint8_t *door)
{
	uint32_t under;

	return memcmp(door, ring_log, DOOR_ID_BYTES) == 0 &&
	    access_made_under(d, &under) &&
	    is_changed(d, door, under, d->rosters_n);
}

enum due { DUE_NOT, DUE_AGE, DUE_ROSTER };

static enum err
look_whether(struct desk *d, const uint8_t *door, uint32_t today, enum due *due)
{
	const struct roster *r = d->roster;
	const bool first = desk_is_own(d, r->hands_out) || is_ours(d);
	const uint32_t changed = r->until - ROSTER_DAYS;
	struct handed h;
	uint32_t day;
	enum err e;

	*due = DUE_NOT;
	if ((e = handed_look(d, door, &h)) != ERR_OK)
		return e;
	day = began(d, &h, door, today);
	if ((has_lost(d, &h, door, today > day) &&
		(first || today >= changed + HANDING_ROSTER)) ||
	    (first && has_access(d, door)))
		*due = DUE_ROSTER;
	else if ((h.twins && today > day) ||
	    today >= day + HANDING_DAYS +
		    (desk_is_own(d, r->hands_out) ? 0 : HANDING_THEN))
		*due = DUE_AGE;
	return ERR_OK;
}

/* Keys are kept before the entry that names them.  Those of a time when that
 * could not be written went to nobody, and fill the ring if it goes on: a desk
 * whose disk is full tries it at every sync. */
static enum err
forget_unsaid(struct desk *d, const uint8_t *door, uint32_t day)
{
	bool said;
	enum err e;

	/* No entry names those of the team's first day, and sources seal to
	 * them: the line's clock may still be on that. */
	if (day < d->rosters[0]->until - ROSTER_DAYS)
		return ERR_OK;
	e = handed_is_said(d, door, day, &said);
	if (e == ERR_OK && !said)
		ring_forget(&d->vault->ring, door, day);
	return e;
}

enum err
desk_renew_chain(
    struct desk *d, const uint8_t door[static DOOR_ID_BYTES], uint32_t day)
{
	struct ring *r = &d->vault->ring;
	enum err e;

	if (!desk_hands_out(d))
		return ERR_DENIED;
	/* One of today that nobody has got yet is as good as another. */
	if (give_is_kept_back(d, door, day, day))
		return handed_say(d, door, day);
	days_forget_keys(d);
	if ((e = forget_unsaid(d, door, day)) != ERR_OK)
		return e;
	if ((e = ring_make_chain(r, door, day)) != ERR_OK)
		return e;
	if (memcmp(door, ring_log, DOOR_ID_BYTES) != 0)
		ring_make_voice(r, door, day, day + BEGIN_VOICE_DAYS);
	/* The keys first: an entry without them could not be kept. */
	if ((e = desk_save_keys(d)) != ERR_OK)
		return e;
	return handed_say(d, door, day);
}

static enum err
renew_one(struct desk *d, const uint8_t *door, uint32_t today, unsigned *n)
{
	const bool is_log = memcmp(door, ring_log, DOOR_ID_BYTES) == 0;
	bool access;
	enum due due;
	enum err e;

	/* As many as it holds are held: that must not keep what comes out, and
	 * nothing is begun. */
	if (d->vault->ring.chains_n == RING_CHAINS)
		return ERR_OK;
	if ((e = look_whether(d, door, today, &due)) != ERR_OK ||
	    due == DUE_NOT)
		return e;
	access = is_log && due == DUE_ROSTER && access_make(d->vault);
	++*n;
	e = desk_renew_chain(d, door, today);
	return e == ERR_OK && access ? access_came(d, d->roster->serial) : e;
}

enum err
handing_renew(struct desk *d, uint32_t today, unsigned *n)
{
	const struct roster *r = d->roster;
	unsigned made = 0;
	enum err e = ERR_OK;

	if (desk_hands_out(d)) {
		for (size_t i = 0; e == ERR_OK && i < r->doors_n; i++)
			if (doors_makes(d, &r->doors[i]))
				e = renew_one(d, r->doors[i].id, today, &made);
		if (e == ERR_OK)
			e = renew_one(d, ring_log, today, &made);
	}
	if (n != NULL)
		*n = made;
	return e;
}
