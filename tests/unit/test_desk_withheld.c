/* What a line keeps back, gives late, or gives one desk and not another is
 * named by the desk that met it. */
#include "desk/missed.h"
#include "desk/withheld.h"
#include "desk_unpack.h"

static size_t hidden, altered; /* rows; SIZE_MAX: none */
static size_t cut; /* so many tags of a list are not given */

static bool
hides(const struct fake_row *row)
{
	return (size_t)(row - fake.rows) == hidden;
}

static void
lists(struct buf *tags)
{
	const size_t n = tags->len / TAG_BYTES;

	tags->len -= (n < cut ? n : cut) * TAG_BYTES;
}

static void
gives(const struct fake_row *row, uint8_t *bytes)
{
	if ((size_t)(row - fake.rows) == altered)
		bytes[ENVELOPE_LETTER_BYTES / 2] ^= 1;
}

static const struct fake_lies lies = { hides, lists, gives, NULL, NULL };

static void
begin_lies(void)
{
	hidden = altered = SIZE_MAX;
	cut = 0;
	fake.lies = &lies;
}

static uint32_t
named(struct desk *d, enum withheld what)
{
	return withheld_n(d, &report, what);
}

static void
names_nothing(struct desk *d)
{
	for (unsigned i = 0; i < WITHHELD_ALL; i++)
		OK(named(d, (enum withheld)i) == 0);
}

/* Each has words, with nothing left to fill in. */
static void
is_said(struct desk *d, enum withheld what)
{
	struct buf say;

	buf_init(&say, 4096);
	OK(withheld_say(&say, lang_find("en"), d, &report, what) == ERR_OK);
	OK(buf_str(&say) != NULL && strchr((char *)say.at, '{') == NULL);
	buf_drop(&say);
}

static void
two_letters(struct writer *w)
{
	begin_all();
	begin_lies();
	writer_make(w, 1);
	sync_all();
	send(w, &(struct what){ .text = "one", .id = 1 });
	send(w, &(struct what){ .text = "two", .id = 2 });
}

/* Else what is cut off would be passed over, as if the day were whole. */
static void
a_closed_day_that_lists_less_than_it_says_is_named(void)
{
	struct writer w;

	two_letters(&w);
	cut = 1;
	sync_all();
	OK(report.letters == 1);
	names_nothing(desk); /* open: it may have come in between */
	set_day(day + 1);
	sync_all();
	OK(report.misfit == 1 && report.misfit_since == day - 1);
	is_said(desk, WITHHELD_MISFIT);
	set_day(day + 3);
	sync_all();
	OK(report.misfit == 1 && report.finished == 0);
	cut = 0;
	sync_all();
	OK(report.letters == 1 && report.finished > 0);
	OK(report.misfit == 0 && desk_at(desk, 0)->said_n == 2);
	end_all();
}

static void
and_its_keys_can_be_let_go(void)
{
	struct writer w;
	size_t n;

	two_letters(&w);
	cut = 1;
	set_day(day + 3);
	sync_all();
	OK(report.misfit == 1 && report.finished == 0);
	n = desk_log_count(desk);
	OK(sync_give_up(desk, reach, &report) == ERR_OK);
	OK(report.finished > 0 && report.misfit == 0);
	OK(strcmp(log_type(n), "given-up") == 0);
	end_all();
}

/* A line that reorders and repeats says the same. */
static void
reorder(struct buf *tags)
{
	uint8_t keep[TAG_BYTES];

	OK(tags->len >= 2 * TAG_BYTES);
	memcpy(keep, tags->at, TAG_BYTES);
	memcpy(tags->at, tags->at + TAG_BYTES, TAG_BYTES);
	memcpy(tags->at + TAG_BYTES, keep, TAG_BYTES);
	OK(buf_put(tags, keep, TAG_BYTES) == ERR_OK);
}

static void
a_list_in_another_order_or_twice_is_the_same(void)
{
	static const struct fake_lies other_order = { .lists = reorder };
	struct writer w;

	two_letters(&w);
	fake.lies = &other_order;
	set_day(day + 3);
	sync_all();
	OK(report.letters == 2 && report.finished > 0);
	OK(report.misfit == 0);
	end_all();
}

