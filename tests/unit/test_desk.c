#include <ftw.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "alloc.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "crypt/crypt.h"
#include "crypt/hybrid.h"
#include "desk/begin.h"
#include "desk/desk.h"
#include "desk/inside.h"
#include "desk/reply.h"
#include "desk/sync.h"
#include "disk.h"
#include "fake_line.h"
#include "letter/part.h"
#include "letter/upload.h"
#include "note/json.h"
#include "t.h"

#define WORDS "correct horse battery staple"

static char dir[64], saved[80];
static uint8_t *ahead; /* seconds, as the clock of the test build reads them */
static uint32_t day; /* today, for everybody */
static struct desk *desk;
static struct reach *reach;
static struct sync_report report;

static void
set_day(uint32_t to)
{
	enc_put_u64(ahead, enc_get_u64(ahead) + (to - clock_day()) * 86400ULL);
	fake.day = day = to;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static void
open_desk(void)
{
	OK(desk_open(&desk, dir, WORDS, strlen(WORDS)) == ERR_OK);
}

static void
again(void)
{
	desk_close(desk);
	open_desk();
}

static void
make_team(struct begin *b)
{
	begin_init(b);
	OK(begin_make(b, "Example Group", WORDS, clock_day()) == ERR_OK);
}

static void
begin_all(void)
{
	struct begin b;

	(void)snprintf(dir, sizeof dir, "/tmp/sotto-desk-XXXXXX");
	OK(mkdtemp(dir) != NULL);
	(void)snprintf(saved, sizeof saved, "%s-saved", dir);
	make_team(&b);
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
end_all(void)
{
	desk_close(desk);
	desk = NULL;
	reach_close(reach);
	fake_drop();
	(void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	(void)nftw(saved, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	enc_put_u64(ahead, 0);
	OK(alloc_held() == 0);
}

static void
sync_all(void)
{
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_GOES);
}

/* A source, and what it would send. */
struct writer {
	struct source s;
	struct tag_keys tags;
	struct age_recipient reply;
	uint32_t slot;
};

static void
writer_make(struct writer *w, uint8_t who)
{
	uint8_t root[32] = { who };
	struct age_identity *id;

	source_init(&w->s, root);
	tag_keys_init(&w->tags, &w->s);
	OK(age_identity_from_seed(&id, AGE_HYBRID, w->s.reply_seed) == ERR_OK);
	age_identity_recipient(id, &w->reply);
	age_identity_close(id);
	w->slot = 0;
}

/* What a writer's letter says; zero: as it should be. */
struct what {
	const char *text;
	const char *name;
	uint8_t id;
	uint32_t row; /* 0: today */
	uint32_t sealed; /* to the key of this day; 0: the row's */
	uint32_t dated; /* 0: the row's */
	const char *other_team;
	bool other_line, other_tag;
	const uint8_t *file;
	size_t file_n;
	const char *file_name;
	uint32_t seen;
};

static void
fill(struct letter *l, struct writer *w, const struct what *what, uint32_t on)
{
	uint8_t opening[TAG_OPENING_BYTES];
	char f[TEAM_PRINT_BYTES];

	letter_init(l, LETTER_FROM);
	team_print(f, desk_about(desk)->team);
	memcpy(l->team, what->other_team != NULL ? what->other_team : f, 33);
	memcpy(l->line, desk_about(desk)->line, sizeof l->line);
	if (what->other_line)
		l->line[0] ^= 1;
	tag_opening(opening, &w->tags, TAG_FROM, on, w->slot++);
	tag_of(l->tag, opening);
	tag_parts(l->parts, opening);
	memset(l->id, what->id, sizeof l->id);
	l->day = on;
	memcpy(l->door, desk_about(desk)->door, sizeof l->door);
	letter_set_return(l, &w->s, &w->reply);
	l->name = what->name;
	l->seen = what->seen;
	l->text = what->text;
	l->text_len = strlen(what->text);
	if (what->file != NULL) {
		l->file_count = 1;
		l->files[0].name = what->file_name;
		l->files[0].type = LETTER_ANY_TYPE;
		l->files[0].size = what->file_n;
		sha256(l->files[0].sha256, what->file, what->file_n);
	}
}

static const struct age_recipient *
key_of(struct offer *o, uint32_t on)
{
	struct buf body;

	buf_init(&body, OFFER_MAX);
	OK(offer_write(&body, &fake.certificate, &fake.key_note, fake.day) ==
	    ERR_OK);
	OK(offer_read(o, body.at, body.len, NULL, 0) == ERR_OK);
	buf_drop(&body);
	return key_note_recipient(&o->note.doors[0], on);
}

static void
send_parts(const struct letter *l, const struct what *what, uint32_t row,
    const struct age_recipient *to)
{
	uint8_t *part = malloc(ENVELOPE_PART_BYTES), tag[TAG_BYTES];

	for (uint32_t j = 0; j < part_count(what->file_n); j++) {
		tag_part(tag, l->parts, j);
		OK(envelope_seal(part, ENVELOPE_PART_BYTES, to,
		       what->file + (size_t)j * PART_PLAIN,
		       part_bytes(what->file_n, j)) == ERR_OK);
		fake_put(row, tag, part, ENVELOPE_PART_BYTES);
	}
	wipe_free(part, ENVELOPE_PART_BYTES);
}

static void
send(struct writer *w, const struct what *what)
{
	const uint32_t row = what->row == 0 ? day : what->row;
	const uint32_t to_day = what->sealed == 0 ? row : what->sealed;
	static uint8_t envelope[ENVELOPE_LETTER_BYTES];
	const struct age_recipient *to;
	uint8_t tag[TAG_BYTES];
	struct offer o;
	struct letter l;
	struct buf note;

	offer_init(&o);
	to = key_of(&o, to_day);
	OK(to != NULL);
	fill(&l, w, what, what->dated == 0 ? row : what->dated);
	buf_init(&note, ENVELOPE_LETTER_PLAIN);
	OK(letter_write(&note, &l, w->s.sign_seed) == ERR_OK);
	OK(envelope_seal(envelope, sizeof envelope, to, note.at, note.len) ==
	    ERR_OK);
	memcpy(tag, l.tag, sizeof tag);
	tag[0] ^= what->other_tag;
	fake_put(row, tag, envelope, sizeof envelope);
	if (what->file != NULL)
		send_parts(&l, what, row, to);
	letter_drop(&l);
	buf_drop(&note);
	offer_drop(&o);
}

static const struct said *
only(const struct conv *c)
{
	OK(c->said_n == 1);
	return c->said[0];
}

static void
what_a_source_wrote_is_shown_and_kept(void)
{
	struct writer w;
	const struct said *s;

	begin_all();
	writer_make(&w, 1);
	send(
	    &w, &(struct what){ .text = "I know something.", .name = "Finch" });
	sync_all();
	OK(report.letters == 1 && desk_count(desk) == 1);
	again();
	OK(desk_count(desk) == 1);
	s = only(desk_at(desk, 0));
	OK(strcmp(s->text, "I know something.") == 0 && s->unread);
	OK(strcmp(desk_at(desk, 0)->name, "Finch") == 0);
	OK(desk_find(desk, desk_at(desk, 0)->handle,
	       strlen(desk_at(desk, 0)->handle)) == desk_at(desk, 0));
	sync_all();
	OK(report.letters == 0 && desk_at(desk, 0)->said_n == 1);
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	again();
	OK(conv_unread(desk_at(desk, 0)) == 0);
	OK(desk_log_count(desk) == 1);
	end_all();
}

static void
letter_for_other_team_refused(void)
{
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	send(&w,
	    &(struct what){ .text = "a",
		.other_team = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" });
	send(&w, &(struct what){ .text = "b", .other_line = true });
	send(&w, &(struct what){ .text = "c", .other_tag = true });
	sync_all();
	OK(report.refused == 3 && desk_count(desk) == 0);
	/* They are tried once. */
	fake.asked = 0;
	sync_all();
	OK(report.refused == 0 && desk_count(desk) == 0 && fake.asked == 3);
	again();
	sync_all();
	OK(report.refused == 0);
	end_all();
}

static void
foreign_client_cannot_claim_handle(void)
{
	struct writer w, other;

	begin_all();
	writer_make(&w, 1);
	writer_make(&other, 2);
	send(&w, &(struct what){ .text = "real", .name = "Finch" });
	sync_all();
	send(&other, &(struct what){ .text = "not real", .name = "FINCH" });
	sync_all();
	OK(desk_count(desk) == 2);
	OK(strcmp(desk_at(desk, 0)->handle, desk_at(desk, 1)->handle) != 0);
	OK(only(desk_at(desk, 0))->text[0] == 'r');
	OK(!desk_at(desk, 0)->name_alike && desk_at(desk, 1)->name_alike);
	again();
	OK(only(desk_at(desk, 0))->text[0] == 'r');
	OK(!desk_at(desk, 0)->name_alike && desk_at(desk, 1)->name_alike);
	end_all();
}

static void
a_stolen_return_address_is_marked_and_not_used(void)
{
	struct writer w, other;

	begin_all();
	writer_make(&w, 1);
	writer_make(&other, 2);
	send(&w, &(struct what){ .text = "one", .id = 1 });
	sync_all();
	/* The same writer's key, but answers are to go elsewhere. */
	w.reply = other.reply;
	send(&w, &(struct what){ .text = "two", .id = 2 });
	sync_all();
	OK(desk_at(desk, 0)->said_n == 2);
	OK(!desk_at(desk, 0)->said[0]->other_address);
	OK(desk_at(desk, 0)->said[1]->other_address);
	OK(!age_recipient_is_same(&desk_at(desk, 0)->reply, &other.reply));
	end_all();
}

static void
edited_form_same_id_keeps_both(void)
{
	const struct conv *c;
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "first words", .id = 7 });
	send(&w, &(struct what){ .text = "other words", .id = 7 });
	send(&w, &(struct what){ .text = "first words", .id = 7 });
	sync_all();
	c = desk_at(desk, 0);
	OK(c->said_n == 2);
	OK(!c->said[0]->other_version && c->said[1]->other_version);
	OK(strcmp(c->said[0]->text, c->said[1]->text) != 0);
	again();
	OK(desk_at(desk, 0)->said_n == 2);
	end_all();
}

/* Three words can be found by trying: whoever has found them is another. */
static void
writers_of_the_same_words_are_told_apart_by_number(void)
{
	struct writer w, other;
	struct conv *first, *second;

	begin_all();
	writer_make(&w, 1);
	writer_make(&other, 2);
	send(&w, &(struct what){ .text = "x" });
	sync_all();
	send(&other, &(struct what){ .text = "y" });
	sync_all();
	first = desk_at(desk, 0);
	second = desk_at(desk, 1);
	memcpy(second->words, first->words, sizeof second->words);
	desk_mark_alike(desk);
	OK(!first->handle_twice && second->handle_twice);
	OK(strcmp(first->handle, first->words) == 0);
	OK(strcmp(second->handle, first->handle) != 0);
	OK(desk_find(desk, first->handle, strlen(first->handle)) == first);
	OK(desk_find(desk, second->handle, strlen(second->handle)) == second);
	OK(desk_find(desk, "-2", 2) == NULL && desk_find(desk, "2", 1) == NULL);
	OK(desk_find(desk, "", 0) == NULL);
	end_all();
}

static void
what_comes_under_an_id_that_was_read_is_unread(void)
{
	struct writer w;
	struct conv *c;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "first words", .id = 7 });
	sync_all();
	OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
	again();
	OK(conv_unread(desk_at(desk, 0)) == 0);
	send(&w, &(struct what){ .text = "better words", .id = 7 });
	send(&w,
	    &(struct what){ .text = "first words",
		.id = 7,
		.file = (const uint8_t *)"proof",
		.file_n = 5,
		.file_name = "f" });
	sync_all();
	OK(conv_unread(desk_at(desk, 0)) == 2);
	again();
	c = desk_at(desk, 0);
	OK(conv_unread(c) == 2);
	OK(desk_read(desk, c) == ERR_OK);
	again();
	OK(conv_unread(desk_at(desk, 0)) == 0);
	end_all();
}

static uint8_t *
a_file(size_t n)
{
	uint8_t *p = malloc(n);

	OK(p != NULL);
	crypt_random(p, n);
	return p;
}

static void
desk_joins_parts_of_a_source(void)
{
	const size_t n = 2 * PART_PLAIN + 5;
	uint8_t *file = a_file(n);
	char name[DESK_NAME_BYTES], path[512];
	const struct said_file *f;
	struct conv *c;
	struct writer w;
	struct buf got;

	begin_all();
	writer_make(&w, 1);
	send(&w,
	    &(struct what){ .text = "a film",
		.file = file,
		.file_n = n,
		.file_name = "../../a/film.mp4" });
	sync_all();
	OK(report.files == 1);
	again();
	c = desk_at(desk, 0);
	f = conv_file(c, 1);
	OK(f != NULL && desk_has_file(desk, f) && conv_file(c, 2) == NULL);
	buf_init(&got, n + 1);
	for (unsigned i = 0; i < 2; i++) {
		OK(desk_save_file(desk, c, f, saved, name) == ERR_OK);
		OK(strchr(name, '/') == NULL && strstr(name, ".mp4") != NULL);
		(void)snprintf(path, sizeof path, "%s/%s", saved, name);
		buf_clear(&got);
		OK(file_read(&got, path) == ERR_OK);
		OK(got.len == n && memcmp(got.at, file, n) == 0);
	}
	buf_drop(&got);
	wipe_free(file, n);
	end_all();
}

static void
a_file_whose_part_is_gone_is_said_to_be_missing(void)
{
	uint8_t *file = a_file(100);
	char name[DESK_NAME_BYTES];
	struct writer w;
	struct conv *c;

	begin_all();
	writer_make(&w, 1);
	send(&w,
	    &(struct what){
		.text = "x", .file = file, .file_n = 100, .file_name = "f" });
	fake.rows[1].tag[0] ^= 1;
	sync_all();
	c = desk_at(desk, 0);
	OK(report.files == 0 && !desk_has_file(desk, conv_file(c, 1)));
	OK(desk_save_file(desk, c, conv_file(c, 1), saved, name) ==
	    ERR_MISSING);
	fake.rows[1].tag[0] ^= 1;
	sync_all();
	OK(report.files == 1 && desk_has_file(desk, conv_file(c, 1)));
	wipe_free(file, 100);
	end_all();
}

/* A point of low order in the place of a share: no key can come of it. */
static void
spoil_share(uint8_t *part)
{
	static const uint8_t zero[HYBRID_ENC_BYTES];
	char text[ENC_BASE64_RAW_LEN(HYBRID_ENC_BYTES) + 1];
	uint8_t *at = memmem(part, ENVELOPE_HEADER_BYTES, "25519 ", 6);

	OK(at != NULL);
	enc_base64_raw(text, zero, sizeof zero);
	memcpy(at + 6, text, strlen(text));
	OK(envelope_check_header(part) == ERR_OK);
}

static void
a_part_that_no_key_fits_holds_nobody_up(void)
{
	uint8_t *file = a_file(100);
	struct writer w, other;
	unsigned before;

	begin_all();
	writer_make(&w, 1);
	writer_make(&other, 2);
	send(&w,
	    &(struct what){
		.text = "x", .file = file, .file_n = 100, .file_name = "f" });
	spoil_share(fake.rows[1].bytes);
	send(&other,
	    &(struct what){
		.text = "y", .file = file, .file_n = 100, .file_name = "f" });
	sync_all();
	OK(report.letters == 2 && report.files == 1);
	before = fake.asked;
	sync_all();
	OK(report.files == 0 && fake.asked == before + 3);
	set_day(day + 1);
	send(&other, &(struct what){ .text = "z" });
	sync_all();
	OK(report.letters == 1);
	wipe_free(file, 100);
	end_all();
}

/* Whoever names files that were never sent costs one request, not one each. */
static void
files_that_never_came_are_asked_for_together(void)
{
	uint8_t *file = a_file(100);
	unsigned before;
	struct writer w;
	size_t rows;

	begin_all();
	for (uint8_t i = 1; i <= 30; i++) {
		writer_make(&w, i);
		send(&w,
		    &(struct what){ .text = "x",
			.file = file,
			.file_n = 100,
			.file_name = "f" });
		fake.rows[fake.rows_n - 1].tag[0] ^= 1;
	}
	rows = fake.rows_n;
	before = fake.asked;
	sync_all();
	OK(rows == 60 && report.letters == 30 && report.files == 0);
	/* line, days, tags, letters, files */
	OK(fake.asked == before + 5);
	wipe_free(file, 100);
	end_all();
}

/* Sealed to the key of the day before, committed after midnight; and the key
 * of a day lives until the next day's file was read too. */
static void
key_lives_until_next_day_is_read(void)
{
	const uint32_t d = clock_day();
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "of day d", .id = 1 });
	sync_all();
	set_day(d + 1);
	sync_all();
	OK(report.finished == 1); /* d - 1: nothing can come for it now */
	send(&w,
	    &(struct what){ .text = "sealed yesterday",
		.id = 2,
		.row = d + 1,
		.sealed = d,
		.dated = d });
	again();
	sync_all();
	OK(desk_at(desk, 0)->said_n == 2);
	OK(!desk_at(desk, 0)->said[1]->misdated);
	set_day(d + 2);
	send(&w,
	    &(struct what){ .text = "came late",
		.id = 3,
		.row = d + 1,
		.sealed = d,
		.dated = d });
	sync_all();
	OK(desk_at(desk, 0)->said_n == 3 && report.finished == 1);
	/* Now d is finished: what is sealed to it cannot be opened again. */
	again();
	send(&w,
	    &(struct what){ .text = "too late",
		.id = 4,
		.row = d + 1,
		.sealed = d,
		.dated = d });
	sync_all();
	OK(desk_at(desk, 0)->said_n == 3 && report.refused == 0);
	end_all();
}

