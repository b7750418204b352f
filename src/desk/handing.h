/*
 * handing: who hands out the keys of a chain and when, and which keys this
 * desk lacks (doc/protocol/70-team.md, "When chains are renewed").
 *
 * A chain is another one from HANDING_DAYS on, and when somebody who knew it
 * may read there no more.  The desk that the roster names for it does that, at
 * once; the one that takes over does when it has not been done for some days.
 * Whoever signed the roster does it at once too, where the roster names that
 * desk.  All is read off the log: a run that was interrupted goes on.
 */
#ifndef DESK_HANDING_H
#define DESK_HANDING_H

#include "desk/desk.h"
#include "team/keynote.h"

#define HANDING_DAYS 28U /* so old, and a chain is renewed */
#define HANDING_THEN 7U /* so much later by the one that takes over, */
#define HANDING_DOORS (KEY_NOTE_DOORS + 1) /* with the log */
#define HANDING_ROSTER 2U /* and so many days after the roster changed */

/* Begin new chains where it is time, from `today` on, each with its entry; *n
 * (may be NULL) says how many.  With the log's, when a device was struck off,
 * comes another access key (desk/access.h).  ERR_FULL, ERR_NOMEM, ERR_IO. */
enum err handing_renew(struct desk *d, uint32_t today, unsigned *n) MUST_USE;

/* Hand out the log's chain that is in use once more, under the newest roster,
 * because the line's keys go with it to other admins' devices: there are others
 * to be told.  Nothing when this desk did since that roster. */
enum err handing_line(struct desk *d, uint32_t today) MUST_USE;

/* Hand out again what other desks said that they lack. */
enum err handing_again(struct desk *d, uint32_t today) MUST_USE;

/* The doors (and the log's id) at which this member reads and whose newest keys
 * are not here: how many of `doors`.  *from: the least day from which on
 * letters may be sealed to such a key; UINT32_MAX for none. */
size_t handing_lacks(struct desk *d, uint32_t today,
    uint8_t doors[static HANDING_DOORS][DOOR_ID_BYTES], uint32_t *from);

/* Was a chain of this door, at which this member reads, handed out that is not
 * here? */
bool handing_lacks_chain(
    struct desk *d, const uint8_t door[static DOOR_ID_BYTES]);

/* Is the chain of this door that began on `first`, and is here, the last that
 * was handed out, as far as the log goes?  Not when there may be another of
 * that day which is to be offered. */
bool handing_is_newest(
    struct desk *d, const uint8_t door[static DOOR_ID_BYTES], uint32_t first);

/* Was the last hand-out of this door's chain, by the log, this desk's? */
bool handing_was_ours(struct desk *d, const uint8_t door[static DOOR_ID_BYTES]);

#endif
