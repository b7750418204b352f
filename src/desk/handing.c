#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/crypt.h"
#include "team/pack.h"

#include "desk/access.h"
#include "desk/begin.h"
#include "desk/days.h"
#include "desk/doors.h"
#include "desk/give.h"
#include "desk/handing.h"
#include "desk/inside.h"
#include "desk/renewal.h"

/* What the log says of the hand-outs of a door's chain. */
struct handed {
	bool any;
	size_t place; /* of the last by the log's order, */
	uint32_t day; /* its chain's first day, */
	uint32_t roster; /* the one under which it was made, */
	uint32_t since; /* the first under which one of that day was, */
	uint8_t by[DEVICE_ID_BYTES]; /* and by which device */
	bool ours; /* of this desk's there is one, */
	size_t our_place; /* the last in the log's order, */
	uint32_t our_roster; /* made under this one */
	/* Two desks began a chain on that day, neither knowing of the other:
	 * which of them is offered would be chance. */
	bool twins;
};

static bool
is_of(const struct effect *f, const uint8_t *door)
{
	return f->chain_n == DOOR_ID_BYTES &&
	    memcmp(f->chain, door, DOOR_ID_BYTES) == 0;
}

static void
look_at_one(const struct desk *d, struct handed *h,
    const struct teamlog_line *line, const struct effect *f, size_t place)
{
	if (!h->ours && memcmp(line->device, d->id, sizeof d->id) == 0) {
		h->ours = true;
		h->our_place = place;
		h->our_roster = f->number;
	}
	if (h->any) {
		if (f->day != h->day)
			return;
		h->twins |= memcmp(h->by, line->device, sizeof h->by) != 0;
		h->since = f->number < h->since ? f->number : h->since;
		return;
	}
	h->any = true;
	h->place = place;
	h->day = f->day;
	h->roster = h->since = f->number;
	memcpy(h->by, line->device, sizeof h->by);
}

static enum err
look_at(struct desk *d, const uint8_t *door, struct handed *h)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;

	*h = (struct handed){ .any = false };
	if (f == NULL)
		return ERR_NOMEM;
	for (size_t i = teamlog_count(d->log); i-- > 0;) {
		teamlog_at(d->log, i, &line);
		if (line.standing != TEAMLOG_EFFECT ||
		    line.kind != EFFECT_HAND_OUT ||
		    effect_read(f, line.kind, line.body, line.body_len) !=
			ERR_OK ||
		    !is_of(f, door))
			continue;
		look_at_one(d, h, &line, f, i);
	}
	wipe_free(f, sizeof *f);
	return ERR_OK;
}

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

static bool
is_own(const struct desk *d, const uint8_t *device)
{
	return memcmp(device, d->id, DEVICE_ID_BYTES) == 0;
}

static bool
may_hand_out(const struct desk *d)
{
	return is_own(d, d->roster->hands_out) || is_own(d, d->roster->then);
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
		ours = line.kind == EFFECT_ROSTER && is_own(d, line.device) &&
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

	return look_at(d, door, &h) == ERR_OK && h.any && is_own(d, h.by);
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
	const bool first = is_own(d, r->hands_out) || is_ours(d);
	const uint32_t changed = r->until - ROSTER_DAYS;
	struct handed h;
	uint32_t day;
	enum err e;

	*due = DUE_NOT;
	if ((e = look_at(d, door, &h)) != ERR_OK)
		return e;
	day = began(d, &h, door, today);
	if ((has_lost(d, &h, door, today > day) &&
		(first || today >= changed + HANDING_ROSTER)) ||
	    (first && has_access(d, door)))
		*due = DUE_ROSTER;
	else if ((h.twins && today > day) ||
	    today >= day + HANDING_DAYS +
		    (is_own(d, r->hands_out) ? 0 : HANDING_THEN))
		*due = DUE_AGE;
	return ERR_OK;
}

static enum err
say(struct desk *d, const uint8_t *door, uint32_t day)
{
	struct effect *f = calloc(1, sizeof *f);
	struct buf body;
	enum err e;

	if (f == NULL)
		return ERR_NOMEM;
	buf_init(&body, ENTRY_BODY_MAX);
	f->kind = EFFECT_HAND_OUT;
	f->chain_n = DOOR_ID_BYTES;
	memcpy(f->chain, door, DOOR_ID_BYTES);
	f->day = day;
	f->number = d->roster->serial;
	crypt_random(f->id, sizeof f->id);
	if ((e = effect_write(&body, f)) == ERR_OK)
		e = log_put(d, "hand-out", &body);
	buf_drop(&body);
	wipe_free(f, sizeof *f);
	return e;
}

