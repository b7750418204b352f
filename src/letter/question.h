/*
 * question: one question of the team's own, as it stands in the settings.
 *
 *	ID text TEXT                     a line of text
 *	ID date TEXT                     a day
 *	ID choice TEXT | A | B [| ...]   one of these
 *
 * ID is what the team finds the answer under: lower case letters, digits and
 * hyphens, at most LETTER_QUESTION_MAX; `deletion` is taken.  TEXT and choices
 * hold no `|`, and no space at their ends.
 */
#ifndef LETTER_QUESTION_H
#define LETTER_QUESTION_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "letter/letter.h"

#define QUESTION_TEXT_MAX 200U /* bytes */
#define QUESTION_CHOICE_MAX 100U /* bytes of one */
#define QUESTION_CHOICES 8U

enum question_kind {
	QUESTION_TEXT,
	QUESTION_CHOICE,
	QUESTION_DATE,
	QUESTION_KINDS
};

/* Held by value; every text ends with a NUL. */
struct question {
	char id[LETTER_QUESTION_MAX + 1];
	enum question_kind kind;
	char text[QUESTION_TEXT_MAX + 1];
	char choice[QUESTION_CHOICES][QUESTION_CHOICE_MAX + 1];
	unsigned choices; /* none but of a QUESTION_CHOICE */
};

/* Read the `n` bytes behind the key: text without control characters.  `*q` is
 * set only on success.  ERR_FORMAT, ERR_TOOBIG. */
enum err question_read(struct question *q, const char *p, size_t n) MUST_USE;

/* Append what question_read() reads. */
enum err question_write(struct buf *out, const struct question *q) MUST_USE;

#endif
