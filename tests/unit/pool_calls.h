/*
 * pool_calls: the calls that change a disk, standing before those of the C
 * library (for SQLite too), so that the n-th of them can kill the process or
 * fail; and what is left of a folder after a power cut.
 *
 * For a power cut there is kept beside the folder what has been synced: of
 * every file its bytes, of every folder its names.  Afterwards the folder is
 * made anew: all from that, or each file and folder by chance from that or from
 * what was written.
 */
#ifndef POOL_CALLS_H
#define POOL_CALLS_H

#include <errno.h>
#include <signal.h>
#include <sys/syscall.h>

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

static enum fault fault;
static uint32_t fault_at, *calls; /* how many there were */
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
	now = ++*calls == fault_at ||
	    (fault == FAULT_STAYS_FULL && *calls > fault_at);
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

/* All below a folder. */
static void
tree_synced(int folder)
{
	struct dirent *entry;
	DIR *d;
	int fd;

	now_synced(folder);
	fd = (int)syscall(
	    SYS_openat, folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
	OK(fd >= 0 && (d = fdopendir(fd)) != NULL);
	while ((entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.')
			continue;
		fd = (int)syscall(
		    SYS_openat, folder, entry->d_name, O_RDONLY | O_CLOEXEC, 0);
		OK(fd >= 0);
		if (entry->d_type == DT_DIR)
			tree_synced(fd);
		else
			now_synced(fd);
		(void)syscall(SYS_close, fd);
	}
	(void)closedir(d);
}

int
syncfs(int fd)
{
	if (strike_or(false) != 0)
		return -1;
	if (fault == FAULT_POWER || fault == FAULT_MIXED)
		tree_synced(fd);
	return 0;
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

#endif
