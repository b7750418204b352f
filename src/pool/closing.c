/*
 * Closing: the closed file is written beside the open ones, tag by tag, with
 * fillings among them; the rename is the moment from which it counts.
 */
#include <fcntl.h>

#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"

#include "pool/disk.h"
#include "pool/inside.h"

#define LETTERS_A_STEP 32U
#define TAGS_A_WRITE 256U
#define PARTS_A_SYNC 8U
#define LEAP_DAYS 2U

/* The index of one kind, written from rows and fillings, both in order. */
struct index {
	enum pool_kind kind;
	uint8_t *fill; /* sorted tags */
	uint32_t fills, filled;
	struct sha256 *hash;
	uint64_t at;
	uint8_t tags[TAGS_A_WRITE * POOL_TAG_BYTES];
	uint32_t n;
};

static int
compare_tags(const void *a, const void *b)
{
	return memcmp(a, b, POOL_TAG_BYTES);
}

static enum err
index_flush(struct pool *pool, struct index *x)
{
	const size_t n = x->n * POOL_TAG_BYTES;
	enum err e;

	sha256_add(x->hash, x->tags, n);
	e = disk_write(pool->closing.file.fd, x->tags, n, x->at);
	x->at += n;
	x->n = 0;
	return e;
}

static enum err
index_add(struct pool *pool, struct index *x, const uint8_t *tag)
{
	memcpy(x->tags + x->n * POOL_TAG_BYTES, tag, POOL_TAG_BYTES);
	return ++x->n < TAGS_A_WRITE ? ERR_OK : index_flush(pool, x);
}

/* The fillings that come before `tag`; all that are left when it is NULL. */
static enum err
index_fill(struct pool *pool, struct index *x, const uint8_t *tag)
{
	const uint8_t *fill = x->fill + x->filled * POOL_TAG_BYTES;
	enum err e = ERR_OK;

	while (e == ERR_OK && x->filled < x->fills &&
	    (tag == NULL || compare_tags(fill, tag) < 0)) {
		e = index_add(pool, x, fill);
		x->filled++;
		fill += POOL_TAG_BYTES;
	}
	return e;
}

