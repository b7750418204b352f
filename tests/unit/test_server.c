#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "http/head.h"
#include "http/server.h"
#include "t.h"

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
static int listener = -1;
static struct sockaddr_in at;

static void
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

static size_t
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

static size_t
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

static void
on_timer(void *with)
{
	(void)with;
	if (saw.r != NULL)
		http_resume(saw.r);
}

static void
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

static void
on_gone(void *with, struct http_request *r, bool whole)
{
	(void)with;
	if (saw.r == r)
		saw.r = NULL;
	saw.gones++;
	saw.wholes += whole;
}

static void
begin(unsigned slow_ms)
{
	static const struct http_handler handler = { on_begin, on_body, on_end,
		on_gone };
	socklen_t n = sizeof at;

	saw = (struct saw){ .timer = { .due = on_timer } };
	at = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	OK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0);
	OK(listen(listener, 100) == 0);
	OK(getsockname(listener, (struct sockaddr *)&at, &n) == 0);
	OK(http_server_open(&server,
	       &(struct http_server_opts){ .handler = &handler,
		   .connections = 16,
		   .uploads = 2,
		   .machine = "/v1/",
		   .slow_ms = slow_ms }) == ERR_OK);
	OK(http_server_name(server, "line.onion") == ERR_OK);
	OK(http_server_listen(server, listener) == ERR_OK);
}

static void
finish(void)
{
	http_server_close(server);
	close(listener);
	OK(saw.begins == saw.gones);
}

static int
dial(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	OK(fd >= 0);
	OK(connect(fd, (struct sockaddr *)&at, sizeof at) == 0 ||
	    errno == EINPROGRESS);
	return fd;
}

static void
turn(void)
{
	OK(http_server_turn(server, 2) == ERR_OK);
}

static void
put(int fd, const void *p, size_t n)
{
	const char *c = p;
	ssize_t k;

	while (n > 0) {
		k = send(fd, c, n, MSG_NOSIGNAL);
		if (k < 0 && errno != EAGAIN)
			return;
		if (k > 0) {
			c += k;
			n -= (size_t)k;
		}
		turn();
	}
}

/* Is the answer in `b` whole by its Content-Length? */
static bool
is_whole(struct buf *b)
{
	const char *s = buf_str(b);
	const char *body = strstr(s, "\r\n\r\n");
	const char *len = strstr(s, "Content-Length: ");

	return body != NULL && len != NULL &&
	    b->len - (size_t)(body + 4 - s) >= strtoul(len + 16, NULL, 10);
}

/* Read one answer, or up to the end of the connection.  Returns its status, 0
 * for none. */
static unsigned
get(int fd, struct buf *b)
{
	uint8_t piece[65536];
	uint64_t until = clock_ms() + 5000;
	ssize_t n = 1;

	buf_drop(b);
	buf_init(b, 1 << 20);
	while (n != 0 && clock_ms() < until) {
		turn();
		n = recv(fd, piece, sizeof piece, 0);
		if (n < 0 && errno != EAGAIN)
			break;
		if (n > 0)
			OK(buf_put(b, piece, (size_t)n) == ERR_OK);
		if (n > 0 && is_whole(b))
			break;
	}
	if (b->len < 12 || memcmp(b->at, "HTTP/1.1 ", 9) != 0)
		return 0;
	return (unsigned)strtoul((const char *)b->at + 9, NULL, 10);
}

static unsigned
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

#define HOST "Host: line.onion\r\n"

