/*
 * header: the textual header of an age file (C2SP age.md, "ABNF definition of
 * file header"), exactly; nothing is owned, everything points into its bytes.
 */
#ifndef AGE_HEADER_H
#define AGE_HEADER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypt/hash.h"

#define HEADER_VERSION "age-encryption.org/v1\n"
#define HEADER_ARGS 3U /* more are counted, but not kept */
#define HEADER_COLUMNS 64U

struct header_word {
	const char *at;
	size_t len;
};

struct header_stanza {
	struct header_word arg[HEADER_ARGS];
	size_t args;
	struct header_word body; /* its lines, line feeds included */
	size_t body_len; /* the bytes that they stand for */
};

struct header {
	const uint8_t *at;
	size_t len;
	uint8_t mac[SHA256_BYTES];
};

/* Is this first line (its line feed included) that of age v1?  ERR_VERSION for
 * another version, ERR_FORMAT for something else than age. */
enum err header_check_version(const uint8_t *p, size_t n) MUST_USE;

/* Read a whole header: `n` bytes up to and including the line feed behind the
 * MAC.  ERR_FORMAT; ERR_VERSION for another version of age. */
enum err header_read(struct header *h, const uint8_t *p, size_t n) MUST_USE;

/* The stanza at `*at` (0 for the first), which moves on; false when there are
 * no more. */
bool header_stanza(const struct header *h, size_t *at, struct header_stanza *s);

/* Is the `i`-th argument this word? */
bool header_is_arg(const struct header_stanza *s, size_t i, const char *word);

/* The bytes of the body; ERR_FORMAT unless it has exactly `n`. */
enum err header_body(
    uint8_t *out, size_t n, const struct header_stanza *s) MUST_USE;

/* Append a stanza: its arguments, already joined by spaces, and its body. */
enum err header_put_stanza(
    struct buf *out, const char *args, const uint8_t *body, size_t n) MUST_USE;

/* Append the last line: the MAC over all that is in `out` under a file key. */
enum err header_put_mac(struct buf *out,
    const uint8_t file_key[static AGE_FILE_KEY_BYTES]) MUST_USE;

/* ERR_FORGED unless the MAC is that of this file key. */
enum err header_check_mac(const struct header *h,
    const uint8_t file_key[static AGE_FILE_KEY_BYTES]) MUST_USE;

#endif
