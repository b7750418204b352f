#include <assert.h>
#include <stdbool.h>
#include <string.h>

#include "base/enc.h"
#include "base/text.h"
#include "base/wipe.h"
#include "crypt/hash.h"

#include "note/note.h"

#define DASH "\xe2\x80\x94 " /* em dash, space */
#define DASH_BYTES 4U
#define ID_BYTES 4U
#define TYPE_ED25519 1
#define CODE_BYTES (ID_BYTES + SIGN_BYTES)
#define FIRST "sotto/1 "

/* Every character that Unicode calls a space, or that ends a line. */
static bool
is_space(uint32_t c)
{
	return c <= 0x20 || c == 0x85 || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 ||
	    c == 0x202f || c == 0x205f || c == 0x3000;
}

static bool
is_name(const char *p, size_t n)
{
	uint32_t c;
	size_t len;

	for (size_t i = 0; i < n; i += len)
		if ((len = text_char(&c, p + i, n - i)) == 0 || is_space(c) ||
		    c == '+')
			return false;
	return n > 0;
}

/* UTF-8 whose only control below U+0020 is the newline. */
static bool
is_plain(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)p[i] < 0x20 && p[i] != '\n')
			return false;
	return text_is_utf8(p, n);
}

static void
key_id(uint8_t id[static ID_BYTES], const char *name, size_t name_len,
    const uint8_t pub[static SIGN_PUBLIC_BYTES])
{
	uint8_t tail[2 + SIGN_PUBLIC_BYTES] = { '\n', TYPE_ED25519 };
	uint8_t hash[SHA256_BYTES];

	memcpy(tail + 2, pub, SIGN_PUBLIC_BYTES);
	sha256_two(hash, name, name_len, tail, sizeof tail);
	memcpy(id, hash, ID_BYTES);
}

/* Append one signature line for the `n` bytes of text. */
static enum err
put_signature(struct buf *out, const char *text, size_t n, const char *name,
    const uint8_t seed[static SIGN_SEED_BYTES])
{
	char line[DASH_BYTES + NOTE_NAME_MAX + 1 + ENC_BASE64_LEN(CODE_BYTES) +
	    2];
	uint8_t code[CODE_BYTES], pub[SIGN_PUBLIC_BYTES];
	const size_t name_len = strlen(name);
	size_t len;

	if (name_len > NOTE_NAME_MAX || !is_name(name, name_len))
		return ERR_FORMAT;
	sign_public(pub, seed);
	key_id(code, name, name_len, pub);
	sign_make(code + ID_BYTES, seed, text, n);

	memcpy(line, DASH, DASH_BYTES);
	memcpy(line + DASH_BYTES, name, name_len);
	len = DASH_BYTES + name_len;
	line[len++] = ' ';
	enc_base64(line + len, code, sizeof code);
	len += ENC_BASE64_LEN(CODE_BYTES);
	line[len++] = '\n';
	return buf_put(out, line, len);
}

/* Give back what was appended since `len`. */
static void
take_back(struct buf *out, size_t len)
{
	if (out->len > len)
		wipe(out->at + len, out->len - len);
	out->len = len;
}

enum err
note_sign(struct buf *out, const char *text, size_t n, const char *name,
    const uint8_t seed[static SIGN_SEED_BYTES])
{
	const size_t start = out->len;
	enum err e;

	if (n == 0 || text[n - 1] != '\n' || !is_plain(text, n))
		return ERR_FORMAT;
	if ((e = buf_put(out, text, n)) == ERR_OK &&
	    (e = buf_put_u8(out, '\n')) == ERR_OK)
		e = put_signature(out, text, n, name, seed);
	if (e != ERR_OK)
		take_back(out, start);
	return e;
}

enum err
note_add_signature(struct buf *note, const char *name,
    const uint8_t seed[static SIGN_SEED_BYTES])
{
	struct note read;
	struct buf line;
	enum err e;

	buf_init(&line, 1024);
	if ((e = note_read(&read, (const char *)note->at, note->len)) != ERR_OK)
		goto out;
	e = ERR_TOOBIG;
	if (read.count == NOTE_SIGNATURES_MAX)
		goto out;
	/* `note` may move when it grows, and the text lies in it. */
	if ((e = put_signature(&line, read.text, read.text_len, name, seed)) ==
	    ERR_OK)
		e = buf_put(note, line.at, line.len);
out:
	buf_drop(&line);
	return e;
}

/* The base64 of a key id and at least one more byte, in its one spelling. */
static bool
is_code(const char *p, size_t n)
{
	uint8_t last[3];
	size_t pad = 0;

	if (n < ENC_BASE64_LEN(ID_BYTES + 1) || n % 4 != 0)
		return false;
	for (size_t i = 0; i + 4 < n; i += 4)
		if (enc_base64_read(last, 3, p + i, 4) != ERR_OK)
			return false;
	pad += p[n - 1] == '=';
	pad += pad == 1 && p[n - 2] == '=';
	return enc_base64_read(last, 3 - pad, p + n - 4, 4) == ERR_OK &&
	    n / 4 * 3 - pad > ID_BYTES;
}

