/* Who would have destroyed on other desks what the team needs. */
#include "desk_clocks.h"

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

/* The other announces it, with letters of `last` and of whatever day. */
static void
announce_all(uint32_t last)
{
	struct effect f = { .kind = EFFECT_ANNOUNCE,
		.day = day + CLOCKS_NOTICE,
		.last = last,
		.before = EFFECT_DAY_MAX };

	memcpy(f.conversation, only_of(other)->id, sizeof f.conversation);
	OK(log_put_effect(other, &f) == ERR_OK);
}

/* A letter that no announcement could know of is meant by none, whatever it
 * says: else one member silenced a source for good, and nobody would see it. */
static void
no_announcement_means_what_comes_after_it(void)
{
	begin_letter(MEMBER_EDITOR);
	announce_all(EFFECT_DAY_MAX);
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
	begin_letter(MEMBER_EDITOR);
	announce_all(day);
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
T(a_member_in_anger_destroys_nothing_at_once)
T(what_is_held_goes_by_no_road)
T(a_letter_that_was_kept_back_stops_it)
T(nobody_is_taken_by_surprise)
T(who_may_not_destroy_destroys_nothing)
T(no_announcement_means_what_comes_after_it)
T(what_comes_after_an_announcement_stops_it_whatever_it_says)
T(the_same_words_written_again_stay)
T(an_admins_desk_that_was_misled_hurries_no_other)
T_END
