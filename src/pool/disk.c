#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "base/file.h"

#include "pool/disk.h"

/* The reasons that leave what was there as it was. */
static enum err
refused(void)
{
	const enum err e = file_err();

	return e == ERR_FULL || e == ERR_NOMEM || e == ERR_NOTHING ? e : ERR_IO;
}

enum err
disk_read(int fd, void *out, size_t n, uint64_t at)
{
	uint8_t *to = out;
	ssize_t did;

	while (n > 0) {
		did = pread(fd, to, n, (off_t)at);
		if (did < 0 && errno == EINTR)
			continue;
		if (did <= 0)
			return ERR_SHORT;
		to += did;
		at += (uint64_t)did;
		n -= (size_t)did;
	}
	return ERR_OK;
}

enum err
disk_write(int fd, const void *p, size_t n, uint64_t at)
{
	const uint8_t *from = p;
	ssize_t did;

	while (n > 0) {
		did = pwrite(fd, from, n, (off_t)at);
		if (did < 0 && errno == EINTR)
			continue;
		if (did < 0)
			return refused();
		from += did;
		at += (uint64_t)did;
		n -= (size_t)did;
	}
	return ERR_OK;
}

enum err
disk_cut(int fd, uint64_t size)
{
	return ftruncate(fd, (off_t)size) == 0 ? ERR_OK : refused();
}

enum err
disk_size(int fd, uint64_t *size)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return ERR_IO;
	*size = (uint64_t)st.st_size;
	return ERR_OK;
}

enum err
disk_unwritten(int fd)
{
	/* A lease to read is given when nobody writes. */
	if (fcntl(fd, F_SETLEASE, F_RDLCK) != 0)
		return errno == EAGAIN ? ERR_BUSY : ERR_OK;
	(void)fcntl(fd, F_SETLEASE, F_UNLCK);
	return ERR_OK;
}

enum err
disk_sync(int fd)
{
	return fsync(fd) == 0 ? ERR_OK : ERR_IO;
}

enum err
disk_open(int *fd, int dir, const char *name, int flags)
{
	*fd = openat(dir, name, flags | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (*fd >= 0)
		return ERR_OK;
	/* Too many open files is nothing that harmed the disk. */
	return errno == EMFILE || errno == ENFILE ? ERR_BUSY : refused();
}

void
disk_close(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

enum err
disk_move(int from, int to, const char *name)
{
	return renameat(from, name, to, name) == 0 ? ERR_OK : refused();
}

enum err
disk_rename(int dir, const char *from, const char *to)
{
	return renameat(dir, from, dir, to) == 0 ? ERR_OK : refused();
}

enum err
disk_remove(int dir, const char *name)
{
	if (unlinkat(dir, name, 0) == 0 || errno == ENOENT)
		return ERR_OK;
	return refused();
}

void
disk_try_remove(int dir, const char *name)
{
	(void)unlinkat(dir, name, 0);
}

void
disk_try_cut(int fd, uint64_t size)
{
	if (ftruncate(fd, (off_t)size) != 0)
		return;
}
