/*
 * desk_chance_talk: what members of desk_chance.h do with a conversation beside
 * reading and answering, in schedules that are wide (seeds from MANY_WIDE on):
 * notes, drafts, who is assigned, outcomes, holds.  Whoever reads there must
 * come to the same of all of it.
 */
#ifndef UNIT_DESK_CHANCE_TALK_H
#define UNIT_DESK_CHANCE_TALK_H

#include "desk/clocks.h"
#include "desk/words.h"
#include "desk_chance_moves.h"

#define MANY_WIDE 1000001U

/* May this desk do what editors do?  That is what it is told. */
static inline void
may_it(const struct one *o, enum err e)
{
	OK(e == ERR_OK || e == ERR_DENIED);
	OK((e == ERR_DENIED) == (desk_role(o->d) == MEMBER_VIEWER));
}

static inline void
do_note(struct one *o, struct conv *c)
{
	char text[24];
	const int n = snprintf(text, sizeof text, "note %u", roll(1000));

	OK(desk_say_note(o->d, c, text, (size_t)n) == ERR_OK);
}

/* A new one, or in the place of the first that stands. */
static inline void
do_draft(struct one *o, struct conv *c)
{
	struct desk_words list[WORDS_DRAFTS];
	struct words_ids over = { .n = 0 };
	char text[24];
	const int n = snprintf(text, sizeof text, "draft %u", roll(1000));

	if (desk_drafts(o->d, c, list) == WORDS_DRAFTS ||
	    (desk_drafts(o->d, c, list) > 0 && roll(2) == 0)) {
		memcpy(over.id[0], list[0].entry->id, sizeof over.id[0]);
		over.n = 1;
	}
	may_it(o, desk_draft(o->d, c, text, (size_t)n, &over));
}

static inline void
do_assign(struct one *o, struct conv *c)
{
	const struct roster *r = desk_roster(o->d);
	uint8_t to[1][MEMBER_ID_BYTES];

	memcpy(
	    to[0], r->members[roll((uint32_t)r->members_n)].id, sizeof to[0]);
	may_it(o,
	    desk_assign(o->d, c, (const uint8_t(*)[MEMBER_ID_BYTES])to,
		roll(3) > 0 ? 1 : 0));
}

static inline void
do_outcome(struct one *o, struct conv *c)
{
	static const enum effect_outcome all[] = { OUTCOME_OPEN,
		OUTCOME_IRRELEVANT, OUTCOME_CLOSED, OUTCOME_PUBLISHED };
	const enum effect_outcome to = all[roll(COUNT(all))];

	/* What is so already is no act. */
	if (c->outcome != to)
		may_it(o, clocks_set_outcome(o->d, c, to));
}

static inline void
do_hold(struct one *o, struct conv *c)
{
	const enum err e = clocks_hold(o->d, c, !c->hold);
	OK(e == ERR_OK || e == ERR_DENIED);
	OK((e == ERR_DENIED) == (desk_role(o->d) != MEMBER_ADMIN));
}

static inline void
move_talk(void)
{
	static void (*const acts[])(struct one *, struct conv *) = { do_note,
		do_draft, do_assign, do_outcome, do_hold };
	const uint32_t which = roll(COUNT(acts));
	unsigned w;
	struct one *o;
	struct conv *c = some_conv(&o, &w);

	if (c == NULL)
		return;
	say("does with a talk", o, which);
	acts[which](o, c);
}

/* In a wide schedule every fourth move is one of these. */
static inline void
wide_move(void)
{
	if (roll(4) == 0)
		move_talk();
	else
		any_move();
}

static inline void
words_alike(const struct desk_words *a, const struct desk_words *b)
{
	OK(memcmp(a->entry->id, b->entry->id, sizeof a->entry->id) == 0);
	OK(memcmp(a->entry->device, b->entry->device,
	       sizeof a->entry->device) == 0);
}

/* The notes and drafts that there are, in one order.  Their words may not have
 * come to one who came later. */
static inline void
all_words_alike(const struct desk *a, const struct conv *c,
    const struct desk *b, const struct conv *o)
{
	struct desk_words x, y, of_a[WORDS_DRAFTS], of_b[WORDS_DRAFTS];
	const size_t n = desk_drafts(a, c, of_a);
	uint32_t i = 0, j = 0;
	bool more = true;

	while (more) {
		more = desk_next_note(a, c, &i, &x);
		OK(desk_next_note(b, o, &j, &y) == more);
		if (more)
			words_alike(&x, &y);
	}
	OK(desk_drafts(b, o, of_b) == n);
	for (size_t k = 0; k < n; k++)
		words_alike(&of_a[k], &of_b[k]);
}

static inline void
talk_alike(const struct desk *a, const struct conv *c, const struct desk *b,
    const struct conv *o, bool same)
{
	const uint8_t(*of_a)[MEMBER_ID_BYTES], (*of_b)[MEMBER_ID_BYTES];
	const size_t n = desk_assigned(a, c, &of_a);
	struct clocks_state s, t;

	all_words_alike(a, c, b, o);
	OK(desk_assigned(b, o, &of_b) == n);
	OK(n == 0 || memcmp(of_a, of_b, n * sizeof *of_a) == 0);
	clocks_state(a, c, &s);
	clocks_state(b, o, &t);
	OK(s.outcome == t.outcome && s.hold == t.hold);
	/* Periods run from the last letter that is here. */
	if (!same)
		return;
	OK(s.ends == t.ends && s.goes == t.goes);
}

/* Of all conversations that both of two desks have. */
static inline void
talks_alike(const struct one *a, const struct one *b)
{
	for (unsigned i = 0; reads(a) && reads(b) && i < MANY_WRITERS; i++) {
		const struct conv *c = conv_with(a->d, &writers[i]);
		const struct conv *o = conv_with(b->d, &writers[i]);

		if (c != NULL && o != NULL && !is_gone(a, i) && !is_gone(b, i))
			talk_alike(a->d, c, b->d, o, same_sight(a, b, i));
	}
}

#endif
