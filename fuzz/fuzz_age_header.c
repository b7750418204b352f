#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "age/header.h"
#include "base/wipe.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* A header that is accepted has one spelling: written again from what was read,
 * it is the same, but for the MAC, whose key we do not have. */
int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct header h;
	struct header_stanza s;
	struct buf again;
	uint8_t *body;
	char *args;
	size_t at = 0, begin, len;

	if (header_read(&h, p, n) != ERR_OK)
		return 0;
	buf_init(&again, 2 * n + 64);
	assert(buf_put_str(&again, HEADER_VERSION) == ERR_OK);
	for (begin = again.len; header_stanza(&h, &at, &s); begin = at) {
		len = (size_t)(s.body.at - (const char *)p) - begin - 4;
		args = calloc(1, len + 1);
		body = calloc(1, s.body_len + 1);
		assert(args != NULL && body != NULL && s.args > 0);
		memcpy(args, p + begin + 3, len);
		assert(header_body(body, s.body_len, &s) == ERR_OK);
		assert(header_body(body, s.body_len + 1, &s) == ERR_FORMAT);
		assert(header_put_stanza(&again, args, body, s.body_len) ==
		    ERR_OK);
		free(args);
		free(body);
	}
	assert(begin == n - 48 && again.len == begin);
	assert(memcmp(again.at, p, again.len) == 0);
	buf_drop(&again);
	return 0;
}
