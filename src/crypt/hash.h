/*
 * hash: SHA-256 (FIPS 180-4), HMAC (RFC 2104), HKDF-SHA-256 (RFC 5869).
 */
#ifndef CRYPT_HASH_H
#define CRYPT_HASH_H

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SHA256_BYTES 32U

/* SHA-256 of few bytes. */
void sha256(uint8_t out[static SHA256_BYTES], const void *p, size_t n);

/* SHA-256 of two runs of bytes, one behind the other: sha256_two(out, "label",
 * 5, p, n). */
void sha256_two(uint8_t out[static SHA256_BYTES], const void *a, size_t a_len,
    const void *b, size_t b_len);

/* SipHash-2-4 under a key: where something goes in a table whose entries a
 * stranger chose. */
#define HASH_SHORT_KEY 16U
uint64_t hash_short(
    const uint8_t key[static HASH_SHORT_KEY], const void *p, size_t n);

/* SHA-256 of many bytes, at the speed of the machine's instructions. */
struct sha256;
struct sha256 *sha256_open(void); /* NULL when memory cannot be had */
void sha256_add(struct sha256 *h, const void *p, size_t n);
/* Write the hash; `h` may then only be closed or begun again. */
void sha256_end(struct sha256 *h, uint8_t out[static SHA256_BYTES]);
void sha256_again(struct sha256 *h);
void sha256_close(struct sha256 *h); /* NULL does nothing */

/* HMAC-SHA-256 of `n` bytes under a key of any length. */
void hmac(uint8_t out[static SHA256_BYTES], const void *key, size_t key_len,
    const void *p, size_t n);

/*
 * HKDF.  hkdf_init() extracts once; the midstates of the HMAC are kept, so
 * that thousands of labels under one secret are cheap.  Holds secrets: wipe it
 * with hkdf_drop().  May be copied by value.
 */
struct hkdf {
	alignas(16) uint8_t state[224];
};

/* Extract from `n` bytes of input with a salt (NULL, 0 for the empty one). */
void hkdf_init(struct hkdf *h, const void *salt, size_t salt_len,
    const void *ikm, size_t n);

/* Expand to `out_len` bytes (at most 255 * 32) under `info`. */
void hkdf_expand(const struct hkdf *h, const void *info, size_t info_len,
    uint8_t *out, size_t out_len);
void hkdf_drop(struct hkdf *h);

/* HKDF with empty salt, the label a C string, 32 bytes out: the protocol's
 * HKDF(x, label). */
void hkdf32(uint8_t out[static 32], const void *x, size_t n, const char *label);

#endif
