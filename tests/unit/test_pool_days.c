#include "pool_quick.h"

static uint8_t *
whole_file(const char *name, size_t *n)
{
	char path[FILE_PATH_MAX];
	struct buf b;

	(void)snprintf(path, sizeof path, "%s/%s", dir, name);
	buf_init(&b, 64U << 20U);
	OK(file_read(&b, path) == ERR_OK);
	*n = b.len;
	return b.at;
}

static void
put_back(uint8_t *p, size_t n)
{
	memset(p, 0, n);
	free(p);
}

/* How many files there are below days/ and uploads/. */
static size_t
files_in(const char *below)
{
	char path[FILE_PATH_MAX];
	struct dirent *entry;
	size_t n = 0;
	DIR *d;

	(void)snprintf(path, sizeof path, "%s/%s", dir, below);
	OK((d = opendir(path)) != NULL);
	while ((entry = readdir(d)) != NULL)
		n += entry->d_name[0] != '.';
	(void)closedir(d);
	return n;
}

static void
a_closed_day_is_one_file_and_keeps_everything(void)
{
	struct pool *pool = fresh();
	struct pool_day day;

	for (unsigned i = 0; i < 11; i++)
		OK(fake_put(pool, i) == ERR_OK);
	OK(fake_upload(pool, 100, 3) == ERR_OK);
	OK(fake_commit(pool, 100, 3) == ERR_OK);
	OK(files_in("days") == 2);
	next_day(pool);
	OK(files_in("days") == 2); /* the closed day and today's letters */
	for (unsigned round = 0; round < 2; round++) {
		for (unsigned i = 0; i < 11; i++)
			OK(fake_is_there(pool, i));
		for (uint32_t j = 0; j < 3; j++)
			OK(fake_part_is_there(pool, 100, j));
		OK(pool_days(pool) == 2);
		OK(pool_day_at(pool, 0, &day) == ERR_OK);
		OK(day.day == FAKE_DAY && day.closed);
		/* 12 letters are above the least of 8; 3 parts become 4. */
		OK(day.letters == 12 && day.parts == 4);
		pool_close(pool);
		pool = opened_with(FAKE_DAY + 1, &fake_settings);
	}
	done(pool);
}

static void
fillings_go_by_steps(void)
{
	static const struct {
		uint32_t is, want;
	} rows[] = { { 0, 2 }, { 2, 2 }, { 3, 4 }, { 5, 8 } };
	struct pool *pool = fresh();
	struct pool_day day;

	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(fake_upload(pool, 100 + i, rows[i].is) == ERR_OK);
		OK(fake_commit(pool, 100 + i, rows[i].is) == ERR_OK);
		next_day(pool);
		OK(pool_day_at(pool, i, &day) == ERR_OK);
		OK(day.letters == 8 && day.parts == rows[i].want);
	}
	done(pool);
}

static void
closed_day_shows_no_order(void)
{
	struct pool *pool = fresh();
	uint8_t tags[64 * POOL_TAG_BYTES], digest[32], *p;
	char name[32];
	struct pool_day day;
	const struct pool_list list = { FAKE_DAY, POOL_LETTER, NULL, tags, 64 };
	size_t n, size;

	for (unsigned i = 0; i < 5; i++)
		OK(fake_put(pool, i) == ERR_OK);
	next_day(pool);
	OK(pool_day_tags(pool, &list, &n) == ERR_OK && n == 8);
	for (size_t i = 1; i < n; i++)
		OK(memcmp(tags + (i - 1) * 16, tags + i * 16, 16) < 0);
	sha256(digest, tags, n * POOL_TAG_BYTES);
	OK(pool_day_at(pool, 0, &day) == ERR_OK);
	OK(memcmp(digest, day.digest, sizeof digest) == 0);
	/* Envelopes lie in the order of their tags too, and nothing else is in
	 * the file. */
	(void)snprintf(name, sizeof name, "days/%u", FAKE_DAY);
	p = whole_file(name, &size);
	OK(size == 4096 + 4096 + 8 * 16384 + 2 * 1048576);
	for (unsigned i = 0; i < 5; i++) {
		uint8_t tag[POOL_TAG_BYTES], want[POOL_LETTER_BYTES];
		size_t at = 0;

		fake_tag(tag, i);
		fake_fill(want, sizeof want, 'L', i);
		while (memcmp(tags + at * 16, tag, 16) != 0)
			at++;
		OK(memcmp(p + 8192 + at * 16384, want, sizeof want) == 0);
	}
	for (size_t i = 92; i < 4096; i++)
		OK(p[i] == 0);
	for (size_t i = 4096 + 10 * 16; i < 8192; i++)
		OK(p[i] == 0);
	put_back(p, size);
	/* Neither do the rows: no tag of that day is left in the database. */
	for (unsigned i = 0; i < 5; i++) {
		uint8_t tag[POOL_TAG_BYTES];

		fake_tag(tag, i);
		p = whole_file("pool.db", &size);
		OK(memmem(p, size, tag, sizeof tag) == NULL);
		put_back(p, size);
	}
	done(pool);
}

