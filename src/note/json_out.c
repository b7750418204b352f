#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/text.h"
#include "base/wipe.h"

#include "note/json.h"

static void
put(struct json_out *w, const char *p, size_t n)
{
	if (w->e == ERR_OK)
		w->e = buf_put(w->out, p, n);
}

/* How a byte is written between quotes: NULL as it is. */
static const char *
escaped(unsigned char c, char spelled[static 7])
{
	static const char digits[] = "0123456789abcdef";

	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	case '\b':
		return "\\b";
	case '\f':
		return "\\f";
	case '\n':
		return "\\n";
	case '\r':
		return "\\r";
	case '\t':
		return "\\t";
	default:
		break;
	}
	if (c >= 0x20)
		return NULL;
	memcpy(spelled, "\\u00", 4);
	spelled[4] = digits[c >> 4];
	spelled[5] = digits[c & 15];
	spelled[6] = '\0';
	return spelled;
}

static void
put_quoted(struct json_out *w, const char *s, size_t n)
{
	char spelled[7];
	const char *esc;
	size_t plain = 0;

	if (!text_is_utf8(s, n) && w->e == ERR_OK)
		w->e = ERR_FORMAT;
	put(w, "\"", 1);
	for (size_t i = 0; i < n && w->e == ERR_OK; i++) {
		if ((esc = escaped((unsigned char)s[i], spelled)) == NULL)
			continue;
		put(w, s + plain, i - plain);
		put(w, esc, strlen(esc));
		plain = i + 1;
	}
	if (n > plain)
		put(w, s + plain, n - plain);
	put(w, "\"", 1);
}

/* The comma that is due and the key, if this is inside an object. */
static void
put_key(struct json_out *w, const char *key)
{
	if (w->more)
		put(w, ",", 1);
	w->more = true;
	if (key == NULL)
		return;
	put_quoted(w, key, strlen(key));
	put(w, ":", 1);
}

static void
begin(struct json_out *w, const char *key, const char *bracket)
{
	put_key(w, key);
	put(w, bracket, 1);
	w->depth++;
	w->more = false;
	assert(w->depth <= JSON_DEPTH_MAX);
}

static void
end(struct json_out *w, const char *bracket)
{
	assert(w->depth > 0);
	put(w, bracket, 1);
	w->depth--;
	w->more = true;
}

void
json_begin(struct json_out *w, struct buf *out)
{
	*w = (struct json_out){ .out = out, .start = out->len };
	begin(w, NULL, "{");
}

enum err
json_end(struct json_out *w)
{
	end(w, "}");
	assert(w->depth == 0);
	if (w->e != ERR_OK) {
		if (w->out->len > w->start)
			wipe(w->out->at + w->start, w->out->len - w->start);
		w->out->len = w->start;
	}
	return w->e;
}

void
json_put_str(struct json_out *w, const char *key, const char *s, size_t n)
{
	put_key(w, key);
	put_quoted(w, s, n);
}

void
json_put_hex(struct json_out *w, const char *key, const uint8_t *p, size_t n)
{
	char pair[3];

	put_key(w, key);
	put(w, "\"", 1);
	for (size_t i = 0; i < n; i++) {
		enc_hex(pair, p + i, 1);
		put(w, pair, 2);
	}
	put(w, "\"", 1);
}

void
json_put_u64(struct json_out *w, const char *key, uint64_t v)
{
	char digits[20];
	size_t at = sizeof digits;

	/* The reader's library has signed integers. */
	if (v > INT64_MAX && w->e == ERR_OK)
		w->e = ERR_TOOBIG;
	put_key(w, key);
	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v > 0);
	put(w, digits + at, sizeof digits - at);
}

void
json_put_bool(struct json_out *w, const char *key, bool v)
{
	put_key(w, key);
	put(w, v ? "true" : "false", v ? 4 : 5);
}

void
json_put_object(struct json_out *w, const char *key)
{
	begin(w, key, "{");
}

void
json_put_object_end(struct json_out *w)
{
	end(w, "}");
}

void
json_put_list(struct json_out *w, const char *key)
{
	begin(w, key, "[");
}

void
json_put_list_end(struct json_out *w)
{
	end(w, "]");
}

static size_t
escaped_len(unsigned char c)
{
	char spelled[7];
	const char *esc = escaped(c, spelled);

	return esc == NULL ? 1 : strlen(esc);
}

size_t
json_str_bytes(const char *s, size_t n)
{
	size_t bytes = 0;

	for (size_t i = 0; i < n; i++)
		bytes += escaped_len((unsigned char)s[i]);
	return bytes;
}

size_t
json_str_cut(const char *s, size_t n, size_t max)
{
	size_t bytes = 0, i;

	for (i = 0; i < n; i++)
		if ((bytes += escaped_len((unsigned char)s[i])) > max)
			break;
	return text_cut(s, n, i);
}

/* The two bytes of U+0080 to U+009F; no other character has them. */
static bool
steers(const uint8_t *p)
{
	return p[0] == 0xc2 && p[1] >= 0x80 && p[1] < 0xa0;
}

enum err
json_show(int fd, const void *p, size_t n)
{
	const uint8_t *at = p;
	char spelled[8];
	size_t from = 0;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i + 1 < n; i++) {
		if (!steers(at + i))
			continue;
		(void)snprintf(spelled, sizeof spelled, "\\u%04x", at[i + 1]);
		if ((e = file_write_fd(fd, at + from, i - from)) == ERR_OK)
			e = file_write_fd(fd, spelled, 6);
		from = i + 2;
	}
	return e == ERR_OK ? file_write_fd(fd, at + from, n - from) : e;
}
