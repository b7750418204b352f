#include <stddef.h>

#include "base/err.h"

#include "letter/script.h"

struct range {
	uint32_t from, to;
	enum script script;
};

/* Letters by block, in order.  Between the blocks lie punctuation, symbols and
 * combining marks, which are COMMON where a row says so and OTHER where none
 * does. */
static const struct range ranges[] = {
	{ 0x0000, 0x0040, SCRIPT_COMMON },
	{ 0x0041, 0x005a, SCRIPT_LATIN },
	{ 0x005b, 0x0060, SCRIPT_COMMON },
	{ 0x0061, 0x007a, SCRIPT_LATIN },
	{ 0x007b, 0x00a9, SCRIPT_COMMON },
	{ 0x00aa, 0x00aa, SCRIPT_LATIN },
	{ 0x00ab, 0x00b9, SCRIPT_COMMON },
	{ 0x00ba, 0x00ba, SCRIPT_LATIN },
	{ 0x00bb, 0x00bf, SCRIPT_COMMON },
	{ 0x00c0, 0x02b8, SCRIPT_LATIN },
	{ 0x02b9, 0x036f, SCRIPT_COMMON },
	{ 0x0370, 0x03ff, SCRIPT_GREEK },
	{ 0x0400, 0x052f, SCRIPT_CYRILLIC },
	{ 0x0531, 0x058f, SCRIPT_ARMENIAN },
	{ 0x0591, 0x05f4, SCRIPT_HEBREW },
	{ 0x0600, 0x06ff, SCRIPT_ARABIC },
	{ 0x0700, 0x074f, SCRIPT_SYRIAC },
	{ 0x0750, 0x077f, SCRIPT_ARABIC },
	{ 0x0870, 0x08ff, SCRIPT_ARABIC },
	{ 0x0900, 0x097f, SCRIPT_DEVANAGARI },
	{ 0x0980, 0x09ff, SCRIPT_BENGALI },
	{ 0x0a00, 0x0a7f, SCRIPT_GURMUKHI },
	{ 0x0a80, 0x0aff, SCRIPT_GUJARATI },
	{ 0x0b80, 0x0bff, SCRIPT_TAMIL },
	{ 0x0c00, 0x0c7f, SCRIPT_TELUGU },
	{ 0x0c80, 0x0cff, SCRIPT_KANNADA },
	{ 0x0d00, 0x0d7f, SCRIPT_MALAYALAM },
	{ 0x0d80, 0x0dff, SCRIPT_SINHALA },
	{ 0x0e00, 0x0e7f, SCRIPT_THAI },
	{ 0x0e80, 0x0eff, SCRIPT_LAO },
	{ 0x0f00, 0x0fff, SCRIPT_TIBETAN },
	{ 0x1000, 0x109f, SCRIPT_MYANMAR },
	{ 0x10a0, 0x10ff, SCRIPT_GEORGIAN },
	{ 0x1100, 0x11ff, SCRIPT_HANGUL },
	{ 0x1200, 0x139f, SCRIPT_ETHIOPIC },
	{ 0x1780, 0x17ff, SCRIPT_KHMER },
	{ 0x1800, 0x18af, SCRIPT_MONGOLIAN },
	{ 0x1ab0, 0x1aff, SCRIPT_COMMON },
	{ 0x1c80, 0x1c8f, SCRIPT_CYRILLIC },
	{ 0x1c90, 0x1cbf, SCRIPT_GEORGIAN },
	{ 0x1d00, 0x1d25, SCRIPT_LATIN },
	{ 0x1d26, 0x1d2a, SCRIPT_GREEK },
	{ 0x1d2b, 0x1d2b, SCRIPT_CYRILLIC },
	{ 0x1d2c, 0x1dbf, SCRIPT_LATIN },
	{ 0x1dc0, 0x1dff, SCRIPT_COMMON },
	{ 0x1e00, 0x1eff, SCRIPT_LATIN },
	{ 0x1f00, 0x1fff, SCRIPT_GREEK },
	{ 0x2000, 0x2bff, SCRIPT_COMMON },
	{ 0x2c60, 0x2c7f, SCRIPT_LATIN },
	{ 0x2d00, 0x2d2f, SCRIPT_GEORGIAN },
	{ 0x2d80, 0x2ddf, SCRIPT_ETHIOPIC },
	{ 0x2de0, 0x2dff, SCRIPT_CYRILLIC },
	{ 0x2e00, 0x2e7f, SCRIPT_COMMON },
	{ 0x2e80, 0x2fdf, SCRIPT_HAN },
	{ 0x3000, 0x3004, SCRIPT_COMMON },
	{ 0x3005, 0x3007, SCRIPT_HAN },
	{ 0x3008, 0x3020, SCRIPT_COMMON },
	{ 0x3021, 0x3029, SCRIPT_HAN },
	{ 0x302a, 0x3037, SCRIPT_COMMON },
	{ 0x3038, 0x303b, SCRIPT_HAN },
	{ 0x303c, 0x3040, SCRIPT_COMMON },
	{ 0x3041, 0x30ff, SCRIPT_KANA },
	{ 0x3100, 0x312f, SCRIPT_HAN },
	{ 0x3130, 0x318f, SCRIPT_HANGUL },
	{ 0x31f0, 0x31ff, SCRIPT_KANA },
	{ 0x3400, 0x4dbf, SCRIPT_HAN },
	{ 0x4e00, 0x9fff, SCRIPT_HAN },
	{ 0xa640, 0xa69f, SCRIPT_CYRILLIC },
	{ 0xa720, 0xa7ff, SCRIPT_LATIN },
	{ 0xa960, 0xa97f, SCRIPT_HANGUL },
	{ 0xab30, 0xab6f, SCRIPT_LATIN },
	{ 0xac00, 0xd7ff, SCRIPT_HANGUL },
	{ 0xf900, 0xfaff, SCRIPT_HAN },
	{ 0xfb00, 0xfb06, SCRIPT_LATIN },
	{ 0xfb13, 0xfb17, SCRIPT_ARMENIAN },
	{ 0xfb1d, 0xfb4f, SCRIPT_HEBREW },
	{ 0xfb50, 0xfdff, SCRIPT_ARABIC },
	{ 0xfe00, 0xfe6f, SCRIPT_COMMON },
	{ 0xfe70, 0xfefc, SCRIPT_ARABIC },
	{ 0xff00, 0xff20, SCRIPT_COMMON },
	{ 0xff21, 0xff3a, SCRIPT_LATIN },
	{ 0xff3b, 0xff40, SCRIPT_COMMON },
	{ 0xff41, 0xff5a, SCRIPT_LATIN },
	{ 0xff5b, 0xff65, SCRIPT_COMMON },
	{ 0xff66, 0xff9f, SCRIPT_KANA },
	{ 0x1f000, 0x1faff, SCRIPT_COMMON },
	{ 0x20000, 0x323af, SCRIPT_HAN },
};

