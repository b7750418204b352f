/*
 * mlkem: ML-KEM-768 (FIPS 203, final): ours, constant time, written beside the
 * standard.
 */
#ifndef CRYPT_MLKEM_H
#define CRYPT_MLKEM_H

#include <stdint.h>

#include "base/err.h"

#define MLKEM_EK_BYTES 1184U
#define MLKEM_DK_BYTES 2400U
#define MLKEM_CT_BYTES 1088U
#define MLKEM_SEED_BYTES 64U /* d and z */
#define MLKEM_SHARED_BYTES 32U

/* Algorithm 16, ML-KEM.KeyGen_internal(d, z). */
void mlkem_keys(uint8_t ek[static MLKEM_EK_BYTES],
    uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t seed[static MLKEM_SEED_BYTES]);

/* Algorithm 17, ML-KEM.Encaps_internal(ek, m), behind the check of section
 * 7.2: ERR_FORMAT for an encapsulation key with a coefficient out of range. */
enum err mlkem_encaps(uint8_t ct[static MLKEM_CT_BYTES],
    uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t ek[static MLKEM_EK_BYTES],
    const uint8_t m[static 32]) MUST_USE;

/* Algorithm 18, ML-KEM.Decaps_internal(dk, c), with implicit rejection. */
void mlkem_decaps(uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t ct[static MLKEM_CT_BYTES]);

#endif
