/* What came before the key that opens it, and what lacks of a log. */
#include "desk/access.h"
#include "desk/give.h"
#include "desk/handing.h"
#include "desk/words.h"
#include "desk_two.h"

static size_t hidden_from, hidden_to;

static bool
hides(const struct fake_row *row)
{
	const size_t i = (size_t)(row - fake.rows);

	return i >= hidden_from && i < hidden_to;
}

static const struct fake_lies hiding = { .hides = hides };

static size_t
lacks(const struct desk *d)
{
	size_t n = 1;

	OK(teamlog_lacks(d->log, NULL, 0, &n) == ERR_OK);
	return n;
}

/* What this desk gave from a row on lies on the line, and the other is not
 * shown it, nor today's keys. */
static void
new_keys_that_the_other_does_not_see(struct writer *w, bool closed)
{
	struct buf old, now;

	buf_init(&old, KEY_NOTE_MAX);
	buf_init(&now, KEY_NOTE_MAX);
	OK(buf_put(&old, fake.key_note.at, fake.key_note.len) == ERR_OK);
	hidden_from = fake.rows_n;
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	OK(desk_renew_chain(desk, ring_log, day) == ERR_OK);
	sync_one(desk);
	OK(report.renewed);
	hidden_to = fake.rows_n;
	send(w, &(struct what){ .text = "to the new key", .id = 1 });
	sync_one(desk);
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	sync_one(desk); /* sealed to the log's new key */
	OK(buf_put(&now, fake.key_note.at, fake.key_note.len) == ERR_OK);
	buf_clear(&fake.key_note);
	OK(buf_put(&fake.key_note, old.at, old.len) == ERR_OK);
	fake.lies = &hiding;
	sync_one(other);
	OK(report.letters == 0 && report.stop == SYNC_GOES);
	/* Its day is whole, as far as it was shown. */
	if (closed) {
		set_day(day + 1);
		sync_one(other);
		OK(other->whole_n > 0);
	}
	buf_clear(&fake.key_note);
	OK(buf_put(&fake.key_note, now.at, now.len) == ERR_OK);
	buf_drop(&old);
	buf_drop(&now);
}

/* A line that shows a letter before the hand-out with its key would have it
 * looked at once, in vain. */
static void
what_no_key_opened_is_tried_again_when_one_comes(void)
{
	for (unsigned i = 0; i < 4; i++) {
		struct writer w;

		begin_team();
		writer_make(&w, 1);
		join(MEMBER_EDITOR);
		sync_both();
		new_keys_that_the_other_does_not_see(&w, (i & 2) != 0);
		if (i & 1)
			open_other();
		fake.lies = NULL;
		sync_one(other);
		OK(report.letters == 1);
		OK(lacks(other) == 0);
		sync_both();
		are_alike();
		open_other();
		are_alike();
		end_team();
	}
}

/* Does a key of the chain that was in use first open what was given? */
static bool
opens_any(const struct desk *d, size_t from)
{
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	const uint8_t *door = desk_about(desk)->door;
	const struct ring *r = &d->vault->ring;
	struct age_identity *id;
	bool opens = false;

	for (size_t i = 0; i < r->chains_n; i++) {
		if (memcmp(r->chains[i].door, door, DOOR_ID_BYTES) != 0)
			continue;
		OK(chain_identity(&id, &r->chains[i].chain, day) == ERR_OK);
		for (size_t j = from; j < fake.rows_n; j++)
			opens |= envelope_open(plain, id, fake.rows[j].bytes,
				     fake.rows[j].n) == ERR_OK;
		age_identity_close(id);
	}
	return opens;
}

static size_t
notes_here(const struct desk *d)
{
	struct desk_words w;
	uint32_t at = 0;
	size_t n = 0;

	while (desk_next_note(d, desk_at(d, 0), &at, &w))
		n += w.here != NULL;
	return n;
}

/* The entry of a hand-out comes, and its file does not. */
static void
a_hand_out_without_its_file(struct writer *w)
{
	begin_team();
	writer_make(w, 1);
	join(MEMBER_EDITOR);
	send(w, &(struct what){ .text = "x", .id = 1 });
	sync_both();
	set_day(day + 1);
	sync_both();
	hidden_from = fake.rows_n;
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	sync_one(desk);
	hidden_to = fake.rows_n - 2; /* its entry, and the key note's */
	fake.lies = &hiding;
}

/* Who was taken off has the key before, and a recording of the line. */
static void
words_wait_for_keys_that_are_known_to_lack(void)
{
	for (unsigned i = 0; i < 2; i++) {
		struct writer w;
		size_t from;

		a_hand_out_without_its_file(&w);
		from = fake.rows_n;
		OK(desk_say_note(other, desk_at(other, 0), "among us", 8) ==
		    ERR_OK);
		OK(sync_run(other, reach, &report) == ERR_OK);
		OK(report.stop == SYNC_NOT_HANDED && report.given > 0);
		OK(!opens_any(other, from));
		if (i == 1)
			open_other();
		/* The entry came, and says that words lack. */
		sync_one(desk);
		OK(report.entries > 0 && notes_here(desk) == 0);
		sync_one(other);
		OK(opens_any(desk, from));
		sync_one(desk);
		OK(notes_here(desk) == 1);
		fake.lies = NULL;
		sync_both();
		are_alike();
		end_team();
	}
}

