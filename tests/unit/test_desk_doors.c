/* A team with several doors: who reads where, from when on, and what of it lies
 * on whose disk. */
#include "desk/clocks.h"
#include "desk/days.h"
#include "desk/give.h"
#include "desk/handing.h"
#include "desk_doors.h"

static const enum member_role editors[] = { MEMBER_EDITOR, MEMBER_EDITOR };

static void
begin_doors(void)
{
	many_doors(editors);
}

static void
each_desk_opens_what_came_through_its_doors_and_no_key_of_the_other(void)
{
	struct writer a, b;
	struct letter l;
	size_t first;

	begin_doors();
	OK(holds(0, FRONT) && holds(0, LAB));
	OK(holds(1, FRONT) && !holds(1, LAB));
	OK(!holds(2, FRONT) && holds(2, LAB));
	writer_make(&a, 1);
	writer_make(&b, 2);
	first = fake.rows_n;
	send(&a, &(struct what){ .text = "to the front", .id = 1 });
	send(&b, &(struct what){ .text = "to the lab", .id = 2, .door = LAB });
	sync_many();
	OK(desk_count(many[0]) == 2);
	OK(desk_count(many[1]) == 1 && desk_count(many[2]) == 1);
	OK(strcmp(only(desk_at(many[1], 0))->text, "to the front") == 0);
	OK(strcmp(only(desk_at(many[2], 0))->text, "to the lab") == 0);
	OK(opens_any(1, first) && !opens_any(1, first + 1));
	OK(!opens_any(2, first) && opens_any(2, first + 1));
	OK(doors_of(many[0], desk_conv_known(many[0], b.s.sign_public)) ==
	    roster_door(many[0]->roster, door(LAB)));
	/* The answer is the lab's: its source takes it, its readers have it. */
	reply(many[2], "we look into it");
	OK(read_reply(&l, &b, day, 0) == ERR_OK && l.n == 1);
	letter_drop(&l);
	sync_many();
	OK(desk_conv_known(many[0], b.s.sign_public)->said_n == 2);
	OK(desk_conv_known(many[1], b.s.sign_public) == NULL);
	OK(!opens_any(1, first + 2));
	end_many();
}

static void
a_source_may_write_to_another_door_and_is_answered_there(void)
{
	struct writer w;

	begin_doors();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "to the front", .id = 1 });
	send(&w, &(struct what){ .text = "now the lab", .id = 2, .door = LAB });
	sync_many();
	OK(desk_at(many[0], 0)->said_n == 2);
	OK(strcmp(only(desk_at(many[1], 0))->text, "to the front") == 0);
	OK(strcmp(only(desk_at(many[2], 0))->text, "now the lab") == 0);
	OK(strcmp(doors_of(many[0], desk_at(many[0], 0))->name, "Lab") == 0);
	OK(strcmp(doors_of(many[1], desk_at(many[1], 0))->name,
	       "Example Group") == 0);
	reply(many[0], "the lab answers");
	sync_many();
	OK(desk_at(many[2], 0)->said_n == 2 &&
	    desk_at(many[1], 0)->said_n == 1);
	end_many();
}

/* A door that is said and not written to would be answered by its voice, and
 * given to its readers. */
static void
a_letter_that_says_another_door_than_its_key_is_refused(void)
{
	struct writer w;

	begin_doors();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "x", .id = 1, .sealed_at = 1 + LAB });
	for (unsigned i = 0; i < many_n; i++)
		OK(sync_run(many[i], reach, &report) == ERR_OK &&
		    report.stop == SYNC_GOES && desk_count(many[i]) == 0);
	end_many();
}

