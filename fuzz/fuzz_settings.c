/* The settings of a line: what is accepted is written and read again, and is
 * the same. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "line/settings.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct settings s, again;
	struct buf b;

	if (settings_read(&s, p, n, NULL) != ERR_OK)
		return 0;
	buf_init(&b, SETTINGS_MAX);
	if (settings_write(&b, &s) != ERR_OK ||
	    settings_read(&again, b.at, b.len, NULL) != ERR_OK ||
	    memcmp(&s, &again, sizeof(s)) != 0)
		abort();
	buf_drop(&b);
	return 0;
}
