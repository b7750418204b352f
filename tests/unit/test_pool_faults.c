/*
 * The pool when its process is killed, the power is cut, the disk is full or a
 * sync fails, at every single call that changes the disk.
 *
 * A child plays a fixed story and notes, in memory it shares, what was
 * answered; the n-th call kills it, or fails (pool_calls.h).  Then the pool is
 * opened as it lies there.
 */
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/wait.h>

#include "alloc.h"
#include "pool_calls.h"

enum answer { NOT_BEGUN, BEGUN, DONE, REFUSED };

#define STORY_OPS 18U
#ifdef SOTTO_SANITIZED
#define SELDOM 24U
#else
#define SELDOM 4U
#endif
#define ROOM (56ULL << 20U)

struct shared {
	uint32_t calls;
	enum answer op[STORY_OPS];
	enum err last;
	bool lied; /* an answer after ERR_IO was not ERR_IO */
};

static struct shared *shared;

/* ---- the story ---- */

static struct pool_settings settings;

static enum err
op_batch(struct pool *pool)
{
	enum err e, ended;

	if ((e = pool_begin(pool)) != ERR_OK)
		return e;
	for (unsigned i = 3; e == ERR_OK && i <= 5; i++)
		e = fake_put(pool, i);
	ended = pool_end(pool);
	return e == ERR_OK ? ended : e;
}

static enum err
op_delete(struct pool *pool, unsigned number)
{
	uint8_t opening[POOL_OPENING_BYTES];

	fake_opening(opening, number);
	return pool_delete(pool, opening, 1);
}

static enum err
op_day(struct pool *pool, unsigned day)
{
	pool_now(pool, FAKE_NOON(FAKE_DAY + day));
	return fake_steps(pool);
}

enum {
	OP_PUT1,
	OP_PUT2,
	OP_BATCH,
	OP_UPLOAD,
	OP_TICK,
	OP_COMMIT,
	OP_UPLOAD2,
	OP_DELETE1,
	OP_STEPS1,
	OP_DAY1,
	OP_PUT6,
	OP_DELETE2,
	OP_STEPS2,
	OP_COMMIT2,
	OP_DELETE_COMMIT,
	OP_OFFER,
	OP_DAY2,
	OP_PUT7
};

static enum err
op(struct pool *pool, unsigned i)
{
	switch (i) {
	case OP_PUT1:
		return fake_put(pool, 1);
	case OP_PUT2:
		return fake_put(pool, 2);
	case OP_BATCH:
		return op_batch(pool);
	case OP_UPLOAD:
		return fake_upload(pool, 100, 2);
	case OP_TICK:
		return pool_tick(pool);
	case OP_COMMIT:
		return fake_commit(pool, 100, 2);
	case OP_UPLOAD2:
		return fake_upload(pool, 101, 1);
	case OP_DELETE1:
		return op_delete(pool, 1);
	case OP_STEPS1:
	case OP_STEPS2:
		return fake_steps(pool);
	case OP_DAY1:
		return op_day(pool, 1);
	case OP_PUT6:
		return fake_put(pool, 6);
	case OP_DELETE2:
		return op_delete(pool, 2);
	case OP_COMMIT2:
		return fake_commit(pool, 101, 1);
	case OP_DELETE_COMMIT:
		return op_delete(pool, 100);
	case OP_OFFER:
		return pool_offer(pool, 9);
	case OP_DAY2:
		return op_day(pool, 2);
	default:
		return fake_put(pool, 7);
	}
}

/* Once something is lost for good, nothing is answered any more. */
static bool
stays_lost(struct pool *pool)
{
	uint8_t tag[POOL_TAG_BYTES] = { 0 }, bit;
	bool more;

	return pool_look(pool, tag, 1, &bit) == ERR_IO &&
	    fake_put(pool, 3) == ERR_IO && pool_begin(pool) == ERR_IO &&
	    pool_step(pool, &more) == ERR_IO && pool_tick(pool) == ERR_IO;
}

static void
play(void)
{
	struct pool *pool;
	enum err e;

	e = pool_open(&pool, dir, &settings, FAKE_NOON(FAKE_DAY));
	shared->last = e;
	if (e != ERR_OK)
		return;
	for (unsigned i = 0; i < STORY_OPS && e != ERR_IO; i++) {
		shared->op[i] = BEGUN;
		shared->last = e = op(pool, i);
		/* What failed for good may or may not be there. */
		if (e != ERR_IO)
			shared->op[i] = e == ERR_OK ? DONE : REFUSED;
	}
	if (e == ERR_IO && !stays_lost(pool))
		shared->lied = true;
	pool_close(pool);
}

