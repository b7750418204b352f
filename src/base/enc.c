#include <stdbool.h>
#include <string.h>

#include "base/wipe.h"

#include "base/enc.h"

/* An alphabet of 2^bits characters, and the same as runs of neighbours: `n`
 * from `first` on stand for `at` and what follows. */
struct alphabet {
	unsigned bits;
	const char *letters;
	struct {
		uint8_t first, n, at;
	} runs[5];
};

static const struct alphabet hex = { 4, "0123456789abcdef",
	{ { '0', 10, 0 }, { 'a', 6, 10 } } };
static const struct alphabet b32 = { 5, "abcdefghijklmnopqrstuvwxyz234567",
	{ { 'a', 26, 0 }, { '2', 6, 26 } } };
static const struct alphabet b64 = { 6,
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/",
	{ { 'A', 26, 0 }, { 'a', 26, 26 }, { '0', 10, 52 }, { '+', 1, 62 },
	    { '/', 1, 63 } } };

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
spell(char *out, const uint8_t *p, size_t n, const struct alphabet *abc)
{
	const unsigned bits = abc->bits;
	uint32_t acc = 0;
	unsigned have = 0;
	size_t o = 0;

	for (size_t i = 0; i < n; i++) {
		acc = (acc << 8 | p[i]) & 0xffffU;
		for (have += 8; have >= bits; have -= bits)
			out[o++] = abc->letters[acc >> (have - bits) &
			    ((1U << bits) - 1)];
	}
	if (have > 0)
		out[o++] =
		    abc->letters[acc << (bits - have) & ((1U << bits) - 1)];
	out[o] = '\0';
	return o;
}

void
enc_hex(char *out, const uint8_t *p, size_t n)
{
	spell(out, p, n, &hex);
}

void
enc_base32(char *out, const uint8_t *p, size_t n)
{
	spell(out, p, n, &b32);
}

void
enc_base64_raw(char *out, const uint8_t *p, size_t n)
{
	spell(out, p, n, &b64);
}

void
enc_base64(char *out, const uint8_t *p, size_t n)
{
	size_t o = spell(out, p, n, &b64);

	while (o % 4 != 0)
		out[o++] = '=';
	out[o] = '\0';
}

/* Sixteen characters at once; compilers know how on every machine. */
#define WIDE 16U
typedef uint8_t lanes __attribute__((vector_size(16)));

#define NO_PLACE 0xffU

/* The places of at most WIDE characters in the alphabet, NO_PLACE for what is
 * none of it.  Every run is looked at for every character, and none by a
 * branch or an index that knows it. */
static void
find_places(uint8_t place[static WIDE], const char *s, size_t n,
    const struct alphabet *abc)
{
	lanes c = { 0 }, at = c - 1;

	memcpy(&c, s, n);
	for (unsigned i = 0; i < COUNT(abc->runs); i++) {
		lanes d = c - abc->runs[i].first;
		lanes in = (lanes)(d < abc->runs[i].n);

		at = (in & (d + abc->runs[i].at)) | (~in & at);
	}
	memcpy(place, &at, WIDE);
}

/* Are these characters the one spelling of `n` bytes? */
static bool
is_spelling(const char *s, size_t len, size_t n, const struct alphabet *abc)
{
	size_t left = len * abc->bits - n * 8;
	uint8_t place[WIDE] = { 0 };
	unsigned bad = 0;

	for (size_t i = 0; i < len; i += WIDE) {
		size_t some = len - i < WIDE ? len - i : WIDE;

		find_places(place, s + i, some, abc);
		for (size_t k = 0; k < some; k++)
			bad |= place[k] & 0x80U;
	}
	if (len > 0)
		bad |= place[(len - 1) % WIDE] & ((1U << left) - 1);
	return bad == 0;
}

/* Write the bytes that a spelling stands for. */
static void
unspell(uint8_t *out, const char *s, size_t len, const struct alphabet *abc)
{
	uint8_t place[WIDE];
	uint32_t acc = 0;
	unsigned have = 0;

	for (size_t i = 0; i < len; i++) {
		if (i % WIDE == 0)
			find_places(
			    place, s + i, len - i < WIDE ? len - i : WIDE, abc);
		acc = (acc << abc->bits | place[i % WIDE]) & 0xffffU;
		if ((have += abc->bits) < 8)
			continue;
		have -= 8;
		*out++ = (uint8_t)(acc >> have);
	}
	wipe(place, sizeof(place));
}

static enum err
read_exact(uint8_t *out, size_t n, const char *s, size_t len,
    const struct alphabet *abc)
{
	if (len != (n * 8 + abc->bits - 1) / abc->bits ||
	    !is_spelling(s, len, n, abc))
		return ERR_FORMAT;
	unspell(out, s, len, abc);
	return ERR_OK;
}

enum err
enc_hex_read(uint8_t *out, size_t n, const char *s, size_t len)
{
	return read_exact(out, n, s, len, &hex);
}

enum err
enc_base32_read(uint8_t *out, size_t n, const char *s, size_t len)
{
	return read_exact(out, n, s, len, &b32);
}

enum err
enc_base64_raw_read(uint8_t *out, size_t n, const char *s, size_t len)
{
	return read_exact(out, n, s, len, &b64);
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
	return read_exact(out, n, s, len, &b64);
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
	if ((e = read_exact(at, n, s, len, &b64)) == ERR_OK)
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
