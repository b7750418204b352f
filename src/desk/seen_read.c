/* What a line is set to, and what is one visitor's own, read out of a page.
 *
 * Where each thing stands is learned from a drawing with marks in their places:
 * what comes before a mark there comes before the thing itself in a page.  It
 * need not be read with care: whatever was read is drawn again, and must then
 * be the page that came. */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/text.h"
#include "base/wipe.h"

#include "desk/seen.h"

#define BEFORE 48U /* bytes before a mark that find its place */
#define MARK_FILE ((uint64_t)7 << 60)
#define MARK_DAYS 987654321U

static const struct {
	const char *text;
	size_t at, room;
} marks[] = {
#define MARK(field) \
	"mark-of-the-" #field, offsetof(struct seen_line, field), \
	    sizeof(((struct seen_line *)NULL)->field)
	{ MARK(name) },
	{ MARK(title) },
	{ MARK(about) },
	{ MARK(readers) },
#undef MARK
};

/* Behind the last byte; where nothing came there is none to add to. */
static const char *
end_of(const struct buf *b)
{
	return b->len == 0 ? (const char *)b->at : (const char *)b->at + b->len;
}

/* Where the text stands for the last time; NULL. */
static const char *
last_of(const char *text, const struct buf *in)
{
	const char *at = (const char *)in->at, *found = NULL, *next;
	const char *const end = end_of(in);

	while (at < end &&
	    (next = memmem(at, (size_t)(end - at), text, strlen(text))) !=
		NULL) {
		found = next;
		at = next + 1;
	}
	return found;
}

/* What stands in the page where the mark stands in the drawing, up to the next
 * element. */
static bool
find(struct seen_text *t, const char *mark, const struct buf *drawn,
    const struct buf *page)
{
	const char *at = last_of(mark, drawn), *end;
	const char *const last = end_of(page);

	if (at == NULL || (size_t)(at - (const char *)drawn->at) < BEFORE ||
	    page->len == 0)
		return false;
	at = memmem(page->at, page->len, at - BEFORE, BEFORE);
	if (at == NULL)
		return false;
	t->at = at + BEFORE;
	if ((end = memchr(t->at, '<', (size_t)(last - t->at))) == NULL)
		return false;
	t->n = (size_t)(end - t->at);
	return true;
}

/* One character, with what our pages write for five of them. */
static char
plain_char(const struct seen_text *t, size_t *i)
{
	static const struct {
		const char *text;
		char c;
	} rows[] = {
		{ "&amp;", '&' },
		{ "&lt;", '<' },
		{ "&gt;", '>' },
		{ "&quot;", '"' },
		{ "&#39;", '\'' },
	};

	for (size_t k = 0; k < COUNT(rows); k++) {
		const size_t n = strlen(rows[k].text);

		if (t->n - *i >= n &&
		    memcmp(t->at + *i, rows[k].text, n) == 0) {
			*i += n;
			return rows[k].c;
		}
	}
	return t->at[(*i)++];
}

/* Into `room` bytes with a NUL; nothing when it is too long or no text, which
 * could not be kept. */
static bool
take_text(char *out, size_t room, struct seen_text t)
{
	size_t n = 0;

	for (size_t i = 0; i < t.n && n < room; n++)
		out[n] = plain_char(&t, &i);
	if (n == room || !text_is_utf8(out, n)) {
		out[0] = '\0';
		return false;
	}
	out[n] = '\0';
	return true;
}

/* "2 GiB", "1.5 MiB", "512 bytes". */
static bool
take_size(uint64_t *out, struct seen_text t)
{
	static const char *const units[] = { "bytes", "KiB", "MiB", "GiB",
		"TiB", "PiB", "EiB" };
	const char *space = memchr(t.at, ' ', t.n);
	uint64_t whole, tenth = 0;
	const char *dot;
	size_t n, unit = 0;

	if (space == NULL)
		return false;
	n = (size_t)(space - t.at);
	while (unit < COUNT(units) &&
	    (strlen(units[unit]) != t.n - n - 1 ||
		memcmp(units[unit], space + 1, t.n - n - 1) != 0))
		unit++;
	dot = memchr(t.at, '.', n);
	if (unit == COUNT(units) ||
	    (dot != NULL &&
		enc_decimal_read(
		    &tenth, 9, dot + 1, (size_t)(space - dot) - 1) != ERR_OK) ||
	    enc_decimal_read(&whole, 1023, t.at,
		dot == NULL ? n : (size_t)(dot - t.at)) != ERR_OK ||
	    (unit == COUNT(units) - 1 && whole > 7))
		return false;
	*out = (whole << (10 * unit)) + ((tenth << (10 * unit)) + 9) / 10;
	return true;
}

