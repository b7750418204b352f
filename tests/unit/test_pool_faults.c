/*
 * The pool when its process is killed, the power is cut, the disk is full or a
 * sync fails, at every single call that changes the disk.
 *
 * The calls below stand before those of the C library, for SQLite too.  A child
 * plays a fixed story and notes, in memory it shares, what was answered; the
 * n-th call kills it, or fails.  Then the pool is opened as it lies there.
 *
 * For a power cut the child keeps beside the pool what has been synced: of
 * every file its bytes, of every folder its names.  Afterwards the folder is
 * made anew: all from that, or each file and folder by chance from that or from
 * what was written.
 */
#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/statvfs.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "alloc.h"
#include "pool_fake.h"

enum fault {
	FAULT_NONE,
	FAULT_KILL, /* before the n-th call; half of it, when it is a write */
	FAULT_POWER, /* and nothing is left but what was synced */
	FAULT_MIXED, /* and of the rest some */
	FAULT_IO, /* the n-th call says EIO */
	FAULT_FULL, /* the n-th call that takes room says ENOSPC */
	FAULT_STAYS_FULL /* and so do all after it */
};

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
static enum fault fault;
static uint32_t fault_at;
static char dir[64], shadow[80];

/* ---- what has been synced ---- */

static void
shadow_name(char out[static 128], const struct stat *st)
{
	(void)snprintf(out, 128, "%s/%c%ju", shadow,
	    S_ISDIR(st->st_mode) ? 'd' : 'f', (uintmax_t)st->st_ino);
}

static void
copy_file(int from, const char *to)
{
	static uint8_t block[1U << 20U];
	char again[32];
	off_t at = 0;
	ssize_t n;
	int fd;

	/* It may be open for writing only. */
	(void)snprintf(again, sizeof again, "/proc/self/fd/%d", from);
	from = (int)syscall(SYS_openat, AT_FDCWD, again, O_RDONLY, 0);
	OK(from >= 0);
	fd = (int)syscall(
	    SYS_openat, AT_FDCWD, to, O_WRONLY | O_CREAT | O_TRUNC, 0600);
	OK(fd >= 0);
	while ((n = pread(from, block, sizeof block, at)) > 0) {
		OK(syscall(SYS_pwrite64, fd, block, (size_t)n, at) == n);
		at += n;
	}
	OK(n == 0 && close(fd) == 0 && close(from) == 0);
}

/* A folder's names and what they stand for, a line each. */
static void
copy_names(int from, const char *to)
{
	struct dirent *entry;
	struct stat st;
	FILE *f;
	DIR *d;
	int fd;

	fd = (int)syscall(
	    SYS_openat, from, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	OK(fd >= 0 && (d = fdopendir(fd)) != NULL);
	OK((f = fopen(to, "we")) != NULL);
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		OK(fstatat(fd, entry->d_name, &st, 0) == 0);
		(void)fprintf(f, "%s %c%ju\n", entry->d_name,
		    S_ISDIR(st.st_mode) ? 'd' : 'f', (uintmax_t)st.st_ino);
	}
	OK(fclose(f) == 0);
	(void)closedir(d);
}

static void
now_synced(int fd)
{
	char to[128];
	struct stat st;

	if (fault != FAULT_POWER && fault != FAULT_MIXED)
		return;
	OK(fstat(fd, &st) == 0);
	shadow_name(to, &st);
	if (S_ISDIR(st.st_mode))
		copy_names(fd, to);
	else
		copy_file(fd, to);
}

/* A new file may have the number of one that is gone. */
static void
now_made(int fd)
{
	char name[128];
	struct stat st;

	if ((fault != FAULT_POWER && fault != FAULT_MIXED) ||
	    fstat(fd, &st) != 0 || st.st_size != 0)
		return;
	shadow_name(name, &st);
	(void)syscall(SYS_unlinkat, AT_FDCWD, name, 0);
}

/* ---- the calls ---- */

/* Does the fault strike now?  `room`: a call that takes room on the disk. */
static bool
strikes(bool room)
{
	bool now;

	if (fault == FAULT_NONE)
		return false;
	if ((fault == FAULT_FULL || fault == FAULT_STAYS_FULL) && !room)
		return false;
	now = ++shared->calls == fault_at ||
	    (fault == FAULT_STAYS_FULL && shared->calls > fault_at);
	if (!now)
		return false;
	if (fault <= FAULT_MIXED)
		return true;
	errno = fault == FAULT_IO ? EIO : ENOSPC;
	return true;
}

static bool
kills(void)
{
	return fault <= FAULT_MIXED;
}

static void
die(void)
{
	(void)raise(SIGKILL);
}

ssize_t
pwrite64(int fd, const void *p, size_t n, off64_t at)
{
	if (strikes(true)) {
		if (!kills())
			return -1;
		(void)syscall(SYS_pwrite64, fd, p, n / 2U, at);
		die();
	}
	return (ssize_t)syscall(SYS_pwrite64, fd, p, n, at);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	return pwrite64(fd, p, n, at);
}

static int
strike_or(bool room)
{
	if (!strikes(room))
		return 0;
	if (kills())
		die();
	return -1;
}

