#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "crypt/crypt.h"

#include "cmd/out.h"

void
out_init(struct out *o)
{
	*o = (struct out){ .fd = -1 };
}

/* A name of its own in the same folder: "PATH.1f2e3d4c.part". */
static enum err
name_both(struct out *o, const char *path)
{
	char real[PATH_MAX], hex[9];
	uint8_t salt[4];
	int n;

	/* A link stays a link, and what it names is replaced. */
	if (realpath(path, real) == NULL) {
		if (errno != ENOENT)
			return file_err();
		n = snprintf(real, sizeof real, "%s", path);
		if (n < 0 || (size_t)n >= sizeof real)
			return ERR_TOOBIG;
	}
	crypt_random(salt, sizeof salt);
	enc_hex(hex, salt, sizeof salt);
	n = snprintf(o->path, sizeof o->path, "%s", real);
	if (n < 0 || (size_t)n >= sizeof o->path)
		return ERR_TOOBIG;
	n = snprintf(o->beside, sizeof o->beside, "%s.%s.part", real, hex);
	return n < 0 || (size_t)n >= sizeof o->beside ? ERR_TOOBIG : ERR_OK;
}

/* The folder of a path, "." for a bare name. */
static void
folder(char dir[static FILE_PATH_MAX], const char *path)
{
	const char *slash = strrchr(path, '/');
	size_t n = slash == NULL ? 0 : (size_t)(slash - path);

	memcpy(dir, path, n);
	dir[n] = '\0';
	if (n == 0)
		memcpy(dir, slash == NULL ? "." : "/", 2);
}

/* A file that has no name at all yet, so that nothing stays behind whatever
 * ends us; where the file system has no such thing, one with the other name. */
static enum err
open_unnamed(struct out *o, mode_t mode)
{
#ifdef O_TMPFILE
	char dir[FILE_PATH_MAX];

	folder(dir, o->path);
	if (access("/proc/self/fd", X_OK) == 0)
		o->fd = open(dir, O_TMPFILE | O_WRONLY | O_CLOEXEC, mode);
	if (o->fd >= 0)
		return ERR_OK;
#endif
	o->fd = open(o->beside, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
	o->named = o->fd >= 0;
	return o->fd < 0 ? file_err() : ERR_OK;
}

enum err
out_open(struct out *o, const char *path, mode_t mode)
{
	struct stat st;
	enum err e;

	if (path == NULL || strcmp(path, "-") == 0) {
		o->fd = STDOUT_FILENO;
		return ERR_OK;
	}
	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode)) {
		o->fd = open(path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
		return o->fd < 0 ? file_err() : ERR_OK;
	}
	if ((e = name_both(o, path)) == ERR_OK)
		e = open_unnamed(o, mode);
	if (e != ERR_OK)
		out_init(o);
	return e;
}

/* Is there nothing yet, nothing in it, or what begins so? */
static enum err
is_ours(const char *path, const char *begin)
{
	char head[64];
	const size_t n = strlen(begin);
	enum err e = ERR_OK;
	ssize_t got;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0)
		return errno == ENOENT ? ERR_OK : file_err();
	got = read(fd, head, n < sizeof head ? n : sizeof head);
	if (got < 0)
		e = file_err();
	else if (got > 0 && ((size_t)got != n || memcmp(head, begin, n) != 0))
		e = ERR_TAKEN;
	(void)close(fd);
	return e;
}

enum err
out_may(const char *path, const char *begin)
{
	struct stat st;
	struct out o;
	enum err e;

	if (stat(path, &st) == 0 && !S_ISREG(st.st_mode))
		return S_ISDIR(st.st_mode) ? ERR_TAKEN : ERR_OK;
	out_init(&o);
	if ((e = is_ours(path, begin)) == ERR_OK)
		e = out_open(&o, path, 0600);
	out_drop(&o);
	return e;
}

enum err
out_put(void *who, const void *p, size_t n)
{
	struct out *o = who;

	return o->failed = file_write_fd(o->fd, p, n);
}

enum err
out_again(int *fd, const struct out *o)
{
	char itself[64];

	(void)snprintf(itself, sizeof itself, "/proc/self/fd/%d", o->fd);
	if (fsync(o->fd) != 0)
		return file_err();
	*fd = open(o->named ? o->beside : itself, O_RDONLY | O_CLOEXEC);
	return *fd < 0 ? file_err() : ERR_OK;
}

/* Give it the name beside, if it has none, and then the right one. */
static enum err
rename_it(struct out *o)
{
	char itself[64];

	if (!o->named) {
		(void)snprintf(
		    itself, sizeof itself, "/proc/self/fd/%d", o->fd);
		if (linkat(AT_FDCWD, itself, AT_FDCWD, o->beside,
			AT_SYMLINK_FOLLOW) != 0)
			return file_err();
		o->named = true;
	}
	if (rename(o->beside, o->path) != 0)
		return file_err();
	o->named = false;
	return ERR_OK;
}

enum err
out_done(struct out *o)
{
	char dir[FILE_PATH_MAX];
	enum err e;
	int fd;

	if (o->path[0] == '\0')
		return ERR_OK;
	if (fsync(o->fd) != 0)
		return o->failed = file_err();
	if ((e = rename_it(o)) != ERR_OK)
		return o->failed = e;
	fd = o->fd;
	o->fd = -1;
	if (close(fd) != 0)
		return o->failed = file_err();
	folder(dir, o->path);
	return o->failed = file_sync_dir(dir);
}

void
out_drop(struct out *o)
{
	if (o->fd >= 0 && o->fd != STDOUT_FILENO)
		(void)close(o->fd);
	if (o->named)
		(void)unlink(o->beside);
	out_init(o);
}
