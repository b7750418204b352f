/*
 * sandbox: what a process may still do after it has warmed up.
 *
 * One policy a process; policies[] in sandbox.c is all of them on one screen.
 * Landlock (ABI 2 or later) bounds files, seccomp bounds system calls and
 * kills; both are inherited and cannot be undone.  Fails closed: where any of
 * it cannot be had the answer is ERR_SANDBOX and the process must not go on.
 *
 * A build with sanitizers (SOTTO_SANITIZED) needs calls that a policy does not
 * have; it has Landlock, the limits and a short list of calls that fail
 * (profile "sanitized").
 */
#ifndef OS_SANDBOX_H
#define OS_SANDBOX_H

#include <stdbool.h>

#include "base/err.h"

enum sandbox {
	SANDBOX_WARDEN, /* may start the others */
	SANDBOX_FRONT, /* both fronts: accepted connections, given descriptors
			*/
	SANDBOX_DERIVER, /* given descriptors, memory */
	SANDBOX_KEEPER, /* files below one folder */
	SANDBOX_COUNT
};

/* No core dump of this process, and nobody without privileges may look into it
 * (ptrace, /proc/PID/mem): for every command, because any may hold words. */
enum err sandbox_no_dump(void) MUST_USE;

/* Before anything else in a process: no core dump, no ptrace, no new
 * privileges; memory locked where the system lets us. */
enum err sandbox_prepare(void) MUST_USE;

/* What a policy needs to know of this machine. */
struct sandbox_paths {
	const char *folder; /* the one folder of a warden or keeper */
	const char *also[2]; /* files a warden's children map (test build) */
	int listen; /* a front's listening socket, which it must not end */
};

/* Enter.  `paths` may be NULL for a process without files.  ERR_SANDBOX. */
enum err sandbox_enter(
    enum sandbox which, const struct sandbox_paths *paths) MUST_USE;

#endif
