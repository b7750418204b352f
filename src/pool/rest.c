/*
 * Uploads that rest: nobody has appended to them for a while.  As long as there
 * is room they wait for their 24 hours; when there is not, the one that has
 * rested longest goes, so that halves which nobody ends keep nobody out
 * (half_uploads_that_rest_give_way in tests/unit/test_pool_room.c).
 */
#include <fcntl.h>

#include "pool/disk.h"
#include "pool/inside.h"

#define REST_SECONDS 600U

static enum err
size_of(struct pool *pool, const uint8_t *upload, uint64_t *size)
{
	char name[INSIDE_NAME_MAX];
	enum err e;
	int fd;

	*size = 0;
	inside_name_hex(name, upload);
	e = disk_open(&fd, pool->uploads_dir, name, O_RDONLY);
	if (e != ERR_OK) /* dropped at the next start */
		return e == ERR_NOTHING ? ERR_OK : e;
	e = disk_size(fd, size);
	disk_close(&fd);
	return e;
}

/* Rows come by name, as those of the last time stand: `*at` goes along. */
static uint64_t
resting_since(const struct pool *pool, const struct rest *is, uint32_t *at)
{
	const struct rest *was = pool->rest[pool->rest_is];

	while (*at < pool->uploads &&
	    memcmp(was[*at].name, is->name, NAME_BYTES) < 0)
		++*at;
	if (*at < pool->uploads &&
	    memcmp(was[*at].name, is->name, NAME_BYTES) == 0 &&
	    was[*at].size == is->size)
		return was[*at].since;
	return pool->now;
}

static enum err
measure_all(struct pool *pool, uint64_t *all, uint32_t *n)
{
	const enum sql_query q = SQL_UPLOADS_OPEN;
	struct rest *next = pool->rest[1U - pool->rest_is], *is;
	uint32_t at = 0;
	enum err e;

	if ((e = sql_ask(pool->store, q, NO_VALUES)) != ERR_OK)
		return e;
	while (
	    *n < POOL_UPLOADS_MAX && (e = sql_next(pool->store, q)) == ERR_OK) {
		is = &next[*n];
		if ((e = sql_bytes(pool->store, q, 0, is->id,
			 POOL_UPLOAD_BYTES)) != ERR_OK ||
		    (e = sql_bytes(pool->store, q, 1, is->name, NAME_BYTES)) !=
			ERR_OK ||
		    (e = size_of(pool, is->name, &is->size)) != ERR_OK)
			break;
		is->since = resting_since(pool, is, &at);
		*all += is->size;
		++*n;
	}
	sql_done(pool->store, q);
	return e == ERR_NOTHING ? ERR_OK : e;
}

enum err
upload_measure(struct pool *pool)
{
	uint64_t all = 0;
	uint32_t n = 0;
	enum err e;

	if ((e = measure_all(pool, &all, &n)) != ERR_OK)
		return e;
	pool->unfinished = all;
	pool->uploads = n;
	pool->rest_is = 1U - pool->rest_is;
	return ERR_OK;
}

enum err
upload_drop(struct pool *pool, const uint8_t *id, const uint8_t *name)
{
	char file[INSIDE_NAME_MAX];
	enum err e;

	e = sql_do(pool->store, SQL_UPLOAD_DROP,
	    VALUES(SQL_BYTES("id", id, POOL_UPLOAD_BYTES)));
	if (e != ERR_OK)
		return e;
	inside_name_hex(file, name);
	return disk_remove(pool->uploads_dir, file);
}

static bool
rests(const struct pool *pool, const struct rest *r, const uint8_t *name)
{
	return r->since + REST_SECONDS <= pool->now &&
	    memcmp(r->name, name, NAME_BYTES) != 0;
}

/* Would it fit, were all gone that rest? */
static bool
is_of_use(struct pool *pool, const uint8_t *name,
    bool (*fits)(const struct pool *pool, const void *with), const void *with)
{
	const struct rest *r = pool->rest[pool->rest_is];
	const uint64_t unfinished = pool->unfinished;
	const uint32_t uploads = pool->uploads;
	bool good;

	for (uint32_t i = 0; i < uploads; i++)
		if (rests(pool, &r[i], name)) {
			pool->unfinished -= r[i].size;
			pool->uploads--;
		}
	good = pool->uploads < uploads && fits(pool, with);
	pool->unfinished = unfinished;
	pool->uploads = uploads;
	return good;
}

static const struct rest *
longest(const struct pool *pool, const uint8_t *name)
{
	const struct rest *r = pool->rest[pool->rest_is], *found = NULL;

	for (uint32_t i = 0; i < pool->uploads; i++)
		if (rests(pool, &r[i], name) &&
		    (found == NULL || r[i].since < found->since))
			found = &r[i];
	return found;
}

enum err
rest_give_way(struct pool *pool, const uint8_t *name,
    bool (*fits)(const struct pool *pool, const void *with), const void *with)
{
	const struct rest *r;
	enum err e = ERR_OK;

	if (fits(pool, with))
		return ERR_OK;
	if (!is_of_use(pool, name, fits, with))
		return ERR_FULL;
	while (e == ERR_OK && !fits(pool, with) &&
	    (r = longest(pool, name)) != NULL)
		if ((e = upload_drop(pool, r->id, r->name)) == ERR_OK)
			e = upload_measure(pool);
	return e;
}
