#include <endian.h>
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
	} runs[2];
};

static const struct alphabet hex = { 4, "0123456789abcdef",
	{ { '0', 10, 0 }, { 'a', 6, 10 } } };
static const struct alphabet b32 = { 5, "abcdefghijklmnopqrstuvwxyz234567",
	{ { 'a', 26, 0 }, { '2', 6, 26 } } };

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

/* Sixteen characters at once; compilers know how on every machine. */
#define WIDE 16U
typedef uint8_t lanes __attribute__((vector_size(WIDE)));

/* The places of WIDE characters in the alphabet, 255 for what is none of
 * it.  Every run is looked at for every character, and none by a branch or an
 * index that knows it. */
static inline lanes
find_places(lanes c, const struct alphabet *abc)
{
	lanes at = (lanes){ 0 } - 1;

	for (unsigned i = 0; i < COUNT(abc->runs); i++) {
		lanes d = c - abc->runs[i].first;
		lanes in = (lanes)(d < abc->runs[i].n);

		at = (in & (d + abc->runs[i].at)) | (~in & at);
	}
	return at;
}

/* The next of `left` characters; behind the last stand some of the alphabet. */
static inline lanes
load(const char *s, size_t left, const struct alphabet *abc)
{
	lanes c = (lanes){ 0 } + (uint8_t)abc->letters[0];

	memcpy(&c, s, left < WIDE ? left : WIDE);
	return c;
}

/* Are these characters the one spelling of `n` bytes? */
static bool
is_spelling(const char *s, size_t len, size_t n, const struct alphabet *abc)
{
	size_t left = len * abc->bits - n * 8;
	lanes all = { 0 }, last = { 0 };
	unsigned bad = 0;

	for (size_t i = 0; i < len; i += WIDE)
		all |= last = find_places(load(s + i, len - i, abc), abc);
	for (unsigned k = 0; k < WIDE; k++)
		bad |= all[k] & 0x80U;
	if (len > 0)
		bad |= last[(len - 1) % WIDE] & ((1U << left) - 1);
	return bad == 0;
}

/* Eight values of four bits, the first in the lowest byte, to four bytes. */
static inline void
join4(uint8_t p[static 4], uint64_t x)
{
	x = (x << 4 | x >> 8) & 0x00ff00ff00ff00ffU;
	x = (x | x >> 8) & 0x0000ffff0000ffffU;
	x = htole64(x | x >> 16);
	memcpy(p, &x, 4);
}

/* Write the bytes that WIDE characters of hex stand for. */
static inline void
unspell_hex(uint8_t *out, lanes places)
{
	uint64_t x[2];

	memcpy(x, &places, sizeof x);
	join4(out, le64toh(x[0]));
	join4(out + 4, le64toh(x[1]));
}

