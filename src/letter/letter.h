/*
 * letter: what is said in a conversation: letters of a source, replies of the
 * team, a source's kept copies.
 *
 * The plaintext of an envelope is a signed note of kind `letter`, `reply` or
 * `kept` (doc/protocol/30-letters.md has the table of each), then NULs.  Text
 * that does not fit is cut, `more` is set, and the whole is file 0.
 */
#ifndef LETTER_LETTER_H
#define LETTER_LETTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "age/envelope.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "letter/source.h"
#include "letter/tag.h"

#define LETTER_TEAM_CHARS 32U /* F: base32 of 20 bytes */
#define LETTER_ID_BYTES 16U
#define LETTER_DOOR_BYTES 4U
/* Of a chosen name and of a file's: bytes as the JSON has them. */
#define LETTER_NAME_MAX 100U
#define LETTER_TYPE_MAX 80U /* characters of a media type */
#define LETTER_FILES_MAX 32U
#define LETTER_FILE_BYTES_MAX (UINT64_C(1) << 40)
#define LETTER_ANSWERS_MAX 32U
#define LETTER_ANSWERS_BYTES 2000U /* of all answers, as the JSON has them */
#define LETTER_QUESTION_MAX 40U /* bytes of a question's id */
/* The one answer that is to no question of the team's, and the text it comes
 * with: the source has had everything deleted and asks the same of the team.
 * Written so by pages and by `tell`; desks mark the conversation by it. */
#define LETTER_DELETION "deletion"
#define LETTER_DELETION_ASKED "asked"
#define LETTER_DELETION_TEXT \
	"I have had everything removed from the server. Please delete what " \
	"you have fetched."
/* A reply's `next` that takes back those before. */
#define LETTER_NEXT_DOOR "door"
#define LETTER_CUT_BYTES 2000U /* text of a letter whose whole is file 0 */
#define LETTER_WHOLE_NAME "message.txt" /* name and type of that file */
#define LETTER_WHOLE_TYPE "text/plain"
#define LETTER_ANY_TYPE "application/octet-stream"

enum letter_kind { LETTER_FROM, LETTER_REPLY, LETTER_KEPT, LETTER_KIND_COUNT };

struct letter_file {
	const char *name; /* show and save it through name_file() */
	const char *type;
	uint64_t size;
	uint8_t sha256[SHA256_BYTES];
};

struct letter_answer {
	const char *question; /* its id */
	const char *answer;
};

/* Strings end with NUL and hold none.  One that was read owns its strings (in
 * `hold`); one that is to be written borrows them.  Holds a source's words and
 * k: letter_drop() wipes. */
struct letter {
	enum letter_kind kind;
	char team[LETTER_TEAM_CHARS + 1];
	uint8_t line[SOURCE_LINE_BYTES];
	uint8_t tag[TAG_BYTES];
	uint8_t id[LETTER_ID_BYTES];
	uint32_t day;

	uint32_t seen; /* greatest n read; not in LETTER_REPLY */

	/* LETTER_FROM */
	uint32_t slot; /* of the day, below TAG_SLOTS: its writer's order */
	uint8_t door[LETTER_DOOR_BYTES];
	struct age_recipient reply;
	uint8_t sign[SIGN_PUBLIC_BYTES];
	uint8_t k[SOURCE_K_BYTES];
	const char *name; /* chosen name; NULL when there is none */
	size_t answer_count;
	struct letter_answer answers[LETTER_ANSWERS_MAX];

	/* LETTER_REPLY */
	uint32_t n; /* from 1 */
	bool has_next; /* says where to seal from now on: */
	bool next_is_door; /* as at first, or */
	struct age_recipient next;

	/* all; files not in LETTER_KEPT */
	const char *text;
	size_t text_len;
	bool more;
	size_t file_count;
	uint8_t parts[TAG_PARTS_BYTES]; /* T, when there are files */
	struct letter_file files[LETTER_FILES_MAX];

	struct arena hold;
};

/* Make it empty, of this kind. */
void letter_init(struct letter *l, enum letter_kind kind);

/* Wipe and release.  May be called twice. */
void letter_drop(struct letter *l);

/* Could it be written: every field of its kind there and within its limit, all
 * strings UTF-8, a cut text with its whole as file 0?  Of `text` only that it
 * is text is asked.  A reader accepts nothing else. */
bool letter_is_sound(const struct letter *l);

/* Set the return address: k and the signing key of `s`, and its recipient. */
void letter_set_return(struct letter *l, const struct source *s,
    const struct age_recipient *reply);

/* Are the answers within their limits, and UTF-8? */
bool letter_answers_fit(const struct letter *l);

/* The kind of its note, and the name of the key that signs it. */
const char *letter_note_kind(enum letter_kind kind);
const char *letter_signer(enum letter_kind kind);

/* Would the text stand whole in the letter as it is, with `files` files of the
 * longest names in place of those it has?  Ask with the greatest number that
 * may still come; if not, send the text as file 0 and set `more`. */
bool letter_text_fits(const struct letter *l, size_t files);

/* Append the note, signed as the kind wants it (by the source or the voice),
 * of at most ENVELOPE_LETTER_PLAIN bytes.  With `more`, `text` is the whole
 * and is cut here.  ERR_TOOBIG when it does not fit (never with `more` or when
 * letter_text_fits()), ERR_FORMAT for what no reader takes. */
enum err letter_write(struct buf *out, const struct letter *l,
    const uint8_t seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Where a letter was found, and who may have signed it.  For LETTER_FROM the
 * key stands in the letter and `keys` is not looked at; for LETTER_REPLY they
 * are the voice keys of its day, for LETTER_KEPT the source's own key. */
struct letter_place {
	enum letter_kind kind;
	const char *team;
	const uint8_t *line;
	const uint8_t *tag;
	const uint8_t (*keys)[SIGN_PUBLIC_BYTES];
	size_t key_count;
};

/* Read the `n` bytes of an envelope's plaintext: a note, then NULs only.
 * ERR_FORMAT, ERR_VERSION (another kind), ERR_TOOBIG (past a limit),
 * ERR_FORGED or ERR_NOKEY (not signed so), ERR_DENIED (says another team, line
 * or tag than where it was found), ERR_NOMEM.  `*l` is set only on success and
 * is then the caller's to letter_drop(). */
enum err letter_read(struct letter *l, const uint8_t *p, size_t n,
    const struct letter_place *place) MUST_USE;

/* Is it dated otherwise than the row of day `row` it was found in allows (that
 * day or the day before)?  Such a one is shown apart, never dropped. */
bool letter_is_misdated(const struct letter *l, uint32_t row);

/* The parts of file i: they are `*count` from `*first` on. */
void letter_file_parts(
    const struct letter *l, size_t i, uint32_t *first, uint32_t *count);

/* Is it spelled as a team's fingerprint F is: base32, to its NUL? */
bool letter_is_team(const char team[static LETTER_TEAM_CHARS + 1]);

/* Is this a media type as RFC 6838 spells it, in lower case, without
 * parameters, of at most LETTER_TYPE_MAX?  Others are sent as LETTER_ANY_TYPE.
 */
bool letter_is_type(const char *s, size_t n);

#endif