static void
who_is_excluded_from_a_door_reads_nothing_newer_there(void)
{
	struct reply_report rep;
	const struct reply what = { .text = "late", .n = 4 };
	struct roster *r;
	struct writer w;
	size_t row;

	begin_doors();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "before", .id = 1 });
	sync_many();
	r = next_one();
	OK(roster_set_reader(r, door(FRONT), member_of(1), false) == ERR_OK);
	sign_next(r);
	sync_many();
	set_day(day + 1);
	row = fake.rows_n;
	send(&w, &(struct what){ .text = "after", .id = 2 });
	sync_many();
	OK(desk_at(many[0], 0)->said_n == 2);
	/* What was read stays; no key is left, and none opens the new one. */
	OK(strcmp(only(desk_at(many[1], 0))->text, "before") == 0);
	OK(!holds(1, FRONT) && !opens_any(1, row));
	OK(reply_send(many[1], reach, desk_at(many[1], 0), &what, &rep) ==
	    ERR_DENIED);
	OK(rep.elsewhere);
	end_many();
}

static void
a_closed_door_takes_nothing_and_is_still_answered(void)
{
	struct writer w;
	struct roster *r;
	struct letter l;
	struct offer o;

	begin_doors();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "x", .id = 1, .door = LAB });
	sync_many();
	r = next_one();
	OK(roster_close_door(r, door(LAB), day) == ERR_OK);
	sign_next(r);
	offer_init(&o);
	OK(door_key(&o, LAB, day) == NULL);
	offer_drop(&o);
	set_day(day + 3);
	sync_many();
	OK(days_first(many[2]) > day - 3); /* its chain goes on */
	reply(many[2], "closed, and answered");
	OK(read_reply(&l, &w, day, 0) == ERR_OK);
	letter_drop(&l);
	sync_many();
	OK(desk_at(many[0], 0)->said_n == 2);
	/* Opened again, it is written to as before. */
	r = next_one();
	OK(roster_close_door(r, door(LAB), 0) == ERR_OK);
	sign_next(r);
	send(&w, &(struct what){ .text = "again", .id = 2, .door = LAB });
	sync_many();
	OK(desk_at(many[2], 0)->said_n == 3);
	end_many();
}

/* The admin reads nowhere: he makes the keys, opens nothing with them, and has
 * none when the line offers them. */
static void
an_admin_hands_out_at_doors_where_he_does_not_read(void)
{
	struct roster *r;
	struct writer w;

	begin_doors();
	writer_make(&w, 1);
	r = next_one();
	OK(roster_set_reader(r, door(LAB), member_of(0), false) == ERR_OK);
	sign_next(r);
	sync_many();
	OK(!holds(0, LAB) && holds(2, LAB));
	set_day(day + 1);
	send(&w, &(struct what){ .text = "x", .id = 1, .door = LAB });
	sync_many();
	OK(desk_count(many[0]) == 0 && desk_count(many[2]) == 1);
	end_many();
}

/* Two admins, neither reads there any more: of the one who was first taken off
 * the other's next chain is not known. */
static void
only_the_chain_that_was_handed_out_last_is_offered(void)
{
	static const enum member_role roles[] = { MEMBER_ADMIN, MEMBER_EDITOR };
	struct roster *r;

	many_doors(roles);
	for (unsigned i = 0; i < 2; i++) {
		r = next_one();
		OK(roster_set_reader(r, door(LAB), member_of(1), i == 0) ==
		    ERR_OK);
		if (i == 1)
			OK(roster_set_reader(
			       r, door(LAB), member_of(0), false) == ERR_OK);
		OK(members_sign(many[0], r, team_seed) == ERR_OK);
		wipe_free(r, sizeof *r);
		for (unsigned j = 0; j < 3 * many_n; j++)
			sync_one(many[j % many_n]);
	}
	OK(holds(2, LAB) && !holds(1, LAB) && !holds(0, LAB));
	for (unsigned j = 0; j < 2 * many_n; j++) {
		sync_one(many[j % many_n]);
		OK(!report.renewed);
	}
	end_many();
}

static void
two_chains_one_day(void)
{
	struct writer w;
	struct buf old;

	begin_doors();
	set_day(day + 1);
	sync_many();
	buf_init(&old, KEY_NOTE_MAX);
	OK(buf_put(&old, fake.key_note.at, fake.key_note.len) == ERR_OK);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "to the first", .id = 1 });
	OK(desk_renew_chain(many[0], door(FRONT), day) == ERR_OK);
	sync_one(many[0]); /* hands out, ... */
	send(&w, &(struct what){ .text = "to the first still", .id = 2 });
	sync_one(many[0]); /* ... and offers it */
	OK(memcmp(fake.key_note.at, old.at, 200) != 0);
	buf_drop(&old);
	send(&w, &(struct what){ .text = "to the second", .id = 3 });
	sync_many();
	OK(desk_at(many[0], 0)->said_n == 3);
	OK(desk_at(many[1], 0)->said_n == 3);
	end_many();
}

