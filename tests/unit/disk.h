/* disk: makes the n-th change of the disk fail, or the process die there. */
#ifndef DISK_H
#define DISK_H

#include <dlfcn.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <unistd.h>

/*
 * The calls by which the store changes the disk, in front of the system's: the
 * n-th fails, or the process dies there.
 */
static unsigned disk_countdown;
static bool disk_die;
static bool disk_full; /* from the n-th on every write finds no room */

int fsync(int fd);
int fdatasync(int fd);
int syncfs(int fd);
int rename(const char *from, const char *to);
int linkat(int in, const char *from, int to_in, const char *to, int flags);
int unlink(const char *path);
ssize_t write(int fd, const void *p, size_t n);
ssize_t pwrite(int fd, const void *p, size_t n, off_t at);

static bool
disk_refused(void)
{
	if (disk_full || disk_countdown == 0 || --disk_countdown > 0)
		return false;
	if (disk_die)
		_exit(77);
	errno = EIO;
	return true;
}

/* A write: there is room or none. */
static bool
disk_write_refused(void)
{
	if (!disk_full)
		return disk_refused();
	if (disk_countdown == 0)
		return false;
	if (disk_countdown > 1) {
		disk_countdown--;
		return false;
	}
	errno = ENOSPC;
	return true;
}

#define REAL(name) \
	static __typeof__(&name) real; \
	if (real == NULL) \
		*(void **)(&real) = dlsym(RTLD_NEXT, #name);

int
fsync(int fd)
{
	REAL(fsync)
	return disk_refused() ? -1 : real(fd);
}

int
fdatasync(int fd)
{
	REAL(fdatasync)
	return disk_refused() ? -1 : real(fd);
}

int
syncfs(int fd)
{
	REAL(syncfs)
	return disk_refused() ? -1 : real(fd);
}

int
rename(const char *from, const char *to)
{
	REAL(rename)
	return disk_refused() ? -1 : real(from, to);
}

int
linkat(int in, const char *from, int to_in, const char *to, int flags)
{
	REAL(linkat)
	return disk_refused() ? -1 : real(in, from, to_in, to, flags);
}

int
unlink(const char *path)
{
	REAL(unlink)
	return disk_refused() ? -1 : real(path);
}

/* What fails or dies has written half. */
ssize_t
write(int fd, const void *p, size_t n)
{
	REAL(write)
	if (fd > 2 && disk_countdown == 1)
		(void)!real(fd, p, n / 2);
	return fd > 2 && disk_write_refused() ? -1 : real(fd, p, n);
}

ssize_t
pwrite(int fd, const void *p, size_t n, off_t at)
{
	REAL(pwrite)
	if (disk_countdown == 1)
		(void)!real(fd, p, n / 2, at);
	return disk_write_refused() ? -1 : real(fd, p, n, at);
}

#endif
