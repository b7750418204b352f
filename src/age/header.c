#include <assert.h>
#include <string.h>

#include "age/header.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#define VERSION_BYTES (sizeof HEADER_VERSION - 1)
#define BRAND "age-encryption.org/"
#define MAC_CHARS ENC_BASE64_RAW_LEN(SHA256_BYTES)
#define MAC_LINE (4U + MAC_CHARS + 1) /* "--- ", MAC, line feed */
#define COLUMN_BYTES (HEADER_COLUMNS * 6 / 8)

/* What is left to read; only ever moves on by whole lines. */
struct rest {
	const char *at;
	size_t len;
};

static bool
take_line(struct rest *r, struct header_word *line)
{
	const char *end = r->len == 0 ? NULL : memchr(r->at, '\n', r->len);

	if (end == NULL)
		return false;
	line->at = r->at;
	line->len = (size_t)(end - r->at);
	r->at = end + 1;
	r->len -= line->len + 1;
	return true;
}

/* "-> " and words of visible characters with single spaces between them. */
static bool
read_args(struct header_stanza *s, struct header_word line)
{
	const char *c = line.at + 3, *end = line.at + line.len, *word;

	if (line.len < 4 || memcmp(line.at, "-> ", 3) != 0)
		return false;
	for (s->args = 0;; c++) {
		for (word = c; c<end && * c> ' ' && *c <= '~'; c++)
			;
		if (c == word || (c < end && *c != ' '))
			return false;
		if (s->args < HEADER_ARGS)
			s->arg[s->args] =
			    (struct header_word){ word, (size_t)(c - word) };
		s->args++;
		if (c == end)
			return true;
	}
}

static bool
is_base64(struct header_word line)
{
	uint8_t bytes[COLUMN_BYTES];
	size_t n = line.len * 6 / 8;
	bool ok = ENC_BASE64_RAW_LEN(n) == line.len &&
	    enc_base64_raw_read(bytes, n, line.at, line.len) == ERR_OK;

	wipe(bytes, sizeof bytes);
	return ok;
}

static enum err
read_stanza(struct header_stanza *s, struct rest *r)
{
	struct header_word line = { 0 };

	memset(s, 0, sizeof *s);
	if (!take_line(r, &line) || !read_args(s, line))
		return ERR_FORMAT;
	s->body.at = r->at;
	do {
		if (!take_line(r, &line) || line.len > HEADER_COLUMNS ||
		    !is_base64(line))
			return ERR_FORMAT;
		s->body_len += line.len * 6 / 8;
	} while (line.len == HEADER_COLUMNS);
	s->body.len = (size_t)(r->at - s->body.at);
	return ERR_OK;
}

enum err
header_check_version(const uint8_t *p, size_t n)
{
	const char *line = (const char *)p;

	if (n < sizeof BRAND + 1 || memcmp(line, BRAND, sizeof BRAND - 1) != 0)
		return ERR_FORMAT;
	for (size_t i = sizeof BRAND - 1; i < n - 1; i++)
		if (line[i] <= ' ' || line[i] > '~')
			return ERR_FORMAT;
	return n == VERSION_BYTES && memcmp(line, HEADER_VERSION, n) == 0
	    ? ERR_OK
	    : ERR_VERSION;
}

enum err
header_read(struct header *h, const uint8_t *p, size_t n)
{
	struct rest r = { (const char *)p, n };
	struct header got = { .at = p, .len = n };
	struct header_word line = { 0 };
	struct header_stanza s;
	enum err e;

	if (!take_line(&r, &line))
		return ERR_FORMAT;
	if ((e = header_check_version(p, line.len + 1)) != ERR_OK)
		return e;
	do {
		if ((e = read_stanza(&s, &r)) != ERR_OK)
			return e;
	} while (r.len < 3 || memcmp(r.at, "---", 3) != 0);
	if (r.len != MAC_LINE || memcmp(r.at, "--- ", 4) != 0 ||
	    r.at[MAC_LINE - 1] != '\n' ||
	    enc_base64_raw_read(got.mac, sizeof got.mac, r.at + 4, MAC_CHARS) !=
		ERR_OK)
		return ERR_FORMAT;
	*h = got;
	return ERR_OK;
}