static enum err
index_rows(struct pool *pool, struct index *x)
{
	const uint32_t day = pool->closing.file.day;
	const enum sql_query query =
	    x->kind == POOL_LETTER ? SQL_LETTERS_OF : SQL_PARTS_OF;
	uint8_t tag[POOL_TAG_BYTES];
	enum err e;

	e = sql_ask(pool->store, query,
	    VALUES(SQL_NUMBER("day", day), SQL_BYTES("after", "", 0)));
	if (e != ERR_OK)
		return e;
	while ((e = sql_next(pool->store, query)) == ERR_OK &&
	    (e = sql_bytes(pool->store, query, 0, tag, sizeof tag)) == ERR_OK &&
	    (e = index_fill(pool, x, tag)) == ERR_OK &&
	    (e = index_add(pool, x, tag)) == ERR_OK)
		;
	sql_done(pool->store, query);
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
index_write(struct pool *pool, enum pool_kind kind, uint32_t fills)
{
	struct closed *file = &pool->closing.file;
	struct index *x;
	enum err e = ERR_NOMEM;

	if ((x = calloc(1, sizeof *x)) == NULL)
		return ERR_NOMEM;
	x->kind = kind;
	x->fills = fills;
	x->at = closed_tag_at(file, kind, 0);
	x->fill = calloc((size_t)fills + 1U, POOL_TAG_BYTES);
	if (x->fill == NULL || (x->hash = sha256_open()) == NULL)
		goto out;
	crypt_random(x->fill, (size_t)fills * POOL_TAG_BYTES);
	qsort(x->fill, fills, POOL_TAG_BYTES, compare_tags);
	if ((e = index_rows(pool, x)) != ERR_OK ||
	    (e = index_fill(pool, x, NULL)) != ERR_OK ||
	    (e = index_flush(pool, x)) != ERR_OK)
		goto out;
	/* More or fewer than were counted: rows are not what they were. */
	e = x->at == closed_tag_at(file, kind, closed_count(file, kind))
	    ? ERR_OK
	    : ERR_FORMAT;
	sha256_end(x->hash, file->digest[kind]);
out:
	sha256_close(x->hash);
	wipe_free(x->fill, ((size_t)fills + 1U) * POOL_TAG_BYTES);
	wipe_free(x, sizeof *x);
	return e;
}

void
closing_drop(struct pool *pool)
{
	closed_drop(&pool->closing.file);
	memset(pool->closing.done, 0, sizeof pool->closing.done);
}

void
closing_give_up(struct pool *pool)
{
	char name[INSIDE_NAME_MAX];

	if (pool->closing.file.fd < 0)
		return;
	inside_name_day(name, pool->closing.file.day, ".new");
	closing_drop(pool);
	disk_try_remove(pool->days_dir, name);
}

static enum err
begin(struct pool *pool, const struct day *day)
{
	struct closed *file = &pool->closing.file;
	char name[INSIDE_NAME_MAX];
	enum err e;

	file->day = day->day;
	file->letters = room_filled_letters(pool, day->letters);
	file->parts = room_filled_parts(pool, day->parts);
	inside_name_day(name, day->day, ".new");
	e = disk_open(
	    &file->fd, pool->days_dir, name, O_RDWR | O_CREAT | O_TRUNC);
	if (e != ERR_OK)
		return e;
	/* The size first: where the index ends early, zeros are. */
	if ((e = disk_cut(file->fd, closed_size(file->letters, file->parts))) !=
		ERR_OK ||
	    (e = index_write(
		 pool, POOL_LETTER, file->letters - day->letters)) != ERR_OK ||
	    (e = index_write(pool, POOL_PART, file->parts - day->parts)) !=
		ERR_OK ||
	    (e = closed_write_head(file)) != ERR_OK)
		return e; /* and pool_step() gives up */
	return ERR_OK;
}

/* What belongs in the place of `tag`: what lies open, or, for a filling and for
 * what is to be erased, an envelope sealed to nobody. */
static enum err
content(struct pool *pool, enum pool_kind kind, const uint8_t *tag, uint8_t *p)
{
	const size_t n =
	    kind == POOL_LETTER ? POOL_LETTER_BYTES : POOL_PART_BYTES;
	struct place place;
	bool due;
	enum err e;

	if ((e = erase_is_due(pool, tag, &due)) != ERR_OK)
		return e;
	e = find_open(pool, kind, tag, &place);
	if (due || e == ERR_NOTHING)
		return pool->set.nobody(p, n);
	return e == ERR_OK ? find_read(pool, &place, 0, p, n) : e;
}

static enum err
write_some(struct pool *pool, enum pool_kind kind, uint32_t max)
{
	struct closed *file = &pool->closing.file;
	const size_t n =
	    kind == POOL_LETTER ? POOL_LETTER_BYTES : POOL_PART_BYTES;
	uint32_t *done = &pool->closing.done[kind];
	uint8_t tag[POOL_TAG_BYTES], *p;
	enum err e = ERR_OK;

	if ((p = calloc(1, n)) == NULL)
		return ERR_NOMEM;
	for (uint32_t i = 0; i < max && *done < closed_count(file, kind); i++) {
		if ((e = disk_read(file->fd, tag, sizeof tag,
			 closed_tag_at(file, kind, *done))) != ERR_OK ||
		    (e = content(pool, kind, tag, p)) != ERR_OK ||
		    (e = disk_write(file->fd, p, n,
			 closed_at(file, kind, *done))) != ERR_OK)
			break;
		++*done;
	}
	/* Now and then, so that the last sync is not a long one. */
	if (e == ERR_OK && kind == POOL_PART && *done % PARTS_A_SYNC == 0)
		e = disk_sync(file->fd);
	wipe_free(p, n);
	return e;
}

enum err
closing_write(struct pool *pool, const struct place *place, const uint8_t *tag,
    const uint8_t *p)
{
	const struct closed *file = &pool->closing.file;
	const size_t n =
	    place->kind == POOL_LETTER ? POOL_LETTER_BYTES : POOL_PART_BYTES;
	uint32_t at;
	enum err e;

	if (file->fd < 0 || place->day->day != file->day)
		return ERR_OK;
	e = closed_find(file, place->kind, tag, &at);
	if (e != ERR_OK || at >= pool->closing.done[place->kind])
		return e;
	/* Synced with the rest of it, before it counts. */
	return disk_write(file->fd, p, n, closed_at(file, place->kind, at));
}

/* Uploads that were committed on the day are remembered for a day more: put so
 * many of nobody's among them that they say no more than its parts do. */
static enum err
fill_uploads(struct pool *pool, uint32_t day)
{
	const uint32_t until = upload_until(day);
	uint8_t id[POOL_UPLOAD_BYTES];
	int64_t n;
	enum err e;

	e = sql_one(pool->store, SQL_UPLOADS_DONE,
	    VALUES(SQL_NUMBER("until", until)), &n);
	if (e != ERR_OK)
		return e;
	for (uint32_t left = room_filled_parts(pool, (uint32_t)n) - (uint32_t)n;
	     e == ERR_OK && left > 0; left--) {
		crypt_random(id, sizeof id);
		e = sql_do(pool->store, SQL_UPLOAD_DONE,
		    VALUES(SQL_BYTES("id", id, sizeof id),
			SQL_NUMBER("until", until)));
	}
	return e;
}

static enum err
drop_rows(struct pool *pool, uint32_t day)
{
	static const enum sql_query drops[] = { SQL_LETTERS_DROP,
		SQL_PARTS_DROP, SQL_FILES_DROP, SQL_DAY_CLOSE };
	enum err e;

	if ((e = sql_begin(pool->store)) != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < COUNT(drops); i++)
		e = sql_do(
		    pool->store, drops[i], VALUES(SQL_NUMBER("day", day)));
	if (e == ERR_OK)
		e = fill_uploads(pool, day);
	return inside_end(pool, e);
}

static enum err
remove_open(struct pool *pool, uint32_t day)
{
	char name[INSIDE_NAME_MAX];
	uint8_t hex[NAME_BYTES];
	enum err e;

	inside_name_day(name, day, ".letters");
	if ((e = disk_remove(pool->days_dir, name)) != ERR_OK)
		return e;
	e = sql_ask(pool->store, SQL_FILES_OF, VALUES(SQL_NUMBER("day", day)));
	if (e != ERR_OK)
		return e;
	while ((e = sql_next(pool->store, SQL_FILES_OF)) == ERR_OK &&
	    (e = sql_bytes(pool->store, SQL_FILES_OF, 0, hex, sizeof hex)) ==
		ERR_OK) {
		inside_name_hex(name, hex);
		if ((e = disk_remove(pool->days_dir, name)) != ERR_OK)
			break;
	}
	sql_done(pool->store, SQL_FILES_OF);
	return e == ERR_NOTHING ? disk_sync(pool->days_dir) : e;
}

/* Files before rows: killed between, the closed file that is there says at the
 * next start that the rest goes too. */
enum err
closing_finish(struct pool *pool, struct day *day)
{
	enum err e;

	if ((e = remove_open(pool, day->day)) != ERR_OK ||
	    (e = drop_rows(pool, day->day)) != ERR_OK)
		return e;
	disk_close(&day->fd);
	day->letters = day->parts = 0;
	return sql_trim(pool->store);
}

static enum err
finish(struct pool *pool, struct day *day)
{
	struct closing *c = &pool->closing;
	char from[INSIDE_NAME_MAX], to[INSIDE_NAME_MAX];
	enum err e;

	inside_name_day(from, day->day, ".new");
	inside_name_day(to, day->day, "");
	if ((e = disk_sync(c->file.fd)) != ERR_OK ||
	    (e = disk_rename(pool->days_dir, from, to)) != ERR_OK)
		return e;
	if ((e = disk_sync(pool->days_dir)) != ERR_OK)
		return e;
	day->file = c->file; /* now the day's */
	c->file.fd = -1;
	closing_drop(pool);
	return closing_finish(pool, day);
}

static struct day *
to_close(struct pool *pool)
{
	for (size_t i = 0; i < pool->days; i++)
		if (pool->day[i].fd >= 0 && pool->day[i].day < pool_today(pool))
			return &pool->day[i];
	return NULL;
}

enum err
closing_step(struct pool *pool, bool *did)
{
	struct closing *c = &pool->closing;
	struct day *day = to_close(pool);

	*did = day != NULL;
	if (day == NULL)
		return ERR_OK;
	if (day->file.fd >= 0) /* the rows did not go the first time */
		return closing_finish(pool, day);
	if (c->file.fd < 0)
		return begin(pool, day);
	if (c->done[POOL_LETTER] < c->file.letters)
		return write_some(pool, POOL_LETTER, LETTERS_A_STEP);
	if (c->done[POOL_PART] < c->file.parts)
		return write_some(pool, POOL_PART, 1);
	return finish(pool, day);
}

/* A clock that is far off must not cost what is kept: after a leap of days
 * nothing is retired before another day has passed. */
static bool
days_go_on(const struct pool *pool)
{
	return pool->days >= 2 &&
	    pool->day[pool->days - 2U].day + LEAP_DAYS >= pool_today(pool);
}

/* The row goes first: a closed file without one is taken in again at the next
 * start, and then retired again. */
enum err
closing_retire(struct pool *pool, bool *did)
{
	struct day *day = &pool->day[0];
	const uint32_t today = pool_today(pool);
	char name[INSIDE_NAME_MAX];
	enum err e;

	*did = pool->days > 0 && day->file.fd >= 0 && day->fd < 0 &&
	    today > day->day && today - day->day > pool->set.retention &&
	    days_go_on(pool);
	if (!*did)
		return ERR_OK;
	inside_name_day(name, day->day, "");
	e = sql_do(
	    pool->store, SQL_DAY_DROP, VALUES(SQL_NUMBER("day", day->day)));
	if (e == ERR_OK)
		e = sql_do(pool->store, SQL_OFFERS_DROP,
		    VALUES(SQL_NUMBER("day", day->day + 1U)));
	if (e == ERR_OK && (e = disk_remove(pool->days_dir, name)) == ERR_OK)
		e = disk_sync(pool->days_dir);
	if (e == ERR_OK)
		inside_day_remove(pool, day);
	return e;
}
