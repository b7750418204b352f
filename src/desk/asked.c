#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "desk/asked.h"
#include "desk/inside.h"

void
asked_drop(struct asked *a)
{
	wipe_free(a->texts, a->room * sizeof *a->texts);
	*a = (struct asked){ .texts = NULL };
}

/* What stands under this id now; NULL. */
static const struct asked_text *
last_of(const struct asked *a, const char *id)
{
	for (size_t i = a->n; i > 0; i--)
		if (strcmp(a->texts[i - 1].id, id) == 0)
			return &a->texts[i - 1];
	return NULL;
}

/* Days and letters only grow. */
static bool
is_before(struct asked_when a, struct asked_when b)
{
	return a.day <= b.day && a.letters <= b.letters;
}

static struct asked_when
latest(const struct asked *a)
{
	return a->n == 0 ? (struct asked_when){ 0, 0 }
			 : a->texts[a->n - 1].when;
}

static enum err
add(struct asked *a, const struct question *q, struct asked_when when)
{
	void *list = a->texts;
	struct asked_text *t;
	enum err e;

	e = list_grow(&list, a->n, &a->room, sizeof *a->texts);
	a->texts = list;
	if (e != ERR_OK)
		return e;
	t = &a->texts[a->n++];
	t->when = when;
	memcpy(t->id, q->id, sizeof t->id);
	memcpy(t->text, q->text, sizeof t->text);
	return ERR_OK;
}

enum err
asked_take(struct asked *a, const struct question *q, unsigned n,
    struct asked_when now, bool *news)
{
	const struct asked_text *last;
	enum err e = ERR_OK;

	/* A line's day may be one less than it was. */
	if (now.day < latest(a).day)
		now.day = latest(a).day;
	*news = false;
	for (unsigned i = 0; e == ERR_OK && i < n && !a->full; i++) {
		last = last_of(a, q[i].id);
		if (last != NULL && strcmp(last->text, q[i].text) == 0)
			continue;
		*news = true;
		if (a->n < ASKED_MAX) {
			e = add(a, &q[i], now);
			continue;
		}
		a->full = true;
		a->full_since = now;
	}
	return e;
}

/*
 * Its bytes.
 */

/* A number of digits and the space behind it. */
static enum err
read_number(uint32_t *v, const char **p, const char *end, char behind)
{
	const char *at = *p;
	uint64_t got;
	enum err e;

	while (at < end && *at >= '0' && *at <= '9')
		at++;
	e = enc_decimal_read(&got, UINT32_MAX, *p, (size_t)(at - *p));
	if (e != ERR_OK)
		return e;
	if (behind != '\0' ? at == end || *at != behind : at != end)
		return ERR_FORMAT;
	*v = (uint32_t)got;
	*p = at + (behind != '\0');
	return ERR_OK;
}

static enum err
read_when(struct asked_when *w, const char **p, const char *end, char behind)
{
	enum err e;

	if ((e = read_number(&w->day, p, end, ' ')) != ERR_OK)
		return e;
	return read_number(&w->letters, p, end, behind);
}

static enum err
read_seen(struct asked *a, const char *p, const char *end)
{
	const struct asked_text *last;
	struct asked_when when;
	struct question q;
	enum err e;

	if ((e = read_when(&when, &p, end, ' ')) != ERR_OK ||
	    (e = question_read(&q, p, (size_t)(end - p))) != ERR_OK)
		return e;
	if (a->n == ASKED_MAX)
		return ERR_TOOBIG;
	last = last_of(a, q.id);
	if (q.kind != QUESTION_TEXT || !is_before(latest(a), when) ||
	    (last != NULL && strcmp(last->text, q.text) == 0))
		return ERR_FORMAT;
	return add(a, &q, when);
}

static enum err
read_full(struct asked *a, const char *p, const char *end)
{
	enum err e = read_when(&a->full_since, &p, end, '\0');

	a->full = true;
	return e == ERR_OK && !is_before(latest(a), a->full_since) ? ERR_FORMAT
								   : e;
}

