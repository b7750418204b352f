#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "note/json.h"
#include "team/purge.h"

#include "desk/clear.h"

#define CLEAR_BYTES (4U + TAG_BYTES)
#define AT_ONCE 200U /* tags in one entry of the log */

static int
compare(const void *a, const void *b)
{
	const struct clear *x = a, *y = b;

	if (x->row != y->row)
		return x->row < y->row ? -1 : 1;
	return memcmp(x->tag, y->tag, TAG_BYTES);
}

static enum err
add(struct desk *d, const struct clear *is)
{
	void *list = d->clears;
	enum err e;

	e = list_grow(&list, d->clears_n, &d->clears_room, sizeof *d->clears);
	d->clears = list;
	if (e == ERR_OK)
		d->clears[d->clears_n++] = *is;
	return e;
}

/* Every time it was noted: a delete that was cut off is done again. */
static void
take_away(struct desk *d, const struct clear *is)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->clears_n; i++)
		if (compare(&d->clears[i], is) != 0)
			d->clears[kept++] = d->clears[i];
	d->clears_n = kept;
}

enum err
clear_take(struct desk *d, const struct item_at *i)
{
	struct clear is;

	if (i->n % CLEAR_BYTES != 0)
		return ERR_FORMAT;
	for (size_t at = 0; at < i->n; at += CLEAR_BYTES) {
		enum err e = ERR_OK;

		is.row = enc_get_u32(i->p + at);
		memcpy(is.tag, i->p + at + 4, TAG_BYTES);
		if (i->kind == ITEM_CLEARED)
			take_away(d, &is);
		else
			e = add(d, &is);
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static enum err
put_item(struct buf *out, enum item kind, const struct clear *of, size_t n)
{
	enum err e = item_put(out, kind, n * CLEAR_BYTES);

	for (size_t i = 0; e == ERR_OK && i < n; i++)
		if ((e = buf_put_u32(out, of[i].row)) == ERR_OK)
			e = buf_put(out, of[i].tag, TAG_BYTES);
	return e;
}

enum err
clear_put(struct buf *out, const struct desk *d)
{
	struct buf items;
	enum err e = ERR_OK;

	buf_init(&items, RECORD_MAX);
	for (size_t at = 0; e == ERR_OK && at < d->clears_n; at += AT_ONCE) {
		const size_t left = d->clears_n - at;

		buf_clear(&items);
		if ((e = put_item(&items, ITEM_CLEAR, d->clears + at,
			 left < AT_ONCE ? left : AT_ONCE)) == ERR_OK &&
		    (e = buf_put_u32(out, (uint32_t)items.len)) == ERR_OK)
			e = buf_put(out, items.at, items.len);
	}
	buf_drop(&items);
	return e;
}

/* Write down and take in. */
static enum err
note(struct desk *d, enum item kind, const struct clear *of, size_t n)
{
	struct buf items;
	enum err e;

	buf_init(&items, RECORD_MAX);
	if ((e = put_item(&items, kind, of, n)) == ERR_OK &&
	    (e = store_add(d->store, STORE_DAYS, items.at, items.len)) ==
		ERR_OK)
		e = desk_take_days(d, items.at, items.len);
	buf_drop(&items);
	return e;
}

/* What a conversation's file tells of the line, gathered. */
struct gathering {
	struct desk *d;
	const struct conv *conv;
	struct clear of[AT_ONCE];
	size_t n;
};

static enum err
flush(struct gathering *g)
{
	const size_t n = g->n;

	g->n = 0;
	return n == 0 ? ERR_OK : note(g->d, ITEM_CLEAR, g->of, n);
}

static enum err
gather(struct gathering *g, uint32_t row, const uint8_t *tag)
{
	g->of[g->n].row = row;
	memcpy(g->of[g->n].tag, tag, TAG_BYTES);
	return ++g->n < AT_ONCE ? ERR_OK : flush(g);
}

/* Only parts that were seen on the line, and are not another conversation's:
 * what a letter says that it has may be anything. */
static enum err
gather_parts(struct gathering *g, const struct said *s)
{
	const struct part_here *p;
	uint8_t tag[TAG_BYTES];
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < s->files_all; i++) {
		const struct said_file *f = &s->files[i];

		for (uint32_t j = 0; e == ERR_OK && j < f->count; j++) {
			tag_part(tag, f->parts, f->first + j);
			p = part_find(g->d, tag);
			if (p == NULL || p->of != g->conv)
				break;
			e = gather(g, s->at.found, tag);
		}
	}
	return e;
}

static enum err
gather_letter(struct gathering *g, const struct item_at *i)
{
	struct said *s;
	enum err e;

	if ((e = kept_letter(&s, g->d, i)) != ERR_OK)
		return e;
	if ((e = gather(g, s->at.found, s->at.tag)) == ERR_OK)
		e = gather_parts(g, s);
	said_close(s);
	return e;
}

static enum err
gather_record(void *who, const uint8_t *p, size_t n)
{
	struct item_at i;
	size_t at = 0;
	enum err e;

	while ((e = item_next(&i, p, n, &at)) == ERR_OK) {
		if (i.kind == ITEM_LETTER || i.kind == ITEM_SAID)
			e = gather_letter(who, &i);
		if (e != ERR_OK)
			return e;
	}
	return e == ERR_NOTHING ? ERR_OK : e;
}

enum err
clear_note(struct desk *d, struct conv *c)
{
	struct gathering *g = calloc(1, sizeof *g);
	const struct record_taker taker = { gather_record, g };
	enum err e;

	if (g == NULL)
		return ERR_NOMEM;
	g->d = d;
	g->conv = c;
	e = ERR_OK;
	if (c->box.key != NULL &&
	    (e = store_box_read(&c->box, taker)) == ERR_OK)
		e = flush(g);
	wipe_free(g, sizeof *g);
	return e;
}

static enum err
log_purge(struct desk *d, const struct purge *p)
{
	struct json_out w;
	struct buf body;

	log_begin(&w, &body);
	json_put_u64(&w, "day", p->day);
	json_put_list(&w, "tags");
	for (size_t i = 0; i < p->tags_n; i++)
		json_put_hex(&w, NULL, p->tags[i], PURGE_TAG_BYTES);
	json_put_list_end(&w);
	return log_end(&w, d, "purge", &body);
}

/* Ask for `n` tags of one day, rising. */
static enum err
purge_some(struct desk *d, struct reach *r, const struct clear *of, size_t n)
{
	uint8_t tags[AT_ONCE][PURGE_TAG_BYTES];
	struct purge p = { .day = of->row, .tags_n = n, .tags = tags };
	struct buf out;
	enum err e;

	memcpy(p.line, d->about.line, sizeof p.line);
	for (size_t i = 0; i < n; i++)
		memcpy(tags[i], of[i].tag, TAG_BYTES);
	buf_init(&out, PURGE_MAX);
	if ((e = purge_write(&out, &p, d->vault->purge)) == ERR_OK &&
	    (e = reach_purge(r, &out)) == ERR_OK)
		e = log_purge(d, &p);
	buf_drop(&out);
	return e;
}

static const struct reach_day *
day_of(const struct reach_day *days, size_t n, uint32_t day)
{
	for (size_t i = 0; i < n; i++)
		if (days[i].day == day)
			return &days[i];
	return NULL;
}

/* Those of one day that stand together in `of`; *n says how many. */
static enum err
clear_day(struct desk *d, struct reach *r, const struct clear *of, size_t n,
    uint32_t *cleared)
{
	enum err e = ERR_OK;

	for (size_t at = 0; e == ERR_OK && at < n; at += AT_ONCE) {
		const size_t some = n - at < AT_ONCE ? n - at : AT_ONCE;

		e = purge_some(d, r, of + at, some);
		if (e == ERR_OK)
			e = note(d, ITEM_CLEARED, of + at, some);
		if (e == ERR_OK)
			*cleared += (uint32_t)some;
	}
	return e == ERR_DENIED ? ERR_OK : e;
}

/* How many from `of` on have one row and are not the same as that before. */
static size_t
same_row(const struct clear *of, size_t n)
{
	size_t i = 1;

	while (i < n && of[i].row == of->row)
		i++;
	return i;
}

static size_t
without_doubles(struct clear *of, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (kept == 0 || compare(&of[kept - 1], &of[i]) != 0)
			of[kept++] = of[i];
	return kept;
}

enum err
clear_run(struct desk *d, struct reach *r, const struct reach_day *days,
    size_t n, uint32_t today, struct sync_report *rep)
{
	const size_t room = d->clears_n * sizeof *d->clears;
	struct clear *all;
	size_t all_n, some;
	enum err e = ERR_OK;

	/* Admins' desks alone have the key. */
	if (d->clears_n == 0 || !d->vault->has_line)
		return ERR_OK;
	if ((all = malloc(room)) == NULL)
		return ERR_NOMEM;
	memcpy(all, d->clears, room);
	qsort(all, d->clears_n, sizeof *all, compare);
	all_n = without_doubles(all, d->clears_n);
	for (size_t i = 0; e == ERR_OK && i < all_n; i += some) {
		const struct reach_day *day = day_of(days, n, all[i].row);

		some = same_row(all + i, all_n - i);
		if (day == NULL && all[i].row + 1 < today)
			e = note(d, ITEM_CLEARED, all + i, some);
		else if (day != NULL && day->closed &&
		    all[i].row + PURGE_AGE <= today)
			e = clear_day(d, r, all + i, some, &rep->cleared);
	}
	wipe_free(all, room);
	return e;
}
