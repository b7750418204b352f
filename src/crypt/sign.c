#include <assert.h>
#include <sodium.h>

#include "base/wipe.h"
#include "crypt/sign.h"

void
sign_public(uint8_t pub[static SIGN_PUBLIC_BYTES],
    const uint8_t seed[static SIGN_SEED_BYTES])
{
	uint8_t pair[crypto_sign_SECRETKEYBYTES];
	int bad = crypto_sign_seed_keypair(pub, pair, seed);

	assert(bad == 0);
	wipe(pair, sizeof pair);
}

void
sign_make(uint8_t sig[static SIGN_BYTES],
    const uint8_t seed[static SIGN_SEED_BYTES], const void *p, size_t n)
{
	uint8_t pub[SIGN_PUBLIC_BYTES], pair[crypto_sign_SECRETKEYBYTES];
	int bad = crypto_sign_seed_keypair(pub, pair, seed);

	assert(bad == 0);
	bad = crypto_sign_detached(sig, NULL, p, n, pair);
	assert(bad == 0);
	wipe(pair, sizeof pair);
}

enum err
sign_check(const uint8_t sig[static SIGN_BYTES],
    const uint8_t pub[static SIGN_PUBLIC_BYTES], const void *p, size_t n)
{
	return crypto_sign_verify_detached(sig, p, n, pub) == 0 ? ERR_OK
								: ERR_FORGED;
}
