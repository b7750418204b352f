/*
 * inbox: what lies on the line for these words.
 *
 * The line is asked for every place a letter could have, of all kinds and
 * days, in one look; then for six letters, no more and no fewer, the newest,
 * the rest of the six filled with random tags.
 *
 * How many days is the same for everybody: 92, which is a line's usual
 * retention and two, or back to the first voice that its key note knows
 * (nothing older could be believed); more than a look takes are several looks.
 */
#ifndef TELL_INBOX_H
#define TELL_INBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "letter/found.h"
#include "tell/tell.h"

#define INBOX_DAYS 92U
#define INBOX_DAYS_MAX 402U /* no line keeps longer */

/* Secret; inbox_drop() wipes. */
struct inbox {
	unsigned kinds; /* of letters that are fetched; all that can be shown */
	uint32_t first; /* the day of the first tags */
	uint32_t days;
	struct buf there; /* one bit a tag, in the order of tag_all() */
	struct found *
	    *letters; /* oldest first; what is shown of them says ... */
	size_t count, room;
	struct found_said said; /* ... this, with the greatest n */
	size_t older; /* that lie there and were not fetched */
	size_t strange; /* that opened and are not to be believed */
};

void inbox_init(struct inbox *in);
/* For sending: answers alone, as many as six, for which INBOX_ROUNDS times six
 * are fetched at most; so that neither copies of the source's own hide where it
 * is to seal, nor what somebody put into the slots. */
#define INBOX_ROUNDS 24U
void inbox_init_answers(struct inbox *in);
void inbox_drop(struct inbox *in);

/* Look, and fetch the newest six; with `all`, six after six until nothing is
 * left. */
enum err inbox_open(struct inbox *in, struct tell *t, bool all) MUST_USE;

/* Does something lie in this place?  False for days not asked for. */
bool inbox_is_there(
    const struct inbox *in, enum tag_kind kind, uint32_t day, uint32_t slot);

/* Does nothing lie there?  What was deleted keeps its place. */
bool inbox_is_empty(const struct inbox *in);

/* Show the openings of everything that lies there, letters of both sides and
 * kept copies with their files. */
enum err inbox_delete(const struct inbox *in, struct tell *t) MUST_USE;

#endif
