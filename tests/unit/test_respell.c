#include <string.h>

#include "alloc.h"
#include "evidence/bare.h"
#include "evidence/respell.h"
#include "evidence/scan.h"
#include "t.h"

#define BYTES(s) s, sizeof s - 1

static const struct {
	const char *text;
	size_t n;
	const char *want; /* NULL: refused */
	size_t hidden;
} rows[] = {
	{ BYTES(""), "\n", 0 },
	{ BYTES("a"), "a\n", 0 },
	{ BYTES("a\r\nb\rc\nd"), "a\nb\nc\nd\n", 0 },
	{ BYTES("\n\n a\n\n\n"), "\n\n a\n", 0 },
	{ BYTES("a \t\n\t b  c\xc2\xa0"), "a\n  b  c\n", 0 },
	{ BYTES("a\xe2\x80\x83z\xe2\x80\xafy"), "a z y\n", 0 },
	{ BYTES("\xef\xbb\xbf"
		"a"),
	    "a\n", 0 },
	{ BYTES("a\xef\xbb\xbf"
		"b\xe2\x80\x8b"
		"c\xc2\xad"
		"d\xe2\x80\xae"
		"e\x07\x1b"),
	    "abcde\n", 6 },
	/* a joiner between Latin letters, doubled, and before a space */
	{ BYTES("a\xe2\x80\x8c"
		"b\xe2\x80\x8d"),
	    "ab\n", 2 },
	/* one that Persian needs, a second one beside it, one that ends */
	{ BYTES("\xd9\x85\xe2\x80\x8c\xd8\xae"),
	    "\xd9\x85\xe2\x80\x8c\xd8\xae\n", 0 },
	{ BYTES("\xd9\x85\xe2\x80\x8c\xe2\x80\x8d\xd8\xae"),
	    "\xd9\x85\xe2\x80\x8c\xd8\xae\n", 1 },
	{ BYTES("\xd9\x85\xe2\x80\x8c x"), "\xd9\x85 x\n", 1 },
	{ BYTES("\xd9\x85\xe2\x80\x8cx"), "\xd9\x85x\n", 1 },
	{ BYTES("\xf3\xa0\x81\x81"
		"a\xef\xb8\x8f\xee\x80\x80"),
	    "a\n", 3 },
	{ BYTES("\xff\xfe"
		"a\0\x3d\xd8\x00\xde"),
	    "a\xf0\x9f\x98\x80\n", 0 },
	{ BYTES("\xfe\xff\0a\x20\x0b"), "a\n", 1 },
	{ BYTES("\xfe\xff\0a\xd8\x3d"), NULL, 0 },
	{ BYTES("\xfe\xff\xd8\x3d\0a"), NULL, 0 },
	{ BYTES("\xfe\xff\xde\x00\0a"), NULL, 0 },
	{ BYTES("\xfe\xff\0"), NULL, 0 },
	{ BYTES("pr\xe9lude"), NULL, 0 },
	{ BYTES("a\xc0\xaf"), NULL, 0 },
};

static void
words_stay_and_what_hides_between_them_goes(void)
{
	struct buf out;
	size_t hidden;
	enum err e;

	buf_init(&out, RESPELL_MAX);
	for (size_t i = 0; i < COUNT(rows); i++) {
		e = respell(
		    &out, &hidden, (const uint8_t *)rows[i].text, rows[i].n);
		if ((rows[i].want == NULL) != (e == ERR_FORMAT))
			fprintf(stderr, "row %zu\n", i);
		OK((rows[i].want == NULL) == (e == ERR_FORMAT));
		if (rows[i].want != NULL) {
			OK(e == ERR_OK && out.len == strlen(rows[i].want));
			OK(memcmp(out.at, rows[i].want, out.len) == 0);
			OK(hidden == rows[i].hidden);
		}
		buf_clear(&out);
	}
	buf_drop(&out);
}

