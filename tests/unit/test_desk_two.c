/* Two desks of one team on one line: what one does the other comes to see. */
#include "desk/told.h"
#include "desk_team.h"
#include "team/safe.h"

static struct desk *other;
static char other_dir[80];
static uint8_t team_seed[SIGN_SEED_BYTES];

/* begin_all(), and the team key is kept. */
static void
begin_team(void)
{
	struct begin b;
	struct key *seed = key_open();

	(void)snprintf(dir, sizeof dir, "/tmp/sotto-desk-XXXXXX");
	OK(mkdtemp(dir) != NULL);
	(void)snprintf(saved, sizeof saved, "%s-saved", dir);
	make_team(&b);
	OK(safe_open(seed, b.team.at, b.team.len, WORDS) == ERR_OK);
	memcpy(team_seed, key_see(seed), sizeof team_seed);
	key_close(seed);
	OK(begin_desk(&b, dir) == ERR_OK);
	buf_init(&fake.certificate, CERTIFICATE_MAX);
	buf_init(&fake.key_note, KEY_NOTE_MAX);
	OK(buf_put(&fake.certificate, b.certificate.at, b.certificate.len) ==
	    ERR_OK);
	OK(buf_put(&fake.key_note, b.key_note.at, b.key_note.len) == ERR_OK);
	begin_drop(&b);
	fake.day = day = clock_day();
	open_desk();
	OK(reach_open(&reach, NULL) == ERR_OK);
}

