/*
 * members: what an admin's desk does when the team gains or loses members and
 * devices: it signs the next roster (team/roster_edit.h) and, when somebody
 * must not read on, desk/handing.h begins new chains.
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

#endif
