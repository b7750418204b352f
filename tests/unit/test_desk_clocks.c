/* The second clock: what a team keeps, and what it destroys on every desk. */
#include "desk/clocks.h"
#include "desk/give.h"
#include "desk_two.h"

static struct writer w;

/* A letter that both desks have; the second is of that role. */
static void
begin_letter(enum member_role role)
{
	begin_team();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	join(role);
	sync_both();
}

static struct conv *
only_of(struct desk *d)
{
	OK(desk_count(d) == 1);
	return desk_at(d, 0);
}

static struct clocks_state
state(struct desk *d)
{
	struct clocks_state s;

	clocks_state(d, only_of(d), &s);
	return s;
}

/* Both sync twice then: what one announces or does the other hears of. */
static void
days_on(uint32_t n)
{
	set_day(day + n);
	for (unsigned i = 0; i < 2; i++) {
		sync_one(desk);
		sync_one(other);
	}
}

/* The same in steps of a day. */
static void
day_by_day(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		set_day(day + 1);
		sync_one(desk);
		sync_one(other);
	}
}

static void
alike(void)
{
	sync_both();
	are_alike();
}

static void
both_again(void)
{
	again();
	open_other();
}

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
a_member_in_anger_destroys_nothing_at_once(void)
{
	uint32_t on;

	begin_letter(MEMBER_EDITOR);
	OK(desk_delete(other, only_of(other)) == ERR_DENIED);
	OK(clocks_delete(other, only_of(other), &on) == ERR_OK);
	OK(on == day + CLOCKS_NOTICE);
	sync_both();
	OK(state(desk).goes == on && state(desk).asked);
	OK(strcmp(state(desk).by, "second") == 0);
	/* Taken back by somebody else. */
	OK(clocks_take_back(desk, only_of(desk)) == ERR_OK);
	OK(clocks_take_back(desk, only_of(desk)) == ERR_NOTHING);
	days_on(12);
	OK(desk_count(desk) == 1 && state(other).goes == 0);
	alike();
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
what_is_held_goes_by_no_road(void)
{
	uint32_t on;

	begin_letter(MEMBER_EDITOR);
	OK(clocks_hold(other, only_of(other), true) == ERR_DENIED);
	OK(clocks_set_outcome(desk, only_of(desk), OUTCOME_JUNK) == ERR_OK);
	sync_both();
	OK(state(other).goes == day + 30);
	OK(clocks_hold(desk, only_of(desk), true) == ERR_OK);
	sync_both();
	OK(state(other).goes == 0 && state(other).hold);
	OK(desk_delete(desk, only_of(desk)) == ERR_TAKEN);
	OK(clocks_delete(other, only_of(other), &on) == ERR_TAKEN);
	for (unsigned i = 0; i < 3; i++)
		days_on(50);
	OK(desk_count(desk) == 1 && desk_count(other) == 1);
	/* Let go, it is announced anew. */
	OK(clocks_hold(desk, only_of(desk), false) == ERR_OK);
	sync_both();
	OK(state(other).goes == day + 30);
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

/* A letter that the line kept back when it was announced was meant by
 * nobody. */
static void
a_letter_that_was_kept_back_stops_it(void)
{
	struct fake_row *row;
	uint32_t on;

	begin_letter(MEMBER_EDITOR);
	send(&w, &(struct what){ .text = "kept back", .id = 2 });
	row = &fake.rows[fake.rows_n - 1];
	row->withheld = true;
	set_day(day + 1);
	sync_both();
	OK(clocks_delete(desk, only_of(desk), &on) == ERR_OK);
	sync_both();
	OK(state(other).goes == on);
	row->withheld = false;
	sync_both();
	OK(state(desk).goes == 0);
	OK(only_of(other)->said_n == 2);
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

/* The announcement lies on the line since today: whatever day it names, every
 * desk has a week. */
static void
nobody_is_taken_by_surprise(void)
{
	struct effect f = { .kind = EFFECT_ANNOUNCE };
	struct buf body;

	begin_letter(MEMBER_EDITOR);
	memcpy(f.conversation, only_of(other)->id, 16);
	f.day = day - 1;
	f.last = day - 60;
	f.outcome = OUTCOME_OPEN;
	f.before = day + 100;
	buf_init(&body, ENTRY_BODY_MAX);
	OK(effect_write(&body, &f) == ERR_OK);
	OK(log_put(other, "announce", &body) == ERR_OK);
	buf_clear(&body);
	f.kind = EFFECT_DESTROYED;
	f.count = day;
	OK(effect_write(&body, &f) == ERR_OK);
	OK(log_put(other, "destroyed", &body) == ERR_OK);
	OK(give_run(other, reach, day, &f.number) == ERR_OK);
	days_on(6);
	OK(desk_count(desk) == 1);
	OK(state(desk).goes > day && state(desk).done);
	OK(clocks_take_back(desk, only_of(desk)) == ERR_OK);
	days_on(6);
	OK(desk_count(desk) == 1 && state(desk).goes == 0);
	buf_drop(&body);
	end_team();
}

/* A viewer's word is none, and neither is one without an announcement. */
static void
who_may_not_destroy_destroys_nothing(void)
{
	struct effect f = { .kind = EFFECT_DESTROYED };
	struct buf body;
	uint32_t on;

	begin_letter(MEMBER_EDITOR);
	OK(clocks_set_outcome(desk, only_of(desk), OUTCOME_CLOSED) == ERR_OK);
	sync_both();
	memcpy(f.conversation, only_of(other)->id, 16);
	f.before = f.count = day + 1;
	buf_init(&body, ENTRY_BODY_MAX);
	OK(effect_write(&body, &f) == ERR_OK);
	OK(log_put(other, "destroyed", &body) == ERR_OK);
	days_on(10);
	OK(desk_count(desk) == 1 && clocks_register(desk) == 0);
	OK(state(desk).outcome == OUTCOME_CLOSED);
	buf_drop(&body);
	end_team();
	begin_letter(MEMBER_VIEWER);
	OK(clocks_delete(other, only_of(other), &on) == ERR_DENIED);
	OK(desk_delete(other, only_of(other)) == ERR_DENIED);
	OK(clocks_set_outcome(other, only_of(other), OUTCOME_JUNK) ==
	    ERR_DENIED);
	/* But what is announced goes from a viewer's desk too. */
	OK(clocks_delete(desk, only_of(desk), &on) == ERR_OK);
	sync_both();
	days_on(9);
	OK(desk_count(desk) == 0 && desk_count(other) == 0);
	sync_both();
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

/* A letter that no announcement could know of is meant by none, whatever it
 * says: else one member silenced a source for good, and nobody would see it. */
static void
no_announcement_means_what_comes_after_it(void)
{
	struct effect f = { .kind = EFFECT_ANNOUNCE };
	struct buf body;

	begin_letter(MEMBER_EDITOR);
	memcpy(f.conversation, only_of(other)->id, 16);
	f.day = day + CLOCKS_NOTICE;
	f.last = UINT32_MAX;
	f.before = UINT32_MAX;
	buf_init(&body, ENTRY_BODY_MAX);
	OK(effect_write(&body, &f) == ERR_OK);
	OK(log_put(other, "announce", &body) == ERR_OK);
	buf_drop(&body);
	day_by_day(9);
	OK(desk_count(desk) == 0 && desk_count(other) == 0);
	day_by_day(3);
	send(&w, &(struct what){ .text = "are you there?", .id = 2 });
	sync_both();
	OK(desk_count(desk) == 1 && desk_count(other) == 1);
	end_team();
}

/* And before its day it stops it. */
static void
what_comes_after_an_announcement_stops_it_whatever_it_says(void)
{
	struct effect f = { .kind = EFFECT_ANNOUNCE };
	struct buf body;

	begin_letter(MEMBER_EDITOR);
	memcpy(f.conversation, only_of(other)->id, 16);
	f.day = day + CLOCKS_NOTICE;
	f.last = day;
	f.before = UINT32_MAX;
	buf_init(&body, ENTRY_BODY_MAX);
	OK(effect_write(&body, &f) == ERR_OK);
	OK(log_put(other, "announce", &body) == ERR_OK);
	buf_drop(&body);
	day_by_day(3);
	OK(state(desk).goes > day);
	send(&w, &(struct what){ .text = "are you there?", .id = 2 });
	sync_both();
	OK(state(desk).goes == 0 && state(other).goes == 0);
	end_team();
}

/* Who sends the same words once more, which get the same id by `sotto tell`,
 * wrote again. */
static void
the_same_words_written_again_stay(void)
{
	begin_letter(MEMBER_EDITOR);
	OK(desk_delete(desk, only_of(desk)) == ERR_OK);
	sync_both();
	days_on(9);
	OK(desk_count(desk) == 0 && desk_count(other) == 0);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_both();
	OK(desk_count(desk) == 1 && desk_count(other) == 1);
	end_team();
}

/* A line that works for whoever announced it may lay that into the row of a day
 * gone by, for one desk: what that one then does by itself is no admin's word.
 */
static void
an_admins_desk_that_was_misled_hurries_no_other(void)
{
	const struct registered *one;
	uint32_t on;

	begin_letter(MEMBER_ADMIN);
	days_on(12);
	OK(clocks_delete(desk, only_of(desk), &on) == ERR_OK);
	sync_both();
	one = registers_of(&other->registers, only_of(other)->id);
	OK(tagmap_put(&other->came, one->announced.name, day - 10) == ERR_OK);
	set_day(on - 1);
	sync_one(desk);
	OK(tagmap_put(&desk->came, one->announced.name, day) == ERR_OK);
	set_day(on);
	sync_one(other);
	OK(desk_count(other) == 0);
	sync_one(desk);
	OK(desk_count(desk) == 1 && state(desk).goes == day + 6);
	OK(clocks_take_back(desk, only_of(desk)) == ERR_OK);
	days_on(9);
	OK(desk_count(desk) == 1);
	end_team();
}

T_BEGIN
desk_tests_begin();
T(what_is_closed_is_announced_and_goes_on_both_desks)
T(what_is_open_or_published_stays)
T(the_teams_periods_hold_on_every_desk)
T(a_member_in_anger_destroys_nothing_at_once)
T(whoever_asked_for_deletion_is_served_in_a_week)
T(an_admin_destroys_at_once_on_all_desks)
T(what_is_held_goes_by_no_road)
T(a_new_letter_stops_it_and_a_new_outcome_too)
T(a_letter_that_was_kept_back_stops_it)
T(a_desk_that_was_away_destroys_when_it_comes_back)
T(nobody_is_taken_by_surprise)
T(who_may_not_destroy_destroys_nothing)
T(what_a_desk_keeps_because_the_source_wrote_since_is_said)
T(a_hold_is_heard_in_every_order)
T(two_that_destroy_at_once_come_to_one_line)
T(words_that_come_late_are_not_kept)
T(what_was_announced_without_a_line_waits)
T(the_lines_copies_go_by_the_desk_that_has_the_key)
T(no_announcement_means_what_comes_after_it)
T(what_comes_after_an_announcement_stops_it_whatever_it_says)
T(the_same_words_written_again_stay)
T(an_admins_desk_that_was_misled_hurries_no_other)
T(which_of_two_alike_is_older_all_desks_see_alike)
T_END
