/*
 * item: the words of an item of evidence (doc/protocol/90-evidence.md): which
 * file it is, where it is from, and the salt of its commitment.
 *
 * One compact JSON object with one spelling, the text of a `content` under the
 * conversation's key; the entry `evidence` has its salted hash.  The words
 * never change: what is judged of an item later is an act of its custody.
 */
#ifndef EVIDENCE_ITEM_H
#define EVIDENCE_ITEM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypt/hash.h"
#include "letter/letter.h"
#include "team/content.h"
#include "team/roster.h"

#define ITEM_MAX CONTENT_ITEM_MAX /* bytes of the words */
#define ITEM_ID_BYTES 16U
#define ITEM_SALT_BYTES 32U
#define ITEM_SIZE_MAX (UINT64_C(1) << 52) /* a file's; others' JSON has it */
#define ITEM_NAME_MAX 255U /* bytes */
#define ITEM_URL_MAX 2000U
#define ITEM_TOOL_MAX 100U /* of a tool's name, and of its version */
#define ITEM_ARGUMENTS 64U
#define ITEM_ARGUMENT_MAX 500U
#define ITEM_REPORT_MAX 4000U

enum item_from {
	ITEM_LETTER, /* it came with a letter of the source */
	ITEM_BROUGHT, /* a member brought it */
	ITEM_MADE, /* it was made of another item */
};

/* Strings end with NUL and hold none.  One that was read owns them (in `hold`);
 * one that is to be written borrows them.  Holds words: item_drop() wipes. */
struct item {
	const char *name; /* of the file, as given: it may hold anything */
	const char *type; /* sniffed media type */
	uint64_t size;
	uint8_t sha256[SHA256_BYTES]; /* of the file */
	uint8_t salt[ITEM_SALT_BYTES]; /* drawn by the desk that kept it */
	enum item_from from;
	/* A letter's. */
	uint8_t letter[LETTER_ID_BYTES];
	uint32_t file; /* which of its files */
	/* What was brought. */
	const char *url; /* where it was captured; "": nowhere */
	uint32_t day; /* when it was captured, or came to the team */
	uint8_t by[MEMBER_ID_BYTES];
	/* What was made. */
	uint8_t parent[ITEM_ID_BYTES];
	const char *tool, *version;
	size_t arguments_n;
	const char *arguments[ITEM_ARGUMENTS];
	const char *report; /* what the tool said that it did */
	struct arena hold;
};

void item_init(struct item *it);
void item_drop(struct item *it); /* wipes; may be called twice */

/* Append the words.  ERR_FORMAT for what no reader takes, ERR_TOOBIG,
 * ERR_NOMEM; `out` is then unchanged. */
enum err item_write(struct buf *out, const struct item *it) MUST_USE;

/* Read exactly `n` bytes.  ERR_FORMAT, ERR_TOOBIG, ERR_NOMEM; `*it` only on
 * success, then the caller's to item_drop(). */
enum err item_read(struct item *it, const void *p, size_t n) MUST_USE;

/* The commitment to a file: HMAC-SHA-256(salt, SHA-256 of the file).  Without
 * the salt nobody can tell which file it is. */
void item_commitment(uint8_t out[static SHA256_BYTES],
    const uint8_t salt[static ITEM_SALT_BYTES],
    const uint8_t sha256[static SHA256_BYTES]);

/* What the team thinks of an item. */
enum item_judged {
	ITEM_UNTESTED,
	ITEM_CONSISTENT,
	ITEM_ATTESTED,
	ITEM_DOUBTFUL,
	ITEM_FABRICATED,
	ITEM_JUDGEMENTS
};

const char *item_judged_word(enum item_judged j);

/* Read the words of an act `judged`: one of the words, a line feed, why.  The
 * reason begins at `*why`.  ERR_FORMAT. */
enum err item_judged_read(
    enum item_judged *j, size_t *why, const char *p, size_t n) MUST_USE;

#endif
