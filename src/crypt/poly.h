/*
 * poly: what ML-KEM calculates with (FIPS 203, sections 2.4, 4.2 and 4.3):
 * polynomials of 256 coefficients modulo q = 3329, and lists of three.
 *
 * A coefficient is held as any 16-bit number of its class modulo q; each call
 * says how small it wants it and leaves it.  Products are made with
 * Montgomery's reduction inside poly.c; its factors never show outside.
 * Nothing here branches on, indexes by or divides a coefficient but
 * poly_uniform4(), whose input is public.
 */
#ifndef CRYPT_POLY_H
#define CRYPT_POLY_H

#include <stdalign.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define POLY_N 256U
#define POLY_Q 3329
#define POLY_K 3U /* polynomials in a list; ML-KEM-768 */
#define POLY_BYTES(d) (32U * (d)) /* encoded with d bits a coefficient */

struct poly {
	alignas(32) int16_t c[POLY_N];
};

/* A polynomial in the NTT domain made ready to multiply with. */
struct poly_factor {
	alignas(32) int16_t even[POLY_N];
	alignas(32) int16_t odd[POLY_N];
};

/* Algorithm 7, SampleNTT, for four XOF inputs rho || j || i at once.  The
 * coefficients are below q. */
void poly_uniform4(struct poly *out[4], const uint8_t *seed[4]);

/* Algorithm 8, SamplePolyCBD with eta = 2, from PRF(key, n) to PRF(key, n + 3):
 * four polynomials at once, coefficients from -2 to 2. */
void poly_noise4(
    struct poly out[static 4], const uint8_t key[static 32], uint8_t n);

/* Algorithm 9, NTT: coefficients from -q to q become others of that range. */
void poly_ntt(struct poly *f);

/* Algorithm 10, the inverse; the same range. */
void poly_inverse_ntt(struct poly *f);

/* Algorithm 11, MultiplyNTTs, summed over a list: out = a[0] b[0] +
 * a[step] b[1] + a[2 step] b[2], with coefficients of `a` from -4096 to 4096;
 * those of `out` are within q. */
void poly_factor(struct poly_factor *out, const struct poly *b);
void poly_inner(struct poly *out, const struct poly *a, unsigned step,
    const struct poly_factor b[static POLY_K]);

/* f += g, f -= g.  The sums must stay within 4 q. */
void poly_add(struct poly *f, const struct poly *g);
void poly_sub(struct poly *f, const struct poly *g);

/* Bring every coefficient from within 4 q to 0..q-1. */
void poly_reduce(struct poly *f);

/* Algorithms 5 and 6, ByteEncode and ByteDecode, for d = 12; decoding does not
 * reduce, so poly_decode12() leaves up to 4095. */
void poly_encode12(uint8_t out[static POLY_BYTES(12)], const struct poly *f);
void poly_decode12(struct poly *f, const uint8_t in[static POLY_BYTES(12)]);

/* Is every coefficient below q?  For encapsulation keys, which are public. */
bool poly_is_reduced(const struct poly *f);

/* ByteEncode_d(Compress_d(f)) and Decompress_d(ByteDecode_d(in)), for d = 1, 4
 * and 10 (equations 4.7 and 4.8); `f` must be reduced, and is when decoded. */
void poly_compress1(uint8_t out[static POLY_BYTES(1)], const struct poly *f);
void poly_compress4(uint8_t out[static POLY_BYTES(4)], const struct poly *f);
void poly_compress10(uint8_t out[static POLY_BYTES(10)], const struct poly *f);
void poly_decompress1(struct poly *f, const uint8_t in[static POLY_BYTES(1)]);
void poly_decompress4(struct poly *f, const uint8_t in[static POLY_BYTES(4)]);
void poly_decompress10(struct poly *f, const uint8_t in[static POLY_BYTES(10)]);

#endif
