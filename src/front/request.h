/*
 * request: what the front hands to whoever answers a path, and what may be
 * asked of the keeper and the deriver on its behalf.
 *
 * A front_request outlives its connection: when a browser goes away in the
 * middle of a file, the text and the files that are whole are still committed.
 * It ends when the connection's request is over and nothing is pending.  All
 * calls come from one thread; none blocks but the writing of sealed bytes to
 * an upload's descriptor.
 */
#ifndef FRONT_REQUEST_H
#define FRONT_REQUEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/envelope.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "http/form.h"
#include "http/server.h"
#include "line/settings.h"
#include "team/certificate.h"
#include "team/keynote.h"

#define FRONT_TAG_BYTES 16U
#define FRONT_UPLOAD_ID_BYTES 16U
#define FRONT_PHRASE_BYTES 13U
#define FRONT_ROOT_BYTES 32U
#define FRONT_OPENING_BYTES 32U
#define FRONT_SECRET_BYTES 32U /* T of "sotto/1 parts" */
#define FRONT_LOOK_MAX 8192U /* tags in one look */
#define FRONT_GET 6U /* letters in one get, always */
#define FRONT_PIECE_BYTES 65536U /* of a part that is fetched */
#define FRONT_PIECES 16U
#define FRONT_DELETE_MAX 64U

/* What the line offers, as of when the request began.  Held by the request; a
 * newer key note does not change it. */
struct front_line {
	struct certificate certificate;
	struct key_note keys;
	struct buf certificate_note; /* as signed */
	struct buf key_note;
	const struct settings *settings; /* the same for every request */
	unsigned held; /* the front's */
};

struct front;
struct front_request;
struct front_hidden;

/* One path.  {method, path} is exact; a GET route answers HEAD too. */
struct front_route {
	enum http_method method;
	const char *path;
	uint64_t max; /* of the body, in bytes */
	bool page; /* refuse a POST from another site */

	/* The headers are in.  May answer at once.  May be NULL. */
	void (*begin)(struct front_request *r);
	/* For forms: one event (FORM_BEGIN, FORM_BYTES, FORM_FIELD).  ERR_OK;
	 * ERR_BUSY: not taken, it comes again after front_resume(), which must
	 * follow even if the client has gone; any other error: the rest is not
	 * read and `end` gets that error.  NULL: not a form, see `body`. */
	enum err (*form)(
	    struct front_request *r, const struct form_piece *piece);
	/* For other bodies: returns how many bytes were taken; fewer: the rest
	 * comes again after front_resume(). */
	size_t (*body)(struct front_request *r, const uint8_t *p, size_t n);
	/* No more comes.  ERR_OK: the form or body was whole.  ERR_SHORT: it
	 * broke off (when the connection is lost, r->http is NULL already).
	 * ERR_FORMAT, ERR_TOOBIG: it is no proper form (ERR_VERSION: no form at
	 * all).  ERR_FORGED: not the body that a desk signed for.  What `form`
	 * returned.  Called exactly once, unless it was answered before. */
	void (*end)(struct front_request *r, enum err how);
	/* The request is about to go; release what r->mine holds.  May be
	 * NULL.  The arena is wiped right after. */
	void (*drop)(struct front_request *r);
};

/* What cannot be given to a route is answered by one of these, or in a plain
 * sentence: to machines, and to whoever does not ask for a page.  Their bodies
 * are not read. */
enum front_refusal {
	FRONT_NOWHERE,
	FRONT_OTHERWISE, /* another method */
	FRONT_FOREIGN, /* from another site */
	FRONT_TOO_LARGE, /* by its Content-Length */
	FRONT_REFUSALS
};

struct front_request {
	struct http_request *http; /* NULL once the client has gone */
	struct arena arena; /* HTTP_ARENA_MAX at most */
	const struct front_line *line;
	void *mine; /* the route's */
	struct front *front; /* the rest is the front's */
	const struct front_route *route;
	struct front_hidden *hidden;
};

/* Go on after `form` said ERR_BUSY or `body` took less.  Outside of a
 * front_then the request may be gone afterwards. */
void front_resume(struct front_request *r);

/* Answers; nothing happens when the client has gone.  As in http/server.h;
 * `beat` lets it leave at the next multiple of HTTP_BEAT_MS. */
void front_answer(struct front_request *r, unsigned status, const char *type,
    const void *p, size_t n);
