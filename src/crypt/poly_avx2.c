/*
 * The calculations of poly.c, sixteen coefficients at a time; read that file
 * first.  Coefficients keep their places in memory, so both may be mixed.
 *
 * The layers of the NTT with len >= 16 go straight over vectors.  Those with
 * len = 8, 4, 2 stay within 32 coefficients, two vectors: `split` brings the
 * two halves of all butterflies into one vector each, `join` brings them back.
 */
#include "crypt/wide.h"

#if WIDE_BUILT
#include <immintrin.h>

#define V __m256i
#define Q POLY_Q
#define Q_INVERSE (-3327)
#define R_SQUARED 1353
#define INVERSE_128 512
#define WAYS 16U

/* A constant to multiply with: itself, and times q^-1 modulo 2^16. */
struct by {
	V times;
	V inverse;
};

WIDE static inline V
load(const int16_t *p)
{
	return _mm256_load_si256((const V *)(const void *)p);
}

WIDE static inline void
store(int16_t *p, V v)
{
	_mm256_store_si256((V *)(void *)p, v);
}

WIDE static inline struct by
by_vector(V times)
{
	struct by b = { times,
		_mm256_mullo_epi16(times, _mm256_set1_epi16(Q_INVERSE)) };

	return b;
}

WIDE static inline struct by
by(int16_t times)
{
	return by_vector(_mm256_set1_epi16(times));
}

/* multiply() of poly.c: the low halves of a b and t q are the same, so only
 * the high ones need to be subtracted. */
WIDE static inline V
multiply(V a, struct by b)
{
	V t = _mm256_mullo_epi16(a, b.inverse);

	return _mm256_sub_epi16(_mm256_mulhi_epi16(a, b.times),
	    _mm256_mulhi_epi16(t, _mm256_set1_epi16(Q)));
}

/* `a` modulo q, from 0 to q (Barrett, rounded down). */
WIDE static inline V
barrett(V a)
{
	V t = _mm256_mulhi_epi16(a, _mm256_set1_epi16(20159));

	t = _mm256_mullo_epi16(_mm256_srai_epi16(t, 10), _mm256_set1_epi16(Q));
	return _mm256_sub_epi16(a, t);
}

/* (lo, hi) become lo + zeta hi and lo - zeta hi. */
WIDE static inline void
butterfly(V *lo, V *hi, struct by zeta)
{
	V t = multiply(*hi, zeta);

	*hi = _mm256_sub_epi16(*lo, t);
	*lo = _mm256_add_epi16(*lo, t);
}

/* (lo, hi) become lo + hi and zeta (hi - lo). */
WIDE static inline void
inverse_butterfly(V *lo, V *hi, struct by zeta)
{
	V t = *lo;

	*lo = barrett(_mm256_add_epi16(t, *hi));
	*hi = multiply(_mm256_sub_epi16(*hi, t), zeta);
}

/* Halves of 128 bits change places across two vectors; its own inverse. */
WIDE static inline void
swap8(V *a, V *b)
{
	V t = _mm256_permute2x128_si256(*a, *b, 0x20);

	*b = _mm256_permute2x128_si256(*a, *b, 0x31);
	*a = t;
}

/* The same with 64 bits. */
WIDE static inline void
swap4(V *a, V *b)
{
	V t = _mm256_unpacklo_epi64(*a, *b);

	*b = _mm256_unpackhi_epi64(*a, *b);
	*a = t;
}

/* The same with 32 bits. */
WIDE static inline void
swap2(V *a, V *b)
{
	V t = _mm256_blend_epi32(*a, _mm256_slli_epi64(*b, 32), 0xaa);

	*b = _mm256_blend_epi32(_mm256_srli_epi64(*a, 32), *b, 0xaa);
	*a = t;
}

/*
 * Zetas for the layers within 32 coefficients, each at the places where the
 * swaps above leave the butterflies that share it: eight neighbours (len 8),
 * four (len 4) or two (len 2).  SPREAD_ moves bytes 2i and 2i + 1 of each 128
 * bits, which hold zeta i.
 */
#define Z(i) (0x0100 + 0x0202 * (i))
#define SPREAD_8 _mm256_set_m128i(_mm_set1_epi16(Z(1)), _mm_set1_epi16(Z(0)))
#define SPREAD_4 \
	_mm256_set_epi16(Z(3), Z(3), Z(3), Z(3), Z(2), Z(2), Z(2), Z(2), Z(1), \
	    Z(1), Z(1), Z(1), Z(0), Z(0), Z(0), Z(0))
#define SPREAD_2 \
	_mm256_set_epi16(Z(7), Z(7), Z(6), Z(6), Z(5), Z(5), Z(4), Z(4), Z(3), \
	    Z(3), Z(2), Z(2), Z(1), Z(1), Z(0), Z(0))

WIDE static inline struct by
spread(__m128i zetas, V where)
{
	return by_vector(
	    _mm256_shuffle_epi8(_mm256_broadcastsi128_si256(zetas), where));
}

/* Eight zetas upwards from number `i`, and downwards. */
WIDE static inline __m128i
zetas_up(unsigned i)
{
	return _mm_loadu_si128((const __m128i *)(const void *)(poly_zeta + i));
}

WIDE static inline __m128i
zetas_down(unsigned i)
{
	return _mm_shuffle_epi8(zetas_up(i - 7),
	    _mm_set_epi16(Z(0), Z(1), Z(2), Z(3), Z(4), Z(5), Z(6), Z(7)));
}

/* As in poly.c, for len >= 16. */
WIDE static inline void
butterflies(int16_t *c, unsigned len, struct by zeta)
{
	for (unsigned j = 0; j < len; j += WAYS) {
		V lo = load(c + j), hi = load(c + j + len);

		butterfly(&lo, &hi, zeta);
		store(c + j, lo);
		store(c + j + len, hi);
	}
}

