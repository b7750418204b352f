/*
 * handle: what a team calls a source: three words, "a-b-c", from the first 33
 * bits of SHA-256("sotto/1 handle" || signing key).  Always computed from the
 * key, never read from a letter.
 */
#ifndef LETTER_HANDLE_H
#define LETTER_HANDLE_H

#include <stdint.h>

#include "base/err.h"
#include "crypt/sign.h"
#include "letter/words.h"

#define HANDLE_WORDS 3U
#define HANDLE_TEXT_BYTES (HANDLE_WORDS * WORDS_WIDTH) /* with NUL */

void handle_of(char out[static HANDLE_TEXT_BYTES],
    const uint8_t sign_public[static SIGN_PUBLIC_BYTES]);

/* Read what a member typed: like a phrase's words, any case and separator.
 * Writes the one spelling.  ERR_FORMAT. */
enum err handle_read(
    char out[static HANDLE_TEXT_BYTES], const char *typed, size_t n) MUST_USE;

#endif
