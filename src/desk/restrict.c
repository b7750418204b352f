#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/crypt.h"
#include "lang/lang.h"
#include "team/pack.h"

#include "desk/circles.h"
#include "desk/doors.h"
#include "desk/restrict.h"

#define OLDEST "oldest" /* the oldest day that the line ever listed */
#define KEYLESS_DAYS 7U /* for which a desk waits that has not the key */
#define LIES "lies" /* days for which it is thought to keep what lies there */

const struct restricted *
restrict_of(const struct desk *d, const struct conv *c)
{
	return registers_restricted(&d->registers, c->id);
}

/* Our member; NULL when this device was struck off. */
static const uint8_t *
our_member(const struct desk *d)
{
	const struct roster_device *device = roster_device(d->roster, d->id);

	return device == NULL ? NULL : device->member;
}

static bool
is_in(const struct desk *d, const struct restricted *r)
{
	const uint8_t *us = our_member(d);

	return us != NULL && restricted_has(r, us);
}

/* The key that is used now; NULL: it is not here, or to be made. */
static const struct circle *
key_of(const struct desk *d, const struct restricted *r)
{
	return r->has_circle ? circles_find(d, r->circle) : NULL;
}

enum restrict_stand
restrict_stand(const struct desk *d, const struct conv *c)
{
	const struct restricted *r = restrict_of(d, c);

	if (r == NULL || !r->is)
		return RESTRICT_NOT;
	if (!is_in(d, r))
		return RESTRICT_OUT;
	return key_of(d, r) != NULL ? RESTRICT_READS : RESTRICT_WAITS;
}

enum err
restrict_recipient(const struct desk *d, const struct conv *c, uint32_t day,
    struct age_recipient *to)
{
	const struct restricted *r = restrict_of(d, c);
	const struct circle *circle;

	if (r == NULL || !r->is)
		return ERR_NOTHING;
	/* What somebody says who never read it is no secret of theirs.  Who did
	 * may have said it then, or knows what was said: not to the door. */
	if (!is_in(d, r))
		return circles_has(d, c) ? ERR_MISSING : ERR_NOTHING;
	if ((circle = key_of(d, r)) == NULL)
		return ERR_MISSING;
	return circle_recipient(to, circle, day);
}

enum err
restrict_next(
    const struct desk *d, const struct conv *c, uint32_t day, struct letter *l)
{
	const struct restricted *r = restrict_of(d, c);
	bool said;
	enum err e;

	/* Who said it may have told the source, before he heard that it has no
	 * effect. */
	if ((e = restrict_was_said(d, c, &said)) != ERR_OK || !said)
		return e == ERR_OK ? ERR_NOTHING : e;
	if (r != NULL && r->is && !is_in(d, r))
		return ERR_MISSING;
	if ((e = restrict_recipient(d, c, day, &l->next)) == ERR_NOTHING)
		l->next_is_door = true;
	else if (e != ERR_OK)
		return e;
	l->has_next = true;
	return ERR_OK;
}

/* Can only those open it who read it when it came? */
static bool
is_closed(
    const struct desk *d, const struct restricted *r, const struct said *s)
{
	static const uint8_t none[EFFECT_ID_BYTES];

	/* An earlier version judged it. */
	return memcmp(s->circle, none, sizeof none) == 0 ||
	    registers_is_closed(&d->registers, r, s->circle, s->row);
}

bool
restrict_is_open(
    const struct desk *d, const struct conv *c, const struct said *s)
{
	const struct restricted *r = restrict_of(d, c);

	return r != NULL && r->is && !s->ours && s->row > r->since &&
	    !(s->by_circle && is_closed(d, r, s));
}

bool
restrict_is_outside(
    const struct desk *d, const struct conv *c, const struct said *s)
{
	return s->ours && restrict_of(d, c) != NULL &&
	    registers_outside(&d->registers, c->id, s->id);
}

