#include <assert.h>
#include <string.h>

#include "age/bech32.h"

#define BYTES_MAX 64U

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Any text as `age` bytes of every length: what is accepted has one spelling.
 */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const char *const hrps[] = { "age", "age1pq", "age-secret-key-",
		"a" };
	uint8_t bytes[BYTES_MAX];
	char again[BECH32_LEN(15, BYTES_MAX) + 1];

	for (size_t k = 0; k < COUNT(hrps) * 2; k++)
		for (size_t len = 0; len <= BYTES_MAX; len++) {
			if (bech32_read(bytes, len, hrps[k / 2], k & 1,
				(const char *)p, n) != ERR_OK)
				continue;
			bech32_write(again, hrps[k / 2], k & 1, bytes, len);
			assert(strlen(again) == n);
			assert(memcmp(again, p, n) == 0);
		}
	return 0;
}
