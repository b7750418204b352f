/*
 * What a line answers a desk.  The first byte says which call, the second the
 * status, the third how many were asked for; the rest is the answer.  What is
 * refused leaves nothing behind; what is taken has the form that the desk
 * builds on.
 */
#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "crypt/crypt.h"
#include "desk/reach.h"
#include "http/client.h"
#include "note/json.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

/* It stands where the client of http/ would: no network. */
struct http_client {
	const uint8_t *answer;
	size_t n;
	unsigned status;
	enum err came; /* of the call that was begun */
};

static struct http_client line;

enum err
http_client_open(struct http_client **c, const struct http_client_opts *opts)
{
	(void)opts;
	*c = &line;
	return ERR_OK;
}

void
http_client_close(struct http_client *c)
{
	(void)c;
}

void
http_client_meanwhile(
    struct http_client *c, enum err (*meanwhile)(void *with), void *with)
{
	(void)c;
	(void)meanwhile;
	(void)with;
}

enum err
http_client_do(struct http_client *c, const struct http_call *call,
    struct http_reply *reply)
{
	assert(call->take == NULL && reply->body != NULL);
	reply->status = c->status;
	return buf_put(reply->body, c->answer, c->n);
}

enum err
http_client_begin(struct http_client *c, const struct http_call *call,
    struct http_reply *reply)
{
	c->came = http_client_do(c, call, reply);
	return ERR_OK;
}

void
http_client_go_on(struct http_client *c)
{
	(void)c;
}

enum err
http_client_end(struct http_client *c)
{
	return c->came;
}

void
http_client_break(struct http_client *c)
{
	(void)c;
}

static void
days(struct reach *r)
{
	static struct reach_day all[REACH_DAYS_MAX];
	size_t n;

	if (reach_days(r, all, &n) != ERR_OK)
		return;
	assert(n <= REACH_DAYS_MAX);
	for (size_t i = 1; i < n; i++)
		assert(all[i - 1].day < all[i].day);
}

static void
tags(struct reach *r, struct buf *out)
{
	const size_t was = out->len;

	if (reach_tags(r, 20780, out) == ERR_OK)
		assert((out->len - was) % TAG_BYTES == 0);
	else
		assert(out->len == was);
}

static void
fetch(struct reach *r, struct buf *out, size_t n)
{
	static const uint8_t asked[REACH_FETCH_MAX][TAG_BYTES];
	size_t at = out->len;

	if (reach_fetch(r, asked, n, out) != ERR_OK) {
		assert(out->len == at);
		return;
	}
	for (size_t i = 0; i < n; i++) {
		const size_t one = enc_get_u32(out->at + at);

		assert(one == 0 || one == ENVELOPE_LETTER_BYTES ||
		    one == ENVELOPE_HEADER_BYTES);
		at += 4 + one;
		assert(at <= out->len);
	}
	assert(at == out->len);
}

static void
look(struct reach *r, struct buf *out, size_t n)
{
	static const uint8_t asked[REACH_FETCH_MAX][TAG_BYTES];
	const size_t was = out->len;

	if (reach_look(r, asked, n, out) == ERR_OK)
		assert(out->len == was + (n + 7) / 8);
	else
		assert(out->len == was);
}

static void
words(struct reach *r)
{
	static const uint8_t bytes[REACH_COMMIT_BYTES];
	uint32_t parts = UINT32_MAX;
	bool committed = false;
	enum err e;

	if (reach_state(r, bytes, &parts, &committed) == ERR_OK)
		assert(committed || parts != UINT32_MAX);
	e = reach_put_letter(r, bytes, bytes);
	assert(e != ERR_OK || memcmp(line.answer, "done", 4) == 0);
	e = reach_commit(r, bytes);
	assert(e != ERR_MISSING || line.status == 409);
}

static void
part(struct reach *r, struct buf *out)
{
	static const uint8_t tag[TAG_BYTES];
	const size_t was = out->len;

	if (reach_part(r, tag, out) == ERR_OK)
		assert(out->len == was + ENVELOPE_PART_BYTES);
	else
		assert(out->len == was);
}

static void
ask(struct reach *r, char call, size_t n)
{
	struct buf out;

	buf_init(&out, 2U << 20);
	assert(buf_put_str(&out, "before") == ERR_OK);
	switch (call) {
	case 'd':
		days(r);
		break;
	case 't':
		tags(r, &out);
		break;
	case 'f':
		fetch(r, &out, 1 + n % REACH_FETCH_MAX);
		break;
	case 'l':
		look(r, &out, 1 + n % REACH_FETCH_MAX);
		break;
	case 'p':
		part(r, &out);
		break;
	default:
		words(r);
	}
	assert(memcmp(out.at, "before", 6) == 0);
	buf_drop(&out);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	/* Not those after which it tries again. */
	static const unsigned status[] = { 200, 401, 404, 409, 413, 500, 507 };
	static const uint8_t seed[SIGN_SEED_BYTES] = { 1 };
	static const uint8_t id[16];
	const struct reach_opts opts = { .line = "http://127.0.0.1:8440",
		.line_id = id,
		.access_seed = seed };
	struct reach *r = NULL;

	if (n < 3)
		return 0;
	assert(crypt_init() == ERR_OK);
	json_init();
	line =
	    (struct http_client){ p + 3, n - 3, status[p[1] % COUNT(status)] };
	assert(reach_open(&r, &opts) == ERR_OK);
	ask(r, (char)p[0], p[2]);
	reach_close(r);
	return 0;
}
