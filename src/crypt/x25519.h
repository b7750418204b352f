/* x25519: RFC 7748. */
#ifndef CRYPT_X25519_H
#define CRYPT_X25519_H

#include <stdint.h>

#include "base/err.h"

#define X25519_BYTES 32U

void x25519_public(uint8_t pub[static X25519_BYTES],
    const uint8_t secret[static X25519_BYTES]);

/* ERR_FORGED when the result would be zero (a point of small order). */
enum err x25519_shared(uint8_t out[static X25519_BYTES],
    const uint8_t secret[static X25519_BYTES],
    const uint8_t pub[static X25519_BYTES]) MUST_USE;

#endif