/* Does any entry, whatever its standing, name a chain of the door that begins
 * on this day? */
static enum err
is_said(struct desk *d, const uint8_t *door, uint32_t day, bool *said)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;

	*said = false;
	if (f == NULL)
		return ERR_NOMEM;
	for (size_t i = teamlog_count(d->log); !*said && i-- > 0;) {
		teamlog_at(d->log, i, &line);
		*said = line.kind == EFFECT_HAND_OUT &&
		    effect_read(f, line.kind, line.body, line.body_len) ==
			ERR_OK &&
		    is_of(f, door) && f->day == day;
	}
	wipe_free(f, sizeof *f);
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
	e = is_said(d, door, day, &said);
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

	if (!may_hand_out(d))
		return ERR_DENIED;
	/* One of today that nobody has got yet is as good as another. */
	if (give_is_kept_back(d, door, day, day))
		return say(d, door, day);
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
	return say(d, door, day);
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

	if (may_hand_out(d)) {
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

/* Once more; but another's under our name would look like a twin of it, so that
 * a new one begins. */
static enum err
hand_out_log(struct desk *d, const struct handed *h, const struct ring_chain *c,
    uint32_t today)
{
	return h->any && !is_own(d, h->by)
	    ? desk_renew_chain(d, ring_log, today)
	    : say(d, ring_log, c->first);
}

static bool
has_other_admin(const struct desk *d)
{
	const struct roster *r = d->roster;
	uint8_t id[DEVICE_ID_BYTES];

	for (size_t i = 0; i < r->devices_n; i++) {
		device_id(id, r->devices[i].key);
		if (!is_own(d, id) &&
		    roster_member(r, r->devices[i].member)->role ==
			MEMBER_ADMIN)
			return true;
	}
	return false;
}

enum err
handing_line(struct desk *d, uint32_t today)
{
	const struct ring_chain *c =
	    ring_chain_on(&d->vault->ring, ring_log, today);
	struct handed h;
	enum err e;

	if (c == NULL || !may_hand_out(d) || !renewal_has_keys(d) ||
	    !has_other_admin(d))
		return ERR_OK;
	if ((e = look_at(d, ring_log, &h)) != ERR_OK ||
	    (h.ours && h.our_roster == d->roster->serial))
		return e;
	return hand_out_log(d, &h, c, today);
}

/*
 * What this desk lacks.
 */

static bool
has_chain(const struct desk *d, const uint8_t *door, uint32_t from)
{
	const struct ring *r = &d->vault->ring;

	for (size_t i = 0; i < r->chains_n; i++)
		if (memcmp(r->chains[i].door, door, DOOR_ID_BYTES) == 0 &&
		    r->chains[i].first >= from)
			return true;
	return false;
}

static bool
lacks(struct desk *d, const uint8_t *door, uint32_t today, uint32_t *from)
{
	const bool is_log = memcmp(door, ring_log, DOOR_ID_BYTES) == 0;
	struct handed h;

	if (!is_log && desk_reads(d, door) != DESK_READS)
		return false;
	if (look_at(d, door, &h) != ERR_OK)
		return false; /* no memory: it asks another time */
	if (!has_chain(d, door, h.any ? h.day : 0)) {
		if (h.any && h.day < *from)
			*from = h.day;
		return true;
	}
	/* Who may speak now and could not before. */
	return !is_log && desk_role(d) != MEMBER_VIEWER &&
	    ring_voice_on(&d->vault->ring, door, today) == NULL;
}

size_t
handing_lacks(struct desk *d, uint32_t today,
    uint8_t doors[static HANDING_DOORS][DOOR_ID_BYTES], uint32_t *from)
{
	const struct roster *r = d->roster;
	size_t n = 0;

	*from = UINT32_MAX;
	if (r->devices_n < 2)
		return 0;
	for (size_t i = 0; i <= r->doors_n; i++) {
		const uint8_t *door =
		    i < r->doors_n ? r->doors[i].id : ring_log;

		if (lacks(d, door, today, from))
			memcpy(doors[n++], door, DOOR_ID_BYTES);
	}
	return n;
}

/*
 * What others lack.
 */

/* The last that a device published: which chains it lacks, and its place in the
 * log; none when it has all. */
struct asking {
	const struct roster_device *who;
	size_t place;
	struct effect *f;
};

static void
find_asking(struct desk *d, struct asking *a)
{
	uint8_t id[DEVICE_ID_BYTES];
	struct teamlog_line line;

	device_id(id, a->who->key);
	a->f->members_n = 0;
	for (size_t i = teamlog_count(d->log); i-- > 0;) {
		teamlog_at(d->log, i, &line);
		if (line.standing != TEAMLOG_EFFECT ||
		    line.kind != EFFECT_RECIPIENT ||
		    memcmp(line.device, id, sizeof id) != 0)
			continue;
		if (effect_read(a->f, line.kind, line.body, line.body_len) !=
		    ERR_OK)
			a->f->members_n = 0;
		a->place = i;
		return;
	}
}

#define AGAIN_A_DAY \
	4U /* hand-outs of one chain; whoever asks on and on waits */

static bool
said_enough(struct desk *d, const uint8_t *door, uint32_t today)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;
	unsigned n = 0;

	for (size_t i = teamlog_count(d->log);
	     f != NULL && n < AGAIN_A_DAY && i-- > 0;) {
		teamlog_at(d->log, i, &line);
		n += line.kind == EFFECT_HAND_OUT && is_own(d, line.device) &&
		    log_came(d, line.hash) >= today &&
		    effect_read(f, line.kind, line.body, line.body_len) ==
			ERR_OK &&
		    is_of(f, door);
	}
	wipe_free(f, sizeof *f);
	return f == NULL || n >= AGAIN_A_DAY;
}

