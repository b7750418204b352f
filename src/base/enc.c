#include <stdbool.h>

#include "base/enc.h"

static const char hex[] = "0123456789abcdef";
static const char b32[] = "abcdefghijklmnopqrstuvwxyz234567";
static const char b64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  "abcdefghijklmnopqrstuvwxyz0123456789+/";

void
enc_put_u16(uint8_t out[static 2], uint16_t v)
{
	out[0] = (uint8_t)(v >> 8);
	out[1] = (uint8_t)v;
}

void
enc_put_u32(uint8_t out[static 4], uint32_t v)
{
	enc_put_u16(out, (uint16_t)(v >> 16));
	enc_put_u16(out + 2, (uint16_t)v);
}

void
enc_put_u64(uint8_t out[static 8], uint64_t v)
{
	enc_put_u32(out, (uint32_t)(v >> 32));
	enc_put_u32(out + 4, (uint32_t)v);
}

uint16_t
enc_get_u16(const uint8_t in[static 2])
{
	return (uint16_t)(in[0] << 8 | in[1]);
}

uint32_t
enc_get_u32(const uint8_t in[static 4])
{
	return (uint32_t)enc_get_u16(in) << 16 | enc_get_u16(in + 2);
}

uint64_t
enc_get_u64(const uint8_t in[static 8])
{
	return (uint64_t)enc_get_u32(in) << 32 | enc_get_u32(in + 4);
}

/* All three alphabets are runs of `bits` bits, high bit first.  Keys pass
 * through here, so the tables are small enough to lie in one or two cache
 * lines; nothing branches on a value. */
static size_t
spell(char *out, const uint8_t *p, size_t n, unsigned bits, const char *abc)
{
	uint32_t acc = 0;
	unsigned have = 0;
	size_t o = 0;

	for (size_t i = 0; i < n; i++) {
		acc = (acc << 8 | p[i]) & 0xffffU;
		for (have += 8; have >= bits; have -= bits)
			out[o++] =
			    abc[acc >> (have - bits) & ((1U << bits) - 1)];
	}
	if (have > 0)
		out[o++] = abc[acc << (bits - have) & ((1U << bits) - 1)];
	out[o] = '\0';
	return o;
}

void
enc_hex(char *out, const uint8_t *p, size_t n)
{
	spell(out, p, n, 4, hex);
}

void
enc_base32(char *out, const uint8_t *p, size_t n)
{
	spell(out, p, n, 5, b32);
}

void
enc_base64_raw(char *out, const uint8_t *p, size_t n)
{
	spell(out, p, n, 6, b64);
}

void
enc_base64(char *out, const uint8_t *p, size_t n)
{
	size_t o = spell(out, p, n, 6, b64);

	while (o % 4 != 0)
		out[o++] = '=';
	out[o] = '\0';
}

/* The place of `c` in the alphabet, or 1 << bits. */
static unsigned
place(char c, unsigned bits, const char *abc)
{
	unsigned at = 1U << bits;

	for (unsigned i = 0; i < 1U << bits; i++)
		if (abc[i] == c)
			at = i;
	return at;
}

/* Visit the bytes that `len` characters stand for; with `out` NULL only check.
 */
static bool
unspell(uint8_t *out, const char *s, size_t len, unsigned bits, const char *abc)
{
	uint32_t acc = 0;
	unsigned have = 0, v;
	size_t o = 0;

	for (size_t i = 0; i < len; i++) {
		if ((v = place(s[i], bits, abc)) == 1U << bits)
			return false;
		acc = (acc << bits | v) & 0xffffU;
		if ((have += bits) < 8)
			continue;
		have -= 8;
		if (out != NULL)
			out[o] = (uint8_t)(acc >> have);
		o++;
	}
	return have < bits && (acc & ((1U << have) - 1)) == 0;
}

static enum err
read_exact(uint8_t *out, size_t n, const char *s, size_t len, unsigned bits,
    const char *abc)
{
	if (len != (n * 8 + bits - 1) / bits ||
	    !unspell(NULL, s, len, bits, abc))
		return ERR_FORMAT;
	(void)unspell(out, s, len, bits, abc);
	return ERR_OK;
}

enum err
enc_hex_read(uint8_t *out, size_t n, const char *s, size_t len)
{
	return read_exact(out, n, s, len, 4, hex);
}

enum err
enc_base32_read(uint8_t *out, size_t n, const char *s, size_t len)
{
	return read_exact(out, n, s, len, 5, b32);
}

enum err
enc_base64_raw_read(uint8_t *out, size_t n, const char *s, size_t len)
{
	return read_exact(out, n, s, len, 6, b64);
}

/* Characters before the padding, or an error when the padding is not exact. */
static enum err
unpad(const char *s, size_t *len)
{
	size_t n = *len;

	if (n % 4 != 0)
		return ERR_FORMAT;
	if (n > 0 && s[n - 1] == '=')
		n--;
	if (n < *len && n > 0 && s[n - 1] == '=')
		n--;
	*len = n;
	return ERR_OK;
}

enum err
enc_base64_read(uint8_t *out, size_t n, const char *s, size_t len)
{
	if (len != ENC_BASE64_LEN(n) || unpad(s, &len) != ERR_OK)
		return ERR_FORMAT;
	return read_exact(out, n, s, len, 6, b64);
}

enum err
enc_base64_append(struct buf *out, const char *s, size_t len)
{
	uint8_t *at;
	size_t n;
	enum err e;

	if ((e = unpad(s, &len)) != ERR_OK)
		return e;
	n = len * 6 / 8;
	if (len != ENC_BASE64_RAW_LEN(n))
		return ERR_FORMAT;
	if (n == 0)
		return ERR_OK;
	if ((e = buf_room(out, n, &at)) != ERR_OK)
		return e;
	if ((e = read_exact(at, n, s, len, 6, b64)) == ERR_OK)
		out->len += n;
	return e;
}

enum err
enc_decimal_read(uint64_t *out, uint64_t max, const char *s, size_t len)
{
	uint64_t v = 0;

	if (len == 0 || (len > 1 && s[0] == '0'))
		return ERR_FORMAT;
	for (size_t i = 0; i < len; i++) {
		if (s[i] < '0' || s[i] > '9')
			return ERR_FORMAT;
		if (v > (UINT64_MAX - (uint64_t)(s[i] - '0')) / 10)
			return ERR_TOOBIG;
		v = v * 10 + (uint64_t)(s[i] - '0');
	}
	if (v > max)
		return ERR_TOOBIG;
	*out = v;
	return ERR_OK;
}
