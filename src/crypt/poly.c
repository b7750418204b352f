#include <string.h>

#include "base/wipe.h"
#include "crypt/ct.h"
#include "crypt/keccak.h"
#include "crypt/wide.h"

#include "crypt/poly.h"

#define Q POLY_Q
#define Q_INVERSE (-3327) /* of q modulo 2^16 */
#define R_SQUARED 1353 /* 2^32 modulo q */
#define INVERSE_128 512 /* 3303 = 128^-1 modulo q, times 2^16 */

/* 17^BitRev7(i) modulo q (appendix A), times 2^16 for Montgomery's product. */
const int16_t poly_zeta[128] = {
	-1044,
	-758,
	-359,
	-1517,
	1493,
	1422,
	287,
	202,
	-171,
	622,
	1577,
	182,
	962,
	-1202,
	-1474,
	1468,
	573,
	-1325,
	264,
	383,
	-829,
	1458,
	-1602,
	-130,
	-681,
	1017,
	732,
	608,
	-1542,
	411,
	-205,
	-1571,
	1223,
	652,
	-552,
	1015,
	-1293,
	1491,
	-282,
	-1544,
	516,
	-8,
	-320,
	-666,
	-1618,
	-1162,
	126,
	1469,
	-853,
	-90,
	-271,
	830,
	107,
	-1421,
	-247,
	-951,
	-398,
	961,
	-1508,
	-725,
	448,
	-1065,
	677,
	-1275,
	-1103,
	430,
	555,
	843,
	-1251,
	871,
	1550,
	105,
	422,
	587,
	177,
	-235,
	-291,
	-460,
	1574,
	1653,
	-246,
	778,
	1159,
	-147,
	-777,
	1483,
	-602,
	1119,
	-1590,
	644,
	-872,
	349,
	418,
	329,
	-156,
	-75,
	817,
	1097,
	603,
	610,
	1322,
	-1285,
	-1465,
	384,
	-1215,
	-136,
	1218,
	-1335,
	-874,
	220,
	-1187,
	-1659,
	-1185,
	-1530,
	-1278,
	794,
	-1510,
	-854,
	-870,
	478,
	-108,
	-308,
	996,
	991,
	958,
	-1460,
	1522,
	1628,
};

/* a / 2^16 modulo q, within q, for |a| < 2^15 q (Montgomery). */
static int16_t
montgomery(int32_t a)
{
	int16_t t = (int16_t)((uint32_t)a * (uint32_t)Q_INVERSE);

	return (int16_t)((a - t * Q) >> 16);
}

static int16_t
multiply(int16_t a, int16_t b)
{
	return montgomery((int32_t)a * b);
}

/* `a` modulo q, within q / 2 and one (Barrett): 20159 is 2^26 / q. */
static int16_t
barrett(int16_t a)
{
	int32_t t = ((int32_t)a * 20159 + (1 << 25)) >> 26;

	return (int16_t)(a - t * Q);
}

/* The inner loop of algorithm 9: 2 len coefficients share a zeta. */
static void
butterflies(int16_t *c, unsigned len, int16_t zeta)
{
	for (unsigned j = 0; j < len; j++) {
		int16_t t = multiply(c[j + len], zeta);

		c[j + len] = (int16_t)(c[j] - t);
		c[j] = (int16_t)(c[j] + t);
	}
}

/* And that of algorithm 10. */
static void
inverse_butterflies(int16_t *c, unsigned len, int16_t zeta)
{
	for (unsigned j = 0; j < len; j++) {
		int16_t t = c[j];

		c[j] = barrett((int16_t)(t + c[j + len]));
		c[j + len] = multiply((int16_t)(c[j + len] - t), zeta);
	}
}

/* The zetas of a layer of `blocks` blocks are those from number `blocks` on.
 * Each layer adds at most q: |f| stays within 8 q < 2^15. */
void
poly_ntt(struct poly *f)
{
	unsigned len = 128;

	if (wide_is_on()) {
		wide_ntt(f);
		return;
	}
	for (unsigned blocks = 1; blocks <= 64; blocks *= 2, len /= 2)
		for (unsigned n = 0; n < blocks; n++)
			butterflies(f->c + (size_t)2 * len * n, len,
			    poly_zeta[blocks + n]);
	for (unsigned j = 0; j < POLY_N; j++)
		f->c[j] = barrett(f->c[j]);
}

void
poly_inverse_ntt(struct poly *f)
{
	unsigned len = 2;

	if (wide_is_on()) {
		wide_inverse_ntt(f);
		return;
	}
	for (unsigned blocks = 64; blocks >= 1; blocks /= 2, len *= 2)
		for (unsigned n = 0; n < blocks; n++)
			inverse_butterflies(f->c + (size_t)2 * len * n, len,
			    poly_zeta[2 * blocks - 1 - n]);
	for (unsigned j = 0; j < POLY_N; j++)
		f->c[j] = multiply(f->c[j], INVERSE_128);
}

