/*
 * asked: what the team's questions said, as this desk saw them on its line.
 *
 * A letter names a question by its id alone, and whoever has the line can
 * change what it says there.  So each text is kept, with the line's day on
 * which it was first seen and how many letters had come here by then: what a
 * letter is shown with is decided by what stood when it came, for good.
 *
 * As it is kept (doc/protocol/80-desk.md), in the order of being seen:
 *
 *	seen DAY LETTERS ID text TEXT
 *	full DAY LETTERS	last, if ever: from then on nothing was kept
 */
#ifndef DESK_ASKED_H
#define DESK_ASKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "letter/question.h"

/* A line may change its questions at every sync; a team does so some times a
 * year.  What comes past this many is not kept, and that is said. */
#define ASKED_MAX 256U
#define ASKED_BYTES \
	((ASKED_MAX + 1) * (LETTER_QUESTION_MAX + QUESTION_TEXT_MAX + 40U))

struct asked_when {
	uint32_t day; /* the line's; never before that of the one before */
	uint32_t letters; /* had come here: the order of arrival of the next */
};

struct asked_text {
	struct asked_when when;
	char id[LETTER_QUESTION_MAX + 1];
	char text[QUESTION_TEXT_MAX + 1];
};

/* Zeroes are an empty one. */
struct asked {
	struct asked_text *texts;
	size_t n, room;
	bool full;
	struct asked_when full_since;
};

void asked_drop(struct asked *a); /* wipes; leaves an empty one */

/* Take in what the line asks now.  `*news` says whether `a` is another now.
 * On failure (ERR_NOMEM) `a` may hold some of it. */
enum err asked_take(struct asked *a, const struct question *q, unsigned n,
    struct asked_when now, bool *news) MUST_USE;

/* Read and write it whole; `*a` is the caller's, only on success.  ERR_FORMAT,
 * ERR_TOOBIG, ERR_NOMEM. */
enum err asked_read(struct asked *a, const void *p, size_t n) MUST_USE;
enum err asked_write(struct buf *out, const struct asked *a) MUST_USE;

/* A question as a letter answered it.  Texts are borrowed. */
struct asked_question {
	/* What stood when it came; NULL: none was ever seen. */
	const char *text;
	uint32_t day; /* on which it was first seen */
	bool after; /* ... only when the letter was written already */
	const char *earlier; /* the one before it, which may have stood when the
			      * letter was written; NULL */
	const char *later; /* the next one; NULL */
	uint32_t later_day;
	uint32_t lost; /* since this day, before it came, none was kept; 0 */
};

/* For a letter of the day `day` that was the `arrived`th to come here. */
void asked_find(struct asked_question *q, const struct asked *a, const char *id,
    uint32_t day, uint32_t arrived);

/* What has to be said of it besides its text: sentences for lang_text(), in
 * which {1} is `day` and {2} is `text`. */
#define ASKED_REMARKS 4U
struct asked_remark {
	const char *sentence;
	uint32_t day;
	const char *text;
};
unsigned asked_remarks(struct asked_remark remarks[static ASKED_REMARKS],
    const struct asked_question *q);

/* A sentence up to its next hole; `*hole` is '1', '2', or 0 at its end, and
 * `*at` moves behind it. */
size_t asked_piece(const char **at, char *hole);

#endif
