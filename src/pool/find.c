#include <fcntl.h>

#include "base/err.h"

#include "pool/disk.h"
#include "pool/inside.h"

/* One row or none, of a day that is open. */
static enum err
ask_row(struct pool *pool, enum sql_query query, const uint8_t *tag)
{
	enum err e;

	e = sql_ask(
	    pool->store, query, VALUES(SQL_BYTES("tag", tag, POOL_TAG_BYTES)));
	return e == ERR_OK ? sql_next(pool->store, query) : e;
}

static enum err
row_letter(struct pool *pool, const uint8_t *tag, struct place *place)
{
	enum err e;

	if ((e = ask_row(pool, SQL_LETTER, tag)) != ERR_OK)
		return e;
	place->day =
	    inside_day(pool, (uint32_t)sql_number(pool->store, SQL_LETTER, 0));
	place->at = (uint32_t)sql_number(pool->store, SQL_LETTER, 1);
	sql_done(pool->store, SQL_LETTER);
	return place->day == NULL ? ERR_FORMAT : ERR_OK;
}

static enum err
row_part(struct pool *pool, const uint8_t *tag, struct place *place)
{
	enum err e;

	if ((e = ask_row(pool, SQL_PART, tag)) != ERR_OK)
		return e;
	place->day =
	    inside_day(pool, (uint32_t)sql_number(pool->store, SQL_PART, 0));
	e = sql_bytes(pool->store, SQL_PART, 1, place->name, NAME_BYTES);
	place->at = (uint32_t)sql_number(pool->store, SQL_PART, 2);
	sql_done(pool->store, SQL_PART);
	return e == ERR_OK && place->day == NULL ? ERR_FORMAT : e;
}

enum err
find_open(struct pool *pool, enum pool_kind kind, const uint8_t *tag,
    struct place *place)
{
	struct place got = { .kind = kind };
	enum err e;

	e = kind == POOL_LETTER ? row_letter(pool, tag, &got)
				: row_part(pool, tag, &got);
	if (e == ERR_OK)
		*place = got;
	return e;
}

static enum err
find(struct pool *pool, enum pool_kind kind, const uint8_t *tag,
    struct place *place)
{
	struct place got = { .kind = kind };
	uint32_t at;
	enum err e;

	e = find_open(pool, kind, tag, &got);
	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	for (size_t i = 0; i < pool->days; i++) {
		if (pool->day[i].file.fd < 0)
			continue;
		e = closed_find(&pool->day[i].file, kind, tag, &at);
		if (e == ERR_OK) {
			got.day = &pool->day[i];
			got.at = at;
		} else if (e != ERR_NOTHING) {
			return e;
		}
	}
	if (got.day == NULL)
		return ERR_NOTHING;
	*place = got;
	return ERR_OK;
}

enum err
find_letter(struct pool *pool, const uint8_t *tag, struct place *place)
{
	return find(pool, POOL_LETTER, tag, place);
}

enum err
find_part(struct pool *pool, const uint8_t *tag, struct place *place)
{
	return find(pool, POOL_PART, tag, place);
}

enum err
find_part_in(
    struct pool *pool, struct day *day, const uint8_t *tag, struct place *place)
{
	struct place got = { .kind = POOL_PART, .day = day };
	enum err e;

	if (day->file.fd >= 0)
		e = closed_find(&day->file, POOL_PART, tag, &got.at);
	else
		e = row_part(pool, tag, &got);
	if (e == ERR_OK)
		*place = got;
	return e;
}

/* The file that a place is in, and where there.  *mine says that the caller
 * has to close it. */
static enum err
open_place(struct pool *pool, const struct place *place, int *fd, uint64_t *at)
{
	char name[INSIDE_NAME_MAX];
	const struct day *day = place->day;

	if (day->file.fd >= 0) {
		*fd = day->file.fd;
		*at = closed_at(&day->file, place->kind, place->at);
		return ERR_OK;
	}
	if (place->kind == POOL_LETTER) {
		*fd = day->fd;
		*at = (uint64_t)place->at * POOL_LETTER_BYTES;
		return ERR_OK;
	}
	*at = (uint64_t)place->at * POOL_PART_BYTES;
	inside_name_hex(name, place->name);
	return disk_open(fd, pool->days_dir, name, O_RDWR);
}

static void
close_place(const struct place *place, int *fd)
{
	if (place->day->file.fd < 0 && place->kind == POOL_PART)
		disk_close(fd);
}

enum err
find_read(struct pool *pool, const struct place *place, size_t from,
    uint8_t *out, size_t n)
{
	uint64_t at;
	enum err e;
	int fd;

	if ((e = open_place(pool, place, &fd, &at)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_SHORT : e;
	e = disk_read(fd, out, n, at + from);
	close_place(place, &fd);
	return e;
}

enum err
find_write(struct pool *pool, const struct place *place, const uint8_t *p)
{
	const size_t n =
	    place->kind == POOL_LETTER ? POOL_LETTER_BYTES : POOL_PART_BYTES;
	uint64_t at;
	enum err e;
	int fd;

	if ((e = open_place(pool, place, &fd, &at)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_SHORT : e;
	if ((e = disk_write(fd, p, n, at)) == ERR_OK)
		e = disk_sync(fd);
	close_place(place, &fd);
	return e;
}