/* A note of yesterday's chain is still in a page that a source has open. */
static void
old_chain_letters_opened(void)
{
	struct writer w;
	struct buf old;

	begin_doors();
	set_day(day + 1);
	sync_many();
	writer_make(&w, 1);
	buf_init(&old, KEY_NOTE_MAX);
	OK(buf_put(&old, fake.key_note.at, fake.key_note.len) == ERR_OK);
	OK(desk_renew_chain(many[0], door(FRONT), day) == ERR_OK);
	sync_many();
	sync_many();
	OK(fake.key_note.len != old.len ||
	    memcmp(fake.key_note.at, old.at, old.len) != 0);
	for (uint32_t i = 0; i < 2; i++) {
		struct buf now = fake.key_note;

		fake.key_note = old;
		send(&w,
		    &(struct what){ .text = i == 0 ? "old" : "older",
			.id = (uint8_t)(i + 1),
			.sealed = day - i,
			.dated = day - i });
		fake.key_note = now;
	}
	sync_many();
	OK(desk_at(many[1], 0)->said_n == 2);
	buf_drop(&old);
	end_many();
}

/* By its own desk it is refused; made all the same, it has no effect. */
static void
viewer_cannot_set_day_keys(void)
{
	static const enum member_role roles[] = { MEMBER_EDITOR,
		MEMBER_VIEWER };
	struct roster *forged;
	const struct roster *real;
	struct teamlog_line line;
	struct buf body;
	size_t refused = 0, chains;
	uint32_t given = 0;

	begin_many(2, roles);
	OK(desk_renew_chain(many[2], door(FRONT), day) == ERR_DENIED);
	buf_init(&body, ENTRY_BODY_MAX);
	OK(buf_put_fmt(&body, "{\"serial\":9,\"day\":%u}", day) == ERR_OK);
	OK(log_put(many[2], "key-note", &body) == ERR_DENIED);
	buf_drop(&body);
	/* A desk that was bent thinks itself an admin's that hands out. */
	real = many[2]->roster;
	forged = malloc(sizeof *forged);
	*forged = *real;
	forged->members[2].role = MEMBER_ADMIN;
	memcpy(forged->hands_out, many[2]->id, DEVICE_ID_BYTES);
	many[2]->roster = forged;
	OK(teamlog_roster(many[2]->log, forged) == ERR_OK);
	chains = many[0]->vault->ring.chains_n;
	OK(desk_renew_chain(many[2], door(FRONT), day) == ERR_OK);
	OK(give_run(many[2], reach, day, &given) == ERR_OK && given == 1);
	sync_one(many[0]);
	sync_one(many[1]);
	for (size_t i = 0; i < teamlog_count(many[0]->log); i++) {
		teamlog_at(many[0]->log, i, &line);
		if (memcmp(line.device, many[2]->id, DEVICE_ID_BYTES) == 0 &&
		    line.kind == EFFECT_HAND_OUT)
			refused += line.standing == TEAMLOG_ROLE;
	}
	OK(refused == 1);
	OK(many[0]->vault->ring.chains_n == chains);
	OK(many[1]->vault->ring.chains_n == chains);
	many[2]->roster = real;
	wipe_free(forged, sizeof *forged);
	end_many();
}