/* Write the bytes that a spelling stands for. */
static void
unspell(uint8_t *out, const char *s, size_t len, const struct alphabet *abc)
{
	uint32_t acc = 0;
	unsigned have = 0;
	lanes place = { 0 };
	size_t i = 0;

	for (; abc->bits == 4 && len - i >= WIDE; i += WIDE, out += WIDE / 2)
		unspell_hex(out, find_places(load(s + i, WIDE, abc), abc));
	for (size_t k = 0; i < len; i++, k++) {
		if (k % WIDE == 0)
			place = find_places(load(s + i, len - i, abc), abc);
		acc = (acc << abc->bits | place[k % WIDE]) & 0xffffU;
		if ((have += abc->bits) < 8)
			continue;
		have -= 8;
		*out++ = (uint8_t)(acc >> have);
	}
	wipe(&place, sizeof place);
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

/*
 * base64 goes 16 characters, 12 bytes, at a time, by arithmetic alone: keys
 * pass through here, so nothing is looked up or branched on.
 */
#define BLOCK WIDE
#define BLOCK_BYTES 12U

typedef uint64_t halves __attribute__((vector_size(BLOCK)));

struct block {
	lanes v;
	uint8_t p[BLOCK_BYTES];
	char text[BLOCK];
};

/* All ones in the lanes that are one of the `n` values from `first` on. */
static inline lanes
within(lanes c, uint8_t first, uint8_t n)
{
	return (lanes)((lanes)(c - first) < n);
}

static inline lanes
to_letters(lanes v)
{
	return v + 'A' + (within(v, 26, 38) & 6) - (within(v, 52, 12) & 75) -
	    (within(v, 62, 2) & 15) + (within(v, 63, 1) & 3);
}

/* The values of characters; 128 for what is none. */
static inline lanes
to_values(lanes c)
{
	lanes upper = within(c, 'A', 26), lower = within(c, 'a', 26),
	      digit = within(c, '0', 10), plus = within(c, '+', 1),
	      slash = within(c, '/', 1);

	return (upper & (c - 'A')) | (lower & (c - ('a' - 26))) |
	    (digit & (c + (52 - '0'))) | (plus & 62) | (slash & 63) |
	    (~(upper | lower | digit | plus | slash) & 0x80);
}

/* Six bytes to eight values of six bits, the first in the lowest byte, and
 * back. */
static inline uint64_t
split(const uint8_t p[static 6])
{
	uint64_t x = (uint64_t)p[0] << 16 | (uint64_t)p[1] << 8 | p[2] |
	    (uint64_t)p[3] << 48 | (uint64_t)p[4] << 40 | (uint64_t)p[5] << 32;

	x = (x >> 12 & 0x00000fff00000fffU) | (x & 0x00000fff00000fffU) << 16;
	return (x >> 6 & 0x003f003f003f003fU) | (x & 0x003f003f003f003fU) << 8;
}

static inline void
join(uint8_t p[static 6], uint64_t x)
{
	x = (x & 0x003f003f003f003fU) << 6 | (x >> 8 & 0x003f003f003f003fU);
	x = (x & 0x00000fff00000fffU) << 12 | (x >> 16 & 0x00000fff00000fffU);
	p[0] = (uint8_t)(x >> 16);
	p[1] = (uint8_t)(x >> 8);
	p[2] = (uint8_t)x;
	p[3] = (uint8_t)(x >> 48);
	p[4] = (uint8_t)(x >> 40);
	p[5] = (uint8_t)(x >> 32);
}

static inline void
spell64(struct block *b, char out[static BLOCK],
    const uint8_t p[static BLOCK_BYTES])
{
	halves x = { htole64(split(p)), htole64(split(p + 6)) };

	b->v = to_letters((lanes)x);
	memcpy(out, &b->v, BLOCK);
}

void
enc_base64_raw(char *out, const uint8_t *p, size_t n)
{
	size_t len = ENC_BASE64_RAW_LEN(n % BLOCK_BYTES);
	struct block b = { 0 };

	for (; n >= BLOCK_BYTES; n -= BLOCK_BYTES) {
		spell64(&b, out, p);
		p += BLOCK_BYTES;
		out += BLOCK;
	}
	if (n > 0) {
		memcpy(b.p, p, n);
		spell64(&b, b.text, b.p);
		memcpy(out, b.text, len);
	}
	out[len] = '\0';
	wipe(&b, sizeof b);
}

void
enc_base64(char *out, const uint8_t *p, size_t n)
{
	size_t o = ENC_BASE64_RAW_LEN(n);

	enc_base64_raw(out, p, n);
	while (o % 4 != 0)
		out[o++] = '=';
	out[o] = '\0';
}

static inline void
unspell64(
    struct block *b, uint8_t p[static BLOCK_BYTES], const char s[static BLOCK])
{
	halves x;

	memcpy(&b->v, s, BLOCK);
	b->v = to_values(b->v);
	x = (halves)b->v;
	join(p, le64toh(x[0]));
	join(p + 6, le64toh(x[1]));
}

/* Is every character one of base64, and every bit behind the `n`-th byte zero?
 */
static bool
is_base64(size_t n, const char *s, size_t len)
{
	struct block b = { 0 };
	lanes all = { 0 };
	uint8_t bad = 0;

	for (; len >= BLOCK; len -= BLOCK, s += BLOCK) {
		memcpy(&b.v, s, BLOCK);
		all |= to_values(b.v);
	}
	memset(b.text, 'A', BLOCK);
	if (len > 0)
		memcpy(b.text, s, len);
	unspell64(&b, b.p, b.text);
	all |= b.v;
	for (unsigned i = 0; i < BLOCK; i++)
		bad |= all[i] & 0x80;
	for (size_t i = n % BLOCK_BYTES; i < BLOCK_BYTES; i++)
		bad |= b.p[i];
	wipe(&b, sizeof b);
	wipe(&all, sizeof all);
	return bad == 0;
}

enum err
enc_base64_raw_read(uint8_t *out, size_t n, const char *s, size_t len)
{
	struct block b = { 0 };

	if (len != ENC_BASE64_RAW_LEN(n) || !is_base64(n, s, len))
		return ERR_FORMAT;
	for (; n >= BLOCK_BYTES; n -= BLOCK_BYTES) {
		unspell64(&b, out, s);
		out += BLOCK_BYTES;
		s += BLOCK;
		len -= BLOCK;
	}
	if (n > 0) {
		memset(b.text, 'A', BLOCK);
		memcpy(b.text, s, len);
		unspell64(&b, b.p, b.text);
		memcpy(out, b.p, n);
	}
	wipe(&b, sizeof b);
	return ERR_OK;
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
	return enc_base64_raw_read(out, n, s, len);
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
	if ((e = enc_base64_raw_read(at, n, s, len)) == ERR_OK)
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
