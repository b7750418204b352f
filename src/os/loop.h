/*
 * loop: waiting for descriptors and time, for the processes that serve no
 * HTTP.  Few descriptors: poll(2) over a table.
 */
#ifndef OS_LOOP_H
#define OS_LOOP_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define LOOP_MAX 64U

#define LOOP_READ 1U
#define LOOP_WRITE 2U

struct loop_watch {
	int fd;
	unsigned want; /* LOOP_READ | LOOP_WRITE */
	unsigned got; /* set by loop_wait(); LOOP_READ also at end or error */
};

/* Wait until one of `n` (<= LOOP_MAX) is ready, or `ms` milliseconds are over
 * (`*ready` is false then, also after a signal).  fd -1 is skipped. */
enum err loop_wait(
    struct loop_watch *w, unsigned n, uint64_t ms, bool *ready) MUST_USE;

/* SIGTERM, SIGINT and SIGHUP as a descriptor; SIGPIPE is ignored from
 * then on.  loop_signal() takes the next one, 0 when none waits. */
enum err loop_signals(int *fd) MUST_USE;
int loop_signal(int fd);

#endif
