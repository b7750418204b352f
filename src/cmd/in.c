#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/wipe.h"

#include "cmd/in.h"

#define PIECE 262144U

enum err
in_open(struct in *in, const char *path)
{
	struct stat st;

	*in = (struct in){ .fd = STDIN_FILENO };
	if (path == NULL || strcmp(path, "-") == 0)
		return ERR_OK;
	in->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (in->fd < 0)
		return file_err();
	return fstat(in->fd, &st) == 0 && S_ISDIR(st.st_mode) ? ERR_FORMAT
							      : ERR_OK;
}

enum err
in_each(struct in *in, enum err (*add)(void *who, const void *p, size_t n),
    void *who)
{
	uint8_t *piece;
	enum err e = ERR_OK;
	ssize_t n = 0;

	if ((piece = calloc(1, PIECE)) == NULL)
		return ERR_NOMEM;
	do {
		n = read(in->fd, piece, PIECE);
		if (n < 0 && errno != EINTR)
			e = in->failed =
			    errno == EISDIR ? ERR_FORMAT : file_err();
		else if (n > 0)
			e = add(who, piece, (size_t)n);
	} while (n != 0 && e == ERR_OK);
	wipe_free(piece, PIECE);
	return e;
}

void
in_close(struct in *in)
{
	if (in->fd > STDIN_FILENO)
		(void)close(in->fd);
	in->fd = -1;
}