/* The real one is of no use: what is written is seen by whoever looks. */
int
fsync(int fd)
{
	if (strike_or(false) != 0)
		return -1;
	now_synced(fd);
	return 0;
}

int
fdatasync(int fd)
{
	return fsync(fd);
}

int
ftruncate64(int fd, off64_t size)
{
	if (strike_or(false) != 0)
		return -1;
	return (int)syscall(SYS_ftruncate, fd, size);
}

int
ftruncate(int fd, off_t size)
{
	return ftruncate64(fd, size);
}

int
unlink(const char *name)
{
	if (strike_or(false) != 0)
		return -1;
	return (int)syscall(SYS_unlinkat, AT_FDCWD, name, 0);
}

int
unlinkat(int at, const char *name, int flags)
{
	if (strike_or(false) != 0)
		return -1;
	return (int)syscall(SYS_unlinkat, at, name, flags);
}

int
renameat(int from, const char *a, int to, const char *b)
{
	if (strike_or(true) != 0)
		return -1;
	return (int)syscall(SYS_renameat2, from, a, to, b, 0);
}

int
mkdir(const char *name, mode_t mode)
{
	if (strike_or(true) != 0)
		return -1;
	return (int)syscall(SYS_mkdirat, AT_FDCWD, name, mode);
}

int
mkdirat(int at, const char *name, mode_t mode)
{
	if (strike_or(true) != 0)
		return -1;
	return (int)syscall(SYS_mkdirat, at, name, mode);
}

static int
do_open(int at, const char *name, int flags, mode_t mode)
{
	int fd;

	if ((flags & O_CREAT) != 0 && strike_or(true) != 0)
		return -1;
	fd = (int)syscall(SYS_openat, at, name, flags, mode);
	if (fd >= 0 && (flags & O_CREAT) != 0)
		now_made(fd);
	return fd;
}

int
openat(int at, const char *name, int flags, ...)
{
	return do_open(at, name, flags, 0600);
}

int
open(const char *name, int flags, ...)
{
	return do_open(AT_FDCWD, name, flags, 0600);
}

int
open64(const char *name, int flags, ...)
{
	return do_open(AT_FDCWD, name, flags, 0600);
}

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

/* ---- after a power cut ---- */

static bool
by_chance(void)
{
	return fault == FAULT_MIXED && crypt_random_below(2) == 0;
}

static void restore(const char *from, const char *to, const char *inode);

/* A folder of which all names were synced, or nothing at all. */
static void
restore_names(const char *list, const char *from, const char *to)
{
	char name[64], inode[32], a[FILE_PATH_MAX], b[FILE_PATH_MAX];
	FILE *f = fopen(list, "re");

	while (f != NULL && fscanf(f, "%63s %31s", name, inode) == 2) {
		OK(file_path(a, sizeof a, from, name) == ERR_OK);
		OK(file_path(b, sizeof b, to, name) == ERR_OK);
		restore(a, b, inode);
	}
	if (f != NULL)
		OK(fclose(f) == 0);
}

/* The file or folder with this number, to `to`. */
static void
restore(const char *from, const char *to, const char *inode)
{
	char synced[FILE_PATH_MAX], list[FILE_PATH_MAX];
	struct stat st;
	int fd;

	OK(file_path(synced, sizeof synced, shadow, inode) == ERR_OK);
	if (*inode == 'd') {
		OK(syscall(SYS_mkdirat, AT_FDCWD, to, 0700) == 0);
		(void)snprintf(list, sizeof list, "%s", synced);
		if (by_chance()) {
			(void)snprintf(
			    list, sizeof list, "%s/now-%s", shadow, inode);
			fd = do_open(AT_FDCWD, from, O_RDONLY, 0);
			OK(fd >= 0);
			copy_names(fd, list);
			(void)close(fd);
		}
		restore_names(list, from, to);
		return;
	}
	if (by_chance() && stat(from, &st) == 0)
		(void)snprintf(synced, sizeof synced, "%s", from);
	fd = do_open(AT_FDCWD, synced, O_RDONLY, 0);
	if (fd < 0) { /* never synced: empty, at best */
		fd = do_open(AT_FDCWD, "/dev/null", O_RDONLY, 0);
		OK(fd >= 0);
	}
	copy_file(fd, to);
	(void)close(fd);
}

static void
cut_power(void)
{
	char now[80], inode[32];
	struct stat st;

	(void)snprintf(now, sizeof now, "%s.now", dir);
	OK(rename(dir, now) == 0);
	OK(stat(now, &st) == 0);
	(void)snprintf(inode, sizeof inode, "d%ju", (uintmax_t)st.st_ino);
	restore(now, dir, inode);
	fake_remove(now);
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
	const char *l = getenv("LONG");
	const uint32_t by = l != NULL && *l != '\0' ? 1U
	    : what == FAULT_KILL                    ? SELDOM / 4U
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
T(killed_at_every_write_nothing_acknowledged_is_lost)
T(after_a_power_cut_nothing_acknowledged_is_lost)
T(after_a_power_cut_that_left_some_nothing_is_lost)
T(a_failing_call_is_final_and_loses_nothing)
T(a_full_disk_refuses_and_loses_nothing)
T(a_disk_that_stays_full_refuses_and_loses_nothing)
T_END
