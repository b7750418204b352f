#include <string.h>

#include "base/text.h"
#include "letter/question.h"

#define BETWEEN " | "

static const char *const kinds[QUESTION_KINDS] = {
	[QUESTION_TEXT] = "text",
	[QUESTION_CHOICE] = "choice",
	[QUESTION_DATE] = "date",
};

struct piece {
	const char *at;
	size_t n;
};

/* Cut off what stands before the next `sep`; all of it when there is none. */
static struct piece
cut(struct piece *rest, const char *sep)
{
	const size_t n = strlen(sep);
	const char *end =
	    rest->n == 0 ? NULL : memmem(rest->at, rest->n, sep, n);
	struct piece p = *rest;

	if (end == NULL) {
		*rest = (struct piece){ NULL, 0 };
		return p;
	}
	p.n = (size_t)(end - p.at);
	rest->at = end + n;
	rest->n -= p.n + n;
	return p;
}

/* Something to read, in one spelling only. */
static enum err
take(char *to, size_t max, struct piece p)
{
	if (p.n == 0 || p.at[0] == ' ' || p.at[p.n - 1] == ' ' ||
	    memchr(p.at, '|', p.n) != NULL || memchr(p.at, '\0', p.n) != NULL)
		return ERR_FORMAT;
	if (p.n > max)
		return ERR_TOOBIG;
	memcpy(to, p.at, p.n);
	to[p.n] = '\0';
	return ERR_OK;
}

/* It becomes the name of a form's field. */
static bool
is_id(const char *s)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789-";

	return s[strspn(s, allowed)] == '\0' && strcmp(s, LETTER_DELETION) != 0;
}

static enum err
read_kind(struct question *q, struct piece p)
{
	if (p.at == NULL)
		return ERR_FORMAT;
	for (unsigned i = 0; i < QUESTION_KINDS; i++)
		if (strlen(kinds[i]) == p.n &&
		    memcmp(kinds[i], p.at, p.n) == 0) {
			q->kind = i;
			return ERR_OK;
		}
	return ERR_FORMAT;
}

static enum err
read_choices(struct question *q, struct piece rest)
{
	enum err e;

	while (rest.at != NULL) {
		if (q->choices == QUESTION_CHOICES)
			return ERR_TOOBIG;
		if ((e = take(q->choice[q->choices], QUESTION_CHOICE_MAX,
			 cut(&rest, BETWEEN))) != ERR_OK)
			return e;
		for (unsigned i = 0; i < q->choices; i++)
			if (strcmp(q->choice[i], q->choice[q->choices]) == 0)
				return ERR_FORMAT;
		q->choices++;
	}
	/* One choice is none. */
	return q->kind == QUESTION_CHOICE
	    ? q->choices >= 2 ? ERR_OK : ERR_FORMAT
	    : q->choices == 0 ? ERR_OK
			      : ERR_FORMAT;
}

enum err
question_read(struct question *q, const char *p, size_t n)
{
	struct piece rest = { p, n };
	struct question got = { .choices = 0 };
	enum err e;

	if (!text_is_line(p, n))
		return ERR_FORMAT;
	if ((e = take(got.id, LETTER_QUESTION_MAX, cut(&rest, " "))) != ERR_OK)
		return e;
	if (!is_id(got.id))
		return ERR_FORMAT;
	if ((e = read_kind(&got, cut(&rest, " "))) != ERR_OK)
		return e;
	if ((e = take(got.text, QUESTION_TEXT_MAX, cut(&rest, BETWEEN))) !=
	    ERR_OK)
		return e;
	if ((e = read_choices(&got, rest)) == ERR_OK)
		*q = got;
	return e;
}

enum err
question_read_all(struct question q[static QUESTIONS_MAX], unsigned *count,
    const char *p, size_t n)
{
	struct question got[QUESTIONS_MAX] = { 0 };
	const char *end;
	unsigned has = 0;
	enum err e;

	for (; n > 0; has++) {
		if (has == QUESTIONS_MAX)
			return ERR_TOOBIG;
		if ((end = memchr(p, '\n', n)) == NULL)
			return ERR_FORMAT;
		e = question_read(&got[has], p, (size_t)(end - p));
		if (e != ERR_OK)
			return e;
		for (unsigned i = 0; i < has; i++)
			if (strcmp(got[i].id, got[has].id) == 0)
				return ERR_FORMAT;
		n -= (size_t)(end - p) + 1;
		p = end + 1;
	}
	memcpy(q, got, has * sizeof *q);
	*count = has;
	return ERR_OK;
}

enum err
question_write(struct buf *out, const struct question *q)
{
	const size_t was = out->len;
	enum err e;

	e = buf_put_fmt(out, "%s %s %s", q->id, kinds[q->kind], q->text);
	for (unsigned i = 0; e == ERR_OK && i < q->choices; i++)
		e = buf_put_fmt(out, BETWEEN "%s", q->choice[i]);
	if (e != ERR_OK)
		out->len = was;
	return e;
}

bool
question_takes(const struct question *q, const char *answer)
{
	if (q->kind != QUESTION_CHOICE)
		return true;
	for (unsigned i = 0; i < q->choices; i++)
		if (strcmp(q->choice[i], answer) == 0)
			return true;
	return false;
}
