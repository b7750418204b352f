/* A join note, raw or as the JSON of a note that the fuzzer's key signs; and a
 * code as somebody typed it.  What is accepted has one spelling. */
#include <assert.h>
#include <string.h>

#include "crypt/crypt.h"
#include "team/join.h"
#include "team/paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const struct paper_kind kind = { "join", "device", JOIN_MAX };
static const uint8_t seed[32] = { 1 };
static uint8_t pub[32];

static void
one(const void *p, size_t n)
{
	struct join got;
	struct buf again;

	if (join_read(&got, p, n) != ERR_OK)
		return;
	buf_init(&again, JOIN_MAX);
	if (memcmp(got.key, pub, sizeof pub) == 0) {
		assert(join_write(&again, &got, seed) == ERR_OK);
		assert(again.len == n && memcmp(again.at, p, n) == 0);
	}
	buf_drop(&again);
}

static void
typed(const char *p, size_t n)
{
	static const struct join_code c = { "abandon zoo wool add monkey" };

	if (join_code_is(&c, p, n))
		assert(n >= 19 && n <= JOIN_TYPED_MAX);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf json, out;

	assert(crypt_init() == ERR_OK);
	json_init();
	sign_public(pub, seed);
	one(p, n);
	typed((const char *)p, n);
	buf_init(&json, kind.max);
	buf_init(&out, kind.max);
	if (buf_put(&json, p, n) == ERR_OK &&
	    paper_sign(&out, &kind, &json, seed) == ERR_OK)
		one(out.at, out.len);
	buf_drop(&json);
	buf_drop(&out);
	return 0;
}
