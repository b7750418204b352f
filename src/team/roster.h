/*
 * roster: members, devices, doors and who reads at each; signed by the team
 * key (named `team`), never on the line.
 *
 * Every roster names the hash of the one before; a desk refuses what goes back
 * or does not chain.
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
#define ROSTER_DAYS 400U /* how long a new one holds */
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
};

struct roster_door {
	uint8_t id[DOOR_ID_BYTES];
	char name[DOOR_NAME_MAX + 1];
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
};

/* The id of a device. */
void device_id(uint8_t id[static DEVICE_ID_BYTES],
    const uint8_t key[static SIGN_PUBLIC_BYTES]);

/* Append the note.  A roster has about 20 KB: do not put one on a stack. */
enum err roster_write(struct buf *out, const struct roster *r,
    const uint8_t team_seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Read a note signed by the team key.  Ids are unique, every device and reader
 * is a member's.  ERR_FORMAT, ERR_VERSION, ERR_FORGED, ERR_TOOBIG, ERR_NOMEM;
 * `*r` only on success. */
enum err roster_read(struct roster *r, const void *p, size_t n,
    const uint8_t team[static SIGN_PUBLIC_BYTES]) MUST_USE;

/* Does the roster of `note` bytes follow `old` (whose note hashes to
 * `old_hash`)?  ERR_DENIED when it goes back or does not chain. */
enum err roster_follows(const struct roster *next, const struct roster *old,
    const uint8_t old_hash[static SHA256_BYTES]) MUST_USE;

/* The device with this id, and its member; NULL. */
const struct roster_device *roster_device(
    const struct roster *r, const uint8_t id[static DEVICE_ID_BYTES]);
const struct roster_member *roster_member(
    const struct roster *r, const uint8_t id[static MEMBER_ID_BYTES]);

#endif
