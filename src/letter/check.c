#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "letter/check.h"

void
check_code(char out[static CHECK_BYTES], const uint8_t k[static SOURCE_K_BYTES],
    const uint8_t sha256[static SHA256_BYTES])
{
	uint8_t key[32], mac[SHA256_BYTES];
	char code[ENC_BASE32_LEN(5) + 1];

	hkdf32(key, k, SOURCE_K_BYTES, "sotto/1 check");
	hmac(mac, key, sizeof key, sha256, SHA256_BYTES);
	enc_base32(code, mac, 5);
	memcpy(out, code, 4);
	out[4] = '-';
	memcpy(out + 5, code + 4, 5);
	wipe(key, sizeof key);
}
