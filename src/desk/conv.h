/*
 * conv: one conversation as the desk holds it in memory: what was said, in
 * order, in versions, with its files.
 *
 * A conversation is its source's signing key.  Letters with one id are one
 * letter in versions: equal words once, differing words all shown, files united
 * by SHA-256; nothing is dropped.
 */
#ifndef DESK_CONV_H
#define DESK_CONV_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "base/err.h"
#include "desk/store.h"
#include "letter/handle.h"
#include "letter/letter.h"
#include "letter/name.h"
#include "letter/tag.h"

#define CONV_ID_BYTES 16U
#define CONV_HANDLE_BYTES (HANDLE_TEXT_BYTES + 12U) /* "a-b-c-2" */
#define CONV_N_MAX 16777216U /* of letters to one source */
#define CONV_BYLINE_MAX 100U /* bytes */
#define CONV_LABEL_MAX 300U

struct said_file {
	char name[NAME_FILE_MAX + 1]; /* fit to be shown and saved under */
	char type[LETTER_TYPE_MAX + 1];
	uint64_t size;
	uint8_t sha256[SHA256_BYTES];
	uint8_t parts[TAG_PARTS_BYTES]; /* T of the letter it came with */
	uint32_t first, count; /* its parts */
	unsigned number; /* from 1 through the conversation; 0: ours, a text */
	bool is_text; /* the whole of a text that was cut */
	bool forged; /* what lies there does not open: not asked for again */
};

struct said {
	bool ours;
	bool unread;
	bool misdated; /* its day is not that of the row it lay in */
	bool other_version; /* same id, other text, came later */
	bool other_address; /* asks for answers elsewhere than before */
	bool more; /* the text is cut, the whole is a file */
	bool asks_deletion; /* of the whole conversation: answer `deletion` */
	uint8_t id[LETTER_ID_BYTES];
	uint32_t day;
	uint32_t row; /* the day in whose file it lay; 0: ours */
	uint32_t n; /* ours: its number; theirs: the greatest they had read */
	char *text;
	size_t text_len;
	char *answers; /* question, NUL, answer, NUL, ...; see said_answer() */
	size_t answers_len;
	size_t files_n;
	struct said_file *files;
	uint32_t arrived; /* order of arrival here */
	uint32_t newest; /* the same of what was added to it last */
};

/* Something of ours on its way: written down before it is sent. */
struct conv_out {
	uint8_t id[LETTER_ID_BYTES]; /* also the upload's */
	uint8_t digest[SHA256_BYTES]; /* of text and files */
	uint32_t day, slot, parts;
	uint8_t tag[TAG_BYTES];
	uint8_t secret[TAG_PARTS_BYTES]; /* T */
	uint8_t *envelope; /* ENVELOPE_LETTER_BYTES */
	struct said *said; /* what it will be when it is sent */
};

struct conv {
	struct store_box box;
	uint8_t id[CONV_ID_BYTES]; /* in the log */
	char words[HANDLE_TEXT_BYTES]; /* the three */
	/* The same; with a number behind when older writers have them too, so
	 * that nothing meant for one is done to another. */
	char handle[CONV_HANDLE_BYTES];
	unsigned older_twins; /* writers who had these words before */
	char name[NAME_CHOSEN_BYTES]; /* shown; may be empty */
	uint8_t shape[NAME_SHAPE_BYTES]; /* of the name */
	unsigned name_marks;
	bool handle_twice; /* an older writer has the same three words */
	bool name_alike; /* looks like the name of another conversation */
	bool has_address;
	struct age_recipient reply;
	uint8_t k[SOURCE_K_BYTES];
	uint32_t n; /* the greatest number known */
	uint32_t since; /* order of arrival of its first letter */
	bool junk;
	unsigned level; /* enum desk_level of view.h */
	char byline[CONV_BYLINE_MAX + 1];
	char label[CONV_LABEL_MAX + 1];
	struct said **said; /* in order */
	size_t said_n, said_room;
	struct conv_out **outs;
	size_t outs_n, outs_room;
};

/* A new, empty one for this signing key; NULL when memory cannot be had. */
struct conv *conv_open(const uint8_t owner[static SIGN_PUBLIC_BYTES],
    const uint8_t salt[static 32]);
void conv_close(struct conv *c); /* wipes; NULL does nothing */

/* Make what was said out of a letter of the source (LETTER_FROM) or of ours
 * (LETTER_REPLY).  The caller closes it; NULL when memory cannot be had. */
struct said *said_of(const struct letter *l, uint32_t row);
void said_close(struct said *s);

/* The questions of the team that it answers: go through them with `*at` from 0.
 * The question's id and its answer, both borrowed; false when there is none
 * left. */
bool said_answer(const struct said *s, size_t *at, const char **question,
    const char **answer);

/* Is this letter of the source here already, with the same text and answers and
 * no file that is new? */
bool conv_has(const struct conv *c, const struct letter *l);

/* Take a letter of the source in.  ERR_NOMEM. */
enum err conv_take(struct conv *c, const struct letter *l, uint32_t row,
    uint32_t arrived) MUST_USE;

/* Take in something of ours that was sent; `s` is handed over, also on
 * failure. */
enum err conv_took(struct conv *c, struct said *s) MUST_USE;

/* Something on its way: handed over, also on failure.  Found by id or by what
 * it says; NULL.  Forgotten when sent or given up; the said of it comes back
 * and is the caller's. */
enum err conv_out_add(struct conv *c, struct conv_out *o) MUST_USE;
struct conv_out *conv_out_find(
    const struct conv *c, const uint8_t id[static LETTER_ID_BYTES]);
struct said *conv_out_take(
    struct conv *c, const uint8_t id[static LETTER_ID_BYTES]);
void conv_out_close(struct conv_out *o);

/* File by its number from 1; NULL. */
const struct said_file *conv_file(const struct conv *c, unsigned number);

/* Letters that were not read. */
unsigned conv_unread(const struct conv *c);

/* Has the source asked to have it deleted? */
bool conv_asks_deletion(const struct conv *c);

/* Is the last word theirs? */
bool conv_waits(const struct conv *c);

/* The first and the last day; 0 when nothing was said. */
uint32_t conv_first_day(const struct conv *c);
uint32_t conv_last_day(const struct conv *c);

#endif
