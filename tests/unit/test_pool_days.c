#include <sys/statvfs.h>

#include "pool_fake.h"

/* What is synced is test_pool_faults' to see; here it would only take time. */
int
fsync(int fd)
{
	(void)fd;
	return 0;
}

int
fdatasync(int fd)
{
	(void)fd;
	return 0;
}

static char dir[64];

static struct pool *
opened_with(uint32_t day, const struct pool_settings *settings)
{
	struct pool *pool = NULL;

	OK(pool_open(&pool, dir, settings, FAKE_NOON(day)) == ERR_OK);
	return pool;
}

static struct pool *
fresh(void)
{
	fake_dir(dir);
	return opened_with(FAKE_DAY, &fake_settings);
}

static void
done(struct pool *pool)
{
	pool_close(pool);
	fake_remove(dir);
}

static void
next_day(struct pool *pool)
{
	pool_now(pool, FAKE_NOON(pool_today(pool) + 1U));
	OK(fake_steps(pool) == ERR_OK);
}

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
	OK(pool_purge(pool, tags, 2) == ERR_DENIED);
	for (unsigned i = 0; i < 6; i++)
		next_day(pool);
	OK(pool_purge(pool, tags, 2) == ERR_DENIED);
	OK(fake_is_there(pool, 1));
	next_day(pool);
	OK(pool_purge(pool, tags, 2) == ERR_OK);
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
	OK(pool_purge(pool, tag, 1) == ERR_OK);
	OK(!fake_is_there(pool, 1) && fake_is_there(pool, 0));
	done(pool);
}

static void
retention_removes_a_day(void)
{
	struct pool_settings few = fake_settings;
	struct pool *pool;
	struct pool_day day;

	few.retention = 3;
	few.fill_parts = 0;
	fake_dir(dir);
	pool = opened_with(FAKE_DAY, &few);
	OK(fake_put(pool, 1) == ERR_OK);
	for (unsigned i = 1; i <= 3; i++) {
		next_day(pool);
		OK(fake_is_there(pool, 1));
	}
	next_day(pool);
	OK(!fake_is_there(pool, 1));
	OK(pool_days(pool) == 4 && pool_day_at(pool, 0, &day) == ERR_OK);
	OK(day.day == FAKE_DAY + 1 && files_in("days") == 4);
	/* Away for long: what is past goes, what was open is closed first. */
	pool_close(pool);
	pool = opened_with(FAKE_DAY + 100, &few);
	OK(fake_steps(pool) == ERR_OK && pool_days(pool) == 5);
	next_day(pool);
	OK(pool_days(pool) == 2);
	done(pool);
}

static void
a_wrong_clock_costs_no_letter(void)
{
	struct pool *pool = fresh();

	OK(fake_put(pool, 1) == ERR_OK);
	next_day(pool);
	pool_close(pool);
	pool = opened_with(100, &fake_settings); /* 1970 */
	OK(pool_today(pool) == FAKE_DAY + 1);
	OK(fake_put(pool, 2) == ERR_OK && fake_steps(pool) == ERR_OK);
	pool_now(pool, FAKE_NOON(FAKE_DAY + 9000));
	OK(fake_steps(pool) == ERR_OK && pool_tick(pool) == ERR_OK);
	OK(fake_steps(pool) == ERR_OK);
	OK(fake_is_there(pool, 1) && fake_is_there(pool, 2));
	done(pool);
}

static void
a_front_that_appends_without_end_fills_nothing(void)
{
	struct pool_settings small = fake_settings;
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 };
	struct pool_upload u;
	struct pool *pool;
	struct stat st;

	small.capacity = 100U << 20U;
	small.fill_letters = small.fill_parts = 0;
	fake_dir(dir);
	pool = opened_with(FAKE_DAY, &small);
	enc_put_u64(id, 1);
	OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_OK);
	fake_append(u.fd, 1, 0);
	OK(fake_commit(pool, 1, 1) == ERR_OK);
	fake_append(u.fd, 1, 1);
	OK(pool_tick(pool) == ERR_OK);
	OK(fstat(u.fd, &st) == 0 && st.st_size == POOL_PART_BYTES);
	(void)close(u.fd);
	enc_put_u64(id, 2);
	OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_OK);
	for (uint32_t j = 0; j < 60; j++)
		fake_append(u.fd, 2, j);
	(void)close(u.fd);
	OK(pool_tick(pool) == ERR_OK);
	OK(pool_upload_state(pool, id, &u) == ERR_OK);
	OK(u.state == POOL_UPLOAD_UNKNOWN && files_in("uploads") == 0);
	OK(fake_is_there(pool, 1) && fake_part_is_there(pool, 1, 0));
	done(pool);
}

