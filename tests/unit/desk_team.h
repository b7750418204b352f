/*
 * desk_team: a team with one desk, a line in memory, and sources who write to
 * it; what the tests of the desk share.  A test begins with begin_all() and
 * ends with end_all().
 */
#ifndef UNIT_DESK_TEAM_H
#define UNIT_DESK_TEAM_H

#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "alloc.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "crypt/crypt.h"
#include "desk/begin.h"
#include "desk/desk.h"
#include "desk/inside.h"
#include "desk/reply.h"
#include "desk/sync.h"
#include "fake_line.h"
#include "letter/part.h"
#include "letter/upload.h"
#include "note/json.h"
#include "t.h"
#include "team/safe.h"

#define WORDS "correct horse battery staple"

static char dir[64], saved[80];
static uint8_t *ahead; /* seconds, as the clock of the test build reads them */
static uint32_t day; /* today, for everybody */
static struct desk *desk;
static struct reach *reach;
static struct sync_report report;

/* Before the first test: a clock that moves, and cheap passphrases. */
static inline void
desk_tests_begin(void)
{
	char path[] = "/tmp/sotto-clock-XXXXXX";
	int fd = mkstemp(path);

	OK(fd >= 0 && ftruncate(fd, 8) == 0);
	ahead = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	OK(ahead != MAP_FAILED && setenv("SOTTO_CLOCK", path, 1) == 0);
	clock_init();
	(void)unlink(path);
	(void)close(fd);
	OK(crypt_init() == ERR_OK);
	json_init();
	vault_cheaper(4);
}

static inline void
set_day(uint32_t to)
{
	enc_put_u64(ahead, enc_get_u64(ahead) + (to - clock_day()) * 86400ULL);
	fake.day = day = to;
}

static inline int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static inline void
open_desk(void)
{
	OK(desk_open(&desk, dir, WORDS, strlen(WORDS)) == ERR_OK);
}

static inline void
again(void)
{
	desk_close(desk);
	open_desk();
}

static uint8_t team_seed[SIGN_SEED_BYTES];

static inline void
make_team(struct begin *b)
{
	struct key *seed = key_open();

	begin_init(b);
	OK(begin_make(b, "Example Group", WORDS, clock_day()) == ERR_OK);
	OK(safe_open(seed, b->team.at, b->team.len, WORDS) == ERR_OK);
	memcpy(team_seed, key_see(seed), sizeof team_seed);
	key_close(seed);
}

static inline void
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

static inline void
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

static inline const char *
log_type(size_t i)
{
	struct teamlog_line line;

	desk_log_at(desk, i, &line);
	return line.type;
}

static inline void
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
	const struct writer *parts_of; /* whose parts it says are its own */
};

static inline void
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
	w->parts_of = NULL;
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
	const char *question, *answer;
	const struct age_recipient *to; /* sealed to this one */
	size_t door; /* its place in the first desk's roster, ... */
	size_t
	    sealed_at; /* ... and 1 + that of the one it is sealed to; 0: it */
};

static inline void
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
	if (w->parts_of != NULL)
		tag_opening(
		    opening, &w->parts_of->tags, TAG_FROM, on, w->slot - 1);
	tag_parts(l->parts, opening);
	memset(l->id, what->id, sizeof l->id);
	l->day = on;
	l->slot = w->slot - 1;
	memcpy(
	    l->door, desk_roster(desk)->doors[what->door].id, sizeof l->door);
	letter_set_return(l, &w->s, &w->reply);
	l->name = what->name;
	l->seen = what->seen;
	l->text = what->text;
	l->text_len = strlen(what->text);
	if (what->question != NULL)
		l->answers[l->answer_count++] =
		    (struct letter_answer){ what->question, what->answer };
	if (what->file != NULL) {
		l->file_count = 1;
		l->files[0].name = what->file_name;
		l->files[0].type = LETTER_ANY_TYPE;
		l->files[0].size = what->file_n;
		sha256(l->files[0].sha256, what->file, what->file_n);
	}
}

static inline const struct age_recipient *
offered_key(const struct offer *o, size_t door, uint32_t on)
{
	const struct key_note_door *is =
	    key_note_door(&o->note, desk_roster(desk)->doors[door].id);

	OK(is != NULL);
	return key_note_recipient(is, on);
}

static inline const struct age_recipient *
door_key(struct offer *o, size_t door, uint32_t on)
{
	struct buf body;

	buf_init(&body, OFFER_MAX);
	OK(offer_write(&body, &fake.certificate, &fake.key_note, fake.day) ==
	    ERR_OK);
	OK(offer_read(o, body.at, body.len, NULL, 0) == ERR_OK);
	buf_drop(&body);
	return offered_key(o, door, on);
}

static inline const struct age_recipient *
key_of(struct offer *o, uint32_t on)
{
	return door_key(o, 0, on);
}

static inline void
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

static inline void
send(struct writer *w, const struct what *what)
{
	const uint32_t row = what->row == 0 ? day : what->row;
	const uint32_t to_day = what->sealed == 0 ? row : what->sealed;
	static uint8_t envelope[ENVELOPE_LETTER_BYTES];
	const struct age_recipient *to;
	uint8_t tag[TAG_BYTES];
	struct letter l;
	struct buf note;

	to = what->to != NULL
	    ? what->to
	    : offered_key(fake_offer(),
		  what->sealed_at > 0 ? what->sealed_at - 1 : what->door,
		  to_day);
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
}

static inline const struct said *
only(const struct conv *c)
{
	OK(c->said_n == 1);
	return c->said[0];
}

static inline uint8_t *
a_file(size_t n)
{
	uint8_t *p = malloc(n);

	OK(p != NULL);
	crypt_random(p, n);
	return p;
}

/* Read what the team sent to this writer in a slot of a day. */
static inline enum err
read_reply(struct letter *l, const struct writer *w, uint32_t on, uint32_t slot)
{
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	uint8_t tag[TAG_BYTES], keys[64][SIGN_PUBLIC_BYTES];
	char f[TEAM_PRINT_BYTES];
	struct letter_place place = { .kind = LETTER_REPLY,
		.team = f,
		.line = desk_about(desk)->line,
		.tag = tag,
		.keys = (const uint8_t(*)[SIGN_PUBLIC_BYTES])keys };
	struct age_identity *id;
	const uint8_t *key;
	size_t at = 0;
	enum err e = ERR_NOTHING;

	team_print(f, desk_about(desk)->team);
	tag_at(tag, &w->tags, TAG_TO, on, slot);
	while ((key = key_note_voice(&fake_offer()->note, &at, on)) != NULL)
		memcpy(keys[place.key_count++], key, SIGN_PUBLIC_BYTES);
	OK(age_identity_from_seed(&id, AGE_HYBRID, w->s.reply_seed) == ERR_OK);
	for (size_t i = 0; i < fake.rows_n; i++)
		if (memcmp(fake.rows[i].tag, tag, TAG_BYTES) == 0 &&
		    (e = envelope_open(plain, id, fake.rows[i].bytes,
			 fake.rows[i].n)) == ERR_OK)
			e = letter_read(l, plain, sizeof plain, &place);
	age_identity_close(id);
	return e;
}

static inline void
reply_to(const char *text, struct reply_report *rep, enum err want)
{
	const struct reply what = { .text = text, .n = strlen(text) };

	OK(reply_send(desk, reach, desk_at(desk, 0), &what, rep) == want);
}

#endif
