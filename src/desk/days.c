#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "note/json.h"

#include "desk/circles.h"
#include "desk/clear.h"
#include "desk/days.h"
#include "desk/give.h"
#include "desk/unpack.h"

#define TAGS_AT_ONCE 4096U
/* One sync for so many letters, or for what came in so long. */
#define BATCH_TAGS 1024U
#define BATCH_MS 2000U

void
days_batch_init(struct days_batch *b, uint32_t day, struct sync_report *rep)
{
	*b = (struct days_batch){ .day = day, .kind = ITEM_TRIED, .rep = rep };
	buf_init(&b->items, RECORD_MAX);
	buf_init(&b->tried, RECORD_MAX);
}

void
days_batch_drop(struct days_batch *b)
{
	buf_drop(&b->items);
	buf_drop(&b->tried);
}

enum err
days_put_tried(struct days_batch *b, const uint8_t tag[static TAG_BYTES])
{
	return buf_put(&b->tried, tag, TAG_BYTES);
}

enum err
days_put_refused(
    struct days_batch *b, const uint8_t tag[static TAG_BYTES], enum err why)
{
	enum err e;

	if ((e = item_put(&b->items, ITEM_REFUSED, 5 + TAG_BYTES)) != ERR_OK ||
	    (e = buf_put_u32(&b->items, b->day)) != ERR_OK ||
	    (e = buf_put(&b->items, tag, TAG_BYTES)) != ERR_OK ||
	    (e = buf_put_u8(&b->items, (uint8_t)why)) != ERR_OK)
		return e;
	return days_put_tried(b, tag);
}

void
days_begin_batch(struct desk *d, struct days_batch *b)
{
	if (b->tried.len == 0)
		b->since = clock_ms();
	store_batch_begin(d->store);
}

bool
days_batch_is_full(const struct days_batch *b)
{
	return b->tried.len >= BATCH_TAGS * TAG_BYTES ||
	    clock_ms() - b->since >= BATCH_MS;
}

enum err
days_end_batch(struct desk *d, struct days_batch *b)
{
	struct tagmap *to = b->kind == ITEM_NOKEY ? &d->nokey : &d->tried;
	enum err e;

	if ((e = store_batch_end(d->store)) != ERR_OK)
		return e;
	if (b->tried.len > 0 &&
	    ((e = item_put(&b->items, b->kind, 4 + b->tried.len)) != ERR_OK ||
		(e = buf_put_u32(&b->items, b->day)) != ERR_OK ||
		(e = buf_put(&b->items, b->tried.at, b->tried.len)) != ERR_OK))
		return e;
	if (b->items.len > 0)
		e = store_add(d->store, STORE_DAYS, b->items.at, b->items.len);
	for (size_t at = 0; e == ERR_OK && at < b->tried.len; at += TAG_BYTES)
		e = tagmap_put(to, b->tried.at + at, b->day);
	buf_clear(&b->items);
	buf_clear(&b->tried);
	return e;
}

enum err
days_put_nokey(
    struct desk *d, struct days_batch *b, const uint8_t tag[static TAG_BYTES])
{
	return d->roster->devices_n > 1 ? tagmap_put(&d->later, tag, b->day)
					: days_put_tried(b, tag);
}

enum err
days_end_later(struct desk *d, uint32_t from)
{
	struct days_batch b;
	enum err e = ERR_OK;

	days_batch_init(&b, 0, NULL);
	b.kind = ITEM_NOKEY;
	for (size_t i = 0; e == ERR_OK && i < d->later.room; i++) {
		const struct tagmap_slot *s = &d->later.slots[i];

		if (!s->used || s->value >= from)
			continue;
		if (b.tried.len > 0 &&
		    (s->value != b.day ||
			b.tried.len >= TAGS_AT_ONCE * TAG_BYTES))
			e = days_end_batch(d, &b);
		b.day = s->value;
		if (e == ERR_OK)
			e = days_put_tried(&b, s->tag);
	}
	if (e == ERR_OK)
		e = days_end_batch(d, &b);
	if (e == ERR_OK)
		tagmap_clear(&d->later);
	days_batch_drop(&b);
	return e;
}

enum err
days_try_again(struct desk *d, uint32_t from)
{
	struct buf items;
	bool any = false;
	enum err e;

	for (size_t i = 0; !any && i < d->nokey.room; i++)
		any = d->nokey.slots[i].used && d->nokey.slots[i].value >= from;
	if (!any)
		return ERR_OK;
	buf_init(&items, 64);
	if ((e = item_put(&items, ITEM_AGAIN, 4)) == ERR_OK &&
	    (e = buf_put_u32(&items, from)) == ERR_OK &&
	    (e = store_add(d->store, STORE_DAYS, items.at, items.len)) ==
		ERR_OK)
		e = desk_take_days(d, items.at, items.len);
	buf_drop(&items);
	return e;
}

bool
days_is_tried(const struct desk *d, const uint8_t tag[static TAG_BYTES])
{
	return tagmap_get(&d->tried, tag, NULL) ||
	    tagmap_get(&d->nokey, tag, NULL) ||
	    tagmap_get(&d->later, tag, NULL);
}

