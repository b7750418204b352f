/*
 * reach: what a desk asks of a line's second front, one call a request
 * (doc/protocol/60-http.md).  Each carries a Sotto-Request note signed with the
 * access key.
 *
 * Every request may be sent twice without harm, so each is tried again when the
 * connection is lost or the line is busy, REACH_TRIES times with growing
 * pauses.
 */
#ifndef DESK_REACH_H
#define DESK_REACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/envelope.h"
#include "base/buf.h"
#include "base/err.h"
#include "letter/tag.h"
#include "team/certificate.h"

#define REACH_TRIES 6U
#define REACH_SLOW 2U /* so many of them too slow are enough */
#define REACH_FETCH_MAX 32U /* tags in one fetch */
#define REACH_LIST_MAX (64U << 20) /* bytes of a day's tags */
#define REACH_URL_MAX 300U
#define REACH_DAYS_MAX 2048U

struct reach;

struct reach_opts {
	const char *line; /* the sources' address: http://HOST[:PORT] */
	const char *desk_line; /* NULL: its next port */
	const char *socks; /* ADDR:PORT; NULL: none */
	const uint8_t *line_id;
	const uint8_t *access_seed; /* borrowed, guarded */
};

/* ERR_FORMAT for an address that is none, ERR_VERSION without libcurl. */
enum err reach_open(struct reach **r, const struct reach_opts *opts) MUST_USE;
void reach_close(struct reach *r); /* NULL does nothing */

/* Sign with this seed (borrowed) from now on. */
void reach_sign_with(struct reach *r, const uint8_t *access_seed);

/* Call `meanwhile` while a call waits for the line, every few milliseconds; it
 * must not use `r`.  Any other value than ERR_OK breaks the call off, which
 * then returns it.  NULL: not any more. */
void reach_meanwhile(
    struct reach *r, enum err (*meanwhile)(void *with), void *with);

/* Call it once, between two pieces of long work that need no line; what it
 * says, ERR_OK when there is none. */
enum err reach_breathe(struct reach *r) MUST_USE;

/*
 * All calls: ERR_CLOSED, ERR_EXPIRED when the line cannot be reached or is too
 * slow; ERR_BUSY, ERR_FULL; ERR_DENIED when it does not take our access key or
 * our clock; ERR_FORMAT for an answer that no line gives; ERR_NOMEM.
 */

/* GET /v1/line: append what it says of itself. */
enum err reach_line(struct reach *r, struct buf *out) MUST_USE;

/* GET /v1/questions: append what it asks sources; not checked.  ERR_NOTHING
 * when it does not know them, ERR_TOOBIG past what `out` takes. */
enum err reach_questions(struct reach *r, struct buf *out) MUST_USE;

struct reach_day {
	uint32_t day, count;
	uint8_t digest[32];
	bool closed;
};

/* The days it has, rising, into REACH_DAYS_MAX places. */
enum err reach_days(
    struct reach *r, struct reach_day *days, size_t *n) MUST_USE;

/* Append all tags of one day. */
enum err reach_tags(struct reach *r, uint32_t day, struct buf *tags) MUST_USE;

/* Fetch up to REACH_FETCH_MAX tags: appended is, for each, u32 length and so
 * many bytes: none, a letter, or the header of a part.  Checked. */
enum err reach_fetch(struct reach *r, const uint8_t (*tags)[TAG_BYTES],
    size_t n, struct buf *out) MUST_USE;

/* The same ahead of time: the line looks for them while something else is done
 * here, with reach_breathe() now and then; the end says what reach_fetch()
 * says.  `tags` are copied, `out` stays until then, and no other request is
 * made in between.  Breaking off leaves part of an answer in `out`; it does
 * nothing when none was begun. */
void reach_fetch_begin(struct reach *r, const uint8_t (*tags)[TAG_BYTES],
    size_t n, struct buf *out);
enum err reach_fetch_end(struct reach *r) MUST_USE;
void reach_fetch_break(struct reach *r);

/* The whole of a part; ERR_NOTHING. */
enum err reach_part(struct reach *r, const uint8_t tag[static TAG_BYTES],
    struct buf *out) MUST_USE;

/* Which of these tags are taken: a bit each. */
enum err reach_look(struct reach *r, const uint8_t (*tags)[TAG_BYTES], size_t n,
    struct buf *bits) MUST_USE;

/* ERR_TAKEN */
enum err reach_put_letter(struct reach *r, const uint8_t tag[static TAG_BYTES],
    const uint8_t letter[static ENVELOPE_LETTER_BYTES]) MUST_USE;

/* `*parts` that are there, or `*committed`. */
enum err reach_state(struct reach *r, const uint8_t u[static 16],
    uint32_t *parts, bool *committed) MUST_USE;

/* `body` is U, j and the part. */
#define REACH_PART_HEAD 20U
enum err reach_put_part(struct reach *r,
    const uint8_t body[static REACH_PART_HEAD + ENVELOPE_PART_BYTES]) MUST_USE;

/* `body` is U, n, T, tag, letter.  ERR_TAKEN, ERR_MISSING. */
#define REACH_COMMIT_BYTES (16U + 4U + 32U + TAG_BYTES + ENVELOPE_LETTER_BYTES)
enum err reach_commit(
    struct reach *r, const uint8_t body[static REACH_COMMIT_BYTES]) MUST_USE;

/* PUT /v1/key-note.  ERR_TAKEN when a higher serial stands. */
enum err reach_put_note(struct reach *r, const struct buf *note) MUST_USE;

/* POST /v1/purge.  ERR_DENIED also when the line keeps it for now. */
enum err reach_purge(struct reach *r, const struct buf *note) MUST_USE;

#endif
