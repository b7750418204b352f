/*
 * crypt: what every use of cryptography needs first.
 *
 * crypt/ is the only floor that includes a crypto library: libsodium for keys
 * and small things, OpenSSL's libcrypto for bulk.  Other floors see these
 * headers.  Everything here can be used after crypt_init() without opening a
 * file or a socket, so it works inside every sandbox.
 */
#ifndef CRYPT_CRYPT_H
#define CRYPT_CRYPT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/* Make the libraries ready and fetch every cipher, so that nothing is opened
 * or loaded later.  May be called twice.  ERR_IO when a library fails. */
enum err crypt_init(void) MUST_USE;

/* Fill with random bytes from the system.  Cannot fail after crypt_init(). */
void crypt_random(void *out, size_t n);

/* A random number below `bound` (> 0), without bias. */
uint32_t crypt_random_below(uint32_t bound);

/* Are `n` bytes the same?  Takes as long whatever they are. */
bool crypt_same(const void *a, const void *b, size_t n);

/* The libraries that are in use, for --version: "libsodium 1.0.18, OpenSSL
 * 3.0.19".  Never NULL. */
const char *crypt_libraries(void);

#endif
