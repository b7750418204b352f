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
	EVP_MD_CTX *brief; /* of what hash.c hashes at one go; begun */
};

/* Empty until crypt_init(); after it only what is in `brief` changes, which one
 * thread uses. */
extern struct fetched crypt_fetched;

#endif
