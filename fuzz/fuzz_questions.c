/* What a line says it asks, as `tell` reads it: what is accepted is written and
 * is the same bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "letter/question.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static struct question q[QUESTIONS_MAX];
	unsigned count;
	struct buf b;

	if (question_read_all(q, &count, (const char *)p, n) != ERR_OK)
		return 0;
	buf_init(&b, QUESTIONS_TEXT_MAX);
	for (unsigned i = 0; i < count; i++)
		if (question_write(&b, &q[i]) != ERR_OK ||
		    buf_put_str(&b, "\n") != ERR_OK)
			abort();
	if (b.len != n || (n > 0 && memcmp(b.at, p, n) != 0))
		abort();
	buf_drop(&b);
	return 0;
}
