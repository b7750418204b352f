/* Which words on who reads a conversation have effect (doc/protocol/70-team.md,
 * "Circles"). */
#include <assert.h>
#include <string.h>

#include "desk/inside.h"
#include "desk/register_part.h"
#include "team/circle.h"

/* What one device says of who reads one conversation; the rest has no effect.
 * Whoever reads it could have every desk work for hours. */
#define OF_ONE 64U

/* A circle is of the device that named it, and named once, with its maker
 * among those for whom it is: he has its key. */
static bool
is_its_own(const struct registers *r, const struct teamlog_line *line,
    const struct effect *f)
{
	bool own = false;

	for (size_t i = 0; i < f->members_n; i++)
		own |=
		    memcmp(f->members[i], line->member, MEMBER_ID_BYTES) == 0;
	return f->chain_n == 0 ||
	    (own && circle_is_by(f->chain, line->device) &&
		registers_circle(r, f->chain, NULL) == NULL);
}

static struct registered_circle *
parent(const struct registers *r, const struct effect *f, size_t i)
{
	struct registered_circle *c;
	uint32_t at;

	if (!tagmap_get(&r->by_restrict, f->ids[i], &at))
		return NULL;
	c = &r->circles[at];
	return memcmp(c->conversation, f->conversation,
		   sizeof c->conversation) == 0
	    ? c
	    : NULL;
}

/* The same once has_effect() has seen that it is here. */
static struct registered_circle *
parent_of(const struct registers *r, const struct effect *f, size_t i)
{
	struct registered_circle *c = parent(r, f, i);

	assert(c != NULL);
	return c;
}

static bool
anybody_left(const struct registers *r, const struct registered_circle *c)
{
	for (size_t i = 0; i < c->members_n; i++)
		if (register_stays(r, c->conversation, c->members[i]))
			return true;
	return false;
}

/* Did this member read it, as one of those says in whose place this comes? */
static bool
read_by(const struct registers *r, const struct registered_circle *c,
    const uint8_t *member)
{
	return c->members_n > 0 && anybody_left(r, c)
	    ? registers_names(c, member)
	    : register_at_door(r, c->conversation, member, true);
}

/* By how many of those. */
static size_t
read_by_how_many(
    const struct registers *r, const struct effect *f, const uint8_t *member)
{
	size_t n = 0;

	for (size_t i = 0; i < f->ids_n; i++)
		n += read_by(r, parent_of(r, f, i), member);
	return n;
}

/* By all of them; by none: at the door. */
static bool
read_it(
    const struct registers *r, const struct effect *f, const uint8_t *member)
{
	return f->ids_n == 0
	    ? register_at_door(r, f->conversation, member, true)
	    : read_by_how_many(r, f, member) == f->ids_n;
}

/* Does anybody who is there read it by all of them? */
static bool
anybody_reads(const struct registers *r, const struct effect *f)
{
	const struct registered_circle *one;

	if (f->ids_n == 0)
		return true;
	one = parent_of(r, f, 0);
	if (one->members_n == 0)
		return true;
	for (size_t i = 0; i < one->members_n; i++)
		if (register_stays(r, f->conversation, one->members[i]) &&
		    read_it(r, f, one->members[i]))
			return true;
	return false;
}

/* Does one of them that is no admin's say so? */
static bool
chosen_by_a_reader(
    const struct registers *r, const struct effect *f, const uint8_t *member)
{
	for (size_t i = 0; i < f->ids_n; i++)
		if (!parent_of(r, f, i)->narrows &&
		    registers_names(parent_of(r, f, i), member))
			return true;
	return false;
}

/* An admin who does not read it may take readers away, never let one in, nor
 * himself; of what is at odds he may choose. */