/* One line, without its newline. */
static enum err
read_signature(struct note_signature *s, const char *p, size_t n)
{
	const char *space;

	if (n < DASH_BYTES || memcmp(p, DASH, DASH_BYTES) != 0)
		return ERR_FORMAT;
	p += DASH_BYTES;
	n -= DASH_BYTES;
	if ((space = memchr(p, ' ', n)) == NULL)
		return ERR_FORMAT;
	*s = (struct note_signature){ .name = p,
		.name_len = (size_t)(space - p),
		.code = space + 1,
		.code_len = n - (size_t)(space - p) - 1 };
	return is_name(s->name, s->name_len) && is_code(s->code, s->code_len)
	    ? ERR_OK
	    : ERR_FORMAT;
}

/* Where the last empty line begins, which ends the text; 0 when none does. */
static size_t
text_end(const char *p, size_t n)
{
	for (size_t i = n - 1; i > 0; i--)
		if (p[i] == '\n' && p[i - 1] == '\n')
			return i;
	return 0;
}

enum err
note_read(struct note *note, const char *p, size_t n)
{
	struct note got = { 0 };
	const char *end;
	size_t at;

	if (n == 0 || p[n - 1] != '\n' || !is_plain(p, n))
		return ERR_FORMAT;
	if ((at = text_end(p, n)) == 0)
		return ERR_FORMAT;
	got.text = p;
	got.text_len = at;
	for (at++; at < n; at = (size_t)(end - p) + 1) {
		end = memchr(p + at, '\n', n - at);
		assert(end != NULL); /* the last byte is one */
		if (got.count == NOTE_SIGNATURES_MAX ||
		    read_signature(&got.signatures[got.count], p + at,
			(size_t)(end - p) - at) != ERR_OK)
			return ERR_FORMAT;
		got.count++;
	}
	if (got.count == 0)
		return ERR_FORMAT;
	*note = got;
	return ERR_OK;
}

/* ERR_NOKEY when the line is of another key. */
static enum err
check_one(const struct note *note, const struct note_signature *s,
    const uint8_t id[static ID_BYTES],
    const uint8_t pub[static SIGN_PUBLIC_BYTES])
{
	uint8_t code[CODE_BYTES], first[6];

	/* The id is read from the first eight characters, so that a line with
	 * our name and id but a signature of another length is a bad one and
	 * not a foreign one. */
	if (s->code_len > 8 &&
	    enc_base64_read(first, sizeof first, s->code, 8) == ERR_OK) {
		if (memcmp(first, id, ID_BYTES) != 0)
			return ERR_NOKEY;
	} else if (enc_base64_read(first, 5, s->code, s->code_len) != ERR_OK ||
	    memcmp(first, id, ID_BYTES) != 0)
		return ERR_NOKEY;
	if (enc_base64_read(code, sizeof code, s->code, s->code_len) != ERR_OK)
		return ERR_FORGED;
	return sign_check(code + ID_BYTES, pub, note->text, note->text_len);
}

enum err
note_check(const struct note *note, const char *name,
    const uint8_t pub[static SIGN_PUBLIC_BYTES])
{
	const size_t name_len = strlen(name);
	uint8_t id[ID_BYTES];
	enum err found = ERR_NOKEY, e;

	key_id(id, name, name_len, pub);
	for (size_t i = 0; i < note->count; i++) {
		const struct note_signature *s = &note->signatures[i];

		if (s->name_len != name_len ||
		    memcmp(s->name, name, name_len) != 0)
			continue;
		if ((e = check_one(note, s, id, pub)) == ERR_OK)
			found = ERR_OK;
		else if (e != ERR_NOKEY)
			return ERR_FORGED;
	}
	return found;
}

enum err
note_put_text(struct buf *out, const char *kind, const char *json, size_t n)
{
	const size_t start = out->len;
	enum err e;

	if ((e = buf_put_str(out, FIRST)) != ERR_OK ||
	    (e = buf_put_str(out, kind)) != ERR_OK ||
	    (e = buf_put_u8(out, '\n')) != ERR_OK ||
	    (e = buf_put(out, json, n)) != ERR_OK ||
	    (e = buf_put_u8(out, '\n')) != ERR_OK)
		take_back(out, start);
	return e;
}

enum err
note_body(
    const struct note *note, const char *kind, const char **json, size_t *n)
{
	const size_t first = sizeof FIRST - 1, kind_len = strlen(kind);
	const size_t head = first + kind_len + 1;
	const char *body;
	size_t len;

	if (note->text_len < head || memcmp(note->text, FIRST, first) != 0 ||
	    memcmp(note->text + first, kind, kind_len) != 0 ||
	    note->text[head - 1] != '\n')
		return ERR_VERSION;
	body = note->text + head;
	len = note->text_len - head;
	if (len < 3 || memchr(body, '\n', len) != body + len - 1)
		return ERR_FORMAT;
	*json = body;
	*n = len - 1;
	return ERR_OK;
}
