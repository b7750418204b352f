/*
 * aead: ChaCha20-Poly1305 (RFC 8439) for bulk, XChaCha20-Poly1305
 * (draft-irtf-cfrg-xchacha-03) for small things under random nonces.
 */
#ifndef CRYPT_AEAD_H
#define CRYPT_AEAD_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define AEAD_KEY_BYTES 32U
#define AEAD_NONCE_BYTES 12U
#define AEAD_TAG_BYTES 16U
#define XAEAD_NONCE_BYTES 24U

/* A key, ready for many messages.  NULL when memory cannot be had. */
struct aead;
struct aead *aead_open(const uint8_t key[static AEAD_KEY_BYTES]);
void aead_close(struct aead *a); /* wipes; NULL does nothing */

/* Use another key in the same place. */
enum err aead_rekey(
    struct aead *a, const uint8_t key[static AEAD_KEY_BYTES]) MUST_USE;

/* Seal `n` bytes: n + AEAD_TAG_BYTES go to `out`, which may be `in`.  ERR_IO
 * when the library fails. */
enum err aead_seal(struct aead *a, uint8_t *out,
    const uint8_t nonce[static AEAD_NONCE_BYTES], const uint8_t *in,
    size_t n) MUST_USE;

/* Open `n` bytes, tag included (n >= 16): n - 16 go to `out`, which may be
 * `in`.  ERR_FORGED leaves nothing of the plaintext in `out`. */
enum err aead_unseal(struct aead *a, uint8_t *out,
    const uint8_t nonce[static AEAD_NONCE_BYTES], const uint8_t *in,
    size_t n) MUST_USE;

/* Sealing as bytes come: begin a message, add pieces (as many bytes out as
 * in), end with the tag.  One message at a time. */
enum err aead_begin(
    struct aead *a, const uint8_t nonce[static AEAD_NONCE_BYTES]) MUST_USE;
enum err aead_add(
    struct aead *a, uint8_t *out, const uint8_t *in, size_t n) MUST_USE;
enum err aead_end(struct aead *a, uint8_t tag[static AEAD_TAG_BYTES]) MUST_USE;

/* ChaCha20-Poly1305 of a few bytes under a key that is used once: nothing is
 * asked of the system, so sealing cannot fail.  Out: n + 16 or n - 16 bytes. */
void aead_seal_once(uint8_t *out, const uint8_t key[static AEAD_KEY_BYTES],
    const uint8_t nonce[static AEAD_NONCE_BYTES], const uint8_t *in, size_t n);
enum err aead_unseal_once(uint8_t *out,
    const uint8_t key[static AEAD_KEY_BYTES],
    const uint8_t nonce[static AEAD_NONCE_BYTES], const uint8_t *in,
    size_t n) MUST_USE;

/* XChaCha20-Poly1305 with associated data.  Out: n + 16 or n - 16 bytes. */
void xaead_seal(uint8_t *out, const uint8_t key[static AEAD_KEY_BYTES],
    const uint8_t nonce[static XAEAD_NONCE_BYTES], const void *ad,
    size_t ad_len, const uint8_t *in, size_t n);
enum err xaead_unseal(uint8_t *out, const uint8_t key[static AEAD_KEY_BYTES],
    const uint8_t nonce[static XAEAD_NONCE_BYTES], const void *ad,
    size_t ad_len, const uint8_t *in, size_t n) MUST_USE;

#endif