/* How often an hour stands in the database: in three bytes, in rows alone. */
static unsigned
rows_until(uint32_t hour)
{
	uint8_t want[4], *p, *at;
	unsigned n = 0;
	size_t size;

	enc_put_u32(want, hour);
	p = whole_file("pool.db", &size);
	for (at = p;
	     (at = memmem(at, size - (size_t)(at - p), want + 1, 3)) != NULL;
	     at++)
		n++;
	put_back(p, size);
	return n;
}

/* What was committed with files is remembered for a day more, when the day is
 * closed and its true numbers are nowhere else. */
static void
a_closed_day_does_not_say_how_many_came_with_files(void)
{
	const uint32_t until = (FAKE_DAY + 2) * 24;

	for (unsigned n = 0; n <= 3; n++) {
		struct pool *pool = fresh();
		const uint32_t filled = n <= 2 ? 2 : 4;

		for (unsigned i = 0; i < n; i++) {
			OK(fake_upload(pool, 100 + i, 1) == ERR_OK);
			OK(fake_commit(pool, 100 + i, 1) == ERR_OK);
		}
		OK(rows_until(until) == n);
		next_day(pool);
		OK(rows_until(until) == filled);
		for (unsigned i = 0; i < n; i++) /* and they are known still */
			OK(fake_commit(pool, 100 + i, 1) == ERR_OK);
		pool_close(pool);
		pool = opened_with(FAKE_DAY + 1, &fake_settings);
		OK(rows_until(until) == filled);
		pool_now(pool, FAKE_NOON(FAKE_DAY + 2));
		OK(fake_steps(pool) == ERR_OK && pool_tick(pool) == ERR_OK);
		OK(rows_until(until) == 0);
		done(pool);
	}
}

static void
lists_go_on_where_they_stopped(void)
{
	struct pool *pool = fresh();
	uint8_t all[16 * POOL_TAG_BYTES], few[16 * POOL_TAG_BYTES];
	struct pool_list list = { FAKE_DAY, POOL_LETTER, NULL, all, 16 };
	size_t n, got, k;

	for (unsigned i = 0; i < 11; i++)
		OK(fake_put(pool, i) == ERR_OK);
	for (unsigned round = 0; round < 2; round++) {
		list.after = NULL;
		list.tags = all;
		list.max = 16;
		OK(pool_day_tags(pool, &list, &n) == ERR_OK && n == 11);
		list.max = 4;
		for (got = 0; got < 11; got += k) {
			list.after = got == 0 ? NULL : few + (got - 1) * 16;
			list.tags = few + got * 16;
			OK(pool_day_tags(pool, &list, &k) == ERR_OK);
			OK(k == (got < 8 ? 4 : 3));
		}
		OK(memcmp(all, few, 11 * 16) == 0);
		next_day(pool);
	}
	list.day = FAKE_DAY + 9;
	OK(pool_day_tags(pool, &list, &n) == ERR_NOTHING);
	done(pool);
}

static void
commit_after_midnight_is_shown(void)
{
	uint8_t tag[POOL_TAG_BYTES], bit;
	struct pool *pool = fresh();
	struct pool_day day;

	OK(fake_upload(pool, 1, 2) == ERR_OK);
	pool_now(pool, FAKE_NOON(FAKE_DAY + 1));
	OK(pool_tick(pool) == ERR_OK);
	OK(fake_commit(pool, 1, 2) == ERR_OK);
	OK(fake_steps(pool) == ERR_OK);
	fake_tag(tag, 1);
	OK(pool_look(pool, tag, 1, &bit) == ERR_OK && bit == 1);
	OK(pool_day_at(pool, 1, &day) == ERR_OK);
	OK(day.day == FAKE_DAY + 1 && day.letters == 1 && day.parts == 2);
	OK(fake_is_there(pool, 1) && fake_part_is_there(pool, 1, 1));
	done(pool);
}

