#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "html/html.h"

enum rule { VOID, LINE, WORD };
enum attr_rule { PLAIN, PATH, FLAG };

#define ROW(name, text, rule) [name] = { text, rule },
static const struct {
	const char *tag;
	enum rule rule;
} elements[] = { HTML_ELEMENTS(ROW) };
static const struct {
	const char *name;
	enum attr_rule rule;
} attrs[] = { HTML_ATTRS(ROW) };
#undef ROW

static void
put_n(struct html *h, const char *p, size_t n)
{
	if (h->err == ERR_OK)
		h->err = buf_put(h->out, p, n);
}

static void
put(struct html *h, const char *s)
{
	put_n(h, s, strlen(s));
}

/* What stands for a character that HTML would read as its own, or NULL. */
static const char *
entity(uint32_t c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

/* Line feeds may pass: text keeps them, and browsers keep them in values.  A
 * return before a line feed is how forms send one line's end. */
static void
escape(struct html *h, const char *p, size_t n)
{
	size_t from = 0, i = 0, len;
	const char *instead;
	uint32_t c;

	while (i < n && h->err == ERR_OK) {
		len = text_char(&c, p + i, n - i);
		if (len != 0 && (instead = entity(c)) == NULL &&
		    !text_is_control(c)) {
			i += len;
			continue;
		}
		put_n(h, p + from, i - from);
		if (len == 0)
			put(h, "\xef\xbf\xbd");
		else if (c == '\r' && i + 1 < n && p[i + 1] == '\n')
			; /* the line feed behind it stands for both */
		else
			put(h, instead != NULL ? instead : "\xef\xbf\xbd");
		i += len == 0 ? 1 : len;
		from = i;
	}
	put_n(h, p + from, i - from);
}

static void
end_tag(struct html *h)
{
	if (h->in_tag)
		put(h, ">");
	h->in_tag = false;
}

void
html_begin(struct html *h, struct buf *out)
{
	*h = (struct html){ .out = out };
	put(h, "<!DOCTYPE html>\n");
}

void
html_open(struct html *h, enum html_element e)
{
	assert((unsigned)e < HTML_ELEMENT_COUNT);
	end_tag(h);
	put(h, "<");
	put(h, elements[e].tag);
	h->in_tag = true;
	if (elements[e].rule == VOID)
		return;
	assert(h->depth < HTML_DEPTH);
	h->open[h->depth++] = (uint8_t)e;
}

void
html_close(struct html *h, enum html_element e)
{
	assert(h->depth > 0 && h->open[h->depth - 1] == (uint8_t)e);
	end_tag(h);
	put(h, "</");
	put(h, elements[e].tag);
	put(h, elements[e].rule == LINE ? ">\n" : ">");
	h->depth--;
}

static bool
is_path(const char *p, size_t n)
{
	if (n == 6 && memcmp(p, "data:,", 6) == 0)
		return true;
	return n > 0 && (p[0] == '#' || p[0] == '/') &&
	    (n == 1 || (p[1] != '/' && p[1] != '\\'));
}

static void
begin_attr(struct html *h, enum html_attr a)
{
	assert(h->in_tag && (unsigned)a < HTML_ATTR_COUNT);
	put(h, " ");
	put(h, attrs[a].name);
}

void
html_attr_n(struct html *h, enum html_attr a, const char *p, size_t n)
{
	begin_attr(h, a);
	assert(attrs[a].rule != FLAG);
	assert(attrs[a].rule != PATH || is_path(p, n));
	put(h, "=\"");
	escape(h, p, n);
	put(h, "\"");
}

void
html_attr(struct html *h, enum html_attr a, const char *value)
{
	html_attr_n(h, a, value, strlen(value));
}

void
html_attr_num(struct html *h, enum html_attr a, uint64_t v)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%llu", (unsigned long long)v);
	html_attr(h, a, text);
}

void
html_flag(struct html *h, enum html_attr a)
{
	begin_attr(h, a);
	assert(attrs[a].rule == FLAG);
}

void
html_text_n(struct html *h, const char *p, size_t n)
{
	assert(h->depth > 0);
	end_tag(h);
	escape(h, p, n);
}

void
html_text(struct html *h, const char *s)
{
	html_text_n(h, s, strlen(s));
}

void
html_num(struct html *h, uint64_t v)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%llu", (unsigned long long)v);
	html_text(h, text);
}

void
html_say(
    struct html *h, enum html_element e, const char *class, const char *text)
{
	html_open(h, e);
	if (class != NULL)
		html_attr(h, HTML_CLASS, class);
	html_text(h, text);
	html_close(h, e);
}

void
html_hidden(struct html *h, const char *name, const char *value)
{
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_TYPE, "hidden");
	html_attr(h, HTML_NAME, name);
	html_attr(h, HTML_VALUE, value);
}

enum err
html_end(struct html *h)
{
	assert(h->depth == 0);
	end_tag(h);
	return h->err;
}

enum err
html_end_filled(struct html *h)
{
	static const char row[] =
	    ". . . . . . . . . . . . . . . . . . . . . . . . . . . . . . . \n";
	static const char before[] = "<!--\n", after[] = "-->\n";
	const size_t frame = sizeof before - 1 + sizeof after - 1;
	size_t size = HTML_STEP, left;

	if (html_end(h) != ERR_OK)
		return h->err;
	while (size - frame < h->out->len)
		size *= 2;
	put(h, before);
	while (h->err == ERR_OK) {
		left = size - h->out->len - (sizeof after - 1);
		if (left == 0)
			break;
		put_n(h, row, left < sizeof row - 1 ? left : sizeof row - 1);
	}
	put(h, after);
	return h->err;
}
