/* Who reads what, by the log (doc/protocol/70-team.md, "Circles"). */
#include <string.h>

#include "base/wipe.h"

#include "desk/inside.h"
#include "desk/register_part.h"

void
register_circles_clear(struct registers *r)
{
	tagmap_clear(&r->by_circle);
	tagmap_clear(&r->by_restrict);
	r->circles_n = 0;
}

void
register_circles_drop(struct registers *r)
{
	wipe_free(r->circles, r->circles_room * sizeof *r->circles);
	tagmap_drop(&r->by_circle);
	tagmap_drop(&r->by_restrict);
}

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
	const struct registered_circle *c;
	uint32_t at;

	if (!tagmap_get(&r->by_circle, id, &at))
		return NULL;
	c = &r->circles[at];
	return device == NULL ||
		memcmp(c->device, device, sizeof c->device) == 0
	    ? c
	    : NULL;
}

bool
registers_names(const struct registered_circle *c,
    const uint8_t member[static MEMBER_ID_BYTES])
{
	for (size_t i = 0; i < c->members_n; i++)
		if (memcmp(c->members[i], member, MEMBER_ID_BYTES) == 0)
			return true;
	return false;
}

const struct registered_circle *
registers_restrict(
    const struct registers *r, const uint8_t name[static TEAMLOG_NAME_BYTES])
{
	uint32_t at;

	return tagmap_get(&r->by_restrict, name, &at) ? &r->circles[at] : NULL;
}

/* What was said of one conversation, the newest first; NULL. */
struct registered_circle *
register_newest(const struct registers *r, const struct restricted *of)
{
	return of->last == 0 ? NULL : &r->circles[of->last - 1];
}

struct registered_circle *
register_before(const struct registers *r, const struct registered_circle *c)
{
	return c->before == 0 ? NULL : &r->circles[c->before - 1];
}

bool
registers_always_had(const struct registers *r,
    const uint8_t conversation[static CONV_ID_BYTES],
    const uint8_t member[static MEMBER_ID_BYTES])
{
	const struct restricted *of = registers_restricted(r, conversation);
	const struct registered_circle *c;

	for (c = of == NULL ? NULL : register_newest(r, of); c != NULL;
	     c = register_before(r, c))
		if (c->members_n > 0 && !registers_names(c, member))
			return false;
	return true;
}

/* Does `c` leave out somebody whom the other names? */
static bool
leaves_out(
    const struct registered_circle *c, const struct registered_circle *whom)
{
	for (size_t i = 0; i < whom->members_n; i++)
		if (!registers_names(c, whom->members[i]))
			return true;
	return false;
}

/* What stands before it in the order and still holds was said beside it. */
bool
registers_is_closed(const struct registers *r, const struct restricted *of,
    const uint8_t circle[static EFFECT_ID_BYTES], uint32_t row)
{
	const struct registered_circle *is = registers_circle(r, circle, NULL);
	const struct registered_circle *c;
	bool behind = true;

	for (c = register_newest(r, of); is != NULL && c != NULL;
	     c = register_before(r, c)) {
		behind = behind && c != is;
		if ((behind || !c->over) && c->members_n > 0 &&
		    c->day >= of->since && c->day < row && leaves_out(c, is))
			return false;
	}
	return is != NULL;
}

/* Was he ever named?  An entry can be made to stand before others, so its place
 * does not decide alone. */
static bool
was_named(const struct registers *r, const struct restricted *of,
    const uint8_t *member)
{
	const struct registered_circle *c;

	for (c = register_newest(r, of); c != NULL; c = register_before(r, c))
		if (registers_names(c, member))
			return true;
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
		    (is->day >= of->since && !was_named(r, of, is->member)))
			return true;
	}
	return false;
}

void
register_roster(struct registers *r, const struct effect *f)
{
	if (f->number > r->named)
		r->named = f->number;
}

/*
 * What holds.
 */

bool
register_at_door(const struct registers *r, const uint8_t *conversation,
    const uint8_t *member, bool ever)
{
	return r->doors.reads == NULL ||
	    r->doors.reads(r->doors.who, conversation, member, ever);
}

/* Is he still there, to read what he is named for? */
bool
register_stays(const struct registers *r, const uint8_t *conversation,
    const uint8_t *member)
{
	return r->roster != NULL && roster_member(r->roster, member) != NULL &&
	    register_at_door(r, conversation, member, false);
}

