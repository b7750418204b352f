/* What is taken of a picture holds no more than the picture; a JPEG's is a
 * JPEG of which the same is taken. */
#include <assert.h>
#include <string.h>

#include "evidence/bare.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct bare once, twice;
	enum err e;

	bare_init(&once);
	bare_init(&twice);
	if (bare_read(&once, p, n) == ERR_OK) {
		assert(once.width > 0 && once.height > 0);
		assert(once.data.len <= n);
	}
	if (once.jpeg) {
		e = bare_read(&twice, once.data.at, once.data.len);
		assert(e == ERR_OK);
		assert(twice.data.len == once.data.len);
		assert(memcmp(twice.data.at, once.data.at, once.data.len) == 0);
	}
	bare_drop(&once);
	bare_drop(&twice);
	return 0;
}
