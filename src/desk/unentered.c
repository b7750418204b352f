#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "letter/tag.h"

#include "desk/days.h"
#include "desk/inside.h"
#include "desk/unentered.h"

#define NAME "unentered"
#define LOOKED "answers-looked" /* the last day that was looked through */
#define ROW_BYTES (CONV_ID_BYTES + 4U + 1U)

/* Is it on its way from here?  Its entry follows. */
static bool
is_sent(const struct conv *c, const uint8_t *tag)
{
	for (size_t i = 0; i < c->outs_n; i++)
		if (memcmp(c->outs[i]->tag, tag, TAG_BYTES) == 0)
			return true;
	return false;
}

/* Is there an entry, whatever its standing?  Then the history shows it. */
static enum err
is_entered(
    struct desk *d, const uint8_t *conv, const struct unentered *at, bool *is)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;

	*is = false;
	if (f == NULL)
		return ERR_NOMEM;
	for (size_t i = teamlog_count(d->log); !*is && i-- > 0;) {
		teamlog_at(d->log, i, &line);
		*is = line.kind == EFFECT_REPLY &&
		    effect_read(f, line.kind, line.body, line.body_len) ==
			ERR_OK &&
		    f->day == at->day && f->number == at->slot &&
		    memcmp(f->conversation, conv, CONV_ID_BYTES) == 0;
	}
	wipe_free(f, sizeof *f);
	return ERR_OK;
}

static enum err
put_row(struct buf *rows, const uint8_t *conv, const struct unentered *at)
{
	enum err e;

	if ((e = buf_put(rows, conv, CONV_ID_BYTES)) == ERR_OK &&
	    (e = buf_put_u32(rows, at->day)) == ERR_OK)
		e = buf_put_u8(rows, (uint8_t)at->slot);
	return e;
}

static enum err
look_at(struct desk *d, const struct conv *c, uint32_t day, struct buf *rows)
{
	struct unentered at = { .day = day };
	uint8_t tag[TAG_BYTES];
	struct tag_keys keys;
	enum err e = ERR_OK;
	bool is;

	if (!c->has_address)
		return ERR_OK;
	tag_keys_init_to(&keys, c->k);
	for (; e == ERR_OK && at.slot < TAG_SLOTS; at.slot++) {
		tag_at(tag, &keys, TAG_TO, day, at.slot);
		if (!days_is_tried(d, tag) || is_sent(c, tag))
			continue;
		e = is_entered(d, c->id, &at, &is);
		if (e == ERR_OK && !is)
			e = put_row(rows, c->id, &at);
	}
	tag_keys_drop(&keys);
	return e;
}

static enum err
load(struct desk *d, struct buf *rows)
{
	const enum err e = store_get(d->store, NAME, rows);

	if (e == ERR_OK && rows->len % ROW_BYTES != 0)
		buf_clear(rows); /* it is said, and nothing hangs on it */
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* The oldest go. */
static enum err
keep(struct desk *d, const struct buf *rows)
{
	const size_t most = (size_t)UNENTERED_MAX * ROW_BYTES;
	const size_t from = rows->len > most ? rows->len - most : 0;

	return store_put(d->store, NAME, rows->at + from, rows->len - from);
}

static enum err
look_through(struct desk *d, uint32_t day, struct buf *rows)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < d->convs_n; i++)
		e = look_at(d, d->convs[i], day, rows);
	return e;
}

enum err
unentered_look(struct desk *d, const struct reach_day *days, size_t n)
{
	uint32_t was = 0, last;
	struct buf rows;
	size_t had;
	enum err e = desk_recall_num(d, LOOKED, &was);

	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	last = was;
	buf_init(&rows, STORE_BLOB_MAX);
	e = load(d, &rows);
	had = rows.len;
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		if (days[i].day <= last)
			continue;
		if (!days_is_whole(d, &days[i]))
			break;
		if ((e = look_through(d, days[i].day, &rows)) == ERR_OK)
			last = days[i].day;
	}
	if (e == ERR_OK && rows.len > had)
		e = keep(d, &rows);
	if (e == ERR_OK && last > was)
		e = desk_remember_num(d, LOOKED, last);
	buf_drop(&rows);
	return e;
}

static struct unentered
row_at(const struct buf *rows, size_t at)
{
	const uint8_t *p = rows->at + at + CONV_ID_BYTES;

	return (struct unentered){ .day = enc_get_u32(p), .slot = p[4] };
}

static size_t
find(struct desk *d, const struct buf *rows, const uint8_t *conv,
    struct unentered *list, size_t most)
{
	size_t n = 0;
	bool is;

	for (size_t at = 0; n < most && at < rows->len; at += ROW_BYTES) {
		const struct unentered one = row_at(rows, at);

		if (memcmp(rows->at + at, conv, CONV_ID_BYTES) == 0 &&
		    is_entered(d, conv, &one, &is) == ERR_OK && !is)
			list[n++] = one;
	}
	return n;
}

size_t
unentered_of(struct desk *d, const struct conv *c,
    struct unentered list[static UNENTERED_SHOWN])
{
	struct buf rows;
	size_t n = 0;

	buf_init(&rows, STORE_BLOB_MAX);
	if (load(d, &rows) == ERR_OK)
		n = find(d, &rows, c->id, list, UNENTERED_SHOWN);
	buf_drop(&rows);
	return n;
}

unsigned
unentered_count(struct desk *d)
{
	struct unentered one;
	struct buf rows;
	unsigned n = 0;

	buf_init(&rows, STORE_BLOB_MAX);
	if (load(d, &rows) == ERR_OK && rows.len > 0)
		for (size_t i = 0; i < d->convs_n; i++)
			n += find(d, &rows, d->convs[i]->id, &one, 1) > 0;
	buf_drop(&rows);
	return n;
}

const char unentered_text[] = LANG_N(
    "There are answers on the line that nobody of the team has entered: {1}, "
    "the last of {2}. Only the source can read them. Whoever had the team's "
    "voice and read here may have written them, or the source itself: ask "
    "each other, and tell the source which answers are yours.");

enum err
unentered_say(struct buf *out, const struct lang *lang,
    const struct unentered *list, size_t n)
{
	const char *at = lang_text(lang, unentered_text), *hole;
	char date[CLOCK_DATE_BYTES];
	enum err e = ERR_OK;

	clock_date(date, n == 0 ? 0 : list[n - 1].day);
	for (; e == ERR_OK && (hole = strchr(at, '{')) != NULL; at = hole + 3) {
		if ((e = buf_put(out, at, (size_t)(hole - at))) == ERR_OK)
			e = hole[1] == '1' ? buf_put_fmt(out, "%zu", n)
					   : buf_put_str(out, date);
	}
	return e == ERR_OK ? buf_put_str(out, at) : e;
}
