/*
 * Looking: the tags that are asked for are sorted once, and everything that is
 * there passes by them.  So the work is the same whatever the answer is, and
 * thousands of tags cost little more than one.  Where a day has many more
 * letters than there are tags, each tag is searched for instead, to its end.
 */
#include <assert.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "base/work.h"

#include "pool/disk.h"
#include "pool/inside.h"

#define TAGS_A_READ 256U
#define FEW 16U /* a search costs what so many that pass by do */

struct asked {
	uint64_t high, low;
	uint32_t at;
};

struct look {
	const uint8_t *tags; /* as they were asked for */
	struct asked *asked; /* sorted */
	size_t n;
	uint8_t *bits;
};

static int
compare(const void *a, const void *b)
{
	const struct asked *x = a, *y = b;

	if (x->high != y->high)
		return x->high < y->high ? -1 : 1;
	return (x->low > y->low) - (x->low < y->low);
}

static struct asked
number_of(const uint8_t *tag, uint32_t at)
{
	return (struct asked){
		.high = enc_get_u64(tag),
		.low = enc_get_u64(tag + 8),
		.at = at,
	};
}

static void
mark(struct look *look, size_t at)
{
	look->bits[at / 8U] |= (uint8_t)(1U << at % 8U);
}

/* One tag that is there: mark whoever asked for it (twice, perhaps). */
static void
passes(struct look *look, const uint8_t *tag)
{
	const struct asked is = number_of(tag, 0);
	size_t low = 0, high = look->n, mid;

	while (low < high) {
		mid = low + (high - low) / 2U;
		if (compare(&look->asked[mid], &is) < 0)
			low = mid + 1U;
		else
			high = mid;
	}
	for (; low < look->n && compare(&look->asked[low], &is) == 0; low++)
		mark(look, look->asked[low].at);
}

static enum err
search_closed(const struct closed *file, struct look *look)
{
	uint32_t at;
	enum err e = ERR_NOTHING;

	for (size_t i = 0; e == ERR_NOTHING && i < look->n; i++) {
		e = closed_find(
		    file, POOL_LETTER, look->tags + i * POOL_TAG_BYTES, &at);
		if (e == ERR_OK) {
			mark(look, i);
			e = ERR_NOTHING;
		}
	}
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
search_open(struct pool *pool, struct look *look)
{
	struct place place;
	enum err e = ERR_NOTHING;

	for (size_t i = 0; e == ERR_NOTHING && i < look->n; i++) {
		e = find_open(
		    pool, POOL_LETTER, look->tags + i * POOL_TAG_BYTES, &place);
		if (e == ERR_OK) {
			mark(look, i);
			e = ERR_NOTHING;
		}
	}
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
look_closed(const struct closed *file, struct look *look)
{
	uint8_t tags[TAGS_A_READ * POOL_TAG_BYTES];
	uint32_t n;
	enum err e;

	if (file->letters / FEW > look->n)
		return search_closed(file, look);
	for (uint32_t i = 0; i < file->letters; i += n) {
		n = file->letters - i < TAGS_A_READ ? file->letters - i
						    : TAGS_A_READ;
		e = disk_read(file->fd, tags, (size_t)n * POOL_TAG_BYTES,
		    closed_tag_at(file, POOL_LETTER, i));
		if (e != ERR_OK)
			return e;
		for (uint32_t k = 0; k < n; k++)
			passes(look, tags + (size_t)k * POOL_TAG_BYTES);
	}
	return ERR_OK;
}

static enum err
look_open(struct pool *pool, struct look *look)
{
	uint8_t tag[POOL_TAG_BYTES];
	uint64_t letters = 0;
	enum err e;

	for (size_t i = 0; i < pool->days; i++)
		letters += pool->day[i].letters;
	if (letters / FEW > look->n)
		return search_open(pool, look);
	if ((e = sql_ask(pool->store, SQL_LETTERS, NO_VALUES)) != ERR_OK)
		return e;
	while ((e = sql_next(pool->store, SQL_LETTERS)) == ERR_OK &&
	    (e = sql_bytes(pool->store, SQL_LETTERS, 0, tag, sizeof tag)) ==
		ERR_OK)
		passes(look, tag);
	sql_done(pool->store, SQL_LETTERS);
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
look_all(struct pool *pool, struct look *look)
{
	enum err e = look_open(pool, look);

	for (size_t i = 0; e == ERR_OK && i < pool->days; i++)
		if (pool->day[i].file.fd >= 0)
			e = look_closed(&pool->day[i].file, look);
	return e;
}

enum err
pool_look(struct pool *pool, const uint8_t *tags, size_t n, uint8_t *bits)
{
	struct look look = { .tags = tags, .n = n, .bits = bits };
	enum err e;

	assert(!pool->in_batch && n <= POOL_LOOK_MAX);
	if (pool->lost)
		return ERR_IO;
	work_did(WORK_LOOK, (unsigned)n);
	if (n == 0)
		return ERR_OK;
	if ((look.asked = calloc(n, sizeof *look.asked)) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < n; i++)
		look.asked[i] =
		    number_of(tags + i * POOL_TAG_BYTES, (uint32_t)i);
	qsort(look.asked, n, sizeof *look.asked, compare);
	memset(bits, 0, (n + 7U) / 8U);
	e = look_all(pool, &look);
	wipe_free(look.asked, n * sizeof *look.asked);
	return inside_said(pool, e);
}
