#include <assert.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "lang/lang.h"
#include "note/json.h"

#include "evidence/tells.h"
#include "evidence/tells_rules.h"

#define ARENA_MAX (24U << 20)
#define LIST_MAX 200U /* values of one tag */
#define INSTEAD "\xef\xbf\xbd" /* U+FFFD */

static const struct {
	const char *name;
	const char *words;
} kinds[TELL_KINDS] = {
	[TELL_PLACE] = { "place", LANG_N("where it was made") },
	[TELL_PERSON] = { "person", LANG_N("who made it or worked on it") },
	[TELL_DEVICE] = { "device", LANG_N("the device it was made with") },
	[TELL_TIME] = { "time", LANG_N("when it was made or changed") },
	[TELL_PICTURE] = { "picture",
	    LANG_N("a picture within it, maybe of before it was changed") },
	[TELL_HIDDEN] = { "hidden",
	    LANG_N("what does not show when it is opened") },
	[TELL_HISTORY] = { "history",
	    LANG_N("how it came about, and which other files belong to it") },
	[TELL_WORDS] = { "words", LANG_N("titles, captions and comments") },
	[TELL_SOFTWARE] = { "software",
	    LANG_N("the programs it went through") },
	[TELL_OTHER] = { "other", LANG_N("more about it") },
	[TELL_FORM] = { "form", LANG_N("how the file is built") },
};

void
tells_init(struct tells *t)
{
	arena_init(&t->arena, ARENA_MAX);
	t->rows = NULL;
	t->n = 0;
}

void
tells_drop(struct tells *t)
{
	arena_drop(&t->arena);
	tells_init(t);
}

const char *
tell_words(enum tell_kind kind)
{
	assert((unsigned)kind < TELL_KINDS);
	return kinds[kind].words;
}

const char *
tell_name(enum tell_kind kind)
{
	assert((unsigned)kind < TELL_KINDS);
	return kinds[kind].name;
}

/* The list holds one object.  Its numbers become strings: the library refuses
 * all of it for one number that is too large, and a file chooses its numbers.
 */
static enum err
quote_numbers(struct buf *out, const char *p, size_t n)
{
	static const char number[] = "0123456789+-.eE";
	bool quoted = false;
	size_t from = 0, i = 0;
	enum err e = ERR_OK;

	while (e == ERR_OK && i < n) {
		if (quoted && p[i] == '\\' && n - i > 1)
			i++;
		else if (p[i] == '"')
			quoted = !quoted;
		else if (!quoted && strchr("0123456789-", p[i]) != NULL &&
		    p[i] != '\0') {
			if ((e = buf_put(out, p + from, i - from)) != ERR_OK ||
			    (e = buf_put(out, "\"", 1)) != ERR_OK)
				return e;
			for (from = i; i < n && p[i] != '\0' &&
			     strchr(number, p[i]) != NULL;
			     i++)
				;
			if ((e = buf_put(out, p + from, i - from)) == ERR_OK)
				e = buf_put(out, "\"", 1);
			from = i;
			continue;
		}
		i++;
	}
	return e == ERR_OK ? buf_put(out, p + from, n - from) : e;
}

static enum err
open_list(struct json **root, const char *p, size_t n)
{
	static const char space[] = " \t\r\n";
	struct buf all;
	enum err e;

	while (n > 0 && p[n - 1] != '\0' && strchr(space, p[n - 1]) != NULL)
		n--;
	if (n < 2 || p[0] != '[' || p[n - 1] != ']')
		return ERR_FORMAT;
	buf_init(&all, JSON_MAX);
	if ((e = quote_numbers(&all, p + 1, n - 2)) == ERR_OK)
		e = json_open(root, (const char *)all.at, all.len);
	buf_drop(&all);
	return e;
}

/* Append what may stand in a line of `n` bytes of UTF-8. */
static enum err
put_line(struct buf *out, const char *s, size_t n)
{
	enum err e = ERR_OK;
	uint32_t c;
	size_t len;

	for (size_t i = 0; e == ERR_OK && i < n; i += len) {
		if ((len = text_char(&c, s + i, n - i)) == 0)
			return ERR_FORMAT;
		if (c == '\t' || c == '\n' || c == '\r')
			e = buf_put(out, " ", 1);
		else if (text_is_control(c))
			e = buf_put(out, INSTEAD, 3);
		else
			e = buf_put(out, s + i, len);
		if (out->len > TELL_VALUE_MAX)
			break;
	}
	return e;
}

