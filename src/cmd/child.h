/*
 * child: the program run again as a person would run it, for the demonstration.
 */
#ifndef CMD_CHILD_H
#define CMD_CHILD_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#include "base/buf.h"
#include "base/err.h"

/* Run `sotto ARGV...` (NULL ends the list; ARGV[0] is the subcommand) with
 * these bytes (at most 64 KiB) as its input and wait; what it prints is
 * appended to `out`.  ERR_DENIED when it ended with another status than 0; it
 * has then said why. */
enum err child_run(const char *const *argv, const void *in, size_t n,
    struct buf *out) MUST_USE;

/* Start it and leave it running, its output readable from `*out`. */
enum err child_start(const char *const *argv, pid_t *pid, int *out) MUST_USE;

/* Has it ended? */
bool child_has_ended(pid_t *pid);

/* Ask it to end, wait at most five seconds, then insist.  0 does nothing. */
void child_stop(pid_t *pid);

#endif