bool
restrict_may_have(const struct desk *d, const uint8_t id[static CONV_ID_BYTES],
    const uint8_t member[static MEMBER_ID_BYTES])
{
	const struct restricted *r = registers_restricted(&d->registers, id);

	if (r == NULL || !r->was)
		return true;
	return r->is ? restricted_has(r, member)
		     : registers_always_had(&d->registers, id, member);
}

bool
restrict_is_kept(const struct desk *d, const struct conv *c)
{
	const struct restricted *r = restrict_of(d, c);

	return r != NULL && r->is && r->members_n > 0 &&
	    !registers_reads(&d->registers, r, d->about.member);
}

/*
 * Acts.
 */

enum err
restrict_hand_out(struct desk *d, struct effect *f, const struct circle *c)
{
	*f = (struct effect){ .kind = EFFECT_HAND_OUT,
		.chain_n = CIRCLE_ID_BYTES,
		.day = c->chain.day };
	memcpy(f->chain, c->id, sizeof c->id);
	crypt_random(f->id, sizeof f->id);
	return log_put_effect(d, f);
}

/* A circle for the members in `f`, which names the conversation and the day.
 * The key first: an entry without it would be for nobody.  Whoever does not
 * read it makes no key. */
static enum err
make(struct desk *d, struct effect *f, bool narrow)
{
	const struct registered *one =
	    registers_of(&d->registers, f->conversation);
	struct circle c;
	enum err e;

	f->kind = EFFECT_RESTRICT;
	if (one != NULL &&
	    registers_said_enough(&d->registers, &one->restricted, d->id))
		return ERR_FULL;
	if (one != NULL)
		f->ids_n = registers_over(&d->registers, &one->restricted,
		    narrow ? NULL : our_member(d), f->ids);
	if (f->members_n == 0 || narrow)
		return log_put_effect(d, f);
	circle_make(&c, f->day, d->id);
	memcpy(f->chain, c.id, sizeof c.id);
	f->chain_n = sizeof c.id;
	if ((e = circles_put(d, &c, f->conversation)) == ERR_OK &&
	    (e = log_put_effect(d, f)) == ERR_OK)
		e = restrict_hand_out(d, f, &c);
	circle_drop(&c);
	return e;
}

static bool
reads_at(const struct roster_door *door, const uint8_t *member)
{
	for (size_t i = 0; i < door->readers_n; i++)
		if (memcmp(door->readers[i], member, MEMBER_ID_BYTES) == 0)
			return true;
	return false;
}

static bool
is_same(const struct restricted *r, const struct effect *f)
{
	if (r->members_n != f->members_n)
		return false;
	for (size_t i = 0; i < f->members_n; i++)
		if (!restricted_has(r, f->members[i]))
			return false;
	return true;
}

/* Fill in the members, none twice, who are all of those that may be named; is
 * this desk's own among them? */
static enum err
take_members(const struct desk *d, const struct conv *c, struct effect *f,
    const uint8_t (*members)[MEMBER_ID_BYTES], size_t n, bool *own)
{
	const struct roster_door *door = doors_of(d, c);
	const uint8_t *us = our_member(d);

	for (size_t i = 0; i < n; i++) {
		bool twice = false;

		if (roster_member(d->roster, members[i]) == NULL ||
		    !reads_at(door, members[i]))
			return ERR_NOTHING;
		for (size_t j = 0; j < f->members_n; j++)
			twice |= memcmp(f->members[j], members[i],
				     MEMBER_ID_BYTES) == 0;
		if (!twice)
			memcpy(f->members[f->members_n++], members[i],
			    MEMBER_ID_BYTES);
		*own |=
		    us != NULL && memcmp(us, members[i], MEMBER_ID_BYTES) == 0;
	}
	return ERR_OK;
}

/* Whoever does not read it can be an admin, and leave readers out. */
static enum err
may_narrow(const struct desk *d, const struct restricted *r,
    const struct effect *f, bool own)
{
	if (desk_role(d) != MEMBER_ADMIN || f->members_n == 0 || own)
		return ERR_DENIED;
	for (size_t i = 0; i < f->members_n; i++)
		if (!registers_reads(&d->registers, r, f->members[i]))
			return ERR_NOTHING;
	return ERR_OK;
}

