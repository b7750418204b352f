/*
 * part: files cut into parts and put together again.
 *
 * A file of n bytes is ceil(n / 1,046,677) parts; the last is filled with NULs
 * by its sealer.  An empty file has none.
 */
#ifndef LETTER_PART_H
#define LETTER_PART_H

#include <stddef.h>
#include <stdint.h>

#include "age/envelope.h"
#include "base/err.h"
#include "crypt/hash.h"

#define PART_PLAIN ENVELOPE_PART_PLAIN

/* How many parts a file of `size` bytes (at most 2^40) takes, and how many of
 * its bytes are in part i. */
uint32_t part_count(uint64_t size);
size_t part_bytes(uint64_t size, uint32_t i);

/* Putting a file together, part by part in order. */
struct part_join {
	struct sha256 *hash;
	uint64_t left; /* bytes still to come */
	uint8_t want[SHA256_BYTES];
};

/* Begin a file of `size` bytes with this hash.  ERR_NOMEM. */
enum err part_join_open(struct part_join *j, uint64_t size,
    const uint8_t sha256[static SHA256_BYTES]) MUST_USE;

/* The next part's plaintext: the first `*take` of its PART_PLAIN bytes are the
 * file's, and the caller's to keep (not to believe before the end).  ERR_FORMAT
 * when something other than NULs follows them or the file has no such part. */
enum err part_join_add(struct part_join *j,
    const uint8_t plain[static PART_PLAIN], size_t *take) MUST_USE;

/* ERR_SHORT when parts lack, ERR_FORGED when the hash is another. */
enum err part_join_end(struct part_join *j) MUST_USE;
void part_join_close(struct part_join *j); /* may be called twice */

#endif
