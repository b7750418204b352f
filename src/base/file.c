#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"

#define CHUNK 65536U

enum err
file_err(void)
{
	switch (errno) {
	case ENOENT:
	case ENOTDIR:
		return ERR_NOTHING;
	case EEXIST:
	case ENOTEMPTY:
		return ERR_TAKEN;
	case EISDIR:
		return ERR_FORMAT; /* a file was meant */
	case ENOSPC:
	case EDQUOT:
		return ERR_FULL;
	case EPIPE:
	case ECONNRESET:
		return ERR_CLOSED;
	case EACCES:
	case EPERM:
		return ERR_DENIED;
	case ENOMEM:
		return ERR_NOMEM;
	case ENAMETOOLONG:
		return ERR_TOOBIG;
	default:
		return ERR_IO;
	}
}

enum err
file_path(char *out, size_t size, const char *dir, const char *name)
{
	int n = snprintf(out, size, "%s/%s", dir, name);

	return n < 0 || (size_t)n >= size ? ERR_TOOBIG : ERR_OK;
}

bool
file_is_there(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

enum err
file_read_fd(struct buf *out, int fd)
{
	const size_t was = out->len;
	uint8_t *at, one;
	size_t want;
	ssize_t n;
	enum err e;

	for (;;) {
		want = out->limit - out->len;
		if (want > CHUNK)
			want = CHUNK;
		if ((e = buf_room(out, want, &at)) != ERR_OK)
			goto fail;
		/* At the ceiling, one byte more decides. */
		n = read(fd, want > 0 ? at : &one, want > 0 ? want : 1);
		if (n < 0 && errno == EINTR)
			continue;
		e = n < 0 ? file_err() : want == 0 ? ERR_TOOBIG : ERR_OK;
		if (n == 0)
			return ERR_OK;
		if (e != ERR_OK)
			goto fail;
		out->len += (size_t)n;
	}
fail:
	out->len = was;
	return e;
}

enum err
file_read(struct buf *out, const char *path)
{
	enum err e;
	int fd;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return file_err();
	e = file_read_fd(out, fd);
	(void)close(fd);
	return e;
}

enum err
file_write_fd(int fd, const void *p, size_t n)
{
	const char *at = p;
	ssize_t did;

	while (n > 0) {
		did = write(fd, at, n);
		if (did < 0 && errno == EINTR)
			continue;
		if (did < 0)
			return file_err();
		at += did;
		n -= (size_t)did;
	}
	return ERR_OK;
}

/* Make `path` with these bytes; nothing is left of it on failure. */
static enum err
make(const char *path, const void *p, size_t n, mode_t mode, bool synced)
{
	enum err e;
	int fd;

	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	if (fd < 0)
		return file_err();
	if ((e = file_write_fd(fd, p, n)) == ERR_OK && synced && fsync(fd) != 0)
		e = file_err();
	if (close(fd) != 0 && e == ERR_OK)
		e = file_err();
	if (e != ERR_OK)
		(void)unlink(path);
	return e;
}

static enum err
sync_parent(const char *path)
{
	char dir[FILE_PATH_MAX];
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);

	if (n >= sizeof dir)
		return ERR_TOOBIG;
	memcpy(dir, path, n);
	dir[n] = '\0';
	return file_sync_dir(slash == NULL ? "." : n == 0 ? "/" : dir);
}

enum err
file_write(const char *path, const void *p, size_t n, mode_t mode)
{
	char beside[FILE_PATH_MAX];
	enum err e;
	int len;

	len = snprintf(beside, sizeof beside, "%s.new", path);
	if (len < 0 || (size_t)len >= sizeof beside)
		return ERR_TOOBIG;
	/* What a killed process left is of no use to anybody. */
	(void)unlink(beside);
	if ((e = make(beside, p, n, mode, true)) != ERR_OK)
		return e;
	if (rename(beside, path) != 0) {
		e = file_err();
		(void)unlink(beside);
		return e;
	}
	return sync_parent(path);
}

enum err
file_make(const char *path, const void *p, size_t n, mode_t mode)
{
	enum err e;

	if ((e = make(path, p, n, mode, true)) != ERR_OK)
		return e;
	return sync_parent(path);
}

enum err
file_make_later(const char *path, const void *p, size_t n, mode_t mode)
{
	return make(path, p, n, mode, false);
}

enum err
file_sync_all(const char *dir)
{
	enum err e = ERR_OK;
	int fd;

	if ((fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return file_err();
	if (syncfs(fd) != 0)
		e = file_err();
	(void)close(fd);
	return e;
}

enum err
file_make_dir(const char *path)
{
	if (mkdir(path, 0700) != 0)
		return file_err();
	return sync_parent(path);
}

enum err
file_sync_dir(const char *path)
{
	enum err e = ERR_OK;
	int fd;

	if ((fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0)
		return file_err();
	if (fsync(fd) != 0)
		e = file_err();
	(void)close(fd);
	return e;
}

static int
remove_one(const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	(void)remove(path); /* what is left is seen by its folder's */
	return 0;
}

enum err
file_remove_all(const char *dir)
{
	(void)nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
	return file_is_there(dir) ? ERR_IO : ERR_OK;
}
