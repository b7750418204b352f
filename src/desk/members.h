/*
 * members: what an admin's desk does when the team gains or loses members and
 * devices: it signs the next roster (team/roster_edit.h) and, when somebody
 * must not read on, begins new chains.
 */
#ifndef DESK_MEMBERS_H
#define DESK_MEMBERS_H

#include "desk/team.h"
#include "team/roster_edit.h"

/* How far each device has come, as this desk knows it: for the calls of
 * roster_edit.h.  Borrows the desk. */
struct roster_come members_come(struct desk *d);

/* Sign this roster, which follows the one in force, with the team key, keep it
 * and say so on the log.  ERR_DENIED: this desk's member is no admin, or it
 * does not follow; ERR_NOKEY: the key is not the team's.  Nothing has changed
 * then. */
enum err members_sign(struct desk *d, const struct roster *next,
    const uint8_t team_seed[static SIGN_SEED_BYTES]) MUST_USE;

/*
 * Begin new chains from `today` on, of the log and of every door at which this
 * member reads, that somebody knows who is struck off or reads there no more,
 * or has not who reads there now, by what has changed in the rosters since this
 * was last done; *n (may be NULL) says how many.  With the log's comes another
 * access key (desk/access.h).  What a run that was interrupted left is done by
 * the next, or by a sync.  Only a desk that the roster names for it does
 * anything, and only what another has not done.  ERR_FULL, ERR_NOMEM,
 * ERR_IO.
 */
enum err members_renew(struct desk *d, uint32_t today, unsigned *n) MUST_USE;

#endif
