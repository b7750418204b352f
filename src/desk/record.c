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
#define SEALED_MAX (RECORD_MAX + HEAD + 2 * OVERHEAD)
#define TAIL (1U << 31) /* in the first word: there is a tail */
#define BOUND_MAX 17U
#define WINDOW 65536U

static const struct record_part no_part;

/* A file being read from the front to the back, a window of it at a time. */
struct reading {
	int fd;
	uint64_t at, size;
	uint8_t *window;
	bool lent; /* the window is another's, and all of the file */
	size_t window_room, window_n;
	uint64_t window_at;
	struct buf plain;
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

/* The `n` bytes at `at`, which the file has; they stand until the next call. */
static enum err
look(struct reading *f, const uint8_t **p, size_t n, uint64_t at)
{
	const uint64_t left = f->size - at;
	size_t want = left < WINDOW ? (size_t)left : WINDOW;
	enum err e;

	if (at >= f->window_at && at + n <= f->window_at + f->window_n) {
		*p = f->window + (at - f->window_at);
		return ERR_OK;
	}
	if (want < n)
		want = n;
	f->window_n = 0;
	if (want > f->window_room) {
		free(f->window); /* sealed bytes */
		f->window_room = 0;
		if ((f->window = malloc(want)) == NULL)
			return ERR_NOMEM;
		f->window_room = want;
	}
	if ((e = read_at(f->fd, f->window, want, at)) != ERR_OK)
		return e;
	f->window_at = at;
	f->window_n = want;
	*p = f->window;
	return ERR_OK;
}

/* Is the rest zeros, as a system that crashed may leave it?  The lengths may
 * have been cut in their midst; no record is zeros behind them. */
static bool
rest_is_zero(struct reading *f)
{
	const uint8_t *some;
	size_t n;

	for (uint64_t at = f->at + 2 * HEAD; at < f->size; at += n) {
		n = f->size - at < WINDOW ? (size_t)(f->size - at) : WINDOW;
		if (look(f, &some, n, at) != ERR_OK)
			return false;
		for (size_t i = 0; i < n; i++)
			if (some[i] != 0)
				return false;
	}
	return true;
}

/* Where the two halves of a record lie, behind its first word. */
struct shape {
	uint32_t word; /* as it stands in the file */
	uint64_t at;
	size_t skip; /* the length of the head, where there is one */
	size_t head, tail; /* sealed bytes; no tail: 0 */
};

/* What is bound to a half: where the record stands; of one with a tail also its
 * shape, and which half it is. */
static size_t
bind(uint8_t out[static BOUND_MAX], const struct shape *s, bool tail)
{
	enc_put_u64(out, s->at);
	if (s->tail == 0)
		return 8;
	enc_put_u32(out + 8, s->word);
	enc_put_u32(out + 12, (uint32_t)s->head);
	out[16] = tail;
	return BOUND_MAX;
}

/* ERR_SHORT: it was never finished.  ERR_FORGED: no record begins so. */
static enum err
read_shape(struct reading *f, struct shape *s)
{
	const uint64_t left = f->size - f->at;
	const uint8_t *p;
	size_t n;
	enum err e;

	if (left < HEAD)
		return ERR_SHORT;
	if ((e = look(f, &p, HEAD, f->at)) != ERR_OK)
		return e;
	*s = (struct shape){ .word = enc_get_u32(p), .at = f->at };
	n = s->word & ~TAIL;
	if (n < OVERHEAD || n > SEALED_MAX)
		return ERR_FORGED;
	if (left - HEAD < n)
		return ERR_SHORT;
	s->head = n;
	if ((s->word & TAIL) == 0)
		return ERR_OK;
	if (n < HEAD + 2 * OVERHEAD)
		return ERR_FORGED;
	if ((e = look(f, &p, HEAD, f->at + HEAD)) != ERR_OK)
		return e;
	s->skip = HEAD;
	s->head = enc_get_u32(p);
	if (s->head < OVERHEAD || s->head > n - HEAD - OVERHEAD)
		return ERR_FORGED;
	s->tail = n - HEAD - s->head;
	return ERR_OK;
}

/* Open one half into f->plain. */
static enum err
open_half(
    struct reading *f, const uint8_t *key, const struct shape *s, bool tail)
{
	const size_t n = tail ? s->tail : s->head;
	uint8_t bound[BOUND_MAX], *to;
	const uint8_t *p;
	enum err e;

