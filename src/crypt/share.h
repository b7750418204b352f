/*
 * share: 32 secret bytes as three shares.  Any two give them back; one alone
 * says nothing about them.
 *
 * Shamir's scheme (Communications of the ACM 22, 1979) byte by byte in GF(2^8)
 * modulo x^8 + x^4 + x^3 + x + 1 (0x11b):
 *
 *	share i = secret + i * r	i = 1, 2, 3; r is 32 random bytes
 *
 * No branch, index or time depends on a secret byte; indexes are public.
 */
#ifndef CRYPT_SHARE_H
#define CRYPT_SHARE_H

#include <stdint.h>

#include "base/err.h"

#define SHARE_BYTES 32U
#define SHARE_COUNT 3U

/* Secret. */
struct share {
	uint8_t index; /* 1 to SHARE_COUNT; not secret */
	uint8_t at[SHARE_BYTES];
};

/* Make all three, with the system's randomness: another r each time, so shares
 * of two splits do not go together (and nothing here can see it). */
void share_split(struct share out[static SHARE_COUNT],
    const uint8_t secret[static SHARE_BYTES]);

/* The same with this r, for test values. */
void share_split_with(struct share out[static SHARE_COUNT],
    const uint8_t secret[static SHARE_BYTES],
    const uint8_t r[static SHARE_BYTES]);

/* The secret of two shares with different indexes, or ERR_FORMAT.  Whether
 * they belong together, and were not altered, must be seen from the result. */
enum err share_join(uint8_t secret[static SHARE_BYTES], const struct share *a,
    const struct share *b) MUST_USE;

/* Wipe. */
void share_drop(struct share *s);

#endif
