/*
 * conversation: the one place that says how the letters of one signing key
 * stand to each other; desk, `tell` and the source's page ask it.
 *
 * Order.  Letters of the source, and its kept copies, stand by day and slot,
 * answers of the team by n.  An answer stands before the first letter that says
 * it was read, otherwise by day and, on the same day, behind.
 *
 * Versions.  Letters of one kind and id are one message: they stand together
 * where the earliest of them stands.  One with words that an earlier one has is
 * that one said again; one with other words is another version, and is shown.
 * So no id can take the place of another, and no words those of others under
 * their id; nothing is dropped.
 *
 * Apart.  A letter that is dated otherwise than where it was found allows is
 * misdated.  Its own day says nothing then: it stands behind all others, by the
 * day on which it lay there, and is no version of any that is not misdated.
 *
 * Missing.  An answer says how many numbers lack before it; a letter of the
 * source how many answers it says to have read beyond those that are here and
 * those that an earlier letter says to lack.
 *
 * All this follows from what the letters say and where they lay, never from the
 * order they come in (tests/unit/test_conversation.c).  What is forged or a
 * stranger's does not get here: letter_read() refuses it; only that answers are
 * asked for elsewhere than before is for whoever knows what was before.
 *
 * Pure: no clock, no keys, no files, no memory of its own.
 */
#ifndef LETTER_CONVERSATION_H
#define LETTER_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "letter/letter.h"

/* What of one letter says where it stands.  Holds no words of it, but a hash of
 * them: whoever has it wipes it. */
struct conversation_item {
	enum letter_kind kind;
	bool misdated;
	bool has_next; /* an answer that says where to seal from now on */
	uint8_t id[LETTER_ID_BYTES];
	uint8_t tag[TAG_BYTES];
	uint8_t words[SHA256_BYTES]; /* of text, whole and answers */
	uint32_t day, slot;
	uint32_t found; /* the day it lay under */
	uint32_t n; /* of an answer; of a letter the greatest it has read */
	/* Set by conversation_order(). */
	bool again; /* an earlier one has its id and words */
	bool
	    version; /* an earlier one has its id, and none of them its words */
	uint32_t missing;
	const struct conversation_item *first; /* the earliest version */
	uint32_t reach; /* of the earliest: n of them all */
};

/* Fill it for a letter that a desk found in the row of a day. */
void conversation_in_row(
    struct conversation_item *item, const struct letter *l, uint32_t row);

/* Fill it for one that its source found in this slot of a day. */
void conversation_at(struct conversation_item *item, const struct letter *l,
    uint32_t day, uint32_t slot);

/* Are they versions of one message?  Of those, `again` says which is said
 * twice. */
bool conversation_is_one(
    const struct conversation_item *a, const struct conversation_item *b);

/* Let `item` stand for `more` too, which has its id and words: at the earlier
 * of the two places, having read what either has.  Says whether anything
 * changed.  What conversation_order() makes of the one is what it would make
 * of both. */
bool conversation_unite(
    struct conversation_item *item, const struct conversation_item *more);

/* Sort the `n` pointers at `items`, the oldest first and the misdated last,
 * and say of each what is to be said; `room` is for as many.  Returns how many
 * are not misdated.  O(n log n), cannot fail. */
size_t conversation_order(struct conversation_item **items,
    struct conversation_item **room, size_t n);

/* The greatest number of an answer among them; 0 without any. */
uint32_t conversation_greatest(
    struct conversation_item *const *items, size_t n);

/* The answer that says where the source seals to from now on: of those that
 * say so the one of the greatest n; NULL. */
const struct conversation_item *conversation_next(
    struct conversation_item *const *items, size_t n);

#endif
