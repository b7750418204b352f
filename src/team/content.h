/*
 * content: the words that belong to the team's log and never stand in it:
 * replies, notes, drafts, terms of an attribution, and those of evidence.
 *
 * A signed note of kind `content`, signed by the device's key (named `device`).
 * The caller seals it to the day key of the conversation's door, or to its
 * circle's, never to the log's: as an envelope when it fits (`content_fits()`),
 * otherwise in pieces (team/piece.h), each in an envelope so sealed.  The text
 * is always whole.  Files are parts, as in letters.
 */
#ifndef TEAM_CONTENT_H
#define TEAM_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypt/hash.h"
#include "letter/letter.h"
#include "team/piece.h"
#include "team/roster.h"

#define CONTENT_MAX PIECE_WHOLE_MAX /* bytes of the note */
#define CONTENT_TEXT_MAX 400000U /* bytes */
#define CONTENT_ITEM_MAX 131072U /* of an item of evidence */
#define CONTENT_ACT_MAX 2000U /* of what was done with one */
#define CONTENT_CASE_MAX 100U /* of the name of a case */
#define CONTENT_SALT_BYTES 32U

enum content_what {
	CONTENT_REPLY,
	CONTENT_NOTE,
	CONTENT_DRAFT,
	CONTENT_TERMS,
	CONTENT_EVIDENCE,
	CONTENT_CUSTODY,
	CONTENT_CASE,
	CONTENT_WHATS
};

/* Strings end with NUL and hold none (`name` and `type` of a file).  One that
 * was read owns its strings (in `hold`); one that is to be written borrows
 * them.  Holds words: content_drop() wipes. */
struct content {
	uint8_t device[DEVICE_ID_BYTES]; /* whose; set from the key */
	char team[LETTER_TEAM_CHARS + 1]; /* F */
	uint8_t line[LINE_ID_BYTES];
	uint8_t id[LETTER_ID_BYTES]; /* a reply's: that of the letter */
	uint8_t conversation[SIGN_PUBLIC_BYTES]; /* the source's signing key */
	enum content_what what;
	bool has_to;
	uint8_t to[LETTER_ID_BYTES]; /* the letter it speaks of */
	const char *text;
	size_t text_len;
	size_t file_count;
	uint8_t parts[TAG_PARTS_BYTES]; /* T, when there are files */
	struct letter_file files[LETTER_FILES_MAX];
	struct arena hold;
};

/* The most bytes that a text of these words may have. */
size_t content_text_max(enum content_what what);

void content_init(struct content *c);
void content_drop(struct content *c); /* wipes; may be called twice */

/* Append the note.  ERR_FORMAT for what no reader takes, ERR_TOOBIG, ERR_NOMEM;
 * `out` is then unchanged. */
enum err content_write(struct buf *out, const struct content *c,
    const uint8_t device_seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Does a note of `n` bytes fit one envelope? */
bool content_fits(size_t n);

/* Whom it says it is by, nothing checked: to find the key with which to
 * content_read() it.  ERR_FORMAT, ERR_VERSION, ERR_TOOBIG, ERR_NOMEM. */
enum err content_by(
    uint8_t device[static DEVICE_ID_BYTES], const void *p, size_t n) MUST_USE;

/* Read a note signed by `key`, whose id it must name, with one spelling and one
 * signature.  ERR_FORMAT, ERR_VERSION, ERR_FORGED, ERR_TOOBIG, ERR_NOMEM; `*c`
 * only on success, then the caller's to content_drop().  Team, line and
 * conversation are the caller's to compare. */
enum err content_read(struct content *c, const void *p, size_t n,
    const uint8_t key[static SIGN_PUBLIC_BYTES]) MUST_USE;

/* What the entries `note` and `draft` say of a text: HMAC-SHA-256(salt,
 * SHA-256(text)). */
void content_hash(uint8_t out[static SHA256_BYTES],
    const uint8_t salt[static CONTENT_SALT_BYTES], const char *text, size_t n);

#endif
