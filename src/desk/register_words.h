/*
 * register_words: what the team's log says of words that lie beside it: notes,
 * drafts, what was agreed with a source (terms), and those of evidence: of an
 * item, of what was done with one, the name of a case.  The log names each by
 * its device, an id and a hash; the words themselves are in the conversation
 * (desk/words.h), or on their way.
 *
 * Notes are a set.  A draft stands until a later one, an answer or its being
 * thrown away names it; so two that were written at once stand both.  Of terms
 * the last stand.  Which items, acts and cases hold is not said here: that
 * their words are here does not make them so.
 */
#ifndef DESK_REGISTER_WORDS_H
#define DESK_REGISTER_WORDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "crypt/hash.h"
#include "desk/tagmap.h"
#include "team/effect.h"
#include "team/roster.h"

struct registered_word {
	enum effect_kind kind; /* one that register_words_has() */
	uint8_t conversation[EFFECT_ID_BYTES];
	uint8_t device[DEVICE_ID_BYTES];
	uint8_t id[EFFECT_ID_BYTES]; /* of its words */
	uint8_t hash[SHA256_BYTES];
	uint32_t level; /* of terms */
	bool gone; /* the conversation was destroyed since */
	bool over; /* of a draft: something took its place */
	uint32_t next; /* of the conversation: 1 + its place; 0: none */
	uint32_t same; /* another device's draft with the same id, likewise */
};

/* Those of one conversation: 1 + the place of the first, of the last, and of
 * the terms that stand; 0: none. */
struct register_chain {
	uint32_t first, last, terms;
};

/* All zero is an empty one. */
struct register_words {
	struct registered_word *list;
	size_t n, room;
	struct tagmap by_device; /* kind, device and id -> place */
	struct tagmap by_id; /* of drafts: conversation and id -> place */
};

void register_words_clear(struct register_words *w);
void register_words_drop(struct register_words *w);

/* Is it an effect that this module takes? */
bool register_words_has(enum effect_kind kind);

/* Take in the next effect of one conversation.  ERR_NOMEM. */
enum err register_words_take(struct register_words *w, struct register_chain *c,
    const uint8_t device[static DEVICE_ID_BYTES],
    const struct effect *f) MUST_USE;

/* Drafts with these ids stand no more: an answer took their place. */
void register_words_over(struct register_words *w, const struct effect *f);

/* The conversation was destroyed; it was not after all. */
void register_words_end(struct register_words *w, struct register_chain *c);
void register_words_back(
    struct register_words *w, const struct register_chain *c);

/* The id of the words that an entry says: its own.  Of terms, which have none,
 * and of acts and cases, of which one device may say several of one id: the
 * first 16 bytes of SHA-256(conversation || hash). */
void register_words_id(
    uint8_t id[static EFFECT_ID_BYTES], const struct effect *f);

/* What is behind a place of a chain; NULL for 0. */
const struct registered_word *register_words_at(
    const struct register_words *w, uint32_t place);

/* What a device said under this id; NULL: nothing. */
const struct registered_word *register_words_find(
    const struct register_words *w, enum effect_kind kind,
    const uint8_t device[static DEVICE_ID_BYTES],
    const uint8_t id[static EFFECT_ID_BYTES]);

#endif
