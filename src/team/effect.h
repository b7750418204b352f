/*
 * effect: the types of entries, who may make them, and what their bodies say
 * (doc/protocol/70-team.md has the table of each).
 *
 * A body is one JSON object.  Every field of its table must be there and fit
 * (but those marked optional); fields of later versions are passed over.
 */
#ifndef TEAM_EFFECT_H
#define TEAM_EFFECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypt/hash.h"
#include "note/json.h"
#include "team/roster.h"

#define EFFECT_ID_BYTES 16U
#define EFFECT_IDS 224U /* more do not fit a body */
#define EFFECT_LACKS 64U
#define EFFECT_MARKS 200U
#define EFFECT_PURGES 200U
#define EFFECT_OVERS 16U /* drafts that one thing takes the place of */
#define EFFECT_RESTRICTS 64U /* that one comes in the place of */
#define EFFECT_SLOTS 16U
/* The last day that is one, and the most days of a period: two of them are no
 * number that wraps. */
#define EFFECT_DAY_MAX 0x7fffffffU
#define EFFECT_SECONDS 86400U /* of a day */

enum effect_kind {
	EFFECT_UNKNOWN, /* of a later version */
	EFFECT_READ,
	EFFECT_REPLY,
	EFFECT_SAVED,
	EFFECT_JUNK,
	EFFECT_ATTRIBUTION,
	EFFECT_DELETE,
	EFFECT_KEY_NOTE,
	EFFECT_FINISHED,
	EFFECT_ROSTER,
	EFFECT_RECIPIENT,
	EFFECT_HAND_OUT,
	EFFECT_ASSIGN,
	EFFECT_NOTE,
	EFFECT_DRAFT,
	EFFECT_OUTCOME,
	EFFECT_HOLD,
	EFFECT_RESTRICT,
	EFFECT_ANNOUNCE,
	EFFECT_DESTROYED,
	EFFECT_LACK,
	EFFECT_PURGE,
	EFFECT_GIVEN_UP,
	EFFECT_PERIODS,
	EFFECT_CASE,
	EFFECT_EVIDENCE,
	EFFECT_VIEWED,
	EFFECT_CUSTODY,
	EFFECT_KINDS
};

enum effect_outcome {
	OUTCOME_OPEN,
	OUTCOME_JUNK,
	OUTCOME_IRRELEVANT,
	OUTCOME_CLOSED,
	OUTCOME_PUBLISHED,
};

/* What an item of evidence is (doc/protocol/90-evidence.md): as it came, or
 * made of another. */
enum effect_variant {
	VARIANT_ORIGINAL,
	VARIANT_WORKING,
	VARIANT_SAFE, /* to look at */
	VARIANT_REDACTED,
	VARIANT_PUBLISHED,
	VARIANTS
};

/* What was done with an item, beyond making it and looking at it. */
enum effect_act {
	ACT_HASHED, /* read whole, and what it was when it was kept */
	ACT_DISCLOSED,
	ACT_EXPORTED,
	ACT_ATTESTED,
	ACT_JUDGED, /* whether it is what it seems */
	ACT_COMMITTED,
	ACT_PUBLISHED,
	ACT_SEALED,
	ACT_DELETED,
	ACT_OPENED, /* with a password */
	ACT_JOINED, /* of several files */
	ACTS
};

/* What a body says.  Which fields a kind has stands in its table; the others
 * are zero.  About 8 KB. */
struct effect {
	enum effect_kind kind;
	uint8_t conversation[EFFECT_ID_BYTES];
	uint8_t id[EFFECT_ID_BYTES]; /* letter, file, note, draft, hand-out,
					case, item of evidence */
	uint8_t hash[SHA256_BYTES]; /* words, file, text, hash */
	uint8_t chain[EFFECT_ID_BYTES]; /* door, chain, circle, parent */
	size_t chain_n; /* 4, 16 or (circle) 0 */
	uint32_t number; /* number, slot, level, serial, letters, envelopes;
			    of `hand-out`: the roster's serial, 0 when unsaid;
			    of `evidence`: a variant; of `custody`: an act */
	uint32_t files;
	uint32_t day; /* day, first, or the before of `finished` */
	uint32_t last; /* last, said, the closed of `periods` */
	/* Of `reply`: its number in the conversation; of `destroyed`: the day
	 * on which; of `periods`: irrelevant; of `custody`: 1 + the second of
	 * its day, 0 when unsaid. */
	uint32_t count;
	uint32_t before; /* letters of rows before it are meant too */
	bool on; /* junk, hold */
	enum effect_outcome outcome;
	size_t ids_n; /* letters, hashes, tags, over, marks */
	uint8_t ids[EFFECT_IDS][EFFECT_ID_BYTES];
	size_t members_n; /* of `recipient`: doors, that it lacks the keys of */
	uint8_t members[ROSTER_MEMBERS][MEMBER_ID_BYTES];
	char recipient[AGE_RECIPIENT_TEXT + 1];
};

/* The kind of a type's name; EFFECT_UNKNOWN. */
enum effect_kind effect_kind(const char *type);

/* The word of an outcome: "irrelevant"; and back.  False: it is none. */
const char *effect_outcome_word(enum effect_outcome outcome);
bool effect_outcome_find(enum effect_outcome *outcome, const char *word);

/* The same for what an item is, and for what was done with it. */
const char *effect_variant_word(enum effect_variant variant);
bool effect_variant_find(enum effect_variant *variant, const char *word);
const char *effect_act_word(enum effect_act act);
bool effect_act_find(enum effect_act *act, const char *word);

/* Its name; "" for EFFECT_UNKNOWN. */
const char *effect_type(enum effect_kind kind);

/* May a member in this role make one?  `hands_out`: today's roster names the
 * device for making hand-outs, or for taking that over. */
bool effect_allowed(
    enum effect_kind kind, enum member_role role, bool hands_out);

/* And a hand-out of a circle (its chain has 16 bytes): whoever may restrict. */
bool effect_allowed_circle(enum member_role role);

/* Read the body of an entry of this kind (not EFFECT_UNKNOWN).  ERR_FORMAT,
 * ERR_TOOBIG, ERR_NOMEM; `*e` only on success. */
enum err effect_read(struct effect *e, enum effect_kind kind,
    const uint8_t *body, size_t n) MUST_USE;

/* The same of a body that is parsed already. */
enum err effect_take(
    struct effect *e, enum effect_kind kind, const struct json *body) MUST_USE;

/* Append the body.  ERR_FORMAT when a field does not fit its table, ERR_TOOBIG,
 * ERR_NOMEM; `body` is then unchanged. */
enum err effect_write(struct buf *body, const struct effect *e) MUST_USE;

#endif
