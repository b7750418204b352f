/* The head of an answer: what it must say is what this program's own server
 * says with every page; what it may say besides is a list; all else is named.
 */
#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "base/text.h"
#include "http/server.h"

#include "desk/seen.h"

#define LINE_MAX_BYTES 1024U
#define RULES_MAX 16U

static const struct seen_text nothing = { "", 0 };

static bool
same_nocase(struct seen_text a, const char *b)
{
	size_t i = 0;

	while (
	    i < a.n && b[i] != '\0' && text_lower(a.at[i]) == text_lower(b[i]))
		i++;
	return i == a.n && b[i] == '\0';
}

static bool
is(struct seen_text a, const char *b)
{
	return a.n == strlen(b) && memcmp(a.at, b, a.n) == 0;
}

static bool
is_length(struct seen_text value, size_t body_n)
{
	uint64_t v;

	return enc_decimal_read(&v, SIZE_MAX, value.at, value.n) == ERR_OK &&
	    v == body_n;
}

/* Is this line one that a page of ours may come with? */
static bool
may_be(struct seen_text name, struct seen_text value, enum seen_page page,
    size_t body_n)
{
	if (same_nocase(name, "content-length"))
		return is_length(value, body_n);
	if (same_nocase(name, "content-type"))
		return is(value,
		    page == SEEN_STYLE ? "text/css; charset=utf-8"
				       : "text/html; charset=utf-8");
	return same_nocase(name, "connection") &&
	    (same_nocase(value, "close") || same_nocase(value, "keep-alive"));
}

/* What marks a visitor, leads away, or has the browser fetch something. */
static bool
is_alien(struct seen_text name)
{
	static const char *const names[] = { "set-cookie", "refresh", "link",
		"location", "content-location", "onion-location", "alt-svc",
		"report-to", "reporting-endpoints", "nel", "sourcemap",
		"speculation-rules", "content-encoding", "transfer-encoding" };

	for (size_t i = 0; i < COUNT(names); i++)
		if (same_nocase(name, names[i]))
			return true;
	return false;
}

/* One line; marks the rule that it keeps. */
static void
judge(struct seen_list *l, enum seen_page page, struct seen_text line,
    size_t body_n, bool kept[static RULES_MAX])
{
	const char *colon = memchr(line.at, ':', line.n);
	struct seen_text name = line, value = nothing;
	const char *const(*rules)[2];
	size_t n;

	if (colon != NULL) {
		name.n = (size_t)(colon - line.at);
		value.at = colon + 1;
		value.n = line.n - name.n - 1;
	}
	while (value.n > 0 && value.at[0] == ' ') {
		value.at++;
		value.n--;
	}
	rules = http_page_headers(&n);
	for (size_t i = 0; i < n && i < RULES_MAX; i++)
		if (!kept[i] && same_nocase(name, rules[i][0]) &&
		    is(value, rules[i][1])) {
			kept[i] = true;
			return;
		}
	if (colon == NULL || !may_be(name, value, page, body_n))
		seen_put(l, is_alien(name) ? SEEN_ALIEN : SEEN_HEAD, SEEN_START,
		    line, nothing);
}

void
seen_head(struct seen_list *l, enum seen_page page, const struct buf *head,
    size_t body_n)
{
	/* Where nothing came there is no place to begin at either. */
	const char *at = head->len == 0 ? "" : (const char *)head->at;
	const char *const end = at + head->len;
	bool kept[RULES_MAX] = { false }, first = true;
	const char *const(*rules)[2];
	char text[LINE_MAX_BYTES];
	size_t n;

	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t)(end - at));
		struct seen_text line = { at,
			(size_t)((stop == NULL ? end : stop) - at) };

		at = stop == NULL ? end : stop + 1;
		if (line.n > 0 && line.at[line.n - 1] == '\r')
			line.n--;
		if (!first && line.n > 0)
			judge(l, page, line, body_n, kept);
		first = false; /* the status line is looked at elsewhere */
	}
	rules = http_page_headers(&n);
	for (size_t i = 0; i < n && i < RULES_MAX; i++) {
		if (kept[i])
			continue;
		(void)snprintf(
		    text, sizeof text, "%s: %s", rules[i][0], rules[i][1]);
		seen_put(l, SEEN_HEAD, SEEN_START, nothing, seen_text(text));
	}
}
