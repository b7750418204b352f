/*
 * check: a short code by which a source and the team can agree, in a letter or
 * on a page, that a file arrived unchanged.  It is keyed with the source's k,
 * so that it says nothing of the file to anybody else:
 *
 *	HMAC-SHA-256(HKDF(k, "sotto/1 check"), SHA-256 of the file), its first
 *	5 bytes in base32, a hyphen in the middle: "k7mq-2xnf"
 */
#ifndef LETTER_CHECK_H
#define LETTER_CHECK_H

#include <stdint.h>

#include "crypt/hash.h"
#include "letter/source.h"

#define CHECK_BYTES 10U /* with its NUL */

void check_code(char out[static CHECK_BYTES],
    const uint8_t k[static SOURCE_K_BYTES],
    const uint8_t sha256[static SHA256_BYTES]);

#endif