static void
bad_requests_get_their_status_and_reach_no_handler(void)
{
	static const struct {
		const char *why, *request;
		unsigned status;
	} rows[] = {
		{ "no host", "GET / HTTP/1.1\r\n\r\n", 400 },
		{ "another host", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 421 },
		{ "a host that begins as ours",
		    "GET / HTTP/1.1\r\nHost: line.onion.x\r\n\r\n", 421 },
		{ "a host with another port",
		    "GET / HTTP/1.1\r\nHost: line.onion:81\r\n\r\n", 421 },
		{ "two hosts",
		    "GET / HTTP/1.1\r\n" HOST "Host: line.onion\r\n\r\n", 400 },
		{ "two lengths",
		    "POST / HTTP/1.1\r\n" HOST
		    "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
		    400 },
		{ "two lengths in one",
		    "POST / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\nx",
		    400 },
		{ "a negative length",
		    "POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\nx",
		    400 },
		{ "a length with a sign",
		    "POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\nx",
		    400 },
		{ "a huge length",
		    "POST / HTTP/1.1\r\n" HOST
		    "Content-Length: 99999999999999999999\r\n\r\nx",
		    400 },
		{ "chunked",
		    "POST / HTTP/1.1\r\n" HOST
		    "Transfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\n\r\n",
		    411 },
		{ "chunked and a length",
		    "POST / HTTP/1.1\r\n" HOST
		    "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"
		    "1\r\nx\r\n0\r\n\r\n",
		    411 },
		{ "a name that is no token",
		    "GET / HTTP/1.1\r\n" HOST "a b: c\r\n\r\n", 400 },
		{ "a space before the colon",
		    "GET / HTTP/1.1\r\n" HOST "ab : c\r\n\r\n", 400 },
		{ "a control byte", "GET / HTTP/1.1\r\n" HOST "a: \x01\r\n\r\n",
		    400 },
		{ "an unknown method", "BREW / HTTP/1.1\r\n" HOST "\r\n", 405 },
		{ "another version", "GET / HTTP/2.0\r\n" HOST "\r\n", 505 },
		{ "a whole address",
		    "GET http://line.onion/ HTTP/1.1\r\n" HOST "\r\n", 400 },
		{ "not HTTP", "\x16\x03\x01\x02", 400 },
	};
	struct buf b = { .limit = 1 };

	begin(0);
	for (size_t i = 0; i < COUNT(rows); i++) {
		const unsigned status = ask(rows[i].request, &b);

		if (status != rows[i].status)
			fprintf(stderr, "%s: %u\n%s\n", rows[i].why, status,
			    b.len ? (const char *)b.at : "");
		OK(status == rows[i].status);
	}
	OK(saw.begins == 0);
	buf_drop(&b);
	finish();
}

static void
long_heads_and_many_headers_are_refused(void)
{
	struct buf q, b = { .limit = 1 };

	begin(0);
	buf_init(&q, 1 << 20);
	OK(buf_put_str(&q, "GET / HTTP/1.1\r\n" HOST "a: ") == ERR_OK);
	for (int i = 0; i < 9000; i++)
		OK(buf_put_str(&q, "x") == ERR_OK);
	OK(buf_put_str(&q, "\r\n\r\n") == ERR_OK);
	OK(ask(buf_str(&q), &b) == 431);
	buf_clear(&q);
	OK(buf_put_str(&q, "GET / HTTP/1.1\r\n" HOST) == ERR_OK);
	for (int i = 0; i < 100; i++)
		OK(buf_put_str(&q, "a: b\r\n") == ERR_OK);
	OK(buf_put_str(&q, "\r\n") == ERR_OK);
	OK(ask(buf_str(&q), &b) == 431);
	buf_clear(&q);
	OK(buf_put_str(&q, "GET /") == ERR_OK);
	for (int i = 0; i < 2000; i++)
		OK(buf_put_str(&q, "x") == ERR_OK);
	OK(buf_put_str(&q, " HTTP/1.1\r\n" HOST "\r\n") == ERR_OK);
	OK(ask(buf_str(&q), &b) == 414);
	OK(saw.begins == 0);
	buf_drop(&q);
	buf_drop(&b);
	finish();
}

