#include <assert.h>
#include <string.h>

#include "age/age.h"
#include "crypt/crypt.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* Open any bytes as a file, at once and in pieces: both open and show the same,
 * or neither opens and one shows a beginning of the other (of two faults in an
 * armored file the pieces decide which is seen first).  The key is the one that
 * the seeds were sealed to. */
static enum err
open_in(struct buf *out, const struct age_with *with, const uint8_t *p,
    size_t n, size_t step)
{
	struct age_opener *o;
	size_t take;
	enum err e = ERR_OK;

	assert(age_opener_open(&o, with, age_sink_buf(out)) == ERR_OK);
	for (; n > 0 && e == ERR_OK; p += take, n -= take) {
		take = step < n ? step : n;
		e = age_opener_add(o, p, take);
	}
	e = age_opener_end(o);
	age_opener_close(o);
	return e;
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	static const uint8_t seed[AGE_SEED_BYTES] = { 1 };
	static struct age_identity *ids[2];
	struct age_with with = { .ids = (const struct age_identity *const *)ids,
		.n = 2 };
	struct buf once, pieces;
	size_t less;
	enum err e;

	if (ids[0] == NULL) {
		assert(crypt_init() == ERR_OK);
		assert(age_identity_from_seed(&ids[0], AGE_X25519, seed) ==
		    ERR_OK);
		assert(age_identity_from_seed(&ids[1], AGE_HYBRID, seed) ==
		    ERR_OK);
	}
	buf_init(&once, n + 64);
	buf_init(&pieces, n + 64);
	e = open_in(&once, &with, p, n, n);
	assert((open_in(&pieces, &with, p, n, 1 + n / 7) == ERR_OK) ==
	    (e == ERR_OK));
	assert(e != ERR_OK || once.len == pieces.len);
	less = once.len < pieces.len ? once.len : pieces.len;
	assert(less == 0 || memcmp(once.at, pieces.at, less) == 0);
	buf_drop(&once);
	buf_drop(&pieces);
	return 0;
}
