#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/file.h"
#include "base/wipe.h"
#include "letter/letter.h"

#include "desk/reply_file.h"

#define CHUNK 65536U

static enum err
hash_file(struct reply_file *f)
{
	struct sha256 *h = sha256_open();
	uint8_t *some = malloc(CHUNK);
	enum err e = ERR_NOMEM;
	ssize_t did;

	if (h == NULL || some == NULL)
		goto out;
	f->size = 0;
	while ((did = pread(f->fd, some, CHUNK, (off_t)f->size)) > 0) {
		sha256_add(h, some, (size_t)did);
		f->size += (uint64_t)did;
	}
	e = did < 0 ? file_err() : ERR_OK;
	if (e == ERR_OK && f->size > LETTER_FILE_BYTES_MAX)
		e = ERR_TOOBIG;
	sha256_end(h, f->sha256);
out:
	wipe_free(some, CHUNK);
	sha256_close(h);
	return e;
}

enum err
reply_file_open(struct reply_file *f, const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');
	struct stat st;

	if (name == NULL)
		name = slash == NULL ? path : slash + 1;

	f->bytes = NULL;
	f->fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (f->fd < 0)
		return file_err();
	if (fstat(f->fd, &st) != 0)
		return ERR_IO;
	if (!S_ISREG(st.st_mode))
		return ERR_FORMAT;
	name_file(f->name, name, strlen(name));
	return hash_file(f);
}

enum err
reply_file_read(const struct reply_file *f, uint8_t *out, size_t n, uint64_t at)
{
	if (f->bytes != NULL) {
		memcpy(out, f->bytes + at, n);
		return ERR_OK;
	}
	while (n > 0) {
		const ssize_t did = pread(f->fd, out, n, (off_t)at);

		if (did <= 0)
			return did < 0 ? file_err() : ERR_SHORT;
		out += did;
		at += (uint64_t)did;
		n -= (size_t)did;
	}
	return ERR_OK;
}
