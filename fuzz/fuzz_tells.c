/* Whatever a program says of a file: what is kept of it stands in a line, is
 * sorted, and is bounded. */
#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "crypt/crypt.h"
#include "evidence/tells.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct tells t;
	enum err e;

	if (n > 20000) /* json_key() walks */
		return 0;
	e = crypt_init();
	assert(e == ERR_OK);
	tells_init(&t);
	if (tells_read(&t, (const char *)p, n) == ERR_OK)
		for (size_t i = 0; i < t.n; i++) {
			const struct tell *row = &t.rows[i];

			assert(i == 0 || t.rows[i - 1].kind <= row->kind);
			assert(strlen(row->value) <= TELL_VALUE_MAX);
			assert(text_is_line(row->group, strlen(row->group)));
			assert(text_is_line(row->tag, strlen(row->tag)));
			assert(text_is_line(row->value, strlen(row->value)));
			assert(tells_hold(&t, row));
		}
	assert(t.n <= TELLS_MAX);
	(void)tells_left(&t, MEDIA_MP4);
	tells_drop(&t);
	return 0;
}
