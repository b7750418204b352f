/* A piece as a device could sign it, raw or as the JSON of a signed note; and,
 * with another first byte, pieces in any order put together: memory stays
 * within its bounds, and a whole is what its id says. */
#include <assert.h>
#include <string.h>

#include "crypt/crypt.h"
#include "team/paper.h"
#include "team/pieces.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static const struct paper_kind kind = { "piece", "device", PIECE_MAX };
static const uint8_t seed[32] = { 1 };
static uint8_t pub[32];

/* What is accepted has one spelling, so the id alone may differ from what a
 * writer makes of the same bytes. */
static void
note(const void *p, size_t n)
{
	uint8_t by[DEVICE_ID_BYTES];
	struct piece one;

	if (piece_read(&one, p, n, pub) != ERR_OK)
		return;
	assert(piece_by(by, p, n) == ERR_OK);
	assert(memcmp(by, one.device, sizeof by) == 0);
	assert(one.index < one.count && one.count <= PIECE_COUNT);
	assert(one.bytes.len > 0 && one.bytes.len <= PIECE_BYTES);
	piece_drop(&one);
}

static void
notes(const uint8_t *p, size_t n)
{
	struct buf json, out;

	note(p, n);
	buf_init(&json, PIECE_MAX);
	buf_init(&out, PIECE_MAX);
	if (buf_put(&json, p, n) == ERR_OK &&
	    paper_sign(&out, &kind, &json, seed) == ERR_OK)
		note(out.at, out.len);
	buf_drop(&json);
	buf_drop(&out);
}

/* Four bytes a piece: device, whole, place, lie. */
static void
take(struct pieces *all, const uint8_t how[static 4], struct buf *whole)
{
	static uint8_t bytes[PIECE_WHOLE_MAX];
	const size_t n =
	    how[1] == 0xff ? PIECE_WHOLE_MAX : 1 + (size_t)how[1] * 500;
	struct piece one;
	uint8_t id[PIECE_ID_BYTES];
	enum err e;
	size_t at, len;

	bytes[0] = how[1];
	piece_init(&one);
	one.device[0] = how[0];
	piece_id(one.id, PIECE_CONTENT, bytes, n);
	one.what = PIECE_CONTENT;
	one.count = piece_count(n);
	one.index = how[2] % one.count;
	at = (size_t)one.index * PIECE_BYTES;
	len = n - at < PIECE_BYTES ? n - at : PIECE_BYTES;
	assert(buf_put(&one.bytes, bytes + at, len) == ERR_OK);
	one.bytes.at[0] ^= how[3] & 1;
	if ((how[3] & 2) != 0 && one.count > 1 && one.count < PIECE_COUNT &&
	    one.index + 1 < one.count)
		one.count++;
	e = pieces_add(all, &one, whole);
	assert(pieces_held(all) <= PIECES_LEAST * 2);
	if (e == ERR_OK && whole->len > 0) {
		piece_id(id, one.what, whole->at, whole->len);
		assert(memcmp(id, one.id, sizeof id) == 0);
	} else
		assert(whole->len == 0);
	buf_clear(whole);
	piece_drop(&one);
}

static void
put_together(const uint8_t *p, size_t n)
{
	const struct pieces_limit limit = { PIECES_LEAST * 2, PIECES_LEAST };
	struct pieces_part part;
	struct pieces *all = NULL;
	struct buf whole;
	size_t at = 0;

	buf_init(&whole, PIECE_WHOLE_MAX);
	assert(pieces_open(&all, &limit) == ERR_OK);
	for (size_t i = 0; i + 4 <= n && i < 1024; i += 4)
		take(all, p + i, &whole);
	while (pieces_part(all, &at, &part))
		assert(part.have > 0 && part.have < part.count);
	pieces_close(all);
	buf_drop(&whole);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	if (n == 0)
		return 0;
	assert(crypt_init() == ERR_OK);
	json_init();
	sign_public(pub, seed);
	if (p[0] == 'j')
		put_together(p + 1, n - 1);
	else
		notes(p + 1, n - 1);
	return 0;
}
