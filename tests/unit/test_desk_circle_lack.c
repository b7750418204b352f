/* The key of a circle that did not come to a desk of its member is asked for,
 * and given by another of its members; to nobody else. */
#include "desk_circle.h"

static void
lose_key(unsigned i, const struct writer *w)
{
	OK(circles_forget(many[i], at(i, w)) == ERR_OK);
	OK(restrict_stand(many[i], at(i, w)) == RESTRICT_WAITS);
}

static void
a_key_that_was_missed_comes_from_whoever_made_it(void)
{
	struct writer w;

	begin_circle(&w);
	sync_many();
	lose_key(1, &w);
	set_day(day + 1);
	sync_many();
	OK(restrict_stand(many[1], at(1, &w)) == RESTRICT_READS);
	OK(circles_count(many[2]) == 0);
	end_many();
}

/* A desk that is bent asks for what is not its member's. */
static void
ask_for(unsigned i, const uint8_t *name)
{
	struct effect f = { .kind = EFFECT_LACK, .ids_n = 1 };
	struct buf body;

	memcpy(f.ids[0], name, TEAMLOG_NAME_BYTES);
	buf_init(&body, ENTRY_BODY_MAX);
	OK(effect_write(&body, &f) == ERR_OK);
	OK(log_put(many[i], "lack", &body) == ERR_OK);
	buf_drop(&body);
}

static void
and_from_another_member_when_its_maker_does_not_answer(void)
{
	static const enum member_role roles[] = { MEMBER_EDITOR, MEMBER_EDITOR,
		MEMBER_EDITOR };
	const struct registered_circle *c;
	struct desk *maker;
	struct writer w;

	begin_hello(&w, 3, roles);
	OK(restrict_to(3, at(3, &w), 1U << 1 | 1U << 2 | 1U << 3) == ERR_OK);
	answer(3, &w, "among us");
	sync_many();
	c = registers_circle(
	    &many[0]->registers, restrict_of(many[1], at(1, &w))->circle, NULL);
	lose_key(1, &w);
	maker = many[3];
	many_n = 3; /* it comes no more */
	for (unsigned i = 0; i < 9; i++) {
		if (i < 2)
			ask_for(0, c->name);
		set_day(day + 1);
		sync_many();
		c = registers_circle(&many[0]->registers,
		    restrict_of(many[2], at(2, &w))->circle, NULL);
	}
	OK(restrict_stand(many[1], at(1, &w)) == RESTRICT_READS);
	OK(circles_count(many[0]) == 0);
	OK(!opens_any(0, &w, "among us"));
	many_n = 4;
	OK(many[3] == maker);
	end_many();
}

T_BEGIN
desk_tests_begin();
T(a_key_that_was_missed_comes_from_whoever_made_it)
if (t_long()) {
	T(and_from_another_member_when_its_maker_does_not_answer)
}
T_END
