/*
 * found: the letters that a source found on the line, in the order of their
 * conversation (letter/conversation.h): answers of the team and its own kept
 * copies.  `tell` and the pages of a source show the same.
 */
#ifndef LETTER_FOUND_H
#define LETTER_FOUND_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "letter/conversation.h"
#include "letter/letter.h"
#include "letter/tag.h"

/* What can be shown: of a source's letters only its copies open for it. */
#define FOUND_KINDS (1U << TAG_TO | 1U << TAG_OWN)

/* Secret; found_drop() wipes the letter. */
struct found {
	struct conversation_item at; /* the first thing in it */
	struct letter letter;
	struct tag_place place;
	size_t door; /* whose voice it is, as its reader counts them */
};

/* The letter that was found in this place becomes its; `*letter` is then empty.
 */
void found_take(struct found *f, struct letter *letter,
    const struct tag_place *place, size_t door);
void found_drop(struct found *f); /* may be called twice */

/* What they say together. */
struct found_said {
	size_t shown; /* in front; those behind say again what was said */
	size_t apart; /* from here on those shown are misdated */
	uint32_t seen; /* greatest n */
	const struct age_recipient *next; /* where to seal; NULL: the door's */
};

/* Sort the `n` pointers at `list`, the oldest first and the misdated last;
 * `room` is for twice as many.  A letter that was found twice is shown once,
 * unless it brings a file.  Only between two answers, and only when these are
 * `all` that lies there, are any said to be missing: others may lie elsewhere,
 * and what was read once may have been deleted, or its time be over. */
void found_order(struct found_said *said, struct found **list,
    struct conversation_item **room, size_t n, bool all);

#endif
