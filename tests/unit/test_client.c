#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <time.h>

#include "alloc.h"
#include "base/buf.h"
#include "base/clock.h"
#include "http/client.h"
#include "http/server.h"
#include "t.h"

#define BIG 3000000U

static struct http_server *server;
static uint64_t got;
static uint8_t sum;

static void
on_begin(void *with, struct http_request *r)
{
	(void)with;
	got = 0;
	sum = 0;
	if (strcmp(r->path, "/never") == 0)
		http_say(r, 507, "Full.\n");
	if (r->method != HTTP_GET)
		http_take(r, BIG);
}

static size_t
on_body(void *with, struct http_request *r, const uint8_t *p, size_t n)
{
	(void)with;
	(void)r;
	got += n;
	for (size_t i = 0; i < n; i++)
		sum = (uint8_t)(sum * 3 + p[i]);
	return n;
}

static size_t
on_give(void *with, struct http_request *r, uint8_t *out, size_t room)
{
	(void)with;
	(void)r;
	memset(out, 'y', room);
	return room;
}

static void
on_end(void *with, struct http_request *r)
{
	char text[128];

	(void)with;
	if (strcmp(r->path, "/big") == 0) {
		http_answer_stream(r, 200, "text/plain", BIG, on_give);
		return;
	}
	if (strcmp(r->path, "/away") == 0)
		OK(http_add(r, "Location", "/") == ERR_OK);
	snprintf(text, sizeof text, "%d %u %u %s %s", (int)r->method,
	    (unsigned)got, sum, r->type,
	    http_header(r, "X-Test", NULL) ? "yes" : "no");
	http_answer(r, strcmp(r->path, "/away") == 0 ? 303 : 200, "text/plain",
	    text, strlen(text));
}

/* Run `child` on a listening socket in a process of its own; its address is
 * written to `at`. */
static pid_t
start(char at[static 32], void (*child)(int fd))
{
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof a;
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	pid_t pid;

	OK(bind(fd, (struct sockaddr *)&a, sizeof a) == 0);
	OK(listen(fd, 10) == 0);
	OK(getsockname(fd, (struct sockaddr *)&a, &n) == 0);
	snprintf(at, 32, "127.0.0.1:%u", ntohs(a.sin_port));
	fflush(stdout);
	OK((pid = fork()) >= 0);
	if (pid == 0) {
		child(fd);
		_exit(0);
	}
	close(fd);
	return pid;
}

