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

/* A member leaves, with every device and from every door.  ERR_MISSING: an open
 * door would have no reader (a closed one goes).  Otherwise as above. */
enum err roster_leave(struct roster *r,
    const uint8_t member[static MEMBER_ID_BYTES],
    const struct roster_come *come) MUST_USE;

/* Another role.  ERR_TAKEN: it is that one.  Otherwise as above. */
enum err roster_set_role(struct roster *r,
    const uint8_t member[static MEMBER_ID_BYTES], enum member_role role,
    const struct roster_come *come) MUST_USE;

/* A member reads at a door, or no more.  ERR_NOTHING: no such door or member;
 * ERR_TAKEN: it is so; ERR_MISSING: the door would have no reader. */
enum err roster_set_reader(struct roster *r,
    const uint8_t door[static DOOR_ID_BYTES],
    const uint8_t member[static MEMBER_ID_BYTES], bool reads) MUST_USE;

/* Let this device hand out too: it takes over, unless it is named already. */
void roster_let_hand_out(
    struct roster *r, const uint8_t id[static DEVICE_ID_BYTES]);

/* A closed door keeps its place for as long as a line may keep what came
 * through it. */
#define ROSTER_CLOSED_DAYS 402U

/* Another door, with its id, name, words and readers.  ERR_TAKEN: one has that
 * id, or is called so; ERR_TOOBIG: there are four that must stay (the one that
 * was closed long enough ago goes). */
enum err roster_open_door(
    struct roster *r, const struct roster_door *is, uint32_t today) MUST_USE;

/* Sources write there no more, from `day` on; 0: again.  ERR_NOTHING: no such
 * door; ERR_TAKEN: it is so; ERR_DENIED: it is the only open one. */
enum err roster_close_door(struct roster *r,
    const uint8_t door[static DOOR_ID_BYTES], uint32_t day) MUST_USE;

/* Another name, or other words on who reads there; NULL: as it is.
 * ERR_NOTHING: no such door; ERR_TAKEN: another is called so, or nothing
 * changes; ERR_TOOBIG. */
enum err roster_say_door(struct roster *r,
    const uint8_t door[static DOOR_ID_BYTES], const char *name,
    const char *says) MUST_USE;

/* Does the member of a device that hands out, or would take that over, read
 * there? */
bool roster_hands_read(const struct roster *r, const struct roster_door *d);

/* Does the member read there?  The index of the member among the readers, or
 * `readers_n`. */
size_t roster_reader(
    const struct roster_door *d, const uint8_t member[static MEMBER_ID_BYTES]);

#endif
