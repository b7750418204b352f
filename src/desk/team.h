/*
 * team: what a desk holds of its team besides words: all rosters, each
 * following the one before, and the log (team/teamlog.h).
 *
 * What comes from elsewhere (a line, a pack) is taken in by these; each says
 * what it refuses, and what was taken in is durable.
 */
#ifndef DESK_TEAM_H
#define DESK_TEAM_H

#include "desk/desk.h"
#include "desk/record.h"
#include "team/ring.h"
#include "team/roster.h"
#include "team/teamlog.h"

/* The newest roster, and the hash of its note; the desk's. */
const struct roster *desk_roster(const struct desk *d);
const uint8_t *desk_roster_hash(const struct desk *d);

/* Hand out the notes of all rosters, the first first. */
enum err desk_each_roster(
    const struct desk *d, struct record_taker taker) MUST_USE;

/* Take in the next one; it is the newest from then on, and the log is judged by
 * it.  ERR_TAKEN: it, or a later one, is here.  ERR_MISSING: those between are
 * not.  ERR_DENIED: it does not follow (team/roster.h).  ERR_FORGED and others
 * of roster_read(). */
enum err desk_take_roster(struct desk *d, const void *note, size_t n) MUST_USE;

/* Say on the log that the newest is in force; the next sync gives it to the
 * others.  ERR_DENIED: this member is no admin. */
enum err desk_say_roster(struct desk *d) MUST_USE;

/* An admin's desk says those that no entry here names: it ended between
 * keeping one and saying it, and the others would never hear of it. */
enum err desk_say_rosters(struct desk *d) MUST_USE;

/* Take in an entry of any device.  Errors of teamlog_add().  The view follows
 * with log_show(), once for many. */
enum err desk_take_entry(
    struct desk *d, const void *note, size_t n, bool *fresh) MUST_USE;

/* The log itself: to be read, and for teamlog_device(), which says how far each
 * device has come. */
struct teamlog *desk_log(struct desk *d);

/* This device. */
const uint8_t *desk_device_id(const struct desk *d); /* DEVICE_ID_BYTES */

/* Its keys; after they were changed desk_save_keys() writes them, about a
 * second. */
struct vault;
struct vault *desk_vault(struct desk *d);
enum err desk_save_keys(struct desk *d) MUST_USE;

/* This desk's member, by the newest roster: the role, and whether he reads at a
 * door. */
enum desk_reads { DESK_READS, DESK_READS_NOT, DESK_NO_DOOR };
enum member_role desk_role(const struct desk *d);
enum desk_reads desk_reads(
    const struct desk *d, const uint8_t door[static DOOR_ID_BYTES]);

/* Begin a new chain for a door (zeros: the log's) on `day`, with a new voice
 * for a door, and say so on the log; the next sync hands it out and, where this
 * desk has the line key, gives the line its recipients.  ERR_DENIED when
 * today's roster does not name this device for it; ERR_FULL. */
enum err desk_renew_chain(struct desk *d,
    const uint8_t door[static DOOR_ID_BYTES], uint32_t day) MUST_USE;

#endif
