#include <string.h>

#include "evidence/scan.h"

#define DIGITS_MAX 15U

static const char *
behind_blanks(const char *at)
{
	while (*at == ' ' || *at == '\t')
		at++;
	return at;
}

bool
scan_word(const char **at, const char *word)
{
	const char *p = behind_blanks(*at);
	const size_t n = strlen(word);

	if (strncmp(p, word, n) != 0)
		return false;
	*at = p + n;
	return true;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

bool
scan_number(const char **at, double *v)
{
	const char *p = behind_blanks(*at);
	unsigned digits = 0;
	double got = 0, part = 1;

	for (; is_digit(*p) && digits < DIGITS_MAX; p++, digits++)
		got = got * 10 + (*p - '0');
	if (digits == 0)
		return false;
	if (*p == '.' && is_digit(p[1]))
		for (p++; is_digit(*p) && digits < DIGITS_MAX; p++, digits++) {
			part /= 10;
			got += part * (*p - '0');
		}
	/* More digits than are read make another number of it before the
	 * point, and none that matters behind it. */
	while (part < 1 && is_digit(*p))
		p++;
	if (is_digit(*p))
		return false;
	*v = got;
	*at = p;
	return true;
}

bool
scan_count(const char **at, unsigned max, unsigned *v)
{
	const char *p = *at;
	double got;

	if (!scan_number(&p, &got) || got > max || got != (double)(unsigned)got)
		return false;
	*v = (unsigned)got;
	*at = p;
	return true;
}