static void
commit_after_midnight_is_shown_and_what_lies_is_marked(void)
{
	const uint32_t d = clock_day();
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	set_day(d + 5);
	send(
	    &w, &(struct what){ .text = "yesterday", .id = 1, .dated = d + 4 });
	send(&w, &(struct what){ .text = "lies", .id = 2, .dated = d + 1 });
	sync_all();
	OK(desk_at(desk, 0)->said_n == 2);
	OK(desk_at(desk, 0)->said[0]->misdated);
	OK(!desk_at(desk, 0)->said[1]->misdated);
	end_all();
}

static void
a_foreign_key_stops_everything(void)
{
	struct begin b;
	struct writer w;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "x" });
	make_team(&b);
	/* Another team's line. */
	buf_clear(&fake.certificate);
	OK(buf_put(&fake.certificate, b.certificate.at, b.certificate.len) ==
	    ERR_OK);
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_OTHER_TEAM && desk_count(desk) == 0);
	begin_drop(&b);
	end_all();
}

/* The line key was stolen: a note in order, but with a key of the thief. */
static void
a_key_of_no_chain_of_ours_stops_everything(void)
{
	struct key_note k;
	struct writer w;
	struct offer o;
	struct buf note;
	struct vault *v = vault_new();
	char path[128];

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "x" });
	offer_init(&o);
	(void)key_of(&o, day);
	k = o.note;
	k.doors[0].recipients[30] = w.reply;
	k.serial++;
	OK(vault_words(v, WORDS, strlen(WORDS)) == ERR_OK);
	(void)snprintf(path, sizeof path, "%s/key", dir);
	OK(vault_load(v, path) == ERR_OK);
	buf_init(&note, KEY_NOTE_MAX);
	OK(key_note_write(&note, &k, v->line_key) == ERR_OK);
	buf_clear(&fake.key_note);
	OK(buf_put(&fake.key_note, note.at, note.len) == ERR_OK);
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_FOREIGN_KEY && desk_count(desk) == 0);
	OK(fake.asked == 1);
	buf_drop(&note);
	vault_close(v);
	offer_drop(&o);
	end_all();
}

