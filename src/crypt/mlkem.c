#include <string.h>

#include "base/wipe.h"
#include "crypt/ct.h"
#include "crypt/keccak.h"
#include "crypt/poly.h"

#include "crypt/mlkem.h"

/* Section 8, ML-KEM-768: k = 3, eta_1 = eta_2 = 2, d_u = 10, d_v = 4. */
#define K POLY_K
#define U_BYTES POLY_BYTES(10)
#define T_BYTES ((size_t)K * POLY_BYTES(12))

/* Where what lies in a decapsulation key: dk_PKE || ek || H(ek) || z. */
#define DK_EK T_BYTES
#define DK_HASH (DK_EK + MLKEM_EK_BYTES)
#define DK_Z (DK_HASH + 32)

/* Where a computation leaves its secrets, wiped in one stroke at its end. */
struct work {
	struct poly
	    matrix[12]; /* entry [i, j] is [K * i + j]; the last spare */
	struct poly noise[8]; /* by the number N that the standard counts */
	struct poly list[K];
	struct poly_factor factor[K];
	struct poly sum;
	uint8_t hash_in[64];
	uint8_t hash_out[64]; /* what G gives, in halves */
	uint8_t message[32];
	uint8_t reject[MLKEM_SHARED_BYTES];
	uint8_t again[MLKEM_CT_BYTES];
};

/* Locals of calls that have returned hold secrets too. */
#define STACK_USED 4096

static void
work_drop(struct work *w)
{
	wipe(w, sizeof(*w));
	wipe_stack(STACK_USED);
}

/* The matrix A, steps 3 to 7 of algorithm 13: [i, j] from rho || j || i. */
static void
expand_matrix(struct poly matrix[static 12], const uint8_t rho[static 32])
{
	uint8_t seed[12][34];

	for (unsigned n = 0; n < 12; n++) {
		memcpy(seed[n], rho, 32);
		seed[n][32] = (uint8_t)(n % K);
		seed[n][33] = (uint8_t)(n / K);
	}
	for (unsigned n = 0; n < K * K; n += 4) {
		struct poly *out[4];
		const uint8_t *in[4];

		for (unsigned w = 0; w < 4; w++) {
			out[w] = matrix + n + w;
			in[w] = seed[n + w];
		}
		poly_uniform4(out, in);
	}
}

/* Algorithm 13, K-PKE.KeyGen(d). */
static void
pke_keys(struct work *w, uint8_t ek[static MLKEM_EK_BYTES],
    uint8_t dk[static T_BYTES], const uint8_t d[static 32])
{
	uint8_t *rho = w->hash_out, *sigma = w->hash_out + 32;
	struct poly *s = w->noise, *e = w->noise + K;

	memcpy(w->hash_in, d, 32);
	w->hash_in[32] = K;
	sha3_512(w->hash_out, w->hash_in, 33); /* G */
	ct_public(rho, 32);
	expand_matrix(w->matrix, rho);
	poly_noise4(w->noise, sigma, 0);
	poly_noise4(w->noise + 4, sigma, 4);
	for (unsigned i = 0; i < K; i++) {
		poly_ntt(s + i);
		poly_ntt(e + i);
		poly_factor(w->factor + i, s + i);
	}
	for (size_t i = 0; i < K; i++) {
		poly_inner(&w->sum, w->matrix + K * i, 1, w->factor);
		poly_add(&w->sum, e + i);
		poly_reduce(&w->sum);
		poly_encode12(ek + i * POLY_BYTES(12), &w->sum);
		poly_reduce(s + i);
		poly_encode12(dk + i * POLY_BYTES(12), s + i);
	}
	memcpy(ek + T_BYTES, rho, 32);
}

/* Algorithm 14, K-PKE.Encrypt(ek, m, r); `list` holds t, decoded. */
static void
pke_encrypt(struct work *w, uint8_t ct[static MLKEM_CT_BYTES],
    const uint8_t rho[static 32], const uint8_t m[static 32],
    const uint8_t r[static 32])
{
	struct poly *y = w->noise, *e1 = w->noise + K, *e2 = w->noise + 2 * K;

	expand_matrix(w->matrix, rho);
	poly_noise4(w->noise, r, 0);
	poly_noise4(w->noise + 4, r, 4);
	for (unsigned i = 0; i < K; i++) {
		poly_ntt(y + i);
		poly_factor(w->factor + i, y + i);
	}
	for (size_t i = 0; i < K; i++) { /* u, by column: A transposed */
		poly_inner(&w->sum, w->matrix + i, K, w->factor);
		poly_inverse_ntt(&w->sum);
		poly_add(&w->sum, e1 + i);
		poly_reduce(&w->sum);
		poly_compress10(ct + i * U_BYTES, &w->sum);
	}
	poly_inner(&w->sum, w->list, 1, w->factor); /* v */
	poly_inverse_ntt(&w->sum);
	poly_add(&w->sum, e2);
	poly_decompress1(y, m); /* mu */
	poly_add(&w->sum, y);
	poly_reduce(&w->sum);
	poly_compress4(ct + K * U_BYTES, &w->sum);
}

