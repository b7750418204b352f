#include <string.h>

#include "base/enc.h"
#include "crypt/keccak.h"
#include "crypt/mlkem.h"
#include "crypt/wide.h"

#include "alloc.h"
#include "libcrypto_mlkem.h"
#include "t.h"

static bool
is_hex(const uint8_t *p, size_t n, const char *hex)
{
	char out[2 * 64 + 1];

	enc_hex(out, p, n);
	return strcmp(out, hex) == 0;
}

/* FIPS 202's own examples and NIST's for the empty message. */
static void
hashes_are_those_of_fips_202(void)
{
	uint8_t out[64];

	sha3_256(out, "", 0);
	OK(is_hex(out, 32,
	    "a7ffc6f8bf1ed76651c14756a061d662"
	    "f580ff4de43b49fa82d80a4b80f8434a"));
	sha3_256(out, "abc", 3);
	OK(is_hex(out, 32,
	    "3a985da74fe225b2045c172d6bd390bd"
	    "855f086e3e9d525b46bfe24511431532"));
	sha3_512(out, "abc", 3);
	OK(is_hex(out, 64,
	    "b751850b1a57168a5693cd924b6b096e08f621827444f70d884f5d0240d2712e"
	    "10e116e9192af3c91a7ec57647e3934057340b4cf408d5a56592f8274eec53f0"));
	shake128(out, 32, "", 0);
	OK(is_hex(out, 32,
	    "7f9c2ba4e88f827d61604550760585"
	    "3ed73b8093f6efbc88eb1a6eacfa66ef26"));
	shake256(out, 32, "", 0);
	OK(is_hex(out, 32,
	    "46b9dd2b0ba88d13233b3feb743eeb24"
	    "3fcd52ea62b81b82b50c27646ed5762f"));
}

/* However a message is cut, and across the edge of a block. */
static void
shake_takes_and_gives_in_any_pieces(void)
{
	uint8_t in[500], whole[400], pieces[400];
	struct shake s;

	for (size_t i = 0; i < sizeof(in); i++)
		in[i] = (uint8_t)(i * 7);
	for (size_t step = 1; step < 300; step += 13) {
		shake256(whole, sizeof(whole), in, sizeof(in));
		shake256_init(&s);
		for (size_t at = 0; at < sizeof(in); at += step)
			shake_absorb(&s, in + at,
			    step < sizeof(in) - at ? step : sizeof(in) - at);
		for (size_t at = 0; at < sizeof(pieces); at += step)
			shake_squeeze(&s, pieces + at,
			    step < sizeof(pieces) - at ? step
						       : sizeof(pieces) - at);
		OK(memcmp(whole, pieces, sizeof(whole)) == 0);
		shake_drop(&s);
	}
}

/* Four of `n` bytes each, and three blocks of each compared. */
static void
shake_four(uint32_t rate, uint8_t in[4][SHAKE128_RATE], size_t n)
{
	uint8_t out[4][SHAKE128_RATE], one[3 * SHAKE128_RATE];
	const uint8_t *from[4] = { in[0], in[1], in[2], in[3] };
	uint8_t *to[4] = { out[0], out[1], out[2], out[3] };
	struct shake4 s;

	shake4_begin(&s, rate, from, n);
	for (size_t block = 0; block < 3; block++) {
		shake4_block(&s, to);
		for (unsigned w = 0; w < 4; w++) {
			(rate == SHAKE128_RATE ? shake128 : shake256)(
			    one, 3 * rate, in[w], n);
			OK(memcmp(out[w], one + block * rate, rate) == 0);
		}
	}
	shake4_drop(&s);
}

static void
four_shakes_side_by_side_are_four_shakes(void)
{
	uint8_t in[4][SHAKE128_RATE];

	for (size_t i = 0; i < sizeof(in); i++)
		in[i / sizeof(in[0])][i % sizeof(in[0])] = (uint8_t)(i * i);
	for (size_t n = 0; n < SHAKE128_RATE; n += 33)
		shake_four(SHAKE128_RATE, in, n);
	for (size_t n = 0; n < SHAKE256_RATE; n += 33)
		shake_four(SHAKE256_RATE, in, n);
}

