/* Keys of a team of two: handed out and renewed. */
#include "desk/give.h"
#include "desk/handing.h"
#include "desk/members.h"
#include "desk_two.h"
#include "team/roster_edit.h"

static void
a_new_chain_is_handed_out_before_the_line_offers_it(void)
{
	struct writer w;

	begin_team();
	writer_make(&w, 1);
	join(MEMBER_EDITOR);
	sync_both();
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	OK(desk->vault->ring.chains_n == 3);
	sync_one(desk); /* hands out, and gives the line the new recipients */
	OK(report.renewed);
	send(&w, &(struct what){ .text = "to the new key", .id = 1 });
	/* To the second the key is foreign, until it has looked. */
	sync_one(other);
	OK(report.letters == 1);
	OK(other->vault->ring.chains_n == 3);
	OK(other->vault->ring.voices_n == 2);
	sync_both();
	are_alike();
	reply(other, "in the new voice");
	sync_both();
	again();
	open_other();
	are_alike();
	/* The old chain goes with its last day. */
	set_day(day + 4);
	sync_both();
	OK(desk->vault->ring.chains_n == 2 && other->vault->ring.chains_n == 2);
	are_alike();
	end_team();
}

/* Even what was sealed to the log's new key is read by who had the old one. */
static void
the_logs_own_chain_is_handed_out(void)
{
	struct writer w;

	begin_two(&w, MEMBER_EDITOR);
	OK(desk_renew_chain(desk, ring_log, day) == ERR_OK);
	sync_one(desk);
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	sync_one(desk); /* this one is sealed to the new key */
	sync_one(other);
	OK(conv_unread(desk_at(other, 0)) == 0);
	sync_both();
	are_alike();
	end_team();
}

/* Two acts of an admin before the next sync: without the second's roster nobody
 * could take the hand-out of the first. */
