/* Letters that are asked for ahead, over a real connection. */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "crypt/crypt.h"
#include "desk/reach.h"
#include "t.h"

#define TAGS 3U

/* What a line does with one request after the other. */
enum act { GIVES, LOSES, GIVES_ODD, REFUSES };

static const enum act *acts;
static pid_t line;
static int heard; /* a byte for each request that came */
static struct reach *reach;
static const uint8_t tags[TAGS][TAG_BYTES] = { { 1 }, { 2 }, { 3 } };
static struct buf got;

/* A request's head and its body, whose length is known. */
static bool
take_request(int fd)
{
	char request[8192];
	size_t n = 0;
	const char *end;

	while (n < sizeof request - 1) {
		const ssize_t did =
		    recv(fd, request + n, sizeof request - 1 - n, 0);

		if (did <= 0)
			return false;
		n += (size_t)did;
		request[n] = '\0';
		end = strstr(request, "\r\n\r\n");
		if (end != NULL &&
		    n >= (size_t)(end + 4 - request) + sizeof tags)
			return true;
	}
	return false;
}

static void
answer(int fd, enum act act)
{
	static const uint8_t none[4 * TAGS];
	char head[128];
	const size_t n = act == GIVES_ODD ? sizeof none - 1 : sizeof none;
	int head_n;

	head_n = snprintf(head, sizeof head,
	    "HTTP/1.1 %s\r\nContent-Length: %zu\r\n\r\n",
	    act == REFUSES ? "403 Forbidden" : "200 OK", n);
	(void)send(fd, head, (size_t)head_n, MSG_NOSIGNAL);
	(void)send(fd, none, n, MSG_NOSIGNAL);
}

static void
serve(int listener, int say)
{
	int fd;

	while ((fd = accept(listener, NULL, NULL)) >= 0) {
		while (take_request(fd)) {
			if (write(say, "", 1) != 1 || *acts == LOSES)
				break;
			answer(fd, *acts++);
		}
		acts += *acts == LOSES;
		(void)close(fd);
	}
	_exit(0);
}

static void
begin(const enum act *does)
{
	static const uint8_t id[LINE_ID_BYTES], seed[SIGN_SEED_BYTES];
	struct sockaddr_in a = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int listener = socket(AF_INET, SOCK_STREAM, 0), ends[2];
	socklen_t n = sizeof a;
	char base[64];

	OK(bind(listener, (struct sockaddr *)&a, sizeof a) == 0);
	OK(listen(listener, 10) == 0 && pipe(ends) == 0);
	OK(getsockname(listener, (struct sockaddr *)&a, &n) == 0);
	(void)snprintf(
	    base, sizeof base, "http://127.0.0.1:%u", ntohs(a.sin_port));
	acts = does;
	fflush(stdout);
	OK((line = fork()) >= 0);
	if (line == 0)
		serve(listener, ends[1]);
	close(listener);
	close(ends[1]);
	heard = ends[0];
	OK(reach_open(&reach,
	       &(struct reach_opts){ .line = base,
		   .desk_line = base,
		   .line_id = id,
		   .access_seed = seed }) == ERR_OK);
	buf_init(&got, 4096);
	OK(buf_put_str(&got, "what was there. ") == ERR_OK);
}

static void
end(void)
{
	reach_close(reach);
	buf_drop(&got);
	close(heard);
	kill(line, SIGKILL);
	waitpid(line, NULL, 0);
}

/* Did the line hear of a request, without our waiting for its answer? */
static bool
is_heard(void)
{
	struct pollfd p = { .fd = heard, .events = POLLIN };
	char one;

	for (unsigned i = 0; i < 1000; i++) {
		OK(reach_breathe(reach) == ERR_OK);
		if (poll(&p, 1, 10) == 1)
			return read(heard, &one, 1) == 1;
	}
	return false;
}

static bool
is_all(void)
{
	static const uint8_t none[4 * TAGS];
	const size_t was = strlen("what was there. ");

	return got.len == was + sizeof none &&
	    memcmp(got.at, "what was there. ", was) == 0 &&
	    memcmp(got.at + was, none, sizeof none) == 0;
}

static void
the_line_looks_for_letters_while_something_else_is_done(void)
{
	static const enum act does[] = { GIVES, GIVES };

	begin(does);
	reach_fetch_begin(reach, tags, TAGS, &got);
	OK(is_heard());
	OK(reach_fetch_end(reach) == ERR_OK && is_all());
	got.len -= 4 * TAGS;
	OK(reach_fetch(reach, tags, TAGS, &got) == ERR_OK && is_all());
	end();
}

static void
what_was_asked_for_ahead_and_lost_is_asked_for_again(void)
{
	static const enum act does[] = { LOSES, GIVES };

	begin(does);
	reach_fetch_begin(reach, tags, TAGS, &got);
	OK(is_heard());
	OK(reach_fetch_end(reach) == ERR_OK && is_all());
	end();
}

static void
an_answer_that_no_line_gives_and_a_refusal_add_nothing(void)
{
	static const enum act does[] = { GIVES_ODD, REFUSES, GIVES };
	const size_t was = strlen("what was there. ");

	begin(does);
	reach_fetch_begin(reach, tags, TAGS, &got);
	OK(reach_fetch_end(reach) == ERR_FORMAT && got.len == was);
	reach_fetch_begin(reach, tags, TAGS, &got);
	OK(reach_fetch_end(reach) == ERR_DENIED && got.len == was);
	reach_fetch_begin(reach, tags, TAGS, &got);
	OK(reach_fetch_end(reach) == ERR_OK && is_all());
	end();
}

/* Before the line heard of it, and when its answer is on its way. */
static void
what_is_broken_off_leaves_the_connection_good(void)
{
	static const enum act does[] = { GIVES, GIVES, GIVES, GIVES };
	const size_t was = strlen("what was there. ");

	begin(does);
	reach_fetch_break(reach);
	reach_fetch_begin(reach, tags, TAGS, &got);
	reach_fetch_break(reach);
	reach_fetch_begin(reach, tags, TAGS, &got);
	OK(is_heard());
	reach_fetch_break(reach);
	got.len = was;
	OK(reach_fetch(reach, tags, TAGS, &got) == ERR_OK && is_all());
	/* One that is under way when all ends. */
	reach_fetch_begin(reach, tags, TAGS, &got);
	end();
}

T_BEGIN
clock_init();
OK(crypt_init() == ERR_OK);
T(the_line_looks_for_letters_while_something_else_is_done)
T(what_was_asked_for_ahead_and_lost_is_asked_for_again)
T(an_answer_that_no_line_gives_and_a_refusal_add_nothing)
T(what_is_broken_off_leaves_the_connection_good)
T_END
