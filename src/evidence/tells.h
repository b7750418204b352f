/*
 * tells: what a file tells about its maker, in plain words.
 *
 * Takes what ExifTool says of one file (-j -G1:4 -a -u: JSON, every group and
 * every copy of a tag, known or not), sorts it by what a person must know
 * first, and keeps the whole list.  What only says how the file is built
 * (its width, its sampling) is TELL_FORM.
 *
 * The bytes come from a program that strangers' files steered: they are bounded
 * (JSON_MAX, TELLS_MAX, TELL_VALUE_MAX), and nothing in what is kept can steer
 * a terminal or a page.
 */
#ifndef EVIDENCE_TELLS_H
#define EVIDENCE_TELLS_H

#include <stdbool.h>

#include "base/arena.h"
#include "base/err.h"

#include "evidence/media.h"

#define TELLS_MAX 6000U /* tags of one file */
#define TELL_VALUE_MAX 1000U /* bytes kept of a value */

/* In the order in which they are said. */
enum tell_kind {
	TELL_PLACE,
	TELL_PERSON,
	TELL_DEVICE,
	TELL_TIME,
	TELL_PICTURE, /* a smaller or an older picture within */
	TELL_HIDDEN, /* bytes behind the end, attachments, scripts */
	TELL_HISTORY, /* versions, edits, identifiers that link copies */
	TELL_WORDS, /* titles, captions, comments, keywords */
	TELL_SOFTWARE,
	TELL_OTHER,
	TELL_FORM,
	TELL_KINDS
};

/* Strings are a line of UTF-8 each and end with NUL. */
struct tell {
	enum tell_kind kind;
	const char *group; /* GPS, IFD0, XMP-dc */
	const char *tag; /* GPSLatitude */
	const char *value;
};

/* Held by value; all zero is the empty one. */
struct tells {
	struct arena arena; /* holds all below */
	struct tell *rows; /* sorted by kind, else as they came */
	size_t n;
};

void tells_init(struct tells *t);
void tells_drop(struct tells *t); /* may be called twice */

/* Read exactly `n` bytes.  ERR_FORMAT for what is not of that form, ERR_TOOBIG,
 * ERR_NOMEM; `t` is then empty. */
enum err tells_read(struct tells *t, const char *p, size_t n) MUST_USE;

/* How many rows are of this kind. */
size_t tells_count(const struct tells *t, enum tell_kind kind);

/* The kind in plain words: "where it was made"; a sentence of the catalogue.
 * Its short name for scripts: "place". */
const char *tell_words(enum tell_kind kind);
const char *tell_name(enum tell_kind kind);

/* Does it stand in the other list too, with the same value? */
bool tells_hold(const struct tells *t, const struct tell *one);

/* The first row that a file of this kind, as clean.h makes it, may not have;
 * NULL when all of them say no more than how the file is built.  This is a list
 * of what may be, so that a tag that nobody thought of is found. */
const struct tell *tells_left(const struct tells *t, enum media m);

#endif
