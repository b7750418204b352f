/*
 * client: HTTP/1.1 requests, directly or through a SOCKS5 proxy that resolves
 * names (so that no name leaves but through Tor), over libcurl.
 *
 * libcurl is opened when the first client is made, not before.  No redirect is
 * followed, nothing is compressed, no cookie is kept, no environment variable
 * (http_proxy, ...) and no configuration file is heard.  One client keeps its
 * connection between requests.
 *
 * Whoever answers cannot keep us for as long as he likes: a request ends with
 * ERR_EXPIRED when for `stall_s` it moves less than 256 bytes a second (which
 * is also what a line takes for too slow), when on the whole it takes longer
 * than `grace_s` and a second for every 1,024 bytes that it moved, and after an
 * hour.  A part of 1 MiB is what the slowest way through Tor has time for.
 */
#ifndef HTTP_CLIENT_H
#define HTTP_CLIENT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

struct http_client; /* hidden */

struct http_client_opts {
	const char *base; /* as host_read() takes it; copied */
	const char *socks; /* "ADDR:PORT" of a SOCKS5 proxy, NULL: none */
	/* SOCKS user name: another one is another circuit of Tor.  NULL: none.
	 */
	const char *circuit;
	const char *unix_path; /* connect to this socket instead; NULL: no */
	unsigned connect_ms; /* 0: 60,000 */
	unsigned stall_s; /* 0: 120 */
	unsigned grace_s; /* 0: 300 */
};

struct http_call {
	const char *method; /* "GET", "POST", "PUT" */
	const char *path; /* "/v1/look" */
	const char *type; /* of the body; NULL: application/octet-stream */
	/* One further header "Name: value", or NULL. */
	const char *header;
	/* The whole head but for the request line and Host, in this order,
	 * instead of what we say of ourselves: `type` and `header` are not
	 * heard then, and Content-Length is among them.  NULL: no. */
	const char *const *lines;
	size_t lines_n;
	/* The body: bytes, or (`give` not NULL) `n` bytes that `give` writes,
	 * at most `room` at a time; 0 breaks the request off. */
	const void *body;
	uint64_t n;
	size_t (*give)(void *with, uint8_t *out, size_t room);
	/* Take the answer's bytes when the status is 200 instead of putting
	 * them into the buf; another value than ERR_OK breaks off. */
	enum err (*take)(void *with, const uint8_t *p, size_t n);
	void *with;
	uint64_t take_max; /* ceiling of what `take` is given */
};

struct http_reply {
	unsigned status;
	struct buf *body; /* the caller's, with its limit; may be NULL */
	/* Every line of the answer's head as it came, the status line first;
	 * the caller's, with its limit; NULL: not wanted. */
	struct buf *head;
};

/* Make a client.  ERR_VERSION when there is no libcurl on this machine,
 * ERR_FORMAT for an address or proxy that is none, ERR_DENIED for an onion
 * service without a proxy: no resolver hears of it. */
enum err http_client_open(
    struct http_client **c, const struct http_client_opts *opts) MUST_USE;
void http_client_close(struct http_client *c);

/* While a request waits, call `meanwhile` again and again; it should take a
 * few milliseconds, must not use this client, and breaks the request off with
 * any other value than ERR_OK, which http_client_do() then returns.  NULL: not
 * any more. */
void http_client_meanwhile(
    struct http_client *c, enum err (*meanwhile)(void *with), void *with);

/* Send one request and wait for its whole answer, whose status is then
 * `reply->status`.  ERR_CLOSED: no connection, or lost on the way; ERR_TOOBIG:
 * the answer is longer than allowed; ERR_EXPIRED: too slow; ERR_FORMAT: not
 * HTTP; what `take` returned. */
enum err http_client_do(struct http_client *c, const struct http_call *call,
    struct http_reply *reply) MUST_USE;

/* The same in two halves, with other work between them: the first sends the
 * request (or begins to), the second waits for the rest and says what
 * http_client_do() says.  `call`, `reply` and what they point to stay as they
 * are until then, but for `call->header`, and no other request is made.
 * http_client_go_on() takes in what has come, without waiting; whoever works
 * for longer than some tenths of a second calls it.  When the first half fails
 * there is no second. */
enum err http_client_begin(struct http_client *c, const struct http_call *call,
    struct http_reply *reply) MUST_USE;
void http_client_go_on(struct http_client *c);
enum err http_client_end(struct http_client *c) MUST_USE;
/* There is no need of it any more; nothing when no request is under way. */
void http_client_break(struct http_client *c);

#endif