static bool
narrows(const struct registers *r, const struct teamlog_line *line,
    const struct effect *f)
{
	bool some;

	if (line->role != MEMBER_ADMIN || f->chain_n > 0 || f->members_n == 0)
		return false;
	some = anybody_reads(r, f);
	for (size_t i = 0; i < f->members_n; i++) {
		const uint8_t *m = f->members[i];

		if (memcmp(m, line->member, MEMBER_ID_BYTES) == 0 ||
		    !(some ? read_it(r, f, m) : chosen_by_a_reader(r, f, m)))
			return false;
	}
	return true;
}

bool
registers_said_enough(const struct registers *r, const struct restricted *is,
    const uint8_t device[static DEVICE_ID_BYTES])
{
	const struct registered_circle *c;
	unsigned n = 0;

	for (c = register_newest(r, is); c != NULL && n < OF_ONE;
	     c = register_before(r, c))
		n += memcmp(c->device, device, sizeof c->device) == 0;
	return n == OF_ONE;
}

/* Whoever does not read a conversation cannot let others in, or out; wherever
 * in the order his entry stands. */
static bool
has_effect(const struct registers *r, const struct restricted *is,
    const struct teamlog_line *line, const struct effect *f, bool *narrow)
{
	*narrow = false;
	if (line->member == NULL)
		return false;
	for (size_t i = 0; i < f->ids_n; i++)
		if (parent(r, f, i) == NULL)
			return false;
	*narrow = !read_it(r, f, line->member);
	if (*narrow ? !narrows(r, line, f) : !is_its_own(r, line, f))
		return false;
	/* Named members and no key: an admin's alone. */
	if (!*narrow && f->chain_n == 0 && f->members_n > 0)
		return false;
	return !registers_said_enough(r, is, line->device);
}

static enum err
note_one(struct registers *r, struct restricted *is,
    const struct teamlog_line *line, const struct effect *f, bool narrow)
{
	const uint32_t place = (uint32_t)r->circles_n;
	void *list = r->circles;
	struct registered_circle *c;
	enum err e;

	e = list_grow(&list, place, &r->circles_room, sizeof *r->circles);
	r->circles = list;
	if (e != ERR_OK ||
	    (e = tagmap_put(&r->by_restrict, line->hash, place)) != ERR_OK ||
	    (f->chain_n > 0 &&
		(e = tagmap_put(&r->by_circle, f->chain, place)) != ERR_OK))
		return e;
	c = &r->circles[r->circles_n++];
	*c = (struct registered_circle){ .has_key = f->chain_n > 0,
		.members_n = f->members_n,
		.day = f->day,
		.roster = r->named,
		.before = is->last,
		.narrows = narrow };
	is->last = place + 1;
	memcpy(c->id, f->chain, sizeof c->id);
	memcpy(c->device, line->device, sizeof c->device);
	memcpy(c->conversation, f->conversation, sizeof c->conversation);
	memcpy(c->members, f->members, sizeof c->members);
	memcpy(c->name, line->hash, sizeof c->name);
	return ERR_OK;
}

enum err
register_restrict(struct registers *r, struct restricted *is,
    const struct teamlog_line *line, const struct effect *f)
{
	bool narrow;
	enum err e;

	if (!has_effect(r, is, line, f, &narrow)) {
		is->refused++;
		return ERR_OK;
	}
	if ((e = note_one(r, is, line, f, narrow)) != ERR_OK)
		return e;
	for (size_t i = 0; i < f->ids_n; i++)
		parent_of(r, f, i)->over = true;
	is->was = true;
	is->told = 0;
	register_settle(r, is, f->conversation);
	return ERR_OK;
}

bool
register_told(struct registers *r, const struct teamlog_line *line,
    const struct effect *f)
{
	const uint8_t *by = line->member;
	uint32_t at;

	if (!tagmap_get(&r->by_id, f->conversation, &at) ||
	    !r->list[at].restricted.was)
		return false;
	if (r->list[at].restricted.is &&
	    (by == NULL || !registers_reads(r, &r->list[at].restricted, by)))
		return true;
	/* A day to come would have it that he is told for ever. */
	if (f->day > r->list[at].restricted.told && f->day <= r->today + 1)
		r->list[at].restricted.told = f->day;
	return false;
}
