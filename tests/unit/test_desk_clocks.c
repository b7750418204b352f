/* The second clock: what a team keeps, and what it destroys on every desk. */
#include "desk_clocks.h"

static void
what_is_closed_is_announced_and_goes_on_both_desks(void)
{
	const struct registered_dead *a, *b;
	uint32_t closed;

	begin_letter(MEMBER_EDITOR);
	OK(clocks_set_outcome(other, only_of(other), OUTCOME_IRRELEVANT) ==
	    ERR_OK);
	closed = day;
	days_on(29);
	OK(state(desk).outcome == OUTCOME_IRRELEVANT);
	OK(state(desk).goes == 0 && state(desk).ends == closed + 60);
	days_on(2);
	OK(state(desk).goes >= closed + 60 && !state(desk).asked);
	OK(state(desk).goes == state(other).goes);
	both_again();
	days_on(state(desk).goes - 1 - day);
	OK(desk_count(desk) == 1 && desk_count(other) == 1);
	days_on(1);
	OK(desk_count(desk) == 0 && desk_count(other) == 0);
	both_again();
	OK(desk_count(desk) == 0 && desk_count(other) == 0);
	sync_both();
	/* One line, the same on both. */
	OK(clocks_register(desk) == 1 && clocks_register(other) == 1);
	a = clocks_register_at(desk, 0);
	b = clocks_register_at(other, 0);
	OK(memcmp(a, b, sizeof *a) == 0);
	OK(a->outcome == OUTCOME_IRRELEVANT && a->letters == 1);
	OK(a->first == closed && a->last == closed);
	alike();
	end_team();
}

static void
what_is_open_or_published_stays(void)
{
	begin_letter(MEMBER_EDITOR);
	OK(clocks_set_outcome(desk, only_of(desk), OUTCOME_PUBLISHED) ==
	    ERR_OK);
	OK(state(desk).ends == 0);
	for (unsigned i = 0; i < 20; i++)
		days_on(50);
	OK(state(other).goes == 0 && desk_count(desk) == 1);
	end_team();
}

static void
the_teams_periods_hold_on_every_desk(void)
{
	const struct periods five = { 30, 60, 1825 };
	struct periods p;

	begin_letter(MEMBER_EDITOR);
	OK(clocks_set_periods(other, &five) == ERR_DENIED);
	OK(clocks_set_periods(desk, &five) == ERR_OK);
	OK(clocks_set_outcome(desk, only_of(desk), OUTCOME_CLOSED) == ERR_OK);
	sync_both();
	clocks_periods(other, &p);
	OK(p.closed == 1825 && strcmp(periods_same(&p)->name, "italy") == 0);
	OK(state(other).ends == day + 1825);
	end_team();
}

static void
whoever_asked_for_deletion_is_served_in_a_week(void)
{
	uint32_t on;

	begin_letter(MEMBER_EDITOR);
	reply(other, "an answer");
	OK(clocks_delete(other, only_of(other), &on) == ERR_OK);
	day_by_day(6);
	OK(desk_count(desk) == 1 && desk_count(other) == 1);
	day_by_day(2);
	OK(desk_count(desk) == 0 && desk_count(other) == 0);
	sync_both();
	OK(clocks_register(desk) == 1);
	OK(clocks_register_at(other, 0)->letters == 2);
	end_team();
}

static void
an_admin_destroys_at_once_on_all_desks(void)
{
	begin_letter(MEMBER_EDITOR);
	OK(desk_delete(desk, only_of(desk)) == ERR_OK);
	OK(desk_count(desk) == 0);
	sync_one(desk);
	sync_one(other);
	OK(desk_count(other) == 0 && report.clocks.destroyed == 1);
	both_again();
	sync_both();
	OK(clocks_register(desk) == 1 && clocks_register(other) == 1);
	/* What the same source writes then stays, even of the same day. */
	send(&w, &(struct what){ .text = "again", .id = 2 });
	sync_both();
	days_on(3);
	both_again();
	OK(only_of(desk)->said_n == 1 && only_of(other)->said_n == 1);
	OK(state(desk).goes == 0);
	alike();
	end_team();
}