/*
 * Algorithm 12, BaseCaseMultiply, takes c0 = a0 b0 + a1 b1 gamma and
 * c1 = a0 b1 + a1 b0.  The factor holds (b0, b1 gamma) and (b1, b0), times
 * 2^16, so that one reduction of each sum ends both the product and the list.
 * gamma = 17^(2 BitRev7(i) + 1) is zeta[64 + i / 2] and its negative in turn.
 */
void
poly_factor(struct poly_factor *out, const struct poly *b)
{
	if (wide_is_on()) {
		wide_factor(out, b);
		return;
	}
	for (unsigned i = 0; i < POLY_N; i += 2) {
		int16_t b0 = multiply(b->c[i], R_SQUARED);
		int16_t b1 = multiply(b->c[i + 1], R_SQUARED);
		int16_t gamma = poly_zeta[64 + i / 4];

		out->even[i] = b0;
		out->even[i + 1] =
		    multiply(b1, (int16_t)(i % 4 == 0 ? gamma : -gamma));
		out->odd[i] = b1;
		out->odd[i + 1] = b0;
	}
}

/* Six products of at most 4096 q each: within 2^15 q. */
void
poly_inner(struct poly *out, const struct poly *a, unsigned step,
    const struct poly_factor b[static POLY_K])
{
	if (wide_is_on()) {
		wide_inner(out, a, step, b);
		return;
	}
	for (unsigned i = 0; i < POLY_N; i += 2) {
		int32_t c0 = 0, c1 = 0;

		for (unsigned k = 0; k < POLY_K; k++) {
			const int16_t *f = a[(size_t)k * step].c + i;

			c0 += f[0] * b[k].even[i] + f[1] * b[k].even[i + 1];
			c1 += f[0] * b[k].odd[i] + f[1] * b[k].odd[i + 1];
		}
		out->c[i] = montgomery(c0);
		out->c[i + 1] = montgomery(c1);
	}
}

void
poly_add(struct poly *f, const struct poly *g)
{
	for (unsigned i = 0; i < POLY_N; i++)
		f->c[i] = (int16_t)(f->c[i] + g->c[i]);
}

void
poly_sub(struct poly *f, const struct poly *g)
{
	for (unsigned i = 0; i < POLY_N; i++)
		f->c[i] = (int16_t)(f->c[i] - g->c[i]);
}

/* 80636 is 2^28 / q rounded up: the quotient is exact below 2^15, because
 * 2^15 (80636 q - 2^28) < 2^28. */
void
poly_reduce(struct poly *f)
{
	if (wide_is_on()) {
		wide_reduce(f);
		return;
	}
	for (unsigned i = 0; i < POLY_N; i++) {
		uint32_t a = (uint32_t)(f->c[i] + 4 * Q);

		f->c[i] = (int16_t)(a - Q * ((a * 80636U) >> 28));
	}
}

/* ByteEncode_d for even d: four coefficients at a time fill d / 2 bytes. */
static inline uint64_t
four(unsigned d, uint64_t a, uint64_t b, uint64_t c, uint64_t e)
{
	return a | b << d | c << (2 * d) | e << (3 * d);
}

static inline void
encode4(uint8_t *out, unsigned d, uint64_t bits)
{
	for (unsigned i = 0; i < d / 2; i++)
		out[i] = (uint8_t)(bits >> (8 * i));
}

static inline void
decode4(int16_t out[static 4], unsigned d, const uint8_t *in)
{
	uint64_t bits = 0;

	for (unsigned i = 0; i < d / 2; i++)
		bits |= (uint64_t)in[i] << (8 * i);
	for (unsigned i = 0; i < 4; i++)
		out[i] = (int16_t)((bits >> (d * i)) & ((1U << d) - 1));
}

void
poly_encode12(uint8_t out[static POLY_BYTES(12)], const struct poly *f)
{
	for (unsigned i = 0; i < POLY_N; i += 4)
		encode4(out + (size_t)i / 4 * 6, 12,
		    four(12, (uint16_t)f->c[i], (uint16_t)f->c[i + 1],
			(uint16_t)f->c[i + 2], (uint16_t)f->c[i + 3]));
}

void
poly_decode12(struct poly *f, const uint8_t in[static POLY_BYTES(12)])
{
	for (unsigned i = 0; i < POLY_N; i += 4)
		decode4(f->c + i, 12, in + (size_t)i / 4 * 6);
}

bool
poly_is_reduced(const struct poly *f)
{
	bool yes = true;

	for (unsigned i = 0; i < POLY_N; i++)
		yes = yes && f->c[i] >= 0 && f->c[i] < Q;
	return yes;
}

/*
 * Compress_d: round(2^d x / q) modulo 2^d.  A division of a secret is an
 * instruction of varying time on many machines, so it is a product with
 * 20642679, which is 2^36 / q rounded up and exact below 2^22.
 */
static inline uint64_t
compress(unsigned d, int16_t x)
{
	uint64_t n = ((uint64_t)(uint16_t)x << d) + Q / 2;

	return ((n * 20642679U) >> 36) & ((1U << d) - 1);
}

/* Decompress_d: round(q y / 2^d). */
static inline int16_t
decompress(unsigned d, int16_t y)
{
	return (int16_t)((Q * (int32_t)y + (1 << (d - 1))) >> d);
}

