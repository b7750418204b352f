/* Content beside the log, raw or as the JSON of a note that the fuzzer's key
 * signs.  What is accepted has one spelling. */
#include <assert.h>
#include <string.h>

#include "crypt/crypt.h"
#include "team/content.h"
#include "team/paper.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const struct paper_kind kind = { "content", "device", CONTENT_MAX };
static const uint8_t seed[32] = { 1 };
static uint8_t pub[32];

static void
one(const void *p, size_t n)
{
	uint8_t by[DEVICE_ID_BYTES];
	struct content got;
	struct buf again;

	if (content_read(&got, p, n, pub) != ERR_OK)
		return;
	buf_init(&again, CONTENT_MAX);
	assert(content_by(by, p, n) == ERR_OK);
	assert(memcmp(by, got.device, sizeof by) == 0);
	assert(content_write(&again, &got, seed) == ERR_OK);
	assert(again.len == n && memcmp(again.at, p, n) == 0);
	content_drop(&got);
	buf_drop(&again);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	struct buf json, out;

	assert(crypt_init() == ERR_OK);
	json_init();
	sign_public(pub, seed);
	one(p, n);
	buf_init(&json, kind.max);
	buf_init(&out, kind.max);
	if (buf_put(&json, p, n) == ERR_OK &&
	    paper_sign(&out, &kind, &json, seed) == ERR_OK)
		one(out.at, out.len);
	buf_drop(&json);
	buf_drop(&out);
	return 0;
}
