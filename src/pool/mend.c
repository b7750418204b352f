/*
 * At the start rows and files are made to agree.  Rows are the truth, but that
 * a closed file beats what lies open: it was whole before it got its name.
 */
#include <dirent.h>
#include <fcntl.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/log.h"
#include "crypt/hash.h"

#include "pool/disk.h"
#include "pool/inside.h"

#define BOOT_MAX 128U

/* A file that a row speaks of is gone or cut. */
static enum err
missing(const struct pool *pool, const char *sentence)
{
	log_say_(sentence, ERR_MISSING);
	return pool->set.mend ? ERR_OK : ERR_MISSING;
}

/* Take in the closed file of `day`; ERR_NOTHING when there is none. */
static enum err
take_closed(struct pool *pool, uint32_t day)
{
	char name[INSIDE_NAME_MAX];
	struct closed file;
	struct day *d;
	enum err e;
	int fd;

	inside_name_day(name, day, "");
	if ((e = disk_open(&fd, pool->days_dir, name, O_RDWR)) != ERR_OK)
		return e;
	if ((e = closed_read(&file, fd, day)) != ERR_OK) {
		if (e == ERR_FORMAT)
			log_say(e, "the file of a closed day is damaged");
		goto out;
	}
	d = inside_day_add(pool, day);
	if (d == NULL) {
		e = ERR_TOOBIG;
		goto out;
	}
	d->file = file;
	fd = -1; /* now the day's */
out:
	disk_close(&fd);
	return e;
}

static enum err
count(struct pool *pool, enum sql_query query, uint32_t day, uint32_t *n)
{
	int64_t got = 0;
	enum err e;

	e = sql_one(pool->store, query, VALUES(SQL_NUMBER("day", day)), &got);
	*n = (uint32_t)got;
	return e;
}

/* What lies behind the last letter that has a row was never acknowledged. */
static enum err
take_open(struct pool *pool, uint32_t day)
{
	char name[INSIDE_NAME_MAX];
	uint32_t letters, parts;
	uint64_t size, want;
	struct day *d;
	enum err e;
	int fd;

	inside_name_day(name, day, ".letters");
	if ((e = disk_open(&fd, pool->days_dir, name, O_RDWR)) != ERR_OK)
		return e;
	if ((e = count(pool, SQL_LETTERS_COUNT, day, &letters)) != ERR_OK ||
	    (e = count(pool, SQL_PARTS_COUNT, day, &parts)) != ERR_OK ||
	    (e = disk_size(fd, &size)) != ERR_OK)
		goto out;
	want = (uint64_t)letters * POOL_LETTER_BYTES;
	e = size < want ? ERR_NOTHING : ERR_OK;
	if (size > want)
		e = disk_cut(fd, want);
	if (e != ERR_OK)
		goto out;
	if ((d = inside_day_add(pool, day)) == NULL) {
		e = ERR_TOOBIG;
		goto out;
	}
	d->fd = fd;
	d->letters = letters;
	d->parts = parts;
	fd = -1; /* now the day's */
out:
	disk_close(&fd);
	return e;
}

/* With the letters' file all of its day's rows go; with the closed file, its
 * one row. */
static enum err
forget_day(struct pool *pool, uint32_t day)
{
	static const enum sql_query drops[] = { SQL_LETTERS_DROP,
		SQL_PARTS_DROP, SQL_FILES_DROP, SQL_DAY_DROP };
	enum err e;

	if ((e = missing(pool, "the file of a day is gone")) != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < COUNT(drops); i++)
		e = sql_do(
		    pool->store, drops[i], VALUES(SQL_NUMBER("day", day)));
	return e;
}

static enum err
take_day(struct pool *pool, uint32_t day, bool closed)
{
	enum err e;

	if ((e = take_closed(pool, day)) == ERR_OK)
		return closed ? ERR_OK
			      : closing_finish(pool, inside_day(pool, day));
	if (e != ERR_NOTHING)
		return e;
	e = closed ? ERR_NOTHING : take_open(pool, day);
	return e == ERR_NOTHING ? forget_day(pool, day) : e;
}

static enum err
take_days(struct pool *pool)
{
	uint32_t day[DAYS_MAX];
	bool closed[DAYS_MAX];
	size_t n = 0;
	enum err e;

	if ((e = sql_ask(pool->store, SQL_DAYS, NO_VALUES)) != ERR_OK)
		return e;
	while ((e = sql_next(pool->store, SQL_DAYS)) == ERR_OK) {
		if (n == DAYS_MAX) {
			e = ERR_TOOBIG;
			break;
		}
		day[n] = (uint32_t)sql_number(pool->store, SQL_DAYS, 0);
		closed[n++] = sql_number(pool->store, SQL_DAYS, 1) != 0;
	}
	sql_done(pool->store, SQL_DAYS);
	if (e != ERR_NOTHING)
		return e;
	e = ERR_OK;
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = take_day(pool, day[i], closed[i]);
	return e;
}

