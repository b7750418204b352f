#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/wipe.h"
#include "crypt/hash.h"

#include "pool/disk.h"
#include "pool/inside.h"

enum err
inside_said(struct pool *pool, enum err e)
{
	if (e == ERR_IO)
		pool->lost = true;
	return e;
}

enum err
inside_end(struct pool *pool, enum err e)
{
	if (e == ERR_OK)
		e = sql_commit(pool->store);
	if (e != ERR_OK)
		sql_rollback(pool->store);
	return e;
}

void
inside_name_hex(
    char out[static INSIDE_NAME_MAX], const uint8_t name[static NAME_BYTES])
{
	enc_hex(out, name, NAME_BYTES);
}

void
inside_name_day(char out[static INSIDE_NAME_MAX], uint32_t day, const char *end)
{
	(void)snprintf(out, INSIDE_NAME_MAX, "%u%s", day, end);
}

struct day *
inside_day(struct pool *pool, uint32_t day)
{
	for (size_t i = pool->days; i > 0; i--)
		if (pool->day[i - 1U].day == day)
			return &pool->day[i - 1U];
	return NULL;
}

struct day *
inside_day_add(struct pool *pool, uint32_t day)
{
	size_t at = pool->days;

	if (pool->days == COUNT(pool->day))
		return NULL;
	while (at > 0 && pool->day[at - 1U].day > day)
		at--;
	memmove(&pool->day[at + 1U], &pool->day[at],
	    (pool->days - at) * sizeof pool->day[0]);
	pool->days++;
	pool->day[at] = (struct day){ .day = day, .fd = -1, .file.fd = -1 };
	return &pool->day[at];
}

void
inside_day_remove(struct pool *pool, struct day *day)
{
	const size_t at = (size_t)(day - pool->day);

	disk_close(&day->fd);
	closed_drop(&day->file);
	pool->days--;
	memmove(day, day + 1, (pool->days - at) * sizeof *day);
}

/* The file first; one without a row goes at the next start. */
enum err
inside_today(struct pool *pool, struct day **day)
{
	const uint32_t today = pool_today(pool);
	char name[INSIDE_NAME_MAX];
	struct day *d;
	enum err e;
	int fd;

	if ((*day = inside_day(pool, today)) != NULL)
		return ERR_OK;
	inside_name_day(name, today, ".letters");
	e = disk_open(&fd, pool->days_dir, name, O_RDWR | O_CREAT | O_TRUNC);
	if (e != ERR_OK)
		return e;
	if ((e = disk_sync(pool->days_dir)) == ERR_OK)
		e = sql_do(
		    pool->store, SQL_DAY_ADD, VALUES(SQL_NUMBER("day", today)));
	if (e == ERR_OK && (d = inside_day_add(pool, today)) == NULL)
		e = ERR_FULL;
	if (e != ERR_OK) {
		disk_close(&fd);
		return e;
	}
	d->fd = fd; /* now the day's */
	*day = d;
	pool->may_step = true;
	return ERR_OK;
}

void
pool_now(struct pool *pool, uint64_t now)
{
	if (pool->in_batch || now <= pool->now)
		return;
	if (now / DAY_SECONDS != pool->now / DAY_SECONDS)
		pool->may_step = true;
	pool->now = now;
}

uint32_t
pool_today(const struct pool *pool)
{
	return (uint32_t)(pool->now / DAY_SECONDS);
}

/* Nine tenths of what the disk can give, with what it gave us already. */
static enum err
guess_capacity(struct pool *pool)
{
	struct statvfs v;

	if (pool->set.capacity != 0)
		return ERR_OK;
	if (fstatvfs(pool->root, &v) != 0)
		return ERR_IO;
	pool->set.capacity =
	    ((uint64_t)v.f_bavail * v.f_frsize + room_used(pool)) / 10U * 9U;
	return ERR_OK;
}

static enum err
open_dir(int *fd, int below, const char *name)
{
	if (mkdirat(below, name, 0700) != 0 && errno != EEXIST)
		return file_err();
	return disk_open(fd, below, name, O_RDONLY | O_DIRECTORY);
}

/* The pool itself may be a link to a folder of another disk. */
static enum err
open_root(struct pool *pool, const char *dir)
{
	if (mkdir(dir, 0700) != 0 && errno != EEXIST)
		return file_err();
	pool->root = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	return pool->root < 0 ? file_err() : ERR_OK;
}

static enum err
open_lock(struct pool *pool)
{
	enum err e;

	e = disk_open(&pool->lock, pool->root, "lock", O_RDWR | O_CREAT);
	if (e != ERR_OK)
		return e;
	if (flock(pool->lock, LOCK_EX | LOCK_NB) == 0)
		return ERR_OK;
	return errno == EWOULDBLOCK ? ERR_BUSY : ERR_IO;
}

