/*
 * process: the same program executed again in a part of its own.
 *
 * A child runs `sotto @NAME` with a channel to its parent as descriptor 3,
 * standard error, /dev/null as standard input and output, and nothing else
 * open.  It gets SIGKILL when its parent ends.
 */
#ifndef OS_PROCESS_H
#define OS_PROCESS_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

#define PROCESS_CHANNEL_FD 3

#define PROCESS_NONE \
	{ \
		.watch = -1, .channel = -1 \
	}

struct process {
	pid_t pid; /* 0: none */
	int watch; /* readable when it has ended; -1: none */
	int channel; /* our end; the caller may take it and set -1 */
	int status; /* of one that has ended: what it exited with, or -1 */
};

/* Call once at the start of the parent, before its sandbox: remembers the
 * program itself, so that what is executed later is this very file even if
 * another was installed in its place. */
enum err process_init(void) MUST_USE;

/* Start `sotto @name`, with `argument` behind it unless NULL. */
enum err process_start(
    struct process *p, const char *name, const char *argument) MUST_USE;

/* Has it ended?  Reaps it, sets pid to 0, closes both descriptors. */
bool process_has_ended(struct process *p);

/* End it at once.  Who wants it to end in order closes the channel to it: a
 * child hears no SIGTERM, SIGINT or SIGHUP. */
void process_kill(struct process *p);

/* Kill and reap what still runs; close everything.  May be called twice. */
void process_drop(struct process *p);

/* In the child, first of all: close what it was not given.  ERR_DENIED when
 * there is no channel: somebody ran `sotto @NAME` by hand. */
enum err process_begin(void) MUST_USE;

/* Give back the pages of program and libraries that starting read and that may
 * not be needed again; those that are come back from their files by themselves.
 * Call when warm, before the sandbox. */
void process_trim(void);

/* From now on standard error leads nowhere; with sanitizers it stays, for their
 * reports.  Call before the sandbox.  ERR_IO. */
enum err process_mute(void) MUST_USE;

/* The program itself, opened by process_init(); for the sandbox.  -1. */
int process_program(void);

#endif
