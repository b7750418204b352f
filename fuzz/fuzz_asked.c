/* What the team's questions said, as a desk keeps it: what is accepted is
 * written and is the same bytes. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "desk/asked.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct asked_question q;
	struct asked a;
	struct buf b;

	if (asked_read(&a, p, n) != ERR_OK)
		return 0;
	buf_init(&b, n + 1);
	if (asked_write(&b, &a) != ERR_OK || b.len != n ||
	    (n > 0 && memcmp(b.at, p, n) != 0))
		abort();
	for (size_t i = 0; i < a.n; i++) {
		const struct asked_text *t = &a.texts[i];

		/* A letter that comes when a text is seen has some text. */
		asked_find(&q, &a, t->id, t->when.day, t->when.letters);
		if (q.text == NULL)
			abort();
	}
	buf_drop(&b);
	asked_drop(&a);
	return 0;
}