static enum err
read_line(struct asked *a, const char *p, const char *end)
{
	static const struct {
		char word[6];
		enum err (*read)(
		    struct asked *a, const char *p, const char *end);
	} lines[] = { { "seen ", read_seen }, { "full ", read_full } };
	const size_t n = sizeof lines[0].word - 1;

	/* Nothing comes behind that it is full. */
	if (a->full || (size_t)(end - p) < n)
		return ERR_FORMAT;
	for (size_t i = 0; i < COUNT(lines); i++)
		if (memcmp(p, lines[i].word, n) == 0)
			return lines[i].read(a, p + n, end);
	return ERR_FORMAT;
}

enum err
asked_read(struct asked *a, const void *p, size_t n)
{
	struct asked got = { .texts = NULL };
	const char *at = p, *end;
	enum err e = ERR_OK;

	for (; e == ERR_OK && n > 0; at = end + 1) {
		if ((end = memchr(at, '\n', n)) == NULL) {
			e = ERR_FORMAT;
			break;
		}
		n -= (size_t)(end - at) + 1;
		e = read_line(&got, at, end);
	}
	if (e == ERR_OK) {
		*a = got;
		got = (struct asked){ .texts = NULL }; /* now the caller's */
	}
	asked_drop(&got);
	return e;
}

static enum err
write_seen(struct buf *out, const struct asked_text *t)
{
	struct question q = { .kind = QUESTION_TEXT };
	enum err e;

	memcpy(q.id, t->id, sizeof q.id);
	memcpy(q.text, t->text, sizeof q.text);
	if ((e = buf_put_fmt(
		 out, "seen %u %u ", t->when.day, t->when.letters)) != ERR_OK ||
	    (e = question_write(out, &q)) != ERR_OK)
		return e;
	return buf_put_str(out, "\n");
}

enum err
asked_write(struct buf *out, const struct asked *a)
{
	const size_t was = out->len;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < a->n; i++)
		e = write_seen(out, &a->texts[i]);
	if (e == ERR_OK && a->full)
		e = buf_put_fmt(out, "full %u %u\n", a->full_since.day,
		    a->full_since.letters);
	if (e != ERR_OK)
		out->len = was;
	return e;
}

/*
 * In the desk's folder.
 */

#define FILE_NAME "questions"

/* Letters that were deleted counted too when the next text was seen. */
static void
count_letters(struct desk *d)
{
	const uint32_t seen = d->asked.full ? d->asked.full_since.letters
					    : latest(&d->asked).letters;

	if (d->arrived < seen)
		d->arrived = seen;
}

enum err
asked_load(struct desk *d)
{
	struct buf b;
	enum err e;

	buf_init(&b, STORE_BLOB_MAX);
	if ((e = store_get(d->store, FILE_NAME, &b)) == ERR_OK)
		e = asked_read(&d->asked, b.at, b.len);
	if (e == ERR_OK)
		count_letters(d);
	buf_drop(&b);
	return e == ERR_NOTHING ? ERR_OK : e;
}

enum err
asked_keep(struct desk *d, const struct question *q, unsigned n, uint32_t day)
{
	struct asked *a = &d->asked;
	const struct asked was = *a;
	const struct asked_when now = { day, d->arrived };
	struct buf b;
	bool news;
	enum err e;

	buf_init(&b, ASKED_BYTES);
	if ((e = asked_take(a, q, n, now, &news)) != ERR_OK || !news)
		goto out;
	if ((e = asked_write(&b, a)) == ERR_OK)
		e = store_put(d->store, FILE_NAME, b.at, b.len);
out:
	/* What was not kept is new the next time. */
	if (e != ERR_OK) {
		a->n = was.n;
		a->full = was.full;
	}
	buf_drop(&b);
	return e;
}
