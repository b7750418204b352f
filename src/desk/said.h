/*
 * said: one thing that was said in a conversation, by its source or by us, as
 * a desk holds it in memory and keeps it.
 *
 * What is kept was read from a letter once, its signature checked; the note
 * itself lies behind it (record.h), so that opening a desk reads no note again.
 * The bytes stand in doc/protocol/80-desk.md.
 */
#ifndef DESK_SAID_H
#define DESK_SAID_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "letter/conversation.h"
#include "letter/letter.h"
#include "letter/name.h"
#include "letter/tag.h"
#include "team/effect.h"

struct said_file {
	char name[NAME_FILE_MAX + 1]; /* fit to be shown and saved under */
	char type[LETTER_TYPE_MAX + 1];
	uint64_t size;
	uint8_t sha256[SHA256_BYTES];
	uint8_t parts[TAG_PARTS_BYTES]; /* T of the letter it came with ... */
	uint32_t day, slot; /* ... its place ... */
	uint8_t index; /* ... and where the file stands in it */
	uint32_t first, count; /* its parts */
	uint32_t row; /* the day in whose file they lie; 0: ours */
	/* From 1 in the order of arrival here, so that it never changes; 0:
	 * ours, a text. */
	unsigned number;
	bool is_text; /* the whole of a text that was cut */
	bool forged; /* what lies there does not open: not asked for again */
	bool again; /* an earlier version has it */
	/* The same file as it came with another letter of this message: a ring
	 * of all of them while the conversation is settled; NULL: it is alone.
	 */
	const struct said_file *other;
};

struct said {
	struct conversation_item at; /* where it stands, and what it is of */
	bool ours;
	bool unread;
	bool misdated; /* its day is not that of the row it lay in */
	bool other_version; /* same id, other text, stands behind */
	bool other_address; /* asks for answers elsewhere than before */
	bool more; /* the text is cut, the whole is a file */
	bool asks_deletion; /* of the whole conversation: answer `deletion` */
	/* Came sealed to a circle: to this one.  Zeros: an earlier version kept
	 * only that it was that of those who read it then. */
	bool by_circle;
	uint8_t circle[EFFECT_ID_BYTES];
	bool united; /* of several letters with the same words */
	uint8_t id[LETTER_ID_BYTES];
	uint32_t day;
	uint8_t door[LETTER_DOOR_BYTES]; /* zeros: ours, or not known */
	uint32_t row; /* the day in whose file it lay last; 0: ours */
	uint32_t n; /* ours: its number; theirs: the greatest they had read */
	uint32_t missing; /* ours: numbers before it; theirs: read, not here */
	char *text;
	size_t text_len;
	char *answers; /* question, NUL, answer, NUL, ...; see said_answer() */
	size_t answers_len;
	char *name; /* chosen in it; NULL */
	size_t files_n; /* that no earlier version has */
	size_t files_all; /* the others behind them */
	size_t files_room;
	struct said_file *files;
	uint32_t arrived; /* order of arrival here */
	uint32_t newest; /* the same of what was added to it last */
	uint64_t where; /* in its file its record stands */
	/* What entries name it by, and what it was made of; desk/register.h
	 * keeps them. */
	uint64_t marked;
	uint8_t mark[EFFECT_ID_BYTES];
};

/* Make what was said out of a letter of the source (LETTER_FROM) that lay in a
 * row, or of ours (LETTER_REPLY).  The caller closes it; NULL when memory
 * cannot be had. */
struct said *said_of(const struct letter *l, uint32_t row);
void said_close(struct said *s); /* wipes; NULL does nothing */

/* The questions of the team that it answers: go through them with `*at` from 0.
 * The question's id and its answer, both borrowed; false when there is none
 * left. */
bool said_answer(const struct said *s, size_t *at, const char **question,
    const char **answer);

/* Append it; read it from the front of `n` bytes, `*used` of them.  ERR_FORMAT,
 * ERR_NOMEM; `*s` is the caller's on success. */
enum err said_write(struct buf *out, const struct said *s) MUST_USE;
enum err said_read(
    struct said **s, const uint8_t *p, size_t n, size_t *used) MUST_USE;

#endif