static void
a_closed_day_that_changes_is_named(void)
{
	struct writer w;

	two_letters(&w);
	hidden = fake.rows_n - 1;
	set_day(day + 1);
	sync_all();
	OK(report.letters == 1 && report.changed == 0);
	hidden = SIZE_MAX;
	sync_all();
	OK(report.letters == 1 && report.changed == 1);
	is_said(desk, WITHHELD_CHANGED);
	sync_all();
	OK(report.changed == 0);
	end_all();
}

/*
 * What others have.
 */

static void
the_line_forgets_before(uint32_t on)
{
	size_t n = 0;

	for (size_t i = 0; i < fake.rows_n; i++)
		if (fake.rows[i].day < on)
			wipe_free(fake.rows[i].bytes, fake.rows[i].n);
		else
			fake.rows[n++] = fake.rows[i];
	fake.rows_n = n;
}

static void
it_comes_with_a_pack(void)
{
	OK(pack(desk, other) == ERR_OK);
	OK(unpack_take(&said, other, file, &yes) == ERR_OK);
	sync_both();
	are_alike();
	OK(named(other, WITHHELD_MISSED) == 0);
	OK(named(other, WITHHELD_ABSENT) == 0);
}

/* One is away while a letter comes, is read and is forgotten. */
static void
what_a_line_forgot_before_a_desk_fetched_is_named_and_a_pack_brings_it(void)
{
	const uint32_t from = clock_day();
	struct writer w;

	two_desks();
	begin_lies();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "before", .id = 1 });
	sync_both();
	for (unsigned i = 0; i < 20; i++) {
		set_day(day + 1);
		w.slot = 0;
		if (i == 5)
			send(&w, &(struct what){ .text = "then", .id = 2 });
		else
			send(&w,
			    &(struct what){
				.text = "junk", .other_line = true });
		sync_one(desk);
		OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	}
	the_line_forgets_before(from + 15);
	for (unsigned i = 0; i < 3; i++) {
		sync_one(other);
		sync_one(desk);
		set_day(day + 1);
		send(&w, &(struct what){ .text = "x", .other_line = true });
	}
	sync_one(other);
	OK(named(other, WITHHELD_ABSENT) == 15);
	is_said(other, WITHHELD_ABSENT);
	OK(named(other, WITHHELD_MISSED) == 1);
	is_said(other, WITHHELD_MISSED);
	open_other();
	OK(named(other, WITHHELD_ABSENT) > 0);
	OK(named(other, WITHHELD_MISSED) == 1);
	OK(named(desk, WITHHELD_ABSENT) == 0);
	it_comes_with_a_pack();
	end_two();
}

/* To the desk that is given it, another envelope under a tag is one of the many
 * that are not for it. */
static void
what_a_line_gave_one_desk_otherwise_is_named_when_another_has_read_it(void)
{
	for (unsigned first = 0; first < 2; first++) {
		struct writer w;

		two_desks();
		begin_lies();
		writer_make(&w, 1);
		if (!first) {
			send(&w, &(struct what){ .text = "one", .id = 1 });
			sync_both();
		}
		send(&w, &(struct what){ .text = "two", .id = 2 });
		altered = fake.rows_n - 1;
		sync_one(other);
		OK(report.letters == 0);
		begin_lies();
		sync_both();
		names_nothing(other); /* nobody says that it is there */
		OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
		sync_both();
		sync_one(other);
		OK(named(other, WITHHELD_MISSED) == 1);
		is_said(other, WITHHELD_MISSED);
		names_nothing(desk);
		it_comes_with_a_pack();
		end_two();
	}
}

static void
with_file(struct writer *w, const uint8_t *bytes, size_t n)
{
	send(w,
	    &(struct what){ .text = "again",
		.id = 7,
		.file = bytes,
		.file_n = n,
		.file_name = "f" });
}

