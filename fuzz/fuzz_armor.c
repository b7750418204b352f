#include <assert.h>
#include <string.h>

#include "age/armor.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Read it whole and in pieces that the first byte chooses: the same comes out.
 * What is accepted is written again, and read back. */
static enum err
read_in(struct buf *out, const uint8_t *p, size_t n, size_t step)
{
	struct armor_reader *r;
	size_t take;
	enum err e = ERR_OK;

	assert(armor_reader_open(&r, age_sink_buf(out)) == ERR_OK);
	for (; n > 0 && e == ERR_OK; p += take, n -= take) {
		take = step < n ? step : n;
		e = armor_reader_add(r, p, take);
	}
	if (e == ERR_OK)
		e = armor_reader_end(r);
	armor_reader_close(r);
	return e;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct armor_writer *w;
	struct buf once, pieces, text;
	enum err e;

	if (n == 0)
		return 0;
	buf_init(&once, n + 64);
	buf_init(&pieces, n + 64);
	buf_init(&text, 2 * n + 256);
	e = read_in(&once, p + 1, n - 1, n);
	assert(read_in(&pieces, p + 1, n - 1, p[0] % 97U + 1) == e);
	if (e == ERR_OK) {
		assert(once.len == pieces.len);
		assert(
		    once.len == 0 || memcmp(once.at, pieces.at, once.len) == 0);
		assert(armor_writer_open(&w, age_sink_buf(&text)) == ERR_OK);
		assert(armor_writer_add(w, once.at, once.len) == ERR_OK);
		assert(armor_writer_end(w) == ERR_OK);
		armor_writer_close(w);
		buf_clear(&pieces);
		assert(read_in(&pieces, text.at, text.len, text.len) == ERR_OK);
		assert(once.len == pieces.len);
		assert(
		    once.len == 0 || memcmp(once.at, pieces.at, once.len) == 0);
	}
	buf_drop(&once);
	buf_drop(&pieces);
	buf_drop(&text);
	return 0;
}
