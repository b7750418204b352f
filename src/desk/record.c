#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "crypt/aead.h"
#include "crypt/crypt.h"

#include "desk/record.h"
#include "desk/record_in.h"

static const struct record_part no_part;

size_t
record_bind(uint8_t out[static RECORD_BOUND_MAX], const struct record_shape *s,
    bool tail)
{
	enc_put_u64(out, s->at);
	if (s->tail == 0)
		return 8;
	enc_put_u32(out + 8, s->word);
	enc_put_u32(out + 12, (uint32_t)s->head);
	out[16] = tail;
	return RECORD_BOUND_MAX;
}

/* One half, with a nonce of its own. */
static void
seal_half(uint8_t *to, const uint8_t *key, const struct record_shape *s,
    bool tail, struct record_part p)
{
	uint8_t bound[RECORD_BOUND_MAX];

	crypt_random(to, XAEAD_NONCE_BYTES);
	xaead_seal(to + XAEAD_NONCE_BYTES, key, to, bound,
	    record_bind(bound, s, tail), p.p, p.n);
}

/* Append the record that will stand at `at`; a tail of no bytes is none. */
static enum err
put_sealed(struct buf *out, const uint8_t *key, uint64_t at,
    struct record_part head, struct record_part tail)
{
	const bool two = tail.n > 0;
	struct record_shape s = { .at = at, .head = RECORD_OVERHEAD + head.n };
	size_t n;
	uint8_t *to;
	enum err e;

	if (head.n > RECORD_MAX || tail.n > RECORD_MAX - head.n)
		return ERR_TOOBIG;
	s.skip = two ? RECORD_WORD : 0;
	s.tail = two ? RECORD_OVERHEAD + tail.n : 0;
	n = s.skip + s.head + s.tail;
	s.word = (uint32_t)n | (two ? RECORD_TAIL : 0);
	if ((e = buf_room(out, RECORD_WORD + n, &to)) != ERR_OK)
		return e;
	enc_put_u32(to, s.word);
	if (two)
		enc_put_u32(to + RECORD_WORD, (uint32_t)s.head);
	seal_half(to + RECORD_WORD + s.skip, key, &s, false, head);
	if (two)
		seal_half(
		    to + RECORD_WORD + s.skip + s.head, key, &s, true, tail);
	out->len += RECORD_WORD + n;
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
	return record_add_two(r, (struct record_part){ p, n }, no_part);
}

static enum err
open_to_add(const struct record *r, int *fd)
{
	*fd = r->broken ? -1 : open(r->path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	return *fd < 0 ? ERR_IO : ERR_OK;
}

/* Whether it is there cannot be known any more when this fails. */
static enum err
sync_now(struct record *r, int fd)
{
	if (fdatasync(fd) == 0)
		return ERR_OK;
	r->broken = true;
	return ERR_IO;
}

static enum err
add(struct record *r, struct record_part head, struct record_part tail,
    bool later)
{
	struct buf out;
	enum err e;
	int fd = -1;

	buf_init(&out, RECORD_SEALED_MAX + RECORD_WORD);
	if ((e = open_to_add(r, &fd)) != ERR_OK ||
	    (e = put_sealed(&out, r->key, r->len, head, tail)) != ERR_OK)
		goto out;
	e = write_at(fd, out.at, out.len, r->len);
	if (e != ERR_OK) {
		/* A full disk: what got there goes again. */
		if (ftruncate(fd, (off_t)r->len) != 0)
			r->broken = true;
		goto out;
	}
	if (!later && (e = sync_now(r, fd)) != ERR_OK)
		goto out;
	r->len += out.len;
out:
	if (fd >= 0)
		(void)close(fd);
	buf_drop(&out);
	return e;
}

enum err
record_add_two(
    struct record *r, struct record_part head, struct record_part tail)
{
	return add(r, head, tail, false);
}

enum err
record_add_later(
    struct record *r, struct record_part head, struct record_part tail)
{
	return add(r, head, tail, true);
}

enum err
record_sync(struct record *r)
{
	enum err e;
	int fd;

	if ((e = open_to_add(r, &fd)) != ERR_OK)
		return e;
	e = sync_now(r, fd);
	(void)close(fd);
	return e;
}

enum err
record_make_later(struct record *r, const char *path, const uint8_t *key)
{
	const size_t n = strlen(path);

	if (n >= sizeof r->path)
		return ERR_TOOBIG;
	*r = (struct record){ .key = key };
	memcpy(r->path, path, n + 1);
	return file_make_later(path, "", 0, 0600);
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

		e = put_sealed(&out, r->key, out.len,
		    (struct record_part){ items + at + RECORD_WORD, len },
		    (struct record_part){ NULL, 0 });
		at += RECORD_WORD + len;
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
	static uint8_t zero[65536]; /* nobody writes into it */
	struct stat st;
	off_t at = 0;

	if (fstat(fd, &st) != 0)
		return ERR_IO;
	while (at < st.st_size) {
		const off_t left = st.st_size - at;
		const ssize_t did = pwrite(fd, zero,
		    left < (off_t)sizeof zero ? (size_t)left : sizeof zero, at);

		if (did <= 0)
			return did < 0 ? file_err() : ERR_IO;
		at += did;
	}
	return fsync(fd) == 0 ? ERR_OK : file_err();
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