/* It was read with the files that it had then, which its mark says. */
static void
a_message_that_was_read_with_fewer_files_is_not_named(void)
{
	uint8_t *one = a_file(100), *two = a_file(200);
	struct writer w;

	two_desks();
	begin_lies();
	writer_make(&w, 1);
	with_file(&w, one, 100);
	sync_one(desk);
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	with_file(&w, two, 200);
	sync_both();
	sync_one(other);
	OK(only(desk_at(other, 0))->files_all == 2);
	OK(desk_at(other, 0)->said[0]->unread);
	names_nothing(other);
	/* Nor after both were. */
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	sync_both();
	sync_one(other);
	OK(!desk_at(other, 0)->said[0]->unread);
	names_nothing(other);
	wipe_free(one, 100);
	wipe_free(two, 200);
	end_two();
}

static void
what_was_destroyed_is_not_named(void)
{
	struct writer w;

	two_desks();
	begin_lies();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "x", .id = 1 });
	sync_both();
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	OK(desk_delete(desk, desk_at(desk, 0)) == ERR_OK);
	for (unsigned i = 0; i < 10; i++) {
		set_day(day + 1);
		sync_both();
		sync_one(other);
		OK(named(other, WITHHELD_MISSED) == 0);
		OK(named(desk, WITHHELD_MISSED) == 0);
	}
	OK(desk_count(other) == 0);
	end_two();
}

/* Else it would cry thief where there is none. */
static void
who_was_away_for_longer_than_the_line_keeps_is_told_that(void)
{
	struct writer w;

	two_desks();
	writer_make(&w, 1);
	set_day(day + 1);
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	OK(desk_renew_chain(desk, ring_log, day) == ERR_OK);
	sync_one(desk);
	send(&w, &(struct what){ .text = "then", .id = 1 });
	set_day(day + 3);
	send(&w, &(struct what){ .text = "now", .id = 2 });
	sync_one(desk);
	sync_one(desk);
	the_line_forgets_before(day);
	OK(sync_run(other, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_AWAY && report.letters == 0);
	OK(report.given == 0 && named(other, WITHHELD_ABSENT) > 0);
	OK(strstr(sync_stop_text(report.stop), "pack") != NULL);
	sync_one(desk);
	it_comes_with_a_pack();
	OK(desk_at(other, 0)->said_n == 2);
	end_two();
}

/* With nothing forgotten it is what it was. */
static void
who_was_not_away_takes_an_unknown_key_for_a_thiefs(void)
{
	two_desks();
	begin_lies();
	set_day(day + 1);
	hidden = fake.rows_n;
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	sync_one(desk);
	/* All of them, from the first of the hand-out on. */
	for (size_t i = hidden; i < fake.rows_n; i++)
		fake.rows[i].withheld = true;
	OK(sync_run(other, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_FOREIGN_KEY);
	end_two();
}

/* One that gave nothing before is young, and forgot nothing: keys that nobody
 * handed out there are a thief's. */
static void
a_young_line_has_forgotten_nothing(void)
{
	struct writer w;

	two_desks();
	tagmap_clear(&other->tried);
	tagmap_clear(&other->nokey);
	other->whole_n = 0;
	writer_make(&w, 1);
	set_day(day + 3);
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	sync_one(desk);
	the_line_forgets_before(day);
	hidden = SIZE_MAX;
	for (size_t i = 0; i < fake.rows_n; i++)
		fake.rows[i].withheld = true;
	send(&w, &(struct what){ .text = "now", .id = 1 });
	OK(sync_run(other, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_FOREIGN_KEY);
	end_two();
}

T_BEGIN
desk_tests_begin();
T(a_closed_day_that_lists_less_than_it_says_is_named)
T(and_its_keys_can_be_let_go)
T(a_list_in_another_order_or_twice_is_the_same)
T(a_closed_day_that_changes_is_named)
T(what_a_line_forgot_before_a_desk_fetched_is_named_and_a_pack_brings_it)
T(what_a_line_gave_one_desk_otherwise_is_named_when_another_has_read_it)
T(a_message_that_was_read_with_fewer_files_is_not_named)
T(what_was_destroyed_is_not_named)
T(who_was_away_for_longer_than_the_line_keeps_is_told_that)
T(who_was_not_away_takes_an_unknown_key_for_a_thiefs)
T(a_young_line_has_forgotten_nothing)
T_END
