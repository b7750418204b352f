/*
 * question: one question of the team's own, as it stands in the settings.
 *
 *	ID text TEXT                     a line of text
 *	ID date TEXT                     a day
 *	ID choice TEXT | A | B [| ...]   one of these
 *
 * ID is what the team finds the answer under: lower case letters, digits and
 * hyphens, at most LETTER_QUESTION_MAX; `deletion` is taken.  TEXT and choices
 * hold no `|`, and no space at their ends.  A line's settings say its questions
 * so, and GET /v1/questions answers with them, one a line.
 */
#ifndef LETTER_QUESTION_H
#define LETTER_QUESTION_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"
#include "letter/letter.h"

#define QUESTION_TEXT_MAX 200U /* bytes */
#define QUESTION_CHOICE_MAX 100U /* bytes of one */
#define QUESTION_CHOICES 8U
#define QUESTIONS_MAX 8U /* of one line */
/* All of them, written, a line each. */
#define QUESTIONS_TEXT_MAX \
	(QUESTIONS_MAX * \
	    (LETTER_QUESTION_MAX + QUESTION_TEXT_MAX + \
		QUESTION_CHOICES * (QUESTION_CHOICE_MAX + 3) + 16))

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

/* Read `n` bytes, which must be text without control characters.  `*q` is set
 * only on success.  ERR_FORMAT, ERR_TOOBIG. */
enum err question_read(struct question *q, const char *p, size_t n) MUST_USE;

/* Read `n` bytes of lines, as a line gives them.  `*count` and the questions
 * are set only on success; two with one id are ERR_FORMAT. */
enum err question_read_all(struct question q[static QUESTIONS_MAX],
    unsigned *count, const char *p, size_t n) MUST_USE;

/* Could this be an answer: of a choice one of these, else whatever was typed
 * (a browser that knows no dates lets anything be typed for one). */
bool question_takes(const struct question *q, const char *answer);

/* Append what question_read() reads. */
enum err question_write(struct buf *out, const struct question *q) MUST_USE;

#endif