/* Values are strings, yes and no, or a list of such. */
static enum err
put_value(struct buf *out, const struct json *o, const char *key)
{
	const struct json *list;
	const char *s;
	size_t n;
	bool yes;
	enum err e;

	if (json_get_str(o, key, SIZE_MAX, &s, &n) == ERR_OK)
		return put_line(out, s, n);
	if (json_get_bool(o, key, &yes) == ERR_OK)
		return buf_put_str(out, yes ? "yes" : "no");
	if (json_get_list(o, key, SIZE_MAX, &list) != ERR_OK)
		return buf_put_str(out, "(not shown)");
	e = ERR_OK;
	for (size_t i = 0; e == ERR_OK && i < json_count(list) && i < LIST_MAX;
	     i++) {
		if (i > 0)
			e = buf_put_str(out, "; ");
		if (e == ERR_OK &&
		    json_at_str(list, i, SIZE_MAX, &s, &n) == ERR_OK)
			e = put_line(out, s, n);
	}
	return e;
}

static enum err
keep(struct tells *t, const char **to, struct buf *line)
{
	size_t n = line->len;

	if (n > TELL_VALUE_MAX)
		n = text_cut((const char *)line->at, n, TELL_VALUE_MAX);
	*to = arena_copy(&t->arena, n == 0 ? "" : (const char *)line->at, n);
	buf_clear(line);
	return *to == NULL ? ERR_NOMEM : ERR_OK;
}

/* "IFD0:Copy1:Make" is Make of IFD0; what has no group is the file's name. */
static enum err
read_row(struct tells *t, const struct json *o, const char *key)
{
	const char *first = strchr(key, ':'), *last = strrchr(key, ':');
	struct tell *row = &t->rows[t->n];
	struct buf line;
	enum err e;

	if (first == NULL || tell_is_of_system(key, (size_t)(first - key)))
		return ERR_OK;
	buf_init(&line, TELL_VALUE_MAX * 8);
	if ((e = put_line(&line, key, (size_t)(first - key))) == ERR_OK &&
	    (e = keep(t, &row->group, &line)) == ERR_OK &&
	    (e = put_line(&line, last + 1, strlen(last + 1))) == ERR_OK &&
	    (e = keep(t, &row->tag, &line)) == ERR_OK &&
	    (e = put_value(&line, o, key)) == ERR_OK &&
	    (e = keep(t, &row->value, &line)) == ERR_OK) {
		row->kind = tell_kind_of(row);
		t->n++;
	}
	buf_drop(&line);
	return e;
}

/* What matters most comes first; what is alike stays in its order. */
static enum err
sort(struct tells *t)
{
	struct tell *sorted = arena_get(&t->arena, (t->n + 1) * sizeof *sorted);
	size_t n = 0;

	if (sorted == NULL)
		return ERR_NOMEM;
	for (unsigned kind = 0; kind < TELL_KINDS; kind++)
		for (size_t i = 0; i < t->n; i++)
			if (t->rows[i].kind == (enum tell_kind)kind)
				sorted[n++] = t->rows[i];
	assert(n == t->n);
	t->rows = sorted;
	return ERR_OK;
}

enum err
tells_read(struct tells *t, const char *p, size_t n)
{
	struct json *root = NULL;
	enum err e;

	tells_drop(t);
	if ((e = open_list(&root, p, n)) != ERR_OK)
		return e;
	if (json_keys(root) > TELLS_MAX)
		e = ERR_TOOBIG;
	else if ((t->rows = arena_get(&t->arena,
		      (json_keys(root) + 1) * sizeof *t->rows)) == NULL)
		e = ERR_NOMEM;
	for (size_t i = 0; e == ERR_OK && i < json_keys(root); i++)
		e = read_row(t, root, json_key(root, i));
	if (e == ERR_OK)
		e = sort(t);
	json_close(root);
	if (e != ERR_OK)
		tells_drop(t);
	return e;
}

size_t
tells_count(const struct tells *t, enum tell_kind kind)
{
	size_t n = 0;

	for (size_t i = 0; i < t->n; i++)
		n += t->rows[i].kind == kind;
	return n;
}

bool
tells_hold(const struct tells *t, const struct tell *one)
{
	for (size_t i = 0; i < t->n; i++)
		if (strcmp(t->rows[i].tag, one->tag) == 0 &&
		    strcmp(t->rows[i].group, one->group) == 0 &&
		    strcmp(t->rows[i].value, one->value) == 0)
			return true;
	return false;
}