static void
read_texts(
    struct seen_line *got, const struct buf *drawn, const struct buf *page)
{
	struct seen_text t;
	uint64_t v;

	for (size_t i = 0; i < COUNT(marks); i++) {
		char *to = (char *)got + marks[i].at;

		to[0] = '\0';
		if (find(&t, marks[i].text, drawn, page))
			(void)take_text(to, marks[i].room, t);
	}
	if (find(&t, "7 EiB", drawn, page) && take_size(&v, t))
		got->file_max = v;
	if (find(&t, "987654321", drawn, page) &&
	    enc_decimal_read(&v, 99999, t.at, t.n) == ERR_OK)
		got->days = (uint32_t)v;
}

enum err
seen_read_line(struct seen_line *got, const struct seen_line *base,
    const struct buf *page, const struct seen_pages *pages)
{
	struct seen_line *with = malloc(sizeof *with);
	const struct seen_own none = { .ticket = "" };
	struct buf drawn;
	enum err e = ERR_NOMEM;

	buf_init(&drawn, 2 * SEEN_PAGE_MAX);
	if (with == NULL)
		goto out;
	*with = *base;
	for (size_t i = 0; i < COUNT(marks); i++)
		memcpy((char *)with + marks[i].at, marks[i].text,
		    strlen(marks[i].text) + 1);
	with->file_max = MARK_FILE;
	with->days = MARK_DAYS;
	if ((e = pages->draw(&drawn, SEEN_START, with, &none)) != ERR_OK)
		goto out;
	*got = *base;
	read_texts(got, &drawn, page);
out:
	buf_drop(&drawn);
	wipe_free(with, sizeof *with);
	return e;
}

/* The value of the first field of this name. */
static void
take_field(char *out, size_t room, const char *begin, const struct buf *page)
{
	const char *at, *end;
	const char *const last = end_of(page);

	if (page->len == 0 ||
	    (at = memmem(page->at, page->len, begin, strlen(begin))) == NULL)
		return;
	at += strlen(begin);
	if ((end = memchr(at, '"', (size_t)(last - at))) == NULL ||
	    (size_t)(end - at) >= room)
		return;
	for (const char *p = at; p < end; p++)
		if ((unsigned char)*p <= ' ' || (unsigned char)*p > '~' ||
		    *p == '&' || *p == '<')
			return;
	memcpy(out, at, (size_t)(end - at));
	out[end - at] = '\0';
}

static bool
is_word(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] < 'a' || p[i] > 'z')
			return false;
	return n > 0;
}

static void
take_words(struct seen_own *own, const struct buf *page)
{
	static const char begin[] = "<ol class=\"words\"", item[] = "<li>";
	const char *const last = end_of(page);
	const char *at, *end;

	if (page->len == 0 ||
	    (at = memmem(page->at, page->len, begin, sizeof begin - 1)) == NULL)
		return;
	for (size_t i = 0; i < SEEN_WORDS_N; i++) {
		at = memmem(at, (size_t)(last - at), item, sizeof item - 1);
		if (at == NULL)
			return;
		at += sizeof item - 1;
		end = memchr(at, '<', (size_t)(last - at));
		if (end == NULL || (size_t)(end - at) >= sizeof own->word[i] ||
		    !is_word(at, (size_t)(end - at)))
			return;
		memcpy(own->word[i], at, (size_t)(end - at));
		own->word[i][end - at] = '\0';
	}
}

/* Three digits from 1, rising. */
static bool
are_places(const char *p)
{
	return strlen(p) == SEEN_PLACES && p[0] >= '1' && p[0] < p[1] &&
	    p[1] < p[2] && p[2] <= '9';
}

void
seen_read_own(struct seen_own *own, enum seen_page page, const struct buf *at)
{
	char places[8] = "";

	if (page == SEEN_PHRASE || page == SEEN_ASKED || page == SEEN_WRITE)
		take_field(own->ticket, sizeof own->ticket,
		    "name=\"ticket\" value=\"", at);
	if (page == SEEN_PHRASE)
		take_words(own, at);
	if (page == SEEN_ASKED)
		take_field(
		    places, sizeof places, "name=\"places\" value=\"", at);
	if (are_places(places))
		memcpy(own->places, places, sizeof own->places);
	if (page == SEEN_WRITE)
		take_field(own->id, sizeof own->id, "name=\"id\" value=\"", at);
	wipe(places, sizeof places);
}
