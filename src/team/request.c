#include <string.h>

#include "base/enc.h"
#include "team/paper.h"
#include "team/request.h"

#define NOTE_MAX (REQUEST_MAX / 4 * 3)

static const struct paper_kind kind = {
	.kind = "request",
	.signer = "access",
	.max = NOTE_MAX,
};

static enum err
put_base64(struct buf *out, const struct buf *note)
{
	uint8_t *at;
	enum err e;

	e = buf_room(out, ENC_BASE64_LEN(note->len) + 1, &at);
	if (e != ERR_OK)
		return e;
	enc_base64((char *)at, note->at, note->len);
	out->len += ENC_BASE64_LEN(note->len);
	return ERR_OK;
}

enum err
request_write(struct buf *out, const struct request *r,
    const uint8_t access_seed[static SIGN_SEED_BYTES])
{
	struct buf json, note;
	struct json_out w;
	enum err e;

	buf_init(&json, NOTE_MAX);
	buf_init(&note, NOTE_MAX);
	json_begin(&w, &json);
	json_put_str(&w, "method", r->method, strlen(r->method));
	json_put_str(&w, "path", r->path, strlen(r->path));
	json_put_hex(&w, "body", r->body, sizeof r->body);
	json_put_hex(&w, "line", r->line, sizeof r->line);
	json_put_u64(&w, "hour", r->hour);
	if ((e = json_end(&w)) == ERR_OK)
		e = paper_sign(&note, &kind, &json, access_seed);
	if (e == ERR_OK)
		e = put_base64(out, &note);
	buf_drop(&note);
	buf_drop(&json);
	return e;
}

static enum err
fields(struct request *r, const struct json *o)
{
	static const char *const keys[] = { "method", "path", "body", "line",
		"hour" };
	enum err e;

	if ((e = json_only(o, keys, COUNT(keys))) != ERR_OK)
		return e;
	if ((e = paper_str(r->method, o, "method", REQUEST_METHOD_MAX)) !=
		ERR_OK ||
	    (e = paper_str(r->path, o, "path", REQUEST_PATH_MAX)) != ERR_OK ||
	    (e = json_get_hex(o, "body", r->body, sizeof r->body)) != ERR_OK ||
	    (e = json_get_hex(o, "line", r->line, sizeof r->line)) != ERR_OK)
		return paper_need(e);
	return paper_need(json_get_u32(o, "hour", UINT32_MAX, &r->hour));
}

enum err
request_read(struct request *r, const char *value, size_t n,
    const uint8_t access[static SIGN_PUBLIC_BYTES])
{
	struct paper paper = { .json = NULL };
	struct request got = { .hour = 0 };
	struct buf note;
	enum err e;

	buf_init(&note, NOTE_MAX);
	e = ERR_TOOBIG;
	if (n > REQUEST_MAX)
		goto out;
	if ((e = enc_base64_append(&note, value, n)) != ERR_OK)
		goto out;
	e = paper_read_by(&paper, &kind, note.at, note.len, access);
	if (e != ERR_OK)
		goto out;
	if ((e = fields(&got, paper.json)) == ERR_OK)
		*r = got;
out:
	paper_drop(&paper);
	buf_drop(&note);
	return e;
}

enum err
request_fits(const struct request *r, const char *method, const char *path,
    const uint8_t line[static LINE_ID_BYTES], uint32_t hour)
{
	if (strcmp(r->method, method) != 0 || strcmp(r->path, path) != 0 ||
	    memcmp(r->line, line, LINE_ID_BYTES) != 0)
		return ERR_DENIED;
	if ((uint64_t)r->hour + REQUEST_SKEW < hour ||
	    (uint64_t)hour + REQUEST_SKEW < r->hour)
		return ERR_EXPIRED;
	return ERR_OK;
}
