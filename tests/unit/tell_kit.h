/*
 * tell_kit: a source who writes from the command line to a line in memory, the
 * desk that reads it and the team that answers; what the tests of tell share.
 * Each test of L() has a fresh line and fresh words, and a folder for files.
 */
#ifndef TELL_KIT_H
#define TELL_KIT_H

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/wipe.h"
#include "note/json.h"
#include "tell/fetch.h"
#include "tell/inbox.h"
#include "tell/send.h"
#include "tell/tell.h"

#include "alloc.h"
#include "fake_http.h"
#include "t.h"

#define BIG (3 * (size_t)PART_PLAIN + 1234) /* four parts */

static char folder[64], address[128];
static struct phrase phrase;

static inline void
path_of(char out[static 128], const char *name)
{
	(void)snprintf(out, 128, "%s/%s", folder, name);
}

/* A file of `n` bytes that begins with `first`. */
static inline void
make_file(const char *name, size_t n, uint8_t first)
{
	uint8_t *p = malloc(n + 1);
	char path[128];

	OK(p != NULL);
	for (size_t i = 0; i < n; i++)
		p[i] = (uint8_t)(i / 7 + first);
	path_of(path, name);
	(void)unlink(path);
	OK(file_make(path, p, n, 0600) == ERR_OK);
	wipe_free(p, n + 1);
}

static inline enum err
enter(struct tell *t, const char *where)
{
	struct address a;
	enum err e;

	tell_init(t);
	OK(address_read(&a, where) == ERR_OK);
	if ((e = tell_open(t, &a, NULL)) == ERR_OK)
		e = tell_enter(t, &phrase);
	return e;
}

/* Everything `sotto tell` does to send. */
static inline enum err
send_text(const char *text, const char *file, bool *known)
{
	struct inbox in;
	struct tell t;
	struct send s;
	char path[128];
	enum err e;

	inbox_init_answers(&in);
	send_init(&s);
	s.text = text;
	s.text_len = strlen(text);
	e = enter(&t, address);
	if (e == ERR_OK && file != NULL) {
		path_of(path, file);
		e = send_attach(&s, path);
	}
	if (e == ERR_OK && (e = send_door(&s, &t, "News")) == ERR_OK &&
	    (e = inbox_open(&in, &t, false)) == ERR_OK) {
		e = send_letter(&s, &t, &in);
		OK(e == ERR_OK || t.why != NULL);
	}
	if (known != NULL)
		*known = s.known;
	send_drop(&s);
	inbox_drop(&in);
	tell_drop(&t);
	return e;
}

/* The tag a source's letter of today has. */
static inline void
from_tag(uint8_t tag[static TAG_BYTES], uint32_t slot)
{
	struct tag_keys keys;
	struct source s;
	uint8_t root[SOURCE_ROOT_BYTES];

	OK(source_root(root, &phrase, fake.line) == ERR_OK);
	source_init(&s, root);
	tag_keys_init(&keys, &s);
	tag_at(tag, &keys, TAG_FROM, fake.day, slot);
	tag_keys_drop(&keys);
	source_drop(&s);
}

/* What a desk reads in a slot of today, by the key of a door. */
static inline enum err
desk_reads(struct letter *l, uint32_t slot, const struct age_identity *by)
{
	uint8_t team[SIGN_PUBLIC_BYTES], tag[TAG_BYTES];
	uint8_t plain[ENVELOPE_LETTER_PLAIN];
	const struct fake_envelope *at;
	char f[TEAM_PRINT_BYTES];
	const struct letter_place place = {
		.kind = LETTER_FROM, .team = f, .line = fake.line, .tag = tag
	};
	enum err e;

	sign_public(team, fake.team);
	team_print(f, team);
	from_tag(tag, slot);
	if ((at = fake_find(tag)) == NULL)
		return ERR_NOTHING;
	e = envelope_open(plain, by, at->bytes, at->n);
	return e != ERR_OK ? e : letter_read(l, plain, sizeof(plain), &place);
}

