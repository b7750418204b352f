/* A large file saved from the desk's page: others are answered while it is
 * looked through and while it goes to a slow reader, memory stays bounded, and
 * one that breaks off says so. */
#include "crypt/hash.h"
#include "desk_page.h"

/* Sanitizers make it slow; what is asked is the same. */
#ifdef SOTTO_SANITIZED
#define BYTES (10U << 20)
#define SLOWEST_MS 3000U
#define ANSWERS 3U
#define ROOM_MAX (128U << 20) /* freed memory lies in quarantine */
#else
#define BYTES (64U << 20)
#define SLOWEST_MS 500U
#define ANSWERS 5U
#define ROOM_MAX (8U << 20)
#endif

/* What a browser saw. */
struct seen {
	unsigned before, during; /* pages answered */
	uint64_t slowest; /* of them, milliseconds */
	uint64_t bytes;
	uint8_t hash[SHA256_BYTES];
};

static uint8_t want[SHA256_BYTES];
static char body[128];

static size_t
resident(void)
{
	FILE *f = fopen("/proc/self/statm", "r");
	size_t all, here = 0;

	OK(f != NULL && fscanf(f, "%zu %zu", &all, &here) == 2);
	(void)fclose(f);
	return here * 4096;
}

static void
begin_file(void)
{
	uint8_t *file = a_file(BYTES);
	struct writer writer;

	begin_all();
	writer_make(&writer, 1);
	sha256(want, file, BYTES);
	send(&writer,
	    &(struct what){ .text = "a film",
		.file = file,
		.file_n = BYTES,
		.file_name = "film.mp4" });
	wipe_free(file, BYTES);
	begin_page();
	turn();
	OK(desk_has_file(desk, conv_file(desk_at(desk, 0), 1)));
	(void)snprintf(
	    body, sizeof body, "handle=%s&number=1", desk_at(desk, 0)->handle);
}

static void
ask_timed(struct seen *seen, unsigned port, unsigned *count)
{
	const uint64_t began = clock_ms();
	uint64_t took;

	if (!ask(port, "/"))
		_exit(2);
	took = clock_ms() - began;
	seen->slowest = took > seen->slowest ? took : seen->slowest;
	++*count;
}

/* Read the answer slowly: a page is asked for between any two MiB. */
static void
read_slowly(struct seen *seen, unsigned port, int fd)
{
	static uint8_t got[1 << 20];
	struct sha256 *h = sha256_open();
	const uint8_t *at = NULL;
	size_t here = 0;
	ssize_t n;

	if (h == NULL)
		_exit(3);
	while (at == NULL) {
		if ((n = read(fd, got + here, sizeof got - here)) <= 0)
			_exit(4);
		here += (size_t)n;
		at = memmem(got, here, "\r\n\r\n", 4);
	}
	at += 4;
	here -= (size_t)(at - got);
	for (;;) {
		seen->bytes += here;
		sha256_add(h, at, here);
		at = got;
		if ((n = recv(fd, got, sizeof got, MSG_WAITALL)) <= 0)
			break;
		here = (size_t)n;
		ask_timed(seen, port, &seen->during);
	}
	sha256_end(h, seen->hash);
	sha256_close(h);
}

static _Noreturn void
save_slowly(unsigned port, int out)
{
	struct seen seen = { .before = 0 };
	struct pollfd answer = { .events = POLLIN };

	(void)close(page->listen);
	if ((answer.fd = begin_asking(port, "POST", "/file", body)) < 0)
		_exit(1);
	while (poll(&answer, 1, 0) == 0)
		ask_timed(&seen, port, &seen.before);
	read_slowly(&seen, port, answer.fd);
	_exit(write(out, &seen, sizeof seen) == sizeof seen ? 0 : 1);
}

/* Begin to read, then go away. */
static _Noreturn void
break_off(unsigned port)
{
	char got[4096];
	int fd;

	(void)close(page->listen);
	fd = begin_asking(port, "POST", "/file", body);
	if (fd < 0 || recv(fd, got, sizeof got, MSG_WAITALL) != sizeof got)
		_exit(1);
	(void)close(fd);
	_exit(0);
}

/* Turn the page until the child has ended; its status, and the most memory
 * that was had meanwhile. */