enum err
desk_restrict(struct desk *d, const struct conv *c,
    const uint8_t (*members)[MEMBER_ID_BYTES], size_t n, uint32_t day)
{
	const struct restricted *r = restrict_of(d, c);
	const bool narrow = restrict_stand(d, c) == RESTRICT_OUT;
	struct effect *f = calloc(1, sizeof *f);
	bool own = false;
	enum err e;

	if (f == NULL)
		return ERR_NOMEM;
	f->day = day;
	memcpy(f->conversation, c->id, sizeof f->conversation);
	if ((e = log_may(d, "restrict")) != ERR_OK)
		goto out;
	if ((e = take_members(d, c, f, members, n, &own)) != ERR_OK)
		goto out;
	e = narrow          ? may_narrow(d, r, f, own)
	    : own || n == 0 ? ERR_OK
			    : ERR_MISSING;
	if (e != ERR_OK)
		goto out;
	e = ERR_TAKEN;
	if (r == NULL ? n == 0
		      : !r->at_odds && r->is == (n > 0) && is_same(r, f))
		goto out;
	e = make(d, f, narrow);
out:
	wipe_free(f, sizeof *f);
	return e;
}

/*
 * Renewal.
 */

/* Had a device of these members the key under `was` that `now` does not name,
 * or gives to another? */
static bool
has_lost(const struct restricted *r, const struct roster *was,
    const struct roster *now)
{
	for (size_t i = 0; i < was->devices_n; i++) {
		const struct roster_device *old = &was->devices[i], *is;
		uint8_t id[DEVICE_ID_BYTES];

		if (!restricted_has(r, old->member))
			continue;
		device_id(id, old->key);
		is = roster_device(now, id);
		if (is == NULL ||
		    memcmp(is->member, old->member, MEMBER_ID_BYTES) != 0)
			return true;
	}
	return false;
}

/* The day of the first such step behind the roster under which it was made;
 * UINT32_MAX: there is none. */
static uint32_t
due_since(const struct desk *d, const struct restricted *r)
{
	for (size_t i = 1; i < d->rosters_n; i++)
		if (d->rosters[i]->serial > r->roster &&
		    has_lost(r, d->rosters[i - 1], d->rosters[i]))
			return d->rosters[i]->until - ROSTER_DAYS;
	return UINT32_MAX;
}

static const struct roster *
roster_then(const struct desk *d, uint32_t serial)
{
	size_t i = d->rosters_n;

	while (i > 1 && d->rosters[i - 1]->serial > serial)
		i--;
	return d->rosters[i - 1];
}

/* May another device of those who read it have the key?  One that was theirs
 * when it was made. */
static bool
others_may_have(const struct desk *d, const struct restricted *r)
{
	const struct roster *then = roster_then(d, r->roster);

	for (size_t i = 0; i < d->roster->devices_n; i++) {
		const struct roster_device *is = &d->roster->devices[i], *was;
		uint8_t id[DEVICE_ID_BYTES];

		device_id(id, is->key);
		was = roster_device(then, id);
		if (was != NULL && !desk_is_own(d, id) &&
		    restricted_has(r, is->member) &&
		    memcmp(was->member, is->member, MEMBER_ID_BYTES) == 0)
			return true;
	}
	return false;
}

/* Whoever has the key makes the next one.  A desk that has it not waits for
 * those; for a device that is gone it would wait for ever. */
static bool
is_due(const struct desk *d, const struct restricted *r, uint32_t today)
{
	const uint32_t since = due_since(d, r);

	return since != UINT32_MAX &&
	    (key_of(d, r) != NULL || !others_may_have(d, r) ||
		today >= since + KEYLESS_DAYS);
}

static enum err
renew_one(struct desk *d, struct effect *f, const struct registered *one,
    uint32_t day)
{
	const struct restricted *r = &one->restricted;

	*f = (struct effect){ .day = day };
	memcpy(f->conversation, one->id, sizeof f->conversation);
	f->members_n = r->members_n;
	memcpy(f->members, r->members, sizeof f->members);
	return make(d, f, false);
}

