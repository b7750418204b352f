/* What a server refuses. */
#include "alloc.h"
#include "server_peer.h"

static const struct {
	const char *why, *request;
	unsigned status;
} bad[] = {
	{ "no host", "GET / HTTP/1.1\r\n\r\n", 400 },
	{ "another host", "GET / HTTP/1.1\r\nHost: x\r\n\r\n", 421 },
	{ "a host that begins as ours",
	    "GET / HTTP/1.1\r\nHost: line.onion.x\r\n\r\n", 421 },
	{ "a host with another port",
	    "GET / HTTP/1.1\r\nHost: line.onion:81\r\n\r\n", 421 },
	{ "two hosts", "GET / HTTP/1.1\r\n" HOST "Host: line.onion\r\n\r\n",
	    400 },
	{ "two lengths",
	    "POST / HTTP/1.1\r\n" HOST
	    "Content-Length: 1\r\nContent-Length: 1\r\n\r\nx",
	    400 },
	{ "two lengths in one",
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: 1, 1\r\n\r\nx", 400 },
	{ "a negative length",
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: -1\r\n\r\nx", 400 },
	{ "a length with a sign",
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: +1\r\n\r\nx", 400 },
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
	{ "a name that is no token", "GET / HTTP/1.1\r\n" HOST "a b: c\r\n\r\n",
	    400 },
	{ "a space before the colon",
	    "GET / HTTP/1.1\r\n" HOST "ab : c\r\n\r\n", 400 },
	{ "a control byte", "GET / HTTP/1.1\r\n" HOST "a: \x01\r\n\r\n", 400 },
	{ "an unknown method", "BREW / HTTP/1.1\r\n" HOST "\r\n", 405 },
	{ "another version", "GET / HTTP/2.0\r\n" HOST "\r\n", 505 },
	{ "a whole address", "GET http://line.onion/ HTTP/1.1\r\n" HOST "\r\n",
	    400 },
	{ "not HTTP", "\x16\x03\x01\x02", 400 },
};

static void
bad_requests_get_their_status_and_reach_no_handler(void)
{
	struct buf b = { .limit = ANSWER_MAX };

	begin(0);
	for (size_t i = 0; i < COUNT(bad); i++) {
		const unsigned status = ask(bad[i].request, &b);

		if (status != bad[i].status)
			fprintf(stderr, "%s: %u\n%s\n", bad[i].why, status,
			    b.len ? (const char *)b.at : "");
		OK(status == bad[i].status);
	}
	OK(saw.begins == 0);
	buf_drop(&b);
	finish();
}

static void
long_heads_and_many_headers_are_refused(void)
{
	struct buf q, b = { .limit = ANSWER_MAX };

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
a_refused_body_gets_its_answer_whatever_its_length(void)
{
	static const size_t sizes[] = { 101, 10000, 3000000 };
	struct buf b = { .limit = ANSWER_MAX };

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
nothing_is_given_back_unwiped(void)
{
	OK(alloc_dirty() == 0);
}

T_BEGIN
T(bad_requests_get_their_status_and_reach_no_handler)
T(long_heads_and_many_headers_are_refused)
T(a_refused_body_gets_its_answer_whatever_its_length)
T(nothing_is_given_back_unwiped)
T_END
