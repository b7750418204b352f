/*
 * filter: the calls of the system that a program in a room may make (seccomp).
 *
 * A list of what may be done, wide enough for renderers, decoders, a shell and
 * an office program.  What is not on it fails as if the system did not have it
 * (ENOSYS), which is what libraries are made for; calls of another architecture
 * kill.  No socket (but those of AF_UNIX where limits say so), no namespaces,
 * no mounts, no tracing, no links, pipes or devices as files, no memory that
 * outlives its processes or that no limit counts, no number of the machine's
 * disk (statfs) nor of its memory and load (sysinfo), no lock that another room
 * would see (flock).
 */
#ifndef OS_FILTER_H
#define OS_FILTER_H

#include <stddef.h>

#include "base/err.h"
#include "os/worker.h"

struct filter {
	void *at; /* the program for the kernel */
	size_t n; /* bytes */
};

/* Make it for these limits: with one process there are new threads only.
 * ERR_SANDBOX, ERR_NOMEM. */
enum err filter_make(
    struct filter *filter, const struct worker_limits *limits) MUST_USE;
void filter_drop(struct filter *filter); /* may be called twice */

/* From now on; no_new_privs must be set.  ERR_SANDBOX. */
enum err filter_enter(const struct filter *filter) MUST_USE;

#endif
