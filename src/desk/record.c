#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/aead.h"
#include "crypt/crypt.h"

#include "desk/record.h"

#define HEAD 4U
#define OVERHEAD (XAEAD_NONCE_BYTES + AEAD_TAG_BYTES)
#define SEALED_MAX (RECORD_MAX + OVERHEAD)

/* A file being read from the front to the back. */
struct reading {
	int fd;
	uint64_t at, size;
	struct buf sealed, plain;
};

static enum err
read_at(int fd, uint8_t *out, size_t n, uint64_t at)
{
	ssize_t did;

	while (n > 0) {
		did = pread(fd, out, n, (off_t)at);
		if (did < 0)
			return file_err();
		if (did == 0)
			return ERR_SHORT;
		out += did;
		at += (uint64_t)did;
		n -= (size_t)did;
	}
	return ERR_OK;
}

/* Is the rest of the file zeros, as a system that crashed may leave it? */
static bool
rest_is_zero(const struct reading *f)
{
	uint8_t some[512];
	size_t n;

	for (uint64_t at = f->at; at < f->size; at += n) {
		n = f->size - at < sizeof some ? (size_t)(f->size - at)
					       : sizeof some;
		if (read_at(f->fd, some, n, at) != ERR_OK)
			return false;
		for (size_t i = 0; i < n; i++)
			if (some[i] != 0)
				return false;
	}
	return true;
}

/* Open the record at f->at into f->plain.  ERR_SHORT: it was never finished. */
static enum err
read_one(struct reading *f, const uint8_t *key)
{
	uint8_t head[HEAD], where[8], *to;
	uint64_t left = f->size - f->at;
	uint32_t n;
	enum err e;

	if (left < HEAD)
		return ERR_SHORT;
	if ((e = read_at(f->fd, head, HEAD, f->at)) != ERR_OK)
		return e;
	n = enc_get_u32(head);
	if (n < OVERHEAD || n > SEALED_MAX)
		return rest_is_zero(f) ? ERR_SHORT : ERR_FORGED;
	if (left - HEAD < n)
		return ERR_SHORT;
	buf_clear(&f->sealed);
	buf_clear(&f->plain);
	if ((e = buf_room(&f->sealed, n, &to)) != ERR_OK ||
	    (e = read_at(f->fd, to, n, f->at + HEAD)) != ERR_OK)
		return e;
	if ((e = buf_room(&f->plain, n - OVERHEAD + 1, &to)) != ERR_OK)
		return e;
	enc_put_u64(where, f->at);
	e = xaead_unseal(to, key, f->sealed.at, where, sizeof where,
	    f->sealed.at + XAEAD_NONCE_BYTES, n - XAEAD_NONCE_BYTES);
	if (e != ERR_OK)
		return left - HEAD == n || rest_is_zero(f) ? ERR_SHORT : e;
	f->plain.len = n - OVERHEAD;
	f->at += HEAD + n;
	return ERR_OK;
}

static enum err
read_all(struct reading *f, const uint8_t *key, struct record_taker taker)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && f->at < f->size) {
		if ((e = read_one(f, key)) != ERR_OK)
			break;
		e = taker.take(taker.who, f->plain.at, f->plain.len);
		/* Its own "short" is no torn end. */
		if (e == ERR_SHORT)
			return ERR_FORMAT;
	}
	return e;
}

/* Cut what was never acknowledged. */
static enum err
cut(int fd, uint64_t len)
{
	if (ftruncate(fd, (off_t)len) != 0 || fsync(fd) != 0)
		return ERR_IO;
	return ERR_OK;
}

/* Open the file, or make it; a made one is there before anything is added. */
static enum err
open_or_make(int *fd, const char *path)
{
	enum err e;

	*fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (*fd >= 0)
		return ERR_OK;
	if ((e = file_err()) != ERR_NOTHING)
		return e;
	if ((e = file_make(path, "", 0, 0600)) != ERR_OK)
		return e;
	*fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	return *fd < 0 ? file_err() : ERR_OK;
}

enum err
record_load(struct record *r, const char *path, const uint8_t *key,
    struct record_taker taker)
{
	struct reading f = { .fd = -1 };
	struct stat st;
	enum err e;
	size_t n = strlen(path);

