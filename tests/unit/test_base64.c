#include <stdbool.h>
#include <string.h>

#include "base/enc.h"
#include "t.h"

static const char abc[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			  "abcdefghijklmnopqrstuvwxyz0123456789+/";

/* The plainest way, to hold the fast one against. */
static void
plainly(char *out, const uint8_t *p, size_t n)
{
	for (size_t bit = 0; bit < n * 8; bit += 6) {
		unsigned v = 0;

		for (size_t i = bit; i < bit + 6; i++)
			v = v << 1 |
			    (i < n * 8 ? p[i / 8] >> (7 - i % 8) & 1U : 0);
		*out++ = abc[v];
	}
	*out = '\0';
}

static void
every_length_is_spelled_as_the_standard_says(void)
{
	uint8_t p[200], got[201];
	char fast[300], plain[300];

	for (unsigned i = 0; i < sizeof p; i++)
		p[i] = (uint8_t)(i * 151 + i / 7);
	for (size_t n = 0; n <= sizeof p; n++) {
		size_t len = ENC_BASE64_RAW_LEN(n);

		enc_base64_raw(fast, p, n);
		plainly(plain, p, n);
		OK(strcmp(fast, plain) == 0 && strlen(fast) == len);
		memset(got, 'x', sizeof got);
		OK(enc_base64_raw_read(got, n, fast, len) == ERR_OK);
		OK(memcmp(got, p, n) == 0 && got[n] == 'x');
		OK(enc_base64_raw_read(got, n + 1, fast, len) == ERR_FORMAT);
		OK(n == 0 ||
		    enc_base64_raw_read(got, n - 1, fast, len) == ERR_FORMAT);
	}
}

static void
a_wrong_character_anywhere_changes_nothing(void)
{
	uint8_t p[61] = { 7 }, got[61];
	char text[100];
	size_t len = ENC_BASE64_RAW_LEN(sizeof p);

	enc_base64_raw(text, p, sizeof p);
	for (size_t i = 0; i < len; i++)
		for (int c = 0; c < 256; c++) {
			char was = text[i];
			bool is = c != 0 && strchr(abc, c) != NULL;

			text[i] = (char)c;
			memset(got, 'x', sizeof got);
			if (i == len - 1) /* its last four bits are zero */
				is = c == 'A' || c == 'Q' || c == 'g' ||
				    c == 'w';
			OK(enc_base64_raw_read(got, sizeof got, text, len) ==
			    (is ? ERR_OK : ERR_FORMAT));
			OK(is || (got[0] == 'x' && got[60] == 'x'));
			text[i] = was;
		}
}

static void
all_values_go_both_ways(void)
{
	uint8_t p[48], got[48];
	char text[65];

	OK(enc_base64_read(p, 48, abc, 64) == ERR_OK);
	enc_base64(text, p, 48);
	OK(strcmp(text, abc) == 0);
	OK(enc_base64_read(got, 48, text, 64) == ERR_OK);
	OK(memcmp(got, p, 48) == 0);
}

T_BEGIN
T(every_length_is_spelled_as_the_standard_says)
T(a_wrong_character_anywhere_changes_nothing)
T(all_values_go_both_ways)
T_END
