#include <assert.h>

#include "base/work.h"

#include "pool/disk.h"
#include "pool/inside.h"

enum err
letters_compare(struct pool *pool, const uint8_t *tag, const uint8_t *letter)
{
	uint8_t there[POOL_LETTER_BYTES];
	struct place place;
	bool due;
	enum err e;

	if ((e = find_letter(pool, tag, &place)) != ERR_OK ||
	    (e = erase_is_due(pool, tag, &due)) != ERR_OK)
		return e;
	if (due)
		return ERR_TAKEN;
	if ((e = find_read(pool, &place, 0, there, sizeof there)) != ERR_OK)
		return e;
	return memcmp(there, letter, sizeof there) == 0 ? ERR_OK : ERR_TAKEN;
}

enum err
letters_write(struct day *day, const uint8_t *letter)
{
	return disk_write(day->fd, letter, POOL_LETTER_BYTES,
	    (uint64_t)day->letters * POOL_LETTER_BYTES);
}

enum err
letters_add(struct pool *pool, struct day *day, const uint8_t *tag)
{
	enum err e;

	e = sql_do(pool->store, SQL_LETTER_ADD,
	    VALUES(SQL_BYTES("tag", tag, POOL_TAG_BYTES),
		SQL_NUMBER("day", day->day), SQL_NUMBER("slot", day->letters)));
	if (e == ERR_OK)
		day->letters++;
	return e;
}

enum err
pool_begin(struct pool *pool)
{
	struct day *day;
	enum err e;

	assert(!pool->in_batch);
	if (pool->lost)
		return ERR_IO;
	if ((e = inside_today(pool, &day)) != ERR_OK ||
	    (e = sql_begin(pool->store)) != ERR_OK)
		return inside_said(pool, e);
	pool->in_batch = true;
	pool->batch = ERR_OK;
	pool->batch_letters = day->letters;
	return ERR_OK;
}

/* The letters first, then the rows that speak of them. */
enum err
pool_end(struct pool *pool)
{
	struct day *day = &pool->day[pool->days - 1U];
	enum err e = pool->batch;

	assert(pool->in_batch);
	pool->in_batch = false;
	if (e == ERR_OK && day->letters != pool->batch_letters)
		e = disk_sync(day->fd);
	if ((e = inside_end(pool, e)) == ERR_OK)
		return ERR_OK;
	day->letters = pool->batch_letters;
	if (e != ERR_IO)
		disk_try_cut(
		    day->fd, (uint64_t)day->letters * POOL_LETTER_BYTES);
	return inside_said(pool, e);
}

/* A statement that failed may have taken the transaction with it, so the batch
 * is lost; a refusal, or a write that had no room, costs this letter only. */
static enum err
put(struct pool *pool, enum pool_who who, const uint8_t *tag,
    const uint8_t *envelope)
{
	const struct room_ask ask = { .who = who, .letters = 1 };
	struct day *day = &pool->day[pool->days - 1U];
	enum err e;

	if ((e = pool->set.check(envelope)) != ERR_OK)
		return e;
	e = letters_compare(pool, tag, envelope);
	if (e == ERR_OK || e == ERR_TAKEN || e == ERR_SHORT)
		return e;
	if (e != ERR_NOTHING)
		return pool->batch = e;
	if ((e = room_ask(pool, &ask)) != ERR_OK ||
	    (e = letters_write(day, envelope)) != ERR_OK)
		return e;
	return pool->batch = letters_add(pool, day, tag);
}

enum err
pool_put(struct pool *pool, enum pool_who who,
    const uint8_t tag[static POOL_TAG_BYTES],
    const uint8_t envelope[static POOL_LETTER_BYTES])
{
	const bool alone = !pool->in_batch;
	enum err e, ended;

	if (pool->lost)
		return ERR_IO;
	if (alone && (e = pool_begin(pool)) != ERR_OK)
		return e;
	e = pool->batch != ERR_OK ? pool->batch : put(pool, who, tag, envelope);
	if (alone && (ended = pool_end(pool)) != ERR_OK)
		e = ended;
	return inside_said(pool, e);
}

/* What was deleted a moment ago is overwritten before anybody sees it. */
static enum err
get(struct pool *pool, const uint8_t *tag, uint8_t *out)
{
	struct place place;
	bool due;
	enum err e;

	if ((e = erase_is_due(pool, tag, &due)) != ERR_OK)
		return e;
	if (due && (e = erase_now(pool, tag)) != ERR_OK)
		return e;
	if ((e = find_letter(pool, tag, &place)) != ERR_OK)
		return e;
	return find_read(pool, &place, 0, out, POOL_LETTER_BYTES);
}

enum err
pool_get(struct pool *pool, const uint8_t tag[static POOL_TAG_BYTES],
    uint8_t out[static POOL_LETTER_BYTES])
{
	assert(!pool->in_batch);
	if (pool->lost)
		return ERR_IO;
	work_did(WORK_GET, 1);
	return inside_said(pool, get(pool, tag, out));
}

enum err
pool_show(struct pool *pool, const uint8_t *tags, size_t n, uint8_t *out)
{
	enum err e = pool->lost ? ERR_IO : ERR_OK;
	uint8_t *to;

	assert(!pool->in_batch);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		to = out + i * POOL_LETTER_BYTES;
		if ((e = pool->set.nobody(to, POOL_LETTER_BYTES)) != ERR_OK)
			break;
		work_did(WORK_GET, 1);
		e = get(pool, tags + i * POOL_TAG_BYTES, to);
		if (e == ERR_NOTHING)
			e = ERR_OK;
	}
	return inside_said(pool, e);
}

enum err
pool_part(struct pool *pool, const uint8_t tag[static POOL_TAG_BYTES],
    size_t from, uint8_t *out, size_t n)
{
	struct place place;
	bool due;
	enum err e;

	assert(!pool->in_batch);
	assert(from <= POOL_PART_BYTES && n <= POOL_PART_BYTES - from);
	if (pool->lost)
		return ERR_IO;
	if ((e = erase_is_due(pool, tag, &due)) == ERR_OK && due)
		e = erase_now(pool, tag);
	if (e == ERR_OK && (e = find_part(pool, tag, &place)) == ERR_OK)
		e = find_read(pool, &place, from, out, n);
	return inside_said(pool, e);
}