static void
a_page_is_answered_with_its_headers_and_the_connection_kept(void)
{
	static const char q[] = "GET /a%20b?c=d+e HTTP/1.1\r\n" HOST "\r\n";
	struct buf b = { .limit = 1 };
	int fd;

	begin(0);
	fd = dial();
	for (int i = 0; i < 3; i++) {
		put(fd, q, sizeof q - 1);
		OK(get(fd, &b) == 200);
		OK(strstr((char *)b.at, "\r\n\r\n/a%20b?c=d+e 0 0") != NULL);
		OK(strstr((char *)b.at, "Cache-Control: no-store\r\n"));
		OK(strstr((char *)b.at,
		    "Content-Security-Policy: default-src "
		    "'none'; style-src 'self'; img-src "
		    "'self'; form-action 'self'; "
		    "frame-ancestors 'none'; base-uri "
		    "'none'\r\n"));
		OK(strstr((char *)b.at, "Referrer-Policy: no-referrer\r\n"));
		OK(strstr((char *)b.at, "nosniff\r\n"));
		OK(strstr((char *)b.at, "Server:") == NULL);
		OK(strstr((char *)b.at, "Date:") == NULL);
	}
	OK(saw.begins == 3);
	turn();
	OK(saw.gones == 3 && saw.wholes == 3);
	for (int i = 0; i < 3; i++) {
		put(fd, "GET /fixed HTTP/1.1\r\n" HOST "\r\n", 41);
		OK(get(fd, &b) == 200);
		OK(strstr((char *)b.at, "\r\n\r\nfixed") != NULL);
	}
	put(fd, "HEAD /fixed HTTP/1.1\r\n" HOST "\r\n", 42);
	OK(get(fd, &b) == 200);
	OK(strstr((char *)b.at, "Content-Length: 5\r\n") != NULL);
	close(fd);
	turn();
	buf_drop(&b);
	finish();
}

static unsigned
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

static void
bodies_come_whole_in_any_pieces(void)
{
	static const size_t sizes[] = { 1, 1000, 16384, 16385, 3000000 };
	struct buf b = { .limit = 1 };
	char expect[64];

	begin(0);
	for (size_t i = 0; i < COUNT(sizes); i++)
		for (int odd = 0; odd < 2; odd++) {
			uint8_t sum = 0;

			for (size_t k = 0; k < sizes[i]; k++)
				sum = (uint8_t)(sum + k);
			OK(post(odd ? "/odd" : "/all", sizes[i], &b) == 200);
			snprintf(expect, sizeof expect, "\r\n\r\n/%s? %zu %u",
			    odd ? "odd" : "all", sizes[i], sum);
			OK(strstr((char *)b.at, expect) != NULL);
		}
	OK(saw.ends == saw.begins && saw.wholes == saw.begins);
	buf_drop(&b);
	finish();
}

static void
a_refused_body_gets_its_answer_whatever_its_length(void)
{
	static const size_t sizes[] = { 101, 10000, 3000000 };
	struct buf b = { .limit = 1 };

	begin(0);
	for (size_t i = 0; i < COUNT(sizes); i++) {
		OK(post("/small", sizes[i], &b) == 413);
		OK(post("/no", sizes[i], &b) == 403);
		OK(strstr((char *)b.at, "\r\n\r\nNo.\n") != NULL);
		if (sizes[i] > 1000)
			OK(post("/broken", sizes[i], &b) == 400);
	}
	OK(saw.ends == 0);
	OK(ask("GET / HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx", &b) ==
	    413);
	OK(ask("POST /foreign HTTP/1.1\r\n" HOST
	       "Content-Length: 1\r\nSec-Fetch-Site: cross-site\r\n\r\nx",
	       &b) == 403);
	OK(ask("POST /foreign HTTP/1.1\r\n" HOST
	       "Content-Length: 1\r\nSec-Fetch-Site: same-origin\r\n\r\nx",
	       &b) == 200);
	buf_drop(&b);
	finish();
}

static void
a_handler_may_make_the_body_wait(void)
{
	static const char q[] =
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nabcde";
	struct buf b = { .limit = 1 };
	int fd;

	begin(0);
	saw.hold = true;
	fd = dial();
	put(fd, q, sizeof q - 1);
	for (int i = 0; i < 20; i++)
		turn();
	OK(saw.begins == 1 && saw.ends == 0 && saw.bytes == 0);
	saw.hold = false;
	http_resume(saw.r);
	OK(get(fd, &b) == 200 && saw.bytes == 5);
	close(fd);
	buf_drop(&b);
	finish();
}

static void
an_answer_may_come_later_or_at_a_beat(void)
{
	static const char q[] = "GET / HTTP/1.1\r\n" HOST "\r\n";
	struct buf b = { .limit = 1 };
	int fd;

	begin(0);
	saw.later = true;
	fd = dial();
	put(fd, q, sizeof q - 1);
	for (int i = 0; i < 20; i++)
		turn();
	OK(saw.ends == 1);
	http_say(saw.r, 200, "later");
	OK(get(fd, &b) == 200);
	saw.later = false;
	saw.beat = true;
	for (int i = 0; i < 2; i++) {
		put(fd, q, sizeof q - 1);
		OK(get(fd, &b) == 200);
		OK(clock_ms() % HTTP_BEAT_MS < 100);
	}
	close(fd);
	buf_drop(&b);
	finish();
}

