#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "team/pack.h"

#include "desk/doors.h"
#include "desk/handed.h"
#include "desk/handing.h"
#include "desk/inside.h"
#include "desk/renewal.h"

/* Once more; but another's under our name would look like a twin of it, so that
 * a new one begins. */
static enum err
hand_out_log(struct desk *d, const struct handed *h, const struct ring_chain *c,
    uint32_t today)
{
	return h->any && !desk_is_own(d, h->by)
	    ? desk_renew_chain(d, ring_log, today)
	    : handed_say(d, ring_log, c->first);
}

static bool
has_other_admin(const struct desk *d)
{
	const struct roster *r = d->roster;
	uint8_t id[DEVICE_ID_BYTES];

	for (size_t i = 0; i < r->devices_n; i++) {
		device_id(id, r->devices[i].key);
		if (!desk_is_own(d, id) &&
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

	if (c == NULL || !desk_hands_out(d) || !renewal_has_keys(d) ||
	    !has_other_admin(d))
		return ERR_OK;
	if ((e = handed_look(d, ring_log, &h)) != ERR_OK ||
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

bool
handing_lacks_chain(struct desk *d, const uint8_t door[static DOOR_ID_BYTES])
{
	struct handed h;

	return d->roster->devices_n > 1 && desk_reads(d, door) == DESK_READS &&
	    handed_look(d, door, &h) == ERR_OK && h.any &&
	    !has_chain(d, door, h.day);
}

static bool
lacks(struct desk *d, const uint8_t *door, uint32_t today, uint32_t *from)
{
	const bool is_log = memcmp(door, ring_log, DOOR_ID_BYTES) == 0;
	struct handed h;

	if (!is_log && desk_reads(d, door) != DESK_READS)
		return false;
	if (handed_look(d, door, &h) != ERR_OK)
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
	if ((e = handed_look(d, door, &h)) != ERR_OK ||
	    was_answered(d, a, door, &h) || handed_enough(d, door, today))
		return e;
	if (c != NULL && gives_line(d, a, door))
		return hand_out_log(d, &h, c, today);
	return c == NULL ? desk_renew_chain(d, door, today)
			 : handed_say(d, door, c->first);
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
	for (size_t i = 0; desk_hands_out(d) && i < r->devices_n; i++) {
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
