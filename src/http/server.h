/*
 * server: HTTP/1.1 (RFC 9110, RFC 9112) over libmicrohttpd, in one thread, with
 * a loop of ours that also waits for other descriptors and for points in time.
 *
 * What reaches a handler has been checked: one Host that is one of this
 * server's names, at most one Content-Length, no Transfer-Encoding, names of
 * headers that are tokens, bounded numbers and sizes.  Everything else got a
 * sentence and its status.  A handler takes the body in pieces, may make the
 * connection wait, and answers at once or later.
 *
 * Memory: a connection costs HTTP_SMALL_BYTES and its state, one that began
 * with an upload HTTP_BIG_BYTES; of longer bodies there are at most
 * HTTP_UPLOADS_MAX at once.  Whoever moves fewer than 256 bytes a second for a
 * minute is cut; when places run out, the slowest that is below
 * HTTP_PLACE_BYTES. A request's arena goes, wiped, when the request is over;
 * the stack is scrubbed after each round that did more than give constant
 * pages.
 */
#ifndef HTTP_SERVER_H
#define HTTP_SERVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"

#define HTTP_SMALL_BYTES (16U * 1024)
#define HTTP_BIG_BYTES (128U * 1024)
#define HTTP_UPLOADS_MAX 64U
#define HTTP_ARENA_MAX (512U * 1024) /* of one request, unless options say */
#define HTTP_HEADERS_MAX 64U
#define HTTP_TARGET_MAX 1024U /* path and query */
#define HTTP_NAMES_MAX 32U
#define HTTP_NAME_MAX 128U
#define HTTP_BEAT_MS 500U
#define HTTP_SLOW_MS 60000U /* the minute by which slowness is told */
/* A second, over one or two of those minutes and a sixth of one at least:
 * whoever sends less gives way when places run out.  An upload through Tor has
 * ten times that and more. */
#define HTTP_PLACE_BYTES 4096U

struct conn;
struct http_server; /* hidden */
struct http_request;

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_PUT, HTTP_METHODS };

/* What a program does with requests.  All calls come from the loop; none may
 * be NULL but `gone`. */
struct http_handler {
	/* The headers are in.  May answer (the body is then read and forgotten,
	 * or not read), and should say what body it takes at most by
	 * http_take(); without that any body is refused as too large. */
	void (*begin)(void *with, struct http_request *r);
	/* `n` > 0 bytes of the body.  Returns how many were taken; fewer than
	 * `n` makes the connection wait until http_resume(), then the rest
	 * comes again. */
	size_t (*body)(
	    void *with, struct http_request *r, const uint8_t *p, size_t n);
	/* The body is whole (at once when there is none).  Answer now or later.
	 */
	void (*end)(void *with, struct http_request *r);
	/* The request is over.  `whole`: the client was sent all of the
	 * answer.  Called once for every request that `begin` saw; `r` and its
	 * arena are gone afterwards. */
	void (*gone)(void *with, struct http_request *r, bool whole);
};

struct http_request {
	enum http_method method;
	const char *path; /* as sent, without the query; never decoded */
	const char *query; /* as sent, "" when there is none */
	const char *type; /* Content-Type, "" when there is none */
	uint64_t length; /* Content-Length, 0 when there is none */
	bool same_site; /* Sec-Fetch-Site is absent, none or same-origin */
	bool upload; /* has a long body and one of the places for those */
	struct arena arena;
	void *mine; /* the handler's */
	/* The rest is the server's. */
	struct http_server *server;
	struct conn *conn;
};

struct http_server_opts {
	const struct http_handler *handler;
	void *with; /* handed to every call of the handler */
	unsigned connections; /* at most at once; 0: 512 */
	/* Bodies longer than HTTP_SMALL_BYTES at most at once; 0:
	 * HTTP_UPLOADS_MAX */
	unsigned uploads;
	/* Paths that begin so are for machines: they and uploads together get
	 * at most three quarters of the connections.  NULL: none. */
	const char *machine;
	size_t arena; /* ceiling of a request's arena; 0: HTTP_ARENA_MAX */
	unsigned slow_ms; /* 0: HTTP_SLOW_MS; tests have less patience */
	bool bare; /* do not add the pages' headers (see http_answer) */
};

/* Make a server.  Nothing is accepted before http_server_listen(); what it
 * needs of the system beyond connections and memory is had here. */
enum err http_server_open(
    struct http_server **s, const struct http_server_opts *opts) MUST_USE;

/* A name accepted in Host, with the port when it is not 80: "abc.onion",
 * "127.0.0.1:8080"; copied.  At most HTTP_NAMES_MAX; without any, every request
 * is refused. */
