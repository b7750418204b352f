/*
 * send_file: a file on its way: opened once, hashed, read in pieces.
 */
#ifndef TELL_SEND_FILE_H
#define TELL_SEND_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "letter/letter.h"
#include "letter/name.h"

struct send_file {
	int fd; /* -1 when `bytes` are the file */
	const uint8_t *bytes; /* the caller's */
	char name[NAME_FILE_MAX + 1];
	const char *type;
	uint64_t size;
	uint8_t sha256[SHA256_BYTES];
};

/* Open and hash the plain file at `path`.  ERR_NOTHING, ERR_DENIED, ERR_IO,
 * ERR_FORMAT when it is no plain file, ERR_TOOBIG, ERR_NOMEM; `*f` is set only
 * on success and is then the caller's to close. */
enum err send_file_open(struct send_file *f, const char *path) MUST_USE;
void send_file_close(struct send_file *f);

/* Hash what `fd` or `bytes` hold into sha256. */
enum err send_file_hash(struct send_file *f) MUST_USE;

/* Read exactly `n` bytes at `at`.  ERR_DENIED when the file became shorter
 * meanwhile, ERR_IO. */
enum err send_file_read(
    const struct send_file *f, uint64_t at, uint8_t *out, size_t n) MUST_USE;

#endif
