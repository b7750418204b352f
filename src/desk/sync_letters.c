#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "desk/days.h"
#include "desk/inside.h"
#include "desk/lists.h"
#include "desk/sync_letters.h"
#include "desk/sync_open.h"
#include "desk/told.h"

#define FETCH_BYTES (REACH_FETCH_MAX * (4U + ENVELOPE_LETTER_BYTES))

static enum err
take_letter(struct desk *d, struct days_batch *b, const uint8_t *tag,
    const uint8_t *envelope)
{
	const struct sync_lying in = { b->day, tag, envelope, b->log_only };
	const uint32_t had = d->arrived;
	const size_t entries = desk_log_count(d);
	enum err e, verdict;

	e = sync_open(d, &in, &verdict);
	if (e != ERR_OK)
		return e;
	b->rep->entries += (uint32_t)(desk_log_count(d) - entries);
	if (verdict == ERR_NOKEY)
		return b->log_only ? ERR_OK : days_put_nokey(d, b, tag);
	if (verdict != ERR_OK) {
		b->rep->refused++;
		return days_put_refused(b, tag, verdict);
	}
	b->rep->letters += d->arrived - had;
	return days_put_tried(b, tag);
}

/* What one request asks for and gets. */
struct fetched {
	uint8_t tags[REACH_FETCH_MAX][TAG_BYTES];
	size_t n;
	struct buf got; /* its form was checked */
	enum err broken; /* by whoever is served between two letters */
};

/* How far what the line has of a day was asked for. */
struct asking {
	const struct buf *tags;
	size_t at;
};

/* A letter takes about as long as a page, so that others come between. */
static enum err
take_fetched(
    struct desk *d, struct reach *r, struct days_batch *b, struct fetched *f)
{
	const uint8_t *p = f->got.at, *const end = p + f->got.len;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && f->broken == ERR_OK && p < end; i++) {
		const uint32_t n = enc_get_u32(p);

		p += 4;
		/* Parts are found through their letters. */
		if (n == ENVELOPE_LETTER_BYTES)
			e = take_letter(d, b, f->tags[i], p);
		else if (n != 0 && !b->log_only)
			e = days_put_tried(b, f->tags[i]);
		p += n;
		b->rep->looked++;
		if (e == ERR_OK)
			f->broken = reach_breathe(r);
	}
	return e;
}

/* The next tags that were not tried; none at the end. */
static void
ask_ahead(struct desk *d, struct reach *r, struct days_batch *b,
    struct asking *a, struct fetched *f)
{
	const struct buf *tags = a->tags;

	f->n = 0;
	buf_clear(&f->got);
	for (; a->at < tags->len && f->n < REACH_FETCH_MAX; a->at += TAG_BYTES)
		if (!days_is_tried(d, tags->at + a->at))
			memcpy(f->tags[f->n++], tags->at + a->at, TAG_BYTES);
		else
			b->rep->looked++;
	if (f->n > 0)
		reach_fetch_begin(
		    r, (const uint8_t(*)[TAG_BYTES])f->tags, f->n, &f->got);
}

/* Fetch all that was not tried: while some are opened the line looks for the
 * next. */
static enum err
fetch_all(struct desk *d, struct reach *r, struct days_batch *b,
    const struct buf *tags)
{
	struct fetched *f = calloc(2, sizeof *f);
	struct asking a = { .tags = tags };
	enum err e = ERR_OK;
	unsigned now = 0;

	if (f == NULL)
		return ERR_NOMEM;
	buf_init(&f[0].got, FETCH_BYTES);
	buf_init(&f[1].got, FETCH_BYTES);
	ask_ahead(d, r, b, &a, &f[0]);
	for (; e == ERR_OK && f[now].n > 0; now = !now) {
		if ((e = reach_fetch_end(r)) != ERR_OK)
			break;
		ask_ahead(d, r, b, &a, &f[!now]);
		days_begin_batch(d, b);
		if ((e = take_fetched(d, r, b, &f[now])) == ERR_OK)
			e = f[now].broken;
		if (e == ERR_OK && days_batch_is_full(b))
			e = days_end_batch(d, b);
	}
	reach_fetch_break(r);
	buf_drop(&f[0].got);
	buf_drop(&f[1].got);
	wipe_free(f, 2 * sizeof *f);
	return e;
}

/* All that the line gives of a day was tried; is that all that it names? */
static enum err
end_letters(struct desk *d, struct sync_day *day, struct days_batch *b,
    const struct buf *tags)
{
	const size_t lacks = days_untried(d, tags);
	bool fit;
	const enum err e = lists_fit(&fit, day->is, tags);

	/* An open one may give it yet, and have more by now than it said. */
	day->tried = lacks == 0 && (fit || !day->is->closed);
	if (e != ERR_OK || day->tried || !day->is->closed)
		return e;
	day->tried = day->give_up;
	if (day->give_up)
		return days_give_up(d, b, tags);
	if (!fit && b->rep->misfit++ == 0)
		b->rep->misfit_since = b->day;
	if (lacks > 0 && b->rep->unserved == 0)
		b->rep->unserved_since = b->day;
	b->rep->unserved += (uint32_t)lacks;
	return ERR_OK;
}

static enum err
letters_of(struct desk *d, struct reach *r, struct sync_day *day,
    struct sync_report *rep)
{
	struct days_batch b;
	struct buf tags;
	enum err e, ended;

	buf_init(&tags, REACH_LIST_MAX);
	days_batch_init(&b, day->is->day, rep);
	b.log_only = day->log_only;
	if ((e = reach_tags(r, day->is->day, &tags)) != ERR_OK)
		goto out;
	e = fetch_all(d, r, &b, &tags);
	/* What was tried before something broke it off was tried. */
	ended = days_end_batch(d, &b);
	if (e == ERR_OK)
		e = ended;
	if (e == ERR_OK && !day->log_only)
		e = end_letters(d, day, &b, &tags);
out:
	days_batch_drop(&b);
	buf_drop(&tags);
	return e;
}

/* As often as other desks bring new keys: what these open may have lain there
 * before. */
enum err
sync_letters(struct desk *d, struct reach *r, struct sync_day *run, size_t n,
    struct sync_report *rep)
{
	enum err e = ERR_OK;
	uint32_t turn;

	do {
		turn = d->turn;
		tagmap_clear(&d->later);
		rep->unserved = rep->misfit = 0;
		for (size_t i = 0; e == ERR_OK && i < n; i++)
			e = letters_of(d, r, &run[i], rep);
		if (e == ERR_OK)
			e = told_settle(d);
	} while (e == ERR_OK && d->turn != turn);
	return e == ERR_OK ? log_show(d) : e;
}