size_t
days_untried(const struct desk *d, const struct buf *tags)
{
	size_t n = 0;

	for (size_t at = 0; at < tags->len; at += TAG_BYTES)
		n += !days_is_tried(d, tags->at + at);
	return n;
}

static enum err
log_given_up(struct desk *d, uint32_t day, size_t n)
{
	struct json_out w;
	struct buf body;

	log_begin(&w, &body);
	json_put_u64(&w, "day", day);
	json_put_u64(&w, "envelopes", n);
	return log_end(&w, d, "given-up", &body);
}

enum err
days_give_up(struct desk *d, struct days_batch *b, const struct buf *tags)
{
	const size_t lacks = days_untried(d, tags);
	enum err e;

	/* Of a list that does not fit it is one at least. */
	if ((e = log_given_up(d, b->day, lacks > 0 ? lacks : 1)) != ERR_OK)
		return e;
	for (size_t at = 0; e == ERR_OK && at < tags->len; at += TAG_BYTES) {
		if (!days_is_tried(d, tags->at + at))
			e = days_put_tried(b, tags->at + at);
		if (e == ERR_OK && b->tried.len >= TAGS_AT_ONCE * TAG_BYTES)
			e = days_end_batch(d, b);
	}
	return e == ERR_OK ? days_end_batch(d, b) : e;
}

enum err
days_close(struct desk *d, struct reach_day *day)
{
	const enum err e = log_given_up(d, day->day, 0);

	if (e == ERR_OK)
		day->closed = true;
	return e;
}

bool
days_is_whole(const struct desk *d, const struct reach_day *day)
{
	for (size_t i = 0; i < d->whole_n; i++)
		if (d->whole[i].day == day->day &&
		    d->whole[i].count == day->count &&
		    memcmp(d->whole[i].digest, day->digest, SHA256_BYTES) == 0)
			return day->closed;
	return false;
}

static enum err
put_whole(struct buf *items, const struct day_whole *w)
{
	enum err e;

	if ((e = item_put(items, ITEM_WHOLE, 8 + SHA256_BYTES)) != ERR_OK ||
	    (e = buf_put_u32(items, w->day)) != ERR_OK ||
	    (e = buf_put_u32(items, w->count)) != ERR_OK)
		return e;
	return buf_put(items, w->digest, SHA256_BYTES);
}

enum err
days_put_whole(struct desk *d, const struct reach_day *day)
{
	struct day_whole w = { .day = day->day, .count = day->count };
	struct buf items;
	enum err e;

	memcpy(w.digest, day->digest, sizeof w.digest);
	buf_init(&items, 256);
	if ((e = put_whole(&items, &w)) == ERR_OK &&
	    (e = store_add(d->store, STORE_DAYS, items.at, items.len)) ==
		ERR_OK)
		e = desk_take_days(d, items.at, items.len);
	buf_drop(&items);
	return e;
}

uint32_t
days_first(const struct desk *d)
{
	return ring_first(&d->vault->ring);
}

void
days_forget_keys(struct desk *d)
{
	for (size_t i = 0; i < COUNT(d->keys); i++) {
		age_identity_close(d->keys[i].id);
		d->keys[i].id = NULL;
	}
}

enum err
days_identity(
    struct desk *d, const struct ring_key *key, struct age_identity **id)
{
	struct day_key *slot =
	    &d->keys[(4 * key->chain + key->day % 4) % COUNT(d->keys)];
	struct age_identity *made;
	enum err e;

	if (slot->id == NULL || slot->of.chain != key->chain ||
	    slot->of.day != key->day) {
		e = ring_identity(&made, &d->vault->ring, key);
		if (e != ERR_OK)
			return e;
		age_identity_close(slot->id);
		slot->id = made;
		slot->of = *key;
	}
	*id = slot->id;
	return ERR_OK;
}

/* One record into `out`, behind its length. */
static enum err
put_record(struct buf *out, const struct buf *items)
{
	enum err e;

	if (items->len == 0)
		return ERR_OK;
	if ((e = buf_put_u32(out, (uint32_t)items->len)) != ERR_OK)
		return e;
	return buf_put(out, items->at, items->len);
}

/* The tags of one day that were tried, in several records when many. */
static enum err
put_tried_of(
    struct buf *out, const struct tagmap *m, enum item kind, uint32_t day)
{
	struct buf items, tags;
	enum err e = ERR_OK;

	buf_init(&tags, RECORD_MAX);
	buf_init(&items, RECORD_MAX);
	for (size_t i = 0; e == ERR_OK && i <= m->room; i++) {
		const bool last = i == m->room;

		if (!last && m->slots[i].used && m->slots[i].value == day)
			e = buf_put(&tags, m->slots[i].tag, TAG_BYTES);
		if (e != ERR_OK || tags.len == 0 ||
		    (!last && tags.len < TAGS_AT_ONCE * TAG_BYTES))
			continue;
		buf_clear(&items);
		if ((e = item_put(&items, kind, 4 + tags.len)) == ERR_OK &&
		    (e = buf_put_u32(&items, day)) == ERR_OK &&
		    (e = buf_put(&items, tags.at, tags.len)) == ERR_OK)
			e = put_record(out, &items);
		buf_clear(&tags);
	}
	buf_drop(&items);
	buf_drop(&tags);
	return e;
}

