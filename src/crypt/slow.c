#include <sodium.h>

#include "base/wipe.h"
#include "crypt/slow.h"

#define ARGON_PASSES 2U
#define ARGON_MEMORY (19U * 1024 * 1024)

enum err
slow_init(void)
{
	if (sodium_init() < 0)
		return ERR_IO;
	randombytes_stir();
	return ERR_OK;
}

enum err
slow_argon2id(uint8_t out[static 32], const void *words, size_t n,
    const uint8_t salt[static SLOW_SALT_BYTES])
{
	uint8_t key[32];
	enum err e = ERR_NOMEM;

	/* It fails for want of memory alone: every size here is fixed. */
	if (crypto_pwhash(key, sizeof key, words, n, salt, ARGON_PASSES,
		ARGON_MEMORY, crypto_pwhash_ALG_ARGON2ID13) == 0) {
		memcpy(out, key, sizeof key);
		e = ERR_OK;
	}
	wipe(key, sizeof key);
	return e;
}

enum err
slow_scrypt(uint8_t out[static 32], const void *words, size_t n,
    const void *salt, size_t salt_len, unsigned log_n)
{
	uint8_t key[32];
	enum err e = ERR_NOMEM;

	if (log_n < 1 || log_n > 30)
		return ERR_TOOBIG;
	if (crypto_pwhash_scryptsalsa208sha256_ll(words, n, salt, salt_len,
		(uint64_t)1 << log_n, 8, 1, key, sizeof key) == 0) {
		memcpy(out, key, sizeof key);
		e = ERR_OK;
	}
	wipe(key, sizeof key);
	return e;
}
