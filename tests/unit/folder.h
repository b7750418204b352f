/* folder: a folder put aside, and brought back as it was. */
#ifndef UNIT_FOLDER_H
#define UNIT_FOLDER_H

#include <fcntl.h>
#include <ftw.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "t.h"

static const char *folder_to;
static size_t folder_from;

static inline int
folder_remove_one(
    const char *path, const struct stat *st, int kind, struct FTW *at)
{
	(void)st;
	(void)kind;
	(void)at;
	return remove(path);
}

static inline void
folder_remove(const char *path)
{
	(void)nftw(path, folder_remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

static inline void
folder_copy_file(const char *path, const char *to)
{
	static uint8_t some[65536];
	const int in = open(path, O_RDONLY),
		  out = open(to, O_WRONLY | O_CREAT, 0600);
	ssize_t n;

	OK(in >= 0 && out >= 0);
	while ((n = read(in, some, sizeof some)) > 0)
		OK(write(out, some, (size_t)n) == n);
	OK(n == 0 && close(in) == 0 && close(out) == 0);
}

static inline int
folder_copy_one(
    const char *path, const struct stat *st, int kind, struct FTW *at)
{
	char to[300];

	(void)st;
	(void)at;
	OK((size_t)snprintf(to, sizeof to, "%s%s", folder_to,
	       path + folder_from) < sizeof to);
	if (kind == FTW_D)
		OK(mkdir(to, 0700) == 0);
	else
		folder_copy_file(path, to);
	return 0;
}

/* `to` becomes what `from` is. */
static inline void
folder_copy(const char *from, const char *to)
{
	folder_remove(to);
	folder_to = to;
	folder_from = strlen(from);
	OK(nftw(from, folder_copy_one, 8, FTW_PHYS) == 0);
}

#endif