static void
a_stream_comes_as_it_is_given(void)
{
	struct buf b = { .limit = 1 };

	begin(0);
	for (int i = 0; i < 2; i++) {
		saw.beat = i == 1;
		saw.streamed = 0;
		OK(ask("GET /stream HTTP/1.1\r\n" HOST "\r\n", &b) == 200);
		OK(b.len > 100000 && b.at[b.len - 1] == 'x');
		OK(saw.streamed == 100000);
	}
	buf_drop(&b);
	finish();
}

static void
a_client_that_goes_is_noticed(void)
{
	static const char *const qs[] = {
		"POST / HTTP/1.1\r\n" HOST "Content-Length: 100\r\n\r\nabc",
		"POST / HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\nabc",
		"GET / HTTP/1.1\r\nHo",
		"",
	};

	begin(0);
	for (size_t i = 0; i < COUNT(qs); i++) {
		int fd = dial();

		put(fd, qs[i], strlen(qs[i]));
		for (int k = 0; k < 5; k++)
			turn();
		close(fd);
		for (int k = 0; k < 10; k++)
			turn();
		OK(saw.gones == saw.begins);
	}
	OK(saw.begins == 2 && saw.wholes == 0 && saw.ends == 0);
	finish();
}

static void
a_body_that_ends_early_is_told(void)
{
	static const char q[] =
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: 100\r\n\r\nabc";
	struct buf b = { .limit = 1 };
	int fd = -1;

	begin(0);
	fd = dial();
	OK(send(fd, q, sizeof q - 1, 0) == sizeof q - 1);
	shutdown(fd, SHUT_WR);
	OK(get(fd, &b) == 400);
	close(fd);
	for (int i = 0; i < 10; i++)
		turn();
	OK(saw.begins == 1 && saw.gones == 1 && saw.ends == 0);
	buf_drop(&b);
	finish();
}

static void
slow_clients_are_told_and_cut(void)
{
	static const struct {
		const char *q;
		unsigned status;
	} rows[] = {
		{ "GET / HTTP/1.1\r\nHo", 408 },
		{ "POST / HTTP/1.1\r\n" HOST "Content-Length: 100\r\n\r\nabc",
		    408 },
		{ "GET /stuck HTTP/1.1\r\n" HOST "\r\nGET / HT", 200 },
	};
	struct buf b = { .limit = 1 };

	begin(100);
	for (size_t i = 0; i < COUNT(rows); i++) {
		int fd = dial();
		uint64_t until = clock_ms() + 4000;
		char c;

		put(fd, rows[i].q, strlen(rows[i].q));
		OK(get(fd, &b) == rows[i].status);
		while (recv(fd, &c, 1, 0) != 0 && clock_ms() < until)
			turn();
		OK(clock_ms() < until);
		close(fd);
	}
	buf_drop(&b);
	finish();
}

static void
machines_and_uploads_leave_a_quarter_to_pages(void)
{
	int fd[16];
	struct buf b = { .limit = 1 };
	static const char machine[] =
	    "POST /v1/x HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nab";
	unsigned busy = 0, n = 0;

	begin(0);
	for (int i = 0; i < 13; i++) {
		fd[i] = dial();
		put(fd[i], machine, sizeof machine - 1);
		turn();
	}
	turn();
	for (int i = 0; i < 13; i++) {
		char c[13] = "";

		n = (unsigned)recv(fd[i], c, 12, 0);
		busy += n == 12 && memcmp(c + 9, "503", 3) == 0;
	}
	OK(busy == 1);
	OK(ask("GET / HTTP/1.1\r\n" HOST "\r\n", &b) == 200);
	for (int i = 0; i < 13; i++)
		close(fd[i]);
	for (int i = 0; i < 20; i++)
		turn();
	buf_drop(&b);
	finish();
}

