/*
 * head: what is judged of a request before anything else.  The raw look must
 * never see an end that is not there, and the judgement of headers must not
 * depend on how much memory lies behind them.
 */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "http/head.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char names[2][HTTP_NAME_MAX] = { "line.onion", "a:81" };

static void
judge(const char *p, size_t n)
{
	struct head h = { .count = 0 };
	const char *sentence = NULL, *end = p + n, *line, *colon, *next;
	unsigned status;

	for (line = p; line < end; line = next + 1) {
		next = memchr(line, '\n', (size_t)(end - line));
		if (next == NULL)
			break;
		colon = memchr(line, ':', (size_t)(next - line));
		if (colon != NULL)
			head_add(&h, line, (size_t)(colon - line), colon + 1,
			    (size_t)(next - colon - 1), names, 2);
	}
	status = head_judge(&h, &sentence);
	if (status == 0) {
		if (h.hosts != 1 || !h.host_ours || h.coded || h.lengths > 1)
			abort();
	} else if (sentence == NULL || status < 400 || status > 499) {
		abort();
	}
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct head_peek whole, some;
	char *copy = malloc(size + 1);

	assert(copy != NULL);
	if (size > 0)
		memcpy(copy, data, size);
	copy[size] = '\0';
	head_peek(&whole, copy, size, names, 2);
	if (strlen(whole.path) > 63 ||
	    (whole.status != 0) != (whole.sentence != NULL))
		abort();
	/* Once whole, whole it stays whatever comes behind. */
	for (size_t n = 0; n < size && n < 300; n++) {
		head_peek(&some, copy, n, names, 2);
		if (some.whole &&
		    (!whole.whole || whole.length != some.length ||
			whole.status != some.status))
			abort();
	}
	judge(copy, size);
	(void)head_is_target(copy);
	(void)head_method(copy);
	free(copy);
	return 0;
}
