/*
 * roster_edit: the next roster made out of the one in force: who joins, leaves,
 * gets another role, or reads at a door.
 *
 * What comes out of any of these calls follows the roster it began with
 * (roster_follows()); they make the rows of `past` that this wants.
 */
#ifndef TEAM_ROSTER_EDIT_H
#define TEAM_ROSTER_EDIT_H

#include "team/roster.h"

/* How far the entries of a device have come, as the desk that signs knows it:
 * how many there are, and the hash, cut, of the last (zeros for none). */
struct roster_come {
	void (*to)(void *who, const uint8_t key[static SIGN_PUBLIC_BYTES],
	    uint32_t *number, uint8_t last[static ROSTER_LAST_BYTES]);
	void *who;
};

/* Begin: a copy of `old`, whose note hashes to `old_hash`, with the next serial
 * and good for ROSTER_DAYS from `today`. */
void roster_begin(struct roster *next, const struct roster *old,
    const uint8_t old_hash[static SHA256_BYTES], uint32_t today);

/* Add a device of the member `m`, who is added too when no member has that id.
 * ERR_TAKEN: the device is named already.  ERR_DENIED: it was struck off, and
 * needs a new key.  ERR_TOOBIG: no room.  `r` is then unchanged. */
enum err roster_join(struct roster *r,
    const uint8_t key[static SIGN_PUBLIC_BYTES], const struct roster_member *m,
    bool keeper) MUST_USE;

/* Strike a device off.  When it makes hand-outs, or would take that over,
 * another of an admin does.  ERR_NOTHING; ERR_DENIED: no admin would have a
 * device; ERR_TOOBIG: the rows of `past` are full; ERR_NOMEM.
 * `r` is then unchanged. */
enum err roster_strike(struct roster *r,
    const uint8_t id[static DEVICE_ID_BYTES],
    const struct roster_come *come) MUST_USE;

/* A member leaves, with every device and from every door.  Errors as above. */
enum err roster_leave(struct roster *r,
    const uint8_t member[static MEMBER_ID_BYTES],
    const struct roster_come *come) MUST_USE;

/* Another role.  ERR_TAKEN: it is that one.  Otherwise as above. */
enum err roster_set_role(struct roster *r,
    const uint8_t member[static MEMBER_ID_BYTES], enum member_role role,
    const struct roster_come *come) MUST_USE;

/* A member reads at a door, or no more.  ERR_NOTHING: no such door or member;
 * ERR_TAKEN: it is so. */
enum err roster_set_reader(struct roster *r,
    const uint8_t door[static DOOR_ID_BYTES],
    const uint8_t member[static MEMBER_ID_BYTES], bool reads) MUST_USE;

/* Let this device hand out too: it takes over, unless it is named already. */
void roster_let_hand_out(
    struct roster *r, const uint8_t id[static DEVICE_ID_BYTES]);

/* Does the member read there?  The index of the member among the readers, or
 * `readers_n`. */
size_t roster_reader(
    const struct roster_door *d, const uint8_t member[static MEMBER_ID_BYTES]);

#endif