enum script
script_of(uint32_t c)
{
	size_t low = 0, high = COUNT(ranges), mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (c < ranges[mid].from)
			high = mid;
		else if (c > ranges[mid].to)
			low = mid + 1;
		else
			return ranges[mid].script;
	}
	return SCRIPT_OTHER;
}

bool
script_goes_with(enum script first, enum script s)
{
	if (s == SCRIPT_COMMON || s == first)
		return true;
	if (first == SCRIPT_HAN)
		return s == SCRIPT_KANA || s == SCRIPT_HANGUL;
	return s == SCRIPT_HAN &&
	    (first == SCRIPT_KANA || first == SCRIPT_HANGUL);
}

bool
script_is_space(uint32_t c)
{
	return c == ' ' || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
	    c == 0x3000;
}

/* Letters outside ASCII that share a shape with one inside, in order. */
static const struct {
	uint16_t c;
	char shape;
} shapes[] = {
	/* Latin without its accents, what is not in the runs below */
	{ 0x00e6, 'a' },
	{ 0x00f0, 'd' },
	{ 0x00f8, 'o' },
	{ 0x00fe, 'p' },
	{ 0x0131, 'l' },
	{ 0x0142, 'l' },
	{ 0x0185, 'b' },
	{ 0x0192, 'f' },
	{ 0x01c0, 'l' },
	{ 0x0251, 'a' },
	{ 0x0261, 'g' },
	{ 0x0269, 'l' },
	/* Greek */
	{ 0x0391, 'a' },
	{ 0x0392, 'b' },
	{ 0x0395, 'e' },
	{ 0x0396, 'z' },
	{ 0x0397, 'h' },
	{ 0x0399, 'l' },
	{ 0x039a, 'k' },
	{ 0x039c, 'm' },
	{ 0x039d, 'n' },
	{ 0x039f, 'o' },
	{ 0x03a1, 'p' },
	{ 0x03a4, 't' },
	{ 0x03a5, 'y' },
	{ 0x03a7, 'x' },
	{ 0x03ac, 'a' },
	{ 0x03af, 'l' },
	{ 0x03b1, 'a' },
	{ 0x03b2, 'b' },
	{ 0x03b3, 'y' },
	{ 0x03b5, 'e' },
	{ 0x03b7, 'n' },
	{ 0x03b9, 'l' },
	{ 0x03ba, 'k' },
	{ 0x03bd, 'v' },
	{ 0x03bf, 'o' },
	{ 0x03c1, 'p' },
	{ 0x03c3, 'o' },
	{ 0x03c4, 't' },
	{ 0x03c5, 'u' },
	{ 0x03c7, 'x' },
	{ 0x03c9, 'w' },
	{ 0x03ca, 'l' },
	{ 0x03cc, 'o' },
	{ 0x03cd, 'u' },
	{ 0x03f2, 'c' },
	{ 0x03f3, 'j' },
	/* Cyrillic */
	{ 0x0405, 's' },
	{ 0x0406, 'l' },
	{ 0x0407, 'l' },
	{ 0x0408, 'j' },
	{ 0x0410, 'a' },
	{ 0x0412, 'b' },
	{ 0x0415, 'e' },
	{ 0x041a, 'k' },
	{ 0x041c, 'm' },
	{ 0x041d, 'h' },
	{ 0x041e, 'o' },
	{ 0x0420, 'p' },
	{ 0x0421, 'c' },
	{ 0x0422, 't' },
	{ 0x0423, 'y' },
	{ 0x0425, 'x' },
	{ 0x0430, 'a' },
	{ 0x0433, 'r' },
	{ 0x0435, 'e' },
	{ 0x043a, 'k' },
	{ 0x043e, 'o' },
	{ 0x043f, 'n' },
	{ 0x0440, 'p' },
	{ 0x0441, 'c' },
	{ 0x0442, 't' },
	{ 0x0443, 'y' },
	{ 0x0445, 'x' },
	{ 0x0451, 'e' },
	{ 0x0455, 's' },
	{ 0x0456, 'l' },
	{ 0x0457, 'l' },
	{ 0x0458, 'j' },
	{ 0x04ae, 'y' },
	{ 0x04af, 'y' },
	{ 0x04bb, 'h' },
	{ 0x04c0, 'l' },
	{ 0x04cf, 'l' },
	{ 0x0501, 'd' },
	{ 0x051b, 'q' },
	{ 0x051d, 'w' },
	/* Armenian */
	{ 0x0555, 'o' },
	{ 0x0561, 'w' },
	{ 0x0563, 'q' },
	{ 0x0566, 'q' },
	{ 0x0570, 'h' },
	{ 0x0578, 'n' },
	{ 0x057d, 'u' },
	{ 0x0581, 'g' },
	{ 0x0584, 'f' },
	{ 0x0585, 'o' },
};

