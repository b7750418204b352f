#include <assert.h>
#include <stdio.h>

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <sodium.h>

#include "crypt/crypt.h"
#include "crypt/fetched.h"

struct fetched crypt_fetched;

/* A first wrong tag makes libcrypto build its list of errors; have that behind
 * us before a sandbox is entered. */
static enum err
warm_up(void)
{
	static const uint8_t key[AEAD_KEY_BYTES], nonce[AEAD_NONCE_BYTES];
	uint8_t box[AEAD_TAG_BYTES + 1] = { 0 }, hash[SHA256_BYTES];
	struct aead *a = NULL;
	struct sha256 *h = NULL;
	enum err e = ERR_IO;

	if ((a = aead_open(key)) == NULL || (h = sha256_open()) == NULL)
		goto out;
	if ((e = aead_seal(a, box, nonce, box, 1)) != ERR_OK)
		goto out;
	box[0] ^= 1;
	e = aead_unseal(a, box, nonce, box, sizeof box) == ERR_FORGED ? ERR_OK
								      : ERR_IO;
	sha256_add(h, box, sizeof box);
	sha256_end(h, hash);
out:
	aead_close(a);
	sha256_close(h);
	ERR_clear_error();
	return e;
}

static enum err
open_brief(void)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	if (ctx == NULL ||
	    EVP_DigestInit_ex(ctx, crypt_fetched.sha256, NULL) != 1) {
		EVP_MD_CTX_free(ctx);
		return ERR_IO;
	}
	EVP_MD_CTX_free(crypt_fetched.brief);
	crypt_fetched.brief = ctx;
	return ERR_OK;
}

enum err
crypt_init(void)
{
	static bool ready;
	enum err e;

	if (ready)
		return ERR_OK;
	/* No settings file: what it says would change how we compute. */
	if (OPENSSL_init_crypto(
		OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL) !=
	    1)
		return ERR_IO;
	if (sodium_init() < 0)
		return ERR_IO;
	randombytes_stir();
	if (crypt_fetched.chacha == NULL)
		crypt_fetched.chacha =
		    EVP_CIPHER_fetch(NULL, "ChaCha20-Poly1305", NULL);
	if (crypt_fetched.sha256 == NULL)
		crypt_fetched.sha256 = EVP_MD_fetch(NULL, "SHA2-256", NULL);
	if (crypt_fetched.chacha == NULL || crypt_fetched.sha256 == NULL)
		return ERR_IO;
	if ((e = open_brief()) != ERR_OK)
		return e;
	if ((e = warm_up()) == ERR_OK)
		ready = true;
	return e;
}

void
crypt_random(void *out, size_t n)
{
	if (n > 0)
		randombytes_buf(out, n);
}

uint32_t
crypt_random_below(uint32_t bound)
{
	assert(bound > 0);
	return randombytes_uniform(bound);
}

bool
crypt_same(const void *a, const void *b, size_t n)
{
	return n == 0 || sodium_memcmp(a, b, n) == 0;
}

const char *
crypt_libraries(void)
{
	static char text[96];

	(void)snprintf(text, sizeof text, "libsodium %s, OpenSSL %s",
	    sodium_version_string(), OpenSSL_version(OPENSSL_VERSION_STRING));
	return text;
}