	if (n >= sizeof r->path)
		return ERR_TOOBIG;
	*r = (struct record){ .key = key };
	memcpy(r->path, path, n + 1);
	buf_init(&f.sealed, SEALED_MAX + HEAD);
	buf_init(&f.plain, SEALED_MAX);
	if ((e = open_or_make(&f.fd, path)) != ERR_OK)
		goto out;
	e = ERR_IO;
	if (fstat(f.fd, &st) != 0)
		goto out;
	f.size = (uint64_t)st.st_size;
	e = read_all(&f, key, taker);
	if (e == ERR_SHORT)
		e = cut(f.fd, f.at);
	r->len = f.at;
out:
	if (f.fd >= 0)
		(void)close(f.fd);
	buf_drop(&f.sealed);
	buf_drop(&f.plain);
	return e;
}

/* Append length, nonce and sealed bytes for the record that will stand at
 * `at`. */
static enum err
put_sealed(struct buf *out, const uint8_t *key, uint64_t at, const uint8_t *p,
    size_t n)
{
	uint8_t where[8], *to;
	enum err e;

	if (n > RECORD_MAX)
		return ERR_TOOBIG;
	if ((e = buf_room(out, HEAD + OVERHEAD + n, &to)) != ERR_OK)
		return e;
	enc_put_u64(where, at);
	enc_put_u32(to, (uint32_t)(OVERHEAD + n));
	crypt_random(to + HEAD, XAEAD_NONCE_BYTES);
	xaead_seal(to + HEAD + XAEAD_NONCE_BYTES, key, to + HEAD, where,
	    sizeof where, p, n);
	out->len += HEAD + OVERHEAD + n;
	return ERR_OK;
}

static enum err
write_at(int fd, const uint8_t *p, size_t n, uint64_t at)
{
	ssize_t did;

	while (n > 0) {
		did = pwrite(fd, p, n, (off_t)at);
		if (did < 0)
			return file_err();
		p += did;
		at += (uint64_t)did;
		n -= (size_t)did;
	}
	return ERR_OK;
}

enum err
record_add(struct record *r, const uint8_t *p, size_t n)
{
	struct buf out;
	enum err e;
	int fd = -1;

	buf_init(&out, SEALED_MAX + HEAD);
	e = ERR_IO;
	if (r->broken)
		goto out;
	if ((e = put_sealed(&out, r->key, r->len, p, n)) != ERR_OK)
		goto out;
	e = ERR_IO;
	fd = open(r->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		goto out;
	e = write_at(fd, out.at, out.len, r->len);
	if (e != ERR_OK) {
		/* A full disk: what got there goes again. */
		if (ftruncate(fd, (off_t)r->len) != 0)
			r->broken = true;
		goto out;
	}
	if (fdatasync(fd) != 0) {
		/* Whether it is there cannot be known any more. */
		r->broken = true;
		e = ERR_IO;
		goto out;
	}
	r->len += out.len;
out:
	if (fd >= 0)
		(void)close(fd);
	buf_drop(&out);
	return e;
}

enum err
record_replace(struct record *r, const uint8_t *items, size_t n)
{
	struct buf out;
	size_t at = 0;
	enum err e = ERR_OK;

	buf_init(&out, SIZE_MAX / 2);
	while (e == ERR_OK && at < n) {
		const uint32_t len = enc_get_u32(items + at);

		e = put_sealed(&out, r->key, out.len, items + at + HEAD, len);
		at += HEAD + len;
	}
	if (e == ERR_OK)
		e = file_write(r->path, out.len > 0 ? (const char *)out.at : "",
		    out.len, 0600);
	if (e == ERR_OK)
		r->len = out.len;
	else if (e == ERR_IO)
		r->broken = true;
	buf_drop(&out);
	return e;
}

enum err
record_overwrite(int fd)
{
	static const uint8_t zero[4096];
	struct stat st;
	off_t at = 0;

	if (fstat(fd, &st) != 0)
		return ERR_IO;
	while (at < st.st_size) {
		const off_t left = st.st_size - at;
		const ssize_t did = pwrite(fd, zero,
		    left < (off_t)sizeof zero ? (size_t)left : sizeof zero, at);

		if (did <= 0)
			return ERR_IO;
		at += did;
	}
	return fsync(fd) == 0 ? ERR_OK : ERR_IO;
}

enum err
record_shred(const char *path)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	enum err e;

	if (fd < 0)
		return file_err();
	e = record_overwrite(fd);
	(void)close(fd);
	if (unlink(path) != 0)
		return file_err();
	return e;
}
