/*
 * closed: the file of a closed day.
 *
 *	block of 4,096 bytes   "sotto/1 day\n", zeros to 16 | day u32 | letters
 *	                       u32 | parts u32 | SHA-256 of the letters' tags |
 *	                       SHA-256 of the parts' tags | zeros
 *	tags                   of the letters, rising; of the parts, rising;
 *	                       16 bytes each; zeros to a multiple of 4,096
 *	letters                16,384 bytes each, in the order of their tags
 *	parts                  1,048,576 bytes each, in the order of their tags
 *
 * Nothing in it tells a filled-in envelope from another, or in which order they
 * came.
 */
#ifndef POOL_CLOSED_H
#define POOL_CLOSED_H

#include "pool/pool.h"

#define CLOSED_BLOCK 4096U

struct closed {
	int fd; /* -1 when there is none */
	uint32_t day, letters, parts;
	uint8_t digest[2][POOL_DIGEST_BYTES]; /* by enum pool_kind */
};

/* How many bytes a closed day with so many takes. */
uint64_t closed_size(uint64_t letters, uint64_t parts);

uint32_t closed_count(const struct closed *c, enum pool_kind kind);

/* Where the i-th tag and the i-th envelope lie. */
uint64_t closed_tag_at(const struct closed *c, enum pool_kind kind, uint32_t i);
uint64_t closed_at(const struct closed *c, enum pool_kind kind, uint32_t i);

/* Which place has this tag?  ERR_NOTHING. */
enum err closed_find(const struct closed *c, enum pool_kind kind,
    const uint8_t tag[static POOL_TAG_BYTES], uint32_t *i) MUST_USE;

/* Read and verify header, size and index of the file `fd`, which `c` then has;
 * ERR_FORMAT, and `fd` stays the caller's. */
enum err closed_read(struct closed *c, int fd, uint32_t day) MUST_USE;

/* Write the first block. */
enum err closed_write_head(const struct closed *c) MUST_USE;

void closed_drop(struct closed *c);

#endif
