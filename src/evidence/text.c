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