static void
end_team(void)
{
	desk_close(other);
	other = NULL;
	(void)nftw(other_dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	end_all();
}

static struct roster *
next_roster(void)
{
	struct roster *r = malloc(sizeof *r);

	OK(r != NULL);
	*r = *desk_roster(desk);
	r->serial++;
	memcpy(r->previous, desk_roster_hash(desk), sizeof r->previous);
	return r;
}

/* The first desk takes it, and says so on the log. */
static void
sign_roster(struct roster *r, struct buf *note)
{
	struct effect *f = calloc(1, sizeof *f);
	struct buf body;

	OK(roster_write(note, r, team_seed) == ERR_OK);
	OK(desk_take_roster(desk, note->at, note->len) == ERR_OK);
	buf_init(&body, ENTRY_BODY_MAX);
	f->kind = EFFECT_ROSTER;
	f->number = r->serial;
	memcpy(f->hash, desk_roster_hash(desk), sizeof f->hash);
	OK(effect_write(&body, f) == ERR_OK);
	OK(log_put(desk, "roster", &body) == ERR_OK);
	buf_drop(&body);
	wipe_free(f, sizeof *f);
	wipe_free(r, sizeof *r);
}

static enum err
copy_roster(void *who, const uint8_t *p, size_t n)
{
	return store_add(who, STORE_TEAM, p, n);
}

static enum err
nothing(void *who, const uint8_t *p, size_t n)
{
	(void)who;
	(void)p;
	(void)n;
	return ERR_FORMAT;
}

/* The second device's folder, as a welcome would make it. */
static void
make_other(const struct vault *v, const struct about *about)
{
	char path[FILE_PATH_MAX];
	struct store *s;
	struct buf text;

	OK(mkdir(other_dir, 0700) == 0);
	buf_init(&text, 4096);
	OK(store_make(other_dir) == ERR_OK);
	OK(about_write(&text, about) == ERR_OK);
	OK(store_begin(other_dir, v->storage, text.at, text.len) == ERR_OK);
	OK(store_open(&s, other_dir, v->storage) == ERR_OK);
	OK(store_load(s, STORE_TEAM, (struct record_taker){ nothing, NULL }) ==
	    ERR_OK);
	OK(desk_each_roster(desk, (struct record_taker){ copy_roster, s }) ==
	    ERR_OK);
	OK(store_put(s, "certificate", fake.certificate.at,
	       fake.certificate.len) == ERR_OK);
	store_close(s);
	OK(file_path(path, sizeof path, other_dir, "key") == ERR_OK);
	OK(vault_save(v, path) == ERR_OK);
	buf_drop(&text);
}

static void
open_other(void)
{
	desk_close(other);
	other = NULL;
	OK(desk_open(&other, other_dir, WORDS, strlen(WORDS)) == ERR_OK);
}

/* A second member, with a device, who reads at the door. */
static void
join(enum member_role role)
{
	struct vault *v = vault_new();
	struct about about = *desk_about(desk);
	struct roster *r = next_roster();
	struct buf note;

	(void)snprintf(other_dir, sizeof other_dir, "%s-other", dir);
	*v = *desk->vault;
	crypt_random(v->storage, sizeof v->storage);
	crypt_random(v->device, sizeof v->device);
	v->has_line = false;
	memset(v->line_key, 0, sizeof v->line_key);
	memset(v->purge, 0, sizeof v->purge);
	if (role == MEMBER_VIEWER)
		v->ring.voices_n = 0;
	v->ring.once_n = 0;
	ring_make_once(&v->ring);
	memset(about.member, 0x77, sizeof about.member);
	memcpy(r->members[1].id, about.member, sizeof about.member);
	memcpy(r->members[1].name, "second", 7);
	r->members[1].role = role;
	sign_public(r->devices[1].key, v->device);
	memcpy(r->devices[1].member, about.member, sizeof about.member);
	memcpy(r->doors[0].readers[1], about.member, sizeof about.member);
	r->members_n = r->devices_n = r->doors[0].readers_n = 2;
	buf_init(&note, ROSTER_MAX);
	sign_roster(r, &note);
	buf_drop(&note);
	make_other(v, &about);
	vault_close(v);
	open_other();
}

static void
sync_one(struct desk *d)
{
	const enum err e = sync_run(d, reach, &report);

	OK(e == ERR_OK && report.stop == SYNC_GOES);
}

/* Until neither has anything new for the other. */
static void
sync_both(void)
{
	for (unsigned i = 0; i < 2; i++) {
		sync_one(desk);
		sync_one(other);
	}
	sync_one(desk);
	OK(report.entries == 0 && report.given == 0);
}

/* Everything that the two may disagree on. */
static void
are_alike(void)
{
	uint8_t a[SHA256_BYTES], b[SHA256_BYTES];

	OK(teamlog_digest(desk->log, a) == ERR_OK);
	OK(teamlog_digest(other->log, b) == ERR_OK);
	OK(memcmp(a, b, sizeof a) == 0);
	OK(desk_log_count(desk) == desk_log_count(other));
	OK(desk_count(desk) == desk_count(other));
	for (size_t i = 0; i < desk_count(desk); i++) {
		const struct conv *c = desk_at(desk, i);
		const struct conv *o = desk_conv_known(other, c->box.owner);

		OK(o != NULL);
		conv_settle((struct conv *)(uintptr_t)o);
		OK(c->said_n == o->said_n && c->apart == o->apart);
		OK(c->junk == o->junk && c->n == o->n);
		OK(conv_unread(c) == conv_unread(o));
		OK(conv_waits(c) == conv_waits(o));
		for (size_t j = 0; j < c->said_n; j++) {
			const struct said *s = c->said[j], *t = o->said[j];

			OK(memcmp(s->id, t->id, sizeof s->id) == 0);
			OK(memcmp(s->at.tag, t->at.tag, TAG_BYTES) == 0);
			OK(memcmp(s->at.words, t->at.words, 32) == 0);
			OK(s->ours == t->ours && s->unread == t->unread);
			OK(s->day == t->day && s->n == t->n);
			OK(s->row == t->row && s->more == t->more);
			OK(s->missing == t->missing);
			OK(strcmp(s->text, t->text) == 0);
			OK(s->files_all == t->files_all);
		}
	}
}

static void
reply(struct desk *d, const char *text)
{
	const struct reply what = { .text = text, .n = strlen(text) };
	struct reply_report rep;

	OK(reply_send(d, reach, desk_at(d, 0), &what, &rep) == ERR_OK);
	OK(rep.stop == SYNC_GOES);
}

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
	OK(reply_send(other, reach, desk_at(other, 0), &what, &rep) != ERR_OK);
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
	sync_one(desk); /* hands out */
	sync_one(desk); /* the line is given the new recipients */
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
	OK(desk->vault->ring.voices_n == 2);
	sync_both();
	OK(other->vault->ring.voices_n == 2);
	send(&w, &(struct what){ .text = "after a year", .id = 1 });
	sync_both();
	reply(other, "still here");
	sync_both();
	OK(desk_at(desk, 0)->said_n == 2);
	are_alike();
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
	buf_clear(&fake.key_note);
	OK(begin_key_note(&fake.key_note, desk->vault, &desk->about, 9, day) ==
	    ERR_OK);
	begin_drop(&b);
	send(&w, &(struct what){ .text = "read by a thief", .id = 1 });
	OK(sync_run(other, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_FOREIGN_KEY);
	OK(desk_count(other) == 0);
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
T(keys_and_voices_go_on_for_all_desks)
T(a_key_that_nobody_handed_out_stops_a_desk)
T(what_is_given_twice_is_one_entry)
T(a_lost_connection_loses_no_entry)
T_END