/* The cases of doc/vectors/mlkem.md; returns the hash of all that came out. */
static void
accumulate(uint8_t hash[static 32], unsigned cases)
{
	uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES], ct[MLKEM_CT_BYTES];
	uint8_t seed[64], m[32], other[MLKEM_CT_BYTES];
	uint8_t shared[32], again[32], rejected[32];
	struct shake source, sink;

	shake128_init(&source);
	shake128_init(&sink);
	for (unsigned i = 0; i < cases; i++) {
		shake_squeeze(&source, seed, sizeof(seed));
		shake_squeeze(&source, m, sizeof(m));
		shake_squeeze(&source, other, sizeof(other));
		mlkem_keys(ek, dk, seed);
		OK(mlkem_encaps(ct, shared, ek, m) == ERR_OK);
		mlkem_decaps(again, dk, ct);
		OK(memcmp(shared, again, 32) == 0);
		mlkem_decaps(rejected, dk, other);
		shake_absorb(&sink, ek, sizeof(ek));
		shake_absorb(&sink, dk, sizeof(dk));
		shake_absorb(&sink, ct, sizeof(ct));
		shake_absorb(&sink, shared, sizeof(shared));
		shake_absorb(&sink, rejected, sizeof(rejected));
	}
	shake_squeeze(&sink, hash, 32);
}

#define HASH_100 \
	"8d65b902f28edc683cebee2872962fd165a4d197c9e24ec74caa4470270df0b7"
#define HASH_10000 \
	"f959d18d3d1180121433bf0e05f11e7908cf9d03edc150b2b07cb90bef5bc1c1"

static void
vectors_of_100_cases_hold_with_portable_code(void)
{
	uint8_t hash[32];

	wide_allow(false);
	accumulate(hash, 100);
	wide_allow(true);
	OK(is_hex(hash, 32, HASH_100));
}

/* With AVX2 where the machine has it. */
static void
vectors_of_10000_cases_hold(void)
{
	uint8_t hash[32];

	accumulate(hash, 10000);
	OK(is_hex(hash, 32, HASH_10000));
}

static const uint8_t some_seed[MLKEM_SEED_BYTES] = { 1, 2, 3 };
static const uint8_t some_m[32] = { 4, 5, 6 };

/* Coefficient `i` of the encoded `ek`. */
static void
set_coefficient(uint8_t *ek, unsigned i, unsigned value)
{
	uint8_t *at = ek + i / 2 * 3;

	if (i % 2 == 0) {
		at[0] = (uint8_t)value;
		at[1] = (uint8_t)((at[1] & 0xf0U) | value >> 8);
	} else {
		at[1] = (uint8_t)((at[1] & 0x0fU) | value << 4);
		at[2] = (uint8_t)(value >> 4);
	}
}

static void
a_key_with_a_coefficient_of_q_or_more_is_refused(void)
{
	static const unsigned place[] = { 0, 1, 255, 256, 400, 766, 767 };
	uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES], bad[MLKEM_EK_BYTES];
	uint8_t ct[MLKEM_CT_BYTES], shared[32];

	mlkem_keys(ek, dk, some_seed);
	for (unsigned i = 0; i < COUNT(place); i++) {
		memcpy(bad, ek, sizeof(bad));
		set_coefficient(bad, place[i], 3328);
		OK(mlkem_encaps(ct, shared, bad, some_m) == ERR_OK);
		set_coefficient(bad, place[i], 3329);
		OK(mlkem_encaps(ct, shared, bad, some_m) == ERR_FORMAT);
		OK(mlkem_encaps(ct, shared, bad, some_m) == ERR_FORMAT);
		set_coefficient(bad, place[i], 4095);
		OK(mlkem_encaps(ct, shared, bad, some_m) == ERR_FORMAT);
	}
}

/* A ciphertext that was changed anywhere gives SHAKE-256 of z and itself. */
static void
a_changed_ciphertext_gives_what_z_says(void)
{
	uint8_t ek[MLKEM_EK_BYTES], dk[MLKEM_DK_BYTES], shared[32], got[32];
	uint8_t z_and_ct[32 + MLKEM_CT_BYTES], want[32];
	uint8_t *ct = z_and_ct + 32;

	mlkem_keys(ek, dk, some_seed);
	memcpy(z_and_ct, some_seed + 32, 32);
	OK(mlkem_encaps(ct, shared, ek, some_m) == ERR_OK);
	for (size_t i = 0; i < MLKEM_CT_BYTES; i += 17) {
		ct[i] ^= (uint8_t)(1U << (i % 8));
		mlkem_decaps(got, dk, ct);
		shake256(want, 32, z_and_ct, sizeof(z_and_ct));
		OK(memcmp(got, want, 32) == 0);
		OK(memcmp(got, shared, 32) != 0);
		ct[i] ^= (uint8_t)(1U << (i % 8));
	}
	mlkem_decaps(got, dk, ct);
	OK(memcmp(got, shared, 32) == 0);
}

