/* sync_days: one run through the days that the line has.  Used by sync only. */
#ifndef DESK_SYNC_DAYS_H
#define DESK_SYNC_DAYS_H

#include "desk/reach.h"
#include "desk/sync.h"

/* Fetch what is new of every day and the headers of its files, and finish the
 * days that are over; with `give_up` what the line never gives or closes is let
 * go.  SYNC_STRUCK_OFF is put into rep->stop when what was fetched says it. */
enum err sync_days(struct desk *d, struct reach *r, const struct offer *o,
    bool give_up, struct sync_report *rep) MUST_USE;

/* What other desks gave, and nothing else: a hand-out may bring the key that
 * the line offers.  Nothing is given up or finished. */
enum err sync_days_log(
    struct desk *d, struct reach *r, struct sync_report *rep) MUST_USE;

/* What stands in the way by now: SYNC_STRUCK_OFF, put into rep->stop, when the
 * roster does not name this device any more. */
enum sync_stop sync_look_at_roster(
    const struct desk *d, struct sync_report *rep);

#endif