static void
a_roster_closes_and_opens_doors_within_its_limits(void)
{
	struct roster_door d = { .name = "Lab", .readers_n = 1 };
	struct roster *r;

	begin_all();
	r = next_one();
	memcpy(d.readers[0], r->members[0].id, MEMBER_ID_BYTES);
	OK(roster_close_door(r, r->doors[0].id, day) == ERR_DENIED);
	for (uint8_t i = 1; i < KEY_NOTE_DOORS; i++) {
		d.id[0] = d.id[1] = i;
		d.name[0] = (char)('A' + i);
		OK(roster_open_door(r, &d, day) == ERR_OK);
		OK(roster_open_door(r, &d, day) == ERR_TAKEN);
	}
	d.id[0] = d.id[1] = 9;
	OK(roster_open_door(r, &d, day) == ERR_TAKEN); /* called so */
	d.name[0] = 'X';
	OK(roster_open_door(r, &d, day) == ERR_TOOBIG);
	OK(roster_close_door(r, r->doors[2].id, day) == ERR_OK);
	OK(roster_close_door(r, r->doors[2].id, day) == ERR_TAKEN);
	OK(roster_open_door(r, &d, day + ROSTER_CLOSED_DAYS - 1) == ERR_TOOBIG);
	OK(roster_open_door(r, &d, day + ROSTER_CLOSED_DAYS) == ERR_OK);
	OK(r->doors_n == KEY_NOTE_DOORS && roster_door(r, d.id) != NULL);
	OK(roster_say_door(r, d.id, "Bab", NULL) == ERR_TAKEN);
	OK(roster_say_door(r, d.id, "Cab", "who") == ERR_OK);
	OK(roster_say_door(r, d.id, NULL, "who") == ERR_TAKEN);
	OK(roster_set_reader(r, d.id, d.readers[0], false) == ERR_MISSING);
	wipe_free(r, sizeof *r);
	end_all();
}

/* One desk does not have what came by the other door: it would announce an end
 * and the other take it back, at every sync. */
static void
an_end_that_another_takes_back_is_his_to_announce(void)
{
	struct writer w;

	begin_doors();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "to the front", .id = 1 });
	send(&w, &(struct what){ .text = "and the lab", .id = 2, .door = LAB });
	sync_many();
	OK(clocks_set_outcome(many[1], desk_at(many[1], 0), OUTCOME_JUNK) ==
	    ERR_OK);
	sync_one(many[1]);
	sync_many();
	for (unsigned i = 0; i < 3; i++) {
		const size_t n = desk_log_count(many[i]);

		sync_one(many[i]);
		OK(desk_log_count(many[i]) == n);
	}
	/* It is, by who has all. */
	OK(registers_of(&many[1]->registers, desk_at(many[0], 0)->id)
		->announced.day == day + 30);
	end_many();
}

/* Each has a letter that never comes to the other. */
static void
two_that_read_at_one_door_each_take_no_turns_with_it(void)
{
	struct roster *r;
	struct writer w;
	size_t n;

	begin_doors();
	r = next_one();
	OK(roster_set_reader(r, door(LAB), member_of(0), false) == ERR_OK);
	sign_next(r);
	set_day(day + 1);
	sync_many();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "the lab", .id = 1, .door = LAB });
	send(&w, &(struct what){ .text = "to the front", .id = 2 });
	sync_many();
	OK(clocks_set_outcome(many[1], desk_at(many[1], 0), OUTCOME_JUNK) ==
	    ERR_OK);
	sync_one(many[1]);
	n = desk_log_count(many[1]);
	for (unsigned i = 0; i < 10 * many_n; i++)
		sync_one(many[i % many_n]);
	OK(desk_log_count(many[1]) <= n + 6);
	end_many();
}

T_BEGIN
desk_tests_begin();
T(a_roster_closes_and_opens_doors_within_its_limits);
T(each_desk_opens_what_came_through_its_doors_and_no_key_of_the_other);
T(a_source_may_write_to_another_door_and_is_answered_there);
T(a_letter_that_says_another_door_than_its_key_is_refused);
T(who_is_excluded_from_a_door_reads_nothing_newer_there);
T(an_end_that_another_takes_back_is_his_to_announce);
T(two_that_read_at_one_door_each_take_no_turns_with_it);
T(a_closed_door_takes_nothing_and_is_still_answered);
T(an_admin_hands_out_at_doors_where_he_does_not_read);
T(only_the_chain_that_was_handed_out_last_is_offered);
T(two_chains_one_day);
T(old_chain_letters_opened);
T(viewer_cannot_set_day_keys);
T_END
