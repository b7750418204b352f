/* Two desks of one team on one line: what one does the other comes to see. */
#include "desk/handing.h"
#include "desk/members.h"
#include "desk_two.h"
#include "team/content.h"
#include "team/piece.h"
#include "team/pieces.h"
#include "team/roster_edit.h"

static size_t
on_line(void)
{
	return fake.rows_n;
}

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
	rows = on_line();
	sync_all();
	OK(on_line() == rows && report.given == 0);
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

	begin_team();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	join(MEMBER_EDITOR);
	sync_both();
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

	begin_team();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	join(MEMBER_EDITOR);
	sync_both();
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

	begin_team();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	join(MEMBER_VIEWER);
	sync_both();
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

	begin_team();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	join(MEMBER_EDITOR);
	sync_both();
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
	rows = on_line();
	sync_one(desk);
	OK(on_line() == rows + 1);
	fake.rows[rows].withheld = true;
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	sync_one(desk);
	sync_one(other);
	OK(conv_unread(desk_at(other, 0)) == 2); /* the second waits */
	OK(report.given == 1); /* it asks, once a day */
	sync_one(other);
	OK(report.given == 0);
	rows = on_line();
	sync_one(desk);
	OK(on_line() == rows + 1);
	sync_one(desk);
	OK(on_line() == rows + 1); /* once */
	sync_one(other);
	OK(conv_unread(desk_at(other, 0)) == 0);
	are_alike();
	set_day(day + 1);
	rows = on_line();
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
	rows = on_line();
	sync_one(desk); /* hands out */
	for (size_t i = rows; i + 2 < on_line(); i++)
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

/* How far a device has come, by the first desk's log. */
static void
come(void *who, const uint8_t key[static SIGN_PUBLIC_BYTES], uint32_t *number,
    uint8_t last[static ROSTER_LAST_BYTES])
{
	struct teamlog_device device;
	uint8_t id[DEVICE_ID_BYTES];

	(void)who;
	device_id(id, key);
	OK(teamlog_device(desk->log, &device, id) == ERR_OK);
	*number = device.next;
	memcpy(last, device.tip, ROSTER_LAST_BYTES);
}

/* What it has it keeps; what is said and written from then on is not for it. */
static void
who_was_struck_off_reads_no_new_letter_and_says_nothing(void)
{
	const struct roster_come to = { come, NULL };
	struct roster *r;
	struct writer w;
	struct buf note;

	begin_team();
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

/* Also one that hears of it while the line still offers the keys that it has.
 */
static void
who_hears_that_he_was_struck_off_is_told_so(void)
{
	const struct roster_come to = { come, NULL };
	struct roster *r;

	begin_team();
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
	const struct roster_come to = { come, NULL };
	const struct ring_voice *now, *old;
	struct roster *r;

	begin_team();
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

/* It has the line's key, and neither the door's keys nor, later, the right. */
static void
an_admins_desk_without_the_doors_keys_goes_on_without_renewing(void)
{
	const struct roster_come to = { come, NULL };
	struct roster *r;

	begin_team();
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

	begin_team();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	join(MEMBER_EDITOR);
	sync_both();
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

	begin_team();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	join(MEMBER_EDITOR);
	sync_both();
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

T_BEGIN
desk_tests_begin();
T(a_team_of_one_gives_nothing_and_all_of_it_to_a_second)
T(two_desks_answer_one_source_and_come_to_the_same)
T(what_one_reads_or_judges_the_other_sees)
T(a_letter_that_comes_late_is_read_already)
T(what_a_viewer_may_not_do_he_is_refused)
T(a_new_chain_is_handed_out_before_the_line_offers_it)
T(the_logs_own_chain_is_handed_out)
T(a_roster_behind_a_hand_out_comes_before_it)
T(keys_and_voices_go_on_for_all_desks)
T(what_a_line_withholds_for_ever_is_asked_for_and_comes)
T(a_hand_out_that_never_came_is_asked_for)
T(who_was_struck_off_reads_no_new_letter_and_says_nothing)
T(words_of_a_device_that_is_new_wait_for_its_roster)
T(strangers_that_say_they_are_of_the_team_fill_no_memory)
T(who_hears_that_he_was_struck_off_is_told_so)
T(the_voice_that_a_viewer_still_has_ends)
T(who_reads_no_more_is_not_told_that_the_line_is_false)
T(an_admins_desk_without_the_doors_keys_goes_on_without_renewing)
T(a_key_that_nobody_handed_out_stops_a_desk)
T(refused_memory_loses_nothing_that_others_gave)
T(what_is_given_twice_is_one_entry)
T(a_lost_connection_loses_no_entry)
T_END
