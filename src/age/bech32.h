/*
 * bech32: BIP 173 without its limit on length, as age spells its keys.  The
 * checksum finds any four wrong characters of a short string; one spelling for
 * each value, in one case throughout.
 */
#ifndef AGE_BECH32_H
#define AGE_BECH32_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/enc.h"
#include "base/err.h"

/* Characters for `n` bytes behind a human-readable part of `hrp_len`. */
#define BECH32_LEN(hrp_len, n) ((hrp_len) + 1 + ENC_BASE32_LEN(n) + 6)

/* Write `n` bytes behind `hrp` (lower case) and a NUL: `out` holds
 * BECH32_LEN(strlen(hrp), n) + 1.  All in upper case when `upper`. */
void bech32_write(
    char *out, const char *hrp, bool upper, const uint8_t *p, size_t n);

/* Read exactly `len` characters, in the case that is asked for, into exactly
 * `n` bytes behind `hrp`.  ERR_FORMAT leaves `out` unchanged. */
enum err bech32_read(uint8_t *out, size_t n, const char *hrp, bool upper,
    const char *s, size_t len) MUST_USE;

#endif