/* So often junk and not, and a note before all that; the other is shown none of
 * it, ever, and then one more. */
static void
a_gap_of(struct writer *w, unsigned n)
{
	begin_team();
	writer_make(w, 1);
	send(w, &(struct what){ .text = "hello", .id = 1 });
	join(MEMBER_EDITOR);
	sync_both();
	hidden_from = fake.rows_n;
	OK(desk_say_note(desk, desk_at(desk, 0), "among us", 8) == ERR_OK);
	for (unsigned i = 0; i < n; i++)
		OK(desk_set_junk(desk, desk_at(desk, 0), i % 2 == 0) == ERR_OK);
	sync_one(desk);
	hidden_to = fake.rows_n;
	fake.lies = &hiding;
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	sync_one(desk);
	sync_one(other);
	OK(lacks(other) == 1 && report.given == 1);
}

/* Only the newest of them is named by what came. */
static void
a_gap_is_filled_by_who_is_asked_for_its_newest(void)
{
	struct writer w;
	size_t rows;

	a_gap_of(&w, 9);
	rows = fake.rows_n;
	sync_one(desk);
	/* With the words of the note, and junk that is announced to go. */
	OK(fake.rows_n == rows + 12);
	sync_one(other);
	OK(lacks(other) == 0 && notes_here(other) == 1);
	OK(desk_at(other, 0)->junk);
	sync_one(desk);
	sync_one(other);
	are_alike();
	fake.lies = NULL;
	end_team();
}

/* Whoever asks cannot make others give without end. */
static void
a_large_gap_is_filled_by_so_much_a_day(void)
{
	struct writer w;
	size_t rows;

	a_gap_of(&w, 140);
	rows = fake.rows_n;
	sync_one(desk);
	OK(fake.rows_n == rows + 128);
	sync_one(other);
	OK(lacks(other) == 1);
	set_day(day + 1);
	sync_one(other);
	sync_one(desk);
	sync_one(other);
	OK(lacks(other) == 0 && notes_here(other) == 1);
	fake.lies = NULL;
	end_team();
}

static void
a_roster_that_did_not_come_comes_with_its_entry(void)
{
	struct roster *r;
	struct writer w;
	struct buf note;

	begin_team();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	join(MEMBER_EDITOR);
	sync_both();
	hidden_from = fake.rows_n;
	r = next_roster();
	memcpy(r->members[1].name, "Front", sizeof "Front");
	buf_init(&note, ROSTER_MAX);
	sign_roster(r, &note);
	buf_drop(&note);
	sync_one(desk);
	hidden_to = fake.rows_n;
	fake.lies = &hiding;
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	sync_one(desk);
	sync_one(other);
	OK(lacks(other) == 1);
	OK(desk_roster(other)->serial + 1 == desk_roster(desk)->serial);
	sync_one(desk);
	sync_one(other);
	OK(lacks(other) == 0);
	OK(desk_roster(other)->serial == desk_roster(desk)->serial);
	fake.lies = NULL;
	sync_both();
	are_alike();
	end_team();
}

/* Who comes to the line for the first time behind a hand-out, which was to
 * nobody it knew: what its maker said then is sealed to that chain, and the
 * next hand-out's entry stands behind it. */
static void
the_logs_key_comes_to_who_asks_whatever_was_said_since(void)
{
	struct writer w;

	begin_team();
	writer_make(&w, 1);
	join(MEMBER_EDITOR);
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	OK(desk_renew_chain(desk, ring_log, day) == ERR_OK);
	sync_one(desk);
	send(&w, &(struct what){ .text = "to the new key", .id = 1 });
	sync_one(desk);
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	sync_one(desk);
	OK(sync_run(other, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_NOT_HANDED && report.lacking == 2);
	sync_one(desk);
	sync_one(other);
	OK(report.letters == 1);
	sync_both();
	are_alike();
	end_team();
}

/* The line took the next access key; before the other hears of that, the one
 * after it is handed out with keys that the line offers already. */
static void
an_access_key_in_use_is_not_lost_for_the_one_after_it(void)
{
	uint8_t in_use[SIGN_SEED_BYTES];
	struct writer w;

	begin_two(&w, MEMBER_EDITOR);
	OK(access_make(desk->vault));
	memcpy(in_use, desk->vault->next_access, sizeof in_use);
	memcpy(other->vault->next_access, in_use, sizeof in_use);
	other->vault->has_next = true;
	OK(access_turn(desk) == ERR_OK);
	put_note(40);
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	OK(access_make(desk->vault));
	OK(desk_renew_chain(desk, ring_log, day) == ERR_OK);
	sync_one(desk);
	sync_one(other);
	OK(memcmp(other->vault->access, in_use, sizeof in_use) == 0);
	OK(other->vault->has_next &&
	    memcmp(other->vault->next_access, desk->vault->next_access,
		sizeof in_use) == 0);
	end_team();
}

T_BEGIN
desk_tests_begin();
T(what_no_key_opened_is_tried_again_when_one_comes)
T(words_wait_for_keys_that_are_known_to_lack)
T(the_logs_key_comes_to_who_asks_whatever_was_said_since)
T(an_access_key_in_use_is_not_lost_for_the_one_after_it)
T(a_gap_is_filled_by_who_is_asked_for_its_newest)
T(a_roster_that_did_not_come_comes_with_its_entry)
T(a_large_gap_is_filled_by_so_much_a_day)
T_END
