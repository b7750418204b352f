/* Two pages that are not the same, taken apart to say in what they differ.
 *
 * A page is a row of pieces: elements as they are written, and what stands
 * between them.  This is no parser of HTML, and need not be one: where a
 * browser begins an element there is a `<`, and there a piece begins here too.
 * What only one of the two pages has is named. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "base/wipe.h"

#include "desk/seen.h"

#define PIECES_MAX 8192U

enum kind { TEXT, ELEMENT, COMMENT };
struct piece {
	enum kind kind;
	const char *at;
	size_t n;
	bool same; /* the other page has it too, */
	size_t with; /* as this piece */
};
struct pieces {
	struct piece *at;
	size_t n;
	bool more;
};

static bool
is_space(char c)
{
	return c == ' ' || c == '\n' || c == '\t' || c == '\r';
}

/* What a page is filled up with. */
static bool
is_filling(const char *p, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (p[i] != '.' && p[i] != ' ' && p[i] != '\n')
			return false;
	return true;
}

static void
add(struct pieces *l, enum kind kind, const char *p, size_t n)
{
	while (n > 0 && is_space(p[0])) {
		p++;
		n--;
	}
	while (n > 0 && is_space(p[n - 1]))
		n--;
	if (n == 0)
		return;
	if (l->n == PIECES_MAX) {
		l->more = true;
		return;
	}
	l->at[l->n++] = (struct piece){ .kind = kind, .at = p, .n = n };
}

/* The element or comment that begins at `p`; returns its bytes. */
static size_t
add_mark(struct pieces *l, const char *p, size_t n)
{
	static const char begin[] = "<!--", stop[] = "-->";
	const char *end;
	size_t len;

	if (n >= sizeof begin - 1 && memcmp(p, begin, sizeof begin - 1) == 0) {
		end = memmem(p + 4, n - 4, stop, sizeof stop - 1);
		len = end == NULL ? n : (size_t)(end - p) + 3;
		if (end == NULL || !is_filling(p + 4, len - 7))
			add(l, COMMENT, p, len);
		return len;
	}
	end = memchr(p, '>', n);
	len = end == NULL ? n : (size_t)(end - p) + 1;
	add(l, ELEMENT, p, len);
	return len;
}

static void
take_apart(struct pieces *l, const struct buf *page)
{
	const char *p = (const char *)page->at;
	size_t n = page->len, len;

	while (n > 0 && !l->more) {
		if (*p == '<') {
			len = add_mark(l, p, n);
		} else {
			const char *next = memchr(p, '<', n);

			len = next == NULL ? n : (size_t)(next - p);
			add(l, TEXT, p, len);
		}
		p += len;
		n -= len;
	}
}

static bool
is_same(const struct piece *a, const struct piece *b)
{
	return a->kind == b->kind && a->n == b->n &&
	    memcmp(a->at, b->at, a->n) == 0;
}

/* Each piece of one is the same as one of the other at most. */
static void
match(struct pieces *a, struct pieces *b)
{
	for (size_t i = 0; i < a->n; i++)
		for (size_t k = 0; k < b->n && !a->at[i].same; k++)
			if (!b->at[k].same && is_same(&a->at[i], &b->at[k])) {
				a->at[i].same = b->at[k].same = true;
				a->at[i].with = k;
			}
}

/* Is there no other like it? */
static bool
is_alone(const struct pieces *l, const struct piece *p)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n && n < 2; i++)
		n += is_same(&l->at[i], p);
	return n == 1;
}

static bool
has_word(const struct piece *p, const char *word)
{
	const size_t len = strlen(word);

	for (size_t i = 0; i + len <= p->n; i++) {
		size_t k = 0;

		while (k < len && text_lower(p->at[i + k]) == word[k])
			k++;
		if (k == len)
			return true;
	}
	return false;
}

/* "onload=", "on-anything =" */
static bool
has_event(const struct piece *p)
{
	for (size_t i = 1; i + 2 < p->n; i++)
		if (!(p->at[i - 1] >= 'a' && p->at[i - 1] <= 'z') &&
		    text_lower(p->at[i]) == 'o' &&
		    text_lower(p->at[i + 1]) == 'n' &&
		    memchr(p->at + i, '=', p->n - i) != NULL)
			return true;
	return false;
}

/* Anything that can run, fetch, lead away or hide. */
static bool
is_alien(const struct piece *p)
{
	static const char *const words[] = { "<script", "<style", "<link",
		"http-equiv", "<base", "<iframe", "<frame", "<object", "<embed",
		"<applet", "<img", "<svg", "<math", "<video", "<audio",
		"<source", "<portal", "<template", "src", "style=", "http",
		"//", "script:", "data:", "formaction", "formtarget", "target",
		"ping", "xlink", "autofocus", "popover", "action=\"h",
		"hidden " };

	if (p->kind == COMMENT || has_event(p))
		return true;
	for (size_t i = 0; i < COUNT(words); i++)
		if (has_word(p, words[i]))
			return true;
	return false;
}

static bool
is_end(const struct piece *p)
{
	return p->kind == ELEMENT && p->n > 1 && p->at[1] == '/';
}

static bool
is_text(const struct piece *p, const char *text)
{
	return text[0] != '\0' && p->n == strlen(text) &&
	    memcmp(p->at, text, p->n) == 0;
}

/* Is it of a door, by its id, its name or its readers? */
static bool
is_of_door(const struct piece *p, const struct seen_line *line)
{
	for (size_t i = 0; i < line->doors_n; i++) {
		const struct seen_door *d = &line->doors[i];

		if ((p->kind == ELEMENT && has_word(p, d->id)) ||
		    is_text(p, d->name) || is_text(p, d->readers))
			return true;
	}
	return false;
}

