/*
 * wire: what `tell` asks of a line, one call a request (the paths and bodies
 * are those of doc/PROTOCOL.md, "Requests").
 *
 * Every request may be sent twice without harm, so each is tried again when
 * the connection is lost or the line is busy, with growing pauses, until
 * WIRE_TRIES failed in a row.
 */
#ifndef TELL_WIRE_H
#define TELL_WIRE_H

#include <stddef.h>
#include <stdint.h>

#include "age/envelope.h"
#include "base/buf.h"
#include "base/err.h"
#include "http/client.h"
#include "letter/tag.h"
#include "letter/upload.h"

#define WIRE_TRIES 8U
#define WIRE_SLOW 2U /* so many of them too slow are enough */
#define WIRE_LOOK_MAX 8192U /* tags in one look */
#define WIRE_GET 6U /* envelopes in one get, always */
#define WIRE_DELETE 64U /* openings in one delete */

/*
 * All calls: ERR_CLOSED and ERR_EXPIRED when the line cannot be reached or is
 * too slow, ERR_BUSY, ERR_FORMAT for an answer that no line gives, ERR_DENIED
 * when the line refused ours, ERR_NOMEM.
 */

/* GET /v1/line: appends its bytes. */
enum err wire_line(struct http_client *c, struct buf *out) MUST_USE;

/* GET /v1/questions: appends its bytes.  ERR_NOTHING from a line that does not
 * know the request. */
enum err wire_questions(struct http_client *c, struct buf *out) MUST_USE;

/* Which of `n` tags lie there: bit i % 8 of byte i / 8. */
enum err wire_look(struct http_client *c, const uint8_t (*tags)[TAG_BYTES],
    size_t n, struct buf *bits) MUST_USE;

/* WIRE_GET letters; in the place of an absent one comes one sealed to nobody.
 */
enum err wire_get(struct http_client *c,
    const uint8_t tags[WIRE_GET][TAG_BYTES], struct buf *letters) MUST_USE;

/* One part.  ERR_NOTHING when there is none. */
enum err wire_part_get(struct http_client *c,
    const uint8_t tag[static TAG_BYTES], struct buf *part) MUST_USE;

/* Put a letter.  ERR_TAKEN, ERR_FULL. */
enum err wire_put_letter(struct http_client *c,
    const uint8_t tag[static TAG_BYTES],
    const uint8_t letter[static ENVELOPE_LETTER_BYTES]) MUST_USE;

/* What the line has of an upload: `*parts` whole ones, or `*committed`. */
enum err wire_state(struct http_client *c, const uint8_t u[static UPLOAD_BYTES],
    uint32_t *parts, bool *committed) MUST_USE;

/* Put part j.  `body` is U || j || part, as it travels.  ERR_FULL, ERR_TOOBIG
 * (a file larger than the line takes), ERR_MISSING (a part before it). */
#define WIRE_PART_HEAD (UPLOAD_BYTES + 4U)
enum err wire_put_part(struct http_client *c,
    const uint8_t body[static WIRE_PART_HEAD + ENVELOPE_PART_BYTES]) MUST_USE;

/* Make a letter and its parts visible.  ERR_TAKEN, ERR_MISSING, ERR_FULL. */
struct wire_commit {
	const uint8_t *u;
	uint32_t n;
	const uint8_t *parts; /* T */
	const uint8_t *tag;
	const uint8_t *letter;
};
enum err wire_commit(
    struct http_client *c, const struct wire_commit *what) MUST_USE;

/* Show WIRE_DELETE openings. */
enum err wire_delete(struct http_client *c,
    const uint8_t openings[WIRE_DELETE][TAG_OPENING_BYTES]) MUST_USE;

#endif
