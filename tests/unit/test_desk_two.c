/* Two desks of one team on one line: what one does the other comes to see. */
#include "desk/handing.h"
#include "desk/members.h"
#include "desk/words.h"
#include "desk_two.h"
#include "team/content.h"
#include "team/piece.h"
#include "team/pieces.h"
#include "team/roster_edit.h"

static void
a_team_of_one_gives_nothing_and_all_of_it_to_a_second(void)
{
	struct writer w;
	size_t rows;

	begin_team();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_all();
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	rows = fake.rows_n;
	sync_all();
	OK(fake.rows_n == rows && report.given == 0);
	join(MEMBER_EDITOR);
	sync_one(desk);
	/* read, roster, recipient */
	OK(report.given == 3);
	sync_one(other);
	OK(report.letters == 1 && report.entries == 3 && report.given == 1);
	OK(conv_unread(desk_at(other, 0)) == 0);
	sync_both();
	are_alike();
	again();
	open_other();
	are_alike();
	end_team();
}

static void
two_desks_answer_one_source_and_come_to_the_same(void)
{
	struct letter first, second;
	struct writer w;

	begin_two(&w, MEMBER_EDITOR);
	reply(desk, "from the first");
	reply(other, "from the second");
	sync_both();
	OK(desk_at(desk, 0)->said_n == 3);
	are_alike();
	again();
	open_other();
	OK(desk_at(other, 0)->said_n == 3);
	are_alike();
	OK(read_reply(&first, &w, day, 0) == ERR_OK);
	OK(read_reply(&second, &w, day, 1) == ERR_OK);
	OK(strcmp(first.text, "from the first") == 0);
	OK(strcmp(second.text, "from the second") == 0);
	letter_drop(&first);
	letter_drop(&second);
	end_team();
}

static void
what_one_reads_or_judges_the_other_sees(void)
{
	struct writer w;

	begin_two(&w, MEMBER_EDITOR);
	OK(conv_unread(desk_at(other, 0)) == 1);
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	OK(desk_set_junk(other, desk_at(other, 0), true) == ERR_OK);
	sync_both();
	OK(conv_unread(desk_at(other, 0)) == 0 && desk_at(desk, 0)->junk);
	are_alike();
	/* Another text under the same id nobody has read. */
	send(&w, &(struct what){ .text = "other words", .id = 1 });
	sync_both();
	OK(conv_unread(desk_at(other, 0)) == 1);
	OK(conv_unread(desk_at(desk, 0)) == 1);
	OK(desk_set_junk(desk, desk_at(desk, 0), false) == ERR_OK);
	sync_both();
	OK(!desk_at(other, 0)->junk);
	are_alike();
	end_team();
}

/* Read here before the letter came there. */
static void
a_letter_that_comes_late_is_read_already(void)
{
	struct fake_row *row;
	struct writer w;

	begin_team();
	join(MEMBER_EDITOR);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	row = &fake.rows[fake.rows_n - 1];
	sync_one(desk);
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	reply(desk, "an answer");
	sync_one(desk);
	row->withheld = true;
	sync_one(other);
	OK(desk_count(other) == 0 && other->told_n == 1);
	open_other();
	OK(desk_count(other) == 0 && other->told_n == 1);
	row->withheld = false;
	sync_both();
	OK(conv_unread(desk_at(other, 0)) == 0);
	OK(desk_at(other, 0)->said_n == 2 && other->told_n == 0);
	are_alike();
	open_other();
	OK(other->told_n == 0);
	are_alike();
	end_team();
}

static void
what_a_viewer_may_not_do_he_is_refused(void)
{
	const struct reply what = { .text = "no", .n = 2 };
	struct reply_report rep;
	struct writer w;

	begin_two(&w, MEMBER_VIEWER);
	OK(desk_set_junk(other, desk_at(other, 0), true) == ERR_DENIED);
	OK(!desk_at(other, 0)->junk);
	OK(reply_send(other, reach, desk_at(other, 0), &what, &rep) ==
	    ERR_DENIED);
	OK(desk_read(other, desk_at(other, 0)) == ERR_OK);
	sync_both();
	OK(conv_unread(desk_at(desk, 0)) == 0);
	are_alike();
	end_team();
}

/* An entry, and then the words of an answer; the line gives one desk neither,
 * ever.  Days go by, so that it may ask again. */
