#include <string.h>

#include "base/err.h"
#include "base/text.h"

#include "evidence/media_inside.h"

#define NAMES_MIN 2U /* of known fields, to be an e-mail */
#define FIELDS_MAX 64U
#define PROLOG_MAX 32U

/* A byte that no text in an encoding of one byte a letter or UTF-8 has. */
static bool
is_steering(uint8_t c)
{
	return (c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' &&
		   c != '\033') ||
	    c == 0x7f;
}

static bool
is_text(const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_steering(p[i]))
			return false;
	return true;
}

/* UTF-16 says so with its first two bytes. */
static bool
is_wide(const struct media_look *l)
{
	const bool big = media_has(l->head, l->head_n, 0, "\xfe\xff", 2);

	if (l->size % 2 != 0 ||
	    (!big && !media_has(l->head, l->head_n, 0, "\xff\xfe", 2)))
		return false;
	for (size_t i = 2; i + 1 < l->head_n; i += 2)
		if (l->head[i + big] < 128 && l->head[i + !big] == 0 &&
		    is_steering(l->head[i + big]))
			return false;
	return true;
}

static bool
begins(const uint8_t *p, size_t n, const char *word)
{
	const size_t len = strlen(word);

	if (len > n)
		return false;
	for (size_t i = 0; i < len; i++)
		if (text_lower((char)p[i]) != word[i])
			return false;
	return true;
}

/* Where `word` ends at or behind `at`; n when it is not there. */
static size_t
behind(const uint8_t *p, size_t n, size_t at, const char *word)
{
	for (; at < n; at++)
		if (begins(p + at, n - at, word))
			return at + strlen(word);
	return n;
}

static size_t
behind_spaces(const uint8_t *p, size_t n, size_t at)
{
	while (at < n && memchr(" \t\r\n", p[at], 4) != NULL)
		at++;
	return at;
}

/* A page or a drawing: the first element, behind declarations and comments. */
static enum media
of_markup(const uint8_t *p, size_t n)
{
	static const struct {
		const char *tag;
		enum media is;
	} tags[] = {
		{ "<!doctype html", MEDIA_HTML },
		{ "<html", MEDIA_HTML },
		{ "<head", MEDIA_HTML },
		{ "<body", MEDIA_HTML },
		{ "<svg", MEDIA_SVG },
	};
	size_t at = media_has(p, n, 0, "\xef\xbb\xbf", 3) ? 3 : 0;

	for (unsigned turn = 0; turn < PROLOG_MAX && at < n; turn++) {
		at = behind_spaces(p, n, at);
		for (size_t i = 0; i < COUNT(tags); i++)
			if (begins(p + at, n - at, tags[i].tag))
				return tags[i].is;
		if (begins(p + at, n - at, "<?"))
			at = behind(p, n, at, "?>");
		else if (begins(p + at, n - at, "<!--"))
			at = behind(p, n, at, "-->");
		else if (begins(p + at, n - at, "<!"))
			at = behind(p, n, at, ">");
		else
			break;
	}
	return MEDIA_UNKNOWN;
}

/* The length of a field's name (RFC 5322 2.2) that `p` begins with, or 0. */
static size_t
field_name(const uint8_t *p, size_t n)
{
	size_t i;

	for (i = 0; i < n && p[i] > ' ' && p[i] < 0x7f && p[i] != ':'; i++)
		;
	return i < n && p[i] == ':' ? i : 0;
}

/* Fields from the first line on, of which some are those of letters. */
static bool
is_mail(const uint8_t *p, size_t n)
{
	static const char *const known[] = {
		"from:",
		"to:",
		"date:",
		"subject:",
		"message-id:",
		"received:",
		"return-path:",
		"delivered-to:",
		"mime-version:",
	};
	bool seen[COUNT(known)] = { false };
	size_t at = begins(p, n, "from ") ? behind(p, n, 0, "\n") : 0;
	unsigned found = 0;

	for (unsigned turn = 0; turn < FIELDS_MAX && at < n; turn++) {
		if (p[at] != ' ' && p[at] != '\t' &&
		    field_name(p + at, n - at) == 0)
			break;
		for (size_t i = 0; i < COUNT(known); i++)
			if (!seen[i] && begins(p + at, n - at, known[i])) {
				seen[i] = true;
				found++;
			}
		at = behind(p, n, at, "\n");
	}
	return found >= NAMES_MIN;
}

enum media
media_of_text(const struct media_look *l)
{
	enum media m;

	if (is_wide(l))
		return MEDIA_TEXT;
	if (!is_text(l->head, l->head_n) || !is_text(l->tail, l->tail_n))
		return MEDIA_UNKNOWN;
	if ((m = of_markup(l->head, l->head_n)) != MEDIA_UNKNOWN)
		return m;
	return is_mail(l->head, l->head_n) ? MEDIA_EML : MEDIA_TEXT;
}