static void
a_clock_more_than_a_day_off_stops_everything(void)
{
	begin_all();
	fake.day = day + 2;
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_CLOCK);
	fake.day = day - 2;
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_CLOCK);
	fake.day = day + 1;
	sync_all();
	end_all();
}

static void
keys_are_renewed_and_older_ones_not_taken_back(void)
{
	const uint32_t d = clock_day();
	struct buf old;
	struct offer o;

	begin_all();
	buf_init(&old, KEY_NOTE_MAX);
	OK(buf_put(&old, fake.key_note.at, fake.key_note.len) == ERR_OK);
	sync_all();
	OK(!report.renewed && report.key_days >= 45);
	set_day(d + 20);
	sync_all();
	OK(report.renewed && report.key_days == 59);
	offer_init(&o);
	OK(key_of(&o, d + 78) != NULL && o.note.serial == 2);
	offer_drop(&o);
	again();
	sync_all();
	OK(!report.renewed);
	buf_clear(&fake.key_note);
	OK(buf_put(&fake.key_note, old.at, old.len) == ERR_OK);
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_OLD_NOTE);
	buf_drop(&old);
	end_all();
}

/* Read what the team sent to this writer in a slot of a day. */
static enum err
read_reply(struct letter *l, const struct writer *w, uint32_t on, uint32_t slot)
{
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	uint8_t tag[TAG_BYTES], keys[8][SIGN_PUBLIC_BYTES];
	char f[TEAM_PRINT_BYTES];
	struct letter_place place = { .kind = LETTER_REPLY,
		.team = f,
		.line = desk_about(desk)->line,
		.tag = tag,
		.keys = (const uint8_t(*)[SIGN_PUBLIC_BYTES])keys };
	struct age_identity *id;
	const uint8_t *key;
	struct offer o;
	size_t at = 0;
	enum err e = ERR_NOTHING;

	team_print(f, desk_about(desk)->team);
	tag_at(tag, &w->tags, TAG_TO, on, slot);
	offer_init(&o);
	(void)key_of(&o, on);
	while ((key = key_note_voice(&o.note, &at, on)) != NULL)
		memcpy(keys[place.key_count++], key, SIGN_PUBLIC_BYTES);
	offer_drop(&o);
	OK(age_identity_from_seed(&id, AGE_HYBRID, w->s.reply_seed) == ERR_OK);
	for (size_t i = 0; i < fake.rows_n; i++)
		if (memcmp(fake.rows[i].tag, tag, TAG_BYTES) == 0 &&
		    (e = envelope_open(plain, id, fake.rows[i].bytes,
			 fake.rows[i].n)) == ERR_OK)
			e = letter_read(l, plain, sizeof plain, &place);
	age_identity_close(id);
	return e;
}

