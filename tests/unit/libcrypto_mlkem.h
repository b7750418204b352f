/*
 * libcrypto_mlkem: ML-KEM-768 of libcrypto, from OpenSSL 3.5 on, as a judge of
 * ours.  Each call says whether it could.
 */
#ifndef LIBCRYPTO_MLKEM_H
#define LIBCRYPTO_MLKEM_H

#include <stdbool.h>

#include <openssl/opensslv.h>

#include "crypt/mlkem.h"

#if OPENSSL_VERSION_NUMBER >= 0x30500000L
#define LIBCRYPTO_MLKEM 1
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#define NAME "ML-KEM-768"

/* libcrypto's parameters are not const, though it only reads these. */
static OSSL_PARAM
octets(const char *key, const uint8_t *p, size_t n)
{
	return OSSL_PARAM_construct_octet_string(key, (void *)(uintptr_t)p, n);
}

static bool
theirs_keys(uint8_t ek[static MLKEM_EK_BYTES],
    uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t seed[static MLKEM_SEED_BYTES])
{
	const OSSL_PARAM params[] = {
		octets(OSSL_PKEY_PARAM_ML_KEM_SEED, seed, MLKEM_SEED_BYTES),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, NAME, NULL);
	EVP_PKEY *key = NULL;
	size_t n = 0, m = 0;
	bool did = ctx != NULL && EVP_PKEY_keygen_init(ctx) == 1 &&
	    EVP_PKEY_CTX_set_params(ctx, params) == 1 &&
	    EVP_PKEY_generate(ctx, &key) == 1 &&
	    EVP_PKEY_get_raw_public_key(key, NULL, &n) == 1 &&
	    n == MLKEM_EK_BYTES &&
	    EVP_PKEY_get_raw_private_key(key, NULL, &m) == 1 &&
	    m == MLKEM_DK_BYTES &&
	    EVP_PKEY_get_raw_public_key(key, ek, &n) == 1 &&
	    EVP_PKEY_get_raw_private_key(key, dk, &m) == 1;

	EVP_PKEY_free(key);
	EVP_PKEY_CTX_free(ctx);
	ERR_clear_error();
	return did;
}

static bool
theirs_encaps(uint8_t ct[static MLKEM_CT_BYTES],
    uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t ek[static MLKEM_EK_BYTES], const uint8_t m[static 32])
{
	const OSSL_PARAM params[] = {
		octets(OSSL_KEM_PARAM_IKME, m, 32),
		OSSL_PARAM_construct_end(),
	};
	EVP_PKEY *key = EVP_PKEY_new_raw_public_key_ex(
	    NULL, NAME, NULL, ek, MLKEM_EK_BYTES);
	EVP_PKEY_CTX *ctx =
	    key == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	size_t ct_len = MLKEM_CT_BYTES, n = MLKEM_SHARED_BYTES;
	bool did = ctx != NULL && EVP_PKEY_encapsulate_init(ctx, params) == 1 &&
	    EVP_PKEY_encapsulate(ctx, ct, &ct_len, shared, &n) == 1;

	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return did;
}

static bool
theirs_decaps(uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t ct[static MLKEM_CT_BYTES])
{
	EVP_PKEY *key = EVP_PKEY_new_raw_private_key_ex(
	    NULL, NAME, NULL, dk, MLKEM_DK_BYTES);
	EVP_PKEY_CTX *ctx =
	    key == NULL ? NULL : EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
	size_t n = MLKEM_SHARED_BYTES;
	bool did = ctx != NULL && EVP_PKEY_decapsulate_init(ctx, NULL) == 1 &&
	    EVP_PKEY_decapsulate(ctx, shared, &n, ct, MLKEM_CT_BYTES) == 1;

	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
	ERR_clear_error();
	return did;
}
#else
#define LIBCRYPTO_MLKEM 0
#endif

#endif