static void
letters_come_while_a_day_is_closed(void)
{
	struct pool *pool = fresh();
	bool more = true;

	for (unsigned i = 0; i < 40; i++)
		OK(fake_put(pool, i) == ERR_OK);
	OK(fake_upload(pool, 100, 2) == 0 && fake_commit(pool, 100, 2) == 0);
	pool_now(pool, FAKE_NOON(FAKE_DAY + 1));
	for (unsigned i = 40; more; i++) {
		OK(pool_step(pool, &more) == ERR_OK);
		OK(fake_put(pool, i) == ERR_OK && fake_is_there(pool, i));
		OK(fake_is_there(pool, i % 40));
		OK(fake_part_is_there(pool, 100, 1));
	}
	for (unsigned i = 0; i < 42; i++)
		OK(fake_is_there(pool, i));
	done(pool);
}

static void
deletion_during_closing(void)
{
	uint8_t opening[POOL_OPENING_BYTES], tag[POOL_TAG_BYTES];
	uint8_t got[POOL_LETTER_BYTES];
	bool more = true;

	/* At every step of the closing. */
	for (unsigned at = 0; at < 9; at++) {
		struct pool *pool = fresh();

		for (unsigned i = 0; i < 40; i++)
			OK(fake_put(pool, i) == ERR_OK);
		OK(fake_upload(pool, 100, 2) == ERR_OK);
		OK(fake_commit(pool, 100, 2) == ERR_OK);
		pool_now(pool, FAKE_NOON(FAKE_DAY + 1));
		for (unsigned i = 0; i < at; i++)
			OK(pool_step(pool, &more) == ERR_OK);
		fake_opening(opening, 17);
		OK(pool_delete(pool, opening, 1) == ERR_OK);
		fake_opening(opening, 100);
		OK(pool_delete(pool, opening, 1) == ERR_OK);
		OK(!fake_is_there(pool, 17));
		OK(fake_steps(pool) == ERR_OK);
		fake_tag(tag, 17);
		OK(pool_get(pool, tag, got) == ERR_OK && got[1] == 'N');
		OK(!fake_is_there(pool, 100));
		OK(!fake_part_is_there(pool, 100, 0));
		OK(!fake_part_is_there(pool, 100, 1));
		for (unsigned i = 0; i < 40; i++)
			OK(i == 17 || fake_is_there(pool, i));
		done(pool);
	}
}

static void
deleted_looks_like_dummy(void)
{
	uint8_t opening[POOL_OPENING_BYTES], tag[POOL_TAG_BYTES], bit;
	uint8_t got[POOL_LETTER_BYTES], again[POOL_LETTER_BYTES], head[64];
	uint8_t want[64], *p;
	struct pool *pool = fresh();
	struct pool_day before, after;
	size_t n;

	for (unsigned i = 0; i < 4; i++)
		OK(fake_put(pool, i) == ERR_OK);
	OK(fake_upload(pool, 100, 2) == 0 && fake_commit(pool, 100, 2) == 0);
	for (unsigned round = 0; round < 2; round++) {
		OK(pool_day_at(pool, 0, &before) == ERR_OK);
		fake_opening(opening, round);
		OK(pool_delete(pool, opening, 1) == ERR_OK);
		fake_tag(tag, round);
		OK(pool_look(pool, tag, 1, &bit) == ERR_OK && bit == 1);
		OK(pool_get(pool, tag, got) == ERR_OK && got[1] == 'N');
		OK(pool_get(pool, tag, again) == ERR_OK);
		OK(memcmp(got, again, sizeof got) == 0);
		OK(fake_steps(pool) == ERR_OK);
		OK(pool_day_at(pool, 0, &after) == ERR_OK);
		OK(memcmp(&before, &after, sizeof after) == 0);
		OK(fake_put(pool, round) == ERR_TAKEN);
		next_day(pool);
	}
	fake_opening(opening, 100);
	OK(pool_delete(pool, opening, 1) == ERR_OK);
	OK(fake_steps(pool) == ERR_OK);
	fake_part_tag(tag, 100, 1);
	OK(pool_part(pool, tag, 0, head, 64) == ERR_OK && head[1] == 'N');
	/* The bytes themselves are gone from the disk. */
	p = whole_file("days/20000", &n);
	for (unsigned i = 0; i < 2; i++) {
		fake_fill(got, sizeof got, 'L', i);
		OK(memmem(p, n, got + 100, 64) == NULL);
	}
	fake_fill(got, sizeof got, 'L', 2);
	OK(memmem(p, n, got + 100, 64) != NULL);
	fake_fill(want, sizeof want, 'L', 100 * 1000 + 1);
	OK(memmem(p, n, want, sizeof want) == NULL);
	put_back(p, n);
	/* An opening of nothing, and the same again: done. */
	OK(pool_delete(pool, opening, 1) == ERR_OK);
	fake_opening(opening, 4711);
	OK(pool_delete(pool, opening, 1) == ERR_OK);
	OK(fake_steps(pool) == ERR_OK && fake_is_there(pool, 3));
	done(pool);
}

