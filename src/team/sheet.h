/*
 * sheet: a share of the team key as words on paper, which a person can type
 * back (doc/protocol/70-team.md).
 *
 * 44 bytes stand on eight lines of five words each of the phrase list:
 *
 *	1	version, 1
 *	1	index, 1 to 3
 *	4	split: random, the same on all sheets made together
 *	5	team: the first of SHA-256(team key), so 8 characters of F
 *	32	the share
 *	1	sum: the first of SHA-256("sotto/1 sheet" || the 43 before)
 *
 * A line is 44 bits of them, the highest first, in four words, and a fifth word
 * that checks them: the first 11 bits of
 *
 *	SHA-256("sotto/1 sheet line" || line, 1 to 8 || from line 3 on: the
 *	    first 11 bytes || the 44 bits left-aligned in 6 bytes)
 *
 * so that a typing mistake, and a line of another sheet, is named by its line.
 *
 * Reading takes any case, spacing and punctuation, and a word by its first four
 * letters.  No branch or index depends on which word it is, but for its length,
 * and what must be said when a word is on no list or a check fails.
 */
#ifndef TEAM_SHEET_H
#define TEAM_SHEET_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "crypt/share.h"
#include "crypt/sign.h"
#include "letter/words.h"

#define SHEET_BYTES 44U
#define SHEET_LINES 8U
#define SHEET_LINE_WORDS 5U
#define SHEET_SPLIT_BYTES 4U
#define SHEET_TEAM_BYTES 5U
#define SHEET_LINE_BYTES (SHEET_LINE_WORDS * WORDS_WIDTH) /* with its NUL */
#define SHEET_TYPED_BYTES 32U
#define SHEET_TEXT_MAX 16384U /* a longer text is refused unread */

/* Secret. */
struct sheet {
	uint8_t split[SHEET_SPLIT_BYTES];
	uint8_t team[SHEET_TEAM_BYTES];
	struct share share;
};

enum sheet_wrong {
	SHEET_RIGHT,
	SHEET_NO_LINES, /* none of them is there: this is no sheet */
	SHEET_LINE_LACKS, /* no line begins with this number */
	SHEET_LINE_TWICE,
	SHEET_WORDS_WRONG, /* not five words */
	SHEET_WORD_WRONG, /* one that is not on the list */
	SHEET_CHECK_WRONG, /* words of the list, but not these */
	SHEET_SUM_WRONG, /* every line is right, the whole is not */
	SHEET_OTHER, /* right, but of a later version */
};

/* What is wrong, and where.  Secret: sheet_fault_drop() wipes. */
struct sheet_fault {
	enum sheet_wrong wrong;
	unsigned line; /* 1 to 8; 0 when it is of the whole */
	unsigned word; /* 1 to 5, for SHEET_WORD_WRONG */
	char typed[SHEET_TYPED_BYTES]; /* that word, in lower case, cut */
	size_t nearest_n;
	const char *nearest[WORDS_NEAREST]; /* what may have been meant */
};

/* Split the team key's seed: three sheets of one split. */
void sheet_split(struct sheet out[static SHARE_COUNT],
    const uint8_t seed[static SIGN_SEED_BYTES]);

/* Put the seed together from two sheets.  ERR_TAKEN: the same sheet twice;
 * ERR_DENIED: of two teams; ERR_EXPIRED: of two splits; ERR_FORGED: what comes
 * out is not the key of that team.  `seed` only on success. */
enum err sheet_join(uint8_t seed[static SIGN_SEED_BYTES], const struct sheet *a,
    const struct sheet *b) MUST_USE;

/* Line 1 to 8: five words with a space between, and a NUL.  Secret. */
void sheet_line(
    char out[static SHEET_LINE_BYTES], const struct sheet *s, unsigned line);

/* A sheet as its lines come in.  All zero is one that has none.  Secret. */
struct sheet_typed {
	uint8_t bytes[SHEET_BYTES];
	unsigned have; /* lines, from the first on */
};

/* The next line, as typed.  ERR_FORMAT with `*fault` saying why; `*t` is then
 * unchanged and the line may be typed again. */
enum err sheet_type(struct sheet_typed *t, const char *line, size_t n,
    struct sheet_fault *fault) MUST_USE;

/* All eight are there: the sheet.  ERR_FORMAT, ERR_VERSION, as above. */
enum err sheet_end(struct sheet *s, const struct sheet_typed *t,
    struct sheet_fault *fault) MUST_USE;

/* Read a whole text, such as `sotto team split` prints: lines that begin with a
 * number from 1 to 8 (and perhaps a point, colon or bracket) count, in any
 * order, each once; the others are passed over.  ERR_FORMAT, ERR_VERSION,
 * ERR_TOOBIG. `*s` only on success. */
enum err sheet_read(struct sheet *s, const char *text, size_t n,
    struct sheet_fault *fault) MUST_USE;

void sheet_drop(struct sheet *s); /* wipe, all three */
void sheet_typed_drop(struct sheet_typed *t);
void sheet_fault_drop(struct sheet_fault *f);

#endif
