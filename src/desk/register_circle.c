/* Who reads what, by the log. */
#include <string.h>

#include "desk/inside.h"
#include "desk/register_part.h"
#include "team/circle.h"

const struct restricted *
registers_restricted(
    const struct registers *r, const uint8_t id[static CONV_ID_BYTES])
{
	const struct registered *one = registers_of(r, id);

	return one != NULL && (one->restricted.was || one->restricted.refused)
	    ? &one->restricted
	    : NULL;
}

bool
restricted_has(
    const struct restricted *of, const uint8_t member[static MEMBER_ID_BYTES])
{
	for (size_t i = 0; i < of->members_n; i++)
		if (memcmp(of->members[i], member, MEMBER_ID_BYTES) == 0)
			return true;
	return false;
}

const struct registered_circle *
registers_circle(const struct registers *r,
    const uint8_t id[static EFFECT_ID_BYTES], const uint8_t *device)
{
	for (size_t i = 0; i < r->circles_n; i++) {
		const struct registered_circle *c = &r->circles[i];

		if (memcmp(c->id, id, sizeof c->id) == 0 &&
		    (device == NULL ||
			memcmp(c->device, device, sizeof c->device) == 0))
			return c;
	}
	return NULL;
}

static bool
is_member(const struct registered_circle *c, const uint8_t *member)
{
	for (size_t i = 0; i < c->members_n; i++)
		if (memcmp(c->members[i], member, MEMBER_ID_BYTES) == 0)
			return true;
	return false;
}

bool
registers_always_had(const struct registers *r,
    const uint8_t conversation[static CONV_ID_BYTES],
    const uint8_t member[static MEMBER_ID_BYTES])
{
	for (size_t i = 0; i < r->circles_n; i++) {
		const struct registered_circle *c = &r->circles[i];

		if (memcmp(c->conversation, conversation, CONV_ID_BYTES) == 0 &&
		    !is_member(c, member))
			return false;
	}
	return true;
}

/* Was this member of any circle that the conversation had?  An entry can be
 * made to stand before others, so its place does not decide alone. */
static bool
ever_had(const struct registers *r, const uint8_t *conversation,
    const uint8_t *member)
{
	for (size_t i = 0; i < r->circles_n; i++) {
		const struct registered_circle *c = &r->circles[i];

		if (memcmp(c->conversation, conversation, CONV_ID_BYTES) == 0 &&
		    is_member(c, member))
			return true;
	}
	return false;
}

bool
registers_outside(const struct registers *r,
    const uint8_t conversation[static CONV_ID_BYTES],
    const uint8_t id[static LETTER_ID_BYTES])
{
	const struct restricted *of = registers_restricted(r, conversation);

	for (size_t i = 0; of != NULL && of->is && i < r->replies_n; i++) {
		const struct registered_reply *is = &r->replies[i];

		if (memcmp(is->id, id, sizeof is->id) != 0 ||
		    memcmp(is->conversation, conversation, CONV_ID_BYTES) != 0)
			continue;
		if (is->outside ||
		    (is->day >= of->since &&
			!ever_had(r, conversation, is->member)))
			return true;
	}
	return false;
}

bool
registers_sent(const struct registers *r,
    const uint8_t conversation[static CONV_ID_BYTES], uint32_t day,
    uint32_t slot)
{
	for (size_t i = 0; i < r->replies_n; i++)
		if (r->replies[i].day == day && r->replies[i].slot == slot &&
		    memcmp(r->replies[i].conversation, conversation,
			CONV_ID_BYTES) == 0)
			return true;
	return false;
}

/* Is anybody left of those who read? */
static bool
is_anybody_left(const struct registers *r, const struct restricted *of)
{
	for (size_t i = 0; i < of->members_n; i++)
		if (r->roster != NULL &&
		    roster_member(r->roster, of->members[i]) != NULL)
			return true;
	return false;
}

void
register_roster(struct registers *r, const struct effect *f)
{
	if (f->number > r->named)
		r->named = f->number;
}

static enum err
note_circle(struct registers *r, const struct teamlog_line *line,
    const struct effect *f)
{
	void *list = r->circles;
	struct registered_circle *c;
	enum err e;

	e = list_grow(
	    &list, r->circles_n, &r->circles_room, sizeof *r->circles);
	r->circles = list;
	if (e != ERR_OK)
		return e;
	c = &r->circles[r->circles_n++];
	memcpy(c->id, f->chain, sizeof c->id);
	memcpy(c->device, line->device, sizeof c->device);
	memcpy(c->conversation, f->conversation, sizeof c->conversation);
	c->members_n = f->members_n;
	memcpy(c->members, f->members, sizeof c->members);
	return ERR_OK;
}

/* A circle is of the device that named it, and of one conversation. */
static bool
is_its_own(const struct registers *r, const struct teamlog_line *line,
    const struct effect *f)
{
	const struct registered_circle *c;

	if (f->chain_n == 0)
		return true;
	if (!circle_is_by(f->chain, line->device))
		return false;
	c = registers_circle(r, f->chain, NULL);
	return c == NULL ||
	    memcmp(c->conversation, f->conversation, CONV_ID_BYTES) == 0;
}

/* Whoever does not read a conversation cannot let others in, or out. */
enum err
register_restrict(struct registers *r, struct restricted *is,
    const struct teamlog_line *line, const struct effect *f)
{
	const uint8_t *by = line->member;
	enum err e;

	if (by == NULL || !is_its_own(r, line, f) ||
	    (is->is && !restricted_has(is, by) && is_anybody_left(r, is))) {
		is->refused++;
		return ERR_OK;
	}
	if (f->chain_n > 0 && (e = note_circle(r, line, f)) != ERR_OK)
		return e;
	if (!is->is)
		is->since = f->day;
	is->is = f->chain_n > 0;
	is->was = true;
	is->day = f->day;
	is->told = 0;
	is->roster = r->named;
	memcpy(is->circle, f->chain, sizeof is->circle);
	is->members_n = is->is ? f->members_n : 0;
	memcpy(is->members, f->members, sizeof is->members);
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
	    (by == NULL || !restricted_has(&r->list[at].restricted, by)))
		return true;
	if (f->day > r->list[at].restricted.told)
		r->list[at].restricted.told = f->day;
	return false;
}
