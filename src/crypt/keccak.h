/*
 * keccak: SHA-3 and SHAKE (FIPS 202), without memory of their own and in
 * constant time for a given length.
 */
#ifndef CRYPT_KECCAK_H
#define CRYPT_KECCAK_H

#include <stdalign.h>
#include <stddef.h>
#include <stdint.h>

#define SHA3_256_BYTES 32U
#define SHA3_512_BYTES 64U
#define SHAKE128_RATE 168U
#define SHAKE256_RATE 136U
#define KECCAK_LANES 25U

/* Hash `n` bytes. */
void sha3_256(uint8_t out[static SHA3_256_BYTES], const void *p, size_t n);
void sha3_512(uint8_t out[static SHA3_512_BYTES], const void *p, size_t n);

/* `out_len` bytes of SHAKE of `n` bytes.  `out` may not overlap `p`. */
void shake128(uint8_t *out, size_t out_len, const void *p, size_t n);
void shake256(uint8_t *out, size_t out_len, const void *p, size_t n);

/*
 * A SHAKE in pieces: init, absorb any number of times, then squeeze any number
 * of times (absorbing after that is a broken invariant), drop.  May hold
 * secrets; shake_drop() wipes it.
 */
struct shake {
	alignas(32) uint64_t lane[KECCAK_LANES];
	uint32_t rate; /* bytes a permutation */
	uint32_t at; /* bytes of the block that are used */
	uint32_t squeezing;
};

void shake128_init(struct shake *s);
void shake256_init(struct shake *s);
void shake_absorb(struct shake *s, const void *p, size_t n);
void shake_squeeze(struct shake *s, uint8_t *out, size_t n);
void shake_drop(struct shake *s);

/*
 * Four SHAKEs side by side over short inputs of one length, as ML-KEM takes
 * them: by AVX2 where the machine has it, one after the other elsewhere.
 * shake4_begin() takes four inputs of `n` < `rate` bytes (the rate is
 * SHAKE128_RATE or SHAKE256_RATE); each shake4_block() then writes the next
 * `rate` bytes of each.  Wipe with shake4_drop().
 */
#define SHAKE4_WAYS 4U

struct shake4 {
	alignas(32) uint64_t lane[KECCAK_LANES][SHAKE4_WAYS];
	uint32_t rate;
};

void shake4_begin(
    struct shake4 *s, uint32_t rate, const uint8_t *in[SHAKE4_WAYS], size_t n);
void shake4_block(struct shake4 *s, uint8_t *out[SHAKE4_WAYS]);
void shake4_drop(struct shake4 *s);

#endif
