#include <assert.h>
#include <sodium.h>

#include "base/wipe.h"
#include "crypt/x25519.h"

void
x25519_public(
    uint8_t pub[static X25519_BYTES], const uint8_t secret[static X25519_BYTES])
{
	int bad = crypto_scalarmult_base(pub, secret);

	assert(bad == 0);
}

enum err
x25519_shared(uint8_t out[static X25519_BYTES],
    const uint8_t secret[static X25519_BYTES],
    const uint8_t pub[static X25519_BYTES])
{
	uint8_t point[X25519_BYTES];
	enum err e = ERR_FORGED;

	if (crypto_scalarmult(point, secret, pub) == 0) {
		memcpy(out, point, sizeof point);
		e = ERR_OK;
	}
	wipe(point, sizeof point);
	return e;
}