static void
reply_to(const char *text, struct reply_report *rep, enum err want)
{
	const struct reply what = { .text = text, .n = strlen(text) };

	OK(reply_send(desk, reach, desk_at(desk, 0), &what, rep) == want);
}

static void
an_answer_takes_the_slot_above_and_counts_on(void)
{
	struct reply_report rep;
	struct writer w;
	struct letter l;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello" });
	sync_all();
	reply_to("one", &rep, ERR_OK);
	reply_to("two", &rep, ERR_OK);
	fake.take_slots = 2; /* two others were faster */
	reply_to("three", &rep, ERR_OK);
	OK(read_reply(&l, &w, day, 0) == ERR_OK && l.n == 1);
	OK(strcmp(l.text, "one") == 0);
	letter_drop(&l);
	OK(read_reply(&l, &w, day, 1) == ERR_OK && l.n == 2);
	letter_drop(&l);
	OK(read_reply(&l, &w, day, 4) == ERR_OK && l.n == 3);
	OK(strcmp(l.text, "three") == 0);
	letter_drop(&l);
	again();
	OK(desk_at(desk, 0)->said_n == 4 && desk_at(desk, 0)->n == 3);
	OK(desk_at(desk, 0)->outs_n == 0 && !conv_waits(desk_at(desk, 0)));
	OK(desk_log_count(desk) == 3);
	for (unsigned i = 5; i < 16; i++)
		reply_to("more", &rep, ERR_OK);
	reply_to("too many", &rep, ERR_FULL);
	set_day(day + 1);
	reply_to("tomorrow", &rep, ERR_OK);
	end_all();
}