static int
turn_until_ended(pid_t pid, size_t *most)
{
	int status;

	while (waitpid(pid, &status, WNOHANG) == 0) {
		OK(page_turn(page, 10) == ERR_OK);
		if (resident() > *most)
			*most = resident();
	}
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void
the_page_answers_while_a_large_file_is_saved(void)
{
	size_t before, most = 0;
	struct seen seen;
	int out[2];
	pid_t pid;

	begin_file();
	OK(pipe(out) == 0);
	before = resident();
	if ((pid = fork()) == 0)
		save_slowly(page_port(), out[1]);
	OK(turn_until_ended(pid, &most) == 0);
	OK(read(out[0], &seen, sizeof seen) == sizeof seen);
	fprintf(stderr,
	    "%u pages before, %u during, slowest %llu ms, %zu KiB\n",
	    seen.before, seen.during, (unsigned long long)seen.slowest,
	    most > before ? (most - before) / 1024 : 0);
	OK(seen.bytes == BYTES && memcmp(seen.hash, want, sizeof want) == 0);
	OK(seen.before >= ANSWERS && seen.during >= BYTES / (2U << 20));
	OK(seen.slowest < SLOWEST_MS && most < before + ROOM_MAX);
	OK(page->streams == NULL && page->streams_n == 0);
	OK(next_said()[0] == '\0');
	(void)(close(out[0]) + close(out[1]));
	end_page();
}

static void
a_saved_file_that_broke_off_says_so(void)
{
	size_t most = 0;
	pid_t pid;

	begin_file();
	if ((pid = fork()) == 0)
		break_off(page_port());
	OK(turn_until_ended(pid, &most) == 0);
	for (unsigned i = 0; page->streams != NULL && i < 1000; i++)
		OK(page_turn(page, 10) == ERR_OK);
	OK(page->streams == NULL);
	OK(strstr(next_said(), "broke off before its end") != NULL);
	end_page();
}

/* Its parts are gone while it is looked through. */
static void
a_file_that_is_destroyed_meanwhile_is_not_given_out(void)
{
	char got[512];
	struct conv *c;
	ssize_t n;
	int fd;

	begin_file();
	c = desk_at(desk, 0);
	fd = begin_asking(page_port(), "POST", "/file", body);
	OK(fd >= 0);
	for (unsigned i = 0; page->streams == NULL && i < 1000; i++)
		OK(http_server_turn(page->http, 10) == ERR_OK);
	OK(page->streams_n == 1);
	page_work_delete(page, c, NULL);
	for (unsigned i = 0; page->streams != NULL && i < 1000; i++)
		turn();
	OK(page->streams == NULL && desk_count(desk) == 0);
	n = recv(fd, got, sizeof got, MSG_WAITALL);
	OK(n > 12 && memcmp(got, "HTTP/1.1 409", 12) == 0);
	OK(memmem(got, (size_t)n, "octet-stream", 12) == NULL);
	(void)close(fd);
	end_page();
}

static void
eight_files_are_saved_at_once_and_no_more(void)
{
	int fd[PAGE_STREAMS_MAX + 1];
	char got[16];

	begin_file();
	for (size_t i = 0; i < COUNT(fd); i++) {
		fd[i] = begin_asking(page_port(), "POST", "/file", body);
		OK(fd[i] >= 0);
		OK(http_server_turn(page->http, 100) == ERR_OK);
	}
	for (unsigned i = 0; i < 100 && page->streams_n < PAGE_STREAMS_MAX; i++)
		OK(http_server_turn(page->http, 10) == ERR_OK);
	OK(page->streams_n == PAGE_STREAMS_MAX);
	OK(recv(fd[PAGE_STREAMS_MAX], got, 12, MSG_WAITALL) == 12);
	OK(memcmp(got, "HTTP/1.1 409", 12) == 0);
	for (size_t i = 0; i < COUNT(fd); i++)
		(void)close(fd[i]);
	for (unsigned i = 0; page->streams != NULL && i < 10000; i++)
		turn();
	OK(page->streams == NULL);
	end_page();
}

T_BEGIN
desk_tests_begin();
T(the_page_answers_while_a_large_file_is_saved)
T(a_saved_file_that_broke_off_says_so)
T(a_file_that_is_destroyed_meanwhile_is_not_given_out)
T(eight_files_are_saved_at_once_and_no_more)
T_END
