/*
 * Uploads: parts lie in a file of their own, to which the front appends.  What
 * the rows count as kept has been synced; the rest does not survive a start of
 * the machine, since a file's size may outlive a power cut without its bytes.
 * It does survive a start of the keeper: then a front may still be writing.
 */
#include <assert.h>
#include <fcntl.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"

#include "pool/disk.h"
#include "pool/inside.h"

#define LIFE_HOURS 24U

struct upload {
	enum pool_upload_state state;
	uint8_t name[NAME_BYTES];
	uint32_t kept;
};

static uint32_t
hour(const struct pool *pool)
{
	return (uint32_t)(pool->now / HOUR_SECONDS);
}

uint32_t
upload_until(uint32_t day)
{
	return (day + 2U) * LIFE_HOURS;
}

static enum err
look_up(struct pool *pool, const uint8_t *id, struct upload *u)
{
	enum err e;

	memset(u, 0, sizeof *u);
	e = sql_ask(pool->store, SQL_UPLOAD,
	    VALUES(SQL_BYTES("id", id, POOL_UPLOAD_BYTES)));
	if (e != ERR_OK)
		return e;
	if ((e = sql_next(pool->store, SQL_UPLOAD)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_OK : e;
	if (sql_is_null(pool->store, SQL_UPLOAD, 0)) {
		u->state = POOL_UPLOAD_COMMITTED;
	} else {
		u->state = POOL_UPLOAD_OPEN;
		e = sql_bytes(pool->store, SQL_UPLOAD, 0, u->name, NAME_BYTES);
	}
	u->kept = (uint32_t)sql_number(pool->store, SQL_UPLOAD, 1);
	sql_done(pool->store, SQL_UPLOAD);
	return e;
}

static enum err
open_upload(struct pool *pool, const struct upload *u, int flags, int *fd)
{
	char name[INSIDE_NAME_MAX];
	enum err e;

	inside_name_hex(name, u->name);
	e = disk_open(fd, pool->uploads_dir, name, flags);
	return e == ERR_NOTHING ? ERR_SHORT : e;
}

static enum err
whole_parts(int fd, uint32_t *parts, uint64_t *size)
{
	const enum err e = disk_size(fd, size);
	const uint64_t n = *size / POOL_PART_BYTES;

	if (e == ERR_OK)
		*parts = n < POOL_PARTS_MAX ? (uint32_t)n : POOL_PARTS_MAX;
	return e;
}

static enum err
begin_new(struct pool *pool, const uint8_t *id, struct upload *u)
{
	char name[INSIDE_NAME_MAX];
	enum err e;
	int fd;

	if (pool->uploads >= POOL_UPLOADS_MAX)
		return ERR_BUSY;
	crypt_random(u->name, sizeof u->name);
	inside_name_hex(name, u->name);
	e = disk_open(
	    &fd, pool->uploads_dir, name, O_WRONLY | O_CREAT | O_EXCL);
	if (e != ERR_OK)
		return e;
	disk_close(&fd);
	if ((e = disk_sync(pool->uploads_dir)) != ERR_OK)
		return e;
	e = sql_do(pool->store, SQL_UPLOAD_ADD,
	    VALUES(SQL_BYTES("id", id, POOL_UPLOAD_BYTES),
		SQL_BYTES("name", u->name, NAME_BYTES),
		SQL_NUMBER("until", hour(pool) + LIFE_HOURS)));
	if (e != ERR_OK && e != ERR_IO)
		disk_try_remove(pool->uploads_dir, name);
	u->state = POOL_UPLOAD_OPEN;
	return e;
}

/* Cut what is broken and open for appending. */
static enum err
hand_out(struct pool *pool, const struct upload *u, struct pool_upload *out)
{
	int fd, eye = -1;
	uint64_t size;
	enum err e;

	e = open_upload(pool, u, O_WRONLY | O_APPEND, &fd);
	if (e != ERR_OK)
		return e;
	if ((e = open_upload(pool, u, O_RDONLY, &eye)) == ERR_OK &&
	    (e = whole_parts(fd, &out->parts, &size)) == ERR_OK &&
	    size != (uint64_t)out->parts * POOL_PART_BYTES)
		e = disk_cut(fd, (uint64_t)out->parts * POOL_PART_BYTES);
	if (e != ERR_OK) {
		disk_close(&eye);
		disk_close(&fd);
		return e;
	}
	out->fd = fd; /* both now the caller's */
	out->eye = eye;
	return ERR_OK;
}

struct begins {
	enum pool_who who;
	bool is_there; /* and so has a place */
};

static bool
may_begin(const struct pool *pool, const void *with)
{
	const struct begins *b = with;

	return room_parts(pool, b->who) > 0 &&
	    (b->is_there || pool->uploads < POOL_UPLOADS_MAX);
}

static enum err
begin(struct pool *pool, enum pool_who who, const uint8_t *id,
    struct pool_upload *out)
{
	struct begins b = { .who = who };
	struct upload u;
	enum err e;

	if ((e = look_up(pool, id, &u)) != ERR_OK)
		return e;
	if (u.state == POOL_UPLOAD_COMMITTED) {
		out->state = u.state;
		return ERR_OK;
	}
	if ((e = upload_measure(pool)) != ERR_OK)
		return e;
	b.is_there = u.state == POOL_UPLOAD_OPEN;
	e = rest_give_way(pool, u.name, may_begin, &b);
	if (e != ERR_OK && e != ERR_FULL)
		return e;
	out->room = room_parts(pool, who);
	if (u.state == POOL_UPLOAD_UNKNOWN) {
		if (out->room == 0)
			return ERR_FULL;
		if ((e = begin_new(pool, id, &u)) != ERR_OK)
			return e;
	}
	if ((e = hand_out(pool, &u, out)) == ERR_OK)
		out->state = POOL_UPLOAD_OPEN;
	return e;
}

enum err
pool_upload_begin(struct pool *pool, enum pool_who who,
    const uint8_t id[static POOL_UPLOAD_BYTES], struct pool_upload *upload)
{
	struct pool_upload got = { .fd = -1, .eye = -1 };
	enum err e;

	assert(!pool->in_batch);
	if (pool->lost)
		return ERR_IO;
	if ((e = begin(pool, who, id, &got)) == ERR_OK)
		*upload = got;
	return inside_said(pool, e);
}

static enum err
state(struct pool *pool, const uint8_t *id, struct pool_upload *out)
{
	struct upload u;
	uint64_t size;
	enum err e;
	int fd;

	if ((e = look_up(pool, id, &u)) != ERR_OK)
		return e;
	out->state = u.state;
	if (u.state != POOL_UPLOAD_OPEN)
		return ERR_OK;
	if ((e = open_upload(pool, &u, O_RDONLY, &fd)) != ERR_OK)
		return e;
	e = whole_parts(fd, &out->parts, &size);
	disk_close(&fd);
	/* What it has grown by counts against what it may still get. */
	if (e == ERR_OK)
		e = upload_measure(pool);
	out->room = room_parts(pool, POOL_SOURCE);
	return e;
}

enum err
pool_upload_state(struct pool *pool, const uint8_t id[static POOL_UPLOAD_BYTES],
    struct pool_upload *upload)
{
	struct pool_upload got = { .fd = -1, .eye = -1 };
	enum err e;

	assert(!pool->in_batch);
	if (pool->lost)
		return ERR_IO;
	if ((e = state(pool, id, &got)) == ERR_OK)
		*upload = got;
	return inside_said(pool, e);
}

/* The parts of a commit, and how far it has come. */
struct parts {
	const struct pool_commit *commit;
	struct upload upload;
	int fd; /* -1 when there are none */
	uint64_t size;
	bool moved;
};

/* Who holds the descriptor could append after the commit. */
static enum err
check_unwritten(struct pool *pool, const struct upload *u)
{
	enum err e;
	int fd;

	if ((e = open_upload(pool, u, O_RDONLY, &fd)) != ERR_OK)
		return e;
	e = disk_unwritten(fd);
	disk_close(&fd);
	return e;
}

static enum err
check_parts(struct pool *pool, struct parts *p)
{
	uint8_t header[POOL_HEADER_BYTES];
	uint32_t whole;
	enum err e;

	if (p->upload.state == POOL_UPLOAD_UNKNOWN)
		return p->commit->parts == 0 ? ERR_OK : ERR_MISSING;
	if ((e = check_unwritten(pool, &p->upload)) != ERR_OK ||
	    (e = open_upload(pool, &p->upload, O_RDWR, &p->fd)) != ERR_OK ||
	    (e = whole_parts(p->fd, &whole, &p->size)) != ERR_OK)
		return e;
	if (whole < p->commit->parts)
		return ERR_MISSING;
	for (uint32_t j = 0; e == ERR_OK && j < p->commit->parts; j++)
		if ((e = disk_read(p->fd, header, sizeof header,
			 (uint64_t)j * POOL_PART_BYTES)) == ERR_OK)
			e = pool->set.check(header);
	return e;
}

static bool
may_commit(const struct pool *pool, const void *with)
{
	return room_ask(pool, with) == ERR_OK;
}

/* Everything that can be known before anything is changed. */
static enum err
check(struct pool *pool, struct parts *p)
{
	const struct pool_commit *c = p->commit;
	struct room_ask ask = { .who = c->who, .letters = 1 };
	enum err e;

	if (c->parts > POOL_PARTS_MAX)
		return ERR_TOOBIG;
	if ((e = pool->set.check(c->letter)) != ERR_OK ||
	    (e = check_parts(pool, p)) != ERR_OK)
		return e;
	/* Even the same bytes: other parts may stand behind them. */
	if ((e = letters_compare(pool, c->tag, c->letter)) != ERR_NOTHING)
		return e == ERR_OK ? ERR_TAKEN : e;
	if ((e = upload_measure(pool)) != ERR_OK)
		return e;
	ask.parts = c->parts;
	ask.own = p->size < pool->unfinished ? p->size : pool->unfinished;
	return rest_give_way(pool, p->upload.name, may_commit, &ask);
}

/* The parts to the disk, into the day, and both folders to the disk. */
static enum err
move_parts(struct pool *pool, struct parts *p)
{
	const uint64_t size = (uint64_t)p->commit->parts * POOL_PART_BYTES;
	char name[INSIDE_NAME_MAX];
	enum err e;

	if (p->commit->parts == 0)
		return ERR_OK;
	if (p->size != size && (e = disk_cut(p->fd, size)) != ERR_OK)
		return e;
	if ((e = disk_sync(p->fd)) != ERR_OK)
		return e;
	inside_name_hex(name, p->upload.name);
	e = disk_move(pool->uploads_dir, pool->days_dir, name);
	if (e != ERR_OK)
		return e;
	p->moved = true;
	if ((e = disk_sync(pool->days_dir)) == ERR_OK)
		e = disk_sync(pool->uploads_dir);
	return e;
}

static enum err
move_back(struct pool *pool, const struct parts *p)
{
	char name[INSIDE_NAME_MAX];
	enum err e;

	inside_name_hex(name, p->upload.name);
	if (disk_move(pool->days_dir, pool->uploads_dir, name) != ERR_OK)
		return ERR_IO; /* the next start does it */
	if ((e = disk_sync(pool->uploads_dir)) == ERR_OK)
		e = disk_sync(pool->days_dir);
	return e;
}

static enum err
add_part_rows(struct pool *pool, const struct parts *p, uint32_t day)
{
	uint8_t in[POOL_SECRET_BYTES + 4U], tag[SHA256_BYTES];
	int64_t file;
	enum err e;

	if (p->commit->parts == 0)
		return ERR_OK;
	e = sql_do(pool->store, SQL_FILE_ADD,
	    VALUES(SQL_BYTES("name", p->upload.name, NAME_BYTES),
		SQL_NUMBER("day", day), SQL_NUMBER("parts", p->commit->parts)));
	if (e == ERR_OK)
		e = sql_one(pool->store, SQL_FILE,
		    VALUES(SQL_BYTES("name", p->upload.name, NAME_BYTES)),
		    &file);
	memcpy(in, p->commit->secret, POOL_SECRET_BYTES);
	for (uint32_t j = 0; e == ERR_OK && j < p->commit->parts; j++) {
		enc_put_u32(in + POOL_SECRET_BYTES, j);
		sha256_two(tag, "sotto/1 part", 12, in, sizeof in);
		e = sql_do(pool->store, SQL_PART_ADD,
		    VALUES(SQL_BYTES("tag", tag, POOL_TAG_BYTES),
			SQL_NUMBER("file", file), SQL_NUMBER("place", j)));
	}
	wipe(in, sizeof in);
	return e;
}

static enum err
add_rows(struct pool *pool, const struct parts *p, struct day *day)
{
	const struct pool_commit *c = p->commit;
	enum err e;

	if ((e = add_part_rows(pool, p, day->day)) != ERR_OK)
		return e;
	e = sql_do(pool->store, SQL_UPLOAD_DONE,
	    VALUES(SQL_BYTES("id", c->id, POOL_UPLOAD_BYTES),
		SQL_NUMBER("until", upload_until(pool_today(pool)))));
	return e == ERR_OK ? letters_add(pool, day, c->tag) : e;
}

/* In this order: the parts' file synced, moved, both folders synced, the letter
 * synced, the rows. */
static enum err
commit(struct pool *pool, struct parts *p, struct day *day)
{
	const uint32_t letters = day->letters;
	enum err e;

	if ((e = move_parts(pool, p)) == ERR_OK &&
	    (e = letters_write(day, p->commit->letter)) == ERR_OK &&
	    (e = disk_sync(day->fd)) == ERR_OK &&
	    (e = sql_begin(pool->store)) == ERR_OK)
		e = inside_end(pool, add_rows(pool, p, day));
	if (e == ERR_OK) {
		day->parts += p->commit->parts;
		return ERR_OK;
	}
	day->letters = letters;
	if (e == ERR_IO)
		return e;
	disk_try_cut(day->fd, (uint64_t)letters * POOL_LETTER_BYTES);
	return p->moved && move_back(pool, p) != ERR_OK ? ERR_IO : e;
}

/* An upload of which nothing was wanted leaves no file. */
static enum err
drop_unwanted(struct pool *pool, const struct parts *p)
{
	char name[INSIDE_NAME_MAX];

	if (p->commit->parts > 0 || p->upload.state == POOL_UPLOAD_UNKNOWN)
		return ERR_OK;
	inside_name_hex(name, p->upload.name);
	return disk_remove(pool->uploads_dir, name);
}

enum err
pool_upload_commit(struct pool *pool, const struct pool_commit *c)
{
	struct parts p = { .commit = c, .fd = -1 };
	struct day *day;
	enum err e;

	assert(!pool->in_batch);
	if (pool->lost)
		return ERR_IO;
	if ((e = look_up(pool, c->id, &p.upload)) != ERR_OK ||
	    p.upload.state == POOL_UPLOAD_COMMITTED)
		return inside_said(pool, e);
	if ((e = inside_today(pool, &day)) == ERR_OK &&
	    (e = check(pool, &p)) == ERR_OK &&
	    (e = commit(pool, &p, day)) == ERR_OK &&
	    (e = drop_unwanted(pool, &p)) == ERR_OK)
		e = upload_measure(pool);
	disk_close(&p.fd);
	return inside_said(pool, e);
}

/* One unfinished upload that the tick looks at. */
struct due {
	uint8_t id[POOL_UPLOAD_BYTES];
	struct upload upload;
	uint32_t until;
};

static enum err
end(struct pool *pool, struct due *d)
{
	uint32_t whole = 0;
	uint64_t size;
	enum err e;
	int fd;

	if ((e = look_up(pool, d->id, &d->upload)) != ERR_OK ||
	    d->upload.state != POOL_UPLOAD_OPEN)
		return e;
	e = open_upload(pool, &d->upload, O_RDONLY, &fd);
	if (e != ERR_OK) /* dropped at the next start */
		return e == ERR_SHORT ? ERR_OK : e;
	if ((e = disk_unwritten(fd)) == ERR_OK)
		e = whole_parts(fd, &whole, &size);
	disk_close(&fd);
	if (e != ERR_OK || whole > 0)
		return e;
	e = upload_drop(pool, d->id, d->upload.name);
	return e == ERR_OK ? upload_measure(pool) : e;
}

enum err
pool_upload_end(struct pool *pool, const uint8_t id[static POOL_UPLOAD_BYTES])
{
	struct due d = { .until = 0 };

	assert(!pool->in_batch);
	if (pool->lost)
		return ERR_IO;
	memcpy(d.id, id, sizeof d.id);
	return inside_said(pool, end(pool, &d));
}

/* A front that went wrong may have appended without end; what is unfinished is
 * the first to go when the pool has become too large. */
static bool
is_over(struct pool *pool, const struct due *d)
{
	return d->until < hour(pool) || room_used(pool) > pool->set.capacity;
}

static enum err
keep(struct pool *pool, const struct due *d)
{
	uint32_t whole;
	uint64_t size;
	enum err e;
	int fd;

	e = open_upload(pool, &d->upload, O_WRONLY, &fd);
	if (e != ERR_OK)
		return e == ERR_SHORT ? ERR_OK : e;
	if ((e = whole_parts(fd, &whole, &size)) == ERR_OK &&
	    whole > d->upload.kept && (e = disk_sync(fd)) == ERR_OK)
		e = sql_do(pool->store, SQL_UPLOAD_KEPT,
		    VALUES(SQL_BYTES("id", d->id, POOL_UPLOAD_BYTES),
			SQL_NUMBER("parts", whole)));
	disk_close(&fd);
	return e;
}

/* The first unfinished upload whose name comes after that in `d`. */
static enum err
next_due(struct pool *pool, struct due *d)
{
	const enum sql_query q = SQL_UPLOAD_NEXT;
	enum err e;

	e = sql_ask(pool->store, q,
	    VALUES(SQL_BYTES("after", d->upload.name, NAME_BYTES)));
	if (e != ERR_OK || (e = sql_next(pool->store, q)) != ERR_OK)
		return e;
	if ((e = sql_bytes(pool->store, q, 0, d->id, sizeof d->id)) == ERR_OK)
		e = sql_bytes(pool->store, q, 1, d->upload.name, NAME_BYTES);
	d->upload.kept = (uint32_t)sql_number(pool->store, q, 2);
	d->until = (uint32_t)sql_number(pool->store, q, 3);
	sql_done(pool->store, q);
	return e;
}

enum err
upload_tick(struct pool *pool)
{
	struct due d = { .until = 0 };
	enum err e;

	if ((e = upload_measure(pool)) != ERR_OK)
		return e;
	while ((e = next_due(pool, &d)) == ERR_OK) {
		e = is_over(pool, &d) ? upload_drop(pool, d.id, d.upload.name)
				      : keep(pool, &d);
		if (e != ERR_OK || (e = upload_measure(pool)) != ERR_OK)
			return e;
	}
	if (e != ERR_NOTHING)
		return e;
	e = sql_do(pool->store, SQL_UPLOADS_FORGET,
	    VALUES(SQL_NUMBER("hour", hour(pool))));
	return e == ERR_OK ? upload_measure(pool) : e;
}

/* One that has no file was never answered for. */
static enum err
mend_one(struct pool *pool, const struct due *d, bool cut)
{
	enum err e;
	int fd;

	e = open_upload(pool, &d->upload, O_WRONLY, &fd);
	if (e == ERR_SHORT)
		return upload_drop(pool, d->id, d->upload.name);
	if (e != ERR_OK)
		return e;
	if (cut)
		e = disk_cut(fd, (uint64_t)d->upload.kept * POOL_PART_BYTES);
	disk_close(&fd);
	return e;
}

enum err
upload_mend(struct pool *pool, bool cut)
{
	struct due d = { .until = 0 };
	enum err e;

	while ((e = next_due(pool, &d)) == ERR_OK)
		if ((e = mend_one(pool, &d, cut)) != ERR_OK)
			return e;
	return e == ERR_NOTHING ? ERR_OK : e;
}