static enum err
open_all(struct pool *pool, const char *dir)
{
	char path[FILE_PATH_MAX];
	bool fresh;
	enum err e;

	if ((e = file_path(path, sizeof path, dir, "pool.db")) != ERR_OK ||
	    (e = open_root(pool, dir)) != ERR_OK ||
	    (e = open_lock(pool)) != ERR_OK ||
	    (e = open_dir(&pool->days_dir, pool->root, "days")) != ERR_OK ||
	    (e = open_dir(&pool->uploads_dir, pool->root, "uploads")) !=
		ERR_OK ||
	    (e = sql_open(&pool->store, SQL_BOOK_POOL, path, &fresh)) !=
		ERR_OK ||
	    (e = disk_sync(pool->root)) != ERR_OK)
		return e;
	return mend(pool, fresh);
}

enum err
pool_open(struct pool **pool, const char *dir,
    const struct pool_settings *settings, uint64_t now)
{
	struct pool *p;
	struct day *today;
	enum err e;

	assert(settings->check != NULL && settings->nobody != NULL);
	if (settings->retention > POOL_RETENTION_MAX)
		return ERR_TOOBIG;
	if ((p = calloc(1, sizeof *p)) == NULL)
		return ERR_NOMEM;
	p->set = *settings;
	if (p->set.retention == 0)
		p->set.retention = RETENTION_USUAL;
	p->root = p->days_dir = p->uploads_dir = p->lock = -1;
	p->closing.file.fd = -1;
	p->now = now;
	p->may_step = p->erasing = true;
	if ((e = open_all(p, dir)) != ERR_OK)
		goto out;
	/* Time does not go back, whatever the clock says. */
	if (p->days > 0 && p->day[p->days - 1U].day > pool_today(p))
		p->now = (uint64_t)p->day[p->days - 1U].day * DAY_SECONDS;
	if ((e = inside_today(p, &today)) != ERR_OK ||
	    (e = upload_measure(p)) != ERR_OK ||
	    (e = guess_capacity(p)) != ERR_OK)
		goto out;
	*pool = p;
	p = NULL; /* now the caller's */
out:
	pool_close(p);
	return e;
}

void
pool_close(struct pool *pool)
{
	if (pool == NULL)
		return;
	if (pool->in_batch)
		sql_rollback(pool->store);
	sql_close(pool->store);
	while (pool->days > 0)
		inside_day_remove(pool, &pool->day[pool->days - 1U]);
	closing_drop(pool);
	disk_close(&pool->uploads_dir);
	disk_close(&pool->days_dir);
	disk_close(&pool->lock);
	disk_close(&pool->root);
	wipe_free(pool, sizeof *pool);
}

/* Deletions before all else, so that a closing does not copy what is to go. */
static enum err
step(struct pool *pool, bool *did)
{
	struct day *today;
	enum err e;

	if ((e = erase_step(pool, did)) != ERR_OK || *did)
		return e;
	if ((e = inside_today(pool, &today)) != ERR_OK)
		return e;
	if ((e = closing_step(pool, did)) != ERR_OK || *did)
		return e;
	return closing_retire(pool, did);
}

enum err
pool_step(struct pool *pool, bool *more)
{
	enum err e;

	assert(!pool->in_batch);
	*more = false;
	if (pool->lost)
		return ERR_IO;
	if (!pool->may_step)
		return ERR_OK;
	e = step(pool, more);
	if (e != ERR_OK) {
		/* Room, memory: the tick lets it be tried again. */
		closing_give_up(pool);
		*more = false;
	}
	pool->may_step = *more;
	return inside_said(pool, e);
}

/* Is the entry of a day of which rows and file are read. */
static enum err
digest_of_open(struct pool *pool, const struct day *day, struct pool_day *out)
{
	uint8_t tag[POOL_TAG_BYTES];
	struct sha256 *h;
	enum err e;

	if ((h = sha256_open()) == NULL)
		return ERR_NOMEM;
	e = sql_ask(pool->store, SQL_LETTERS_OF,
	    VALUES(SQL_NUMBER("day", day->day), SQL_BYTES("after", "", 0)));
	if (e != ERR_OK)
		goto out;
	while ((e = sql_next(pool->store, SQL_LETTERS_OF)) == ERR_OK &&
	    (e = sql_bytes(pool->store, SQL_LETTERS_OF, 0, tag, sizeof tag)) ==
		ERR_OK)
		sha256_add(h, tag, sizeof tag);
	sql_done(pool->store, SQL_LETTERS_OF);
	if (e == ERR_NOTHING) {
		sha256_end(h, out->digest);
		e = ERR_OK;
	}
out:
	sha256_close(h);
	return e;
}