static void
a_new_letter_stops_it_and_a_new_outcome_too(void)
{
	uint32_t on;

	begin_letter(MEMBER_EDITOR);
	OK(clocks_delete(desk, only_of(desk), &on) == ERR_OK);
	sync_both();
	/* Of the same day: it is another letter. */
	send(&w, &(struct what){ .text = "wait", .id = 2 });
	sync_one(other);
	OK(report.clocks.stopped == 1);
	sync_both();
	OK(state(desk).goes == 0);
	OK(clocks_delete(desk, only_of(desk), &on) == ERR_OK);
	sync_both();
	OK(state(other).goes == on);
	OK(clocks_set_outcome(other, only_of(other), OUTCOME_PUBLISHED) ==
	    ERR_OK);
	sync_one(other);
	days_on(10);
	OK(state(desk).goes == 0 && only_of(desk)->said_n == 2);
	alike();
	end_team();
}

static void
a_desk_that_was_away_destroys_when_it_comes_back(void)
{
	uint32_t on;

	begin_letter(MEMBER_EDITOR);
	OK(clocks_delete(desk, only_of(desk), &on) == ERR_OK);
	for (unsigned i = 0; i < 10; i++) {
		set_day(day + 4);
		sync_one(desk);
	}
	OK(desk_count(desk) == 0);
	open_other();
	OK(desk_count(other) == 1);
	sync_one(other);
	OK(desk_count(other) == 0);
	sync_both();
	OK(clocks_register(other) == 1);
	end_team();
}

/* It has old and new in one, and says so. */
static void
what_a_desk_keeps_because_the_source_wrote_since_is_said(void)
{
	begin_letter(MEMBER_EDITOR);
	OK(desk_delete(desk, only_of(desk)) == ERR_OK);
	sync_one(desk);
	set_day(day + 1);
	send(&w, &(struct what){ .text = "gone?", .id = 2 });
	sync_one(desk);
	OK(only_of(desk)->said_n == 1);
	sync_one(other);
	OK(only_of(other)->said_n == 2 && state(other).stays);
	OK(state(other).goes == 0 && clocks_going(other) == 0);
	OK(!state(desk).stays);
	OK(desk_delete(desk, only_of(desk)) == ERR_OK);
	sync_both();
	OK(desk_count(desk) == 0);
	end_team();
}

/* Hold and destruction by two desks that do not know of each other: whoever
 * has the letters still keeps them, whatever comes first. */
static void
a_hold_is_heard_in_every_order(void)
{
	for (unsigned i = 0; i < 4; i++) {
		uint32_t on;

		begin_letter(MEMBER_ADMIN);
		if (i < 2) {
			OK(clocks_delete(desk, only_of(desk), &on) == ERR_OK);
			sync_both();
			set_day(on);
		}
		/* More entries on one side: that one comes later. */
		for (unsigned k = 0; k < 3; k++) {
			struct desk *one = i % 2 == 0 ? desk : other;

			OK(clocks_set_outcome(one, only_of(one),
			       k % 2 == 0 ? OUTCOME_CLOSED : OUTCOME_OPEN) ==
			    ERR_OK);
		}
		OK(clocks_hold(other, only_of(other), true) == ERR_OK);
		if (i >= 2)
			OK(desk_delete(desk, only_of(desk)) == ERR_OK);
		sync_one(desk);
		sync_both();
		days_on(9);
		OK(desk_count(other) == 1 && state(other).hold);
		both_again();
		OK(desk_count(other) == 1);
		end_team();
	}
}

static void
two_that_destroy_at_once_come_to_one_line(void)
{
	uint32_t on;

	begin_letter(MEMBER_ADMIN);
	OK(clocks_delete(desk, only_of(desk), &on) == ERR_OK);
	sync_both();
	OK(desk_delete(desk, only_of(desk)) == ERR_OK);
	OK(desk_delete(other, only_of(other)) == ERR_OK);
	sync_both();
	OK(clocks_register(desk) == 1 && clocks_register(other) == 1);
	both_again();
	OK(clocks_register(desk) == 1);
	alike();
	end_team();
}