static void
a_text_that_was_respelled_is_respelled_as_itself(void)
{
	struct buf once, twice;
	size_t hidden;

	buf_init(&once, RESPELL_MAX);
	buf_init(&twice, RESPELL_MAX);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (respell(&once, &hidden, (const uint8_t *)rows[i].text,
			rows[i].n) == ERR_OK) {
			OK(respell(&twice, &hidden, once.at, once.len) ==
			    ERR_OK);
			OK(hidden == 0 && once.len == twice.len);
			OK(memcmp(once.at, twice.at, once.len) == 0);
			buf_clear(&once);
			buf_clear(&twice);
		} else
			buf_clear(&once);
	buf_drop(&once);
	buf_drop(&twice);
}

static void
a_text_has_an_end(void)
{
	struct buf out;
	size_t hidden;

	buf_init(&out, 3);
	OK(respell(&out, &hidden, (const uint8_t *)"abc", 3) == ERR_TOOBIG);
	buf_drop(&out);
}

static void
a_number_in_a_line_is_read_or_nothing_is(void)
{
	static const struct {
		const char *line;
		double v; /* < 0: none */
		char then;
	} numbers[] = {
		{ "12", 12, '\0' },
		{ "  1.5x", 1.5, 'x' },
		{ "595.304 ", 595.304, ' ' },
		{ "0.", 0, '.' },
		{ "", -1, '\0' },
		{ "-1", -1, '-' },
		{ "nan", -1, 'n' },
		{ "1234567890123456", -1, '1' },
		{ "1.2345678901234567890e", 1.2345678901234567, 'e' },
	};
	const char *at;
	unsigned n;
	double v;

	for (size_t i = 0; i < COUNT(numbers); i++) {
		at = numbers[i].line;
		v = -1;
		OK(scan_number(&at, &v) == (numbers[i].v >= 0));
		OK(v - numbers[i].v < 1e-9 && numbers[i].v - v < 1e-9);
		OK(*at == numbers[i].then);
	}
	at = "Pages:   7 x";
	OK(!scan_word(&at, "Page:") && scan_word(&at, "Pages:"));
	OK(!scan_count(&at, 6, &n) && scan_count(&at, 7, &n) && n == 7);
	OK(scan_word(&at, "x") && *at == '\0');
	at = "1.5";
	OK(!scan_count(&at, 7, &n) && *at == '1');
}

static void
a_picture_file_keeps_what_draws_it_alone(void)
{
	static const uint8_t png[] =
	    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR0123456789abcSUM1\0\0\0\3PLTEpqrSUM2"
	    "\0\0\0\6tEXtCanarySUM3\0\0\0\1tRNStSUM4\0\0\0\2IDATdaSUM5"
	    "\0\0\0\4eXIfGPS!SUM6\0\0\0\0IENDSUM7Canary";
	static const char want[] =
	    "\x89PNG\r\n\x1a\n\0\0\0\rIHDR0123456789abcSUM1\0\0\0\3PLTEpqrSUM2"
	    "\0\0\0\1tRNStSUM4\0\0\0\2IDATdaSUM5\0\0\0\0IENDSUM7";
	struct buf out;

	buf_init(&out, 4096);
	OK(bare_file(&out, png, sizeof png - 1) == ERR_OK);
	OK(out.len == sizeof want - 1);
	OK(memcmp(out.at, want, sizeof want - 1) == 0);
	for (size_t n = 0; n < sizeof png - 1 - 6; n++) {
		buf_clear(&out);
		OK(bare_file(&out, png, n) != ERR_OK);
	}
	buf_drop(&out);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

T_BEGIN
T(words_stay_and_what_hides_between_them_goes)
T(a_text_that_was_respelled_is_respelled_as_itself)
T(a_text_has_an_end)
T(a_number_in_a_line_is_read_or_nothing_is)
T(a_picture_file_keeps_what_draws_it_alone)
T_END
