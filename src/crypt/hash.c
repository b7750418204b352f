#include <assert.h>
#include <sodium.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/fetched.h"
#include "crypt/hash.h"

#define BLOCK 64U /* what SHA-256 takes at a time */

static_assert(sizeof(crypto_auth_hmacsha256_state) <= sizeof(struct hkdf),
    "a struct hkdf holds the midstates");
static_assert(_Alignof(struct hkdf) >= _Alignof(crypto_auth_hmacsha256_state),
    "a struct hkdf is aligned for them");

struct run {
	const void *p;
	size_t n;
};

/* Before crypt_init() there is no context. */
static void
hash_slowly(uint8_t out[static SHA256_BYTES], const struct run r[static 2])
{
	crypto_hash_sha256_state st;

	crypto_hash_sha256_init(&st);
	for (size_t i = 0; i < 2; i++)
		if (r[i].n > 0)
			crypto_hash_sha256_update(&st, r[i].p, r[i].n);
	crypto_hash_sha256_final(&st, out);
	wipe(&st, sizeof st);
}

/* Few bytes, one run behind the other, three times as fast as libsodium.
 * Between two calls the one context that there is has been begun anew, so that
 * it holds nothing of what was hashed; and once it exists, hashing asks for
 * nothing that could be refused. */
static void
hash_runs(uint8_t out[static SHA256_BYTES], const struct run r[static 2])
{
	EVP_MD_CTX *ctx = crypt_fetched.brief;
	int ok = 1;

	if (ctx == NULL) {
		hash_slowly(out, r);
		return;
	}
	for (size_t i = 0; i < 2; i++)
		if (r[i].n > 0)
			ok &= EVP_DigestUpdate(ctx, r[i].p, r[i].n);
	ok &= EVP_DigestFinal_ex(ctx, out, NULL);
	ok &= EVP_DigestInit_ex(ctx, NULL, NULL);
	assert(ok == 1);
}

void
sha256(uint8_t out[static SHA256_BYTES], const void *p, size_t n)
{
	sha256_two(out, p, n, NULL, 0);
}

void
sha256_two(uint8_t out[static SHA256_BYTES], const void *a, size_t a_len,
    const void *b, size_t b_len)
{
	const struct run runs[] = { { a, a_len }, { b, b_len } };

	hash_runs(out, runs);
}

struct sha256 {
	EVP_MD_CTX *ctx;
};

struct sha256 *
sha256_open(void)
{
	struct sha256 *h;

	assert(crypt_fetched.sha256 != NULL);
	if ((h = calloc(1, sizeof *h)) == NULL)
		return NULL;
	if ((h->ctx = EVP_MD_CTX_new()) == NULL ||
	    EVP_DigestInit_ex(h->ctx, crypt_fetched.sha256, NULL) != 1) {
		sha256_close(h);
		return NULL;
	}
	return h;
}

/* Once a context exists, hashing asks for nothing that could be refused. */
void
sha256_add(struct sha256 *h, const void *p, size_t n)
{
	int ok = EVP_DigestUpdate(h->ctx, p, n);

	assert(ok == 1);
}

void
sha256_end(struct sha256 *h, uint8_t out[static SHA256_BYTES])
{
	int ok = EVP_DigestFinal_ex(h->ctx, out, NULL);

	assert(ok == 1);
}

void
sha256_again(struct sha256 *h)
{
	int ok = EVP_DigestInit_ex(h->ctx, NULL, NULL);

	assert(ok == 1);
}

void
sha256_close(struct sha256 *h)
{
	if (h == NULL)
		return;
	EVP_MD_CTX_free(h->ctx);
	wipe_free(h, sizeof *h);
}

void
hmac(uint8_t out[static SHA256_BYTES], const void *key, size_t key_len,
    const void *p, size_t n)
{
	uint8_t pad[BLOCK] = { 0 }, inner[SHA256_BYTES];

	if (key_len > sizeof pad)
		sha256(pad, key, key_len);
	else if (key_len > 0)
		memcpy(pad, key, key_len);
	for (size_t i = 0; i < sizeof pad; i++)
		pad[i] ^= 0x36;
	sha256_two(inner, pad, sizeof pad, p, n);
	for (size_t i = 0; i < sizeof pad; i++)
		pad[i] ^= 0x36 ^ 0x5c;
	sha256_two(out, pad, sizeof pad, inner, sizeof inner);
	wipe(inner, sizeof inner);
	wipe(pad, sizeof pad);
}

/* The state travels by memcpy, so that nothing rests on what libsodium's
 * struct looks like. */
void
hkdf_init(struct hkdf *h, const void *salt, size_t salt_len, const void *ikm,
    size_t n)
{
	crypto_auth_hmacsha256_state st;
	uint8_t prk[SHA256_BYTES];

	hmac(prk, salt, salt_len, ikm, n);
	crypto_auth_hmacsha256_init(&st, prk, sizeof prk);
	memset(h, 0, sizeof *h);
	memcpy(h->state, &st, sizeof st);
	wipe(&st, sizeof st);
	wipe(prk, sizeof prk);
}

void
hkdf_expand(const struct hkdf *h, const void *info, size_t info_len,
    uint8_t *out, size_t out_len)
{
	crypto_auth_hmacsha256_state st;
	uint8_t t[SHA256_BYTES], count = 0;
	size_t take;

	assert(out_len <= (size_t)255 * SHA256_BYTES);
	while (out_len > 0) {
		memcpy(&st, h->state, sizeof st);
		if (count > 0)
			crypto_auth_hmacsha256_update(&st, t, sizeof t);
		if (info_len > 0)
			crypto_auth_hmacsha256_update(&st, info, info_len);
		count++;
		crypto_auth_hmacsha256_update(&st, &count, 1);
		crypto_auth_hmacsha256_final(&st, t);
		take = out_len < sizeof t ? out_len : sizeof t;
		memcpy(out, t, take);
		out += take;
		out_len -= take;
	}
	wipe(&st, sizeof st);
	wipe(t, sizeof t);
}

void
hkdf_drop(struct hkdf *h)
{
	wipe(h, sizeof *h);
}

void
hkdf32(uint8_t out[static 32], const void *x, size_t n, const char *label)
{
	struct hkdf h;

	hkdf_init(&h, NULL, 0, x, n);
	hkdf_expand(&h, label, strlen(label), out, 32);
	hkdf_drop(&h);
}

_Static_assert(HASH_SHORT_KEY == crypto_shorthash_KEYBYTES, "SipHash's");

uint64_t
hash_short(const uint8_t key[static HASH_SHORT_KEY], const void *p, size_t n)
{
	uint64_t out;

	_Static_assert(sizeof out == crypto_shorthash_BYTES, "SipHash's");
	(void)crypto_shorthash((uint8_t *)&out, p, n, key);
	return out;
}
