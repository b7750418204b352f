#include <string.h>

#include "age/stream.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/hash.h"

struct aead *
stream_open(const uint8_t file_key[static AGE_FILE_KEY_BYTES],
    const uint8_t nonce[static STREAM_NONCE_BYTES])
{
	uint8_t key[AEAD_KEY_BYTES];
	struct aead *a;
	struct hkdf h;

	hkdf_init(&h, nonce, STREAM_NONCE_BYTES, file_key, AGE_FILE_KEY_BYTES);
	hkdf_expand(&h, "payload", 7, key, sizeof key);
	a = aead_open(key);
	hkdf_drop(&h);
	wipe(key, sizeof key);
	return a;
}

/* Eleven bytes count, big end first; 2^64 chunks are enough for anybody. */
void
stream_nonce(uint8_t out[static AEAD_NONCE_BYTES], uint64_t number, bool last)
{
	memset(out, 0, AEAD_NONCE_BYTES);
	enc_put_u64(out + 3, number);
	out[AEAD_NONCE_BYTES - 1] = last ? 1 : 0;
}

enum err
stream_seal(struct aead *a, uint8_t *out, uint64_t number, bool last,
    const uint8_t *in, size_t n)
{
	uint8_t nonce[AEAD_NONCE_BYTES];

	stream_nonce(nonce, number, last);
	return aead_seal(a, out, nonce, in, n);
}

enum err
stream_unseal(struct aead *a, uint8_t *out, uint64_t number, bool last,
    const uint8_t *in, size_t n)
{
	uint8_t nonce[AEAD_NONCE_BYTES];

	stream_nonce(nonce, number, last);
	return aead_unseal(a, out, nonce, in, n);
}