/* Words of an answer that come when all is over are thrown away, and those that
 * waited too. */
static void
words_that_come_late_are_not_kept(void)
{
	struct fake_row *row;
	size_t from;

	begin_letter(MEMBER_EDITOR);
	from = fake.rows_n;
	reply(other, "an answer");
	sync_one(other);
	row = &fake.rows[from];
	for (; row < fake.rows + fake.rows_n; row++)
		row->withheld = true;
	OK(desk_delete(desk, only_of(desk)) == ERR_OK);
	sync_one(desk);
	for (row = &fake.rows[from]; row < fake.rows + fake.rows_n; row++)
		row->withheld = false;
	sync_both();
	OK(desk_count(desk) == 0 && desk->told_n == 0);
	OK(desk_count(other) == 0 && other->told_n == 0);
	both_again();
	OK(desk->told_n == 0);
	end_team();
}

/* The week begins when the others can hear of it. */
static void
what_was_announced_without_a_line_waits(void)
{
	uint32_t on;

	begin_letter(MEMBER_EDITOR);
	OK(clocks_delete(other, only_of(other), &on) == ERR_OK);
	days_on(8);
	OK(desk_count(desk) == 1 && desk_count(other) == 1);
	OK(state(desk).goes == day + 7 && state(other).goes == day + 7);
	days_on(7);
	OK(desk_count(desk) == 0 && desk_count(other) == 0);
	end_team();
}

/* The other desk has no purge key; the admin's does it for what that one
 * announced. */
static void
the_lines_copies_go_by_the_desk_that_has_the_key(void)
{
	uint32_t on;

	begin_letter(MEMBER_EDITOR);
	OK(clocks_delete(other, only_of(other), &on) == ERR_OK);
	sync_both();
	days_on(8);
	OK(desk_count(desk) == 0 && desk_count(other) == 0);
	OK(fake.purges == 1 && other->clears_n == 0);
	OK(desk->clears_n == 0);
	end_team();
}

static void
which_of_two_alike_is_older_all_desks_see_alike(void)
{
	struct writer second;

	begin_team();
	writer_make(&w, 1);
	writer_make(&second, 2);
	join(MEMBER_EDITOR);
	send(&w, &(struct what){ .text = "one", .id = 1 });
	sync_one(desk);
	send(&second, &(struct what){ .text = "two", .id = 2 });
	sync_both();
	for (size_t i = 0; i < 2; i++) {
		struct conv *c = desk_at(desk, i);
		struct conv *o = desk_conv_known(other, c->box.owner);

		memcpy(c->words, "able-able-able", sizeof "able-able-able");
		memcpy(o->words, c->words, sizeof c->words);
		/* As it came to the other. */
		o->since = 1 - c->since;
	}
	OK(desk_mark_alike(desk) == ERR_OK && desk_mark_alike(other) == ERR_OK);
	for (size_t i = 0; i < 2; i++) {
		const struct conv *c = desk_at(desk, i);

		OK(strcmp(c->handle,
		       desk_conv_known(other, c->box.owner)->handle) == 0);
	}
	end_team();
}

T_BEGIN
desk_tests_begin();
T(what_is_closed_is_announced_and_goes_on_both_desks)
T(what_is_open_or_published_stays)
T(the_teams_periods_hold_on_every_desk)
T(whoever_asked_for_deletion_is_served_in_a_week)
T(an_admin_destroys_at_once_on_all_desks)
T(a_new_letter_stops_it_and_a_new_outcome_too)
T(a_desk_that_was_away_destroys_when_it_comes_back)
T(what_a_desk_keeps_because_the_source_wrote_since_is_said)
T(a_hold_is_heard_in_every_order)
T(two_that_destroy_at_once_come_to_one_line)
T(words_that_come_late_are_not_kept)
T(what_was_announced_without_a_line_waits)
T(the_lines_copies_go_by_the_desk_that_has_the_key)
T(which_of_two_alike_is_older_all_desks_see_alike)
T_END
