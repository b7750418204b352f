#include "base/text.h"

static bool
is_tail(char c)
{
	return ((unsigned char)c & 0xc0U) == 0x80U;
}

size_t
text_char(uint32_t *c, const char *p, size_t n)
{
	static const uint32_t least[5] = { 0, 0, 0x80, 0x800, 0x10000 };
	const unsigned char first = n > 0 ? (unsigned char)p[0] : 0xff;
	size_t len;
	uint32_t v;

	if (first < 0x80)
		len = 1, v = first;
	else if (first >= 0xc2 && first < 0xe0)
		len = 2, v = first & 0x1fU;
	else if (first >= 0xe0 && first < 0xf0)
		len = 3, v = first & 0x0fU;
	else if (first >= 0xf0 && first < 0xf5)
		len = 4, v = first & 0x07U;
	else
		return 0;
	if (len > n)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if (!is_tail(p[i]))
			return 0;
		v = v << 6 | ((unsigned char)p[i] & 0x3fU);
	}
	if (v < least[len] || (v >= 0xd800 && v < 0xe000) || v > 0x10ffff)
		return 0;
	*c = v;
	return len;
}

size_t
text_put_char(char out[static 4], uint32_t c)
{
	if (c < 0x80) {
		out[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (char)(0xc0U | c >> 6);
		out[1] = (char)(0x80U | (c & 0x3fU));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (char)(0xe0U | c >> 12);
		out[1] = (char)(0x80U | (c >> 6 & 0x3fU));
		out[2] = (char)(0x80U | (c & 0x3fU));
		return 3;
	}
	out[0] = (char)(0xf0U | (c >> 18 & 0x07U));
	out[1] = (char)(0x80U | (c >> 12 & 0x3fU));
	out[2] = (char)(0x80U | (c >> 6 & 0x3fU));
	out[3] = (char)(0x80U | (c & 0x3fU));
	return 4;
}

bool
text_is_utf8(const char *p, size_t n)
{
	uint32_t c;
	size_t len;

	for (size_t i = 0; i < n; i += len)
		if ((len = text_char(&c, p + i, n - i)) == 0 || c == 0)
			return false;
	return true;
}

size_t
text_chars(const char *p, size_t n)
{
	size_t count = 0;

	for (size_t i = 0; i < n; i++)
		count += !is_tail(p[i]);
	return count;
}

size_t
text_cut(const char *p, size_t n, size_t max)
{
	if (n <= max)
		return n;
	while (max > 0 && is_tail(p[max]))
		max--;
	return max;
}

bool
text_is_control(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} rows[] = {
		{ 0x0000, 0x0008 },
		{ 0x000b, 0x001f },
		{ 0x007f, 0x009f },
		{ 0x00ad, 0x00ad },
		{ 0x061c, 0x061c },
		{ 0x180e, 0x180e },
		{ 0x200b, 0x200b },
		{ 0x200e, 0x200f },
		{ 0x2028, 0x202e },
		{ 0x2060, 0x206f },
		{ 0xfdd0, 0xfdef },
		{ 0xfeff, 0xfeff },
		{ 0xfff9, 0xfffb },
		{ 0xe0000, 0xe007f },
	};

	if ((c & 0xfffeU) == 0xfffeU)
		return true;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		if (c >= rows[i].from && c <= rows[i].to)
			return true;
	return false;
}

bool
text_is_line(const char *p, size_t n)
{
	uint32_t c;
	size_t step;

	for (size_t i = 0; i < n; i += step) {
		step = text_char(&c, p + i, n - i);
		if (step == 0 || text_is_control(c) || c == '\t' || c == '\n')
			return false;
	}
	return true;
}

char
text_lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool
text_same_nocase(const char *a, const char *b)
{
	size_t i;

	for (i = 0; a[i] != '\0' && b[i] != '\0'; i++)
		if (text_lower(a[i]) != text_lower(b[i]))
			return false;
	return a[i] == b[i];
}

bool
text_is_blank(const char *p, size_t n)
{
	uint32_t c;
	size_t step;

	for (size_t i = 0; i < n; i += step) {
		step = text_char(&c, p + i, n - i);
		if (step == 0)
			return false;
		if ((c < 9 || c > 13) && c != ' ' && c != 0x85 && c != 0xa0 &&
		    c != 0x1680 && (c < 0x2000 || c > 0x200d) && c != 0x2028 &&
		    c != 0x2029 && c != 0x202f && c != 0x205f && c != 0x2060 &&
		    c != 0x2800 && c != 0x3000 && c != 0xfeff)
			return false;
	}
	return true;
}
