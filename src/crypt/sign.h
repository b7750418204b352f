/* sign: Ed25519 (RFC 8032). */
#ifndef CRYPT_SIGN_H
#define CRYPT_SIGN_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SIGN_SEED_BYTES 32U
#define SIGN_PUBLIC_BYTES 32U
#define SIGN_BYTES 64U

/* The public key of a seed. */
void sign_public(uint8_t pub[static SIGN_PUBLIC_BYTES],
    const uint8_t seed[static SIGN_SEED_BYTES]);

/* Sign `n` bytes with the key of a seed. */
void sign_make(uint8_t sig[static SIGN_BYTES],
    const uint8_t seed[static SIGN_SEED_BYTES], const void *p, size_t n);

/* ERR_FORGED unless the signature is right (small-order keys and other
 * spellings of a signature refused). */
enum err sign_check(const uint8_t sig[static SIGN_BYTES],
    const uint8_t pub[static SIGN_PUBLIC_BYTES], const void *p,
    size_t n) MUST_USE;

#endif
