/*
 * conv_words: the words that members say to each other about a conversation,
 * as they are kept with it: notes, drafts and the words of evidence, whose
 * texts stay on the disk, and what was agreed with the source at any time
 * (terms).
 *
 * Which of them stand, and that they are what their entry says, the team's log
 * knows (desk/register_words.h): words without an entry are never shown.
 */
#ifndef DESK_CONV_WORDS_H
#define DESK_CONV_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "crypt/hash.h"
#include "desk/tagmap.h"
#include "letter/letter.h"
#include "team/effect.h"
#include "team/roster.h"

#define CONV_BYLINE_MAX 100U /* bytes */
#define CONV_LABEL_MAX 300U
#define CONV_WORDS_BYTES \
	(1U + DEVICE_ID_BYTES + EFFECT_ID_BYTES + LETTER_ID_BYTES + \
	    4U) /* of the item: kind, device, id, to, length */

struct conv;

struct conv_word {
	/* EFFECT_NOTE, _DRAFT, _EVIDENCE, _CUSTODY or _CASE */
	enum effect_kind kind;
	uint8_t device[DEVICE_ID_BYTES];
	uint8_t id[EFFECT_ID_BYTES];
	uint8_t to[LETTER_ID_BYTES]; /* the last letter then; zeros: none */
	uint32_t len; /* bytes of the text */
	uint64_t where; /* its record, whose tail the text is */
};

struct conv_term {
	uint8_t hash[SHA256_BYTES];
	char byline[CONV_BYLINE_MAX + 1];
	char label[CONV_LABEL_MAX + 1];
};

/* All zero is an empty one. */
struct conv_words {
	struct conv_word *list;
	size_t n, room;
	struct tagmap by; /* kind, device and id -> place */
	struct conv_term *terms;
	size_t terms_n, terms_room;
};

void conv_words_drop(struct conv_words *w); /* wipes */

/* Append the item that keeps one with a text, but for its `where`. */
enum err conv_words_put(
    struct buf *items, const struct conv_word *word) MUST_USE;
/* Append the item of terms, level included.  Both strings fit their limits. */
enum err conv_words_put_terms(struct buf *items, uint32_t level,
    const char *byline, const char *label) MUST_USE;

/* What an entry says of terms: HMAC(salt, the item). */
void conv_words_terms_hash(uint8_t hash[static SHA256_BYTES],
    const struct buf *items, const uint8_t salt[static 32]);

/* Is this an item of words, as a stranger may have made it? */
bool conv_words_is_fit(const uint8_t *p, size_t n);

/* Take in the item of one with a text that stands in the record c->where; of
 * terms.  ERR_FORMAT, ERR_NOMEM. */
enum err conv_words_take(struct conv *c, const uint8_t *p, size_t n) MUST_USE;
enum err conv_words_take_terms(struct conv *c, const uint8_t *p, size_t n,
    const uint8_t salt[static 32]) MUST_USE;

/* NULL: not here. */
const struct conv_word *conv_words_find(const struct conv *c,
    enum effect_kind kind, const uint8_t device[static DEVICE_ID_BYTES],
    const uint8_t id[static EFFECT_ID_BYTES]);
const struct conv_term *conv_words_find_terms(
    const struct conv *c, const uint8_t hash[static SHA256_BYTES]);

/* Let these terms be the ones that stand; `hash` NULL: none. */
void conv_words_agree(struct conv *c, const uint8_t *hash, uint32_t level);

#endif
