#include "base/text.h"

#include "cmd/plain.h"

enum err
plain_put(struct buf *out, const char *p, size_t n)
{
	return plain_put_under(out, "", p, n);
}

enum err
plain_put_under(struct buf *out, const char *margin, const char *p, size_t n)
{
	enum err e = ERR_OK;
	uint32_t c;
	size_t step;

	for (size_t i = 0; e == ERR_OK && i < n; i += step) {
		step = text_char(&c, p + i, n - i);
		if (i > 0 && p[i - 1] == '\n' && p[i] != '\n' &&
		    (e = buf_put_str(out, margin)) != ERR_OK)
			break;
		if (step == 0 || text_is_control(c))
			e = buf_put_str(out, "\xef\xbf\xbd");
		else
			e = buf_put(out, p + i, step);
		step = step == 0 ? 1 : step;
	}
	return e;
}