static void
only_so_many_uploads_at_once(void)
{
	static const char q[] =
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\nab";
	struct buf b = { .limit = 1 };
	int fd[3];

	begin(0);
	for (int i = 0; i < 3; i++) {
		fd[i] = dial();
		put(fd[i], q, sizeof q - 1);
		turn();
	}
	OK(get(fd[2], &b) == 503);
	for (int i = 0; i < 3; i++)
		close(fd[i]);
	for (int i = 0; i < 20; i++)
		turn();
	buf_drop(&b);
	finish();
}

static void
a_drain_ends_when_the_last_request_has(void)
{
	struct buf b = { .limit = 1 };
	int fd, idle, late;

	begin(300);
	saw.later = true;
	idle = dial();
	fd = dial();
	put(fd, "GET / HTTP/1.1\r\n" HOST "\r\n", 36);
	for (int i = 0; i < 5; i++)
		turn();
	OK(saw.ends == 1 && http_server_open_requests(server) == 1);
	http_server_drain(server);
	late = dial();
	http_say(saw.r, 200, "end");
	OK(http_server_run(server) == ERR_OK);
	OK(http_server_open_requests(server) == 0);
	OK(get(fd, &b) == 200);
	OK(strstr((char *)b.at, "Connection: close") != NULL);
	close(fd);
	close(idle);
	close(late);
	buf_drop(&b);
	finish();
}

static void
timers_are_called_in_order_and_can_be_stopped(void)
{
	struct http_timer a = { .due = on_timer }, b = { .due = on_timer };

	begin(0);
	http_timer_start(server, &a, 20);
	http_timer_start(server, &b, 10);
	http_timer_stop(server, &a);
	http_timer_stop(server, &a);
	for (uint64_t until = clock_ms() + 30; clock_ms() < until;)
		turn();
	OK(!a.on && !b.on);
	finish();
}

static void
memory_that_cannot_be_had_ends_a_connection_and_not_the_server(void)
{
	static const struct http_handler handler = { on_begin, on_body, on_end,
		on_gone };
	static const char *const qs[] = {
		"GET / HTTP/1.1\r\n" HOST "\r\n",
		"GET /fixed HTTP/1.1\r\n" HOST "\r\n",
		"POST /broken HTTP/1.1\r\n" HOST
		"Content-Length: 100000\r\n\r\nab",
		"GET / HTTP/1.1\r\n\r\n",
	};
	struct http_server_opts opts = { .handler = &handler };
	const unsigned held = alloc_held();
	struct http_server *s = NULL;
	enum err e = ERR_NOMEM;

	for (unsigned n = 1; e != ERR_OK; n++) {
		alloc_refuse(n);
		e = http_server_open(&s, &opts);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && alloc_held() == held));
	}
	http_server_close(s);
	OK(alloc_held() == held);
	begin(0);
	for (size_t i = 0; i < COUNT(qs); i++)
		for (unsigned n = 1; n < 8; n++) {
			int fd = dial();
			char c[4096];

			alloc_refuse(n);
			put(fd, qs[i], strlen(qs[i]));
			for (int k = 0; k < 10; k++)
				turn();
			alloc_refuse(0);
			OK(recv(fd, c, sizeof c, 0) != 0 || n < 5);
			close(fd);
			for (int k = 0; k < 10; k++)
				turn();
		}
	finish();
	OK(alloc_held() == held);
}

static void
nothing_is_given_back_unwiped(void)
{
	OK(alloc_dirty() == 0);
}

T_BEGIN
T(bad_requests_get_their_status_and_reach_no_handler)
T(long_heads_and_many_headers_are_refused)
T(a_page_is_answered_with_its_headers_and_the_connection_kept)
T(bodies_come_whole_in_any_pieces)
T(a_refused_body_gets_its_answer_whatever_its_length)
T(a_handler_may_make_the_body_wait)
T(an_answer_may_come_later_or_at_a_beat)
T(a_stream_comes_as_it_is_given)
T(a_client_that_goes_is_noticed)
T(a_body_that_ends_early_is_told)
T(slow_clients_are_told_and_cut)
T(machines_and_uploads_leave_a_quarter_to_pages)
T(only_so_many_uploads_at_once)
T(a_drain_ends_when_the_last_request_has)
T(timers_are_called_in_order_and_can_be_stopped)
T(memory_that_cannot_be_had_ends_a_connection_and_not_the_server)
T(nothing_is_given_back_unwiped)
T_END
