/*
 * The header Sotto-Request.  The first byte says what the rest is: 0 its value,
 * 1 the note in it, 2 the note's JSON, as somebody with the access key could
 * sign it.  What is accepted fits the request that it names and no other.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "crypt/crypt.h"
#include "team/paper.h"
#include "team/request.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const uint8_t seed[32] = { 1 };
static uint8_t pub[32];

static void
fits(const struct request *r)
{
	uint8_t other[LINE_ID_BYTES];

	assert(memchr(r->method, 0, sizeof r->method) != NULL);
	assert(memchr(r->path, 0, sizeof r->path) != NULL);
	assert(request_fits(r, r->method, r->path, r->line, r->hour) == ERR_OK);
	assert(
	    request_fits(r, "HEAD?", r->path, r->line, r->hour) == ERR_DENIED);
	assert(request_fits(r, r->method, "*", r->line, r->hour) == ERR_DENIED);
	memcpy(other, r->line, sizeof other);
	other[0] ^= 1U;
	assert(
	    request_fits(r, r->method, r->path, other, r->hour) == ERR_DENIED);
	if (r->hour < UINT32_MAX - REQUEST_SKEW)
		assert(request_fits(r, r->method, r->path, r->line,
			   r->hour + REQUEST_SKEW + 1U) == ERR_EXPIRED);
}

static void
value(const char *text, size_t n)
{
	struct request r, two;
	struct buf out;

	if (request_read(&r, text, n, pub) != ERR_OK)
		return;
	if (strcmp(r.method, "HEAD?") != 0 && strcmp(r.path, "*") != 0)
		fits(&r);
	buf_init(&out, REQUEST_MAX + 64U);
	assert(request_write(&out, &r, seed) == ERR_OK);
	assert(
	    request_read(&two, (const char *)out.at, out.len, pub) == ERR_OK);
	assert(strcmp(r.method, two.method) == 0 && r.hour == two.hour);
	assert(strcmp(r.path, two.path) == 0);
	assert(memcmp(r.body, two.body, sizeof r.body) == 0);
	assert(memcmp(r.line, two.line, sizeof r.line) == 0);
	buf_drop(&out);
}

static void
note(const uint8_t *p, size_t n)
{
	char *text = malloc(n * 2U + 8U);

	assert(text != NULL);
	enc_base64(text, p, n);
	value(text, strlen(text));
	free(text);
}

static void
json(const uint8_t *p, size_t n)
{
	static const struct paper_kind kind = { "request", "access",
		REQUEST_MAX };
	struct buf raw, out;

	buf_init(&raw, n + 1U);
	buf_init(&out, 2U * REQUEST_MAX);
	assert(buf_put(&raw, p, n) == ERR_OK);
	if (paper_sign(&out, &kind, &raw, seed) == ERR_OK)
		note(out.at, out.len);
	buf_drop(&raw);
	buf_drop(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (n == 0)
		return 0;
	assert(crypt_init() == ERR_OK);
	json_init();
	sign_public(pub, seed);
	if (p[0] == 0)
		value((const char *)p + 1, n - 1);
	else if (p[0] == 1)
		note(p + 1, n - 1);
	else
		json(p + 1, n - 1);
	return 0;
}
