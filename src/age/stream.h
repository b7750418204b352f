/*
 * stream: the payload of an age file (C2SP age.md, "Payload"): chunks of 64 KiB
 * under one key, each with its number and whether it is the last in its nonce.
 */
#ifndef AGE_STREAM_H
#define AGE_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "base/err.h"
#include "crypt/aead.h"

#define STREAM_NONCE_BYTES 16U
#define STREAM_SEALED_BYTES (AGE_CHUNK_BYTES + AEAD_TAG_BYTES)

/* The payload's key, ready; NULL when memory cannot be had. */
struct aead *stream_open(const uint8_t file_key[static AGE_FILE_KEY_BYTES],
    const uint8_t nonce[static STREAM_NONCE_BYTES]);

/* The nonce of a chunk. */
void stream_nonce(
    uint8_t out[static AEAD_NONCE_BYTES], uint64_t number, bool last);

/* Seal or open chunk `number`: `n` bytes in, 16 more or fewer out. */
enum err stream_seal(struct aead *a, uint8_t *out, uint64_t number, bool last,
    const uint8_t *in, size_t n) MUST_USE;
enum err stream_unseal(struct aead *a, uint8_t *out, uint64_t number, bool last,
    const uint8_t *in, size_t n) MUST_USE;

#endif
