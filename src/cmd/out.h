/*
 * out: where a command writes: standard output as it comes, or a file that gets
 * its name only when all was written, so that nobody takes a piece for the
 * whole.
 */
#ifndef CMD_OUT_H
#define CMD_OUT_H

#include <stdbool.h>
#include <sys/types.h>

#include "base/err.h"
#include "base/file.h"

struct out {
	int fd; /* -1: nothing is open */
	enum err failed; /* why writing failed, if that was it */
	bool named; /* it stands beside */
	char path[FILE_PATH_MAX]; /* "" when there is nothing to rename */
	char beside[FILE_PATH_MAX]; /* its name until it gets the right one */
};

void out_init(struct out *o);

/* Open `path`, or standard output for NULL or "-".  What is no plain file (a
 * pipe, a device) is written as it comes too. */
enum err out_open(struct out *o, const char *path, mode_t mode) MUST_USE;

/* May a file that begins with `begin` take this name?  ERR_TAKEN: another
 * file has it, which is nobody's to replace; else what out_open() would say.
 * For calls that do much before they write. */
enum err out_may(const char *path, const char *begin) MUST_USE;

/* For an age_sink; `who` is the struct out. */
enum err out_put(void *who, const void *p, size_t n) MUST_USE;

/* Open what was written so far to a plain file, to read it back from its first
 * byte; it is synced.  The caller closes `*fd`. */
enum err out_again(int *fd, const struct out *o) MUST_USE;

/* All is written: sync it and give it its name. */
enum err out_done(struct out *o) MUST_USE;

/* Close; what has no name yet is removed.  May be called twice. */
void out_drop(struct out *o);

#endif