/* Whatever request is lost, before or after the line did it, the source gets
 * the answer once. */
static void
an_answer_that_was_cut_off_goes_once(void)
{
	struct reply_report rep;
	struct writer w;
	struct letter l;
	unsigned n;
	bool done = false;

	for (n = 1; !done; n++) {
		const struct reply what = { .text = "only once", .n = 9 };

		begin_all();
		writer_make(&w, 1);
		send(&w, &(struct what){ .text = "hello" });
		sync_all();
		fake.lose = (n + 1) / 2;
		fake.lose_after = n % 2 == 0;
		done = reply_send(desk, reach, desk_at(desk, 0), &what, &rep) ==
		    ERR_OK;
		done = done && fake.lose > 0;
		fake.lose = 0;
		again();
		sync_all();
		/* Lost before it was written down: said to be unsent. */
		if (desk_at(desk, 0)->said_n == 1)
			reply_to("only once", &rep, ERR_OK);
		OK(desk_at(desk, 0)->said_n == 2);
		OK(read_reply(&l, &w, day, 0) == ERR_OK);
		letter_drop(&l);
		OK(read_reply(&l, &w, day, 1) == ERR_NOTHING);
		OK(desk_log_count(desk) == 1);
		end_all();
		OK(n < 30);
	}
	OK(n > 6);
}

