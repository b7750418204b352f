/*
 * line_live: a whole line, with a front that the test commands; what the tests
 * of living lines share.  letter_is_there() asks for the letter that
 * put_a_letter() put.
 */
#ifndef LINE_LIVE_H
#define LINE_LIVE_H

#include <dirent.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "line/warden.h"
#include "line_folder.h"

static uint8_t opening[32] = "an opening", tag[TALK_TAG_BYTES];
static pid_t warden;
static int front = -1, desk = -1; /* connections */
static struct came came;

/* Where ready() says so. */
static int ready_fd;
/* What the line says on standard error. */
static int said_fd;

static inline void
ready(const char *listen, const char *listen_desk)
{
	(void)listen;
	(void)listen_desk;
	OK(write(ready_fd, "r", 1) == 1);
}

static void (*line_ready)(const char *, const char *) = ready;

static inline enum err
run_warden(void)
{
	static char listen[128];
	struct warden_opts o = { .dir = folder, .ready = line_ready };
	struct warden_fault f = { NULL, NULL, 0, false };
	enum err e;

	(void)snprintf(listen, sizeof(listen), "unix:%s", in_folder("s"));
	o.listen = listen;
	e = warden_run(&o, &f);
	if (e != ERR_OK)
		fprintf(stderr, "%s: %s\n", f.what, err_name(e));
	return e;
}

static inline bool
start(void)
{
	int p[2];
	char c;
	bool good;

	OK(pipe2(p, O_CLOEXEC) == 0);
	(void)fflush(stdout);
	OK((warden = fork()) >= 0);
	if (warden == 0) {
		/* A test that fails leaves no line behind. */
		(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
		ready_fd = p[1];
		OK(dup2(said_fd, STDERR_FILENO) == STDERR_FILENO);
		_exit(run_warden() == ERR_OK ? 0 : 1);
	}
	(void)close(p[1]);
	good = read(p[0], &c, 1) == 1;
	(void)close(p[0]);
	return good;
}

static inline void
connect_both(void)
{
	if (front >= 0)
		(void)close(front);
	if (desk >= 0)
		(void)close(desk);
	front = lf_connect(in_folder("s"));
	desk = lf_connect(in_folder("s-desk"));
}

static inline int
stop(void)
{
	int status = -1;

	(void)close(front);
	(void)close(desk);
	front = desk = -1;
	OK(kill(warden, SIGTERM) == 0);
	OK(waitpid(warden, &status, 0) == warden);
	return status;
}

/* The child of the warden with this role, as ps would show it; 0. */
static inline pid_t
child_of(const char *role)
{
	DIR *d = opendir("/proc");
	struct dirent *e;
	pid_t got = 0;

	OK(d != NULL);
	while (got == 0 && (e = readdir(d)) != NULL) {
		char path[300], text[400];
		int fd, n;
		long ppid;
		char *end;

		if (e->d_name[0] < '0' || e->d_name[0] > '9')
			continue;
		(void)snprintf(
		    path, sizeof(path), "/proc/%s/cmdline", e->d_name);
		if ((fd = open(path, O_RDONLY)) < 0)
			continue;
		n = (int)read(fd, text, sizeof(text) - 1);
		(void)close(fd);
		text[n > 0 ? n : 0] = 0;
		if (n < 7 || strcmp(text, "sotto") != 0 ||
		    strcmp(text + 6, role) != 0)
			continue;
		(void)snprintf(path, sizeof(path), "/proc/%s/stat", e->d_name);
		if ((fd = open(path, O_RDONLY)) < 0)
			continue;
		n = (int)read(fd, text, sizeof(text) - 1);
		(void)close(fd);
		text[n > 0 ? n : 0] = 0;
		if (n < 1 || (end = strrchr(text, ')')) == NULL ||
		    end[2] == 'Z')
			continue;
		ppid = strtol(end + 4, NULL, 10);
		if (ppid == warden)
			got = (pid_t)strtol(e->d_name, NULL, 10);
	}
	(void)closedir(d);
	return got;
}

/* Wait until this role is played by another process than `was`. */
static inline pid_t
another(const char *role, pid_t was)
{
	uint64_t until = clock_ms() + 15000;
	pid_t now;

	while ((now = child_of(role)) == 0 || now == was) {
		OK(clock_ms() < until);
		clock_sleep(5);
	}
	return now;
}

/* An answered question means that everything runs. */
static inline void
until_it_answers(void)
{
	static const uint8_t any[TALK_TAG_BYTES];
	uint64_t until = clock_ms() + 15000;
	struct talk t = talk_of(TALK_LOOK, 0);

	t.bytes = any;
	t.n = sizeof(any);
	for (;;) {
		connect_both();
		if (lf_talk(front, ORDER_KEEPER, &t, &came) == ERR_OK &&
		    lf_talk(desk, ORDER_KEEPER, &t, &came) == ERR_OK)
			return;
		OK(clock_ms() < until);
		clock_sleep(20);
	}
}

static inline enum err
ask(const struct talk *t, enum talk_kind answer)
{
	enum err e = lf_talk(front, ORDER_KEEPER, t, &came);

	OK(e == ERR_OK && came.type == answer && came.n >= 1);
	return (enum err)came.at[0];
}

/* Is it given out?  (What was deleted stays in its place as a letter to
 * nobody, so a look would find it.) */
static inline bool
letter_is_there(void)
{
	uint8_t tags[TALK_LETTERS][TALK_TAG_BYTES];
	struct talk t = talk_of(TALK_GET, 0);

	crypt_random(tags, sizeof(tags));
	memcpy(tags[2], tag, sizeof(tag));
	t.bytes = tags[0];
	t.n = sizeof(tags);
	OK(ask(&t, TALK_GOT) == ERR_OK);
	OK(came.n == 1 + TALK_LETTERS * TALK_ENVELOPE_BYTES);
	for (unsigned i = 0; i < TALK_LETTERS; i++)
		OK(envelope_check(came.at + 1 + i * sizeof(letter),
		       sizeof(letter)) == ERR_OK);
	return memcmp(came.at + 1 + 2 * sizeof(letter), letter,
		   sizeof(letter)) == 0;
}

static inline void
put_a_letter(void)
{
	struct talk t;

	tag_under(tag, opening);
	t = put_of(tag, letter);
	OK(ask(&t, TALK_DONE) == ERR_OK);
}

/* Send a key note, or a pair, through the desks' front; what the keeper
 * answers.  In two pieces, of which the first gets no answer. */
static inline enum err
offer_bytes(const struct buf *note)
{
	struct talk t = talk_of(TALK_PUT_NOTE, 0);
	enum err e;

	t.bytes = note->at;
	t.n = 100;
	t.count = (uint32_t)(note->len - 100);
	if ((e = lf_talk(desk, ORDER_KEEPER_ONLY, &t, &came)) != ERR_OK)
		return e;
	for (size_t at = 100; at < note->len; at += t.n) {
		lf_goes_on = true;
		t.bytes = note->at + at;
		t.n = note->len - at < TALK_PIECE_BYTES ? note->len - at
							: TALK_PIECE_BYTES;
		t.count = (uint32_t)(note->len - at - t.n);
		e = lf_talk(desk,
		    t.count == 0 ? ORDER_KEEPER : ORDER_KEEPER_ONLY, &t, &came);
		if (e != ERR_OK)
			return e;
	}
	OK(came.type == TALK_DONE && came.n == 1);
	return (enum err)came.at[0];
}

/* Before the first test. */
static inline void
line_up(void)
{
	OK((said_fd = memfd_create("said", MFD_CLOEXEC)) >= 0);
	OK(start());
	until_it_answers();
}

#endif
