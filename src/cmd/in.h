/* in: what a command reads: a file or standard input, piece by piece. */
#ifndef CMD_IN_H
#define CMD_IN_H

#include "base/err.h"

struct in {
	int fd;
	enum err failed; /* why reading failed, if that was it */
};

/* Open `path`, or standard input for NULL or "-". */
enum err in_open(struct in *in, const char *path) MUST_USE;

/* Hand every piece to `add` until the end or its first error. */
enum err in_each(struct in *in,
    enum err (*add)(void *who, const void *p, size_t n), void *who) MUST_USE;

void in_close(struct in *in); /* may be called twice */

#endif