/* ---- and what must be true afterwards ---- */

enum want { ABSENT, EITHER, THERE };

static enum want
put_says(enum answer put)
{
	return put == DONE ? THERE : put == BEGUN ? EITHER : ABSENT;
}

/* Deleting takes away what putting gave. */
static enum want
less(enum want w, enum answer taken)
{
	if (taken == DONE)
		return ABSENT;
	return taken == BEGUN && w == THERE ? EITHER : w;
}

static bool
agrees(enum want w, bool there)
{
	return w == EITHER || (w == THERE) == there;
}

/* Retention of a day that was refused half-way may be done at once later. */
static enum answer
retired(void)
{
	return shared->op[OP_DAY2] == NOT_BEGUN ? NOT_BEGUN
	    : shared->op[OP_DAY2] == DONE       ? DONE
						: BEGUN;
}

static void
check_letters(struct pool *pool)
{
	const enum answer *o = shared->op;
	const enum answer gone = retired();
	enum want parts;

	OK(agrees(less(less(put_says(o[OP_PUT1]), o[OP_DELETE1]), gone),
	    fake_is_there(pool, 1)));
	OK(agrees(less(less(put_says(o[OP_PUT2]), o[OP_DELETE2]), gone),
	    fake_is_there(pool, 2)));
	for (unsigned i = 3; i <= 5; i++)
		OK(agrees(
		    less(put_says(o[OP_BATCH]), gone), fake_is_there(pool, i)));
	OK(agrees(put_says(o[OP_PUT6]), fake_is_there(pool, 6)));
	OK(agrees(put_says(o[OP_PUT7]), fake_is_there(pool, 7)));
	parts = less(less(put_says(o[OP_COMMIT]), o[OP_DELETE_COMMIT]), gone);
	OK(agrees(parts, fake_is_there(pool, 100)));
	for (uint32_t j = 0; j < 2; j++)
		OK(fake_part_is_there(pool, 100, j) ==
		    fake_is_there(pool, 100));
	parts = put_says(o[OP_COMMIT2]);
	OK(agrees(parts, fake_is_there(pool, 101)));
	OK(fake_part_is_there(pool, 101, 0) == fake_is_there(pool, 101));
}

/* Nothing lies there that no row speaks of. */
static void
check_files(struct pool *pool)
{
	char name[FILE_PATH_MAX];
	struct pool_day day;
	struct dirent *entry;
	struct stat st;
	size_t files = 0, hex = 0;
	DIR *d;

	for (size_t i = 0; i < pool_days(pool); i++) {
		OK(pool_day_at(pool, i, &day) == ERR_OK);
		(void)snprintf(name, sizeof name, "%s/days/%u%s", dir, day.day,
		    day.closed ? "" : ".letters");
		OK(stat(name, &st) == 0);
		OK(day.closed || st.st_size == day.letters * 16384);
		files++;
		if (!day.closed)
			hex += (day.parts & 2U) / 2U + (day.parts & 1U);
	}
	(void)snprintf(name, sizeof name, "%s/days", dir);
	OK((d = opendir(name)) != NULL);
	while ((entry = readdir(d)) != NULL)
		files -= entry->d_name[0] != '.';
	OK(files == 0 - hex);
	(void)closedir(d);
}

static void
check_uploads(struct pool *pool)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 };
	char name[FILE_PATH_MAX];
	struct pool_upload u;
	struct dirent *entry;
	size_t open = 0;
	DIR *d;

	for (uint64_t i = 100; i <= 101; i++) {
		enc_put_u64(id, i);
		OK(pool_upload_state(pool, id, &u) == ERR_OK);
		open += u.state == POOL_UPLOAD_OPEN;
		if (i == 100 && shared->op[OP_COMMIT] == DONE)
			OK(u.state == POOL_UPLOAD_COMMITTED ||
			    shared->op[OP_DAY2] != NOT_BEGUN);
	}
	(void)snprintf(name, sizeof name, "%s/uploads", dir);
	OK((d = opendir(name)) != NULL);
	while ((entry = readdir(d)) != NULL)
		open -= entry->d_name[0] != '.';
	OK(open == 0);
	(void)closedir(d);
}

static uint32_t
last_day(void)
{
	return FAKE_DAY + (shared->op[OP_DAY1] != NOT_BEGUN) +
	    (shared->op[OP_DAY2] != NOT_BEGUN);
}