static void
what_a_line_withholds_for_ever_is_asked_for_and_comes(void)
{
	struct writer w;
	size_t rows, asked = 0;

	begin_team();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	send(&w, &(struct what){ .text = "once more", .id = 2 });
	join(MEMBER_EDITOR);
	sync_both();
	OK(desk_read_some(desk, desk_at(desk, 0), 0, 1) == ERR_OK);
	rows = fake.rows_n;
	sync_one(desk);
	OK(fake.rows_n == rows + 1);
	fake.rows[rows].withheld = true;
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	sync_one(desk);
	sync_one(other);
	OK(conv_unread(desk_at(other, 0)) == 2); /* the second waits */
	OK(report.given == 1); /* it asks, once a day */
	sync_one(other);
	OK(report.given == 0);
	rows = fake.rows_n;
	sync_one(desk);
	OK(fake.rows_n == rows + 1);
	sync_one(desk);
	OK(fake.rows_n == rows + 1); /* once */
	sync_one(other);
	OK(conv_unread(desk_at(other, 0)) == 0);
	are_alike();
	set_day(day + 1);
	rows = fake.rows_n;
	reply(desk, "words that do not come");
	sync_one(desk);
	fake.rows[rows + 1].withheld = true; /* behind the letter itself */
	sync_one(other);
	OK(desk_at(other, 0)->said_n == 2 && report.given > 0);
	sync_one(desk);
	sync_one(other);
	OK(desk_at(other, 0)->said_n == 3);
	sync_both();
	are_alike();
	/* Nothing lacks any more, so nobody asks. */
	set_day(day + 8);
	sync_both();
	for (size_t i = 0; i < teamlog_count(desk->log); i++)
		asked += strcmp(log_type(i), "lack") == 0;
	OK(asked == 2);
	end_team();
}

/* Words of `text`, as that device would give them: in pieces when long. */
static void
tell(struct desk *d, const uint8_t *seed, const char *text)
{
	struct content c;
	struct buf note, piece;
	enum err verdict;

	content_init(&c);
	c.what = CONTENT_REPLY;
	memcpy(c.team, d->print, sizeof c.team);
	memcpy(c.line, d->about.line, sizeof c.line);
	crypt_random(c.id, sizeof c.id);
	memset(c.conversation, 1, sizeof c.conversation);
	c.text = text;
	c.text_len = strlen(text);
	buf_init(&note, CONTENT_MAX);
	buf_init(&piece, PIECE_MAX);
	OK(content_write(&note, &c, seed) == ERR_OK);
	if (content_fits(note.len))
		OK(told_take(d, &note, false, &verdict) == ERR_OK);
	for (uint32_t i = 0;
	     !content_fits(note.len) && i < piece_count(note.len); i++) {
		const struct piece_of of = { .what = PIECE_CONTENT,
			.whole = note.at,
			.n = note.len,
			.index = i };

		buf_clear(&piece);
		OK(piece_write(&piece, &of, seed) == ERR_OK);
		OK(told_take(d, &piece, false, &verdict) == ERR_OK);
	}
	content_drop(&c);
	buf_drop(&note);
	buf_drop(&piece);
}

