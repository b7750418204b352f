#include <string.h>

#include "base/err.h"
#include "base/text.h"
#include "lang_mo.h" /* made from lang/ by tools/lang.sh */

#include "lang/lang.h"

/* A .mo file: magic, revision, count, where the sentences' table lies, where
 * the translations' table lies; a table has length and place of each string;
 * all u32, little end first (gettext manual, "The Format of GNU MO Files").
 * Sentences are sorted by their bytes. */
#define MO_MAGIC 0x950412deU
#define MO_HEAD 20U

static const struct lang languages[] = {
	{ "en", "English", false, NULL, 0 },
	LANG_COMPILED_IN /* one row a catalogue */
};

const struct lang *
lang_all(size_t *count)
{
	*count = COUNT(languages);
	return languages;
}

const struct lang *
lang_find(const char *code)
{
	for (size_t i = 0; i < COUNT(languages); i++)
		if (text_same_nocase(languages[i].code, code))
			return &languages[i];
	return NULL;
}

/* Does the range begin with this language's code, up to a hyphen or its end?
 */
static bool
is_range_of(const char *range, size_t n, const char *code)
{
	const size_t len = strlen(code);

	if (n < len || (n > len && range[len] != '-'))
		return false;
	for (size_t i = 0; i < len; i++)
		if (text_lower(range[i]) != text_lower(code[i]))
			return false;
	return true;
}

/* The weight behind a range, in thousandths; what is no weight counts 0. */
static unsigned
weight(const char *p, size_t n)
{
	unsigned w = 0, digit = 1000;

	while (n > 0 && (*p == ' ' || *p == ';'))
		p++, n--;
	if (n == 0)
		return 1000;
	if (n < 3 || text_lower(p[0]) != 'q' || p[1] != '=')
		return 0;
	for (size_t i = 2; i < n && digit > 0; i++) {
		if (p[i] == '.' && i == 3)
			continue;
		if (p[i] < '0' || p[i] > '9')
			break;
		w += (unsigned)(p[i] - '0') * digit;
		digit /= 10;
	}
	return w > 1000 ? 1000 : w;
}

const struct lang *
lang_choose(const char *accept)
{
	const struct lang *best = &languages[0];
	unsigned w, most = 0;
	size_t n, range;

	for (; accept != NULL && *accept != '\0'; accept += n) {
		accept += strspn(accept, ", ");
		n = strcspn(accept, ",");
		range = strcspn(accept, ",; ");
		w = weight(accept + range, n - range);
		for (size_t i = 0; i < COUNT(languages) && w > most; i++)
			if (is_range_of(accept, range, languages[i].code)) {
				best = &languages[i];
				most = w;
			}
	}
	return best;
}

/* The catalogue is ours, made by msgfmt; but a cut one must not be read past
 * its end. */
static uint32_t
u32_at(const struct lang *l, size_t at)
{
	const uint8_t *p = l->mo + at;

	if (at > l->mo_len || l->mo_len - at < 4)
		return 0;
	return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 |
	    (uint32_t)p[1] << 8 | p[0];
}

static const char *
string_at(const struct lang *l, size_t table, size_t i)
{
	const size_t len = u32_at(l, table + i * 8);
	const size_t at = u32_at(l, table + i * 8 + 4);

	if (at >= l->mo_len || l->mo_len - at <= len || l->mo[at + len] != 0)
		return NULL;
	return (const char *)l->mo + at;
}

const char *
lang_text(const struct lang *lang, const char *english)
{
	size_t low = 0, high, mid;
	const char *s;
	int c;

	if (lang->mo == NULL || lang->mo_len < MO_HEAD ||
	    u32_at(lang, 0) != MO_MAGIC)
		return english;
	high = u32_at(lang, 8);
	while (low < high) {
		mid = low + (high - low) / 2;
		if ((s = string_at(lang, u32_at(lang, 12), mid)) == NULL)
			return english;
		if ((c = strcmp(english, s)) == 0) {
			s = string_at(lang, u32_at(lang, 16), mid);
			return s == NULL || *s == '\0' ? english : s;
		}
		if (c < 0)
			high = mid;
		else
			low = mid + 1;
	}
	return english;
}
