#include <assert.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/wide.h"

#include "crypt/keccak.h"

#define LANE uint64_t
#define KECCAK_FOR
#include "crypt/keccak_body.h"

/* What follows the message before the padding 10*1 (section 6): 01 for SHA-3,
 * 1111 for SHAKE, first bit lowest, with the first bit of the padding. */
#define SHA3_SUFFIX 0x06
#define SHAKE_SUFFIX 0x1f

/* Byte `i` of the state, as section 3.1.2 numbers them: each lane low end
 * first, so change it through the lane. */
static void
flip(uint64_t *lane, size_t i, uint8_t byte)
{
	lane[i / 8] ^= (uint64_t)byte << (8 * (i % 8));
}

static uint8_t
byte_at(const uint64_t *lane, size_t i)
{
	return (uint8_t)(lane[i / 8] >> (8 * (i % 8)));
}

static uint64_t
load(const uint8_t in[static 8])
{
	uint64_t v = 0;

	for (unsigned i = 0; i < 8; i++)
		v |= (uint64_t)in[i] << (8 * i);
	return v;
}

static void
store(uint8_t out[static 8], uint64_t v)
{
	for (unsigned i = 0; i < 8; i++)
		out[i] = (uint8_t)(v >> (8 * i));
}

static void
shake_init(struct shake *s, uint32_t rate)
{
	memset(s, 0, sizeof(*s));
	s->rate = rate;
}

void
shake128_init(struct shake *s)
{
	shake_init(s, SHAKE128_RATE);
}

void
shake256_init(struct shake *s)
{
	shake_init(s, SHAKE256_RATE);
}

void
shake_drop(struct shake *s)
{
	wipe(s, sizeof(*s));
}

void
shake_absorb(struct shake *s, const void *p, size_t n)
{
	const uint8_t *in = p;

	assert(!s->squeezing);
	while (n > 0) {
		if (s->at % 8 == 0 && n >= 8) {
			s->lane[s->at / 8] ^= load(in);
			s->at += 8;
			in += 8;
			n -= 8;
		} else {
			flip(s->lane, s->at++, *in++);
			n--;
		}
		if (s->at == s->rate) {
			permute(s->lane);
			s->at = 0;
		}
	}
}

/* End the message: its suffix and the padding. */
static void
pad(struct shake *s, uint8_t suffix)
{
	flip(s->lane, s->at, suffix);
	flip(s->lane, s->rate - 1, 0x80);
	s->at = s->rate;
	s->squeezing = 1;
}

void
shake_squeeze(struct shake *s, uint8_t *out, size_t n)
{
	if (!s->squeezing)
		pad(s, SHAKE_SUFFIX);
	while (n > 0) {
		if (s->at == s->rate) {
			permute(s->lane);
			s->at = 0;
		}
		if (s->at % 8 == 0 && n >= 8) {
			store(out, s->lane[s->at / 8]);
			s->at += 8;
			out += 8;
			n -= 8;
		} else {
			*out++ = byte_at(s->lane, s->at++);
			n--;
		}
	}
}

/* SHA3-n has a capacity of twice its length (section 6.1). */
static void
sha3(uint8_t *out, uint32_t out_len, const void *p, size_t n)
{
	struct shake s;

	shake_init(&s, 200 - 2 * out_len);
	shake_absorb(&s, p, n);
	pad(&s, SHA3_SUFFIX);
	shake_squeeze(&s, out, out_len);
	shake_drop(&s);
}

void
sha3_256(uint8_t out[static SHA3_256_BYTES], const void *p, size_t n)
{
	sha3(out, SHA3_256_BYTES, p, n);
}

void
sha3_512(uint8_t out[static SHA3_512_BYTES], const void *p, size_t n)
{
	sha3(out, SHA3_512_BYTES, p, n);
}

static void
shake(uint32_t rate, uint8_t *out, size_t out_len, const void *p, size_t n)
{
	struct shake s;

	shake_init(&s, rate);
	shake_absorb(&s, p, n);
	shake_squeeze(&s, out, out_len);
	shake_drop(&s);
}

void
shake128(uint8_t *out, size_t out_len, const void *p, size_t n)
{
	shake(SHAKE128_RATE, out, out_len, p, n);
}

void
shake256(uint8_t *out, size_t out_len, const void *p, size_t n)
{
	shake(SHAKE256_RATE, out, out_len, p, n);
}

void
shake4_begin(
    struct shake4 *s, uint32_t rate, const uint8_t *in[SHAKE4_WAYS], size_t n)
{
	assert(n < rate && rate <= SHAKE128_RATE);
	memset(s, 0, sizeof(*s));
	s->rate = rate;
	for (unsigned w = 0; w < SHAKE4_WAYS; w++) {
		for (size_t i = 0; i < n; i++)
			s->lane[i / 8][w] ^= (uint64_t)in[w][i]
			    << (8 * (i % 8));
		s->lane[n / 8][w] ^= (uint64_t)SHAKE_SUFFIX << (8 * (n % 8));
		s->lane[rate / 8 - 1][w] ^= (uint64_t)0x80 << 56;
	}
}

/* The same without AVX2. */
static void
permute4(uint64_t lane[KECCAK_LANES][SHAKE4_WAYS])
{
	uint64_t one[KECCAK_LANES];

	for (unsigned w = 0; w < SHAKE4_WAYS; w++) {
		for (unsigned i = 0; i < KECCAK_LANES; i++)
			one[i] = lane[i][w];
		permute(one);
		for (unsigned i = 0; i < KECCAK_LANES; i++)
			lane[i][w] = one[i];
	}
	wipe(one, sizeof(one));
}

void
shake4_block(struct shake4 *s, uint8_t *out[SHAKE4_WAYS])
{
	if (wide_is_on())
		wide_permute4(s->lane);
	else
		permute4(s->lane);
	for (unsigned w = 0; w < SHAKE4_WAYS; w++)
		for (uint32_t i = 0; i < s->rate / 8; i++)
			store(out[w] + (size_t)8 * i, s->lane[i][w]);
}

void
shake4_drop(struct shake4 *s)
{
	wipe(s, sizeof(*s));
}
