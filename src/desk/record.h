/*
 * record: a file that only grows, of sealed records.
 *
 *	length   u32, of what follows
 *	nonce    24 bytes
 *	sealed   XChaCha20-Poly1305 of the record, where it stands in the file
 *	         (u64) as associated data
 *
 * A record with a tail, which is not read when the file is loaded, has the top
 * bit of its length set and then
 *
 *	head     u32, bytes of nonce and sealed of the head
 *	nonce, sealed    of the head
 *	nonce, sealed    of the tail
 *
 * each with where it stands, the first two words, and 0 for the head or 1 for
 * the tail (u8) as associated data.
 *
 * A record is there when record_add() has returned ERR_OK: written and synced.
 * What a crash left behind the last whole record is cut when the file is
 * loaded, which is logged.  A record that is damaged anywhere else is an error
 * that is said.
 */
#ifndef DESK_RECORD_H
#define DESK_RECORD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/file.h"

#define RECORD_KEY_BYTES 32U
#define RECORD_MAX (1U << 20) /* bytes of one record */
#define RECORD_PATH_MAX 1024U

struct record {
	char path[RECORD_PATH_MAX];
	const uint8_t *key; /* borrowed: guarded memory of the store */
	/* Of the whole records; while they are loaded, of those before the one
	 * that is handed out. */
	uint64_t len;
	bool broken; /* a sync failed: nothing is tried again */
};

/* What is done with each record; an error ends the loading. */
struct record_taker {
	enum err (*take)(void *who, const uint8_t *p, size_t n);
	void *who;
};

/* Begin with the file at `path`, made when it is not there, and hand out all
 * its records in order.  ERR_TOOBIG (path), ERR_FORGED (damaged, or another
 * key), ERR_NOMEM, ERR_IO, or what the taker said. */
enum err record_load(struct record *r, const char *path, const uint8_t *key,
    struct record_taker taker) MUST_USE;

/* The same of a file that is there and whose bytes, all of them, were read
 * already; none (NULL, 0): it is read. */
struct record_front {
	uint8_t *p; /* borrowed */
	size_t n;
};
enum err record_load_read(struct record *r, const char *path,
    const uint8_t *key, struct record_taker taker,
    struct record_front front) MUST_USE;

/* Append one record.  ERR_FULL and ERR_NOMEM leave the file as it was; after
 * ERR_IO it takes no more. */
enum err record_add(struct record *r, const uint8_t *p, size_t n) MUST_USE;

/* The same with a tail; together at most RECORD_MAX. */
struct record_part {
	const uint8_t *p;
	size_t n;
};
enum err record_add_two(struct record *r, struct record_part head,
    struct record_part tail) MUST_USE;

/* The same, and it is as durable as what was there before only when somebody
 * has synced: record_sync(), file_sync_all().  A crash may tear the last record
 * alone, so a second one wants the first to be synced, or the whole file to be
 * nobody's yet. */
enum err record_add_later(struct record *r, struct record_part head,
    struct record_part tail) MUST_USE;
enum err record_sync(struct record *r) MUST_USE;

/* Begin with a new empty file at `path`, not synced.  ERR_TAKEN. */
enum err record_make_later(
    struct record *r, const char *path, const uint8_t *key) MUST_USE;

/* Append the tail of the record that stands at `at`.  ERR_NOTHING when it has
 * none, ERR_FORGED. */
enum err record_tail(
    const struct record *r, uint64_t at, struct buf *out) MUST_USE;

/* Hand out the records of a file that was loaded once more, in order, each with
 * its tail (of no bytes: it has none), which lives for the call.  An error
 * ends it.  ERR_FORGED, ERR_NOMEM, ERR_IO. */
struct record_walker {
	enum err (*take)(
	    void *who, struct record_part head, struct record_part tail);
	void *who;
};
enum err record_walk(
    const struct record *r, struct record_walker walker) MUST_USE;

/* Write a new file with these records' bytes, each behind its u32 length, in
 * place of the old one.  On failure the old one stands. */
enum err record_replace(
    struct record *r, const uint8_t *items, size_t n) MUST_USE;

/* Overwrite what lies behind `fd` with zeros and sync.  On a disk that writes
 * elsewhere this does not reach the old bytes; they stay sealed there. */
enum err record_overwrite(int fd) MUST_USE;

/* The same, and remove the name.  ERR_NOTHING. */
enum err record_shred(const char *path) MUST_USE;

#endif
