/*
 * warden: `sotto serve` itself.  Reads no outside byte.
 *
 * Makes the listening sockets, locks the folder, enters its sandbox, and then
 * starts the others, gives them what they need, and starts again what has
 * died.  Fronts are executed anew every day: the new one takes the new
 * connections, the old one hands over its heirlooms and ends its uploads, for
 * at most a day.
 *
 * SIGTERM and SIGINT end all in order; SIGHUP reads settings, certificate and
 * key note again and gives them to new processes.
 *
 * The folder of a line: settings, certificate, key-note, lock, pool/.
 */
#ifndef LINE_WARDEN_H
#define LINE_WARDEN_H

#include <stdbool.h>

#include "base/err.h"

struct warden_opts {
	const char *dir; /* the folder of the line */
	const char *listen; /* addresses (os/listen.h); NULL: as the settings */
	const char *listen_desk; /* say, or 127.0.0.1:8440 and the next */
	bool mend; /* see keeper.h */
	/* Called once, when everything runs: the addresses. */
	void (*ready)(const char *listen, const char *listen_desk);
};

/* What went wrong, for people: a fixed sentence beside the error. */
struct warden_fault {
	const char *what; /* never NULL after a failure */
	const char *todo; /* or NULL */
	unsigned line; /* of the settings, where it is; or 0 */
	bool whole; /* `todo` says what is wrong, too */
};

/* Run until told to end. */
enum err warden_run(
    const struct warden_opts *opts, struct warden_fault *fault) MUST_USE;

#endif
