/*
 * unentered: what lies on the line where a source looks for answers, and nobody
 * of the team has entered on the log.
 *
 * Whoever has the team's voice and a conversation's key can answer its source
 * without an entry: somebody who was excluded from it, or was struck off.  What
 * it says only the source can open; that it is there each desk sees that reads
 * the conversation, by the tags of a day that are fetched anyway.
 */
#ifndef DESK_UNENTERED_H
#define DESK_UNENTERED_H

#include "base/buf.h"
#include "desk/desk.h"
#include "desk/reach.h"
#include "lang/lang.h"

#define UNENTERED_MAX 1024U /* that are remembered; the oldest go */
#define UNENTERED_SHOWN 64U /* of one conversation */

struct unentered {
	uint32_t day, slot;
};

/* Look through those of the `n` days that are whole and were not looked
 * through.  Each once: what has no entry then is remembered. */
enum err unentered_look(
    struct desk *d, const struct reach_day *days, size_t n) MUST_USE;

/* Those of a conversation that have no entry to this day, the oldest first;
 * how many. */
size_t unentered_of(struct desk *d, const struct conv *c,
    struct unentered list[static UNENTERED_SHOWN]);

/* In how many conversations that are here? */
unsigned unentered_count(struct desk *d);

/* A sentence with {1} for how many and {2} for the day of the last. */
extern const char unentered_text[];

/* Append it.  ERR_NOMEM. */
enum err unentered_say(struct buf *out, const struct lang *lang,
    const struct unentered *list, size_t n) MUST_USE;

#endif