/* Algorithm 15, K-PKE.Decrypt(dk, c). */
static void
pke_decrypt(struct work *w, uint8_t m[static 32],
    const uint8_t dk[static T_BYTES], const uint8_t ct[static MLKEM_CT_BYTES])
{
	struct poly *v = w->noise;

	for (size_t i = 0; i < K; i++) {
		struct poly *u = w->noise + 1 + i;

		poly_decompress10(u, ct + i * U_BYTES);
		poly_ntt(u);
		poly_factor(w->factor + i, u);
		poly_decode12(w->list + i, dk + i * POLY_BYTES(12)); /* s */
	}
	poly_inner(&w->sum, w->list, 1, w->factor);
	poly_inverse_ntt(&w->sum);
	poly_decompress4(v, ct + K * U_BYTES);
	poly_sub(v, &w->sum);
	poly_reduce(v);
	poly_compress1(m, v);
}

void
mlkem_keys(uint8_t ek[static MLKEM_EK_BYTES], uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t seed[static MLKEM_SEED_BYTES])
{
	struct work w;

	pke_keys(&w, ek, dk, seed);
	memcpy(dk + DK_EK, ek, MLKEM_EK_BYTES);
	sha3_256(dk + DK_HASH, ek, MLKEM_EK_BYTES); /* H */
	memcpy(dk + DK_Z, seed + 32, 32);
	work_drop(&w);
}

enum err
mlkem_encaps(uint8_t ct[static MLKEM_CT_BYTES],
    uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t ek[static MLKEM_EK_BYTES], const uint8_t m[static 32])
{
	struct work w;
	enum err e = ERR_OK;

	for (size_t i = 0; i < K; i++) {
		poly_decode12(w.list + i, ek + i * POLY_BYTES(12));
		if (!poly_is_reduced(w.list + i))
			e = ERR_FORMAT; /* the modulus check of section 7.2 */
	}
	if (e != ERR_OK)
		goto out;
	memcpy(w.hash_in, m, 32);
	sha3_256(w.hash_in + 32, ek, MLKEM_EK_BYTES);
	sha3_512(w.hash_out, w.hash_in, 64); /* (K, r) = G(m || H(ek)) */
	pke_encrypt(&w, ct, ek + T_BYTES, m, w.hash_out + 32);
	memcpy(shared, w.hash_out, MLKEM_SHARED_BYTES);
out:
	work_drop(&w);
	return e;
}

/* 255 when the `n` bytes are the same, otherwise 0. */
static uint8_t
mask_same(const uint8_t *a, const uint8_t *b, size_t n)
{
	uint32_t differ = 0;

	for (size_t i = 0; i < n; i++)
		differ |= (uint32_t)(a[i] ^ b[i]);
	return (uint8_t)ct_hide((ct_hide(differ) - 1) >> 8);
}

/* J: SHAKE-256 of z and the ciphertext. */
static void
hash_rejected(uint8_t out[static MLKEM_SHARED_BYTES],
    const uint8_t z[static 32], const uint8_t ct[static MLKEM_CT_BYTES])
{
	struct shake j;

	shake256_init(&j);
	shake_absorb(&j, z, 32);
	shake_absorb(&j, ct, MLKEM_CT_BYTES);
	shake_squeeze(&j, out, MLKEM_SHARED_BYTES);
	shake_drop(&j);
}

void
mlkem_decaps(uint8_t shared[static MLKEM_SHARED_BYTES],
    const uint8_t dk[static MLKEM_DK_BYTES],
    const uint8_t ct[static MLKEM_CT_BYTES])
{
	const uint8_t *ek = dk + DK_EK;
	struct work w;
	uint8_t same;

	pke_decrypt(&w, w.message, dk, ct); /* m' */
	memcpy(w.hash_in, w.message, 32);
	memcpy(w.hash_in + 32, dk + DK_HASH, 32);
	sha3_512(w.hash_out, w.hash_in, 64); /* (K', r') = G(m' || h) */
	hash_rejected(w.reject, dk + DK_Z, ct);
	for (size_t i = 0; i < K; i++)
		poly_decode12(w.list + i, ek + i * POLY_BYTES(12));
	pke_encrypt(&w, w.again, ek + T_BYTES, w.message, w.hash_out + 32);
	same = mask_same(w.again, ct, MLKEM_CT_BYTES);
	for (size_t i = 0; i < MLKEM_SHARED_BYTES; i++)
		shared[i] = (uint8_t)((w.hash_out[i] & same) |
		    (w.reject[i] & (uint8_t)~same));
	work_drop(&w);
}
