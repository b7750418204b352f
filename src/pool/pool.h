/*
 * pool: the envelopes of a line, under their tags, by day.
 *
 * Sees sealed bytes, tags and openings, and no key.  What it promises:
 *
 *	- what was answered with ERR_OK is on the disk, whole, after power loss;
 *	  what was not leaves nothing behind once the pool was opened again;
 *	- a tag is given once; nothing is altered or taken away but by whoever
 *	  shows its opening, by a purge, or by retention;
 *	- a closed day shows neither order nor times nor, but for steps, counts.
 *
 * Formats: doc/protocol/40-pool.md.  One folder, one process (a lock says so),
 * one thread.  Everything but files in that folder is opened by pool_open(),
 * so a sandbox may be entered after it; in it the pool needs openat, renameat,
 * unlinkat, utimensat, fsync, fdatasync, ftruncate, pread, pwrite, fcntl locks
 * and whatever malloc needs, and the right to make files below its folder.
 *
 * ERR_IO from any call means that a write or a sync failed in a way that cannot
 * be tried again: the pool answers ERR_IO to everything from then on, and the
 * process has to end.  ERR_FULL, ERR_NOMEM and the others leave everything as
 * it was.
 *
 * Long work (closing a day, overwriting what was deleted, retention) is done in
 * small steps by pool_step(), between requests.
 */
#ifndef POOL_POOL_H
#define POOL_POOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define POOL_TAG_BYTES 16U
#define POOL_OPENING_BYTES 32U
#define POOL_UPLOAD_BYTES 16U /* U, the id of an upload */
#define POOL_SECRET_BYTES 32U /* T, from which tags of parts come */
#define POOL_DIGEST_BYTES 32U
#define POOL_HEADER_BYTES 1627U
#define POOL_LETTER_BYTES 16384U
#define POOL_PART_BYTES 1048576U

#define POOL_LOOK_MAX 8192U /* tags in one pool_look() */
#define POOL_DELETE_MAX 64U /* openings in one pool_delete() */
#define POOL_PURGE_MAX 8192U /* tags in one pool_purge() */
#define POOL_PARTS_MAX 65536U /* parts of one upload: 64 GiB */
#define POOL_UPLOADS_MAX 1024U /* unfinished at one time */
#define POOL_RETENTION_MAX 400U /* days; one open file each */
#define POOL_SERIALS_MAX 64U /* key notes offered on one day */

/* Who asks: quotas keep a share for desks. */
enum pool_who { POOL_SOURCE, POOL_DESK };

enum pool_kind { POOL_LETTER, POOL_PART };

struct pool_settings {
	/* Bytes the pool may take; 0 for nine tenths of what is free on its
	 * disk (or its own already). */
	uint64_t capacity;
	uint32_t retention; /* days a closed day stays; 0 for 90 */
	/* Least letters and parts of a closed day.  A closed day is filled to
	 * them, and parts further to 32, 64 ... times what 16 would be. */
	uint32_t fill_letters; /* 64 in use */
	uint32_t fill_parts; /* 16 in use */
	/* Is this the exact header of an envelope?  ERR_FORMAT when not. */
	enum err (*check)(const uint8_t header[static POOL_HEADER_BYTES]);
	/* Fill `out` with an envelope of `size` bytes sealed to nobody. */
	enum err (*nobody)(uint8_t *out, size_t size);
	/* What names this run of the machine; NULL for the system's boot id.
	 * After another one, uploads are cut to what had been synced. */
	const char *boot;
	/* Forget rows whose files are gone, and say so, instead of refusing to
	 * open. */
	bool mend;
};

struct pool;

/* Open the pool in the folder `dir` (made when it is not there; its parent must
 * be), at the time `now` (seconds since 1970).  Cleans up what a killed process
 * left.  ERR_BUSY when another process has it, ERR_VERSION when a later version
 * made it, ERR_FORMAT when it is not a pool, ERR_MISSING when a file is gone
 * that a row speaks of (see mend), ERR_IO.  *pool is set on success only. */