	buf_clear(&f->plain);
	if ((e = look(f, &p, n,
		 s->at + HEAD + s->skip + (tail ? s->head : 0))) != ERR_OK ||
	    (e = buf_room(&f->plain, n - OVERHEAD + 1, &to)) != ERR_OK)
		return e;
	e = xaead_unseal(to, key, p, bound, bind(bound, s, tail),
	    p + XAEAD_NONCE_BYTES, n - XAEAD_NONCE_BYTES);
	if (e == ERR_OK)
		f->plain.len = n - OVERHEAD;
	return e;
}

/* Open the record at f->at into f->plain, its tail unread; at the end of the
 * file the tail must open too.  ERR_SHORT: it was never finished. */
static enum err
read_one(struct reading *f, const uint8_t *key)
{
	struct shape s;
	uint64_t end;
	enum err e;

	if ((e = read_shape(f, &s)) == ERR_FORGED && rest_is_zero(f))
		return ERR_SHORT;
	if (e != ERR_OK)
		return e;
	end = f->at + HEAD + (s.word & ~TAIL);
	if (s.tail > 0 && end == f->size)
		e = open_half(f, key, &s, true);
	if (e == ERR_OK)
		e = open_half(f, key, &s, false);
	if (e == ERR_FORGED && (end == f->size || rest_is_zero(f)))
		return ERR_SHORT;
	if (e == ERR_OK)
		f->at = end;
	return e;
}

/* A taker finds in r->len where the record stands that it is given. */
static enum err
read_all(struct record *r, struct reading *f, struct record_taker taker)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && f->at < f->size) {
		r->len = f->at;
		if ((e = read_one(f, r->key)) != ERR_OK)
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
cut(const char *path, uint64_t len)
{
	const int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	enum err e;

	if (fd < 0)
		return file_err();
	e = ftruncate(fd, (off_t)len) != 0 || fsync(fd) != 0 ? ERR_IO : ERR_OK;
	(void)close(fd);
	return e;
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

/* From the disk, or from what was read of it. */
static enum err
begin_reading(struct reading *f, const char *path, struct record_front front)
{
	struct stat st;
	enum err e;

	f->lent = front.n > 0;
	f->window = f->lent ? front.p : NULL;
	f->size = f->window_n = front.n;
	if (f->lent)
		return ERR_OK;
	if ((e = open_or_make(&f->fd, path)) != ERR_OK)
		return e;
	if (fstat(f->fd, &st) != 0)
		return ERR_IO;
	f->size = (uint64_t)st.st_size;
	return ERR_OK;
}

static void
end_reading(struct reading *f)
{
	if (f->fd >= 0)
		(void)close(f->fd);
	if (!f->lent)
		free(f->window); /* sealed bytes */
	buf_drop(&f->plain);
}

enum err
record_load_read(struct record *r, const char *path, const uint8_t *key,
    struct record_taker taker, struct record_front front)
{
	struct reading f = { .fd = -1 };
	enum err e;
	size_t n = strlen(path);

	if (n >= sizeof r->path)
		return ERR_TOOBIG;
	*r = (struct record){ .key = key };
	memcpy(r->path, path, n + 1);
	buf_init(&f.plain, SEALED_MAX);
	if ((e = begin_reading(&f, path, front)) != ERR_OK)
		goto out;
	e = read_all(r, &f, taker);
	if (e == ERR_SHORT)
		e = cut(path, f.at);
	r->len = f.at;
out:
	end_reading(&f);
	return e;
}

enum err
record_load(struct record *r, const char *path, const uint8_t *key,
    struct record_taker taker)
{
	return record_load_read(
	    r, path, key, taker, (struct record_front){ NULL, 0 });
}

static enum err
open_again(struct reading *f, const struct record *r)
{
	f->fd = open(r->path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return f->fd < 0 ? file_err() : ERR_OK;
}

enum err
record_tail(const struct record *r, uint64_t at, struct buf *out)
{
	struct reading f = { .fd = -1, .at = at, .size = r->len };
	struct shape s;
	enum err e;

	buf_init(&f.plain, SEALED_MAX);
	e = ERR_NOTHING;
	if (at >= r->len)
		goto out;
	if ((e = open_again(&f, r)) != ERR_OK ||
	    (e = read_shape(&f, &s)) != ERR_OK)
		goto out;
	e = ERR_NOTHING;
	if (s.tail == 0)
		goto out;
	if ((e = open_half(&f, r->key, &s, true)) == ERR_OK)
		e = buf_put(out, f.plain.at, f.plain.len);
out:
	end_reading(&f);
	return e;
}

/* Both halves of the record at f->at; the head goes to `head`. */
static enum err
walk_one(struct reading *f, const uint8_t *key, struct buf *head,
    const struct record_walker *w)
{
	struct record_part tail = no_part;
	struct shape s;
	enum err e;

	buf_clear(head);
	if ((e = read_shape(f, &s)) != ERR_OK ||
	    (e = open_half(f, key, &s, false)) != ERR_OK ||
	    (e = buf_put(head, f->plain.at, f->plain.len)) != ERR_OK)
		return e;
	if (s.tail > 0) {
		if ((e = open_half(f, key, &s, true)) != ERR_OK)
			return e;
		tail = (struct record_part){ f->plain.at, f->plain.len };
	}
	f->at += HEAD + (s.word & ~TAIL);
	return w->take(
	    w->who, (struct record_part){ head->at, head->len }, tail);
}

enum err
record_walk(const struct record *r, struct record_walker walker)
{
	struct reading f = { .fd = -1, .size = r->len };
	struct buf head;
	enum err e;

	buf_init(&f.plain, SEALED_MAX);
	buf_init(&head, SEALED_MAX);
	e = open_again(&f, r);
	while (e == ERR_OK && f.at < f.size)
		e = walk_one(&f, r->key, &head, &walker);
	/* What was loaded is whole. */
	if (e == ERR_SHORT)
		e = ERR_FORGED;
	buf_drop(&head);
	end_reading(&f);
	return e;
}

/* One half, with a nonce of its own. */
static void
seal_half(uint8_t *to, const uint8_t *key, const struct shape *s, bool tail,
    struct record_part p)
{
	uint8_t bound[BOUND_MAX];

	crypt_random(to, XAEAD_NONCE_BYTES);
	xaead_seal(to + XAEAD_NONCE_BYTES, key, to, bound, bind(bound, s, tail),
	    p.p, p.n);
}

/* Append the record that will stand at `at`; a tail of no bytes is none. */
static enum err
put_sealed(struct buf *out, const uint8_t *key, uint64_t at,
    struct record_part head, struct record_part tail)
{
	const bool two = tail.n > 0;
	struct shape s = { .at = at, .head = OVERHEAD + head.n };
	size_t n;
	uint8_t *to;
	enum err e;

	if (head.n > RECORD_MAX || tail.n > RECORD_MAX - head.n)
		return ERR_TOOBIG;
	s.skip = two ? HEAD : 0;
	s.tail = two ? OVERHEAD + tail.n : 0;
	n = s.skip + s.head + s.tail;
	s.word = (uint32_t)n | (two ? TAIL : 0);
	if ((e = buf_room(out, HEAD + n, &to)) != ERR_OK)
		return e;
	enc_put_u32(to, s.word);
	if (two)
		enc_put_u32(to + HEAD, (uint32_t)s.head);
	seal_half(to + HEAD + s.skip, key, &s, false, head);
	if (two)
		seal_half(to + HEAD + s.skip + s.head, key, &s, true, tail);
	out->len += HEAD + n;
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

	buf_init(&out, SEALED_MAX + HEAD);
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
		    (struct record_part){ items + at + HEAD, len },
		    (struct record_part){ NULL, 0 });
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