/* The days that are whole. */
static enum err
put_wholes(struct buf *out, const struct desk *d, uint32_t first)
{
	struct buf items;
	enum err e = ERR_OK;

	buf_init(&items, RECORD_MAX);
	for (size_t i = 0; e == ERR_OK && i < d->whole_n; i++) {
		buf_clear(&items);
		if (d->whole[i].day >= first &&
		    (e = put_whole(&items, &d->whole[i])) == ERR_OK)
			e = put_record(out, &items);
	}
	buf_drop(&items);
	return e;
}

static uint32_t
last_of(const struct tagmap *m)
{
	uint32_t last = 0;

	for (size_t i = 0; i < m->room; i++)
		if (m->slots[i].used && m->slots[i].value > last)
			last = m->slots[i].value;
	return last;
}

static enum err
put_all_tried(
    struct buf *out, const struct tagmap *m, enum item kind, uint32_t first)
{
	const uint32_t last = last_of(m);
	enum err e = ERR_OK;

	for (uint32_t day = first; e == ERR_OK && day <= last; day++)
		e = put_tried_of(out, m, kind, day);
	return e;
}

enum err
days_compact(struct desk *d)
{
	const uint32_t first = days_first(d);
	struct buf out;
	enum err e;

	buf_init(&out, SIZE_MAX / 4);
	e = put_all_tried(&out, &d->tried, ITEM_TRIED, first);
	if (e == ERR_OK)
		e = put_all_tried(&out, &d->nokey, ITEM_NOKEY, first);
	if (e == ERR_OK)
		e = put_wholes(&out, d, first);
	if (e == ERR_OK)
		e = clear_put(&out, d);
	if (e == ERR_OK)
		e = store_replace(d->store, STORE_DAYS, out.at, out.len);
	buf_drop(&out);
	return e;
}

/* Closed and all tried; a day the line has no file of, and will have none of,
 * counts. */
static bool
is_done(const struct desk *d, uint32_t day, const struct reach_day *days,
    size_t n, uint32_t today)
{
	if (today < 2 || day > today - 1)
		return false;
	for (size_t i = 0; i < n; i++)
		if (days[i].day == day)
			return days_is_whole(d, &days[i]);
	return day < today - 1;
}

static enum err
log_door(struct desk *d, const uint8_t *door, uint32_t day)
{
	struct json_out w;
	struct buf body;

	log_begin(&w, &body);
	json_put_hex(&w, "door", door, DOOR_ID_BYTES);
	json_put_u64(&w, "before", day);
	return log_end(&w, d, "finished", &body);
}

/* Of every door whose keys are here; zeros, the log's, where there is none. */
static enum err
log_finished(struct desk *d, uint32_t day)
{
	const struct roster *r = d->roster;
	bool any = false;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < r->doors_n; i++)
		if (ring_has_chain(&d->vault->ring, r->doors[i].id)) {
			e = log_door(d, r->doors[i].id, day);
			any = true;
		}
	return any ? e : log_door(d, ring_log, day);
}

/* Whoever hands out has seen the newest one-time recipient when the days on
 * which it was not yet there are finished.  A hand-out that is sealed to an
 * older one all the same is asked for again (desk/handing.h). */
static void
forget_once(struct desk *d, uint32_t finished)
{
	uint32_t made = 0;

	/* What waits to be taken in is sealed to one of them. */
	if (unpack_is_begun(d->dir))
		return;
	if (desk_recall_num(d, DAYS_ONCE, &made) == ERR_OK &&
	    finished > made + 1)
		ring_forget_once(&d->vault->ring);
}

/* All chains to `day`, and the key file without the seeds before. */
static enum err
advance(struct desk *d, uint32_t day)
{
	enum err e;

	if ((e = log_finished(d, day)) != ERR_OK)
		return e;
	days_forget_keys(d);
	if ((e = ring_finish(&d->vault->ring, day)) != ERR_OK)
		return e;
	forget_once(d, day);
	return desk_save_keys(d);
}

enum err
days_finish(struct desk *d, const struct reach_day *days, size_t n,
    uint32_t today, uint32_t *finished)
{
	const uint32_t first = days_first(d);
	uint32_t day = first, keep;
	enum err e;

	if ((e = give_keeps_from(d, &keep)) != ERR_OK)
		return e;
	while (day < keep && is_done(d, day, days, n, today) &&
	    is_done(d, day + 1, days, n, today))
		day++;
	if (day == first)
		return ERR_OK;
	if ((e = advance(d, day)) != ERR_OK ||
	    (e = circles_finish(d,
		 &(struct circle_line){ .finished = day,
		     .oldest = n > 0 ? days[0].day : day })) != ERR_OK)
		return e;
	*finished = day - first;
	return days_compact(d);
}
