/*
 * record_in: how a record stands in its file, for the two that know: record.c
 * writes, record_read.c reads.
 */
#ifndef DESK_RECORD_IN_H
#define DESK_RECORD_IN_H

#include "crypt/aead.h"

#include "desk/record.h"

#define RECORD_WORD 4U /* the length, in front */
#define RECORD_OVERHEAD (XAEAD_NONCE_BYTES + AEAD_TAG_BYTES)
#define RECORD_SEALED_MAX (RECORD_MAX + RECORD_WORD + 2 * RECORD_OVERHEAD)
#define RECORD_TAIL (1U << 31) /* in the first word: there is a tail */
#define RECORD_BOUND_MAX 17U

/* Where the two halves of a record lie, behind its first word. */
struct record_shape {
	uint32_t word; /* as it stands in the file */
	uint64_t at;
	size_t skip; /* the length of the head, where there is one */
	size_t head, tail; /* sealed bytes; no tail: 0 */
};

/* What is bound to a half: where the record stands; of one with a tail also its
 * shape, and which half it is.  Returns how many bytes. */
size_t record_bind(uint8_t out[static RECORD_BOUND_MAX],
    const struct record_shape *s, bool tail);

#endif
