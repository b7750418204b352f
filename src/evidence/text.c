#include <stdint.h>

#include "base/text.h"

#include "evidence/text.h"

bool
evidence_is_text(const char *p, size_t n, size_t max)
{
	uint32_t c;
	size_t len;

	if (n > max)
		return false;
	for (size_t i = 0; i < n; i += len)
		if ((len = text_char(&c, p + i, n - i)) == 0 ||
		    text_is_control(c))
			return false;
	return true;
}

enum err
evidence_keep_str(struct arena *hold, const struct json *o, const char *key,
    size_t max, const char **out)
{
	const char *s;
	size_t n;
	enum err e;

	if ((e = json_get_str(o, key, max, &s, &n)) != ERR_OK)
		return e;
	*out = arena_copy(hold, s, n);
	return *out == NULL ? ERR_NOMEM : ERR_OK;
}