static void
check_all(void)
{
	struct pool *pool;

	for (unsigned round = 0; round < 2; round++) {
		OK(pool_open(&pool, dir, &settings, FAKE_NOON(last_day())) ==
		    ERR_OK);
		check_letters(pool);
		OK(fake_steps(pool) == ERR_OK);
		check_letters(pool);
		check_files(pool);
		check_uploads(pool);
		if (round == 1)
			OK(fake_put(pool, 50) == ERR_OK &&
			    fake_is_there(pool, 50));
		pool_close(pool);
	}
}

/* ---- all of it ---- */

/* In memory where there is room: gigabytes are written here, and go at once. */
static void
make_dir(void)
{
	struct statvfs v;

	if (statvfs("/dev/shm", &v) != 0 ||
	    (uint64_t)v.f_bavail * v.f_frsize < ROOM) {
		fake_dir(dir);
		return;
	}
	(void)snprintf(dir, sizeof dir, "/dev/shm/sotto-pool-XXXXXX");
	OK(mkdtemp(dir) != NULL);
}

/* Play with the fault at the n-th call; false when there was no such call. */
static bool
play_once(enum fault what, uint32_t n)
{
	int status;
	pid_t child;

	memset(shared, 0, sizeof *shared);
	make_dir();
	(void)snprintf(shadow, sizeof shadow, "%s.synced", dir);
	OK(syscall(SYS_mkdirat, AT_FDCWD, shadow, 0700) == 0);
	(void)fflush(stdout);
	OK((child = fork()) >= 0);
	if (child == 0) {
		fault = what;
		fault_at = n;
		settings.boot = "before";
		play();
		_exit(0);
	}
	OK(waitpid(child, &status, 0) == child);
	OK(WIFEXITED(status) ? WEXITSTATUS(status) == 0
			     : WTERMSIG(status) == SIGKILL);
	OK(!shared->lied);
	fault = what;
	if ((what == FAULT_POWER || what == FAULT_MIXED) && WIFSIGNALED(status))
		cut_power();
	fault = FAULT_NONE;
	settings.boot = what == FAULT_POWER || what == FAULT_MIXED
	    ? "after the cut"
	    : "before";
	check_all();
	fake_remove(dir);
	fake_remove(shadow);
	return shared->calls >= n;
}

/* Each n for the kill, and for all when LONG is set; else every fourth, from
 * another one each time; under sanitizers, which are slow, fewer. */
static uint32_t
play_all(enum fault what)
{
	const uint32_t by = t_long() ? 1U
	    : what == FAULT_KILL     ? SELDOM / 4U
				     : SELDOM;
	uint32_t n = 1U + crypt_random_below(by);

	while (play_once(what, n))
		n += by;
	/* Without any fault all was done. */
	for (unsigned i = 0; i < STORY_OPS; i++)
		OK(shared->op[i] == DONE);
	return n - 1U;
}

static void
killed_at_every_write_nothing_acknowledged_is_lost(void)
{
	OK(play_all(FAULT_KILL) > 300);
}

static void
after_a_power_cut_nothing_acknowledged_is_lost(void)
{
	OK(play_all(FAULT_POWER) > 300);
}

static void
after_a_power_cut_that_left_some_nothing_is_lost(void)
{
	OK(play_all(FAULT_MIXED) > 300);
}

static void
a_failing_call_is_final_and_loses_nothing(void)
{
	OK(play_all(FAULT_IO) > 300);
}

static void
a_full_disk_refuses_and_loses_nothing(void)
{
	OK(play_all(FAULT_FULL) > 100);
}

static void
a_disk_that_stays_full_refuses_and_loses_nothing(void)
{
	OK(play_all(FAULT_STAYS_FULL) > 100);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
settings = fake_settings;
settings.retention = 1;
settings.fill_letters = 4;
settings.fill_parts = 0;
shared = mmap(NULL, sizeof *shared, PROT_READ | PROT_WRITE,
    MAP_SHARED | MAP_ANONYMOUS, -1, 0);
OK(shared != MAP_FAILED);
calls = &shared->calls;
T(killed_at_every_write_nothing_acknowledged_is_lost)
T(after_a_power_cut_nothing_acknowledged_is_lost)
T(after_a_power_cut_that_left_some_nothing_is_lost)
T(a_failing_call_is_final_and_loses_nothing)
T(a_full_disk_refuses_and_loses_nothing)
T(a_disk_that_stays_full_refuses_and_loses_nothing)
T_END
