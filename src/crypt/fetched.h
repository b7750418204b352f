/*
 * fetched: what crypt_init() fetched from libcrypto, for the other files of
 * crypt/ alone.
 */
#ifndef CRYPT_FETCHED_H
#define CRYPT_FETCHED_H

#include <openssl/evp.h>

#include "crypt/aead.h"
#include "crypt/hash.h"

struct fetched {
	EVP_CIPHER *chacha;
	EVP_MD *sha256;
};

/* Empty until crypt_init(), never changed after it. */
extern struct fetched crypt_fetched;

#endif
