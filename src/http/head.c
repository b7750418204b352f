#include <string.h>

#include "base/enc.h"
#include "base/text.h"

#include "http/head.h"

/* Where the head ends: behind its empty line; 0 when that has not come. */
static size_t
head_end(const char *p, size_t n)
{
	const char *at = p, *end = p + n;

	while ((at = memchr(at, '\n', (size_t)(end - at))) != NULL) {
		at++;
		if (end - at >= 2 && at[0] == '\r' && at[1] == '\n')
			return (size_t)(at + 2 - p);
		if (end - at >= 1 && at[0] == '\n')
			return (size_t)(at + 1 - p);
	}
	return 0;
}

static bool
same_nocase(const char *p, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++)
		if (word[i] == '\0' || text_lower(p[i]) != word[i])
			return false;
	return word[n] == '\0';
}

static bool
is_token(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] <= ' ' || p[i] > '~' ||
		    strchr("()<>@,;:\\\"/[]?={}", p[i]) != NULL)
			return false;
	return n > 0;
}

static bool
is_ours(const char *value, size_t n, const char (*names)[HTTP_NAME_MAX],
    size_t names_n)
{
	for (size_t i = 0; i < names_n; i++)
		if (same_nocase(value, n, names[i]))
			return true;
	return false;
}

void
head_add(struct head *h, const char *name, size_t name_n, const char *value,
    size_t value_n, const char (*names)[HTTP_NAME_MAX], size_t names_n)
{
	h->count++;
	if (!is_token(name, name_n))
		h->bad_name = true;
	for (size_t i = 0; i < value_n; i++)
		if ((value[i] >= '\0' && value[i] < ' ' && value[i] != '\t') ||
		    value[i] == 0x7f)
			h->bad_value = true;
	if (same_nocase(name, name_n, "host")) {
		h->hosts++;
		h->host_ours = is_ours(value, value_n, names, names_n);
	} else if (same_nocase(name, name_n, "content-length")) {
		h->lengths++;
		if (enc_decimal_read(
			&h->length, UINT64_MAX / 2, value, value_n) != ERR_OK)
			h->bad_length = true;
	} else if (same_nocase(name, name_n, "transfer-encoding")) {
		h->coded = true;
	} else if (same_nocase(name, name_n, "sec-fetch-site")) {
		if (!same_nocase(value, value_n, "none") &&
		    !same_nocase(value, value_n, "same-origin"))
			h->foreign = true;
	}
}

unsigned
head_judge(const struct head *h, const char **sentence)
{
	const struct {
		bool is;
		unsigned status;
		const char *sentence;
	} rows[] = {
		{ h->count > HTTP_HEADERS_MAX, 431,
		    "This request has too many headers.\n" },
		{ h->bad_name, 400,
		    "The name of a header in this request is not one.\n" },
		{ h->bad_value, 400,
		    "A header in this request has control characters.\n" },
		{ h->hosts == 0, 400,
		    "This request does not say which host it is for.\n" },
		{ h->hosts > 1, 400,
		    "This request says more than once which host it is "
		    "for.\n" },
		{ !h->host_ours, 421,
		    "This is not the host that this request is for.\n" },
		{ h->coded, 411,
		    "This request does not say how long it is; send it with a "
		    "Content-Length.\n" },
		{ h->lengths > 1, 400,
		    "This request says more than once how long it is.\n" },
		{ h->bad_length, 400,
		    "The length of this request is not a number.\n" },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].is) {
			*sentence = rows[i].sentence;
			return rows[i].status;
		}
	return 0;
}

/* Nothing but text and the ends of lines? */
static bool
is_text(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((p[i] >= '\0' && p[i] < ' ' && p[i] != '\r' &&
			p[i] != '\n' && p[i] != '\t') ||
		    p[i] == 0x7f)
			return false;
	return true;
}

/* One line of a head, without its CR LF; what follows the request line is
 * `name: value` and not folded. */
static bool
read_line(struct head *h, const char *line, const char *end,
    const char (*names)[HTTP_NAME_MAX], size_t names_n)
{
	const char *colon = memchr(line, ':', (size_t)(end - line));
	const char *value;

	if (*line == ' ' || *line == '\t' || colon == NULL || colon == line)
		return false;
	for (value = colon + 1;
	     value < end && (*value == ' ' || *value == '\t');)
		value++;
	while (end > value && (end[-1] == ' ' || end[-1] == '\t'))
		end--;
	head_add(h, line, (size_t)(colon - line), value, (size_t)(end - value),
	    names, names_n);
	return true;
}

/* A whole head: lines that end in CR LF, the last one empty. */
static bool
read_lines(struct head *h, const char *p, size_t n,
    const char (*names)[HTTP_NAME_MAX], size_t names_n)
{
	const char *end = p + n, *line, *next;

	for (line = p; line < end; line = next + 1) {
		if ((next = memchr(line, '\n', (size_t)(end - line))) == NULL ||
		    next == line || next[-1] != '\r' ||
		    memchr(line, '\r', (size_t)(next - line)) != next - 1)
			return false;
		if (next - line == 1)
			return line > p;
		if (line > p && !read_line(h, line, next - 1, names, names_n))
			return false;
	}
	return false;
}

static void
take_path(struct head_peek *peek, const char *p, size_t n)
{
	const char *end = p + n, *at = memchr(p, ' ', n);
	size_t k = 0;

	if (at == NULL)
		return;
	for (at++; at<end && * at> ' ' && k + 1 < sizeof peek->path; at++)
		peek->path[k++] = *at;
}

void
head_peek(struct head_peek *peek, const char *p, size_t n,
    const char (*names)[HTTP_NAME_MAX], size_t names_n)
{
	struct head h = { .count = 0 };
	const size_t len = head_end(p, n);

	*peek = (struct head_peek){ .whole = false };
	if (len > HEAD_PEEK_MAX || (len == 0 && n >= HEAD_PEEK_MAX)) {
		peek->status = 431;
		peek->sentence = "The headers of this request are too long.\n";
		return;
	}
	if (!is_text(p, len > 0 ? len : n) ||
	    (len > 0 && !read_lines(&h, p, len, names, names_n))) {
		peek->status = 400;
		peek->sentence = "This is not a proper HTTP request.\n";
		return;
	}
	if (len == 0)
		return;
	peek->whole = true;
	peek->status = head_judge(&h, &peek->sentence);
	peek->length = h.length;
	take_path(peek, p, len);
}

enum http_method
head_method(const char *name)
{
	static const char *const names[HTTP_METHODS] = {
		[HTTP_GET] = "GET",
		[HTTP_HEAD] = "HEAD",
		[HTTP_POST] = "POST",
		[HTTP_PUT] = "PUT",
	};

	for (size_t i = 0; i < HTTP_METHODS; i++)
		if (strcmp(name, names[i]) == 0)
			return (enum http_method)i;
	return HTTP_METHODS;
}

bool
head_is_target(const char *p)
{
	if (*p != '/')
		return false;
	for (; *p != '\0'; p++)
		if (*p <= ' ' || *p > '~')
			return false;
	return true;
}
