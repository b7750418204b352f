#include <string.h>

#include "age/bech32.h"

#define CHECK_CHARS 6U

static const char abc[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";

/* One more value of five bits into the checksum.  Secrets pass through here:
 * nothing branches on them. */
static uint32_t
mix(uint32_t sum, uint32_t value)
{
	static const uint32_t by[5] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa,
		0x3d4233dd, 0x2a1462b3 };
	uint32_t top = sum >> 25;

	sum = (sum & 0x1ffffff) << 5 ^ value;
	for (unsigned i = 0; i < 5; i++)
		sum ^= by[i] & (0U - (top >> i & 1));
	return sum;
}

static uint32_t
begin(const char *hrp)
{
	uint32_t sum = 1;

	for (const char *c = hrp; *c != '\0'; c++)
		sum = mix(sum, (uint32_t)(unsigned char)*c >> 5);
	sum = mix(sum, 0);
	for (const char *c = hrp; *c != '\0'; c++)
		sum = mix(sum, (uint32_t)(unsigned char)*c & 31);
	return sum;
}

static char
in_case(char c, bool upper)
{
	return upper && c >= 'a' && c <= 'z' ? (char)(c - 'a' + 'A') : c;
}

void
bech32_write(char *out, const char *hrp, bool upper, const uint8_t *p, size_t n)
{
	uint32_t sum = begin(hrp), acc = 0, v;
	unsigned have = 0;
	char *at = out;

	for (const char *c = hrp; *c != '\0'; c++)
		*at++ = in_case(*c, upper);
	*at++ = '1';
	for (size_t i = 0; i < n || have > 0;) {
		if (have < 5 && i < n) {
			acc = (acc << 8 | p[i++]) & 0xffff;
			have += 8;
		}
		v = have >= 5 ? acc >> (have - 5) & 31 : acc << (5 - have) & 31;
		have = have >= 5 ? have - 5 : 0;
		sum = mix(sum, v);
		*at++ = in_case(abc[v], upper);
	}
	for (unsigned i = 0; i < CHECK_CHARS; i++)
		sum = mix(sum, 0);
	sum ^= 1;
	for (unsigned i = 0; i < CHECK_CHARS; i++)
		*at++ =
		    in_case(abc[sum >> 5 * (CHECK_CHARS - 1 - i) & 31], upper);
	*at = '\0';
}

/* Sixteen characters at once; compilers know how on every machine. */
#define WIDE 16U
typedef uint8_t lanes __attribute__((vector_size(WIDE)));

/* The values of at most WIDE characters, 32 for what is none, and behind the
 * last of `left`.  Every character is compared with the whole alphabet. */
static lanes
places(const char *s, size_t left, bool upper)
{
	lanes c = { 0 }, at = c + 32;

	memcpy(&c, s, left < WIDE ? left : WIDE);
	for (uint8_t i = 0; i < 32; i++) {
		lanes is = (lanes)(c == (uint8_t)in_case(abc[i], upper));

		at = (is & i) | (~is & at);
	}
	return at;
}

static bool
has_hrp(const char *s, const char *hrp, bool upper)
{
	size_t n = strlen(hrp);

	for (size_t i = 0; i < n; i++)
		if (s[i] != in_case(hrp[i], upper))
			return false;
	return s[n] == '1';
}

/* The characters' values into the checksum; false when one has none. */
static bool
check(uint32_t *sum, bool upper, const char *s, size_t len)
{
	lanes at = { 0 };

	for (size_t i = 0; i < len; i++) {
		if (i % WIDE == 0)
			at = places(s + i, len - i, upper);
		if (at[i % WIDE] == 32)
			return false;
		*sum = mix(*sum, at[i % WIDE]);
	}
	return true;
}

/* The bytes that `len` characters stand for, which have been checked. */
static void
unspell(uint8_t *out, bool upper, const char *s, size_t len)
{
	uint32_t acc = 0;
	unsigned have = 0;
	lanes at = { 0 };

	for (size_t i = 0; i < len; i++) {
		if (i % WIDE == 0)
			at = places(s + i, len - i, upper);
		acc = (acc << 5 | at[i % WIDE]) & 0xffff;
		if ((have += 5) < 8)
			continue;
		have -= 8;
		*out++ = (uint8_t)(acc >> have);
	}
}

/* Are the bits of the last character that stand for nothing zero? */
static bool
ends_well(const char *last, bool upper, size_t len, size_t n)
{
	const size_t left = len * 5 - n * 8;

	return (places(last, 1, upper)[0] & ((1U << left) - 1)) == 0;
}

enum err
bech32_read(uint8_t *out, size_t n, const char *hrp, bool upper, const char *s,
    size_t len)
{
	size_t head = strlen(hrp) + 1, body = ENC_BASE32_LEN(n);
	uint32_t sum = begin(hrp);

	if (len != BECH32_LEN(head - 1, n) || !has_hrp(s, hrp, upper))
		return ERR_FORMAT;
	if (!check(&sum, upper, s + head, len - head) || sum != 1 ||
	    (body > 0 && !ends_well(s + head + body - 1, upper, body, n)))
		return ERR_FORMAT;
	unspell(out, upper, s + head, body);
	return ERR_OK;
}
