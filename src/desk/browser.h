/*
 * browser: the window that a desk's page is looked at in.
 *
 * A private window of a throw-away profile in memory ($XDG_RUNTIME_DIR), which
 * goes when the window is closed, together with whatever the browser wrote.
 * It can reach this machine's *.localhost and nothing else.  The address with
 * its one-time code travels in a file of that folder, never on a command line
 * that other users of the machine can read.
 */
#ifndef DESK_BROWSER_H
#define DESK_BROWSER_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"

#define BROWSER_DIR_MAX 512U

struct browser {
	pid_t pid; /* 0: none; leads a process group */
	int lock; /* holds the folder; -1 */
	char dir[BROWSER_DIR_MAX]; /* empty: none */
	bool arrived;
};

void browser_init(struct browser *b);

/* Remove what earlier desks left that were killed, then open a window at
 * `address`.  ERR_MISSING: no $XDG_RUNTIME_DIR that is ours alone;
 * ERR_NOTHING: no browser on this machine; other errors as of files.  On
 * failure nothing is left. */
enum err browser_start(struct browser *b, const char *address) MUST_USE;

/* The address was used: the file that held it goes.  May be called again. */
void browser_arrived(struct browser *b);

/* Was the window closed? */
bool browser_has_ended(struct browser *b);

/* Close the window and remove the folder.  May be called twice. */
void browser_drop(struct browser *b);

#endif