bool
header_stanza(const struct header *h, size_t *at, struct header_stanza *s)
{
	struct rest r;
	enum err e;

	if (*at == 0)
		*at = VERSION_BYTES;
	assert(*at <= h->len - MAC_LINE);
	if (*at == h->len - MAC_LINE)
		return false;
	r.at = (const char *)h->at + *at;
	r.len = h->len - *at;
	e = read_stanza(s, &r);
	assert(e == ERR_OK); /* header_read() has read it before */
	*at = h->len - r.len;
	return true;
}

bool
header_is_arg(const struct header_stanza *s, size_t i, const char *word)
{
	return i < s->args && i < HEADER_ARGS &&
	    s->arg[i].len == strlen(word) &&
	    memcmp(s->arg[i].at, word, s->arg[i].len) == 0;
}

enum err
header_body(uint8_t *out, size_t n, const struct header_stanza *s)
{
	const char *at = s->body.at;
	size_t take;

	if (s->body_len != n)
		return ERR_FORMAT;
	for (; n > 0; n -= take, out += take) {
		take = n < COLUMN_BYTES ? n : COLUMN_BYTES;
		if (enc_base64_raw_read(
			out, take, at, ENC_BASE64_RAW_LEN(take)) != ERR_OK)
			return ERR_FORMAT;
		at += ENC_BASE64_RAW_LEN(take) + 1;
	}
	return ERR_OK;
}

enum err
header_put_stanza(
    struct buf *out, const char *args, const uint8_t *body, size_t n)
{
	char line[HEADER_COLUMNS + 2];
	size_t take;
	enum err e;

	if ((e = buf_put_str(out, "-> ")) != ERR_OK ||
	    (e = buf_put_str(out, args)) != ERR_OK ||
	    (e = buf_put_str(out, "\n")) != ERR_OK)
		return e;
	do {
		take = n < COLUMN_BYTES ? n : COLUMN_BYTES;
		enc_base64_raw(line, body, take);
		if ((e = buf_put_str(out, line)) != ERR_OK ||
		    (e = buf_put_str(out, "\n")) != ERR_OK)
			return e;
		body += take;
		n -= take;
	} while (take == COLUMN_BYTES);
	return ERR_OK;
}

static void
compute(uint8_t mac[static SHA256_BYTES],
    const uint8_t file_key[static AGE_FILE_KEY_BYTES], const uint8_t *p,
    size_t n)
{
	uint8_t key[32];

	hkdf32(key, file_key, AGE_FILE_KEY_BYTES, "header");
	hmac(mac, key, sizeof key, p, n);
	wipe(key, sizeof key);
}

enum err
header_put_mac(
    struct buf *out, const uint8_t file_key[static AGE_FILE_KEY_BYTES])
{
	uint8_t mac[SHA256_BYTES];
	char text[MAC_CHARS + 1];
	enum err e;

	if ((e = buf_put_str(out, "---")) != ERR_OK)
		return e;
	compute(mac, file_key, out->at, out->len);
	enc_base64_raw(text, mac, sizeof mac);
	return buf_put_fmt(out, " %s\n", text);
}

enum err
header_check_mac(
    const struct header *h, const uint8_t file_key[static AGE_FILE_KEY_BYTES])
{
	uint8_t mac[SHA256_BYTES];
	enum err e;

	compute(mac, file_key, h->at, h->len - MAC_LINE + 3);
	e = crypt_same(mac, h->mac, sizeof mac) ? ERR_OK : ERR_FORGED;
	wipe(mac, sizeof mac);
	return e;
}
