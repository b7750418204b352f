/*
 * inside: what the files of pool/ share, and nobody else sees.
 *
 *	DIR/lock              held for as long as the pool is open
 *	DIR/pool.db           rows: see queries.sql
 *	DIR/uploads/HEX       an unfinished upload; HEX is 16 random bytes
 *	DIR/days/HEX          its parts, once committed, until the day closes
 *	DIR/days/DAY.letters  letters of an open day, one behind the other
 *	DIR/days/DAY.new      a closed day that is being written
 *	DIR/days/DAY          a closed day: closed.h
 */
#ifndef POOL_INSIDE_H
#define POOL_INSIDE_H

#include "pool/closed.h"
#include "pool/pool.h"
#include "store/sql.h"

#define NAME_BYTES 16U
#define DAYS_MAX (POOL_RETENTION_MAX + 8U)
#define DAY_SECONDS 86400U
#define HOUR_SECONDS 3600U
#define RETENTION_USUAL 90U

/* Statements with their values: sql_do(ASK(store, DAY_ADD, NUMBER(...))). */
#define VALUES(...) \
	(const struct sql_value[]){ __VA_ARGS__ }, \
	    COUNT(((const struct sql_value[]){ __VA_ARGS__ }))
#define NO_VALUES NULL, 0

struct day {
	uint32_t day;
	uint32_t letters, parts; /* of an open day: rows */
	int fd; /* the letters of an open day, else -1 */
	struct closed file; /* of a closed day, else fd is -1 */
};

/* A closed day that is being written: done of its letters and parts are. */
struct closing {
	struct closed file; /* fd is -1 when none is */
	uint32_t done[2];
};

/* An unfinished upload, and since when it has not grown. */
struct rest {
	uint8_t id[POOL_UPLOAD_BYTES], name[NAME_BYTES];
	uint64_t size, since;
};

struct pool {
	struct pool_settings set;
	int root, days_dir, uploads_dir, lock;
	struct sql *store;
	uint64_t now;
	bool lost, in_batch;
	enum err batch; /* why the batch under way must fail */
	uint32_t batch_letters; /* of today before it */
	struct day day[DAYS_MAX]; /* oldest first */
	size_t days;
	uint64_t unfinished; /* bytes of unfinished uploads */
	uint32_t uploads; /* how many there are */
	/* Of each, by name, as it was measured last; and room for next time. */
	struct rest rest[2][POOL_UPLOADS_MAX];
	unsigned rest_is;
	struct closing closing;
	bool may_step; /* pool_step() may find something to do */
	bool erasing; /* there may be rows of erasures */
};

/* Where an envelope lies. */
struct place {
	struct day *day; /* NULL when there is none */
	enum pool_kind kind;
	uint32_t at; /* which one of its file */
	uint8_t name[NAME_BYTES]; /* of a part's file in an open day */
};

/* Remember that ERR_IO is final. */
enum err inside_said(struct pool *pool, enum err e);

/* The day's entry, NULL when there is none; today's, made when it must be
 * (not inside a transaction). */
struct day *inside_day(struct pool *pool, uint32_t day);
enum err inside_today(struct pool *pool, struct day **day) MUST_USE;
struct day *inside_day_add(struct pool *pool, uint32_t day);
void inside_day_remove(struct pool *pool, struct day *day);

/* Names of files. */
#define INSIDE_NAME_MAX 40U
void inside_name_hex(
    char out[static INSIDE_NAME_MAX], const uint8_t name[static NAME_BYTES]);
void inside_name_day(
    char out[static INSIDE_NAME_MAX], uint32_t day, const char *end);

/* A transaction around what is done between: end it with what happened, and
 * hear what has become of it. */
enum err inside_end(struct pool *pool, enum err e) MUST_USE;

/* find.c: all files are searched, whether it is found early or not. */
enum err find_letter(
    struct pool *pool, const uint8_t *tag, struct place *place) MUST_USE;