/* The bytes of a letter's file, joined as a desk joins them. */
static inline void
desk_joins(const struct letter *l, size_t i, struct buf *out)
{
	uint8_t *plain = malloc(PART_PLAIN), tag[TAG_BYTES];
	struct part_join join;
	uint32_t first, count;
	size_t take;

	OK(plain != NULL);
	letter_file_parts(l, i, &first, &count);
	OK(part_join_open(&join, l->files[i].size, l->files[i].sha256) ==
	    ERR_OK);
	for (uint32_t j = first; j < first + count; j++) {
		const struct fake_envelope *at;

		tag_part(tag, l->parts, j);
		OK((at = fake_find(tag)) != NULL);
		OK(envelope_open(plain, fake.door[0], at->bytes, at->n) ==
		    ERR_OK);
		OK(part_join_add(&join, plain, &take) == ERR_OK);
		OK(buf_put(out, plain, take) == ERR_OK);
	}
	OK(part_join_end(&join) == ERR_OK);
	part_join_close(&join);
	wipe_free(plain, PART_PLAIN);
}

/* Does a letter in this slot carry the file of this name as it is on disk? */
static inline bool
desk_has_file(uint32_t slot, size_t i, const char *name)
{
	struct buf want, got;
	struct letter l;
	char path[128];
	bool same;

	path_of(path, name);
	buf_init(&want, 2 * BIG);
	buf_init(&got, 2 * BIG);
	OK(file_read(&want, path) == ERR_OK);
	OK(desk_reads(&l, slot, fake.door[0]) == ERR_OK);
	desk_joins(&l, i, &got);
	same = want.len == got.len && strcmp(l.files[i].name, name) == 0 &&
	    (got.len == 0 || memcmp(want.at, got.at, got.len) == 0);
	letter_drop(&l);
	buf_drop(&want);
	buf_drop(&got);
	return same;
}

/* A letter of the team in a slot of `to`, `next` if not NULL. */
static inline void
team_answers(uint32_t slot, uint32_t n, const char *text,
    const uint8_t voice[static 32], const struct age_identity *next)
{
	uint8_t root[SOURCE_ROOT_BYTES], team[SIGN_PUBLIC_BYTES];
	uint8_t opening[TAG_OPENING_BYTES], sealed[ENVELOPE_LETTER_BYTES];
	struct age_identity *reply;
	struct age_recipient to;
	struct tag_keys keys;
	struct source s;
	struct letter l;
	struct buf note;

	letter_init(&l, LETTER_REPLY);
	buf_init(&note, ENVELOPE_LETTER_PLAIN);
	OK(source_root(root, &phrase, fake.line) == ERR_OK);
	source_init(&s, root);
	tag_keys_init(&keys, &s);
	OK(age_identity_from_seed(&reply, AGE_HYBRID, s.reply_seed) == ERR_OK);
	age_identity_recipient(reply, &to);
	sign_public(team, fake.team);
	team_print(l.team, team);
	memcpy(l.line, fake.line, sizeof(l.line));
	l.day = fake.day;
	tag_opening(opening, &keys, TAG_TO, l.day, slot);
	tag_of(l.tag, opening);
	l.n = n;
	l.text = text;
	l.text_len = strlen(text);
	if ((l.has_next = next != NULL))
		age_identity_recipient(next, &l.next);
	OK(letter_write(&note, &l, voice) == ERR_OK);
	OK(envelope_seal(sealed, sizeof(sealed), &to, note.at, note.len) ==
	    ERR_OK);
	fake_put(l.tag, sealed, sizeof(sealed));
	letter_drop(&l);
	buf_drop(&note);
	age_identity_close(reply);
	tag_keys_drop(&keys);
	source_drop(&s);
}

typedef void test(void);

/* Each with a fresh line and fresh words. */
static inline void
with_line(test *f)
{
	fake_open();
	fake_address(address);
	phrase_new(&phrase);
	f();
	fake_close();
}

/* Before the first test, and after the last. */
static inline void
tell_tests_begin(void)
{
	const char *base = getenv("TMPDIR");

	clock_init();
	OK(crypt_init() == ERR_OK);
	json_init();
	(void)snprintf(folder, sizeof(folder), "%s/tellXXXXXX",
	    base == NULL || strlen(base) > 40 ? "/tmp" : base);
	OK(mkdtemp(folder) != NULL);
}

static inline void
tell_tests_end(void)
{
	static const char *const made[] = { "a.txt", "empty", "whole", "pipe",
		"video.mp4" };
	char path[128];

	for (size_t i = 0; i < COUNT(made); i++) {
		path_of(path, made[i]);
		(void)unlink(path);
	}
	OK(rmdir(folder) == 0);
}

#define L(name) \
	t_now = #name; \
	with_line(name); \
	printf("ok %s\n", #name); \
	fflush(stdout);

#endif