/* Whoever fills all slots of its own holds up nobody else's answer. */
static void
an_answer_that_finds_no_slot_holds_up_no_other(void)
{
	const struct reply what = { .text = "for both", .n = 8 };
	struct reply_report rep;
	struct writer w, other;

	begin_all();
	writer_make(&w, 1);
	writer_make(&other, 2);
	send(&w, &(struct what){ .text = "hello" });
	send(&other, &(struct what){ .text = "hello too" });
	sync_all();
	for (size_t i = 0; i < 2; i++) {
		fake.lose = 3; /* line, look, letter */
		OK(reply_send(desk, reach, desk_at(desk, i), &what, &rep) ==
		    ERR_CLOSED);
		OK(desk_at(desk, i)->outs_n == 1);
	}
	fake.take_slots = TAG_SLOTS;
	sync_all();
	OK(report.waiting == 1 && report.sent == 1);
	OK(desk_at(desk, 0)->outs_n + desk_at(desk, 1)->outs_n == 1);
	end_all();
}

static void
an_answer_takes_files_and_goes_on_where_it_broke(void)
{
	const size_t n = PART_PLAIN + 10;
	uint8_t *file = a_file(n);
	char path[128];
	const char *paths[] = { path };
	const struct reply what = {
		.text = "see this", .n = 8, .paths = paths, .paths_n = 1
	};
	struct reply_report rep;
	struct writer w;
	struct letter l;

	begin_all();
	(void)snprintf(path, sizeof path, "%s/answer.bin", dir);
	OK(file_make(path, file, n, 0600) == ERR_OK);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello" });
	sync_all();
	fake.lose = 5; /* line, look, state, part, part */
	OK(reply_send(desk, reach, desk_at(desk, 0), &what, &rep) ==
	    ERR_CLOSED);
	OK(fake.parts_n == 1);
	again();
	sync_all();
	OK(report.waiting == 1 && desk_at(desk, 0)->outs_n == 1);
	fake.take_slots = 1; /* the parts stay, the letter is sealed anew */
	OK(reply_send(desk, reach, desk_at(desk, 0), &what, &rep) == ERR_OK);
	OK(rep.parts == 2 && rep.resumed == 1 && fake.committed);
	OK(read_reply(&l, &w, day, 1) == ERR_OK);
	OK(l.file_count == 1 && l.files[0].size == n);
	OK(strcmp(l.files[0].name, "answer.bin") == 0);
	letter_drop(&l);
	OK(desk_at(desk, 0)->outs_n == 0);
	path[0] = 'x';
	OK(reply_send(desk, reach, desk_at(desk, 0), &what, &rep) ==
	    ERR_NOTHING);
	OK(rep.bad_path == 0);
	wipe_free(file, n);
	end_all();
}

