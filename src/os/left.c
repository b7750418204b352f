#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/wipe.h"
#include "os/left.h"
#include "os/worker.h"

#define FIRST_NAMES 64U

/* Names tell as well, and are wiped as what they name. */
struct name {
	char at[WORKER_NAME_MAX + 1];
	uint64_t size;
};

struct names {
	struct name *at;
	size_t n, room;
};

enum err
left_take(int folder, const char *name, int *fd, uint64_t *size)
{
	struct stat st;
	int got;

	if (!worker_name_is_plain(name))
		return ERR_FORMAT;
	/* What is no file is not even opened: that could wait, or do.  No
	 * program in a room can give one another name. */
	if (fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return file_err();
	if (!S_ISREG(st.st_mode))
		return ERR_FORMAT;
	got = openat(folder, name,
	    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (got < 0)
		return errno == ELOOP ? ERR_FORMAT : file_err();
	if (fstat(got, &st) == 0 && S_ISREG(st.st_mode) && st.st_nlink == 1) {
		*fd = got; /* now the caller's */
		*size = (uint64_t)st.st_size;
		return ERR_OK;
	}
	(void)close(got);
	return ERR_FORMAT;
}

enum err
left_remove(int folder, const char *name)
{
	if (!worker_name_is_plain(name))
		return ERR_FORMAT;
	return unlinkat(folder, name, 0) == 0 ? ERR_OK : file_err();
}

static enum err
grow(struct names *l)
{
	size_t room = l->room == 0 ? FIRST_NAMES : 2 * l->room;
	struct name *at;

	if (l->n == WORKER_FILES_MAX)
		return ERR_TOOBIG;
	if (l->n < l->room)
		return ERR_OK;
	if ((at = calloc(room, sizeof(*at))) == NULL)
		return ERR_NOMEM;
	if (l->n > 0)
		memcpy(at, l->at, l->n * sizeof(*at));
	wipe_free(l->at, l->n * sizeof(*at));
	l->at = at;
	l->room = room;
	return ERR_OK;
}

static enum err
note(struct names *l, int folder, const char *name)
{
	struct stat st;
	enum err e;

	if (!worker_name_is_plain(name) ||
	    fstatat(folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    !S_ISREG(st.st_mode))
		return ERR_OK;
	if ((e = grow(l)) != ERR_OK)
		return e;
	memcpy(l->at[l->n].at, name, strlen(name) + 1);
	l->at[l->n++].size = (uint64_t)st.st_size;
	return ERR_OK;
}

static enum err
read_names(struct names *l, int folder)
{
	int fd = openat(folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	struct dirent *entry;
	enum err e = ERR_OK;
	DIR *dir;

	if (fd < 0)
		return file_err();
	if ((dir = fdopendir(fd)) == NULL) {
		(void)close(fd);
		return ERR_NOMEM;
	}
	while (e == ERR_OK && (errno = 0, entry = readdir(dir)) != NULL)
		e = note(l, folder, entry->d_name);
	if (e == ERR_OK && errno != 0)
		e = ERR_IO;
	(void)closedir(dir);
	return e;
}

static int
by_bytes(const void *a, const void *b)
{
	return strcmp(
	    ((const struct name *)a)->at, ((const struct name *)b)->at);
}

enum err
left_list(int folder,
    enum err (*each)(void *arg, const char *name, uint64_t size), void *arg)
{
	struct names l = { 0 };
	enum err e = read_names(&l, folder);

	if (e == ERR_OK && l.n > 1)
		qsort(l.at, l.n, sizeof(*l.at), by_bytes);
	for (size_t i = 0; e == ERR_OK && i < l.n; i++)
		e = each(arg, l.at[i].at, l.at[i].size);
	wipe_free(l.at, l.n * sizeof(*l.at));
	return e;
}
