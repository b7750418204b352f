/*
 * The minute's work: a file's times say when something was last done to it, so
 * every file of the pool is touched, all alike.
 */
#include <assert.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "pool/disk.h"
#include "pool/inside.h"

#define BLOCK 4096U

/* The same block again, then all times; the block moves what only a write
 * moves, the call moves the rest. */
static enum err
touch(int fd)
{
	uint8_t block[BLOCK];
	uint64_t size;
	enum err e;

	if ((e = disk_size(fd, &size)) != ERR_OK)
		return e;
	if (size >= BLOCK) {
		if ((e = disk_read(fd, block, sizeof block, 0)) != ERR_OK ||
		    (e = disk_write(fd, block, sizeof block, 0)) != ERR_OK)
			return e;
	}
	return futimens(fd, NULL) == 0 ? ERR_OK : ERR_IO;
}

static enum err
touch_name(int dir, const char *name)
{
	return utimensat(dir, name, NULL, 0) == 0 ? ERR_OK : ERR_NOTHING;
}

/* Whoever kept the descriptor of an upload can append to what was committed:
 * nobody reads that, and it does not stay. */
static void
cut_back(int dir, const char *name, uint64_t parts)
{
	uint64_t size;
	int fd;

	if (disk_open(&fd, dir, name, O_WRONLY) != ERR_OK)
		return;
	if (disk_size(fd, &size) == ERR_OK && size > parts * POOL_PART_BYTES)
		disk_try_cut(fd, parts * POOL_PART_BYTES);
	disk_close(&fd);
}

/* All names in one column of rows. */
static enum err
touch_rows(struct pool *pool, enum sql_query query, int column, int dir)
{
	char name[INSIDE_NAME_MAX];
	uint8_t hex[NAME_BYTES];
	enum err e;

	if ((e = sql_ask(pool->store, query, NO_VALUES)) != ERR_OK)
		return e;
	while ((e = sql_next(pool->store, query)) == ERR_OK &&
	    (e = sql_bytes(pool->store, query, column, hex, sizeof hex)) ==
		ERR_OK) {
		inside_name_hex(name, hex);
		(void)touch_name(dir, name);
		if (query == SQL_FILES)
			cut_back(dir, name,
			    (uint64_t)sql_number(pool->store, query, 2));
	}
	sql_done(pool->store, query);
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
touch_all(struct pool *pool)
{
	static const char *const names[] = { "lock", "pool.db",
		"pool.db-journal" };
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < pool->days; i++) {
		if (pool->day[i].fd >= 0)
			e = touch(pool->day[i].fd);
		if (e == ERR_OK && pool->day[i].file.fd >= 0)
			e = touch(pool->day[i].file.fd);
	}
	if (e == ERR_OK && pool->closing.file.fd >= 0)
		e = touch(pool->closing.file.fd);
	if (e != ERR_OK ||
	    (e = touch_rows(pool, SQL_FILES, 0, pool->days_dir)) != ERR_OK ||
	    (e = touch_rows(pool, SQL_UPLOADS_OPEN, 1, pool->uploads_dir)) !=
		ERR_OK)
		return e;
	for (size_t i = 0; i < COUNT(names); i++)
		(void)touch_name(pool->root, names[i]);
	if (futimens(pool->days_dir, NULL) != 0 ||
	    futimens(pool->uploads_dir, NULL) != 0 ||
	    futimens(pool->root, NULL) != 0)
		return ERR_IO;
	return ERR_OK;
}

enum err
pool_tick(struct pool *pool)
{
	enum err e;

	assert(!pool->in_batch);
	if (pool->lost)
		return ERR_IO;
	pool->may_step = true;
	if ((e = upload_tick(pool)) == ERR_OK)
		e = touch_all(pool);
	return inside_said(pool, e);
}