void front_answer_fixed(struct front_request *r, unsigned status,
    const char *type, const void *p, size_t n);
void front_answer_buf(struct front_request *r, unsigned status,
    const char *type, struct buf *body);
void front_say(struct front_request *r, unsigned status, const char *sentence);
void front_beat(struct front_request *r);

/* A header of the answer to come; as http_add(). */
enum err front_add(
    struct front_request *r, const char *name, const char *value) MUST_USE;

/* `n` bytes that come as they are asked for, as http_answer_stream(): `give`
 * writes at most `room` bytes and says how many, 0 to wait for front_resume(),
 * HTTP_BROKEN to cut the connection.  The request lives until all is sent. */
void front_answer_stream(struct front_request *r, unsigned status,
    const char *type, uint64_t n,
    size_t (*give)(struct front_request *r, uint8_t *out, size_t room));

/*
 * Asking.  Each call sends one message and returns at once; `then` is called
 * exactly once, later, with the answer (ERR_CLOSED when the keeper went away
 * meanwhile), also when the client has gone.  What the answer points to is
 * valid during that call only.
 */
struct front_reply {
	enum err e;
	const uint8_t *p;
	size_t n;
	uint32_t parts; /* of an upload: how many are whole */
	uint32_t room; /* how many more may be appended now */
	bool committed; /* that upload is committed already */
	int fd; /* of an upload; -1 otherwise.  See front_upload() */
};
typedef void front_then(
    struct front_request *r, void *with, const struct front_reply *reply);

/* The root of a phrase: 32 bytes.  ERR_BUSY: the queue is full, or it took
 * more than 10 s. */
void front_derive(struct front_request *r,
    const uint8_t phrase[static FRONT_PHRASE_BYTES], front_then *then,
    void *with);

/* Which of `n` tags are there: (n + 7) / 8 bytes, bit 0 of byte 0 first. */
void front_look(struct front_request *r, const uint8_t *tags, size_t n,
    front_then *then, void *with);

/* Six letters, 16,384 bytes each; in the place of one that is not there comes
 * one sealed to nobody. */
void front_get(struct front_request *r,
    const uint8_t tags[static FRONT_GET * FRONT_TAG_BYTES], front_then *then,
    void *with);

/* Piece `piece` (0 to 15, 65,536 bytes) of the part under this tag.
 * ERR_NOTHING. */
void front_part_get(struct front_request *r,
    const uint8_t tag[static FRONT_TAG_BYTES], unsigned piece, front_then *then,
    void *with);

/* Keep a letter.  ERR_OK (also when the same stands there), ERR_TAKEN,
 * ERR_FULL, ERR_FORMAT. */
void front_put(struct front_request *r,
    const uint8_t tag[static FRONT_TAG_BYTES],
    const uint8_t letter[static ENVELOPE_LETTER_BYTES], front_then *then,
    void *with);

/* Begin or go on with an upload: how many parts are whole, or committed, and a
 * descriptor to which the bytes of the next parts, 1,048,576 each, are appended
 * in order (file_write_fd()).  After `room` parts ask again: the descriptor of
 * before is closed and another comes.  It is the front's, which closes it at
 * the next ask, at the commit and at the end; what is not a whole part then is
 * cut off by the keeper.  One upload a request.  ERR_FULL; ERR_BUSY: another
 * request appends to it. */
void front_upload(struct front_request *r,
    const uint8_t id[static FRONT_UPLOAD_ID_BYTES], front_then *then,
    void *with);

/* How far is an upload?  ERR_NOTHING: unknown. */
void front_state(struct front_request *r,
    const uint8_t id[static FRONT_UPLOAD_ID_BYTES], front_then *then,
    void *with);

struct front_commit {
	uint8_t id[FRONT_UPLOAD_ID_BYTES];
	uint32_t parts;
	uint8_t secret[FRONT_SECRET_BYTES]; /* T */
	uint8_t tag[FRONT_TAG_BYTES];
	const uint8_t *letter; /* ENVELOPE_LETTER_BYTES */
};

/* Make a letter and its parts visible together.  ERR_OK, ERR_MISSING,
 * ERR_TAKEN, ERR_FULL, ERR_FORMAT. */
void front_commit(struct front_request *r, const struct front_commit *c,
    front_then *then, void *with);

/* Delete what these openings open (at most FRONT_DELETE_MAX). */
void front_delete(struct front_request *r, const uint8_t *openings, size_t n,
    front_then *then, void *with);

#endif
