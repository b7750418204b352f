/* Keys of a team of two, one of whom leaves or reads no more. */
#include "desk/handing.h"
#include "desk/members.h"
#include "desk_two.h"
#include "team/roster_edit.h"

static void
let_go(struct roster *r)
{
	OK(members_sign(desk, r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
}

static unsigned
renewals(void)
{
	unsigned n;

	OK(handing_renew(desk, day, &n) == ERR_OK);
	return n;
}

/* The first of the two may have gone to whoever leaves with the second, and
 * desks take the two in the order in which they find them. */
static void
a_chain_that_two_left_on_one_day_is_another_on_the_next(void)
{
	struct roster_come to;
	struct roster *r;

	begin_team();
	join(MEMBER_EDITOR);
	sync_both();
	r = next_roster();
	to = members_come(desk);
	OK(roster_set_role(r, r->members[1].id, MEMBER_VIEWER, &to) == ERR_OK);
	let_go(r);
	OK(renewals() == 1);
	sync_one(desk);
	r = next_roster();
	OK(roster_set_reader(
	       r, desk_about(desk)->door, r->members[1].id, false) == ERR_OK);
	let_go(r);
	OK(renewals() == 1);
	sync_both();
	OK(renewals() == 0);
	set_day(day + 1);
	OK(renewals() == 1);
	OK(renewals() == 0);
	sync_both();
	set_day(day + 1);
	OK(renewals() == 0);
	end_team();
}

/* The desk that stands in for the one that hands out answered whoever asked,
 * under the new roster, with the keys of before. */
static void
keys_that_are_handed_out_once_more_do_not_hide_that_somebody_left(void)
{
	struct effect *f = calloc(1, sizeof *f);
	struct buf body;
	struct roster *r;

	begin_team();
	join(MEMBER_EDITOR);
	sync_both();
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	sync_both();
	OK(f != NULL);
	f->kind = EFFECT_HAND_OUT;
	f->chain_n = DOOR_ID_BYTES;
	memcpy(f->chain, desk_about(desk)->door, DOOR_ID_BYTES);
	f->day = day;
	set_day(day + 5);
	r = next_roster();
	OK(roster_set_reader(
	       r, desk_about(desk)->door, r->members[1].id, false) == ERR_OK);
	let_go(r);
	f->number = desk->roster->serial;
	buf_init(&body, ENTRY_BODY_MAX);
	OK(effect_write(&body, f) == ERR_OK);
	OK(log_put(desk, "hand-out", &body) == ERR_OK);
	buf_drop(&body);
	wipe_free(f, sizeof *f);
	OK(renewals() == 1);
	OK(renewals() == 0);
	sync_both();
	end_team();
}

/* What it has it keeps; what is said and written from then on is not for it. */
static void
who_was_struck_off_reads_no_new_letter_and_says_nothing(void)
{
	struct roster_come to;
	struct roster *r;
	struct writer w;
	struct buf note;

	begin_team();
	to = members_come(desk);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "before", .id = 1 });
	join(MEMBER_EDITOR);
	sync_both();
	/* It said something that the others have not heard. */
	OK(desk_set_junk(other, desk_at(other, 0), true) == ERR_OK);
	r = next_roster();
	OK(roster_leave(r, r->members[1].id, &to) == ERR_OK);
	buf_init(&note, ROSTER_MAX);
	sign_roster(r, &note);
	buf_drop(&note);
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	sync_one(desk);
	sync_one(desk);
	send(&w, &(struct what){ .text = "after", .id = 2 });
	OK(sync_run(other, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_FOREIGN_KEY);
	OK(desk_at(other, 0)->said_n == 1);
	/* A team of one hands out to nobody and goes on. */
	sync_one(desk);
	OK(desk_at(desk, 0)->said_n == 2 && !desk_at(desk, 0)->junk);
	end_team();
}

/* Also one that hears of it while the line still offers the keys that it has.
 */
static void
who_hears_that_he_was_struck_off_is_told_so(void)
{
	struct roster_come to;
	struct roster *r;

	begin_team();
	to = members_come(desk);
	join(MEMBER_EDITOR);
	sync_both();
	set_day(day + 5);
	r = next_roster();
	OK(roster_leave(r, r->members[1].id, &to) == ERR_OK);
	/* Another stays, so that things are given. */
	OK(roster_join(r, team_seed, &r->members[0], true) == ERR_OK);
	OK(members_sign(desk, r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
	sync_one(desk);
	OK(sync_run(other, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_STRUCK_OFF);
	end_team();
}

/* Else he could write to sources in the team's name for a month. */
static void
the_voice_that_a_viewer_still_has_ends(void)
{
	struct roster_come to;
	const struct ring_voice *now, *old;
	struct roster *r;

	begin_team();
	to = members_come(desk);
	join(MEMBER_EDITOR);
	sync_both();
	r = next_roster();
	OK(roster_set_role(r, r->members[1].id, MEMBER_VIEWER, &to) == ERR_OK);
	OK(members_sign(desk, r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
	sync_one(desk);
	sync_one(desk);
	sync_one(other);
	old =
	    ring_voice_on(&other->vault->ring, desk_about(desk)->door, day + 1);
	now =
	    ring_voice_on(&desk->vault->ring, desk_about(desk)->door, day + 1);
	OK(now != NULL && desk_role(other) == MEMBER_VIEWER);
	OK(old == NULL || memcmp(now->seed, old->seed, sizeof now->seed) != 0);
	end_team();
}

/* Nobody reads along: it is the team that let him read no more. */
static void
who_reads_no_more_is_not_told_that_the_line_is_false(void)
{
	struct roster *r;
	struct writer w;
	unsigned n;

	begin_team();
	writer_make(&w, 1);
	join(MEMBER_EDITOR);
	sync_both();
	r = next_roster();
	OK(roster_set_reader(r, r->doors[0].id, r->members[1].id, false) ==
	    ERR_OK);
	OK(members_sign(desk, r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
	OK(handing_renew(desk, day, &n) == ERR_OK && n == 1);
	sync_one(desk);
	OK(report.renewed);
	send(&w, &(struct what){ .text = "not for him", .id = 1 });
	sync_one(other);
	OK(desk_roster(other)->serial == desk_roster(desk)->serial);
	OK(report.letters == 0 && desk_count(other) == 0);
	sync_one(desk);
	OK(desk_at(desk, 0)->said_n == 1);
	end_team();
}

T_BEGIN
desk_tests_begin();
T(a_chain_that_two_left_on_one_day_is_another_on_the_next)
T(keys_that_are_handed_out_once_more_do_not_hide_that_somebody_left)
T(who_was_struck_off_reads_no_new_letter_and_says_nothing)
T(who_hears_that_he_was_struck_off_is_told_so)
T(the_voice_that_a_viewer_still_has_ends)
T(who_reads_no_more_is_not_told_that_the_line_is_false)
T_END