size_t
pool_days(const struct pool *pool)
{
	return pool->days;
}

enum err
pool_day_at(struct pool *pool, size_t i, struct pool_day *day)
{
	const struct day *d = &pool->day[i];
	struct pool_day got = { .day = d->day, .closed = d->file.fd >= 0 };
	enum err e = ERR_OK;

	assert(!pool->in_batch && i < pool->days);
	if (pool->lost)
		return ERR_IO;
	got.letters = got.closed ? d->file.letters : d->letters;
	got.parts = got.closed ? d->file.parts : d->parts;
	if (got.closed)
		memcpy(
		    got.digest, d->file.digest[POOL_LETTER], sizeof got.digest);
	else
		e = digest_of_open(pool, d, &got);
	if (e == ERR_OK)
		*day = got;
	return inside_said(pool, e);
}

static enum err
tags_of_open(struct pool *pool, const struct pool_list *list, size_t *n)
{
	const enum sql_query q =
	    list->kind == POOL_LETTER ? SQL_LETTERS_OF : SQL_PARTS_OF;
	size_t got = 0;
	enum err e;

	e = sql_ask(pool->store, q,
	    VALUES(SQL_NUMBER("day", list->day),
		SQL_BYTES("after",
		    list->after == NULL ? (const uint8_t *)"" : list->after,
		    list->after == NULL ? 0 : POOL_TAG_BYTES)));
	if (e != ERR_OK)
		return e;
	while (got < list->max && (e = sql_next(pool->store, q)) == ERR_OK &&
	    (e = sql_bytes(pool->store, q, 0, list->tags + got * POOL_TAG_BYTES,
		 POOL_TAG_BYTES)) == ERR_OK)
		got++;
	sql_done(pool->store, q);
	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	*n = got;
	return ERR_OK;
}

static enum err
tags_of_closed(
    const struct closed *file, const struct pool_list *list, size_t *n)
{
	const uint32_t all = closed_count(file, list->kind);
	uint32_t from = 0;
	size_t got;
	enum err e;

	if (list->after != NULL) {
		e = closed_find(file, list->kind, list->after, &from);
		if (e != ERR_OK) /* a closed day's tags do not change */
			return e;
		from++;
	}
	got = all - from < list->max ? all - from : list->max;
	e = disk_read(file->fd, list->tags, got * POOL_TAG_BYTES,
	    closed_tag_at(file, list->kind, from));
	if (e == ERR_OK)
		*n = got;
	return e;
}

enum err
pool_day_tags(struct pool *pool, const struct pool_list *list, size_t *n)
{
	const struct day *day = inside_day(pool, list->day);
	enum err e;

	assert(!pool->in_batch);
	if (pool->lost)
		return ERR_IO;
	if (day == NULL)
		return ERR_NOTHING;
	e = day->file.fd >= 0 ? tags_of_closed(&day->file, list, n)
			      : tags_of_open(pool, list, n);
	return inside_said(pool, e);
}

enum err
pool_offer(struct pool *pool, uint64_t serial)
{
	uint64_t serials[POOL_SERIALS_MAX];
	struct day *day;
	size_t n;
	enum err e;

	assert(!pool->in_batch && serial <= INT64_MAX);
	if (pool->lost)
		return ERR_IO;
	if ((e = inside_today(pool, &day)) != ERR_OK ||
	    (e = pool_offered(pool, day->day, serials, &n)) != ERR_OK)
		return inside_said(pool, e);
	for (size_t i = 0; i < n; i++)
		if (serials[i] == serial)
			return ERR_OK;
	if (n == POOL_SERIALS_MAX)
		return ERR_FULL;
	e = sql_do(pool->store, SQL_OFFER_ADD,
	    VALUES(SQL_NUMBER("day", day->day), SQL_NUMBER("serial", serial)));
	return inside_said(pool, e);
}

enum err
pool_offered(struct pool *pool, uint32_t day,
    uint64_t serials[static POOL_SERIALS_MAX], size_t *n)
{
	size_t got = 0;
	enum err e;

	assert(!pool->in_batch);
	if (pool->lost)
		return ERR_IO;
	e = sql_ask(pool->store, SQL_OFFERS, VALUES(SQL_NUMBER("day", day)));
	if (e != ERR_OK)
		return inside_said(pool, e);
	while (got < POOL_SERIALS_MAX &&
	    (e = sql_next(pool->store, SQL_OFFERS)) == ERR_OK)
		serials[got++] =
		    (uint64_t)sql_number(pool->store, SQL_OFFERS, 0);
	sql_done(pool->store, SQL_OFFERS);
	if (e != ERR_OK && e != ERR_NOTHING)
		return inside_said(pool, e);
	*n = got;
	return ERR_OK;
}
