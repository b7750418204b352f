/*
 * letter_kit: people from fixed roots who write each other, letters of every
 * kind, and what their notes say with one piece exchanged.
 */
#ifndef LETTER_KIT_H
#define LETTER_KIT_H

#include <string.h>

#include "age/envelope.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "letter/letter.h"
#include "note/json.h"
#include "note/note.h"
#include "t.h"

#define TEAM "abcdefghijklmnopqrstuvwxyz234567"

/* A source, a stranger, and a voice, from fixed roots. */
static struct source source, stranger;
static struct age_recipient source_reply, next_reply;
static uint8_t voices[2][SIGN_PUBLIC_BYTES];
static const uint8_t voice_seed[SIGN_SEED_BYTES] = { 7 };
static const uint8_t line[SOURCE_LINE_BYTES] = { 1, 2, 3 };
static const uint8_t tag[TAG_BYTES] = { 4, 5, 6 };

static inline void
recipient_of(struct age_recipient *r, const uint8_t seed[static 32])
{
	struct age_identity *id = NULL;

	OK(age_identity_from_seed(&id, AGE_HYBRID, seed) == ERR_OK);
	age_identity_recipient(id, r);
	age_identity_close(id);
}

static inline void
people(void)
{
	const uint8_t root[SOURCE_ROOT_BYTES] = { 1 };
	const uint8_t other[SOURCE_ROOT_BYTES] = { 2 };
	const uint8_t old_voice[SIGN_SEED_BYTES] = { 8 };

	source_init(&source, root);
	source_init(&stranger, other);
	recipient_of(&source_reply, source.reply_seed);
	recipient_of(&next_reply, stranger.reply_seed);
	sign_public(voices[0], old_voice);
	sign_public(voices[1], voice_seed);
}

static inline void
fill(struct letter *l, enum letter_kind kind, const char *text)
{
	letter_init(l, kind);
	memcpy(l->team, TEAM, sizeof TEAM);
	memcpy(l->line, line, sizeof line);
	memcpy(l->tag, tag, sizeof tag);
	memset(l->id, 0x1d, sizeof l->id);
	l->day = 19074;
	l->text = text;
	l->text_len = strlen(text);
	l->n = 3;
	l->slot = 11;
	l->seen = 2;
	l->door[0] = 0xd0;
	letter_set_return(l, &source, &source_reply);
}

static inline void
add_file(struct letter *l, const char *name, uint64_t size)
{
	struct letter_file *f = &l->files[l->file_count++];

	*f = (struct letter_file){
		.name = name, .type = "image/jpeg", .size = size
	};
	memset(f->sha256, (int)l->file_count, sizeof f->sha256);
	memset(l->parts, 0x77, sizeof l->parts);
}

static inline struct letter_place
place_of(enum letter_kind kind)
{
	static uint8_t own[1][SIGN_PUBLIC_BYTES];

	memcpy(own[0], source.sign_public, SIGN_PUBLIC_BYTES);
	return (struct letter_place){ .kind = kind,
		.team = TEAM,
		.line = line,
		.tag = tag,
		.keys = (const uint8_t(*)[SIGN_PUBLIC_BYTES])(
		    kind == LETTER_KEPT ? own : voices),
		.key_count = kind == LETTER_KEPT ? 1 : 2 };
}

static inline const uint8_t *
seed_of(enum letter_kind kind)
{
	return kind == LETTER_REPLY ? voice_seed : source.sign_seed;
}

/* Fill the note to a whole plaintext and read it. */
static inline enum err
read_filled(struct letter *l, const struct buf *note, enum letter_kind kind)
{
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	const struct letter_place place = place_of(kind);
	enum err e;

	OK(note->len <= sizeof plain);
	memset(plain, 0, sizeof plain);
	memcpy(plain, note->at, note->len);
	e = letter_read(l, plain, sizeof plain, &place);
	wipe(plain, sizeof plain);
	return e;
}

/* Write `l`, read it into `back`. */
static inline enum err
round_trip(struct letter *back, const struct letter *l)
{
	struct buf note;
	enum err e;

	buf_init(&note, 65536);
	if ((e = letter_write(&note, l, seed_of(l->kind))) == ERR_OK)
		e = read_filled(back, &note, l->kind);
	buf_drop(&note);
	return e;
}

/* A note of any JSON, signed by whom you like. */
static inline void
note_of(struct buf *note, enum letter_kind kind, const char *json,
    const uint8_t seed[static 32])
{
	struct buf text;

	buf_init(&text, 65536);
	buf_clear(note);
	OK(note_put_text(&text, letter_note_kind(kind), json, strlen(json)) ==
	    ERR_OK);
	OK(note_sign(note, (const char *)text.at, text.len, letter_signer(kind),
	       seed) == ERR_OK);
	buf_drop(&text);
}

/* The JSON of `l` with one piece of it exchanged. */
static inline char *
changed(const struct letter *l, const char *what, const char *by)
{
	static char json[40000];
	struct buf note;
	struct note n;
	const char *body, *at;
	size_t len, k;

	buf_init(&note, 65536);
	OK(letter_write(&note, l, seed_of(l->kind)) == ERR_OK);
	OK(note_read(&n, (const char *)note.at, note.len) == ERR_OK);
	OK(note_body(&n, letter_note_kind(l->kind), &body, &len) == ERR_OK);
	OK((at = memmem(body, len, what, strlen(what))) != NULL);
	k = (size_t)(at - body);
	snprintf(json, sizeof json, "%.*s%s%.*s", (int)k, body, by,
	    (int)(len - k - strlen(what)), at + strlen(what));
	buf_drop(&note);
	return json;
}

#endif
