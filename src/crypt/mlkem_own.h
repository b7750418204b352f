/*
 * mlkem_own: our own ML-KEM-768, written beside FIPS 203.  mlkem.h says what
 * the calls promise and chooses between this and libcrypto's; tests and the
 * bench compare the two.
 */
#ifndef CRYPT_MLKEM_OWN_H
#define CRYPT_MLKEM_OWN_H

#include "crypt/mlkem.h"

void mlkem_own_keys(uint8_t ek[static MLKEM_EK_BYTES],
    uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t seed[static MLKEM_SEED_BYTES]);

enum err mlkem_own_encaps(uint8_t ct[static MLKEM_CT_BYTES],
    uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t ek[static MLKEM_EK_BYTES],
    const uint8_t m[static 32]) MUST_USE;

void mlkem_own_decaps(uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t ct[static MLKEM_CT_BYTES]);

#endif