static void
a_roster_behind_a_hand_out_comes_before_it(void)
{
	struct roster *r;

	begin_team();
	join(MEMBER_EDITOR);
	sync_both();
	OK(desk_renew_chain(desk, ring_log, day) == ERR_OK);
	r = next_roster();
	memcpy(r->members[1].name, "Front", 6);
	OK(members_sign(desk, r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
	sync_one(desk);
	sync_one(other);
	OK(desk_roster(other)->serial == desk_roster(desk)->serial);
	OK(other->told_n == 0);
	OK(other->vault->ring.chains_n == desk->vault->ring.chains_n);
	sync_both();
	are_alike();
	end_team();
}

/* A line's clock is behind, on the day from which the first keys hold: no entry
 * names these, and what was sealed to them lies on the line. */
static void
the_first_keys_are_not_forgotten_for_others_of_their_day(void)
{
	struct writer w;
	uint32_t first;

	begin_team();
	writer_make(&w, 1);
	join(MEMBER_EDITOR);
	sync_both();
	send(&w, &(struct what){ .text = "to the first key", .id = 1 });
	first = desk->vault->ring.chains[0].first;
	OK(first + 1 == desk->rosters[0]->until - ROSTER_DAYS);
	OK(desk_renew_chain(desk, desk_about(desk)->door, first) == ERR_OK);
	OK(desk->vault->ring.chains_n == 3);
	sync_one(desk);
	OK(report.letters == 1);
	sync_both();
	are_alike();
	end_team();
}

/* What is not handed out is not forgotten by who is to hand it out: an admin
 * who had the keys in a welcome has the line offer them meanwhile. */
static void
a_hand_out_that_is_given_late_opens_what_came_before_it(void)
{
	struct writer w;

	begin_team();
	writer_make(&w, 1);
	join(MEMBER_EDITOR);
	sync_both();
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	put_note(9);
	send(&w, &(struct what){ .text = "to the new key", .id = 1 });
	OK(sync_run(other, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_FOREIGN_KEY && desk_count(other) == 0);
	set_day(day + 4);
	sync_one(desk);
	sync_one(other);
	OK(desk_count(other) == 1);
	sync_both();
	are_alike();
	/* And then it is. */
	OK(ring_first(&desk->vault->ring) >= day - 2);
	end_team();
}

/* As when two members leave on one day: before anybody got the first chain it
 * serves for both; after that each goes with its own voice. */
static void
a_chain_that_is_renewed_twice_on_a_day_stops_nobody(void)
{
	const uint8_t *door;
	struct writer w;
	size_t chains;

	begin_team();
	writer_make(&w, 1);
	join(MEMBER_EDITOR);
	sync_both();
	door = desk_about(desk)->door;
	chains = desk->vault->ring.chains_n;
	OK(desk_renew_chain(desk, door, day) == ERR_OK);
	OK(desk_renew_chain(desk, door, day) == ERR_OK);
	OK(desk->vault->ring.chains_n == chains + 1);
	OK(give_is_kept_back(desk, door, day, day));
	sync_one(desk);
	OK(!give_is_to_come(desk, door, day));
	OK(desk_renew_chain(desk, door, day) == ERR_OK);
	OK(desk->vault->ring.chains_n == chains + 2);
	sync_one(desk);
	send(&w, &(struct what){ .text = "to the newest key", .id = 1 });
	sync_one(other);
	OK(report.letters == 1);
	OK(other->vault->ring.voices_n == desk->vault->ring.voices_n);
	sync_both();
	reply(other, "in the newest voice");
	sync_both();
	are_alike();
	end_team();
}

/* A desk that forgot the chain before its own new one could neither be told
 * anything any more nor hand that out. */
static void
a_chain_of_the_log_that_is_handed_out_late_ends_none_before(void)
{
	struct writer w;

	begin_two(&w, MEMBER_EDITOR);
	OK(desk_renew_chain(desk, ring_log, day) == ERR_OK);
	set_day(day + RING_LOG_DAYS + 3);
	OK(desk_set_junk(other, desk_at(other, 0), true) == ERR_OK);
	sync_one(other);
	set_day(day + 2);
	sync_one(desk);
	OK(desk_at(desk, 0)->junk);
	/* Others speak to it until they have the new one. */
	OK(desk_set_junk(other, desk_at(other, 0), false) == ERR_OK);
	sync_one(other);
	sync_both();
	are_alike();
	OK(!desk_at(desk, 0)->junk);
	set_day(day + RING_LOG_DAYS + 2);
	sync_both();
	sync_both();
	for (size_t i = 0; i < desk->vault->ring.chains_n; i++)
		OK(desk->vault->ring.chains[i].first > 100);
	end_team();
}

/* 400 days on: the line's keys are renewed by the one who has its key, and the
 * voice by hand-out. */
static void
keys_and_voices_go_on_for_all_desks(void)
{
	struct writer w;
	unsigned renewed = 0;

	begin_team();
	writer_make(&w, 1);
	join(MEMBER_EDITOR);
	sync_both();
	for (unsigned i = 0; i < 20; i++) {
		set_day(day + 20);
		sync_one(desk);
		renewed += report.renewed;
		sync_one(other);
	}
	OK(renewed > 5);
	/* One with every chain, and a chain with every second step. */
	OK(desk->vault->ring.voices_n == 11);
	sync_both();
	OK(other->vault->ring.voices_n == 11);
	OK(other->vault->ring.chains_n <= 5 && other->vault->ring.once_n <= 2);
	send(&w, &(struct what){ .text = "after a year", .id = 1 });
	sync_both();
	reply(other, "still here");
	sync_both();
	OK(desk_at(desk, 0)->said_n == 2);
	are_alike();
	end_team();
}

/* The hand-out is never given; the one who lacks it asks, and keeps what it
 * cannot open for when it can. */
static void
a_hand_out_that_never_came_is_asked_for(void)
{
	size_t rows, chains;
	struct writer w;

	begin_team();
	writer_make(&w, 1);
	join(MEMBER_EDITOR);
	sync_both();
	chains = other->vault->ring.chains_n;
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	rows = fake.rows_n;
	sync_one(desk); /* hands out */
	for (size_t i = rows; i + 2 < fake.rows_n; i++)
		fake.rows[i].withheld = true; /* all but the entries */
	OK(sync_run(other, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_NOT_HANDED && report.lacking == 1);
	OK(other->vault->ring.chains_n == chains);
	OK(report.given > 0); /* it asks */
	sync_one(desk); /* hands out again */
	OK(report.given > 0);
	send(&w, &(struct what){ .text = "to the new key", .id = 1 });
	sync_one(other);
	OK(report.lacking == 0 && report.letters == 1);
	OK(other->vault->ring.chains_n == chains + 1);
	sync_both();
	are_alike();
	sync_both();
	OK(report.given == 0);
	end_team();
}

/* It has the line's key, and neither the door's keys nor, later, the right. */
static void
an_admins_desk_without_the_doors_keys_goes_on_without_renewing(void)
{
	struct roster_come to;
	struct roster *r;

	begin_team();
	to = members_come(desk);
	join(MEMBER_ADMIN);
	sync_both();
	other->vault->has_line = true;
	memcpy(other->vault->line_key, desk->vault->line_key,
	    sizeof other->vault->line_key);
	memcpy(
	    other->vault->purge, desk->vault->purge, sizeof desk->vault->purge);
	r = next_roster();
	OK(roster_set_reader(r, r->doors[0].id, r->members[1].id, false) ==
	    ERR_OK);
	OK(members_sign(desk, r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
	sync_one(desk);
	sync_one(other);
	OK(desk_roster(other)->serial == desk_roster(desk)->serial);
	for (size_t i = 0; i < other->vault->ring.chains_n; i++)
		if (memcmp(other->vault->ring.chains[i].door, ring_log,
			DOOR_ID_BYTES) == 0)
			other->vault->ring.chains[0] =
			    other->vault->ring.chains[i];
	other->vault->ring.chains_n = 1;
	set_day(day + 20);
	sync_one(other);
	OK(!report.renewed);
	r = next_roster();
	OK(roster_set_role(r, r->members[1].id, MEMBER_EDITOR, &to) == ERR_OK);
	OK(members_sign(desk, r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
	sync_one(desk);
	OK(report.renewed);
	sync_one(other);
	set_day(day + 20);
	sync_one(other);
	OK(!report.renewed);
	end_team();
}

static void
a_key_that_nobody_handed_out_stops_a_desk(void)
{
	struct begin b;
	struct writer w;

	begin_team();
	writer_make(&w, 1);
	join(MEMBER_EDITOR);
	sync_both();
	make_team(&b);
	/* The line key is ours, the chain is not. */
	*desk->vault = (struct vault){ 0 };
	desk_close(desk);
	desk = NULL;
	open_desk();
	memcpy(&desk->vault->ring.chains[0].chain,
	    &b.vault->ring.chains[0].chain, sizeof(struct chain));
	put_note(9);
	begin_drop(&b);
	send(&w, &(struct what){ .text = "read by a thief", .id = 1 });
	OK(sync_run(other, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_FOREIGN_KEY);
	OK(desk_count(other) == 0);
	end_team();
}

/* What waits goes before an answer, and no sync before that. */
static void
an_answer_hands_the_logs_chain_out_to_who_has_the_one_before(void)
{
	struct writer w;

	begin_two(&w, MEMBER_EDITOR);
	OK(desk_renew_chain(desk, ring_log, day) == ERR_OK);
	set_day(day + RING_LOG_DAYS + 3);
	reply(desk, "after weeks");
	sync_one(desk);
	sync_one(other);
	sync_both();
	are_alike();
	OK(desk_at(other, 0)->said_n == 2);
	end_team();
}

T_BEGIN
desk_tests_begin();
T(a_new_chain_is_handed_out_before_the_line_offers_it)
T(the_logs_own_chain_is_handed_out)
T(a_roster_behind_a_hand_out_comes_before_it)
T(the_first_keys_are_not_forgotten_for_others_of_their_day)
T(a_hand_out_that_is_given_late_opens_what_came_before_it)
T(a_chain_of_the_log_that_is_handed_out_late_ends_none_before)
T(an_answer_hands_the_logs_chain_out_to_who_has_the_one_before)
T(a_chain_that_is_renewed_twice_on_a_day_stops_nobody)
T(keys_and_voices_go_on_for_all_desks)
T(a_hand_out_that_never_came_is_asked_for)
T(an_admins_desk_without_the_doors_keys_goes_on_without_renewing)
T(a_key_that_nobody_handed_out_stops_a_desk)
T_END
