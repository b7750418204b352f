/*
 * mlkem_libcrypto: ML-KEM-768 of libcrypto, from OpenSSL 3.5 on.  Each call
 * says whether it could; what it could not, for want of memory or because the
 * library was built without it, ours does (mlkem.c).
 */
#ifndef CRYPT_MLKEM_LIBCRYPTO_H
#define CRYPT_MLKEM_LIBCRYPTO_H

#include <stdbool.h>

#include <openssl/opensslv.h>

#include "crypt/mlkem.h"

#if OPENSSL_VERSION_NUMBER >= 0x30500000L
#define MLKEM_LIBCRYPTO 1
#else
#define MLKEM_LIBCRYPTO 0
#endif

#if MLKEM_LIBCRYPTO
bool mlkem_libcrypto_keys(uint8_t ek[static MLKEM_EK_BYTES],
    uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t seed[static MLKEM_SEED_BYTES]) MUST_USE;

/* Also false for a key that is none; ours then says so. */
bool mlkem_libcrypto_encaps(uint8_t ct[static MLKEM_CT_BYTES],
    uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t ek[static MLKEM_EK_BYTES],
    const uint8_t m[static 32]) MUST_USE;

bool mlkem_libcrypto_decaps(uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t ct[static MLKEM_CT_BYTES]) MUST_USE;
#endif

#endif
