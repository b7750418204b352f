#include <assert.h>
#include <string.h>

#include "base/enc.h"
#include "team/paper.h"
#include "team/piece.h"

#define ID_LABEL "sotto/1 piece"
#define BYTES_CHARS ENC_BASE64_LEN(PIECE_BYTES)

static const struct paper_kind kind = {
	.kind = "piece",
	.signer = "device",
	.max = PIECE_MAX,
};

static const char *const names[] = {
	[PIECE_ROSTER] = "roster",
	[PIECE_HAND_OUT] = "hand-out",
	[PIECE_CONTENT] = "content",
};

void
piece_init(struct piece *p)
{
	*p = (struct piece){ .index = 0 };
	buf_init(&p->bytes, PIECE_BYTES);
}

void
piece_drop(struct piece *p)
{
	buf_drop(&p->bytes);
	piece_init(p);
}

const char *
piece_what_name(enum piece_what what)
{
	assert(what < PIECE_WHATS);
	return names[what];
}

/* The label and the kind in front, so that no roster is a hand-out. */
void
piece_id(uint8_t id[static PIECE_ID_BYTES], enum piece_what what, const void *p,
    size_t n)
{
	uint8_t label[sizeof ID_LABEL + 16] = ID_LABEL, hash[SHA256_BYTES];
	const size_t name = strlen(piece_what_name(what)) + 1;

	memcpy(label + sizeof ID_LABEL - 1, names[what], name);
	sha256_two(hash, label, sizeof ID_LABEL - 1 + name, p, n);
	memcpy(id, hash, PIECE_ID_BYTES);
}

uint32_t
piece_count(size_t n)
{
	if (n > PIECE_WHOLE_MAX)
		return 0;
	return (uint32_t)((n + PIECE_BYTES - 1) / PIECE_BYTES);
}

static bool
fits(const struct piece *p)
{
	const bool last = p->index + 1 == p->count;

	return p->what < PIECE_WHATS && p->count <= PIECE_COUNT &&
	    p->index < p->count && p->bytes.len > 0 &&
	    p->bytes.len <= PIECE_BYTES &&
	    (last || p->bytes.len == PIECE_BYTES);
}

static enum err
put_json(struct buf *json, const struct piece *p)
{
	const char *what = piece_what_name(p->what);
	char text[BYTES_CHARS + 1];
	struct json_out w;

	enc_base64(text, p->bytes.at, p->bytes.len);
	json_begin(&w, json);
	json_put_hex(&w, "device", p->device, sizeof p->device);
	json_put_hex(&w, "id", p->id, sizeof p->id);
	json_put_str(&w, "what", what, strlen(what));
	json_put_u64(&w, "index", p->index);
	json_put_u64(&w, "count", p->count);
	json_put_str(&w, "bytes", text, strlen(text));
	return json_end(&w);
}

enum err
piece_write(struct buf *out, const struct piece_of *of,
    const uint8_t device_seed[static SIGN_SEED_BYTES])
{
	const size_t at = (size_t)of->index * PIECE_BYTES;
	const uint32_t count = piece_count(of->n);
	uint8_t pub[SIGN_PUBLIC_BYTES];
	struct piece p;
	struct buf json;
	size_t n;
	enum err e;

	if (count == 0)
		return ERR_TOOBIG;
	if (of->index >= count)
		return ERR_FORMAT;
	n = of->n - at < PIECE_BYTES ? of->n - at : PIECE_BYTES;
	piece_init(&p);
	buf_init(&json, PIECE_MAX);
	sign_public(pub, device_seed);
	device_id(p.device, pub);
	piece_id(p.id, of->what, of->whole, of->n);
	p.what = of->what;
	p.index = of->index;
	p.count = count;
	if ((e = buf_put(&p.bytes, of->whole + at, n)) == ERR_OK &&
	    (e = put_json(&json, &p)) == ERR_OK)
		e = paper_sign(out, &kind, &json, device_seed);
	buf_drop(&json);
	piece_drop(&p);
	return e;
}

enum err
piece_by(uint8_t device[static DEVICE_ID_BYTES], const void *p, size_t n)
{
	return paper_by(device, &kind, p, n);
}

static enum err
read_what(enum piece_what *what, const struct json *o)
{
	const char *s;
	size_t n;
	enum err e;

	if ((e = json_get_str(o, "what", 16, &s, &n)) != ERR_OK)
		return paper_need(e);
	for (unsigned i = 0; i < COUNT(names); i++)
		if (strcmp(s, names[i]) == 0) {
			*what = (enum piece_what)i;
			return ERR_OK;
		}
	return ERR_VERSION;
}

static enum err
fields(struct piece *p, const struct json *o)
{
	const char *text;
	size_t n;
	enum err e;

	if ((e = json_get_hex(o, "device", p->device, sizeof p->device)) !=
		ERR_OK ||
	    (e = json_get_hex(o, "id", p->id, sizeof p->id)) != ERR_OK ||
	    (e = json_get_u32(o, "index", PIECE_COUNT - 1, &p->index)) !=
		ERR_OK ||
	    (e = json_get_u32(o, "count", PIECE_COUNT, &p->count)) != ERR_OK ||
	    (e = json_get_str(o, "bytes", BYTES_CHARS, &text, &n)) != ERR_OK)
		return paper_need(e);
	if ((e = read_what(&p->what, o)) != ERR_OK)
		return e;
	if ((e = enc_base64_append(&p->bytes, text, n)) != ERR_OK)
		return e;
	return fits(p) ? ERR_OK : ERR_FORMAT;
}

enum err
piece_read(struct piece *p, const void *at, size_t n,
    const uint8_t key[static SIGN_PUBLIC_BYTES])
{
	struct paper paper = { .json = NULL };
	uint8_t id[DEVICE_ID_BYTES];
	struct piece got;
	struct buf json;
	enum err e;

	piece_init(&got);
	buf_init(&json, PIECE_MAX);
	if ((e = paper_read_by(&paper, &kind, at, n, key)) != ERR_OK)
		goto out;
	if ((e = fields(&got, paper.json)) != ERR_OK)
		goto out;
	if ((e = put_json(&json, &got)) != ERR_OK)
		goto out;
	if ((e = paper_exact(&paper, &json)) != ERR_OK)
		goto out;
	e = ERR_FORGED;
	device_id(id, key);
	if (memcmp(got.device, id, sizeof id) != 0)
		goto out;
	*p = got;
	piece_init(&got); /* now the caller's */
	e = ERR_OK;
out:
	buf_drop(&json);
	piece_drop(&got);
	paper_drop(&paper);
	return e;
}
