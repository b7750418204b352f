/*
 * child: what the processes that the warden starts have in common.
 *
 * The table of processes in cmd/ calls child_begin() before anything else.
 * Then each takes what the warden sends until START, warms up, enters its
 * sandbox and says READY.
 */
#ifndef LINE_CHILD_H
#define LINE_CHILD_H

#include "base/err.h"
#include "line/talk.h"
#include "os/sandbox.h"

#define CHILD_START_MS 10000U

/* First of all in the process `role`: nothing open but what it was given, no
 * core, no ptrace, freeing wipes, the clock ready.  ERR_DENIED when there is
 * no warden. */
enum err child_begin(enum role role) MUST_USE;

/* The channel to the warden; call once.  The caller's to channel_close(). */
enum err child_warden(struct channel **warden) MUST_USE;

/* The next thing the warden says before START. */
enum err child_hear(
    struct channel *warden, enum role role, struct talk *talk) MUST_USE;

/* Enter the sandbox and say READY.  Standard error then leads nowhere, and what
 * is said goes through the warden, as long as the channel to it is open: call
 * child_parted() before closing it. */
struct child_sandbox {
	enum sandbox which;
	struct sandbox_paths paths;
};
enum err child_ready(struct channel *warden, enum role role,
    const struct child_sandbox *sandbox) MUST_USE;
void child_parted(void);

/* The status to exit with: 0, 1, or CHILD_NO_SANDBOX, after which the warden
 * does not try again. */
#define CHILD_NO_SANDBOX 3
int child_status(enum err e);

#endif