/* Does it hold, as the last or beside others, and name anybody? */
static bool
holds(const struct registered_circle *c)
{
	return !c->over && c->members_n > 0;
}

bool
registers_reads(const struct registers *r, const struct restricted *of,
    const uint8_t member[static MEMBER_ID_BYTES])
{
	const struct registered_circle *c;

	if (!of->at_odds)
		return restricted_has(of, member);
	for (c = register_newest(r, of); c != NULL; c = register_before(r, c))
		if (holds(c) && registers_names(c, member))
			return true;
	return false;
}

/* By how many is he named of those that hold, and (unless NULL) name `also`?
 * Their number in *all. */
static size_t
count(const struct registers *r, const struct restricted *of,
    const uint8_t *member, const uint8_t *also, size_t *all)
{
	const struct registered_circle *c;
	size_t n = 0;

	*all = 0;
	for (c = register_newest(r, of); c != NULL; c = register_before(r, c))
		if (holds(c) && (also == NULL || registers_names(c, also))) {
			++*all;
			n += registers_names(c, member);
		}
	return n;
}

/* Those who are named by all that hold (and name `also`), or by any. */
static void
gather(struct registers *r, struct restricted *of, const uint8_t *also,
    bool any, const uint8_t *conversation)
{
	size_t all;

	of->members_n = 0;
	for (size_t i = 0; r->roster != NULL && i < r->roster->members_n; i++) {
		const uint8_t *member = r->roster->members[i].id;
		const size_t n = count(r, of, member, also, &all);

		if ((any ? n > 0 : n > 0 && n == all) &&
		    register_stays(r, conversation, member))
			memcpy(of->members[of->members_n++], member,
			    MEMBER_ID_BYTES);
	}
}

/* Is it for just those who read?  Somebody who is not there any more may have
 * its key. */
static bool
is_for_them(const struct restricted *of, const struct registered_circle *c)
{
	for (size_t i = 0; i < c->members_n; i++)
		if (!restricted_has(of, c->members[i]))
			return false;
	for (size_t i = 0; i < of->members_n; i++)
		if (!registers_names(c, of->members[i]))
			return false;
	return true;
}

/* The rest follows from who reads it. */
static void
settle_rest(
    const struct registers *r, struct restricted *of, const uint8_t *also)
{
	const struct registered_circle *c;

	of->has_circle = false;
	memset(of->circle, 0, sizeof of->circle);
	of->day = of->roster = UINT32_MAX;
	for (c = register_newest(r, of); c != NULL; c = register_before(r, c)) {
		if (!holds(c) || (also != NULL && !registers_names(c, also)))
			continue;
		of->day = c->day < of->day ? c->day : of->day;
		of->roster = c->roster < of->roster ? c->roster : of->roster;
		if (of->has_circle || !c->has_key || !is_for_them(of, c))
			continue;
		of->has_circle = true;
		memcpy(of->circle, c->id, sizeof of->circle);
	}
	if (of->day < of->since)
		of->since = of->day;
}

/* Whoever any of those that hold leaves out is out.  Were that all, who said
 * first would be chance, or chosen: then each is left to those it names. */
void
register_settle(
    struct registers *r, struct restricted *of, const uint8_t *conversation)
{
	const uint8_t *also = NULL;
	size_t all;

	of->at_odds = false;
	(void)count(r, of, r->member, NULL, &all);
	if (!of->is)
		of->since = UINT32_MAX;
	if (!(of->is = all > 0)) {
		of->members_n = 0;
		of->has_circle = false;
		return;
	}
	gather(r, of, NULL, false, conversation);
	if (of->members_n == 0) {
		gather(r, of, NULL, true, conversation);
		of->at_odds = of->members_n > 0;
		if (of->at_odds && restricted_has(of, r->member)) {
			also = r->member;
			gather(r, of, also, false, conversation);
		}
	}
	settle_rest(r, of, also);
}

size_t
registers_over(const struct registers *r, const struct restricted *of,
    const uint8_t *member,
    uint8_t over[static REGISTER_OVERS][TEAMLOG_NAME_BYTES])
{
	const struct registered_circle *c;
	size_t n = 0;

	for (c = register_newest(r, of); c != NULL && n < REGISTER_OVERS;
	     c = register_before(r, c))
		if (!c->over &&
		    (member == NULL || c->members_n == 0 ||
			registers_names(c, member)))
			memcpy(over[n++], c->name, TEAMLOG_NAME_BYTES);
	return n;
}