static void
stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
serve(int fd)
{
	static const struct http_handler handler = { on_begin, on_body, on_end,
		NULL };
	struct sockaddr_in a;
	socklen_t n = sizeof a;
	char name[32];

	getsockname(fd, (struct sockaddr *)&a, &n);
	snprintf(name, sizeof name, "127.0.0.1:%u", ntohs(a.sin_port));
	if (http_server_open(&server,
		&(struct http_server_opts){ .handler = &handler }) != ERR_OK ||
	    http_server_name(server, name) != ERR_OK)
		_exit(1);
	OK(fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	if (http_server_listen(server, fd) == ERR_OK &&
	    http_server_run(server) == ERR_OK)
		_exit(0);
	_exit(1);
}

static struct http_client *
client_for(const char *at)
{
	struct http_client *c = NULL;
	char base[64];

	snprintf(base, sizeof base, "http://%s/", at);
	OK(http_client_open(&c, &(struct http_client_opts){ .base = base }) ==
	    ERR_OK);
	return c;
}

static uint64_t left;
static size_t
give(void *with, uint8_t *out, size_t room)
{
	(void)with;
	if (room > 7777)
		room = 7777;
	if (room > left)
		room = (size_t)left;
	memset(out, 'z', room);
	left -= room;
	return room;
}

/* 4,000 bytes every fifth of a second. */
static size_t
give_slowly(void *with, uint8_t *out, size_t room)
{
	clock_sleep(200);
	return give(with, out, room < 4000 ? room : 4000);
}

static uint64_t taken;
static enum err
take(void *with, const uint8_t *p, size_t n)
{
	(void)with;
	OK(p[0] == 'y');
	taken += n;
	return ERR_OK;
}

static void
requests_and_answers_go_through_whole(void)
{
	struct http_reply reply = { 0 };
	struct http_client *c;
	struct buf body;
	char at[32];
	pid_t pid = start(at, serve);

	c = client_for(at);
	buf_init(&body, 1000);
	reply.body = &body;
	OK(http_client_do(c,
	       &(struct http_call){
		   .method = "GET", .path = "/a", .header = "X-Test: 1" },
	       &reply) == ERR_OK);
	OK(reply.status == 200 && strcmp(buf_str(&body), "0 0 0  yes") == 0);
	buf_clear(&body);
	OK(http_client_do(c,
	       &(struct http_call){
		   .method = "POST", .path = "/a", .body = "ab", .n = 2 },
	       &reply) == ERR_OK);
	OK(strcmp(buf_str(&body), "2 2 133 application/octet-stream no") == 0);
	buf_clear(&body);
	left = BIG;
	OK(http_client_do(c,
	       &(struct http_call){
		   .method = "PUT", .path = "/a", .give = give, .n = BIG },
	       &reply) == ERR_OK);
	OK(left == 0 && strncmp(buf_str(&body), "3 3000000 ", 10) == 0);
	OK(http_client_do(c,
	       &(struct http_call){ .method = "GET",
		   .path = "/big",
		   .take = take,
		   .take_max = BIG },
	       &reply) == ERR_OK);
	OK(taken == BIG);
	buf_drop(&body);
	http_client_close(c);
	stop(pid);
}

static void
answers_that_are_too_long_break_off(void)
{
	struct http_reply reply = { 0 };
	struct http_client *c;
	struct buf body;
	char at[32];
	pid_t pid = start(at, serve);

	c = client_for(at);
	buf_init(&body, 1000);
	reply.body = &body;
	OK(http_client_do(c,
	       &(struct http_call){ .method = "GET", .path = "/big" },
	       &reply) == ERR_TOOBIG);
	OK(reply.status == 0);
	OK(http_client_do(c,
	       &(struct http_call){ .method = "GET",
		   .path = "/big",
		   .take = take,
		   .take_max = BIG - 1 },
	       &reply) == ERR_TOOBIG);
	buf_drop(&body);
	http_client_close(c);
	stop(pid);
}

static void
no_redirect_is_followed_and_refusals_are_heard(void)
{
	struct http_reply reply = { 0 };
	struct http_client *c;
	struct buf body;
	char at[32];
	pid_t pid = start(at, serve);

	c = client_for(at);
	buf_init(&body, 1000);
	reply.body = &body;
	OK(http_client_do(c,
	       &(struct http_call){ .method = "GET", .path = "/away" },
	       &reply) == ERR_OK);
	OK(reply.status == 303);
	buf_clear(&body);
	left = BIG;
	OK(http_client_do(c,
	       &(struct http_call){
		   .method = "PUT", .path = "/never", .give = give, .n = BIG },
	       &reply) == ERR_OK);
	OK(reply.status == 507 && strcmp(buf_str(&body), "Full.\n") == 0);
	buf_clear(&body);
	OK(http_client_do(c,
	       &(struct http_call){ .method = "GET", .path = "/a" },
	       &reply) == ERR_OK);
	OK(reply.status == 200);
	stop(pid);
	OK(http_client_do(c,
	       &(struct http_call){ .method = "GET", .path = "/a" },
	       &reply) == ERR_CLOSED);
	buf_drop(&body);
	http_client_close(c);
}

/* A SOCKS5 proxy (RFC 1928) that plays the server behind it. */
static void
socks(int listener)
{
	static const uint8_t hello[] = { 5, 2 }, ok[] = { 1, 0 };
	static const uint8_t done[] = { 5, 0, 0, 1, 0, 0, 0, 0, 0, 0 };
	static const char answer[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nonly";
	uint8_t b[4096];
	int fd = accept(listener, NULL, NULL);
	ssize_t n;

	if (recv(fd, b, sizeof b, 0) < 3 || b[0] != 5)
		_exit(1);
	send(fd, hello, 2, 0);
	if (recv(fd, b, sizeof b, 0) != 3 + 4 + 1 || b[0] != 1 ||
	    memcmp(b + 2, "abcd", 4) != 0)
		_exit(2);
	send(fd, ok, 2, 0);
	/* The name must come as a name, with its port. */
	if (recv(fd, b, sizeof b, 0) != 5 + 10 + 2 || b[3] != 3 ||
	    memcmp(b + 5, "line.onion", 10) != 0 || b[16] != 81)
		_exit(3);
	send(fd, done, sizeof done, 0);
	n = recv(fd, b, sizeof b - 1, 0);
	b[n > 0 ? n : 0] = '\0';
	if (strstr((char *)b, "\r\nHost: line.onion:81\r\n") != NULL)
		send(fd, answer, sizeof answer - 1, 0);
	close(fd);
}

static void
names_are_resolved_by_the_proxy_only(void)
{
	struct http_client_opts o = { .base = "http://LINE.onion.:81",
		.circuit = "abcd" };
	struct http_reply reply = { 0 };
	struct http_client *c = NULL;
	struct buf body;
	char at[32];
	pid_t pid = start(at, socks);

	o.socks = at;
	buf_init(&body, 1000);
	reply.body = &body;
	OK(http_client_open(&c, &o) == ERR_OK);
	OK(http_client_do(c,
	       &(struct http_call){ .method = "GET", .path = "/" },
	       &reply) == ERR_OK);
	OK(reply.status == 200 && strcmp(buf_str(&body), "only") == 0);
	buf_drop(&body);
	http_client_close(c);
	stop(pid);
}

static void
the_environment_is_not_heard(void)
{
	struct http_reply reply = { 0 };
	struct http_client *c;
	char at[32];
	pid_t pid = start(at, serve);

	setenv("http_proxy", "http://127.0.0.1:1", 1);
	setenv("ALL_PROXY", "http://127.0.0.1:1", 1);
	c = client_for(at);
	OK(http_client_do(c,
	       &(struct http_call){ .method = "GET", .path = "/" },
	       &reply) == ERR_OK);
	OK(reply.status == 200);
	http_client_close(c);
	stop(pid);
}

static void
addresses_that_are_none_are_refused(void)
{
	static const char *const bad[] = { "", "line.onion", "ftp://x",
		"file:///etc/passwd", "http://u@x", "http://x/y" };
	struct http_client *c = NULL;

	for (size_t i = 0; i < COUNT(bad); i++)
		OK(http_client_open(
		       &c, &(struct http_client_opts){ .base = bad[i] }) ==
		    ERR_FORMAT);
	OK(c == NULL);
	for (unsigned n = 1; n < 3; n++) {
		alloc_refuse(n);
		OK(http_client_open(
		       &c, &(struct http_client_opts){ .base = "http://x" }) !=
		    ERR_OK);
		alloc_refuse(0);
		OK(c == NULL);
	}
	OK(alloc_dirty() == 0);
}

/* 400 bytes a second: above what is called a stall, and without an end. */
static void
drip(int listener)
{
	static const char head[] =
	    "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n";
	const struct timespec tenth = { .tv_nsec = 100000000 };
	int fd = accept(listener, NULL, NULL);

	if (send(fd, head, sizeof head - 1, MSG_NOSIGNAL) <= 0)
		_exit(1);
	while (send(fd, "0123456789012345678901234567890123456789", 40,
		   MSG_NOSIGNAL) == 40)
		nanosleep(&tenth, NULL);
	_exit(0);
}

static void
a_line_that_drips_does_not_keep_us(void)
{
	struct http_reply reply = { 0 };
	struct http_client *c = NULL;
	struct buf body;
	char at[32], base[64];
	uint64_t began = clock_ms();
	pid_t pid = start(at, drip);

	(void)snprintf(base, sizeof base, "http://%s", at);
	buf_init(&body, 200000);
	reply.body = &body;
	OK(http_client_open(
	       &c, &(struct http_client_opts){ .base = base, .grace_s = 1 }) ==
	    ERR_OK);
	OK(http_client_do(c,
	       &(struct http_call){ .method = "GET", .path = "/" },
	       &reply) == ERR_EXPIRED);
	OK(clock_ms() - began >= 1000 && clock_ms() - began < 30000);
	buf_drop(&body);
	http_client_close(c);
	stop(pid);
}

/* Answers each connection after half a second. */
static void
late(int listener)
{
	static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n"
				     "Connection: close\r\n\r\nhello";
	const struct timespec half = { .tv_nsec = 500000000 };
	char request[4096];
	int fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		if (recv(fd, request, sizeof request, 0) > 0) {
			nanosleep(&half, NULL);
			(void)send(fd, answer, sizeof answer - 1, MSG_NOSIGNAL);
		}
		(void)close(fd);
	}
	_exit(0);
}

/* How often it was called, and when it has had enough. */
struct meanwhile {
	unsigned calls, last;
};

static enum err
count_calls(void *with)
{
	struct meanwhile *m = with;

	return ++m->calls == m->last ? ERR_SHORT : ERR_OK;
}

/* An answer that takes half a second: others are served in between, and can
 * break the request off; the client is then good for another. */
static void
others_are_served_while_a_request_waits(void)
{
	struct meanwhile m = { .last = 0 };
	struct http_reply reply = { 0 };
	const struct http_call call = { .method = "GET", .path = "/" };
	struct http_client *c = NULL;
	struct buf body;
	char at[32], base[64];
	pid_t pid = start(at, late);

	(void)snprintf(base, sizeof base, "http://%s", at);
	buf_init(&body, 200000);
	reply.body = &body;
	OK(http_client_open(&c, &(struct http_client_opts){ .base = base }) ==
	    ERR_OK);
	http_client_meanwhile(c, count_calls, &m);
	OK(http_client_do(c, &call, &reply) == ERR_OK);
	OK(reply.status == 200 && body.len == 5 && m.calls > 1);
	m = (struct meanwhile){ .last = 2 };
	OK(http_client_do(c, &call, &reply) == ERR_SHORT);
	OK(m.calls == 2 && reply.status == 0);
	m = (struct meanwhile){ .last = 0 };
	buf_clear(&body);
	OK(http_client_do(c, &call, &reply) == ERR_OK && m.calls > 1);
	OK(reply.status == 200 && body.len == 5);
	http_client_meanwhile(c, NULL, NULL);
	m = (struct meanwhile){ .last = 0 };
	buf_clear(&body);
	OK(http_client_do(c, &call, &reply) == ERR_OK && m.calls == 0);
	OK(reply.status == 200 && body.len == 5);
	buf_drop(&body);
	http_client_close(c);
	stop(pid);
}

static const char *flood_head, *flood_with;

/* An answer that begins and never ends. */
static void
flood(int fd)
{
	int c = accept(fd, NULL, NULL);
	char some[4096];

	(void)!read(c, some, sizeof some);
	(void)send(c, flood_head, strlen(flood_head), MSG_NOSIGNAL);
	while (send(c, flood_with, strlen(flood_with), MSG_NOSIGNAL) > 0)
		;
	_exit(0);
}

/* What stands before and behind a body is kept by libcurl, however much it
 * is. */
static void
a_line_that_never_ends_its_head_fills_no_memory(void)
{
	static const struct {
		const char *head, *with;
	} floods[] = {
		{ "HTTP/1.1 200 OK\r\nTransfer-Encoding: "
		  "chunked\r\n\r\n0\r\n",
		    "X-Trailer: and so on, and so on, and so on, and so "
		    "on\r\n" },
		{ "HTTP/1.1 200 OK\r\n", "X-Header: and so on\r\n" },
		{ "", "HTTP/1.1 100 Continue\r\n\r\n" },
	};

	for (size_t i = 0; i < COUNT(floods); i++) {
		struct http_reply reply = { 0 };
		struct http_client *c = NULL;
		struct buf body;
		char at[32], base[64];
		pid_t pid;

		flood_head = floods[i].head;
		flood_with = floods[i].with;
		pid = start(at, flood);
		(void)snprintf(base, sizeof base, "http://%s", at);
		buf_init(&body, 1000);
		reply.body = &body;
		OK(http_client_open(&c,
		       &(struct http_client_opts){
			   .base = base, .grace_s = 5 }) == ERR_OK);
		OK(http_client_do(c,
		       &(struct http_call){ .method = "GET", .path = "/" },
		       &reply) == ERR_FORMAT);
		buf_drop(&body);
		http_client_close(c);
		stop(pid);
	}
}

/* Longer than its grace, and faster than its least rate. */
static void
a_slow_upload_that_goes_on_has_its_time(void)
{
	struct http_reply reply = { 0 };
	struct http_client *c = NULL;
	struct buf body;
	char at[32], base[64];
	pid_t pid = start(at, serve);

	(void)snprintf(base, sizeof base, "http://%s", at);
	buf_init(&body, 1000);
	reply.body = &body;
	OK(http_client_open(
	       &c, &(struct http_client_opts){ .base = base, .grace_s = 1 }) ==
	    ERR_OK);
	left = 40000;
	OK(http_client_do(c,
	       &(struct http_call){ .method = "PUT",
		   .path = "/a",
		   .give = give_slowly,
		   .n = 40000 },
	       &reply) == ERR_OK);
	OK(reply.status == 200 && left == 0);
	buf_drop(&body);
	http_client_close(c);
	stop(pid);
}

static void
no_resolver_is_asked_for_an_onion_service(void)
{
	static const char *const spelled[] = { "http://abc.onion",
		"http://ABC.ONION.", "https://abc.onion:443" };
	struct http_client *c = NULL;

	for (size_t i = 0; i < COUNT(spelled); i++)
		OK(http_client_open(
		       &c, &(struct http_client_opts){ .base = spelled[i] }) ==
			ERR_DENIED &&
		    c == NULL);
}

T_BEGIN
clock_init();
T(requests_and_answers_go_through_whole)
T(answers_that_are_too_long_break_off)
T(no_redirect_is_followed_and_refusals_are_heard)
T(names_are_resolved_by_the_proxy_only)
T(the_environment_is_not_heard)
T(addresses_that_are_none_are_refused)
T(no_resolver_is_asked_for_an_onion_service)
T(a_line_that_drips_does_not_keep_us)
T(others_are_served_while_a_request_waits)
T(a_line_that_never_ends_its_head_fills_no_memory)
T(a_slow_upload_that_goes_on_has_its_time)
T_END