static bool
is_of_question(const struct piece *p, const struct seen_line *line)
{
	char field[LETTER_QUESTION_MAX + 8];

	for (unsigned i = 0; i < line->questions_n; i++) {
		const struct question *q = &line->questions[i];
		const int n = snprintf(field, sizeof field, "\"q-%s\"", q->id);

		if (is_text(p, q->text) ||
		    (p->kind == ELEMENT && n > 0 && has_word(p, field)))
			return true;
		for (unsigned k = 0; k < q->choices; k++)
			if (is_text(p, q->choice[k]))
				return true;
	}
	return false;
}

static enum seen_what
what_is(const struct piece *sees, const struct piece *ours,
    const struct seen_line *line)
{
	const struct piece *const both[] = { ours, sees };

	if (sees != NULL && sees->kind != TEXT && is_alien(sees))
		return SEEN_ALIEN;
	for (size_t i = 0; i < 2; i++) {
		if (both[i] == NULL)
			continue;
		if (is_of_door(both[i], line))
			return SEEN_DOOR;
		if (is_of_question(both[i], line) ||
		    (both[i]->kind == ELEMENT && has_word(both[i], "\"q-")))
			return SEEN_QUESTION;
	}
	return (sees != NULL ? sees : ours)->kind == TEXT ? SEEN_WORDS
							  : SEEN_FORM;
}

/* The next one from `*i` on that only this page has, of one kind; NULL. */
static const struct piece *
next_of(const struct pieces *l, size_t *i, bool text)
{
	while (*i < l->n) {
		const struct piece *p = &l->at[(*i)++];

		if (!p->same && (p->kind == TEXT) == text && !is_end(p))
			return p;
	}
	return NULL;
}

static struct seen_text
text_of(const struct piece *p)
{
	return p == NULL ? seen_text("") : (struct seen_text){ p->at, p->n };
}

/* Texts beside texts, in their order; then elements beside elements. */
static void
name_them(struct seen_list *l, enum seen_page page, const struct pieces *got,
    const struct pieces *ours, const struct seen_line *line)
{
	for (int text = 0; text < 2; text++) {
		size_t i = 0, k = 0;

		for (;;) {
			const struct piece *a = next_of(got, &i, text != 0);
			const struct piece *b = next_of(ours, &k, text != 0);

			if (a == NULL && b == NULL)
				break;
			seen_put(l, what_is(a, b, line), page, text_of(a),
			    text_of(b));
		}
	}
}

static void
put_hash(struct seen_list *l, enum seen_what what, enum seen_page page,
    const struct buf *got)
{
	/* By its bytes, so that another one is another difference. */
	struct seen_list one = { .n = 0 };
	const struct seen_text all = { (const char *)got->at, got->len };

	seen_put(&one, what, page, all, seen_text(""));
	one.at[0].sees[0] = '\0';
	seen_put_same(l, &one.at[0]);
}

/* A style sheet can hide, and fetch. */
static void
compare_style(struct seen_list *l, const struct buf *got)
{
	const struct piece all = { .at = (const char *)got->at, .n = got->len };

	if (has_word(&all, "url") || has_word(&all, "@import") ||
	    has_word(&all, "//") || memchr(all.at, '\\', all.n) != NULL)
		seen_put(
		    l, SEEN_ALIEN, SEEN_STYLE, text_of(&all), seen_text(""));
	else
		put_hash(l, SEEN_LOOKS, SEEN_STYLE, got);
}

/* Two names that stand in each other's place are in both pages, and where
 * something else differs too nobody would be told.  By what stands where, so
 * that it is the same difference for every visitor. */
static enum err
name_order(struct seen_list *l, enum seen_page page, const struct pieces *got,
    const struct pieces *ours)
{
	struct buf order;
	size_t last = 0;
	bool moved = false;
	enum err e = ERR_OK;

	buf_init(&order, PIECES_MAX * sizeof(uint32_t));
	for (size_t i = 0; e == ERR_OK && i < got->n; i++) {
		const struct piece *p = &got->at[i];

		if (!p->same || !is_alone(got, p) || !is_alone(ours, p))
			continue;
		moved = moved || p->with < last;
		last = p->with;
		e = buf_put_u32(&order, (uint32_t)last);
	}
	if (e == ERR_OK && moved)
		put_hash(l, SEEN_BUILT, page, &order);
	buf_drop(&order);
	return e;
}

enum err
seen_compare(struct seen_list *l, enum seen_page page, const struct buf *got,
    const struct buf *ours, const struct seen_line *line)
{
	struct pieces a = { .n = 0 }, b = { .n = 0 };
	const size_t was = l->put;
	enum err e = ERR_OK;

	if (got->len == ours->len &&
	    (got->len == 0 || memcmp(got->at, ours->at, got->len) == 0))
		return ERR_OK;
	if (got->len == 0) {
		seen_put(l, SEEN_STATUS, page, seen_text(""), seen_text(""));
		return ERR_OK;
	}
	if (page == SEEN_STYLE) {
		compare_style(l, got);
		return ERR_OK;
	}
	e = ERR_NOMEM;
	if ((a.at = calloc(PIECES_MAX, sizeof *a.at)) == NULL ||
	    (b.at = calloc(PIECES_MAX, sizeof *b.at)) == NULL)
		goto out;
	take_apart(&a, got);
	take_apart(&b, ours);
	match(&a, &b);
	name_them(l, page, &a, &b, line);
	e = name_order(l, page, &a, &b);
	if (e == ERR_OK && (a.more || l->put == was))
		put_hash(l, SEEN_BUILT, page, got);
out:
	wipe_free(a.at, PIECES_MAX * sizeof *a.at);
	wipe_free(b.at, PIECES_MAX * sizeof *b.at);
	return e;
}