static void
an_open_day_forgets_deleted_bytes_too(void)
{
	uint8_t opening[POOL_OPENING_BYTES], want[POOL_LETTER_BYTES], *p;
	struct pool *pool = fresh();
	size_t n;

	OK(fake_put(pool, 1) == ERR_OK && fake_put(pool, 2) == ERR_OK);
	fake_opening(opening, 1);
	OK(pool_delete(pool, opening, 1) == ERR_OK);
	pool_close(pool); /* before a step was made */
	pool = opened_with(FAKE_DAY, &fake_settings);
	OK(!fake_is_there(pool, 1) && fake_is_there(pool, 2));
	OK(fake_steps(pool) == ERR_OK);
	fake_fill(want, sizeof want, 'L', 1);
	p = whole_file("days/20000.letters", &n);
	OK(n == 2 * 16384 && memmem(p, n, want + 50, 64) == NULL);
	put_back(p, n);
	done(pool);
}

static void
a_purge_waits_seven_days_or_a_full_pool(void)
{
	struct pool *pool = fresh();
	uint8_t tags[2 * POOL_TAG_BYTES];

	OK(fake_put(pool, 1) == ERR_OK && fake_put(pool, 2) == ERR_OK);
	fake_tag(tags, 1);
	fake_part_tag(tags + POOL_TAG_BYTES, 9, 9);
	OK(pool_purge(pool, FAKE_DAY, tags, 2) == ERR_DENIED);
	for (unsigned i = 0; i < 6; i++)
		next_day(pool);
	OK(pool_purge(pool, FAKE_DAY, tags, 2) == ERR_DENIED);
	OK(fake_is_there(pool, 1));
	next_day(pool);
	OK(pool_purge(pool, FAKE_DAY + 1, tags, 2) == ERR_DENIED);
	OK(fake_is_there(pool, 1));
	OK(pool_purge(pool, FAKE_DAY, tags, 2) == ERR_OK);
	OK(!fake_is_there(pool, 1) && fake_is_there(pool, 2));
	done(pool);
}

static void
a_full_pool_may_be_purged_at_once(void)
{
	struct pool_settings small = fake_settings;
	uint8_t tag[POOL_TAG_BYTES], letter[POOL_LETTER_BYTES];
	struct pool *pool;
	enum err e = ERR_OK;

	small.capacity = 2U << 20U;
	small.fill_letters = small.fill_parts = 0;
	fake_dir(dir);
	pool = opened_with(FAKE_DAY, &small);
	for (unsigned i = 0; e == ERR_OK; i++) {
		fake_tag(tag, i);
		fake_fill(letter, sizeof letter, 'L', i);
		e = pool_put(pool, POOL_DESK, tag, letter);
	}
	OK(e == ERR_FULL);
	fake_tag(tag, 1);
	OK(pool_purge(pool, FAKE_DAY, tag, 1) == ERR_OK);
	OK(!fake_is_there(pool, 1) && fake_is_there(pool, 0));
	done(pool);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(a_closed_day_is_one_file_and_keeps_everything)
T(fillings_go_by_steps)
T(closed_day_shows_no_order)
T(a_closed_day_does_not_say_how_many_came_with_files)
T(lists_go_on_where_they_stopped)
T(commit_after_midnight_is_shown)
T(letters_come_while_a_day_is_closed)
T(deletion_during_closing)
T(deleted_looks_like_dummy)
T(an_open_day_forgets_deleted_bytes_too)
T(a_purge_waits_seven_days_or_a_full_pool)
T(a_full_pool_may_be_purged_at_once)
T_END
