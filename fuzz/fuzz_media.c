/* Whatever the bytes are, they are of one kind that has a row; more bytes in
 * the middle of a long file change nothing. */
#include <assert.h>

#include "evidence/media.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct media_look look = { p, p, n, n, n };
	struct media_found all, cut;

	media_sniff(&all, &look);
	assert(media_row(all.is)->type != NULL);
	assert(all.is != all.also || all.is == MEDIA_UNKNOWN);
	/* The same with a head and a tail that do not meet. */
	look.head_n = n / 3;
	look.tail_n = n / 3;
	look.tail = p + n - n / 3;
	media_sniff(&cut, &look);
	assert(media_row(cut.is)->type != NULL);
	return 0;
}
