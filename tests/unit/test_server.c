/* What a server does for those that ask well. */
#include "alloc.h"
#include "server_peer.h"

static void
a_page_is_answered_with_its_headers_and_the_connection_kept(void)
{
	static const char q[] = "GET /a%20b?c=d+e HTTP/1.1\r\n" HOST "\r\n";
	struct buf b = { .limit = ANSWER_MAX };
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
	shutdown(fd, SHUT_WR);
	OK(get(fd, &b) == 200);
	OK(strstr((char *)b.at, "Content-Length: 5\r\n") != NULL);
	OK(memcmp(b.at + b.len - 4, "\r\n\r\n", 4) == 0);
	close(fd);
	turn();
	buf_drop(&b);
	finish();
}

static void
bodies_come_whole_in_any_pieces(void)
{
	static const size_t sizes[] = { 1, 1000, 16384, 16385, 3000000 };
	struct buf b = { .limit = ANSWER_MAX };
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
a_handler_may_make_the_body_wait(void)
{
	static const char q[] =
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: 5\r\n\r\nabcde";
	struct buf b = { .limit = ANSWER_MAX };
	int fd;

	begin(0);
	saw.hold = true;
	fd = dial();
	put(fd, q, sizeof q - 1);
	turns(20);
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
	struct buf b = { .limit = ANSWER_MAX };
	int fd;

	begin(0);
	saw.later = true;
	fd = dial();
	put(fd, q, sizeof q - 1);
	turns(20);
	OK(saw.ends == 1);
	http_say(saw.r, 200, "later");
	OK(get(fd, &b) == 200);
	saw.later = false;
	saw.beat = true;
	for (int i = 0; i < 3; i++) {
		const uint64_t sent = clock_ms() / HTTP_BEAT_MS;

		put(fd, q, sizeof q - 1);
		OK(get(fd, &b) == 200);
		/* Soon after a beat, and not the one that was before it. */
		OK(clock_ms() % HTTP_BEAT_MS < 100);
		OK(clock_ms() / HTTP_BEAT_MS > sent);
	}
	close(fd);
	buf_drop(&b);
	finish();
}

static void
a_stream_comes_as_it_is_given(void)
{
	struct buf b = { .limit = ANSWER_MAX };

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
			turns(10);
			alloc_refuse(0);
			OK(recv(fd, c, sizeof c, 0) != 0 || n < 5);
			close(fd);
			turns(10);
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
T(a_page_is_answered_with_its_headers_and_the_connection_kept)
T(bodies_come_whole_in_any_pieces)
T(a_handler_may_make_the_body_wait)
T(an_answer_may_come_later_or_at_a_beat)
T(a_stream_comes_as_it_is_given)
T(timers_are_called_in_order_and_can_be_stopped)
T(memory_that_cannot_be_had_ends_a_connection_and_not_the_server)
T(nothing_is_given_back_unwiped)
T_END
