/*
 * roster_keep: which devices keep the bodies of files.
 *
 * Letters and the headers of files come to every desk; bodies to the desks that
 * are keepers, before the line forgets them, and to others when a member opens
 * them.  A keeper keeps what its member may read: so what counts is how many
 * there are among those who read at a door.
 */
#ifndef TEAM_ROSTER_KEEP_H
#define TEAM_ROSTER_KEEP_H

#include "team/roster.h"

#define ROSTER_KEEPERS 2U /* so many at each door, where there are devices */

/* In a team of three members or more: has a door fewer than two although more
 * devices read there? */
bool roster_keepers_lack(const struct roster *r);

/* Name keepers where a door has fewer than two: the first devices, of different
 * members when possible, and a viewer's only when there is no other.  How many
 * were named. */
size_t roster_name_keepers(struct roster *r);

/* Let a device be one, or no more.  ERR_NOTHING: no such device; ERR_TAKEN: it
 * is so. */
enum err roster_set_keeper(struct roster *r,
    const uint8_t id[static DEVICE_ID_BYTES], bool keeps) MUST_USE;

#endif
