/*
 * roster: members, devices, doors and who reads at each; signed by the team
 * key (named `team`), never on the line.
 *
 * Every roster names the hash of the one before; a desk refuses what goes back
 * or does not chain.
 *
 * A role is judged by the number of an entry, never by its day: `past` says up
 * to which number a device's entries are made by which member in which role.
 * So who leaves, or gets another role, cannot write into the time before.  The
 * newest roster alone says it for every device that ever was.
 */
#ifndef TEAM_ROSTER_H
#define TEAM_ROSTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "crypt/hash.h"
#include "team/keynote.h"

#define ROSTER_MAX 65536U /* bytes of the note */
#define ROSTER_MEMBERS 50U
#define ROSTER_DEVICES 100U
#define ROSTER_PAST 200U
#define ROSTER_LAST_BYTES 16U
#define ROSTER_DAYS 400U /* how long a new one holds */
#define ROSTER_SOON 60U /* so many before the end desks say so */
#define MEMBER_ID_BYTES 4U
#define MEMBER_NAME_MAX 100U /* bytes */
#define DEVICE_ID_BYTES 16U /* SHA-256("sotto/1 device" || key)[0..16] */

enum member_role {
	MEMBER_ADMIN,
	MEMBER_EDITOR,
	MEMBER_VIEWER,
};

struct roster_member {
	uint8_t id[MEMBER_ID_BYTES];
	char name[MEMBER_NAME_MAX + 1];
	enum member_role role;
};

struct roster_device {
	uint8_t key[SIGN_PUBLIC_BYTES];
	uint8_t member[MEMBER_ID_BYTES];
	bool keeper; /* keeps the bodies of files */
};

/* The entries of `key` below `number` are judged as made by that member in that
 * role; of several rows of one key, whose numbers never fall, the first with a
 * number above the entry's counts.  `last` anchors what was: the hash, cut to
 * 16 bytes, of the entry with the number before (zero when number is 0), so
 * that a device that signs a second history below `number` voids nothing by
 * it. */
struct roster_past {
	uint8_t key[SIGN_PUBLIC_BYTES];
	uint8_t member[MEMBER_ID_BYTES];
	enum member_role role;
	uint32_t number;
	uint8_t last[ROSTER_LAST_BYTES];
};

struct roster_door {
	uint8_t id[DOOR_ID_BYTES];
	char name[DOOR_NAME_MAX + 1];
	char says[DOOR_READERS_MAX + 1]; /* to sources: who reads; may be "" */
	uint32_t closed; /* since that day no source writes there; 0: open */
	size_t readers_n;
	uint8_t readers[ROSTER_MEMBERS][MEMBER_ID_BYTES];
};

struct roster {
	uint32_t serial;
	uint8_t previous[SHA256_BYTES]; /* zero for the first */
	uint32_t until; /* the last day it holds */
	size_t members_n;
	struct roster_member members[ROSTER_MEMBERS];
	size_t devices_n;
	struct roster_device devices[ROSTER_DEVICES];
	size_t doors_n;
	struct roster_door doors[KEY_NOTE_DOORS];
	uint8_t hands_out[DEVICE_ID_BYTES]; /* the desk that makes hand-outs */
	uint8_t then[DEVICE_ID_BYTES]; /* and who takes over; may be the same */
	size_t past_n;
	struct roster_past past[ROSTER_PAST];
};

/* The id of a device. */
void device_id(uint8_t id[static DEVICE_ID_BYTES],
    const uint8_t key[static SIGN_PUBLIC_BYTES]);

/* Append the note.  A roster has about 32 KB: do not put one on a stack. */
enum err roster_write(struct buf *out, const struct roster *r,
    const uint8_t team_seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Read a note signed by the team key.  Ids are unique, every device and reader
 * is a member's, the rows of one key never fall.  ERR_FORMAT, ERR_VERSION,
 * ERR_FORGED, ERR_TOOBIG, ERR_NOMEM; `*r` only on success. */
enum err roster_read(struct roster *r, const void *p, size_t n,
    const uint8_t team[static SIGN_PUBLIC_BYTES]) MUST_USE;

/* May `next` take the place of `old` (whose note hashes to `old_hash`)?
 * ERR_DENIED when it
 *	- goes back, skips, or does not name the hash;
 *	- drops, changes or reorders rows of `past`, or puts new ones before;
 *	- has a new row that is not true: it says of a device of `old` the
 *	  member and the role it had there, and no lower number than that
 *	  device's rows before;
 *	- takes a device off, gives it to another member, or changes the role of
 *	  its member, without a new row for it;
 *	- names a device again that was taken off (it needs a new key). */
enum err roster_follows(const struct roster *next, const struct roster *old,
    const uint8_t old_hash[static SHA256_BYTES]) MUST_USE;

/* What a roster says of the entry with this number of a device. */
enum roster_says {
	ROSTER_UNKNOWN, /* it never named that device */
	ROSTER_GONE, /* it was struck off before */
	ROSTER_ROLE, /* it speaks for a member in a role */
};

/* `*member` (borrowed) and `*role` are set for ROSTER_ROLE.  The member of a
 * row of `past` may have left; roster_member() then says NULL. */
enum roster_says roster_role_at(const struct roster *r,
    const uint8_t key[static SIGN_PUBLIC_BYTES], uint32_t number,
    const uint8_t **member, enum member_role *role);

/* The device with this id, and its member; NULL. */
const struct roster_device *roster_device(
    const struct roster *r, const uint8_t id[static DEVICE_ID_BYTES]);
const struct roster_member *roster_member(
    const struct roster *r, const uint8_t id[static MEMBER_ID_BYTES]);

/* The door with this id; NULL. */
const struct roster_door *roster_door(
    const struct roster *r, const uint8_t id[static DOOR_ID_BYTES]);

/* The key of the device with this id, today's or a past one's; NULL. */
const uint8_t *roster_key(
    const struct roster *r, const uint8_t id[static DEVICE_ID_BYTES]);

#endif