/* Compress and Decompress by products against the standard's fractions, for
 * every number there is. */
static void
rounding_without_division_is_exact(void)
{
	struct poly f, back;
	uint8_t out[POLY_BYTES(10)];

	for (int base = 0; base < POLY_Q; base += (int)POLY_N) {
		for (int i = 0; i < (int)POLY_N; i++)
			f.c[i] = (int16_t)((base + i) % POLY_Q);
		poly_compress10(out, &f);
		poly_decompress10(&back, out);
		for (unsigned i = 0; i < POLY_N; i++) {
			int y = (f.c[i] * 2048 + POLY_Q) / (2 * POLY_Q) % 1024;

			OK(back.c[i] == (2 * POLY_Q * y + 1024) / 2048);
		}
		poly_compress4(out, &f);
		poly_decompress4(&back, out);
		for (unsigned i = 0; i < POLY_N; i++) {
			int y = (f.c[i] * 32 + POLY_Q) / (2 * POLY_Q) % 16;

			OK(back.c[i] == (2 * POLY_Q * y + 16) / 32);
		}
		poly_compress1(out, &f);
		poly_decompress1(&back, out);
		for (unsigned i = 0; i < POLY_N; i++) {
			int y = (f.c[i] * 4 + POLY_Q) / (2 * POLY_Q) % 2;

			OK(back.c[i] == (2 * POLY_Q * y + 2) / 4);
		}
	}
}

static void
reducing_is_exact_within_four_times_q(void)
{
	struct poly f;

	for (int base = -4 * POLY_Q; base < 4 * POLY_Q; base += (int)POLY_N) {
		for (int way = 0; way < 2; way++) {
			wide_allow(way == 0);
			for (int i = 0; i < (int)POLY_N; i++)
				f.c[i] = (int16_t)(base + i);
			poly_reduce(&f);
			for (int i = 0; i < (int)POLY_N; i++)
				OK(f.c[i] == (base + i + 4 * POLY_Q) % POLY_Q);
		}
	}
}

#if LIBCRYPTO_MLKEM
static void
libcrypto_says_the_same(void)
{
	uint8_t ek[2][MLKEM_EK_BYTES], dk[2][MLKEM_DK_BYTES];
	uint8_t ct[2][MLKEM_CT_BYTES], shared[2][32], random[96];
	struct shake source;

	shake128_init(&source);
	for (unsigned i = 0; i < 100; i++) {
		shake_squeeze(&source, random, sizeof(random));
		mlkem_keys(ek[0], dk[0], random);
		OK(theirs_keys(ek[1], dk[1], random));
		OK(memcmp(ek[0], ek[1], sizeof(ek[0])) == 0);
		OK(memcmp(dk[0], dk[1], sizeof(dk[0])) == 0);
		OK(mlkem_encaps(ct[0], shared[0], ek[0], random + 64) ==
		    ERR_OK);
		OK(theirs_encaps(ct[1], shared[1], ek[0], random + 64));
		OK(memcmp(ct[0], ct[1], sizeof(ct[0])) == 0);
		OK(memcmp(shared[0], shared[1], 32) == 0);
		ct[0][i * 10] ^= (uint8_t)(i % 2); /* every second is bad */
		mlkem_decaps(shared[0], dk[0], ct[0]);
		OK(theirs_decaps(shared[1], dk[0], ct[0]));
		OK(memcmp(shared[0], shared[1], 32) == 0);
	}
}
#endif

T_BEGIN
T(hashes_are_those_of_fips_202)
T(shake_takes_and_gives_in_any_pieces)
T(four_shakes_side_by_side_are_four_shakes)
T(rounding_without_division_is_exact)
T(reducing_is_exact_within_four_times_q)
T(vectors_of_100_cases_hold_with_portable_code)
T(vectors_of_10000_cases_hold)
T(a_key_with_a_coefficient_of_q_or_more_is_refused)
T(a_changed_ciphertext_gives_what_z_says)
#if LIBCRYPTO_MLKEM
T(libcrypto_says_the_same)
#endif
T_END
