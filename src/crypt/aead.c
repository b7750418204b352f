#include <assert.h>
#include <sodium.h>
#include <stdbool.h>
#include <string.h>

#include <openssl/err.h>

#include "base/wipe.h"
#include "crypt/aead.h"
#include "crypt/fetched.h"

/* libcrypto counts in int. */
#define STEP ((size_t)1 << 30)

struct aead {
	EVP_CIPHER_CTX *ctx;
};

struct aead *
aead_open(const uint8_t key[static AEAD_KEY_BYTES])
{
	struct aead *a;

	assert(crypt_fetched.chacha != NULL);
	if ((a = calloc(1, sizeof *a)) == NULL)
		return NULL;
	if ((a->ctx = EVP_CIPHER_CTX_new()) == NULL ||
	    EVP_CipherInit_ex2(
		a->ctx, crypt_fetched.chacha, key, NULL, 1, NULL) != 1) {
		aead_close(a);
		return NULL;
	}
	return a;
}

void
aead_close(struct aead *a)
{
	if (a == NULL)
		return;
	EVP_CIPHER_CTX_free(a->ctx);
	wipe_free(a, sizeof *a);
}

/* What libcrypto noted about a failure is of no use to anybody. */
static enum err
failed(enum err e)
{
	ERR_clear_error();
	return e;
}

enum err
aead_rekey(struct aead *a, const uint8_t key[static AEAD_KEY_BYTES])
{
	return EVP_CipherInit_ex2(a->ctx, NULL, key, NULL, 1, NULL) == 1
	    ? ERR_OK
	    : failed(ERR_IO);
}

static bool
update(struct aead *a, uint8_t *out, const uint8_t *in, size_t n)
{
	size_t step;
	int did;

	for (; n > 0; n -= step, in += step, out += step) {
		step = n < STEP ? n : STEP;
		if (EVP_CipherUpdate(a->ctx, out, &did, in, (int)step) != 1 ||
		    (size_t)did != step)
			return false;
	}
	return true;
}

enum err
aead_begin(struct aead *a, const uint8_t nonce[static AEAD_NONCE_BYTES])
{
	return EVP_CipherInit_ex2(a->ctx, NULL, NULL, nonce, 1, NULL) == 1
	    ? ERR_OK
	    : failed(ERR_IO);
}

enum err
aead_add(struct aead *a, uint8_t *out, const uint8_t *in, size_t n)
{
	return update(a, out, in, n) ? ERR_OK : failed(ERR_IO);
}

enum err
aead_end(struct aead *a, uint8_t tag[static AEAD_TAG_BYTES])
{
	uint8_t none[AEAD_TAG_BYTES];
	int did = 0;

	if (EVP_CipherFinal_ex(a->ctx, none, &did) != 1 || did != 0 ||
	    EVP_CIPHER_CTX_ctrl(
		a->ctx, EVP_CTRL_AEAD_GET_TAG, AEAD_TAG_BYTES, tag) != 1)
		return failed(ERR_IO);
	return ERR_OK;
}

enum err
aead_seal(struct aead *a, uint8_t *out,
    const uint8_t nonce[static AEAD_NONCE_BYTES], const uint8_t *in, size_t n)
{
	enum err e;

	if ((e = aead_begin(a, nonce)) != ERR_OK)
		return e;
	if ((e = aead_add(a, out, in, n)) != ERR_OK)
		return e;
	return aead_end(a, out + n);
}

enum err
aead_unseal(struct aead *a, uint8_t *out,
    const uint8_t nonce[static AEAD_NONCE_BYTES], const uint8_t *in, size_t n)
{
	uint8_t tag[AEAD_TAG_BYTES], none[AEAD_TAG_BYTES];
	enum err e = ERR_IO;
	int did = 0;

	assert(n >= AEAD_TAG_BYTES);
	n -= AEAD_TAG_BYTES;
	memcpy(tag, in + n, sizeof tag);
	if (EVP_CipherInit_ex2(a->ctx, NULL, NULL, nonce, 0, NULL) != 1 ||
	    EVP_CIPHER_CTX_ctrl(
		a->ctx, EVP_CTRL_AEAD_SET_TAG, AEAD_TAG_BYTES, tag) != 1)
		goto out;
	if (!update(a, out, in, n))
		goto out;
	e = EVP_CipherFinal_ex(a->ctx, none, &did) == 1 && did == 0
	    ? ERR_OK
	    : ERR_FORGED;
out:
	if (e != ERR_OK) {
		wipe(out, n);
		return failed(e);
	}
	return ERR_OK;
}

void
aead_seal_once(uint8_t *out, const uint8_t key[static AEAD_KEY_BYTES],
    const uint8_t nonce[static AEAD_NONCE_BYTES], const uint8_t *in, size_t n)
{
	int bad = crypto_aead_chacha20poly1305_ietf_encrypt(
	    out, NULL, in, n, NULL, 0, NULL, nonce, key);

	assert(bad == 0);
}

enum err
aead_unseal_once(uint8_t *out, const uint8_t key[static AEAD_KEY_BYTES],
    const uint8_t nonce[static AEAD_NONCE_BYTES], const uint8_t *in, size_t n)
{
	if (n < AEAD_TAG_BYTES ||
	    crypto_aead_chacha20poly1305_ietf_decrypt(
		out, NULL, NULL, in, n, NULL, 0, nonce, key) != 0)
		return ERR_FORGED;
	return ERR_OK;
}

void
xaead_seal(uint8_t *out, const uint8_t key[static AEAD_KEY_BYTES],
    const uint8_t nonce[static XAEAD_NONCE_BYTES], const void *ad,
    size_t ad_len, const uint8_t *in, size_t n)
{
	int bad = crypto_aead_xchacha20poly1305_ietf_encrypt(
	    out, NULL, in, n, ad, ad_len, NULL, nonce, key);

	assert(bad == 0);
}

enum err
xaead_unseal(uint8_t *out, const uint8_t key[static AEAD_KEY_BYTES],
    const uint8_t nonce[static XAEAD_NONCE_BYTES], const void *ad,
    size_t ad_len, const uint8_t *in, size_t n)
{
	if (n < AEAD_TAG_BYTES ||
	    crypto_aead_xchacha20poly1305_ietf_decrypt(
		out, NULL, NULL, in, n, ad, ad_len, nonce, key) != 0)
		return ERR_FORGED;
	return ERR_OK;
}