static inline void
compress_all(uint8_t *out, unsigned d, const struct poly *f)
{
	for (unsigned i = 0; i < POLY_N; i += 4)
		encode4(out + (size_t)i / 4 * (d / 2), d,
		    four(d, compress(d, f->c[i]), compress(d, f->c[i + 1]),
			compress(d, f->c[i + 2]), compress(d, f->c[i + 3])));
}

static inline void
decompress_all(struct poly *f, unsigned d, const uint8_t *in)
{
	for (unsigned i = 0; i < POLY_N; i += 4)
		decode4(f->c + i, d, in + (size_t)i / 4 * (d / 2));
	for (unsigned i = 0; i < POLY_N; i++)
		f->c[i] = decompress(d, f->c[i]);
}

void
poly_compress4(uint8_t out[static POLY_BYTES(4)], const struct poly *f)
{
	compress_all(out, 4, f);
}

void
poly_compress10(uint8_t out[static POLY_BYTES(10)], const struct poly *f)
{
	compress_all(out, 10, f);
}

void
poly_decompress4(struct poly *f, const uint8_t in[static POLY_BYTES(4)])
{
	decompress_all(f, 4, in);
}

void
poly_decompress10(struct poly *f, const uint8_t in[static POLY_BYTES(10)])
{
	decompress_all(f, 10, in);
}

void
poly_compress1(uint8_t out[static POLY_BYTES(1)], const struct poly *f)
{
	for (unsigned i = 0; i < POLY_BYTES(1); i++) {
		unsigned byte = 0;

		for (unsigned k = 0; k < 8; k++)
			byte |= (unsigned)compress(1, f->c[8 * i + k]) << k;
		out[i] = (uint8_t)byte;
	}
}

/* A compiler that saw a bit here could branch on it. */
void
poly_decompress1(struct poly *f, const uint8_t in[static POLY_BYTES(1)])
{
	for (unsigned i = 0; i < POLY_N; i++)
		f->c[i] = decompress(
		    1, (int16_t)ct_hide((uint32_t)in[i / 8] >> (i % 8) & 1U));
}

/* One block of an XOF gives 112 numbers of 12 bits; those below q are taken.
 * Returns how many coefficients there are then. */
static unsigned
take_below_q(struct poly *f, unsigned have, const uint8_t block[SHAKE128_RATE])
{
	for (unsigned i = 0; i < SHAKE128_RATE && have < POLY_N; i += 3) {
		unsigned d1 = block[i] | (block[i + 1] & 15U) << 8;
		unsigned d2 = block[i + 1] >> 4 | (unsigned)block[i + 2] << 4;

		if (d1 < Q)
			f->c[have++] = (int16_t)d1;
		if (d2 < Q && have < POLY_N)
			f->c[have++] = (int16_t)d2;
	}
	return have;
}

void
poly_uniform4(struct poly *out[4], const uint8_t *seed[4])
{
	uint8_t block[4][SHAKE128_RATE];
	uint8_t *to[4] = { block[0], block[1], block[2], block[3] };
	unsigned have[4] = { 0 };
	struct shake4 xof;
	bool all = false;

	shake4_begin(&xof, SHAKE128_RATE, seed, 34);
	while (!all) {
		shake4_block(&xof, to);
		all = true;
		for (unsigned w = 0; w < 4; w++) {
			have[w] = take_below_q(out[w], have[w], block[w]);
			all = all && have[w] == POLY_N;
		}
	}
}

/* f[i] = x - y, each the sum of two bits; eight coefficients lie in 32 bits. */
static void
binomial(struct poly *f, const uint8_t in[static 128])
{
	for (unsigned i = 0; i < POLY_N; i += 8) {
		const uint8_t *b = in + (size_t)i / 2;
		uint32_t bits = b[0] | (uint32_t)b[1] << 8 |
		    (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
		uint32_t sums = (bits & 0x55555555) + (bits >> 1 & 0x55555555);

		for (unsigned k = 0; k < 8; k++) {
			uint32_t x = sums >> (4 * k) & 3;
			uint32_t y = sums >> (4 * k + 2) & 3;

			f->c[i + k] = (int16_t)((int32_t)x - (int32_t)y);
		}
	}
}

void
poly_noise4(struct poly out[static 4], const uint8_t key[static 32], uint8_t n)
{
	uint8_t seed[4][33], block[4][SHAKE256_RATE];
	const uint8_t *from[4] = { seed[0], seed[1], seed[2], seed[3] };
	uint8_t *to[4] = { block[0], block[1], block[2], block[3] };
	struct shake4 prf;

	for (unsigned w = 0; w < 4; w++) {
		memcpy(seed[w], key, 32);
		seed[w][32] = (uint8_t)(n + w);
	}
	shake4_begin(&prf, SHAKE256_RATE, from, 33);
	shake4_block(&prf, to);
	for (unsigned w = 0; w < 4; w++)
		binomial(out + w, block[w]);
	shake4_drop(&prf);
	wipe(seed, sizeof(seed));
	wipe(block, sizeof(block));
}
