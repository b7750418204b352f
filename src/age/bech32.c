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

/* The value of a character, or 32. */
static uint32_t
place(char c, bool upper)
{
	uint32_t at = 32;

	for (uint32_t i = 0; i < 32; i++)
		at = in_case(abc[i], upper) == c ? i : at;
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

/* Visit the bytes that `len` characters stand for; with `out` NULL only check.
 */
static bool
unspell(uint8_t *out, bool upper, const char *s, size_t len, uint32_t *sum)
{
	uint32_t acc = 0, v;
	unsigned have = 0;
	size_t o = 0;

	for (size_t i = 0; i < len; i++) {
		if ((v = place(s[i], upper)) == 32)
			return false;
		*sum = mix(*sum, v);
		acc = (acc << 5 | v) & 0xffff;
		if ((have += 5) < 8)
			continue;
		have -= 8;
		if (out != NULL)
			out[o] = (uint8_t)(acc >> have);
		o++;
	}
	return (acc & ((1U << have) - 1)) == 0;
}

enum err
bech32_read(uint8_t *out, size_t n, const char *hrp, bool upper, const char *s,
    size_t len)
{
	size_t head = strlen(hrp) + 1, body = ENC_BASE32_LEN(n);
	uint32_t sum = begin(hrp), v;

	if (len != BECH32_LEN(head - 1, n) || !has_hrp(s, hrp, upper))
		return ERR_FORMAT;
	if (!unspell(NULL, upper, s + head, body, &sum))
		return ERR_FORMAT;
	for (size_t i = head + body; i < len; i++) {
		if ((v = place(s[i], upper)) == 32)
			return ERR_FORMAT;
		sum = mix(sum, v);
	}
	if (sum != 1)
		return ERR_FORMAT;
	(void)unspell(out, upper, s + head, body, &sum);
	return ERR_OK;
}