static void
key_notes_are_remembered_by_day(void)
{
	uint64_t serials[POOL_SERIALS_MAX];
	struct pool *pool = fresh();
	size_t n;

	OK(pool_offer(pool, 7) == ERR_OK && pool_offer(pool, 7) == ERR_OK);
	OK(pool_offer(pool, 9) == ERR_OK);
	next_day(pool);
	OK(pool_offer(pool, 9) == ERR_OK);
	pool_close(pool);
	pool = opened_with(FAKE_DAY + 1, &fake_settings);
	OK(pool_offered(pool, FAKE_DAY, serials, &n) == ERR_OK);
	OK(n == 2 && serials[0] == 7 && serials[1] == 9);
	OK(pool_offered(pool, FAKE_DAY + 1, serials, &n) == ERR_OK && n == 1);
	for (uint64_t i = 100; i < 100 + POOL_SERIALS_MAX - 1; i++)
		OK(pool_offer(pool, i) == ERR_OK);
	OK(pool_offer(pool, 1000) == ERR_FULL);
	done(pool);
}

/* Every time of every file, oldest and newest. */
static void
times_below(const char *path, struct timespec *low, struct timespec *high)
{
	char name[FILE_PATH_MAX];
	struct dirent *entry;
	struct stat st;
	DIR *d;

	OK((d = opendir(path)) != NULL);
	while ((entry = readdir(d)) != NULL) {
		if (strcmp(entry->d_name, "..") == 0)
			continue;
		OK(file_path(name, sizeof name, path, entry->d_name) == 0);
		OK(stat(name, &st) == 0);
		for (unsigned i = 0; i < 2; i++) {
			const struct timespec t = i ? st.st_ctim : st.st_mtim;

			if (t.tv_sec < low->tv_sec)
				*low = t;
			if (t.tv_sec > high->tv_sec)
				*high = t;
		}
	}
	(void)closedir(d);
}

static void
file_times_say_nothing(void)
{
	struct pool *pool = fresh();
	char path[FILE_PATH_MAX];
	struct timespec low = { .tv_sec = INT64_MAX }, high = { 0 };
	const struct timespec past[2] = { { 1000000, 0 }, { 1000000, 0 } };
	struct dirent *entry;
	DIR *d;

	for (unsigned i = 0; i < 3; i++) {
		OK(fake_put(pool, i) == ERR_OK);
		OK(fake_upload(pool, 100 + i, 1) == ERR_OK);
		if (i != 1)
			OK(fake_commit(pool, 100 + i, 1) == ERR_OK);
		if (i < 2)
			next_day(pool);
	}
	(void)snprintf(path, sizeof path, "%s/days", dir);
	OK((d = opendir(path)) != NULL);
	while ((entry = readdir(d)) != NULL)
		if (entry->d_name[0] != '.')
			OK(utimensat(dirfd(d), entry->d_name, past, 0) == 0);
	(void)closedir(d);
	OK(pool_tick(pool) == ERR_OK);
	times_below(dir, &low, &high);
	times_below(path, &low, &high);
	(void)snprintf(path, sizeof path, "%s/uploads", dir);
	times_below(path, &low, &high);
	OK(high.tv_sec - low.tv_sec <= 1);
	for (unsigned i = 0; i < 3; i++)
		OK(fake_is_there(pool, i));
	done(pool);
}

static void
parts_are_refused_before_letters(void)
{
	struct pool_settings small = fake_settings;
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 }, tag[POOL_TAG_BYTES];
	uint8_t letter[POOL_LETTER_BYTES];
	struct pool_upload u;
	struct pool_room room;
	struct pool *pool;
	unsigned n = 0;
	enum err e;

	/* 4 MiB: one day's parts may take 4 * 8/10 / 5, which is none. */
	small.capacity = 4U << 20U;
	small.fill_letters = small.fill_parts = 0;
	fake_dir(dir);
	pool = opened_with(FAKE_DAY, &small);
	enc_put_u64(id, 1);
	OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_FULL);
	while ((e = fake_put(pool, n)) == ERR_OK)
		n++;
	OK(e == ERR_FULL);
	OK(pool_room(pool, &room) == ERR_OK);
	/* Nine tenths for sources, open and closed. */
	OK(room.used <= room.capacity / 10 * 9);
	OK(room.used + 2 * 16384 + 4096 > room.capacity / 10 * 9);
	fake_tag(tag, 5000);
	fake_fill(letter, sizeof letter, 'L', 5000);
	OK(pool_put(pool, POOL_DESK, tag, letter) == ERR_OK);
	for (unsigned i = 0; i < n; i++)
		OK(fake_is_there(pool, i));
	next_day(pool);
	OK(pool_room(pool, &room) == ERR_OK);
	OK(room.used < room.capacity / 2 + 65536);
	OK(fake_put(pool, 6000) == ERR_OK);
	done(pool);
}

