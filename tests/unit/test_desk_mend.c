/*
 * An admin who is not struck off yet puts keys of their own on the line: every
 * desk stops, and the one that takes the line key away puts it right.
 */
#include "desk_many.h"

#include "desk/handing.h"
#include "desk/members.h"
#include "desk/renewal.h"
#include "team/roster_edit.h"

static const enum member_role roles[] = { MEMBER_ADMIN, MEMBER_EDITOR };

enum { FRONT, LAB }; /* the doors' places in the roster */
enum thing { DAY_KEY, VOICE, PURGE, BOTH_DOORS, NAME, NEXT_ACCESS };

static const struct age_recipient *
offered(size_t door)
{
	return offered_key(fake_offer(), door, day);
}

static void
exchange(struct key_note *k, enum thing what, const struct writer *thief)
{
	struct key_note_door *door = &k->doors[FRONT];

	switch (what) {
	case BOTH_DOORS:
		for (size_t i = 0; i < k->doors[LAB].recipients_n; i++)
			k->doors[LAB].recipients[i] = thief->reply;
		memcpy(k->doors[LAB].voices[0].key, thief->s.sign_public, 32);
		/* fall through */
	case DAY_KEY:
		for (size_t i = 0; i < door->recipients_n; i++)
			door->recipients[i] = thief->reply;
		break;
	case VOICE:
		memcpy(door->voices[0].key, thief->s.sign_public, 32);
		break;
	case PURGE:
		memcpy(k->purges[k->purges_n++], thief->s.sign_public, 32);
		break;
	case NEXT_ACCESS:
		sign_public(k->access, many[1]->vault->next_access);
		for (size_t i = 0; i < door->recipients_n; i++)
			door->recipients[i] = thief->reply;
		break;
	case NAME:
		break;
	}
}

/* With the line key that is theirs still. */
static void
put_foreign(enum thing what, uint32_t steps)
{
	const struct key_note *is = &fake_offer()->note;
	struct key_note k = *is;
	struct writer thief;
	struct buf note;

	for (size_t i = 0; i < k.doors_n; i++) {
		const size_t n = k.doors[i].recipients_n;

		k.doors[i].recipients =
		    calloc(n, sizeof k.doors[i].recipients[0]);
		memcpy(k.doors[i].recipients, is->doors[i].recipients,
		    n * sizeof k.doors[i].recipients[0]);
	}
	writer_make(&thief, 9);
	exchange(&k, what, &thief);
	k.serial += steps;
	buf_init(&note, KEY_NOTE_MAX);
	OK(key_note_write(&note, &k, many[1]->vault->line_key) == ERR_OK);
	buf_clear(&fake.key_note);
	OK(buf_put(&fake.key_note, note.at, note.len) == ERR_OK);
	buf_drop(&note);
	key_note_drop(&k);
}

static void
stops(unsigned i)
{
	OK(sync_run(many[i], reach, &report) == ERR_OK);
	OK(report.stop == SYNC_FOREIGN_KEY && !report.certified);
}

/* What `sotto team` does with the next roster, but for telling it. */
static void
sign(struct roster *next)
{
	unsigned n;

	roster_let_hand_out(next, many[0]->id);
	OK(renewal_make(many[0], team_seed, day, 0) == ERR_OK);
	OK(members_sign(many[0], next, team_seed) == ERR_OK);
	OK(handing_renew(many[0], day, &n) == ERR_OK);
	OK(handing_line(many[0], day) == ERR_OK);
}

static void
strike_second(void)
{
	const struct roster_come come = members_come(many[0]);
	struct roster *next = calloc(1, sizeof *next);

	OK(next != NULL);
	roster_begin(next, many[0]->roster, many[0]->roster_hash, day);
	OK(roster_leave(next, member_of(1), &come) == ERR_OK);
	sign(next);
	wipe_free(next, sizeof *next);
}

static void
all_is_well(void)
{
	struct writer w;

	sync_one(many[0]);
	sync_one(many[2]);
	OK(report.stop == SYNC_GOES && many[2]->certificate.serial == 2);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "after it", .id = 1 });
	sync_one(many[0]);
	sync_one(many[2]);
	OK(desk_count(many[0]) == 1 && desk_count(many[2]) == 1);
	OK(sync_run(many[1], reach, &report) == ERR_OK);
	OK(report.stop != SYNC_GOES);
}

static void
the_desk_with_the_next_certificate_puts_it_in_place_of_a_foreign_note(void)
{
	static const enum thing things[] = { DAY_KEY, VOICE, PURGE };

	for (size_t i = 0; i < COUNT(things); i++) {
		begin_many(2, roles);
		put_foreign(things[i], 1);
		stops(0);
		if (things[i] != PURGE) /* which admins' desks know alone */
			stops(2);
		strike_second();
		OK(sync_run(many[0], reach, &report) == ERR_OK);
		OK(report.stop == SYNC_GOES && report.certified);
		OK(many[0]->certificate.serial == 2);
		OK(!renewal_waits(many[0]));
		all_is_well();
		end_many();
	}
}