enum err find_part(
    struct pool *pool, const uint8_t *tag, struct place *place) MUST_USE;
/* Only among the rows of open days. */
enum err find_open(struct pool *pool, enum pool_kind kind, const uint8_t *tag,
    struct place *place) MUST_USE;
/* Only in the day where `day` says. */
enum err find_part_in(struct pool *pool, struct day *day, const uint8_t *tag,
    struct place *place) MUST_USE;
enum err find_read(struct pool *pool, const struct place *place, size_t from,
    uint8_t *out, size_t n) MUST_USE;
/* Overwrite the whole envelope, and sync it. */
enum err find_write(
    struct pool *pool, const struct place *place, const uint8_t *p) MUST_USE;

/* letters.c: put a letter behind those of today's file (yet to be synced), and
 * its row into the transaction that is under way. */
enum err letters_write(struct day *day, const uint8_t *letter) MUST_USE;
enum err letters_add(
    struct pool *pool, struct day *day, const uint8_t *tag) MUST_USE;
/* ERR_NOTHING: the tag is free.  ERR_OK: it has these bytes.  ERR_TAKEN. */
enum err letters_compare(
    struct pool *pool, const uint8_t *tag, const uint8_t *letter) MUST_USE;

/* room.c */
uint32_t room_filled_letters(const struct pool *pool, uint32_t n);
uint32_t room_filled_parts(const struct pool *pool, uint32_t n);
uint64_t room_used(const struct pool *pool);
/* May so much more come today?  `own` bytes of unfinished uploads are those of
 * the parts themselves. */
struct room_ask {
	enum pool_who who;
	uint32_t letters, parts;
	uint64_t own;
};
enum err room_ask(const struct pool *pool, const struct room_ask *ask) MUST_USE;
/* How many more parts may come to the unfinished uploads? */
uint32_t room_parts(const struct pool *pool, enum pool_who who);

/* rest.c: what unfinished uploads take, looked at anew.  One is dropped.  When
 * it does not fit, those that rest give way, the longest first: as many as it
 * takes, none when all of them would not do, and never the one of this name;
 * ERR_FULL. */
enum err upload_measure(struct pool *pool) MUST_USE;
enum err upload_drop(
    struct pool *pool, const uint8_t *id, const uint8_t *name) MUST_USE;
enum err rest_give_way(struct pool *pool, const uint8_t *name,
    bool (*fits)(const struct pool *pool, const void *with),
    const void *with) MUST_USE;

/* upload.c: uploads whose time is over go; what they have is synced and counted
 * as kept. */
enum err upload_tick(struct pool *pool) MUST_USE;
/* The hour until which one that was committed on a day is remembered, the end
 * of the next day: its row tells no time. */
uint32_t upload_until(uint32_t day);
/* At the start; `cut` to what the rows say is kept. */
enum err upload_mend(struct pool *pool, bool cut) MUST_USE;

/* erase.c */
enum err erase_is_due(
    struct pool *pool, const uint8_t *tag, bool *due) MUST_USE;
enum err erase_now(struct pool *pool, const uint8_t *tag) MUST_USE;
enum err erase_step(struct pool *pool, bool *did) MUST_USE;

/* closing.c: a little of closing a day; of retention; what the rename made
 * final, finished (also at start). */
enum err closing_step(struct pool *pool, bool *did) MUST_USE;
enum err closing_finish(struct pool *pool, struct day *day) MUST_USE;
enum err closing_retire(struct pool *pool, bool *did) MUST_USE;
void closing_drop(struct pool *pool);
/* Give the room back that a closing has taken; it begins anew. */
void closing_give_up(struct pool *pool);
/* Overwrite in the file being written what has been written there already. */
enum err closing_write(struct pool *pool, const struct place *place,
    const uint8_t *tag, const uint8_t *p) MUST_USE;

/* mend.c: make rows and files agree; fills in the days. */
enum err mend(struct pool *pool, bool fresh) MUST_USE;

#endif