WIDE static inline void
inverse_butterflies(int16_t *c, unsigned len, struct by zeta)
{
	for (unsigned j = 0; j < len; j += WAYS) {
		V lo = load(c + j), hi = load(c + j + len);

		inverse_butterfly(&lo, &hi, zeta);
		store(c + j, lo);
		store(c + j + len, hi);
	}
}

WIDE void
wide_ntt(struct poly *f)
{
	unsigned len = 128;

	for (unsigned blocks = 1; blocks <= 8; blocks *= 2, len /= 2)
		for (unsigned n = 0; n < blocks; n++)
			butterflies(f->c + (size_t)2 * len * n, len,
			    by(poly_zeta[blocks + n]));
	for (unsigned n = 0; n < POLY_N / 32; n++) {
		int16_t *c = f->c + (size_t)32 * n;
		V lo = load(c), hi = load(c + WAYS);

		swap8(&lo, &hi);
		butterfly(&lo, &hi, spread(zetas_up(16 + 2 * n), SPREAD_8));
		swap4(&lo, &hi);
		butterfly(&lo, &hi, spread(zetas_up(32 + 4 * n), SPREAD_4));
		swap2(&lo, &hi);
		butterfly(&lo, &hi, spread(zetas_up(64 + 8 * n), SPREAD_2));
		swap2(&lo, &hi);
		swap4(&lo, &hi);
		swap8(&lo, &hi);
		store(c, barrett(lo));
		store(c + WAYS, barrett(hi));
	}
}

WIDE void
wide_inverse_ntt(struct poly *f)
{
	unsigned len = 16;
	struct by scale = by(INVERSE_128);

	for (unsigned n = 0; n < POLY_N / 32; n++) {
		int16_t *c = f->c + (size_t)32 * n;
		V lo = load(c), hi = load(c + WAYS);

		swap8(&lo, &hi);
		swap4(&lo, &hi);
		swap2(&lo, &hi);
		inverse_butterfly(
		    &lo, &hi, spread(zetas_down(127 - 8 * n), SPREAD_2));
		swap2(&lo, &hi);
		inverse_butterfly(
		    &lo, &hi, spread(zetas_down(63 - 4 * n), SPREAD_4));
		swap4(&lo, &hi);
		inverse_butterfly(
		    &lo, &hi, spread(zetas_down(31 - 2 * n), SPREAD_8));
		swap8(&lo, &hi);
		store(c, lo);
		store(c + WAYS, hi);
	}
	for (unsigned blocks = 8; blocks >= 1; blocks /= 2, len *= 2)
		for (unsigned n = 0; n < blocks; n++)
			inverse_butterflies(f->c + (size_t)2 * len * n, len,
			    by(poly_zeta[2 * blocks - 1 - n]));
	for (unsigned j = 0; j < POLY_N; j += WAYS)
		store(f->c + j, multiply(load(f->c + j), scale));
}

/* Odd places of `b`, even ones of `a`. */
#define MERGE(a, b) _mm256_blend_epi16(a, b, 0xaa)

WIDE void
wide_factor(struct poly_factor *out, const struct poly *b)
{
	const V sign = _mm256_set1_epi64x((int64_t)0xffffffff00010001);
	struct by r_squared = by(R_SQUARED);

	for (unsigned j = 0; j < POLY_N; j += WAYS) {
		__m128i z = _mm_loadl_epi64(
		    (const __m128i *)(const void *)(poly_zeta + 64 + j / 4));
		V gamma = _mm256_sign_epi16(spread(z, SPREAD_4).times, sign);
		V v = multiply(load(b->c + j), r_squared);

		store(out->even + j, MERGE(v, multiply(v, by_vector(gamma))));
		store(out->odd + j,
		    _mm256_or_si256(
			_mm256_slli_epi32(v, 16), _mm256_srli_epi32(v, 16)));
	}
}

/* montgomery() of poly.c on eight sums; the results are the high halves. */
WIDE static inline V
montgomery_high(V sum)
{
	V t = _mm256_mullo_epi16(sum, _mm256_set1_epi16(Q_INVERSE));

	t = _mm256_and_si256(t, _mm256_set1_epi32(0xffff));
	return _mm256_sub_epi32(
	    sum, _mm256_madd_epi16(t, _mm256_set1_epi16(Q)));
}

WIDE void
wide_inner(struct poly *out, const struct poly *a, unsigned step,
    const struct poly_factor b[static POLY_K])
{
	for (unsigned j = 0; j < POLY_N; j += WAYS) {
		V c0 = _mm256_setzero_si256(), c1 = c0;

		for (unsigned k = 0; k < POLY_K; k++) {
			V f = load(a[(size_t)k * step].c + j);

			c0 = _mm256_add_epi32(
			    c0, _mm256_madd_epi16(f, load(b[k].even + j)));
			c1 = _mm256_add_epi32(
			    c1, _mm256_madd_epi16(f, load(b[k].odd + j)));
		}
		store(out->c + j,
		    MERGE(_mm256_srli_epi32(montgomery_high(c0), 16),
			montgomery_high(c1)));
	}
}

WIDE void
wide_reduce(struct poly *f)
{
	const V q = _mm256_set1_epi16(Q);

	for (unsigned j = 0; j < POLY_N; j += WAYS) {
		V v = _mm256_sub_epi16(barrett(load(f->c + j)), q);

		store(f->c + j,
		    _mm256_add_epi16(
			v, _mm256_and_si256(q, _mm256_srai_epi16(v, 15))));
	}
}
#endif