static void
a_day_takes_a_fifth_in_parts(void)
{
	struct pool_settings small = fake_settings;
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 };
	struct pool_upload u;
	struct pool *pool;

	small.capacity = 100U << 20U; /* 16 MiB a day, copies counted */
	small.fill_letters = small.fill_parts = 0;
	fake_dir(dir);
	pool = opened_with(FAKE_DAY, &small);
	enc_put_u64(id, 1);
	OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_OK);
	(void)close(u.fd);
	OK(u.room == 8);
	OK(fake_upload(pool, 1, 5) == ERR_OK && fake_commit(pool, 1, 5) == 0);
	OK(fake_upload(pool, 2, 4) == ERR_OK);
	OK(fake_commit(pool, 2, 4) == ERR_FULL);
	enc_put_u64(id, 2);
	OK(pool_upload_state(pool, id, &u) == ERR_OK && u.parts == 4);
	OK(fake_put(pool, 9) == ERR_OK);
	next_day(pool);
	OK(fake_commit(pool, 2, 4) == ERR_OK);
	done(pool);
}

static void
what_is_lost_is_said(void)
{
	struct pool_settings mend = fake_settings;
	char path[FILE_PATH_MAX];
	struct pool *pool = fresh(), *again = NULL;

	mend.mend = true;
	OK(fake_put(pool, 1) == ERR_OK);
	next_day(pool);
	OK(fake_put(pool, 2) == ERR_OK);
	OK(fake_upload(pool, 100, 1) == 0 && fake_commit(pool, 100, 1) == 0);
	pool_close(pool);
	(void)snprintf(path, sizeof path, "%s/days/20000", dir);
	OK(unlink(path) == 0);
	OK(pool_open(&again, dir, &fake_settings, FAKE_NOON(20001)) ==
	    ERR_MISSING);
	pool = opened_with(FAKE_DAY + 1, &mend);
	OK(!fake_is_there(pool, 1) && fake_is_there(pool, 2));
	pool_close(pool);
	pool = opened_with(FAKE_DAY + 1, &fake_settings);
	OK(fake_part_is_there(pool, 100, 0));
	pool_close(pool);
	/* A letters' file that is cut. */
	(void)snprintf(path, sizeof path, "%s/days/20001.letters", dir);
	OK(truncate(path, 16384) == 0);
	OK(pool_open(&again, dir, &fake_settings, FAKE_NOON(20001)) ==
	    ERR_MISSING);
	/* Without its database a pool is not an empty pool. */
	(void)snprintf(path, sizeof path, "%s/pool.db", dir);
	OK(unlink(path) == 0);
	OK(pool_open(&again, dir, &fake_settings, FAKE_NOON(20001)) ==
	    ERR_MISSING);
	OK(files_in("days") == 2);
	fake_remove(dir);
}

static void
a_damaged_closed_day_is_said(void)
{
	static const off_t places[] = { 0, 16, 20, 28, 60, 4096, 4500 };
	char path[FILE_PATH_MAX];
	struct pool *pool = fresh(), *again = NULL;
	uint8_t was, other;
	int fd;

	OK(fake_put(pool, 1) == ERR_OK);
	next_day(pool);
	pool_close(pool);
	(void)snprintf(path, sizeof path, "%s/days/20000", dir);
	OK((fd = open(path, O_RDWR)) >= 0);
	for (size_t i = 0; i < COUNT(places) - 1; i++) {
		OK(pread(fd, &was, 1, places[i]) == 1);
		other = was ^ 1U;
		OK(pwrite(fd, &other, 1, places[i]) == 1);
		OK(pool_open(&again, dir, &fake_settings, FAKE_NOON(20001)) ==
		    ERR_FORMAT);
		OK(pwrite(fd, &was, 1, places[i]) == 1);
	}
	(void)close(fd);
	pool = opened_with(FAKE_DAY + 1, &fake_settings);
	OK(fake_is_there(pool, 1));
	done(pool);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(a_closed_day_is_one_file_and_keeps_everything)
T(fillings_go_by_steps)
T(closed_day_shows_no_order)
T(lists_go_on_where_they_stopped)
T(commit_after_midnight_is_shown)
T(letters_come_while_a_day_is_closed)
T(deletion_during_closing)
T(deleted_looks_like_dummy)
T(an_open_day_forgets_deleted_bytes_too)
T(a_purge_waits_seven_days_or_a_full_pool)
T(a_full_pool_may_be_purged_at_once)
T(retention_removes_a_day)
T(a_wrong_clock_costs_no_letter)
T(a_front_that_appends_without_end_fills_nothing)
T(key_notes_are_remembered_by_day)
T(file_times_say_nothing)
T(parts_are_refused_before_letters)
T(a_day_takes_a_fifth_in_parts)
T(what_is_lost_is_said)
T(a_damaged_closed_day_is_said)
T_END
