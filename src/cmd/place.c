#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#include "cmd/place.h"

#define PIECE 65536U
#define NAMES_MAX 100000U
#define RANDOM 8U

struct place {
	int dir, fd;
	char beside[2 * RANDOM + 8]; /* its name so far; "" when it has none */
};

/* A file that has no name yet; where the system has no such thing (a stick with
 * FAT), one whose name is random. */
static enum err
make(struct place *p)
{
	uint8_t random[RANDOM];
	char hex[ENC_HEX_LEN(RANDOM) + 1];

	p->fd = openat(p->dir, ".", O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (p->fd >= 0)
		return ERR_OK;
	if (errno != EOPNOTSUPP && errno != EISDIR && errno != EINVAL)
		return file_err();
	crypt_random(random, sizeof random);
	enc_hex(hex, random, sizeof random);
	(void)snprintf(p->beside, sizeof p->beside, ".%s.part", hex);
	p->fd = openat(p->dir, p->beside,
	    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (p->fd >= 0)
		return ERR_OK;
	p->beside[0] = '\0';
	return file_err();
}

static enum err
copy(int to, int from)
{
	static uint8_t piece[PIECE];
	uint64_t at = 0;
	ssize_t n;
	enum err e = ERR_OK;

	while (e == ERR_OK &&
	    (n = pread(from, piece, sizeof piece, (off_t)at)) != 0) {
		if (n < 0 && errno != EINTR)
			e = file_err();
		if (n > 0) {
			e = file_write_fd(to, piece, (size_t)n);
			at += (uint64_t)n;
		}
	}
	wipe(piece, sizeof piece);
	if (e == ERR_OK && fsync(to) != 0)
		e = file_err();
	return e;
}

/* Give it this name, unless something has it: ERR_TAKEN. */
static enum err
name(struct place *p, const char *as)
{
	char self[64];
	int failed;

	if (p->beside[0] == '\0') {
		(void)snprintf(self, sizeof self, "/proc/self/fd/%d", p->fd);
		failed = linkat(AT_FDCWD, self, p->dir, as, AT_SYMLINK_FOLLOW);
	} else
		failed =
		    renameat2(p->dir, p->beside, p->dir, as, RENAME_NOREPLACE);
	if (failed != 0)
		return errno == EEXIST ? ERR_TAKEN : file_err();
	p->beside[0] = '\0';
	return ERR_OK;
}

static enum err
name_first_free(struct place *p, char *as, size_t size, const char *ending)
{
	enum err e = ERR_TAKEN;

	for (unsigned i = 1; e == ERR_TAKEN && i <= NAMES_MAX; i++) {
		(void)snprintf(as, size, "clean-%u.%s", i, ending);
		e = name(p, as);
	}
	return e;
}

enum err
place_file(char path[static FILE_PATH_MAX], const char *dir, const char *ending,
    int from)
{
	struct place p = { .dir = -1, .fd = -1 };
	char as[64];
	enum err e;

	p.dir = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (p.dir < 0)
		return file_err();
	if ((e = make(&p)) != ERR_OK || (e = copy(p.fd, from)) != ERR_OK ||
	    (e = name_first_free(&p, as, sizeof as, ending)) != ERR_OK)
		goto out;
	if (fsync(p.dir) != 0)
		e = file_err();
	else
		e = file_path(path, FILE_PATH_MAX, dir, as);
out:
	if (p.beside[0] != '\0')
		(void)unlinkat(p.dir, p.beside, 0);
	if (p.fd >= 0)
		(void)close(p.fd);
	(void)close(p.dir);
	return e;
}
