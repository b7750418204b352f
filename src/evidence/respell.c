#include <string.h>

#include "base/text.h"

#include "evidence/respell.h"

#define NON_JOINER 0x200cU
#define JOINER 0x200dU

struct text {
	struct buf *out;
	size_t hidden;
	size_t spaces; /* not written yet: they may end a line */
	size_t lines; /* the same of empty lines: they may end the text */
	bool was_return; /* a carriage return, whose line feed may follow */
	uint32_t joiner; /* not written yet: no letter follows so far */
	uint32_t last; /* the letter before it; 0: a space or a line's end */
};

/* Characters that take no room of their own and that a reader does not miss,
 * besides those that steer. */
static bool
is_hidden(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} rows[] = {
		{ 0x034f, 0x034f }, /* grapheme joiner */
		{ 0x115f, 0x1160 }, /* fillers */
		{ 0x17b4, 0x17b5 }, { 0x180b, 0x180f }, { 0x3164, 0x3164 },
		{ 0xfe00, 0xfe0f }, /* variation selectors */
		{ 0xffa0, 0xffa0 }, { 0xe000, 0xf8ff }, /* for private use */
		{ 0x1bca0, 0x1bca3 }, { 0x1d173, 0x1d17a },
		{ 0xe0080, 0x10ffff }, /* selectors, private use */
	};

	if (text_is_control(c))
		return true;
	for (size_t i = 0; i < COUNT(rows); i++)
		if (c >= rows[i].from && c <= rows[i].to)
			return true;
	return false;
}

/* Letters that join, and signs that are put together of several; not those of
 * Latin, Greek, Cyrillic and the like, between which a joiner can only hide. */
static bool
joins(uint32_t c)
{
	return (c >= 0x0600 && c < 0x1100) || (c >= 0x1780 && c < 0x1c90) ||
	    (c >= 0x2600 && c < 0x27c0) || (c >= 0xa800 && c < 0xac00) ||
	    (c >= 0xfb50 && c < 0xfe00) || (c >= 0x10a00 && c < 0x12000) ||
	    (c >= 0x1f000 && c < 0x1fb00);
}

static bool
is_space(uint32_t c)
{
	return c == ' ' || c == '\t' || c == 0xa0 || c == 0x1680 ||
	    (c >= 0x2000 && c <= 0x200a) || c == 0x202f || c == 0x205f ||
	    c == 0x2800;
}

static void
end_line(struct text *t)
{
	t->lines++;
	t->spaces = 0;
	t->last = 0;
}

static enum err
put_letter(struct text *t, uint32_t c)
{
	char spelled[4];
	enum err e = ERR_OK;

	for (; e == ERR_OK && t->lines > 0; t->lines--)
		e = buf_put(t->out, "\n", 1);
	for (; e == ERR_OK && t->spaces > 0; t->spaces--)
		e = buf_put(t->out, " ", 1);
	if (e == ERR_OK && t->joiner != 0 && joins(c))
		e = buf_put(t->out, spelled, text_put_char(spelled, t->joiner));
	else
		t->hidden += t->joiner != 0;
	t->joiner = 0;
	t->last = c;
	return e != ERR_OK
	    ? e
	    : buf_put(t->out, spelled, text_put_char(spelled, c));
}

/* Of what was held back nothing follows. */
static void
drop_joiner(struct text *t)
{
	t->hidden += t->joiner != 0;
	t->joiner = 0;
}

static enum err
put_char(struct text *t, uint32_t c)
{
	const bool second = c == '\n' && t->was_return;

	t->was_return = c == '\r';
	if (second)
		return ERR_OK;
	if (c == '\n' || c == '\r' || c == '\f' || c == 0x85 || c == 0x2028 ||
	    c == 0x2029) {
		drop_joiner(t);
		end_line(t);
	} else if (is_space(c)) {
		drop_joiner(t);
		t->spaces++;
		t->last = 0;
	} else if ((c == JOINER || c == NON_JOINER) && joins(t->last) &&
	    t->joiner == 0)
		t->joiner = c;
	else if (c == JOINER || c == NON_JOINER || is_hidden(c))
		t->hidden++;
	else
		return put_letter(t, c);
	return ERR_OK;
}

static enum err
read_utf8(struct text *t, const uint8_t *p, size_t n)
{
	uint32_t c;
	size_t len;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < n; i += len) {
		if ((len = text_char(&c, (const char *)p + i, n - i)) == 0)
			return ERR_FORMAT;
		e = put_char(t, c);
	}
	return e;
}

/* RFC 2781 2.2; `big` is 1 when the high byte comes first. */
static enum err
read_utf16(struct text *t, const uint8_t *p, size_t n, size_t big)
{
	uint32_t c, high = 0;
	enum err e = ERR_OK;

	if (n % 2 != 0)
		return ERR_FORMAT;
	for (size_t i = 0; e == ERR_OK && i < n; i += 2) {
		c = (uint32_t)(p[i + 1 - big] << 8 | p[i + big]);
		if ((c >= 0xdc00 && c <= 0xdfff) != (high != 0))
			return ERR_FORMAT;
		if (c >= 0xd800 && c <= 0xdbff) {
			high = c;
			continue;
		}
		if (high != 0)
			c = 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00);
		high = 0;
		e = put_char(t, c);
	}
	return e == ERR_OK && high != 0 ? ERR_FORMAT : e;
}

enum err
respell(struct buf *out, size_t *hidden, const uint8_t *p, size_t n)
{
	struct text t = { .out = out };
	enum err e;

	if (n >= 2 && memcmp(p, "\xfe\xff", 2) == 0)
		e = read_utf16(&t, p + 2, n - 2, 1);
	else if (n >= 2 && memcmp(p, "\xff\xfe", 2) == 0)
		e = read_utf16(&t, p + 2, n - 2, 0);
	else if (n >= 3 && memcmp(p, "\xef\xbb\xbf", 3) == 0)
		e = read_utf8(&t, p + 3, n - 3);
	else
		e = read_utf8(&t, p, n);
	drop_joiner(&t);
	if (e == ERR_OK)
		e = buf_put(out, "\n", 1);
	if (e == ERR_OK)
		*hidden = t.hidden;
	return e;
}
