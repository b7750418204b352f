/* What comes out is UTF-8 that is respelled as itself, with nothing in it that
 * steers. */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "evidence/respell.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf once, twice;
	size_t hidden, len;
	uint32_t c;
	enum err e;

	buf_init(&once, 1U << 20);
	buf_init(&twice, 1U << 20);
	if (respell(&once, &hidden, p, n) == ERR_OK) {
		for (size_t i = 0; i < once.len; i += len) {
			len = text_char(
			    &c, (const char *)once.at + i, once.len - i);
			assert(len > 0 && (c == '\n' || !text_is_control(c)));
		}
		e = respell(&twice, &hidden, once.at, once.len);
		assert(e == ERR_OK && hidden == 0);
		assert(once.len == twice.len &&
		    memcmp(once.at, twice.at, once.len) == 0);
	}
	buf_drop(&once);
	buf_drop(&twice);
	return 0;
}
