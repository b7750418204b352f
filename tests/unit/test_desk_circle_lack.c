/* The key of a circle that did not come to a desk of its member is asked for,
 * and given by another of its members; to nobody else. */
#include "desk/pack.h"
#include "desk/unpack.h"
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

static enum err
nothing_to_ask(void *who, const struct welcome *w)
{
	(void)who;
	(void)w;
	return ERR_OK;
}

static void
pack_for(unsigned by, unsigned to)
{
	const struct welcome_ask yes = { nothing_to_ask, NULL };
	struct pack_said_of packed;
	struct welcome said;
	struct buf note, out;
	struct join j;
	char file[100];

	(void)snprintf(file, sizeof file, "%s.pack", dir);
	buf_init(&note, JOIN_MAX);
	buf_init(&out, 64U << 20);
	OK(unpack_request(many[to], &note) == ERR_OK);
	OK(join_read(&j, note.at, note.len) == ERR_OK);
	OK(pack_give(many[by], &j, age_sink_buf(&out), &packed) == ERR_OK);
	OK(file_write(file, out.at, out.len, 0600) == ERR_OK);
	OK(unpack_take(&said, many[to], file, &yes) == ERR_OK);
	(void)unlink(file);
	buf_drop(&note);
	buf_drop(&out);
}

/* What still comes by a key is read by whom its circle names. */
static void
who_was_let_in_is_given_no_key_of_before(void)
{
	uint8_t before[CIRCLE_ID_BYTES];
	struct writer w;

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
	memcpy(before, restrict_of(many[0], at(0, &w))->circle, sizeof before);
	sync_many();
	OK(restrict_to(0, at(0, &w), 7) == ERR_OK);
	sync_many();
	OK(circles_forget(many[1], at(1, &w)) == ERR_OK);
	for (unsigned i = 1; i < 3; i++) {
		pack_for(0, i);
		OK(circles_count(many[i]) == 3 - i);
		OK((circles_find(many[i], before) == NULL) == (i == 2));
	}
	end_many();
}

/* The device of a member is struck off, and comes no more. */
static void
strike_off(unsigned i)
{
	const struct roster_come come = { come_many, NULL };
	struct roster *r = next_roster();
	struct buf note;

	OK(roster_strike(r, many[i]->id, &come) == ERR_OK);
	buf_init(&note, ROSTER_MAX);
	sign_roster(r, &note);
	buf_drop(&note);
}

static void
sync_those(unsigned bits)
{
	for (unsigned n = 0; n < 4; n++)
		for (unsigned i = 0; i < many_n; i++)
			if (bits >> i & 1)
				sync_one(many[i]);
}

/* The only one of a member who alone reads it. */
static void
who_comes_back_with_another_device_makes_another_key(void)
{
	uint8_t before[CIRCLE_ID_BYTES];
	struct writer w;

	begin_hello(&w, 1, editors);
	OK(restrict_to(1, at(1, &w), 2) == ERR_OK);
	answer(1, &w, "alone");
	sync_many();
	memcpy(before, restrict_of(many[1], at(1, &w))->circle, sizeof before);
	strike_off(1);
	join_device(MEMBER_EDITOR, desk_about(many[1])->member);
	sync_one(many[2]);
	sync_those(5);
	OK(restrict_stand(many[2], at(2, &w)) == RESTRICT_READS);
	OK(memcmp(before, restrict_of(many[2], at(2, &w))->circle,
	       sizeof before) != 0);
	OK(restrict_todo(many[2], at(2, &w), day) == RESTRICT_TELL);
	answer(2, &w, "again");
	send_as_told(&w, &(struct what){ .text = "for one", .id = 2 });
	sync_those(5);
	OK(opens_any(2, &w, "for one"));
	OK(!opens_any(0, &w, "for one") && !opens_any(1, &w, "for one"));
	end_many();
}

/* Another who may have it, and does not come, is waited for. */
static void
a_key_that_does_not_come_from_who_is_left_is_made_a_week_later(void)
{
	struct writer w;

	begin_hello(&w, 2, editors);
	join_device(MEMBER_EDITOR, desk_about(many[1])->member);
	sync_many();
	OK(restrict_to(1, at(1, &w), 6) == ERR_OK);
	sync_many();
	lose_key(3, &w);
	strike_off(1);
	sync_those(9);
	set_day(day + 6);
	sync_those(9);
	OK(restrict_stand(many[3], at(3, &w)) == RESTRICT_WAITS);
	set_day(day + 1);
	sync_those(9);
	OK(restrict_stand(many[3], at(3, &w)) == RESTRICT_READS);
	sync_those(13);
	OK(restrict_stand(many[2], at(2, &w)) == RESTRICT_READS);
	OK(restrict_stand(many[0], at(0, &w)) == RESTRICT_OUT);
	end_many();
}

T_BEGIN
desk_tests_begin();
T(who_was_let_in_is_given_no_key_of_before)
T(a_key_that_was_missed_comes_from_whoever_made_it)
T(who_comes_back_with_another_device_makes_another_key)
T(a_key_that_does_not_come_from_who_is_left_is_made_a_week_later)
if (t_long()) {
	T(and_from_another_member_when_its_maker_does_not_answer)
}
T_END
