#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/clock.h"
#include "base/wipe.h"

#include "http/inside.h"

#define STREAM_BLOCK 65536U
#define PLAIN "text/plain; charset=utf-8"

/* What every page of ours says; the protocol's list. */
static const char *const page_headers[][2] = {
	{ "Cache-Control", "no-store" },
	{ "Referrer-Policy", "no-referrer" },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Content-Security-Policy",
	    "default-src 'none'; style-src 'self'; img-src 'self'; "
	    "form-action 'self'; frame-ancestors 'none'; base-uri 'none'" },
};

const char *const (*http_page_headers(size_t *n))[2]
{
	*n = COUNT(page_headers);
	return page_headers;
}

static const char *
reason(unsigned status)
{
	static const struct {
		unsigned status;
		const char *words;
	} rows[] = {
		{ 200, "OK" },
		{ 303, "See Other" },
		{ 400, "Bad Request" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 411, "Length Required" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 415, "Unsupported Media Type" },
		{ 421, "Misdirected Request" },
		{ 431, "Request Header Fields Too Large" },
		{ 500, "Internal Server Error" },
		{ 503, "Service Unavailable" },
		{ 507, "Insufficient Storage" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].status == status)
			return rows[i].words;
	return "Sorry";
}

/*
 * Past libmicrohttpd: before a connection is its, and in the middle of a body,
 * where it can say nothing.  As much is written as the socket takes at once,
 * which is a whole page.
 */
