#include <string.h>

#include "base/wipe.h"
#include "team/paper.h"

enum err
paper_sign(struct buf *out, const struct paper_kind *kind,
    const struct buf *json, const uint8_t seed[static SIGN_SEED_BYTES])
{
	const size_t was = out->len;
	struct buf text;
	enum err e;

	buf_init(&text, kind->max);
	e = note_put_text(&text, kind->kind, (const char *)json->at, json->len);
	if (e != ERR_OK)
		goto out;
	e = note_sign(out, (const char *)text.at, text.len, kind->signer, seed);
	if (e == ERR_OK && out->len - was > kind->max) {
		wipe(out->at + was, out->len - was);
		out->len = was;
		e = ERR_TOOBIG;
	}
out:
	buf_drop(&text);
	return e;
}

enum err
paper_need(enum err e)
{
	return e == ERR_NOTHING ? ERR_FORMAT : e;
}

enum err
paper_check(const struct paper *paper, const struct paper_kind *kind,
    const uint8_t pub[static SIGN_PUBLIC_BYTES])
{
	enum err e = note_check(&paper->note, kind->signer, pub);

	return e == ERR_NOKEY ? ERR_FORGED : e;
}

static enum err
read_with(struct paper *paper, const struct paper_kind *kind,
    const struct buf *note, const uint8_t *pub)
{
	struct paper got = { .json = NULL };
	const char *p = (const char *)note->at;
	enum err e;

	if (note->len > kind->max)
		return ERR_TOOBIG;
	if ((e = note_read(&got.note, p, note->len)) != ERR_OK)
		return e;
	e = note_body(&got.note, kind->kind, &got.text, &got.text_len);
	if (e != ERR_OK)
		return e;
	if (pub != NULL && (e = paper_check(&got, kind, pub)) != ERR_OK)
		return e;
	e = json_open(&got.json, got.text, got.text_len);
	if (e == ERR_OK)
		*paper = got;
	return e;
}

/* A run of bytes that nobody will grow or wipe, as a buf. */
static struct buf
borrow(const void *p, size_t n)
{
	union {
		const void *in;
		uint8_t *out;
	} u = { .in = p };

	return (struct buf){ .at = u.out, .len = n };
}

enum err
paper_read(
    struct paper *paper, const struct paper_kind *kind, const void *p, size_t n)
{
	const struct buf note = borrow(p, n);

	return read_with(paper, kind, &note, NULL);
}

enum err
paper_read_by(struct paper *paper, const struct paper_kind *kind, const void *p,
    size_t n, const uint8_t pub[static SIGN_PUBLIC_BYTES])
{
	const struct buf note = borrow(p, n);

	return read_with(paper, kind, &note, pub);
}

void
paper_drop(struct paper *paper)
{
	json_close(paper->json);
	*paper = (struct paper){ .json = NULL };
}

enum err
paper_str(char *out, const struct json *o, const char *key, size_t max)
{
	const char *s;
	size_t n;
	enum err e;

	if ((e = json_get_str(o, key, max, &s, &n)) != ERR_OK)
		return paper_need(e);
	memcpy(out, s, n);
	out[n] = '\0';
	return ERR_OK;
}

enum err
paper_exact(const struct paper *paper, const struct buf *json)
{
	return paper->note.count == 1 && paper->text_len == json->len &&
		memcmp(paper->text, json->at, json->len) == 0
	    ? ERR_OK
	    : ERR_FORMAT;
}

enum err
paper_by(uint8_t device[static PAPER_DEVICE_BYTES],
    const struct paper_kind *kind, const void *p, size_t n)
{
	const struct buf note = borrow(p, n);
	struct paper paper = { .json = NULL };
	enum err e;

	if ((e = read_with(&paper, kind, &note, NULL)) == ERR_OK)
		e = paper_need(json_get_hex(
		    paper.json, "device", device, PAPER_DEVICE_BYTES));
	paper_drop(&paper);
	return e;
}

enum err
paper_unfill(size_t *len, const uint8_t *p, size_t n)
{
	const uint8_t *nul = n == 0 ? NULL : memchr(p, 0, n);
	const size_t got = nul == NULL ? n : (size_t)(nul - p);

	for (size_t i = got; i < n; i++)
		if (p[i] != 0)
			return ERR_FORMAT;
	*len = got;
	return ERR_OK;
}