/* Is there a row of this file?  *open: of an unfinished upload. */
static enum err
row_of(struct pool *pool, const uint8_t *name, bool *committed, bool *open)
{
	int64_t number;
	enum err e;

	e = sql_one(pool->store, SQL_FILE,
	    VALUES(SQL_BYTES("name", name, NAME_BYTES)), &number);
	*committed = e == ERR_OK;
	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	e = sql_one(pool->store, SQL_UPLOAD_NAMED,
	    VALUES(SQL_BYTES("name", name, NAME_BYTES)), &number);
	*open = e == ERR_OK;
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* A file of parts among the days. */
static enum err
see_parts(struct pool *pool, const char *entry, const uint8_t *name)
{
	bool committed, open;
	enum err e;

	if ((e = row_of(pool, name, &committed, &open)) != ERR_OK || committed)
		return e;
	if (open) /* moved, but the rows did not follow */
		return disk_move(pool->days_dir, pool->uploads_dir, entry);
	return disk_remove(pool->days_dir, entry);
}

static enum err
see_unfinished(struct pool *pool, const char *entry, const uint8_t *name)
{
	bool committed, open;
	enum err e;

	if ((e = row_of(pool, name, &committed, &open)) != ERR_OK || open)
		return e;
	return disk_remove(pool->uploads_dir, entry);
}

/* A file whose name begins with a day. */
static enum err
see_day(struct pool *pool, const char *entry, uint32_t day, const char *end)
{
	const struct day *d = inside_day(pool, day);
	enum err e;

	if (strcmp(end, ".new") == 0)
		return disk_remove(pool->days_dir, entry);
	if (strcmp(end, ".letters") == 0)
		return d != NULL && d->fd >= 0
		    ? ERR_OK
		    : disk_remove(pool->days_dir, entry);
	if (*end != '\0' || d != NULL)
		return ERR_OK;
	if ((e = take_closed(pool, day)) != ERR_OK)
		return e;
	return sql_do(
	    pool->store, SQL_DAY_CLOSE, VALUES(SQL_NUMBER("day", day)));
}

static enum err
see_among_days(struct pool *pool, const char *entry)
{
	uint8_t name[NAME_BYTES];
	uint64_t day;
	size_t digits;

	if (enc_hex_read(name, sizeof name, entry, strlen(entry)) == ERR_OK)
		return see_parts(pool, entry, name);
	digits = strspn(entry, "0123456789");
	if (enc_decimal_read(&day, UINT32_MAX, entry, digits) != ERR_OK)
		return ERR_OK; /* nothing of ours */
	return see_day(pool, entry, (uint32_t)day, entry + digits);
}

static enum err
see_among_uploads(struct pool *pool, const char *entry)
{
	uint8_t name[NAME_BYTES];

	if (enc_hex_read(name, sizeof name, entry, strlen(entry)) != ERR_OK)
		return ERR_OK;
	return see_unfinished(pool, entry, name);
}

static enum err
see_any(struct pool *pool, const char *entry)
{
	(void)pool;
	return *entry == '.' ? ERR_OK : ERR_MISSING;
}

static enum err
each_entry(struct pool *pool, int dir,
    enum err (*see)(struct pool *pool, const char *entry))
{
	const struct dirent *entry;
	enum err e;
	DIR *d;
	int fd;

	e = disk_open(&fd, dir, ".", O_RDONLY | O_DIRECTORY);
	if (e != ERR_OK)
		return e;
	if ((d = fdopendir(fd)) == NULL) {
		disk_close(&fd);
		return ERR_NOMEM;
	}
	while (e == ERR_OK && (entry = readdir(d)) != NULL)
		e = see(pool, entry->d_name);
	(void)closedir(d);
	return e;
}

/* Without its database a pool is not an empty pool. */
static enum err
is_empty(struct pool *pool)
{
	enum err e;

	if ((e = each_entry(pool, pool->days_dir, see_any)) == ERR_OK)
		e = each_entry(pool, pool->uploads_dir, see_any);
	if (e == ERR_MISSING)
		return missing(pool, "the database of the pool is gone");
	return e;
}

static enum err
is_whole(struct pool *pool, const uint8_t *name, uint32_t parts)
{
	char entry[INSIDE_NAME_MAX];
	uint64_t size = 0;
	enum err e;
	int fd;

	inside_name_hex(entry, name);
	e = disk_open(&fd, pool->days_dir, entry, O_RDONLY);
	if (e == ERR_OK)
		e = disk_size(fd, &size);
	disk_close(&fd);
	if (e != ERR_OK)
		return e;
	return size < (uint64_t)parts * POOL_PART_BYTES ? ERR_NOTHING : ERR_OK;
}

static enum err
forget_file(
    struct pool *pool, const uint8_t *name, struct day *day, uint32_t parts)
{
	static const enum sql_query drops[] = { SQL_PARTS_DROP_FILE,
		SQL_FILE_DROP };
	enum err e;

	if ((e = missing(pool, "a file of parts is gone")) != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < COUNT(drops); i++)
		e = sql_do(pool->store, drops[i],
		    VALUES(SQL_BYTES("name", name, NAME_BYTES)));
	if (e == ERR_OK && day != NULL)
		day->parts -= parts;
	return e;
}

/* Every committed file of parts, one by one, since one may be forgotten. */
static enum err
check_files(struct pool *pool)
{
	const enum sql_query q = SQL_FILE_NEXT;
	uint8_t name[NAME_BYTES] = { 0 };
	struct day *day;
	uint32_t parts;
	enum err e;

	for (;;) {
		e = sql_ask(pool->store, q,
		    VALUES(SQL_BYTES("after", name, sizeof name)));
		if (e != ERR_OK || (e = sql_next(pool->store, q)) != ERR_OK)
			return e == ERR_NOTHING ? ERR_OK : e;
		e = sql_bytes(pool->store, q, 0, name, sizeof name);
		parts = (uint32_t)sql_number(pool->store, q, 1);
		day = inside_day(pool, (uint32_t)sql_number(pool->store, q, 2));
		sql_done(pool->store, q);
		if (e == ERR_OK &&
		    (e = is_whole(pool, name, parts)) == ERR_NOTHING)
			e = forget_file(pool, name, day, parts);
		if (e != ERR_OK)
			return e;
	}
}

static enum err
read_boot(const struct pool *pool, uint8_t id[static SHA256_BYTES])
{
	struct buf b;
	enum err e = ERR_OK;

	buf_init(&b, BOOT_MAX);
	if (pool->set.boot != NULL)
		e = buf_put_str(&b, pool->set.boot);
	else
		e = file_read(&b, "/proc/sys/kernel/random/boot_id");
	sha256(id, b.at, b.len);
	buf_drop(&b);
	/* Where nothing names it, every start is one of the machine. */
	return e == ERR_NOMEM ? e : e == ERR_OK ? ERR_OK : ERR_NOTHING;
}

/* Is this the run of the machine in which the pool was last opened? */
static enum err
is_same_boot(struct pool *pool, bool *same)
{
	uint8_t now[SHA256_BYTES], was[SHA256_BYTES];
	enum err e;

	*same = false;
	if ((e = read_boot(pool, now)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_OK : e;
	if ((e = sql_ask(pool->store, SQL_BOOT, NO_VALUES)) != ERR_OK)
		return e;
	if ((e = sql_next(pool->store, SQL_BOOT)) == ERR_OK) {
		e = sql_bytes(pool->store, SQL_BOOT, 0, was, sizeof was);
		*same = e == ERR_OK && memcmp(now, was, sizeof now) == 0;
	}
	sql_done(pool->store, SQL_BOOT);
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* Said only when all that had to be cut is cut. */
static enum err
set_boot(struct pool *pool)
{
	uint8_t now[SHA256_BYTES];
	enum err e;

	if ((e = read_boot(pool, now)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_OK : e;
	return sql_do(pool->store, SQL_BOOT_SET,
	    VALUES(SQL_BYTES("id", now, sizeof now)));
}

enum err
mend(struct pool *pool, bool fresh)
{
	bool same;
	enum err e;

	if (fresh && (e = is_empty(pool)) != ERR_OK)
		return e;
	if ((e = take_days(pool)) != ERR_OK ||
	    (e = each_entry(pool, pool->days_dir, see_among_days)) != ERR_OK ||
	    (e = each_entry(pool, pool->uploads_dir, see_among_uploads)) !=
		ERR_OK ||
	    (e = check_files(pool)) != ERR_OK ||
	    (e = is_same_boot(pool, &same)) != ERR_OK ||
	    (e = upload_mend(pool, !same)) != ERR_OK ||
	    (e = disk_sync(pool->days_dir)) != ERR_OK)
		return e;
	if ((e = disk_sync(pool->uploads_dir)) != ERR_OK)
		return e;
	return same ? ERR_OK : set_boot(pool);
}