static void
a_long_answer_goes_as_a_file(void)
{
	char *text = calloc(1, 30001);
	struct reply_report rep;
	struct writer w;
	struct letter l;

	begin_all();
	memset(text, 'w', 30000);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello" });
	sync_all();
	reply_to(text, &rep, ERR_OK);
	OK(rep.parts == 1 && read_reply(&l, &w, day, 0) == ERR_OK);
	OK(l.more && l.file_count == 1 && l.files[0].size == 30000);
	letter_drop(&l);
	wipe_free(text, 30001);
	end_all();
}

static void
a_source_that_claims_to_have_read_everything_is_still_answered(void)
{
	struct reply_report rep;
	struct writer w;
	struct letter l;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .seen = UINT32_MAX });
	sync_all();
	reply_to("one", &rep, ERR_OK);
	OK(read_reply(&l, &w, day, 0) == ERR_OK && l.n == 1);
	letter_drop(&l);
	end_all();
}

/* A voice is signed with on its own days only. */
static void
old_voice_refused(void)
{
	const uint32_t d = clock_day();
	struct reply_report rep;
	struct writer w;
	struct letter l;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello" });
	sync_all();
	reply_to("with the first voice", &rep, ERR_OK);
	OK(read_reply(&l, &w, d, 0) == ERR_OK);
	letter_drop(&l);
	/* A year on there is another one; the note has both. */
	set_day(d + 350);
	sync_all();
	OK(report.renewed);
	set_day(d + 420);
	sync_all();
	reply_to("with the second", &rep, ERR_OK);
	OK(read_reply(&l, &w, d + 420, 0) == ERR_OK);
	letter_drop(&l);
	OK(read_reply(&l, &w, d, 0) == ERR_OK);
	letter_drop(&l);
	/* What the first signed is not believed in a slot of the second. */
	for (size_t i = 0; i < fake.rows_n; i++)
		if (fake.rows[i].day == d && i > 0)
			tag_at(fake.rows[i].tag, &w.tags, TAG_TO, d + 420, 5);
	OK(read_reply(&l, &w, d + 420, 5) != ERR_OK);
	end_all();
}

static void
junk_terms_and_deleting_last(void)
{
	struct writer w;
	struct conv *c;
	char path[96];

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "one", .id = 1 });
	sync_all();
	c = desk_at(desk, 0);
	OK(desk_set_junk(desk, c, true) == ERR_OK);
	OK(desk_set_terms(desk, c, 4, "A. Finch", "somebody inside") == ERR_OK);
	again();
	c = desk_at(desk, 0);
	OK(c->junk && c->level == 4);
	OK(strcmp(c->byline, "A. Finch") == 0);
	OK(strcmp(c->label, "somebody inside") == 0);
	OK(desk_set_junk(desk, c, false) == ERR_OK);
	OK(desk_delete(desk, c) == ERR_OK && desk_count(desk) == 0);
	again();
	OK(desk_count(desk) == 0 && desk_log_count(desk) == 4);
	(void)snprintf(path, sizeof path, "%s/k", dir);
	OK(rmdir(path) == 0); /* no key is left */
	OK(mkdir(path, 0700) == 0);
	/* The same source writes again: that is a new conversation. */
	send(&w, &(struct what){ .text = "two", .id = 2 });
	sync_all();
	again();
	OK(desk_count(desk) == 1 && only(desk_at(desk, 0))->text[0] == 't');
	end_all();
}

static void
a_lost_connection_loses_no_letter(void)
{
	static const uint8_t file[300] = { 1 };
	const size_t size = sizeof file;
	struct writer w;
	unsigned n;
	enum err e = ERR_CLOSED;

	for (n = 1; e != ERR_OK; n++) {
		begin_all();
		writer_make(&w, 1);
		for (uint8_t i = 0; i < 5; i++)
			send(&w,
			    &(struct what){ .text = "hello",
				.id = i,
				.file = i == 2 ? file : NULL,
				.file_n = size,
				.file_name = "f" });
		fake.lose = n;
		e = sync_run(desk, reach, &report);
		OK(e == ERR_OK || e == ERR_CLOSED);
		fake.lose = 0;
		again();
		sync_all();
		OK(desk_count(desk) == 1 && desk_at(desk, 0)->said_n == 5);
		OK(desk_has_file(desk, conv_file(desk_at(desk, 0), 1)));
		end_all();
	}
	OK(n > 4);
}

/* A child opens the desk and syncs, and dies at the n-th change of the disk;
 * true when it got to the end. */
