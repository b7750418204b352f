/*
 * clear: what was deleted on the desk goes from the line too.
 *
 * Deleting a conversation notes the tags of its letters and of their parts,
 * with the day in whose file each lies.  A sync asks the line, by purges signed
 * with the purge key, to overwrite them as soon as it may: from the seventh day
 * after theirs on.  Each purge is an entry of the log, made when the line has
 * said that it is done; killed in between, it is asked again, which does no
 * harm.  Answers stay, so that their source can read them.
 */
#ifndef DESK_CLEAR_H
#define DESK_CLEAR_H

#include "desk/inside.h"
#include "desk/reach.h"
#include "desk/sync.h"

/* Note what lies on the line of `c`; before it is destroyed. */
enum err clear_note(struct desk *d, struct conv *c) MUST_USE;

/* Take in what a record says: ITEM_CLEAR, ITEM_CLEARED. */
enum err clear_take(struct desk *d, const struct item_at *i) MUST_USE;

/* Append the records of what is still to go, each behind its length. */
enum err clear_put(struct buf *out, const struct desk *d) MUST_USE;

/* Ask the line for all that it may take away today; of the `n` days it has.
 * rep->cleared counts envelopes.  What it refuses stays noted. */
enum err clear_run(struct desk *d, struct reach *r,
    const struct reach_day *days, size_t n, uint32_t today,
    struct sync_report *rep) MUST_USE;

#endif
