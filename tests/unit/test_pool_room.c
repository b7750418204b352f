#include "pool_quick.h"

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
	char path[40];

	small.capacity = 100U << 20U;
	small.fill_letters = small.fill_parts = 0;
	fake_dir(dir);
	pool = opened_with(FAKE_DAY, &small);
	enc_put_u64(id, 1);
	OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_OK);
	fake_append(u.fd, 1, 0);
	OK(fake_commit(pool, 1, 1) == ERR_BUSY);
	(void)close(u.fd);
	OK(fake_commit(pool, 1, 1) == ERR_OK);
	/* As where the file system cannot tell who writes. */
	(void)snprintf(path, sizeof(path), "/proc/self/fd/%d", u.eye);
	OK((u.fd = open(path, O_WRONLY | O_APPEND)) >= 0);
	fake_append(u.fd, 1, 1);
	OK(pool_tick(pool) == ERR_OK);
	OK(fstat(u.fd, &st) == 0 && st.st_size == POOL_PART_BYTES);
	(void)close(u.fd);
	(void)close(u.eye);
	enc_put_u64(id, 2);
	OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_OK);
	for (uint32_t j = 0; j < 60; j++)
		fake_append(u.fd, 2, j);
	(void)close(u.fd);
	(void)close(u.eye);
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
	(void)close(u.eye);
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

static enum err
begins(struct pool *pool, uint64_t number, struct pool_upload *u)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 };
	enum err e;

	enc_put_u64(id, number);
	if ((e = pool_upload_begin(pool, POOL_SOURCE, id, u)) == ERR_OK)
		(void)close(u->fd);
	return e;
}

static enum pool_upload_state
state_of(struct pool *pool, uint64_t number)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 };
	struct pool_upload u;

	enc_put_u64(id, number);
	OK(pool_upload_state(pool, id, &u) == ERR_OK);
	return u.state;
}

static void
half_uploads_that_rest_give_way(void)
{
	struct pool_settings small = fake_settings;
	const uint64_t now = FAKE_NOON(FAKE_DAY);
	struct pool_upload u;
	struct pool *pool;

	small.capacity = 100U << 20U; /* 8 parts a day */
	small.fill_letters = small.fill_parts = 0;
	fake_dir(dir);
	pool = opened_with(FAKE_DAY, &small);
	for (uint64_t i = 1; i <= 4; i++) {
		pool_now(pool, now + i);
		OK(fake_upload(pool, i, 2) == ERR_OK);
	}
	pool_now(pool, now + 500);
	OK(begins(pool, 9, &u) == ERR_FULL);
	/* One that grows does not rest; of the others the oldest goes. */
	pool_now(pool, now + 590);
	OK(fake_upload(pool, 2, 3) == ERR_OK);
	pool_now(pool, now + 620);
	OK(begins(pool, 9, &u) == ERR_OK && u.room == 1);
	OK(state_of(pool, 1) == POOL_UPLOAD_UNKNOWN);
	for (uint64_t i = 2; i <= 4; i++)
		OK(state_of(pool, i) == POOL_UPLOAD_OPEN);
	/* For a commit likewise, and never the one that is committed. */
	pool_now(pool, now + 7200);
	OK(fake_upload(pool, 9, 8) == ERR_OK);
	OK(fake_commit(pool, 9, 8) == ERR_OK);
	OK(pool_tick(pool) == ERR_OK);
	OK(fake_part_is_there(pool, 9, 7));
	done(pool);
}

static void
resting_uploads_stay_where_their_going_is_of_no_use(void)
{
	struct pool_settings small = fake_settings;
	struct pool_upload u;
	struct pool *pool;

	small.capacity = 100U << 20U;
	small.fill_letters = small.fill_parts = 0;
	fake_dir(dir);
	pool = opened_with(FAKE_DAY, &small);
	OK(fake_upload(pool, 1, 1) == ERR_OK);
	OK(fake_upload(pool, 2, 8) == ERR_OK);
	OK(fake_commit(pool, 2, 8) == ERR_OK);
	pool_now(pool, FAKE_NOON(FAKE_DAY) + 7200);
	OK(begins(pool, 9, &u) == ERR_FULL);
	OK(state_of(pool, 1) == POOL_UPLOAD_OPEN);
	done(pool);
}

static void
all_places_taken_by_halves_are_given_again(void)
{
	struct pool_settings big = fake_settings;
	struct pool_upload u;
	struct pool *pool;

	big.capacity = 1ULL << 40U;
	fake_dir(dir);
	pool = opened_with(FAKE_DAY, &big);
	for (uint64_t i = 1; i <= POOL_UPLOADS_MAX; i++)
		OK(begins(pool, i, &u) == ERR_OK);
	OK(begins(pool, 5000, &u) == ERR_BUSY);
	OK(begins(pool, 7, &u) == ERR_OK);
	pool_now(pool, FAKE_NOON(FAKE_DAY) + 600);
	OK(begins(pool, 7, &u) == ERR_OK);
	OK(files_in("uploads") == POOL_UPLOADS_MAX);
	OK(begins(pool, 5000, &u) == ERR_OK);
	OK(state_of(pool, 5000) == POOL_UPLOAD_OPEN);
	OK(files_in("uploads") == POOL_UPLOADS_MAX);
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
T(retention_removes_a_day)
T(a_wrong_clock_costs_no_letter)
T(a_front_that_appends_without_end_fills_nothing)
T(key_notes_are_remembered_by_day)
T(file_times_say_nothing)
T(parts_are_refused_before_letters)
T(a_day_takes_a_fifth_in_parts)
T(half_uploads_that_rest_give_way)
T(resting_uploads_stay_where_their_going_is_of_no_use)
T(all_places_taken_by_halves_are_given_again)
T(what_is_lost_is_said)
T(a_damaged_closed_day_is_said)
T_END