/* Was its chain made here, where its member does not read? */
static bool
is_forgotten(const struct desk *d, const uint8_t *door)
{
	const struct roster_door *is = roster_door(d->roster, door);

	return is != NULL && !doors_reads(d, is) && doors_makes(d, is);
}

/* Does this desk give the line's keys with it? */
static bool
gives_line(const struct desk *d, const struct asking *a, const uint8_t *door)
{
	return memcmp(door, ring_log, DOOR_ID_BYTES) == 0 &&
	    renewal_has_keys(d) &&
	    roster_member(d->roster, a->who->member)->role == MEMBER_ADMIN;
}

/* Somebody handed it out since.  To an admin's device who has the line's keys
 * answers, for others do not have them. */
static bool
was_answered(const struct desk *d, const struct asking *a, const uint8_t *door,
    const struct handed *h)
{
	return gives_line(d, a, door) ? h->ours && h->our_place > a->place
				      : h->any && h->place > a->place;
}

/* Hand a chain out again when the one who asks may have it, and nobody did
 * since. */
static enum err
answer_one(
    struct desk *d, const struct asking *a, const uint8_t *door, uint32_t today)
{
	const struct ring_chain *c =
	    ring_chain_on(&d->vault->ring, door, today);
	struct handout_chain chain = { .n = DOOR_ID_BYTES };
	struct handed h;
	enum err e;

	memcpy(chain.id, door, DOOR_ID_BYTES);
	if ((c == NULL && !is_forgotten(d, door)) ||
	    !pack_may_read(d->roster, a->who->key, &chain))
		return ERR_OK;
	if ((e = look_at(d, door, &h)) != ERR_OK ||
	    was_answered(d, a, door, &h) || said_enough(d, door, today))
		return e;
	if (c != NULL && gives_line(d, a, door))
		return hand_out_log(d, &h, c, today);
	return c == NULL ? desk_renew_chain(d, door, today)
			 : say(d, door, c->first);
}

enum err
handing_again(struct desk *d, uint32_t today)
{
	const struct roster *r = d->roster;
	struct asking a = { .f = calloc(1, sizeof *a.f) };
	uint8_t doors[HANDING_DOORS][DOOR_ID_BYTES];
	enum err e = ERR_OK;

	if (a.f == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; may_hand_out(d) && i < r->devices_n; i++) {
		size_t n;

		a.who = &r->devices[i];
		find_asking(d, &a);
		n = a.f->members_n < HANDING_DOORS ? a.f->members_n
						   : HANDING_DOORS;
		memcpy(doors, a.f->members, n * DOOR_ID_BYTES);
		for (size_t j = 0; e == ERR_OK && j < n; j++)
			e = answer_one(d, &a, doors[j], today);
	}
	wipe_free(a.f, sizeof *a.f);
	return e;
}
