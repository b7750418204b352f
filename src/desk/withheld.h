/*
 * withheld: what a desk can tell that the line kept back, gave late, or gave
 * others and not to it, in sentences (lists.h, missed.h).
 */
#ifndef DESK_WITHHELD_H
#define DESK_WITHHELD_H

#include "base/buf.h"
#include "desk/desk.h"
#include "desk/sync.h"
#include "lang/lang.h"

enum withheld {
	WITHHELD_MISFIT, /* a closed day's list is not what was said of it */
	WITHHELD_CHANGED, /* a closed day is another now */
	WITHHELD_ABSENT, /* days that never came here are gone */
	WITHHELD_MISSED, /* what others read never came here */
	WITHHELD_ALL
};

/* How many; 0: none, or it cannot be found out.  `rep` is of the last sync;
 * NULL: there was none, or it is not over. */
uint32_t withheld_n(
    struct desk *d, const struct sync_report *rep, enum withheld what);

/* Append the sentence that says so.  ERR_NOTHING when it is not so, ERR_NOMEM.
 */
enum err withheld_say(struct buf *out, const struct lang *lang, struct desk *d,
    const struct sync_report *rep, enum withheld what) MUST_USE;

#endif