/* The roster that names it lies beside them on the line. */
static void
words_of_a_device_that_is_new_wait_for_its_roster(void)
{
	uint8_t seed[SIGN_SEED_BYTES] = { 0x55 }, key[SIGN_PUBLIC_BYTES];
	static char text[20001];
	struct pieces_part part;
	struct roster *r;
	size_t at = 0;

	memset(text, 'x', sizeof text - 1);
	begin_team();
	join(MEMBER_EDITOR);
	sync_both();
	tell(other, seed, text);
	open_other();
	OK(other->told_n == 2);
	sign_public(key, seed);
	r = next_roster();
	OK(roster_join(r, key, &r->members[0], true) == ERR_OK);
	OK(members_sign(desk, r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
	sync_one(desk);
	sync_one(other);
	/* They are whole, and wait for their entry. */
	OK(other->told_n == 3 && !pieces_part(other->pieces, &at, &part));
	open_other();
	OK(other->told_n == 3);
	end_team();
}

/* Its author may not speak since a roster that had not come to it: the source
 * has that answer, the log shows the entry for what it is. */
static void
words_whose_entry_never_has_effect_are_not_waited_for(void)
{
	struct roster_come to;
	struct roster *r;
	struct writer w;

	begin_two(&w, MEMBER_EDITOR);
	to = members_come(desk);
	r = next_roster();
	OK(roster_set_role(r, r->members[1].id, MEMBER_VIEWER, &to) == ERR_OK);
	OK(members_sign(desk, r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
	reply(other, "not heard of it yet");
	sync_one(other);
	sync_one(desk);
	/* Another roster might have let it speak from there on. */
	OK(desk->told_n == 1 && desk_at(desk, 0)->said_n == 1);
	sync_both();
	to = members_come(desk);
	r = next_roster();
	OK(roster_set_role(r, r->members[1].id, MEMBER_EDITOR, &to) == ERR_OK);
	OK(members_sign(desk, r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
	sync_one(desk);
	OK(desk->told_n == 0);
	end_team();
}

/* Its desk may be cut off before it hears that the line took them. */
static void
words_that_wait_and_are_given_twice_wait_once(void)
{
	const struct words_ids none = { .n = 0 };
	struct roster_come to;
	struct roster *r;
	struct writer w;

	begin_two(&w, MEMBER_EDITOR);
	to = members_come(desk);
	r = next_roster();
	OK(roster_set_role(r, r->members[1].id, MEMBER_VIEWER, &to) == ERR_OK);
	OK(members_sign(desk, r, team_seed) == ERR_OK);
	wipe_free(r, sizeof *r);
	OK(desk_draft(other, desk_at(other, 0), "not heard", 9, &none) ==
	    ERR_OK);
	reply(other, "not heard of it yet");
	for (unsigned i = 0; i < 3; i++) {
		OK(desk_remember_num(other, "put", 0) == ERR_OK);
		sync_one(other);
	}
	sync_one(desk);
	OK(desk->told_n == 2);
	again();
	OK(desk->told_n == 2);
	end_team();
}

/* Every source has the door's key, and can sign with keys of its own. */
static void
strangers_that_say_they_are_of_the_team_fill_no_memory(void)
{
	static char text[10001];
	uint8_t seed[SIGN_SEED_BYTES] = { 0x56 };

	memset(text, 'x', sizeof text - 1);
	begin_team();
	join(MEMBER_EDITOR);
	sync_both();
	for (unsigned i = 0; i < 250; i++)
		tell(other, seed, text);
	OK(other->told_n > 100 && other->told_n < 210);
	/* Nor do they take the place of what a member says. */
	tell(other, desk->vault->device, "of the first");
	sync_one(other);
	OK(other->told_n > 100 && other->told_n < 212);
	end_team();
}

static void
refused_memory_loses_nothing_that_others_gave(void)
{
	struct writer w;
	enum err e = ERR_NOMEM;
	unsigned n;

	begin_team();
	writer_make(&w, 1);
	join(MEMBER_EDITOR);
	sync_both();
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_one(desk);
	reply(desk, "an answer");
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	OK(desk_renew_chain(desk, desk_about(desk)->door, day) == ERR_OK);
	sync_one(desk); /* hands out, in pieces */
	/* Twice in one session, then on in another. */
	for (n = 2; e != ERR_OK; n++) {
		alloc_refuse(n / 2 + n % 2 * (n / 3));
		e = sync_run(other, reach, &report);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		if (n % 2 == 1)
			open_other();
	}
	OK(n > 50);
	open_other();
	sync_both();
	OK(other->told_n == 0 && desk_at(other, 0)->said_n == 2);
	OK(other->vault->ring.chains_n == desk->vault->ring.chains_n);
	are_alike();
	end_team();
}

/* The line took it, and the desk never heard so. */
static void
what_is_given_twice_is_one_entry(void)
{
	struct writer w;

	begin_two(&w, MEMBER_EDITOR);
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	reply(desk, "an answer");
	sync_one(desk);
	OK(desk_remember_num(desk, "put", 0) == ERR_OK);
	sync_one(desk);
	OK(report.given > 3);
	sync_one(other);
	sync_both();
	OK(desk_at(other, 0)->said_n == 2);
	are_alike();
	end_team();
}

static void
a_lost_connection_loses_no_entry(void)
{
	struct writer w;
	enum err e = ERR_CLOSED;
	unsigned n;

	begin_two(&w, MEMBER_EDITOR);
	for (n = 1; e != ERR_OK; n++) {
		OK(desk_set_junk(desk, desk_at(desk, 0), n % 2 == 1) == ERR_OK);
		fake.lose = n;
		fake.lose_after = n % 3 == 0;
		e = sync_run(desk, reach, &report);
		fake.lose = 0;
		OK(e == ERR_OK || e == ERR_CLOSED);
		again();
	}
	OK(n > 3);
	sync_both();
	are_alike();
	end_team();
}

/* What was written down stands, though there was no memory to go on: the next
 * entry stands behind it. */
static void
refused_memory_forks_no_device(void)
{
	struct teamlog_device device;
	struct writer w;
	bool junk = false;
	enum err e = ERR_NOMEM;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_all();
	for (unsigned n = 1; e != ERR_OK; n++) {
		alloc_refuse(n);
		e = desk_set_junk(desk, desk_at(desk, 0), !junk);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		/* The same again would be the same entry. */
		OK(desk_set_terms(desk, desk_at(desk, 0), n % 4, "", "") ==
		    ERR_OK);
		OK(desk_set_junk(desk, desk_at(desk, 0), !junk) == ERR_OK);
		OK(desk_set_junk(desk, desk_at(desk, 0), junk) == ERR_OK);
		again();
		OK(teamlog_device(desk->log, &device, desk->id) == ERR_OK);
		OK(!device.forked && device.waiting == 0);
		OK(desk_at(desk, 0)->junk == junk);
	}
	end_all();
}

T_BEGIN
desk_tests_begin();
T(a_team_of_one_gives_nothing_and_all_of_it_to_a_second)
T(two_desks_answer_one_source_and_come_to_the_same)
T(what_one_reads_or_judges_the_other_sees)
T(a_letter_that_comes_late_is_read_already)
T(what_a_viewer_may_not_do_he_is_refused)
T(what_a_line_withholds_for_ever_is_asked_for_and_comes)
T(words_of_a_device_that_is_new_wait_for_its_roster)
T(words_whose_entry_never_has_effect_are_not_waited_for)
T(words_that_wait_and_are_given_twice_wait_once)
T(strangers_that_say_they_are_of_the_team_fill_no_memory)
T(refused_memory_loses_nothing_that_others_gave)
T(what_is_given_twice_is_one_entry)
T(a_lost_connection_loses_no_entry)
T(refused_memory_forks_no_device)
T_END
