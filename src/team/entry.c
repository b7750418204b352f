#include <string.h>

#include "base/enc.h"

#include "team/entry.h"
#include "team/paper.h"

static const struct paper_kind kind = {
	.kind = "entry",
	.signer = "device",
	.max = ENTRY_MAX,
};

void
entry_init(struct entry *e)
{
	*e = (struct entry){ .number = 0 };
	buf_init(&e->body, ENTRY_BODY_MAX);
}

void
entry_drop(struct entry *e)
{
	buf_drop(&e->body);
	json_close(e->whole);
	entry_init(e);
}

static bool
is_type(const char *s)
{
	if (s[0] == '\0')
		return false;
	for (; *s != '\0'; s++)
		if ((*s < 'a' || *s > 'z') && *s != '-')
			return false;
	return true;
}

static bool
fits(const struct entry *e)
{
	static const uint8_t zero[SHA256_BYTES];
	const bool first = memcmp(e->previous, zero, sizeof e->previous) == 0;

	return is_type(e->type) && e->heads_n <= ENTRY_HEADS &&
	    (e->number == 0) == first && e->lamport > 0 &&
	    e->lamport <= ENTRY_LAMPORT_MAX;
}

#define OUTER_KEYS 6U

/* Everything but the body; the body follows as it is, the last field. */
static enum err
put_outer(struct buf *json, const struct entry *e)
{
	struct json_out w;
	enum err er;

	json_begin(&w, json);
	json_put_hex(&w, "device", e->device, sizeof e->device);
	json_put_u64(&w, "number", e->number);
	json_put_hex(&w, "previous", e->previous, sizeof e->previous);
	json_put_list(&w, "heads");
	for (size_t i = 0; i < e->heads_n; i++)
		json_put_hex(&w, NULL, e->heads[i], ENTRY_HEAD_BYTES);
	json_put_list_end(&w);
	json_put_u64(&w, "lamport", e->lamport);
	json_put_str(&w, "type", e->type, strlen(e->type));
	if ((er = json_end(&w)) != ERR_OK)
		return er;
	json->len--; /* its closing brace */
	return buf_put_str(json, ",\"body\":");
}

static bool
may_be_body(const char *p, size_t n)
{
	if (n < 2 || n > ENTRY_BODY_MAX || p[0] != '{' || p[n - 1] != '}')
		return false;
	for (size_t i = 0; i < n; i++)
		if ((uint8_t)p[i] < 0x20)
			return false;
	return true;
}

/* A body is one object that a reader will take. */
static enum err
check_body(const struct buf *body)
{
	const char *p = (const char *)body->at;
	struct json *root = NULL;
	enum err e;

	if (!may_be_body(p, body->len))
		return ERR_FORMAT;
	e = json_open(&root, p, body->len);
	json_close(root);
	return e;
}

enum err
entry_write(struct buf *out, const struct entry *en,
    const uint8_t device_seed[static SIGN_SEED_BYTES])
{
	struct buf json;
	enum err e;

	if (!fits(en))
		return ERR_FORMAT;
	buf_init(&json, ENTRY_MAX);
	if ((e = check_body(&en->body)) == ERR_OK &&
	    (e = put_outer(&json, en)) == ERR_OK &&
	    (e = buf_put(&json, en->body.at, en->body.len)) == ERR_OK &&
	    (e = buf_put(&json, "}", 1)) == ERR_OK)
		e = paper_sign(out, &kind, &json, device_seed);
	buf_drop(&json);
	return e;
}