/* Latin letters with accents: runs of one base letter in Latin-1 and Latin
 * Extended-A. */
static const struct {
	uint16_t from, to;
	char shape;
} runs[] = {
	{ 0x00c0, 0x00c6, 'a' },
	{ 0x00c7, 0x00c7, 'c' },
	{ 0x00c8, 0x00cb, 'e' },
	{ 0x00cc, 0x00cf, 'l' },
	{ 0x00d0, 0x00d0, 'd' },
	{ 0x00d1, 0x00d1, 'n' },
	{ 0x00d2, 0x00d6, 'o' },
	{ 0x00d8, 0x00d8, 'o' },
	{ 0x00d9, 0x00dc, 'u' },
	{ 0x00dd, 0x00dd, 'y' },
	{ 0x00e0, 0x00e5, 'a' },
	{ 0x00e7, 0x00e7, 'c' },
	{ 0x00e8, 0x00eb, 'e' },
	{ 0x00ec, 0x00ef, 'l' },
	{ 0x00f1, 0x00f1, 'n' },
	{ 0x00f2, 0x00f6, 'o' },
	{ 0x00f9, 0x00fc, 'u' },
	{ 0x00fd, 0x00fd, 'y' },
	{ 0x00ff, 0x00ff, 'y' },
	{ 0x0100, 0x0105, 'a' },
	{ 0x0106, 0x010d, 'c' },
	{ 0x010e, 0x0111, 'd' },
	{ 0x0112, 0x011b, 'e' },
	{ 0x011c, 0x0123, 'g' },
	{ 0x0124, 0x0127, 'h' },
	{ 0x0128, 0x0131, 'l' },
	{ 0x0134, 0x0135, 'j' },
	{ 0x0136, 0x0138, 'k' },
	{ 0x0139, 0x0142, 'l' },
	{ 0x0143, 0x014b, 'n' },
	{ 0x014c, 0x0151, 'o' },
	{ 0x0154, 0x0159, 'r' },
	{ 0x015a, 0x0161, 's' },
	{ 0x0162, 0x0167, 't' },
	{ 0x0168, 0x0173, 'u' },
	{ 0x0174, 0x0175, 'w' },
	{ 0x0176, 0x0178, 'y' },
	{ 0x0179, 0x017e, 'z' },
};

static uint32_t
ascii_shape(uint32_t c)
{
	if (c >= 'A' && c <= 'Z')
		c += 'a' - 'A';
	switch (c) {
	case '0':
		return 'o';
	case '1':
	case 'i':
	case 'j':
	case '|':
		return 'l';
	case '5':
		return 's';
	default:
		break;
	}
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ? c : 0;
}

uint32_t
script_shape(uint32_t c)
{
	if (c >= 0xff01 && c <= 0xff5e) /* wide forms of ASCII */
		c -= 0xfee0;
	if (c < 0x80)
		return ascii_shape(c);
	for (size_t i = 0; i < COUNT(runs); i++)
		if (c >= runs[i].from && c <= runs[i].to)
			return ascii_shape((unsigned char)runs[i].shape);
	for (size_t i = 0; i < COUNT(shapes); i++)
		if (c == shapes[i].c)
			return ascii_shape((unsigned char)shapes[i].shape);
	if (script_of(c) == SCRIPT_COMMON)
		return 0;
	/* The capitals of Greek and Cyrillic that share no shape with Latin
	 * are at least the same as their small ones. */
	if ((c >= 0x0391 && c <= 0x03a9) || (c >= 0x0410 && c <= 0x042f))
		return c + 0x20;
	if (c >= 0x0400 && c <= 0x040f)
		return c + 0x50;
	return c;
}
