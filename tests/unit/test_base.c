#include <stdbool.h>
#include <string.h>
#include <unistd.h>

#include "alloc.h"
#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/text.h"
#include "t.h"

static void
a_full_buf_refuses_and_keeps_what_it_had(void)
{
	struct buf b;
	uint8_t *at;

	buf_init(&b, 3);
	OK(buf_room(&b, 0, &at) == ERR_OK && b.len == 0);
	OK(buf_put(&b, "abc", 3) == ERR_OK);
	OK(buf_put(&b, "d", 1) == ERR_TOOBIG);
	OK(b.len == 3 && memcmp(b.at, "abc", 3) == 0);
	buf_eat(&b, 2);
	OK(b.len == 1 && b.at[0] == 'c' && b.at[1] == 0);
	buf_drop(&b);
	buf_drop(&b);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
an_arena_never_passes_its_ceiling_and_is_wiped(void)
{
	struct arena a;
	char *s;

	arena_init(&a, 20000);
	OK((s = arena_copy(&a, "words", 5)) != NULL && strcmp(s, "words") == 0);
	OK(arena_get(&a, 10000) != NULL);
	OK(arena_get(&a, 10000) == NULL);
	OK(arena_get(&a, SIZE_MAX) == NULL);
	OK(arena_get(&a, 100) != NULL);
	arena_drop(&a);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
encodings_have_one_spelling_a_value(void)
{
	static const struct {
		const char *text, *b64, *b32, *hex;
	} rows[] = {
		/* RFC 4648 section 10 */
		{ "", "", "", "" },
		{ "f", "Zg==", "my", "66" },
		{ "fo", "Zm8=", "mzxq", "666f" },
		{ "foo", "Zm9v", "mzxw6", "666f6f" },
		{ "foob", "Zm9vYg==", "mzxw6yq", "666f6f62" },
		{ "fooba", "Zm9vYmE=", "mzxw6ytb", "666f6f6261" },
		{ "foobar", "Zm9vYmFy", "mzxw6ytboi", "666f6f626172" },
	};
	uint8_t got[8];
	char out[32];

	for (size_t i = 0; i < COUNT(rows); i++) {
		const size_t n = strlen(rows[i].text);
		const uint8_t *p = (const uint8_t *)rows[i].text;

		enc_base64(out, p, n);
		OK(strcmp(out, rows[i].b64) == 0);
		OK(enc_base64_read(got, n, out, strlen(out)) == ERR_OK);
		OK(memcmp(got, p, n) == 0);
		enc_base32(out, p, n);
		OK(strcmp(out, rows[i].b32) == 0);
		OK(enc_base32_read(got, n, out, strlen(out)) == ERR_OK);
		OK(memcmp(got, p, n) == 0);
		enc_hex(out, p, n);
		OK(strcmp(out, rows[i].hex) == 0);
		OK(enc_hex_read(got, n, out, strlen(out)) == ERR_OK);
		OK(memcmp(got, p, n) == 0);
	}
	OK(enc_base64_read(got, 1, "Zh==", 4) == ERR_FORMAT);
	OK(enc_base64_read(got, 1, "Zg", 2) == ERR_FORMAT);
	OK(enc_base64_read(got, 1, "Zg=A", 4) == ERR_FORMAT);
	OK(enc_base64_read(got, 2, "====", 4) == ERR_FORMAT);
	OK(enc_base32_read(got, 1, "mz", 2) == ERR_FORMAT);
	OK(enc_base32_read(got, 1, "MY", 2) == ERR_FORMAT);
	OK(enc_hex_read(got, 1, "6F", 2) == ERR_FORMAT);
}

static void
numbers_are_read_exactly(void)
{
	uint64_t v = 7;

	OK(enc_decimal_read(&v, 100, "100", 3) == ERR_OK && v == 100);
	OK(enc_decimal_read(&v, 100, "101", 3) == ERR_TOOBIG);
	OK(enc_decimal_read(&v, 100, "01", 2) == ERR_FORMAT);
	OK(enc_decimal_read(&v, 100, "", 0) == ERR_FORMAT);
	OK(enc_decimal_read(&v, 100, "-1", 2) == ERR_FORMAT);
	OK(enc_decimal_read(&v, UINT64_MAX, "18446744073709551616", 20) ==
	    ERR_TOOBIG);
	OK(enc_decimal_read(&v, UINT64_MAX, "18446744073709551615", 20) ==
	    ERR_OK);
	OK(v == UINT64_MAX);
}

static void
only_utf8_is_read_as_utf8(void)
{
	static const char *const bad[] = { "\x80", "\xc0\xaf", "\xc1\xbf",
		"\xe0\x80\xaf", "\xed\xa0\x80", "\xf0\x80\x80\xaf",
		"\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "a\xff" };
	char out[4];
	uint32_t c;

	for (size_t i = 0; i < COUNT(bad); i++)
		OK(!text_is_utf8(bad[i], strlen(bad[i])));
	for (uint32_t want = 1; want <= 0x10ffff; want++) {
		if (want >= 0xd800 && want < 0xe000)
			continue;
		OK(text_char(&c, out, text_put_char(out, want)) != 0);
		OK(c == want);
	}
	OK(!text_is_utf8("\0", 1));
	OK(text_chars("a\xc3\xa9\xe2\x82\xac", 6) == 3);
	OK(text_cut("a\xc3\xa9", 3, 2) == 1);
	OK(text_is_control(0x202e) && !text_is_control('\n'));
	OK(text_is_line("a b\xc3\xa9", 5) && text_is_line("", 0));
	OK(!text_is_line("a\tb", 3) && !text_is_line("a\n", 2));
	OK(!text_is_line("a\xe2\x80\xae", 4) && !text_is_line("\xff", 1));
	OK(!text_is_line("\0", 1));
	OK(text_same_nocase("Host", "hOST") && !text_same_nocase("a", "ab"));
}

static void
dates_are_those_of_the_calendar(void)
{
	static const struct {
		uint32_t day;
		const char *date;
	} rows[] = { { 0, "1970-01-01" }, { 59, "1970-03-01" },
		{ 789, "1972-02-29" }, { 11016, "2000-02-29" },
		{ 19074, "2022-03-23" }, { 47541, "2100-03-01" },
		{ 2932896, "9999-12-31" }, { UINT32_MAX, "9999-12-31" } };
	char out[CLOCK_DATE_BYTES];

	for (size_t i = 0; i < COUNT(rows); i++) {
		clock_date(out, rows[i].day);
		OK(strcmp(out, rows[i].date) == 0);
	}
}

static void
every_date_is_read_back_and_no_other(void)
{
	static const char *const none[] = { "1969-12-31", "2026-02-29",
		"1900-02-29", "2026-13-01", "2026-00-10", "2026-04-31",
		"2026-4-031", "2026/04/01", "10000-01-01", "2026-04-0a", "" };
	char out[CLOCK_DATE_BYTES];
	uint32_t day = 7;

	for (uint32_t d = 0; d <= CLOCK_DAY_LAST; d += d < 60000 ? 1 : 97) {
		clock_date(out, d);
		OK(clock_date_read(&day, out, strlen(out)) == ERR_OK);
		OK(day == d);
	}
	day = 7;
	for (size_t i = 0; i < COUNT(none); i++)
		OK(clock_date_read(&day, none[i], strlen(none[i])) ==
		    ERR_FORMAT);
	OK(day == 7);
}

static void
a_file_is_replaced_whole_and_read_with_a_ceiling(void)
{
	char dir[] = "/tmp/sotto-test-XXXXXX", path[64];
	struct buf b;

	OK(mkdtemp(dir) != NULL);
	OK(file_path(path, sizeof path, dir, "x") == ERR_OK);
	OK(file_path(path, 4, dir, "x") == ERR_TOOBIG);
	OK(file_path(path, sizeof path, dir, "x") == ERR_OK);
	buf_init(&b, 4);
	OK(file_read(&b, path) == ERR_NOTHING);
	OK(file_make(path, "abcd", 4, 0600) == ERR_OK);
	OK(file_make(path, "efgh", 4, 0600) == ERR_TAKEN);
	OK(file_read(&b, path) == ERR_OK && memcmp(b.at, "abcd", 4) == 0);
	OK(file_write(path, "12345", 5, 0600) == ERR_OK);
	buf_clear(&b);
	OK(file_read(&b, path) == ERR_TOOBIG && b.len == 0);
	buf_drop(&b);
	OK(unlink(path) == 0 && rmdir(dir) == 0);
}

/* All 256 characters at every place of a run of 40, in all three alphabets. */
static void
exactly_the_alphabets_characters_are_read(void)
{
	static const struct {
		const char *letters;
		size_t n;
		char any; /* a spelling is made of these */
		enum err (*read)(uint8_t *, size_t, const char *, size_t);
	} alphabets[] = {
		{ "0123456789abcdef", 20, '0', enc_hex_read },
		{ "abcdefghijklmnopqrstuvwxyz234567", 25, 'a',
		    enc_base32_read },
		{ "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
		  "0123456789+/",
		    30, 'A', enc_base64_raw_read },
	};
	char s[40];
	uint8_t out[30];

	for (unsigned a = 0; a < COUNT(alphabets); a++)
		for (unsigned c = 0; c < 256; c++) {
			bool in = c != 0 &&
			    strchr(alphabets[a].letters, (int)c) != NULL;

			for (size_t i = 0; i < sizeof(s); i++) {
				memset(s, alphabets[a].any, sizeof(s));
				s[i] = (char)c;
				OK((alphabets[a].read(out, alphabets[a].n, s,
					sizeof(s)) == ERR_OK) == in);
			}
		}
}

T_BEGIN
T(exactly_the_alphabets_characters_are_read)
T(a_full_buf_refuses_and_keeps_what_it_had)
T(an_arena_never_passes_its_ceiling_and_is_wiped)
T(encodings_have_one_spelling_a_value)
T(numbers_are_read_exactly)
T(only_utf8_is_read_as_utf8)
T(dates_are_those_of_the_calendar)
T(every_date_is_read_back_and_no_other)
T(a_file_is_replaced_whole_and_read_with_a_ceiling)
T_END
