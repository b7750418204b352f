/*
 * Deleting: first a row says of every tag that it is to be erased, all in one
 * transaction; from then on nobody gets the old bytes.  Then each envelope is
 * overwritten with one sealed to nobody, and its row goes.  Killed in between,
 * the rows say what is still to be done.
 */
#include <assert.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "base/work.h"
#include "crypt/hash.h"

#include "pool/disk.h"
#include "pool/inside.h"

#define TAGS_A_STEP 8U
#define PURGE_AGE 7U /* days */

enum err
erase_is_due(struct pool *pool, const uint8_t *tag, bool *due)
{
	int64_t one;
	enum err e;

	*due = false;
	if (!pool->erasing)
		return ERR_OK;
	e = sql_one(pool->store, SQL_ERASURE,
	    VALUES(SQL_BYTES("tag", tag, POOL_TAG_BYTES)), &one);
	*due = e == ERR_OK;
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
find_any(struct pool *pool, const uint8_t *tag, struct place *place)
{
	const enum err e = find_letter(pool, tag, place);

	return e == ERR_NOTHING ? find_part(pool, tag, place) : e;
}

static enum err
overwrite(struct pool *pool, const uint8_t *tag)
{
	struct place place;
	uint8_t *p;
	size_t n;
	enum err e;

	e = find_any(pool, tag, &place);
	if (e != ERR_OK) /* gone with its day */
		return e == ERR_NOTHING ? ERR_OK : e;
	n = place.kind == POOL_LETTER ? POOL_LETTER_BYTES : POOL_PART_BYTES;
	if ((p = calloc(1, n)) == NULL)
		return ERR_NOMEM;
	if ((e = pool->set.nobody(p, n)) == ERR_OK &&
	    (e = find_write(pool, &place, p)) == ERR_OK)
		e = closing_write(pool, &place, tag, p);
	wipe_free(p, n);
	return e;
}

static enum err
drop_rows(struct pool *pool, const uint8_t *tags, size_t n)
{
	enum err e;

	if ((e = sql_begin(pool->store)) != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = sql_do(pool->store, SQL_ERASURE_DROP,
		    VALUES(SQL_BYTES(
			"tag", tags + i * POOL_TAG_BYTES, POOL_TAG_BYTES)));
	return inside_end(pool, e);
}

enum err
erase_now(struct pool *pool, const uint8_t *tag)
{
	const enum err e = overwrite(pool, tag);

	return e == ERR_OK ? drop_rows(pool, tag, 1) : e;
}

enum err
erase_step(struct pool *pool, bool *did)
{
	uint8_t tags[TAGS_A_STEP * POOL_TAG_BYTES];
	size_t n = 0;
	enum err e;

	*did = false;
	if (!pool->erasing)
		return ERR_OK;
	if ((e = sql_ask(pool->store, SQL_ERASURES, NO_VALUES)) != ERR_OK)
		return e;
	while (n < TAGS_A_STEP &&
	    (e = sql_next(pool->store, SQL_ERASURES)) == ERR_OK &&
	    (e = sql_bytes(pool->store, SQL_ERASURES, 0,
		 tags + n * POOL_TAG_BYTES, POOL_TAG_BYTES)) == ERR_OK)
		n++;
	sql_done(pool->store, SQL_ERASURES);
	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	pool->erasing = *did = n > 0;
	for (size_t i = 0; i < n; i++)
		if ((e = overwrite(pool, tags + i * POOL_TAG_BYTES)) != ERR_OK)
			return e;
	return n > 0 ? drop_rows(pool, tags, n) : ERR_OK;
}

static enum err
add_row(struct pool *pool, const uint8_t *tag)
{
	return sql_do(pool->store, SQL_ERASURE_ADD,
	    VALUES(SQL_BYTES("tag", tag, POOL_TAG_BYTES)));
}

/* Parts of one letter are of one day and numbered from 0 without a gap. */
static enum err
add_parts(struct pool *pool, struct day *day, const uint8_t *secret)
{
	uint8_t in[POOL_SECRET_BYTES + 4U], tag[SHA256_BYTES];
	struct place place;
	enum err e = ERR_OK;

	memcpy(in, secret, POOL_SECRET_BYTES);
	for (uint32_t j = 0; e == ERR_OK && j < POOL_PARTS_MAX; j++) {
		enc_put_u32(in + POOL_SECRET_BYTES, j);
		sha256_two(tag, "sotto/1 part", 12, in, sizeof in);
		if ((e = find_part_in(pool, day, tag, &place)) == ERR_OK)
			e = add_row(pool, tag);
	}
	wipe(in, sizeof in);
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
add_opening(struct pool *pool, const uint8_t *opening)
{
	uint8_t tag[SHA256_BYTES], secret[SHA256_BYTES];
	struct place place;
	enum err e;

	work_did(WORK_OPEN, 1);
	sha256_two(tag, "sotto/1 tag", 11, opening, POOL_OPENING_BYTES);
	if ((e = find_letter(pool, tag, &place)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_OK : e;
	sha256_two(secret, "sotto/1 parts", 13, opening, POOL_OPENING_BYTES);
	if ((e = add_row(pool, tag)) == ERR_OK)
		e = add_parts(pool, place.day, secret);
	wipe(secret, sizeof secret);
	return e;
}

static enum err
erasures_end(struct pool *pool, enum err e)
{
	if ((e = inside_end(pool, e)) == ERR_OK)
		pool->erasing = pool->may_step = true;
	return inside_said(pool, e);
}

enum err
pool_delete(struct pool *pool, const uint8_t *openings, size_t k)
{
	enum err e;

	assert(!pool->in_batch && k <= POOL_DELETE_MAX);
	if (pool->lost)
		return ERR_IO;
	if ((e = sql_begin(pool->store)) != ERR_OK)
		return inside_said(pool, e);
	for (size_t i = 0; e == ERR_OK && i < k; i++)
		e = add_opening(pool, openings + i * POOL_OPENING_BYTES);
	return erasures_end(pool, e);
}

static enum err
purge_one(struct pool *pool, uint32_t day, const uint8_t *tag, bool at_any_age)
{
	struct place place;
	enum err e;

	if ((e = find_any(pool, tag, &place)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_OK : e;
	if (place.day->day != day)
		return ERR_DENIED;
	if (!at_any_age &&
	    (place.day->file.fd < 0 ||
		place.day->day + PURGE_AGE > pool_today(pool)))
		return ERR_DENIED;
	return add_row(pool, tag);
}

enum err
pool_purge(struct pool *pool, uint32_t day, const uint8_t *tags, size_t n)
{
	const bool at_any_age = room_used(pool) > pool->set.capacity / 10U * 9U;
	enum err e;

	assert(!pool->in_batch && n <= POOL_PURGE_MAX);
	if (pool->lost)
		return ERR_IO;
	if ((e = sql_begin(pool->store)) != ERR_OK)
		return inside_said(pool, e);
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = purge_one(pool, day, tags + i * POOL_TAG_BYTES, at_any_age);
	return erasures_end(pool, e);
}
