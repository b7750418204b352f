/*
 * server_peer: a server whose handler notes what it sees, and does what the
 * path, or the test, tells it.
 */
#ifndef SERVER_PEER_H
#define SERVER_PEER_H

#include "http/head.h"
#include "http/server.h"
#include "http_peer.h"

/* What the test's handler saw of its last request. */
struct saw {
	unsigned begins, ends, gones, wholes;
	uint64_t bytes;
	uint8_t sum;
	bool hold; /* take nothing more until told */
	bool later; /* answer when told */
	bool beat;
	struct http_request *r;
	struct http_timer timer;
	uint64_t streamed;
};
static struct saw saw;
static struct http_server *server;

static inline void
on_begin(void *with, struct http_request *r)
{
	(void)with;
	saw.begins++;
	saw.r = r;
	saw.bytes = 0;
	saw.sum = 0;
	if (strcmp(r->path, "/small") == 0)
		http_take(r, 100);
	else if (strcmp(r->path, "/no") == 0)
		http_say(r, 403, "No.\n");
	else if (strcmp(r->path, "/foreign") == 0 && !r->same_site)
		http_say(r, 403, "Foreign.\n");
	else if (r->method != HTTP_GET)
		http_take(r, 1 << 26);
}

static inline size_t
on_body(void *with, struct http_request *r, const uint8_t *p, size_t n)
{
	(void)with;
	if (saw.hold)
		return 0;
	if (strcmp(r->path, "/odd") == 0 && n > 1)
		n = n / 2;
	for (size_t i = 0; i < n; i++)
		saw.sum = (uint8_t)(saw.sum + p[i]);
	saw.bytes += n;
	if (strcmp(r->path, "/broken") == 0 && saw.bytes > 1000)
		http_say(r, 400, "Broken.\n");
	if (strcmp(r->path, "/odd") == 0)
		http_resume(r);
	return n;
}

static inline size_t
on_give(void *with, struct http_request *r, uint8_t *out, size_t room)
{
	(void)with;
	(void)r;
	if (saw.hold) {
		saw.hold = false;
		http_timer_start(server, &saw.timer, 1);
		return 0;
	}
	if (room > 10000)
		room = 10000;
	memset(out, 'x', room);
	saw.streamed += room;
	saw.hold = true; /* every other time there is nothing yet */
	return room;
}

static inline void
on_timer(void *with)
{
	(void)with;
	if (saw.r != NULL)
		http_resume(saw.r);
}

static inline void
on_end(void *with, struct http_request *r)
{
	static const char fixed[] = "fixed";
	struct buf b;

	(void)with;
	saw.ends++;
	if (saw.beat)
		http_beat(r);
	if (saw.later)
		return;
	if (strcmp(r->path, "/fixed") == 0) {
		http_answer_fixed(r, 200, "text/plain", fixed, 5);
		return;
	}
	if (strcmp(r->path, "/stream") == 0) {
		http_answer_stream(r, 200, "text/plain", 100000, on_give);
		return;
	}
	buf_init(&b, 1000);
	if (buf_put_fmt(&b, "%s?%s %u %u", r->path, r->query,
		(unsigned)saw.bytes, saw.sum) != ERR_OK)
		http_say(r, 500, "No memory.\n");
	else
		http_answer_buf(r, 200, "text/plain", &b);
}

static inline void
on_gone(void *with, struct http_request *r, bool whole)
{
	(void)with;
	if (saw.r == r)
		saw.r = NULL;
	saw.gones++;
	saw.wholes += whole;
}

static const struct http_handler handler = { on_begin, on_body, on_end,
	on_gone };

static inline void
begin(unsigned slow_ms)
{
	saw = (struct saw){ .timer = { .due = on_timer } };
	peer_listen();
	OK(http_server_open(&server,
	       &(struct http_server_opts){ .handler = &handler,
		   .connections = 16,
		   .uploads = 2,
		   .machine = "/v1/",
		   .slow_ms = slow_ms }) == ERR_OK);
	OK(http_server_name(server, "line.onion") == ERR_OK);
	OK(http_server_listen(server, listener) == ERR_OK);
}

static inline void
finish(void)
{
	http_server_close(server);
	close(listener);
	OK(saw.begins == saw.gones);
}

static inline void
turn(void)
{
	OK(http_server_turn(server, 2) == ERR_OK);
}

static inline unsigned
ask(const char *request, struct buf *b)
{
	unsigned status;
	int fd = dial();

	put(fd, request, strlen(request));
	status = get(fd, b);
	close(fd);
	turn();
	return status;
}

static inline unsigned
post(const char *path, size_t n, struct buf *b)
{
	struct buf q;
	unsigned status;
	int fd = dial();

	buf_init(&q, 1 << 24);
	OK(buf_put_fmt(&q,
	       "POST %s HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n", path,
	       n) == ERR_OK);
	for (size_t i = 0; i < n; i++)
		OK(buf_put_u8(&q, (uint8_t)i) == ERR_OK);
	put(fd, q.at, q.len);
	status = get(fd, b);
	buf_drop(&q);
	close(fd);
	while (http_server_open_requests(server) > 0)
		turn();
	return status;
}

#endif
