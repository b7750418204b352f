/* An admin's desk that came to read at a door a few days ago cannot compare
 * what the line offers there: whatever it has, it is not to put that in the
 * place of what is newer. */
#include "desk_doors.h"

static const enum member_role an_admin_more[] = { MEMBER_ADMIN, MEMBER_EDITOR };

/* The second admin reads in the lab now, or the third member no more. */
static void
sign_lab(unsigned of, bool reads)
{
	struct roster *r = next_one();

	OK(roster_set_reader(r, door(LAB), member_of(of), reads) == ERR_OK);
	OK(members_sign(many[0], r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
}

/* Is what the line offers in the lab today of a chain on this desk? */
static bool
offers_of(unsigned i)
{
	const struct ring *r = &many[i]->vault->ring;
	const struct age_recipient *to;
	struct age_recipient ours;
	struct offer o;
	bool is = false;

	offer_init(&o);
	OK((to = door_key(&o, LAB, day)) != NULL);
	for (size_t c = 0; c < r->chains_n; c++) {
		if (memcmp(r->chains[c].door, door(LAB), DOOR_ID_BYTES) != 0)
			continue;
		OK(chain_recipients(&ours, day, 1, &r->chains[c].chain) ==
		    ERR_OK);
		is |= age_recipient_is_same(&ours, to);
	}
	offer_drop(&o);
	return is;
}

/* The third member reads there no more, and the line says so to all but the
 * second: nothing that the first desk gave since this row. */
static size_t
lab_without_the_third(void)
{
	size_t from;

	many_doors(an_admin_more);
	sign_lab(1, true);
	sync_many();
	OK(holds(1, LAB) && holds(2, LAB));
	sign_lab(2, false);
	from = fake.rows_n;
	sync_one(many[0]);
	sync_one(many[0]);
	OK(!offers_of(2) && !offers_of(1) && offers_of(0));
	return from;
}

static void
a_new_reader_puts_no_older_keys_in_the_place_of_newer_ones(void)
{
	size_t row;
	struct writer w;

	(void)lab_without_the_third();
	sync_one(many[1]);
	OK(!offers_of(2) && offers_of(0));
	writer_make(&w, 1);
	row = fake.rows_n;
	send(&w, &(struct what){ .text = "x", .id = 1, .door = LAB });
	OK(!opens_any(2, row));
	sync_many();
	OK(opens_any(0, row) && opens_any(1, row) && !holds(2, LAB));
	end_many();
}

static void
nor_while_the_line_withholds_what_says_that_they_are_newer(void)
{
	size_t from = lab_without_the_third();
	const size_t until = fake.rows_n;

	for (size_t i = from; i < until; i++)
		fake.rows[i].withheld = true;
	for (unsigned i = 0; i < 3; i++) {
		sync_one(many[1]);
		OK(!offers_of(2) && offers_of(0));
		set_day(day + 1);
	}
	for (size_t i = from; i < until; i++)
		fake.rows[i].withheld = false;
	sync_many();
	OK(offers_of(0) && offers_of(1) && !holds(2, LAB));
	end_many();
}

/* Who handed them out could not put them on the line. */
static void
but_puts_newer_ones_in_the_place_of_older_ones(void)
{
	struct buf was;

	many_doors(an_admin_more);
	buf_init(&was, KEY_NOTE_MAX);
	OK(buf_put(&was, fake.key_note.at, fake.key_note.len) == ERR_OK);
	sign_lab(1, true);
	sync_one(many[0]);
	sync_one(many[0]);
	buf_clear(&fake.key_note);
	OK(buf_put(&fake.key_note, was.at, was.len) == ERR_OK);
	buf_drop(&was);
	OK(!offers_of(1));
	sync_one(many[1]);
	OK(offers_of(1) && offers_of(0));
	end_many();
}

T_BEGIN
desk_tests_begin();
T(a_new_reader_puts_no_older_keys_in_the_place_of_newer_ones);
T(nor_while_the_line_withholds_what_says_that_they_are_newer);
T(but_puts_newer_ones_in_the_place_of_older_ones);
T_END