/* They may have put one after the other before anybody looked. */
static void
however_many_serials_were_used_up_the_others_go_on(void)
{
	begin_many(2, roles);
	for (unsigned i = 0; i < 3; i++)
		put_foreign(DAY_KEY, KEY_NOTE_STEP);
	stops(0);
	stops(2);
	strike_second();
	OK(sync_run(many[0], reach, &report) == ERR_OK);
	OK(report.stop == SYNC_GOES && report.certified);
	all_is_well();
	/* That was once: under one certificate serials go by steps. */
	OK(desk_remember_num(many[2], "serial", 1) == ERR_OK);
	OK(sync_run(many[2], reach, &report) == ERR_OK);
	OK(report.stop == SYNC_FOREIGN_KEY);
	end_many();
}

/* The lab is read by the third alone. */
static void
begin_doors(void)
{
	struct roster_door lab = { .id = { 7, 7, 7, 7 },
		.name = "Lab",
		.says = "who knows machines",
		.readers_n = 1 };
	struct roster *r = calloc(1, sizeof *r);

	begin_many(2, roles);
	OK(r != NULL);
	memcpy(lab.readers[0], member_of(2), MEMBER_ID_BYTES);
	roster_begin(r, many[0]->roster, many[0]->roster_hash, day);
	OK(roster_open_door(r, &lab, day) == ERR_OK);
	roster_let_hand_out(r, many[0]->id);
	OK(members_sign(many[0], r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
	sync_many();
	OK(fake_offer()->note.doors_n == 2);
	OK(!ring_has_chain(
	    &many[0]->vault->ring, many[0]->roster->doors[LAB].id));
}

static void
of_a_door_that_it_does_not_read_it_takes_nothing_of_the_foreign_note(void)
{
	struct age_recipient lab, thief;
	const struct key_note_door *is;
	struct writer w;

	begin_doors();
	lab = *offered(LAB);
	put_foreign(BOTH_DOORS, 1);
	thief = *offered(LAB);
	OK(!age_recipient_is_same(&lab, &thief));
	stops(0);
	stops(2);
	open_one(0); /* what was right is on its disk */
	{
		struct roster *r = calloc(1, sizeof *r);

		OK(r != NULL);
		roster_begin(r, many[0]->roster, many[0]->roster_hash, day);
		OK(renewal_make(many[0], team_seed, day, 0) == ERR_OK);
		OK(members_sign(many[0], r, team_seed) == ERR_OK);
		OK(handing_line(many[0], day) == ERR_OK);
		wipe_free(r, sizeof *r);
	}
	OK(sync_run(many[0], reach, &report) == ERR_OK);
	OK(report.stop == SYNC_GOES && report.certified);
	OK(age_recipient_is_same(offered(LAB), &lab));
	writer_make(&w, 9);
	is = &fake_offer()->note.doors[LAB];
	for (size_t i = 0; i < is->voices_n; i++)
		OK(memcmp(is->voices[i].key, w.s.sign_public, 32) != 0);
	sync_one(many[2]);
	end_many();
}

/* Who has no next certificate puts nothing there, whatever they have. */
static void
a_desk_without_one_puts_nothing_on_the_line(void)
{
	size_t rows;

	begin_many(2, roles);
	put_foreign(DAY_KEY, 1);
	rows = fake.rows_n;
	for (unsigned i = 0; i < 3; i++)
		stops(i);
	OK(fake.rows_n == rows);
	end_many();
}

/* Whoever is to go knows the next one too, when it was made for another. */
static void
a_foreign_note_has_no_access_key_taken_into_use(void)
{
	uint8_t was[SIGN_SEED_BYTES];

	begin_many(2, roles);
	for (unsigned i = 0; i < 3; i++) {
		struct vault *v = many[i]->vault;

		v->has_next = true;
		memset(v->next_access, 0x33, sizeof v->next_access);
		OK(desk_save_keys(many[i]) == ERR_OK);
	}
	memcpy(was, many[2]->vault->access, sizeof was);
	put_foreign(NEXT_ACCESS, 1);
	for (unsigned n = 0; n < 2; n++) {
		stops(0);
		stops(2);
	}
	open_one(2);
	OK(many[2]->vault->has_next);
	OK(memcmp(many[2]->vault->access, was, sizeof was) == 0);
	strike_second();
	OK(sync_run(many[0], reach, &report) == ERR_OK);
	OK(report.stop == SYNC_GOES && report.certified);
	all_is_well();
	end_many();
}

T_BEGIN
desk_tests_begin();
T(the_desk_with_the_next_certificate_puts_it_in_place_of_a_foreign_note)
T(however_many_serials_were_used_up_the_others_go_on)
T(of_a_door_that_it_does_not_read_it_takes_nothing_of_the_foreign_note)
T(a_foreign_note_has_no_access_key_taken_into_use)
T(a_desk_without_one_puts_nothing_on_the_line)
T_END