static enum err
read_heads(struct entry *en, const struct json *o)
{
	const struct json *list;
	enum err e;

	e = json_get_list(o, "heads", ENTRY_HEADS, &list);
	if (e != ERR_OK)
		return paper_need(e);
	en->heads_n = json_count(list);
	for (size_t i = 0; i < en->heads_n; i++) {
		e = json_at_hex(list, i, en->heads[i], ENTRY_HEAD_BYTES);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
fields(struct entry *en, const struct json *o)
{
	enum err e;

	if ((e = json_get_hex(o, "device", en->device, sizeof en->device)) !=
		ERR_OK ||
	    (e = json_get_u32(o, "number", UINT32_MAX, &en->number)) !=
		ERR_OK ||
	    (e = json_get_hex(
		 o, "previous", en->previous, sizeof en->previous)) != ERR_OK ||
	    (e = json_get_u64(o, "lamport", ENTRY_LAMPORT_MAX, &en->lamport)) !=
		ERR_OK ||
	    (e = paper_str(en->type, o, "type", ENTRY_TYPE_MAX)) != ERR_OK)
		return paper_need(e);
	if ((e = read_heads(en, o)) != ERR_OK)
		return e;
	return fits(en) ? ERR_OK : ERR_FORMAT;
}

/* The outer fields have one spelling, so what stands before the body must be
 * what we would write; the rest, but for the last brace, is the body: with no
 * other key, it is one object, since the whole is one. */
static enum err
take_body(struct entry *en, const struct paper *paper)
{
	struct buf outer;
	enum err e;
	size_t n;

	buf_init(&outer, ENTRY_MAX);
	if ((e = put_outer(&outer, en)) != ERR_OK)
		goto out;
	e = ERR_FORMAT;
	if (json_keys(paper->json) != OUTER_KEYS + 1 ||
	    paper->text_len <= outer.len ||
	    memcmp(paper->text, outer.at, outer.len) != 0)
		goto out;
	n = paper->text_len - outer.len - 1;
	if (paper->text[outer.len + n] == '}' &&
	    may_be_body(paper->text + outer.len, n))
		e = buf_put(&en->body, paper->text + outer.len, n);
out:
	buf_drop(&outer);
	return e;
}

/* `key` is NULL when it is not known. */
static enum err
read_note(struct entry *en, const void *p, size_t n, const uint8_t *key)
{
	struct paper paper = { .json = NULL };
	uint8_t id[DEVICE_ID_BYTES];
	struct entry got;
	enum err e;

	entry_init(&got);
	e = key == NULL ? paper_read(&paper, &kind, p, n)
			: paper_read_by(&paper, &kind, p, n, key);
	if (e != ERR_OK)
		goto out;
	e = ERR_FORMAT;
	if (paper.note.count != 1)
		goto out;
	if ((e = fields(&got, paper.json)) != ERR_OK)
		goto out;
	if ((e = take_body(&got, &paper)) != ERR_OK)
		goto out;
	e = ERR_FORGED;
	if (key != NULL)
		device_id(id, key);
	if (key != NULL && memcmp(got.device, id, sizeof id) != 0)
		goto out;
	got.whole = paper.json;
	paper.json = NULL; /* now the entry's */
	*en = got;
	entry_init(&got); /* now the caller's */
	e = ERR_OK;
out:
	entry_drop(&got);
	paper_drop(&paper);
	return e;
}

enum err
entry_read(struct entry *en, const void *p, size_t n,
    const uint8_t key[static SIGN_PUBLIC_BYTES])
{
	return read_note(en, p, n, key);
}

enum err
entry_form(struct entry *en, const void *p, size_t n)
{
	return read_note(en, p, n, NULL);
}

enum err
entry_fields(const struct entry *e, const struct json **body)
{
	return paper_need(json_get_object(e->whole, "body", body));
}

enum err
entry_check(
    const void *p, size_t n, const uint8_t key[static SIGN_PUBLIC_BYTES])
{
	struct note note;
	enum err e;

	if ((e = note_read(&note, p, n)) != ERR_OK)
		return e;
	e = note.count == 1 ? note_check(&note, kind.signer, key) : ERR_FORMAT;
	return e == ERR_NOKEY ? ERR_FORGED : e;
}

enum err
entry_device(uint8_t id[static DEVICE_ID_BYTES], const void *p, size_t n)
{
	static const char begin[] = "sotto/1 entry\n{\"device\":\"";
	const size_t len = sizeof begin - 1;

	if (n < len + ENC_HEX_LEN(DEVICE_ID_BYTES) ||
	    memcmp(p, begin, len) != 0)
		return ERR_FORMAT;
	return enc_hex_read(id, DEVICE_ID_BYTES, (const char *)p + len,
	    ENC_HEX_LEN(DEVICE_ID_BYTES));
}

void
entry_hash(uint8_t out[static SHA256_BYTES], const void *note, size_t n)
{
	sha256(out, note, n);
}