enum err http_server_name(struct http_server *s, const char *name) MUST_USE;

/* Cut all connections and release everything.  NULL does nothing. */
void http_server_close(struct http_server *s);

/* Accept from this listening socket (TCP or unix) as well.  It stays the
 * caller's and must be non-blocking. */
enum err http_server_listen(struct http_server *s, int fd) MUST_USE;

/* Accept from it no more.  Call before closing it. */
void http_server_unlisten(struct http_server *s, int fd);

/* Take no new connections; http_server_run() returns when the last request is
 * over. */
void http_server_drain(struct http_server *s);

/* Requests whose `begin` was called and whose `gone` was not. */
unsigned http_server_open_requests(const struct http_server *s);

/* Wait and serve until the end of a drain. */
enum err http_server_run(struct http_server *s) MUST_USE;

/* Wait at most `ms` and serve what is ready: for tests and other loops. */
enum err http_server_turn(struct http_server *s, unsigned ms) MUST_USE;

/* Call `ready` whenever `fd` can be read (with `write`: also when it can be
 * written) or has closed.  Watching the same descriptor again replaces what was
 * said.  It stays the caller's: unwatch before closing it. */
enum err http_watch(struct http_server *s, int fd, bool write,
    void (*ready)(void *with, int fd), void *with) MUST_USE;
void http_unwatch(struct http_server *s, int fd);

/* Call `due` once, `ms` milliseconds from now.  The timer lives in the caller
 * and must stay where it is until it was called or stopped; all zero but `due`
 * and `with` to begin with. */
struct http_timer {
	struct http_timer *next; /* the rest is the server's */
	uint64_t at;
	bool on;
	void (*due)(void *with);
	void *with;
};
void http_timer_start(struct http_server *s, struct http_timer *t, unsigned ms);
void http_timer_stop(struct http_server *s, struct http_timer *t);

/*
 * For handlers.
 */

/* Accept a body of at most `max` bytes.  A longer one is answered 413 before a
 * byte of it is read.  Call in `begin`. */
void http_take(struct http_request *r, uint64_t max);

/* The value of a header, NULL when it is not there.  One that stands there
 * twice counts as not there, and is then `*twice` when `twice` is not NULL. */
const char *http_header(
    const struct http_request *r, const char *name, bool *twice);

/* Go on with a connection that waits: for `body` that took less, or for a
 * stream that gave nothing.  Does nothing otherwise. */
void http_resume(struct http_request *r);

/* Add a header to the answer to come.  ERR_FORMAT for a value with control
 * characters, ERR_TOOBIG past eight. */
enum err http_add(
    struct http_request *r, const char *name, const char *value) MUST_USE;

/* The answer leaves not before `ms` (of clock_ms()); see http_beat(). */
void http_answer_at(struct http_request *r, uint64_t ms);

/* Let the answer leave at the next multiple of HTTP_BEAT_MS. */
void http_beat(struct http_request *r);

/* Close the connection after this answer, so that what follows on it comes
 * over a fresh one (and can be given a big pool). */
void http_close_after(struct http_request *r);

/*
 * Answer.  Exactly one of these calls, once.  `type` is the Content-Type.
 * Added by itself unless `bare`: Cache-Control no-store, Referrer-Policy
 * no-referrer, X-Content-Type-Options nosniff, X-Frame-Options DENY,
 * Cross-Origin-Opener-Policy and -Resource-Policy same-origin and the
 * Content-Security-Policy of the protocol.  There is no Server header, no Date
 * and no compression.  If memory cannot be had the connection is closed.
 */

/* Those headers, as rows of {name, value}. */
const char *const (*http_page_headers(size_t *n))[2];

/* `p` is copied. */
void http_answer(struct http_request *r, unsigned status, const char *type,
    const void *p, size_t n);
/* `p` is constant and outlives the server. */
void http_answer_fixed(struct http_request *r, unsigned status,
    const char *type, const void *p, size_t n);
/* The bytes of `body` are taken over; `body` is then empty. */
void http_answer_buf(struct http_request *r, unsigned status, const char *type,
    struct buf *body);
/* One sentence as text/plain. */
void http_say(struct http_request *r, unsigned status, const char *sentence);
/* `n` bytes that come as they are asked for: `give` writes at most `room`
 * bytes and returns how many, 0 to wait for http_resume(), HTTP_BROKEN to
 * cut the connection. */
#define HTTP_BROKEN SIZE_MAX
#define HTTP_ENDLESS UINT64_MAX /* as `n`: until it is cut, or broken */
void http_answer_stream(struct http_request *r, unsigned status,
    const char *type, uint64_t n,
    size_t (*give)(
	void *with, struct http_request *r, uint8_t *out, size_t room));

#endif