enum err pool_open(struct pool **pool, const char *dir,
    const struct pool_settings *settings, uint64_t now) MUST_USE;

/* NULL does nothing.  An open batch is dropped. */
void pool_close(struct pool *pool);

/* Tell the time, as often as you like; a time before the last is ignored.  What
 * is put goes to the day of the last time told. */
void pool_now(struct pool *pool, uint64_t now);
uint32_t pool_today(const struct pool *pool);

/* Letters that come at once share one commit: begin, pool_put() any number of
 * times, end.  Only when pool_end() has returned ERR_OK may any of them be
 * answered; when it fails, none of them is there, and all get its error.
 * Between the two only pool_put() may be called. */
enum err pool_begin(struct pool *pool) MUST_USE;
enum err pool_end(struct pool *pool) MUST_USE;

/* Put a letter (a batch of its own, outside a batch).  ERR_OK: it is there, or
 * was already with the same bytes.  ERR_TAKEN: other bytes are there.
 * ERR_FORMAT: this is no envelope.  ERR_FULL. */
enum err pool_put(struct pool *pool, enum pool_who who,
    const uint8_t tag[static POOL_TAG_BYTES],
    const uint8_t envelope[static POOL_LETTER_BYTES]) MUST_USE;

/* Which of `n` (at most POOL_LOOK_MAX) letters are there: bit i % 8 of byte
 * i / 8, (n + 7) / 8 bytes, unused bits zero.  The work depends on n and on the
 * size of the pool, not on the answer. */
enum err pool_look(
    struct pool *pool, const uint8_t *tags, size_t n, uint8_t *bits) MUST_USE;

/* Get one letter; ERR_NOTHING. */
enum err pool_get(struct pool *pool, const uint8_t tag[static POOL_TAG_BYTES],
    uint8_t out[static POOL_LETTER_BYTES]) MUST_USE;

/* Get `n` letters into n * POOL_LETTER_BYTES bytes, in the place of each that
 * is not there an envelope sealed to nobody; the same work for both. */
enum err pool_show(
    struct pool *pool, const uint8_t *tags, size_t n, uint8_t *out) MUST_USE;

/* Get `n` bytes from the byte `from` on of the part with this tag (from + n at
 * most POOL_PART_BYTES); ERR_NOTHING.  Each call looks anew, so a part may be
 * sent in pieces over a closing or a deletion; a deleted one reads as zeros
 * until it has been overwritten. */
enum err pool_part(struct pool *pool, const uint8_t tag[static POOL_TAG_BYTES],
    size_t from, uint8_t *out, size_t n) MUST_USE;

/*
 * Uploads.  An upload of which a part is whole lives for 24 hours after it
 * began; when there is no room or no place for another, those go that have not
 * grown for 10 minutes, the longest first.  A committed one is remembered for
 * 24 hours at least.
 */
enum pool_upload_state {
	POOL_UPLOAD_UNKNOWN,
	POOL_UPLOAD_OPEN,
	POOL_UPLOAD_COMMITTED
};

struct pool_upload {
	enum pool_upload_state state;
	uint32_t parts; /* whole ones that are there; when open */
	uint32_t room; /* how many more the quotas allow now; when open */
	/* Write-only, O_APPEND: the parts' bytes go there, one behind the
	 * other.  From pool_upload_begin() when open, else -1.  The caller's to
	 * close (or to pass on and close). */
	int fd;
	/* To look at the file's size, whatever becomes of its name; like `fd`
	 * else. */
	int eye;
};

/* Begin or go on: what was broken at the end of the file is cut.  Only one
 * writer may hold an upload's descriptor at a time: the caller sees to it.
 * ERR_OK with state OPEN or COMMITTED; ERR_FULL, ERR_BUSY (too many). */
enum err pool_upload_begin(struct pool *pool, enum pool_who who,
    const uint8_t id[static POOL_UPLOAD_BYTES],
    struct pool_upload *upload) MUST_USE;

/* What is known of an upload; cuts nothing; fd is -1. */
enum err pool_upload_state(struct pool *pool,
    const uint8_t id[static POOL_UPLOAD_BYTES],
    struct pool_upload *upload) MUST_USE;

