/* reply_file: a file that goes along with an answer: one of the disk, or the
 * answer's own text. */
#ifndef DESK_REPLY_FILE_H
#define DESK_REPLY_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "crypt/hash.h"
#include "letter/name.h"

struct reply_file {
	int fd;
	const char *bytes; /* instead of fd */
	char name[NAME_FILE_MAX + 1];
	uint64_t size;
	uint8_t sha256[SHA256_BYTES];
};

/* Open one of the disk, called `name` (NULL: the last piece of its path), and
 * read it through once.  f->fd is the caller's to close, on failure too, unless
 * it is negative.  ERR_FORMAT: no plain file; ERR_TOOBIG; ERR_NOTHING,
 * ERR_DENIED, ERR_NOMEM, ERR_IO. */
enum err reply_file_open(
    struct reply_file *f, const char *path, const char *name) MUST_USE;

/* `n` bytes from `at` on.  ERR_SHORT: it has become shorter; ERR_IO. */
enum err reply_file_read(
    const struct reply_file *f, uint8_t *out, size_t n, uint64_t at) MUST_USE;

#endif
