/*
 * entry: one signed statement of one device in the team's log.
 *
 * A signed note of kind `entry`, signed by the device's key (named `device`).
 * A chain belongs to a device: number 0 first, then one more each, each naming
 * the hash of the one before.  An entry holds ids, decisions and salted
 * hashes, never words of a letter.
 */
#ifndef TEAM_ENTRY_H
#define TEAM_ENTRY_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "crypt/hash.h"
#include "note/json.h"
#include "team/roster.h"

#define ENTRY_MAX 14000U /* bytes of the note: it must fit an envelope */
#define ENTRY_HEADS 16U
#define ENTRY_HEAD_BYTES 16U
#define ENTRY_TYPE_MAX 31U
#define ENTRY_BODY_MAX 8192U
#define ENTRY_LAMPORT_MAX (UINT64_MAX >> 1)

struct entry {
	uint8_t device[DEVICE_ID_BYTES];
	uint32_t number;
	uint8_t previous[SHA256_BYTES]; /* zero for number 0 */
	size_t heads_n; /* other devices' newest that this one has seen */
	uint8_t heads[ENTRY_HEADS][ENTRY_HEAD_BYTES];
	uint64_t lamport; /* 1 + the greatest of what it cites */
	char type[ENTRY_TYPE_MAX + 1]; /* lower-case letters and '-' */
	struct buf body; /* one compact JSON object */
	struct json *whole; /* of one that was read: all of it */
};

void entry_init(struct entry *e);
void entry_drop(struct entry *e);

/* Append the note. */
enum err entry_write(struct buf *out, const struct entry *e,
    const uint8_t device_seed[static SIGN_SEED_BYTES]) MUST_USE;

/* The device that a note says it is of; nothing else of it is looked at.
 * ERR_FORMAT. */
enum err entry_device(
    uint8_t id[static DEVICE_ID_BYTES], const void *p, size_t n) MUST_USE;

/* Read a note signed by `key`, whose id it must name.  It has that one
 * signature and no other line behind the text: else anybody could make another
 * note of it, with another hash.  The outer fields have
 * one spelling (the body is what may grow): anything else is refused.
 * ERR_FORMAT, ERR_VERSION, ERR_FORGED, ERR_TOOBIG, ERR_NOMEM; `*e`
 * only on success, then the caller's to entry_drop(). */
enum err entry_read(struct entry *e, const void *p, size_t n,
    const uint8_t key[static SIGN_PUBLIC_BYTES]) MUST_USE;

/* The same for a device whose key is not known yet: who signed it is not
 * looked at, and must be by entry_check() before it is believed. */
enum err entry_form(struct entry *e, const void *p, size_t n) MUST_USE;

/* The body of one that was read, borrowed until entry_drop().  ERR_FORMAT. */
enum err entry_fields(const struct entry *e, const struct json **body) MUST_USE;

/* ERR_OK when `key` signed the note; ERR_FORGED, ERR_FORMAT.  Takes no
 * memory. */
enum err entry_check(const void *p, size_t n,
    const uint8_t key[static SIGN_PUBLIC_BYTES]) MUST_USE;

/* The hash by which the next entry names this note. */
void entry_hash(uint8_t out[static SHA256_BYTES], const void *note, size_t n);

#endif