/* Our circles that were handed out, by the log. */
static enum err
handed_out(struct desk *d, struct effect *f, struct tagmap *all)
{
	struct teamlog_line line;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &line);
		if (line.kind != EFFECT_HAND_OUT ||
		    memcmp(line.device, d->id, DEVICE_ID_BYTES) != 0)
			continue;
		e = effect_read(f, line.kind, line.body, line.body_len);
		if (e == ERR_OK && f->chain_n == CIRCLE_ID_BYTES)
			e = tagmap_put(all, f->chain, 0);
	}
	return e;
}

/* Killed between the two entries. */
static enum err
hand_out_rest(struct desk *d, struct effect *f)
{
	struct tagmap done = { .slots = NULL };
	enum err e = handed_out(d, f, &done);

	for (size_t i = 0; e == ERR_OK && i < circles_count(d); i++) {
		const struct circle *c = circles_at(d, i);

		if (registers_circle(&d->registers, c->id, d->id) != NULL &&
		    !tagmap_get(&done, c->id, NULL))
			e = restrict_hand_out(d, f, c);
	}
	tagmap_drop(&done);
	return e;
}

enum err
restrict_renew(struct desk *d, uint32_t day)
{
	struct registers *all = &d->registers;
	struct effect *f;
	enum err e = ERR_OK;

	if (log_may(d, "restrict") != ERR_OK)
		return ERR_OK;
	if ((f = calloc(1, sizeof *f)) == NULL)
		return ERR_NOMEM;
	e = hand_out_rest(d, f);
	/* Before the log has named the newest roster it would be made again and
	 * again. */
	for (size_t i = 0;
	     e == ERR_OK && all->named >= d->roster->serial && i < all->n;
	     i++) {
		const struct restricted *r = &all->list[i].restricted;

		/* Keys for nobody would fill this desk. */
		if (r->is && is_in(d, r) &&
		    !registers_said_enough(all, r, d->id) &&
		    (!r->has_circle || is_due(d, r, day)))
			e = renew_one(d, f, &all->list[i], day);
	}
	wipe_free(f, sizeof *f);
	return e;
}

/*
 * What is to be done.
 */

/* When the oldest file that the line ever had is gone, the oldest it has says
 * for how long it keeps them.  Until then nothing has gone. */
enum err
restrict_look(struct desk *d, uint32_t oldest, uint32_t today)
{
	uint32_t first = UINT32_MAX, lies = CIRCLE_LIES, was = 0;
	enum err e = desk_recall_num(d, OLDEST, &first);

	if (circles_count(d) == 0 || oldest > today ||
	    (e != ERR_OK && e != ERR_NOTHING))
		return e == ERR_NOTHING || e == ERR_OK ? ERR_OK : e;
	if (oldest < first &&
	    (e = desk_remember_num(d, OLDEST, oldest)) != ERR_OK)
		return e;
	if (oldest > first || today - oldest > CIRCLE_LIES)
		lies = today - oldest;
	e = desk_recall_num(d, LIES, &was);
	if ((e == ERR_OK && was == lies) || (e != ERR_OK && e != ERR_NOTHING))
		return e;
	return desk_remember_num(d, LIES, lies);
}

enum restrict_todo
restrict_todo(const struct desk *d, const struct conv *c, uint32_t today)
{
	const struct restricted *r = restrict_of(d, c);
	uint32_t lies = CIRCLE_LIES;

	if (restrict_stand(d, c) != RESTRICT_READS)
		return RESTRICT_FINE;
	if (r->told == 0)
		return RESTRICT_TELL;
	if (desk_recall_num((struct desk *)(uintptr_t)d, LIES, &lies) != ERR_OK)
		lies = CIRCLE_LIES;
	/* A little before half of it. */
	return today > r->told && (today - r->told) * 5 >= lies * 2
	    ? RESTRICT_REPEAT
	    : RESTRICT_FINE;
}

const char *
restrict_proposal(void)
{
	return LANG_N("From now on only a few of us read what you write here. "
		      "Nothing changes for you: write as before.");
}
