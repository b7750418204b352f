/* Clients that go, are slow, or are many. */
#include "alloc.h"
#include "server_peer.h"

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
		turns(5);
		close(fd);
		turns(10);
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
	struct buf b = { .limit = ANSWER_MAX };
	int fd = -1;

	begin(0);
	fd = dial();
	OK(send(fd, q, sizeof q - 1, 0) == sizeof q - 1);
	shutdown(fd, SHUT_WR);
	OK(get(fd, &b) == 400);
	close(fd);
	turns(10);
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
	struct buf b = { .limit = ANSWER_MAX };

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
	struct buf b = { .limit = ANSWER_MAX };
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
	turns(20);
	buf_drop(&b);
	finish();
}

static void
only_so_many_uploads_at_once(void)
{
	static const char q[] =
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: 100000\r\n\r\nab";
	struct buf b = { .limit = ANSWER_MAX };
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
	turns(20);
	buf_drop(&b);
	finish();
}

/* Send so many bytes of the bodies, again and again, for so many ms. */
static void
trickle(const int *fd, const size_t *bytes, unsigned n, unsigned ms)
{
	static const char zeros[4096];
	const uint64_t until = clock_ms() + ms;

	while (clock_ms() < until) {
		for (unsigned i = 0; i < n; i++)
			OK(send(fd[i], zeros, bytes[i], MSG_NOSIGNAL) ==
			    (ssize_t)bytes[i]);
		for (uint64_t then = clock_ms() + 50; clock_ms() < then;)
			turn();
	}
}

/* slow_ms is 3000: an upload can be judged after half a second. */
static void
the_slowest_upload_gives_way_when_places_run_out(void)
{
	static const char q[] =
	    "POST / HTTP/1.1\r\n" HOST "Content-Length: 1000000\r\n\r\nab";
	/* 8 KB a second, more than must be; 2 KB a second, less. */
	static const size_t bytes[] = { 400, 100 };
	struct buf b = { .limit = ANSWER_MAX };
	int fd[5];

	begin(3000);
	for (int i = 0; i < 2; i++) {
		fd[i] = dial();
		put(fd[i], q, sizeof q - 1);
	}
	turns(5);
	/* Nobody gives way who has only just begun. */
	fd[2] = dial();
	put(fd[2], q, sizeof q - 1);
	OK(get(fd[2], &b) == 503 && saw.begins == 2);
	trickle(fd, bytes, 2, 1200);
	fd[3] = dial();
	put(fd[3], q, sizeof q - 1);
	turns(5);
	OK(saw.begins == 3 && saw.gones == 1);
	OK(get(fd[1], &b) == 503);
	OK(strstr((char *)b.at, "Others waited for this place") != NULL);
	/* The one that is fast enough stays, and so does the new one. */
	trickle(fd, bytes, 1, 100);
	OK(saw.gones == 1);
	fd[4] = dial();
	put(fd[4], q, sizeof q - 1);
	OK(get(fd[4], &b) == 503 && saw.gones == 1);
	for (int i = 0; i < 5; i++)
		close(fd[i]);
	turns(20);
	buf_drop(&b);
	finish();
}

/* Twelve places for machines and uploads: the thirteenth takes the slowest. */
static void
slow_bodies_hold_no_reserve(void)
{
	static const char q[] =
	    "POST /v1/x HTTP/1.1\r\n" HOST "Content-Length: 9000\r\n\r\nab";
	struct buf b = { .limit = ANSWER_MAX };
	int fd[13];

	begin(1500);
	for (int i = 0; i < 12; i++) {
		fd[i] = dial();
		put(fd[i], q, sizeof q - 1);
		turn();
	}
	turns(5);
	OK(saw.begins == 12);
	for (uint64_t until = clock_ms() + 600; clock_ms() < until;)
		turn();
	fd[12] = dial();
	put(fd[12], q, sizeof q - 1);
	turns(5);
	OK(saw.begins == 13 && saw.gones == 1);
	for (int i = 0; i < 13; i++)
		close(fd[i]);
	turns(20);
	buf_drop(&b);
	finish();
}

static void
a_drain_ends_when_the_last_request_has(void)
{
	struct buf b = { .limit = ANSWER_MAX };
	int fd, idle, late;

	begin(300);
	saw.later = true;
	idle = dial();
	fd = dial();
	put(fd, "GET / HTTP/1.1\r\n" HOST "\r\n", 36);
	turns(5);
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
nothing_is_given_back_unwiped(void)
{
	OK(alloc_dirty() == 0);
}

T_BEGIN
T(a_client_that_goes_is_noticed)
T(a_body_that_ends_early_is_told)
T(slow_clients_are_told_and_cut)
T(machines_and_uploads_leave_a_quarter_to_pages)
T(only_so_many_uploads_at_once)
T(the_slowest_upload_gives_way_when_places_run_out)
T(slow_bodies_hold_no_reserve)
T(a_drain_ends_when_the_last_request_has)
T(nothing_is_given_back_unwiped)
T_END
