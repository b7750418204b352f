/* slow: keys from words.  Argon2id (RFC 9106) and scrypt (RFC 7914). */
#ifndef CRYPT_SLOW_H
#define CRYPT_SLOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define SLOW_SALT_BYTES 16U

/* As much of crypt_init() as this module needs, for a process that does nothing
 * else: three megabytes of libcrypto stay untouched.  ERR_IO. */
enum err slow_init(void) MUST_USE;

/* 32 bytes by Argon2id with 19 MiB, two passes, one lane.  ERR_NOMEM. */
enum err slow_argon2id(uint8_t out[static 32], const void *words, size_t n,
    const uint8_t salt[static SLOW_SALT_BYTES]) MUST_USE;

/* 32 bytes by scrypt with N = 2^log_n, r = 8, p = 1.  ERR_NOMEM. */
enum err slow_scrypt(uint8_t out[static 32], const void *words, size_t n,
    const void *salt, size_t salt_len, unsigned log_n) MUST_USE;

#endif
