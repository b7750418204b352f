/*
 * give: what this desk put on the team's log goes to the line, for the others.
 *
 * Each own entry, the oldest first, in an envelope sealed to the log's key of
 * the line's day, under the tag of an opening that is forgotten at once; before
 * it what belongs to it: of a reply its words, sealed to the door's key; of a
 * roster its note, of a hand-out its file, in pieces.  `put` says how many were
 * given; after a crash one is given twice, which the others' logs take.
 *
 * A team of one device gives nothing, and all of it once there is a second.
 */
#ifndef DESK_GIVE_H
#define DESK_GIVE_H

#include "desk/desk.h"
#include "desk/reach.h"
#include "team/roster.h"

/* Give all that is left, on a line whose today is `today`; `*given` grows by
 * the entries that went.  Errors of reach_put_letter(), ERR_NOMEM, ERR_IO. */
enum err give_run(
    struct desk *d, struct reach *r, uint32_t today, uint32_t *given) MUST_USE;

/* To whom what desks tell each other of a conversation is sealed: to those to
 * whom it is restricted, else to all who read at its door.  ERR_MISSING: the
 * key is not here; it is told to nobody. */
enum err give_to(const struct desk *d, const struct conv *c, uint32_t today,
    struct age_recipient *to) MUST_USE;

/* Was every hand-out that this desk made given?  What is in one must not be
 * offered by the line before. */
bool give_is_handed_out(struct desk *d);

/* Is a hand-out of this desk's still to be given, of a chain that began on
 * `first`? */
bool give_is_to_come(
    struct desk *d, const uint8_t door[static DOOR_ID_BYTES], uint32_t first);

/* Is it so, and do the others have one that is in use?  Then nobody gets it but
 * by that hand-out. */
bool give_is_kept_back(struct desk *d, const uint8_t door[static DOOR_ID_BYTES],
    uint32_t first, uint32_t today);

/* *from: the first day of the oldest chain of a door or the log that this desk
 * is still to hand out; UINT32_MAX: none.  What it forgot of one before it was
 * given, those who get it could never open. */
enum err give_keeps_from(struct desk *d, uint32_t *from) MUST_USE;

/* A new chain of the log that this desk has not handed out yet ends none before
 * it: those are all that the others have. */
enum err give_keep_log(struct desk *d, uint32_t today) MUST_USE;

/* A device of several publishes its one-time recipient, once; and again, once a
 * day, as long as keys that were handed out lack here: with it it says which.
 */
enum err give_recipient(struct desk *d, uint32_t today) MUST_USE;

/* Ask the others (`lack`) for entries that are cited and not here, and for the
 * words of answers of the last weeks: once a day, and for what was asked
 * already once a week. */
enum err give_lack(struct desk *d, uint32_t today) MUST_USE;

/* Remember the recipient of the join note of a device that this desk welcomes:
 * keys are handed out to it until it has published one. */
enum err give_joined(struct desk *d,
    const uint8_t device[static DEVICE_ID_BYTES],
    const struct age_recipient *to) MUST_USE;

#endif
