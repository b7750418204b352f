/* worker_kit: rooms for tests, and what programs say in them. */
#ifndef UNIT_WORKER_KIT_H
#define UNIT_WORKER_KIT_H

#include <dirent.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "os/worker.h"
#include "t.h"

static struct buf worker_said; /* standard output of the last run */
static struct worker_end worker_end;

static inline struct worker *
room_of(const struct worker_limits *limits)
{
	struct worker *w = NULL;

	OK(worker_open(&w, limits) == ERR_OK);
	return w;
}

static inline struct worker *
room(void)
{
	return room_of(&worker_usual);
}

static inline enum err
worker_keep(void *arg, const void *bytes, size_t n)
{
	return buf_put(arg, bytes, n);
}

/* Run these words (at most 15). */
static inline enum err
run_in(struct worker *w, const char *const *argv)
{
	const struct worker_run run = {
		.argv = argv,
		.out = worker_keep,
		.arg = &worker_said,
	};

	buf_drop(&worker_said);
	buf_init(&worker_said, 16U << 20);
	return worker_run(w, &run, &worker_end);
}

#define RUN(w, ...) \
	run_in(w, (const char *const[]){ __VA_ARGS__, (const char *)NULL })

static inline bool
said_is(const char *text)
{
	return worker_said.len == strlen(text) &&
	    (worker_said.len == 0 ||
		memcmp(worker_said.at, text, worker_said.len) == 0);
}

/* Does a process run that was started with this word? */
static inline bool
runs(const char *word)
{
	char path[64], line[4096];
	bool found = false;
	struct dirent *entry;
	DIR *dir = opendir("/proc");

	OK(dir != NULL);
	while (!found && (entry = readdir(dir)) != NULL) {
		ssize_t n;
		int fd;

		(void)snprintf(
		    path, sizeof(path), "/proc/%.20s/cmdline", entry->d_name);
		if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
			continue;
		n = read(fd, line, sizeof(line));
		(void)close(fd);
		found = n > 0 &&
		    memmem(line, (size_t)n, word, strlen(word)) != NULL;
	}
	(void)closedir(dir);
	return found;
}

/* A word that no other process has. */
static inline const char *
own_word(const char *what)
{
	static char word[64];

	(void)snprintf(word, sizeof(word), "%s-%d", what, getpid());
	return word;
}

/* Wait for `word` to run, or to run no more; not for ever. */
static inline bool
wait_for_word(const char *word, bool there)
{
	for (unsigned i = 0; i < 500; i++) {
		if (runs(word) == there)
			return true;
		clock_sleep(20);
	}
	return false;
}

#endif