void
answer_raw(const struct http_server *s, int fd, unsigned status,
    const char *type, const void *p, size_t n)
{
	struct buf head;
	struct iovec parts[2];
	struct msghdr message = { .msg_iov = parts, .msg_iovlen = 2 };
	enum err e;

	buf_init(&head, 4096);
	e = buf_put_fmt(&head,
	    "HTTP/1.1 %u %s\r\nConnection: close\r\nContent-Type: %s\r\n"
	    "Content-Length: %zu\r\n",
	    status, reason(status), type, n);
	for (size_t i = 0; !s->bare && i < COUNT(page_headers); i++)
		if (e == ERR_OK)
			e = buf_put_fmt(&head, "%s: %s\r\n", page_headers[i][0],
			    page_headers[i][1]);
	if (e == ERR_OK)
		e = buf_put_str(&head, "\r\n");
	if (e == ERR_OK) {
		parts[0] = (struct iovec){ head.at, head.len };
		parts[1] = (struct iovec){ (void *)(uintptr_t)p, n };
		if (sendmsg(fd, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0)
			shutdown(fd, SHUT_WR);
	}
	buf_drop(&head);
}

void
answer_raw_say(
    const struct http_server *s, int fd, unsigned status, const char *sentence)
{
	answer_raw(s, fd, status, PLAIN, sentence, strlen(sentence));
}

/*
 * Through libmicrohttpd.
 */

struct held {
	void *p;
	size_t n;
};

static void
held_free(void *with)
{
	struct held *h = with;

	wipe_free(h->p, h->n);
	wipe_free(h, sizeof *h);
}

/* A response of bytes that are freed, wiped, with it.  `p` (`room` bytes) is
 * taken over in every case. */
static struct MHD_Response *
response_of(void *p, size_t n, size_t room)
{
	struct MHD_Response *response;
	struct held *h = malloc(sizeof *h);

	if (h == NULL) {
		wipe_free(p, room);
		return NULL;
	}
	*h = (struct held){ .p = p, .n = room };
	response = libmhd.create_response_from_buffer_with_free_callback_cls(
	    n, p, held_free, h);
	if (response == NULL)
		held_free(h);
	return response;
}

static bool
add_headers(
    const struct conn *c, struct MHD_Response *response, const char *type)
{
	enum MHD_Result ok =
	    libmhd.add_response_header(response, "Content-Type", type);

	for (size_t i = 0; !c->server->bare && i < COUNT(page_headers); i++)
		if (ok == MHD_YES)
			ok = libmhd.add_response_header(
			    response, page_headers[i][0], page_headers[i][1]);
	for (unsigned i = 0; i < c->headers_n; i++)
		if (ok == MHD_YES)
			ok = libmhd.add_response_header(
			    response, c->headers[i][0], c->headers[i][1]);
	if (ok == MHD_YES && (c->close_after || c->server->draining))
		ok =
		    libmhd.add_response_header(response, "Connection", "close");
	return ok == MHD_YES;
}

static void
timer_due(void *with)
{
	struct conn *c = with;

	c->due = 0; /* or a stream would wait for it again */
	conn_wake(c);
}

/* The answer is there: let it go when its time has come.  Takes over
 * `response`, NULL for one that could not be made. */
static void
answer(struct conn *c, unsigned status, struct MHD_Response *response)
{
	c->answered = true;
	c->response = response;
	c->status = status;
	if (response == NULL)
		c->cut = true;
	if (c->cut || c->due <= clock_ms())
		c->due = 0;
	if (c->due > 0)
		loop_timer_start(&c->server->loop, &c->timer, c->due);
	else if (!c->inside)
		conn_wake(c);
}

/* Nothing can be said through libmicrohttpd until the body is over.  If that
 * will take long, say it now. */
static bool
answer_early(
    struct conn *c, unsigned status, const char *type, const void *p, size_t n)
{
	assert(!c->answered);
	if (c->ended || c->r.length - c->taken <= CONN_SINK_MAX)
		return false;
	c->answered = c->early = true;
	c->server->uploads_n -= c->r.upload; /* it needs no memory any more */
	c->r.upload = false;
	answer_raw(c->server, c->fd, status, type, p, n);
	if (!c->inside)
		conn_wake(c);
	return true;
}

void
http_answer(struct http_request *r, unsigned status, const char *type,
    const void *p, size_t n)
{
	struct MHD_Response *response = NULL;
	struct conn *c = r->conn;
	void *copy;

	if (answer_early(c, status, type, p, n))
		return;
	if ((copy = malloc(n + 1)) != NULL) {
		if (n > 0)
			memcpy(copy, p, n);
		response = response_of(copy, n, n + 1);
	}
	if (response != NULL && !add_headers(c, response, type)) {
		libmhd.destroy_response(response);
		response = NULL;
	}
	c->allowed = c->server->slow_ms + n * 1000 / 256;
	answer(c, status, response);
}

void
http_answer_buf(
    struct http_request *r, unsigned status, const char *type, struct buf *body)
{
	struct MHD_Response *response;
	struct conn *c = r->conn;
	const size_t n = body->len;

	if (body->at == NULL) {
		http_answer(r, status, type, "", 0);
		return;
	}
	if (answer_early(c, status, type, body->at, n)) {
		buf_drop(body);
		return;
	}
	response = response_of(body->at, n, body->room);
	*body = (struct buf){ .limit = body->limit };
	if (response != NULL && !add_headers(c, response, type)) {
		libmhd.destroy_response(response);
		response = NULL;
	}
	c->allowed = c->server->slow_ms + n * 1000 / 256;
	answer(c, status, response);
}

/* The response made for the same constant bytes before; NULL. */
static struct MHD_Response *
fixed_find(const struct http_server *s, unsigned status, const char *type,
    const void *p, size_t n)
{
	for (unsigned i = 0; i < s->fixed_n; i++)
		if (s->fixed[i].p == p && s->fixed[i].n == n &&
		    s->fixed[i].status == status &&
		    strcmp(s->fixed[i].type, type) == 0)
			return s->fixed[i].response;
	return NULL;
}

void
http_answer_fixed(struct http_request *r, unsigned status, const char *type,
    const void *p, size_t n)
{
	struct conn *c = r->conn;
	struct http_server *s = c->server;
	struct MHD_Response *response;
	const bool plain = c->headers_n == 0 && !c->close_after && !s->draining;

	if (!plain || c->r.length > 0) {
		http_answer(r, status, type, p, n);
		return;
	}
	response = fixed_find(s, status, type, p, n);
	if (response == NULL && s->fixed_n == FIXED_MAX) {
		http_answer(r, status, type, p, n);
		return;
	}
	if (response == NULL) {
		response = libmhd.create_response_from_buffer(
		    n, (void *)(uintptr_t)p, MHD_RESPMEM_PERSISTENT);
		if (response != NULL && !add_headers(c, response, type)) {
			libmhd.destroy_response(response);
			response = NULL;
		}
		if (response != NULL)
			s->fixed[s->fixed_n++] =
			    (struct fixed){ p, n, type, status, response };
	}
	c->shared = response != NULL;
	c->allowed = s->slow_ms + n * 1000 / 256;
	answer(c, status, response);
}

void
http_say(struct http_request *r, unsigned status, const char *sentence)
{
	http_answer(r, status, PLAIN, sentence, strlen(sentence));
}

static ssize_t
stream_read(void *with, uint64_t at, char *out, size_t room)
{
	struct conn *c = with;
	size_t n = 0;

	(void)at;
	c->server->words = true;
	c->inside = true;
	do {
		c->woken = false;
		n = c->give(c->server->with, &c->r, (uint8_t *)out, room);
	} while (n == 0 && c->woken);
	c->inside = false;
	if (n == HTTP_BROKEN || c->cut)
		return MHD_CONTENT_READER_END_WITH_ERROR;
	c->moved += n;
	if (n == 0)
		conn_wait(c);
	return (ssize_t)n;
}

void
http_answer_stream(struct http_request *r, unsigned status, const char *type,
    uint64_t n,
    size_t (*give)(
	void *with, struct http_request *r, uint8_t *out, size_t room))
{
	struct MHD_Response *response;
	struct conn *c = r->conn;

	c->give = give;
	c->allowed = 0;
	response = libmhd.create_response_from_callback(
	    n, STREAM_BLOCK, stream_read, c, NULL);
	if (response != NULL && !add_headers(c, response, type)) {
		libmhd.destroy_response(response);
		response = NULL;
	}
	answer(c, status, response);
}

enum err
http_add(struct http_request *r, const char *name, const char *value)
{
	struct conn *c = r->conn;
	char *name_copy, *value_copy;

	for (const char *p = value; *p != '\0'; p++)
		if ((*p >= '\0' && *p < ' ') || *p == 0x7f)
			return ERR_FORMAT;
	if (c->headers_n == CONN_HEADERS_MAX)
		return ERR_TOOBIG;
	name_copy = arena_copy(&r->arena, name, strlen(name));
	value_copy = arena_copy(&r->arena, value, strlen(value));
	if (name_copy == NULL || value_copy == NULL)
		return ERR_NOMEM;
	c->headers[c->headers_n][0] = name_copy;
	c->headers[c->headers_n++][1] = value_copy;
	return ERR_OK;
}

void
http_answer_at(struct http_request *r, uint64_t ms)
{
	struct conn *c = r->conn;

	c->timer.due = timer_due;
	c->timer.with = c;
	c->due = ms;
}

void
http_beat(struct http_request *r)
{
	http_answer_at(r, (clock_ms() / HTTP_BEAT_MS + 1) * HTTP_BEAT_MS);
}

void
http_close_after(struct http_request *r)
{
	r->conn->close_after = true;
}