/* Its writer has gone: an upload of which no part is whole is forgotten, so
 * that those begun and left take no place.  ERR_BUSY when the descriptor is
 * still held.  Not inside a batch. */
enum err pool_upload_end(
    struct pool *pool, const uint8_t id[static POOL_UPLOAD_BYTES]) MUST_USE;

struct pool_commit {
	enum pool_who who;
	const uint8_t *id; /* POOL_UPLOAD_BYTES */
	uint32_t parts; /* the first so many; what follows goes; 0 is fine */
	const uint8_t *secret; /* T, POOL_SECRET_BYTES */
	const uint8_t *tag; /* POOL_TAG_BYTES */
	const uint8_t *letter; /* POOL_LETTER_BYTES */
};

/* Letter and parts become visible together.  ERR_OK: done, now or before (then
 * nothing is compared).  ERR_BUSY: somebody still holds the descriptor to
 * append, and could go on after the commit.  ERR_MISSING: parts lack.
 * ERR_TAKEN: the tag is taken; the parts stay.  ERR_FORMAT: the letter or one
 * of the parts is no envelope. ERR_FULL.  Not inside a batch. */
enum err pool_upload_commit(
    struct pool *pool, const struct pool_commit *commit) MUST_USE;

/* Delete the letters (and their parts) of `k` openings; those that are not
 * there count as done.  One transaction: from ERR_OK on they are never given
 * out again; their bytes are overwritten by pool_step(). */
enum err pool_delete(
    struct pool *pool, const uint8_t *openings, size_t k) MUST_USE;

/* Delete the letters or parts with these tags, all or none, of `day`.
 * ERR_DENIED when one is of another day, or the day is not closed and 7 days
 * old and the pool not over nine tenths full.  Tags that are not there count as
 * done. */
enum err pool_purge(
    struct pool *pool, uint32_t day, const uint8_t *tags, size_t n) MUST_USE;

/* Do a little of the long work (about one part's worth); *more says whether
 * there is more.  Call it whenever nothing else is to be done, and at least
 * once after pool_now() has told a new day. */
enum err pool_step(struct pool *pool, bool *more) MUST_USE;

/* Once a minute: make all file times of the pool the same, sync what unfinished
 * uploads have, and let uploads die whose time is over. */
enum err pool_tick(struct pool *pool) MUST_USE;

/* A day of the pool: today and yesterday may be open, the others are closed. */
struct pool_day {
	uint32_t day;
	uint32_t letters, parts; /* with the filling, when closed */
	bool closed;
	/* SHA-256 of the letters' sorted tags, 16 bytes each. */
	uint8_t digest[POOL_DIGEST_BYTES];
};

/* How many days there are, and the i-th of them, oldest first. */
size_t pool_days(const struct pool *pool);
enum err pool_day_at(
    struct pool *pool, size_t i, struct pool_day *day) MUST_USE;

/* Up to `max` tags of `day` after the tag `after` (NULL: from the first), in
 * order; *n says how many.  ERR_NOTHING when there is no such day. */
struct pool_list {
	uint32_t day;
	enum pool_kind kind;
	const uint8_t *after;
	uint8_t *tags;
	size_t max;
};
enum err pool_day_tags(
    struct pool *pool, const struct pool_list *list, size_t *n) MUST_USE;

/* Note that the key note with this serial is offered today; again at any time,
 * and once after every change of day.  ERR_FULL after POOL_SERIALS_MAX. */
enum err pool_offer(struct pool *pool, uint64_t serial) MUST_USE;

/* The serials offered on `day`, rising; *n at most POOL_SERIALS_MAX. */
enum err pool_offered(struct pool *pool, uint32_t day,
    uint64_t serials[static POOL_SERIALS_MAX], size_t *n) MUST_USE;

/* Bytes that are taken, with what filling and closing copies will take, and
 * bytes that may be. */
struct pool_room {
	uint64_t used, capacity;
};
enum err pool_room(struct pool *pool, struct pool_room *room) MUST_USE;

#endif