static bool
sync_and_die(unsigned n)
{
	int status = 0;
	pid_t pid;

	desk_close(desk);
	desk = NULL;
	if ((pid = fork()) == 0) {
		disk_die = true;
		disk_countdown = n;
		if (desk_open(&desk, dir, WORDS, strlen(WORDS)) != ERR_OK ||
		    sync_run(desk, reach, &report) != ERR_OK)
			_exit(1);
		_exit(0);
	}
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	open_desk();
	return WEXITSTATUS(status) == 0;
}

static void
whenever_the_desk_dies_everything_comes(void)
{
	static const uint8_t file[10] = { 5 };
	const uint32_t d = clock_day();
	struct writer w, other;
	bool done = false;
	unsigned n;

	for (n = 1; !done; n++) {
		begin_all();
		writer_make(&w, 1);
		writer_make(&other, 2);
		send(&w, &(struct what){ .text = "one", .id = 1 });
		send(&other, &(struct what){ .text = "two", .id = 2 });
		send(&w,
		    &(struct what){ .text = "three",
			.id = 3,
			.file = file,
			.file_n = sizeof file,
			.file_name = "f" });
		set_day(d + 3);
		done = sync_and_die(n);
		sync_all();
		OK(desk_count(desk) == 2);
		OK(desk_at(desk, 0)->said_n + desk_at(desk, 1)->said_n == 3);
		for (size_t i = 0; i < 2; i++)
			if (desk_at(desk, i)->said_n == 2)
				OK(desk_has_file(
				    desk, conv_file(desk_at(desk, i), 1)));
		again();
		OK(desk_count(desk) == 2);
		end_all();
		OK(n < 200);
	}
	OK(n > 20);
}

static void
a_wrong_passphrase_or_folder_is_told_apart(void)
{
	struct desk *d;
	char path[96], away[96];

	begin_all();
	OK(desk_open(&d, dir, WORDS, strlen(WORDS)) == ERR_BUSY);
	desk_close(desk);
	desk = NULL;
	OK(desk_open(&d, dir, "something else", 14) == ERR_NOKEY);
	OK(desk_open(&d, "/tmp", WORDS, strlen(WORDS)) == ERR_NOTHING);
	/* Another desk's key file, with the same passphrase. */
	(void)snprintf(path, sizeof path, "%s/key", dir);
	(void)snprintf(away, sizeof away, "%s/key.mine", dir);
	OK(rename(path, away) == 0);
	OK(desk_open(&d, dir, WORDS, strlen(WORDS)) == ERR_NOTHING);
	{
		struct begin b;

		make_team(&b);
		OK(vault_save(b.vault, path) == ERR_OK);
		begin_drop(&b);
	}
	OK(desk_open(&d, dir, WORDS, strlen(WORDS)) == ERR_FORGED);
	OK(rename(away, path) == 0);
	open_desk();
	end_all();
}

T_BEGIN
char clock_path[] = "/tmp/sotto-clock-XXXXXX";
int fd = mkstemp(clock_path);
OK(fd >= 0 && ftruncate(fd, 8) == 0);
ahead = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
OK(ahead != MAP_FAILED && setenv("SOTTO_CLOCK", clock_path, 1) == 0);
clock_init();
(void)unlink(clock_path);
(void)close(fd);
OK(crypt_init() == ERR_OK);
json_init();
vault_cheaper(4);
T(what_a_source_wrote_is_shown_and_kept)
T(letter_for_other_team_refused)
T(foreign_client_cannot_claim_handle)
T(a_stolen_return_address_is_marked_and_not_used)
T(edited_form_same_id_keeps_both)
T(writers_of_the_same_words_are_told_apart_by_number)
T(what_comes_under_an_id_that_was_read_is_unread)
T(desk_joins_parts_of_a_source)
T(a_file_whose_part_is_gone_is_said_to_be_missing)
T(a_part_that_no_key_fits_holds_nobody_up)
T(files_that_never_came_are_asked_for_together)
T(key_lives_until_next_day_is_read)
T(commit_after_midnight_is_shown_and_what_lies_is_marked)
T(a_foreign_key_stops_everything)
T(a_key_of_no_chain_of_ours_stops_everything)
T(a_clock_more_than_a_day_off_stops_everything)
T(keys_are_renewed_and_older_ones_not_taken_back)
T(an_answer_takes_the_slot_above_and_counts_on)
T(an_answer_that_was_cut_off_goes_once)
T(an_answer_that_finds_no_slot_holds_up_no_other)
T(an_answer_takes_files_and_goes_on_where_it_broke)
T(a_long_answer_goes_as_a_file)
T(a_source_that_claims_to_have_read_everything_is_still_answered)
T(old_voice_refused)
T(junk_terms_and_deleting_last)
T(a_lost_connection_loses_no_letter)
T(whenever_the_desk_dies_everything_comes)
T(a_wrong_passphrase_or_folder_is_told_apart)
T_END
