#include <string.h>

#include "alloc.h"
#include "html/html.h"
#include "t.h"

/* One paragraph with this text and this value. */
static enum err
page(struct buf *out, const char *text, const char *value)
{
	struct html h;

	html_begin(&h, out);
	html_open(&h, HTML_P);
	html_attr(&h, HTML_CLASS, value);
	html_text(&h, text);
	html_close(&h, HTML_P);
	return html_end(&h);
}

static void
text_and_values_are_always_escaped(void)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "a", "a" },
		{ "<b>&\"'", "&lt;b&gt;&amp;&quot;&#39;" },
		{ "</p><script>", "&lt;/p&gt;&lt;script&gt;" },
		{ "two\nlines\tand", "two\nlines\tand" },
		{ "two\r\nlines", "two\nlines" },
		{ "a\rb",
		    "a\xef\xbf\xbd"
		    "b" },
		{ "\x1b[0m", "\xef\xbf\xbd[0m" },
		{ "\xe2\x80\xaetxt", "\xef\xbf\xbdtxt" },
		{ "\xff<", "\xef\xbf\xbd&lt;" },
		{ "\xe2\x82", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe2\x82\xac", "\xe2\x82\xac" },
	};
	char want[256];
	struct buf b;

	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_init(&b, 4096);
		OK(page(&b, rows[i].text, rows[i].text) == ERR_OK);
		(void)snprintf(want, sizeof want,
		    "<!DOCTYPE html>\n<p class=\"%s\">%s</p>\n",
		    rows[i].expected, rows[i].expected);
		OK(strcmp(buf_str(&b), want) == 0);
		buf_drop(&b);
	}
}

static void
void_elements_flags_numbers_and_fields_are_written_plainly(void)
{
	struct html h;
	struct buf b;

	buf_init(&b, 4096);
	html_begin(&h, &b);
	html_open(&h, HTML_FORM);
	html_attr(&h, HTML_ACTION, "/send");
	html_hidden(&h, "id", "<");
	html_open(&h, HTML_INPUT);
	html_flag(&h, HTML_MULTIPLE);
	html_attr_num(&h, HTML_MAX, UINT64_MAX);
	html_say(&h, HTML_STRONG, "x", "yes");
	html_num(&h, 7);
	html_close(&h, HTML_FORM);
	OK(html_end(&h) == ERR_OK);
	OK(strcmp(buf_str(&b),
	       "<!DOCTYPE html>\n<form action=\"/send\"><input type=\"hidden\" "
	       "name=\"id\" value=\"&lt;\"><input multiple "
	       "max=\"18446744073709551615\"><strong class=\"x\">yes</strong>"
	       "7</form>\n") == 0);
	buf_drop(&b);
}

static void
a_filled_page_has_one_of_few_sizes(void)
{
	static const struct {
		size_t text, size;
	} rows[] = { { 0, 32768 }, { 32720, 32768 }, { 32735, 32768 },
		{ 32736, 65536 }, { 40000, 65536 }, { 65503, 65536 },
		{ 65504, 131072 } };
	static char text[70000];
	struct html h;
	struct buf b;

	memset(text, 'a', sizeof text);
	for (size_t i = 0; i < COUNT(rows); i++) {
		buf_init(&b, 262144);
		html_begin(&h, &b);
		html_open(&h, HTML_P);
		html_text_n(&h, text, rows[i].text);
		html_close(&h, HTML_P);
		OK(html_end_filled(&h) == ERR_OK);
		OK(b.len == rows[i].size);
		OK(memcmp(b.at + b.len - 4, "-->\n", 4) == 0);
		OK(strstr(buf_str(&b) + 16 + rows[i].text + 7, "--") ==
		    (const char *)b.at + 16 + rows[i].text + 8 + 2);
		buf_drop(&b);
	}
}

static void
the_first_failure_stays(void)
{
	struct html h;
	struct buf b;

	buf_init(&b, 40);
	OK(page(&b, "a text that is too long for the page", "x") == ERR_TOOBIG);
	buf_clear(&b);
	html_begin(&h, &b);
	OK(html_end_filled(&h) == ERR_TOOBIG);
	buf_drop(&b);
	for (unsigned n = 1; n < 3; n++) {
		buf_init(&b, 4096);
		alloc_refuse(n);
		OK(page(&b,
		       "a text that needs more than 64 bytes in all: it "
		       "has a second block",
		       "x") == ERR_NOMEM);
		alloc_refuse(0);
		buf_drop(&b);
	}
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

T_BEGIN
T(text_and_values_are_always_escaped)
T(void_elements_flags_numbers_and_fields_are_written_plainly)
T(a_filled_page_has_one_of_few_sizes)
T(the_first_failure_stays)
T_END
