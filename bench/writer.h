/* writer: sources that write letters of 600 bytes, for bench/. */
#ifndef BENCH_WRITER_H
#define BENCH_WRITER_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "age/envelope.h"
#include "crypt/crypt.h"
#include "desk/about.h"
#include "letter/letter.h"
#include "letter/tag.h"

#define WORDS "correct horse battery staple"
#define TEXT_BYTES 600U

static inline void
insist(enum err e, const char *what)
{
	if (e == ERR_OK)
		return;
	fprintf(stderr, "bench: %s: %s\n", what, err_text(e));
	exit(1);
}

struct writer {
	struct source source;
	struct tag_keys tags;
	struct age_recipient reply;
	uint32_t slots; /* taken so far */
};

static inline void
writer_make(struct writer *w, uint32_t number)
{
	struct age_identity *id;
	uint8_t root[32] = { 0 };

	memcpy(root, &number, sizeof number);
	source_init(&w->source, root);
	tag_keys_init(&w->tags, &w->source);
	insist(age_identity_from_seed(&id, AGE_HYBRID, w->source.reply_seed),
	    "no identity");
	age_identity_recipient(id, &w->reply);
	age_identity_close(id);
	w->slots = 0;
}

/* Words of two to nine letters. */
static inline void
writer_text(char text[static TEXT_BYTES + 1])
{
	uint8_t any[TEXT_BYTES];
	size_t next = 0;

	crypt_random(any, sizeof any);
	for (size_t i = 0; i < TEXT_BYTES; i++) {
		text[i] = (char)('a' + any[i] % 26);
		if (i == next) {
			text[i] = ' ';
			next += 3 + any[i] % 8;
		}
	}
	text[TEXT_BYTES] = '\0';
}

/* A letter and its signed note. */
struct written {
	struct letter letter;
	struct buf note;
	char text[TEXT_BYTES + 1];
};

/* Where it is written to, and in which place. */
struct written_to {
	const struct about *about;
	const char *print; /* of the team */
	uint32_t day, slot;
	uint32_t tag_day; /* of which its tag is */
};

static inline void
writer_write(
    struct written *o, const struct writer *w, const struct written_to *to)
{
	uint8_t opening[TAG_OPENING_BYTES];
	struct letter *l = &o->letter;

	letter_init(l, LETTER_FROM);
	buf_init(&o->note, ENVELOPE_LETTER_PLAIN);
	memcpy(l->team, to->print, sizeof l->team);
	memcpy(l->line, to->about->line, sizeof l->line);
	memcpy(l->door, to->about->door, sizeof l->door);
	l->day = to->day;
	l->slot = to->slot;
	tag_opening(opening, &w->tags, TAG_FROM, to->tag_day, l->slot);
	tag_of(l->tag, opening);
	tag_parts(l->parts, opening);
	crypt_random(l->id, sizeof l->id);
	letter_set_return(l, &w->source, &w->reply);
	writer_text(o->text);
	l->text = o->text;
	l->text_len = TEXT_BYTES;
	insist(letter_write(&o->note, l, w->source.sign_seed), "no letter");
}

static inline void
written_drop(struct written *o)
{
	letter_drop(&o->letter);
	buf_drop(&o->note);
}

#endif
