#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/log.h"
#include "crypt/aead.h"

#include "desk/record.h"
#include "desk/record_in.h"

#define WINDOW 65536U

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

	for (uint64_t at = f->at + 2 * RECORD_WORD; at < f->size; at += n) {
		n = f->size - at < WINDOW ? (size_t)(f->size - at) : WINDOW;
		if (look(f, &some, n, at) != ERR_OK)
			return false;
		for (size_t i = 0; i < n; i++)
			if (some[i] != 0)
				return false;
	}
	return true;
}

/* ERR_SHORT: it was never finished.  ERR_FORGED: no record begins so. */
static enum err
read_shape(struct reading *f, struct record_shape *s)
{
	const uint64_t left = f->size - f->at;
	const uint8_t *p;
	size_t n;
	enum err e;

	if (left < RECORD_WORD)
		return ERR_SHORT;
	if ((e = look(f, &p, RECORD_WORD, f->at)) != ERR_OK)
		return e;
	*s = (struct record_shape){ .word = enc_get_u32(p), .at = f->at };
	n = s->word & ~RECORD_TAIL;
	if (n < RECORD_OVERHEAD || n > RECORD_SEALED_MAX)
		return ERR_FORGED;
	if (left - RECORD_WORD < n)
		return ERR_SHORT;
	s->head = n;
	if ((s->word & RECORD_TAIL) == 0)
		return ERR_OK;
	if (n < RECORD_WORD + 2 * RECORD_OVERHEAD)
		return ERR_FORGED;
	if ((e = look(f, &p, RECORD_WORD, f->at + RECORD_WORD)) != ERR_OK)
		return e;
	s->skip = RECORD_WORD;
	s->head = enc_get_u32(p);
	if (s->head < RECORD_OVERHEAD ||
	    s->head > n - RECORD_WORD - RECORD_OVERHEAD)
		return ERR_FORGED;
	s->tail = n - RECORD_WORD - s->head;
	return ERR_OK;
}

/* Open one half into f->plain. */
static enum err
open_half(struct reading *f, const uint8_t *key, const struct record_shape *s,
    bool tail)
{
	const size_t n = tail ? s->tail : s->head;
	uint8_t bound[RECORD_BOUND_MAX], *to;
	const uint8_t *p;
	enum err e;

	buf_clear(&f->plain);
	if ((e = look(f, &p, n,
		 s->at + RECORD_WORD + s->skip + (tail ? s->head : 0))) !=
		ERR_OK ||
	    (e = buf_room(&f->plain, n - RECORD_OVERHEAD + 1, &to)) != ERR_OK)
		return e;
	e = xaead_unseal(to, key, p, bound, record_bind(bound, s, tail),
	    p + XAEAD_NONCE_BYTES, n - XAEAD_NONCE_BYTES);
	if (e == ERR_OK)
		f->plain.len = n - RECORD_OVERHEAD;
	return e;
}

/* Open the record at f->at into f->plain, its tail unread; at the end of the
 * file the tail must open too.  ERR_SHORT: it was never finished. */
static enum err
read_one(struct reading *f, const uint8_t *key)
{
	struct record_shape s;
	uint64_t end;
	enum err e;

	if ((e = read_shape(f, &s)) == ERR_FORGED && rest_is_zero(f))
		return ERR_SHORT;
	if (e != ERR_OK)
		return e;
	end = f->at + RECORD_WORD + (s.word & ~RECORD_TAIL);
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

/* Cut what was never acknowledged.  A crash leaves such an end, and so does a
 * disk that damages the last record of a file: which it was cannot be known, so
 * it is said. */
static enum err
cut(const char *path, uint64_t len)
{
	const int fd = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	enum err e;

	log_say(ERR_SHORT, "the end of a file did not open and was cut");
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
	buf_init(&f.plain, RECORD_SEALED_MAX);
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
	struct record_shape s;
	enum err e;

	buf_init(&f.plain, RECORD_SEALED_MAX);
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
	struct record_part tail = { NULL, 0 };
	struct record_shape s;
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
	f->at += RECORD_WORD + (s.word & ~RECORD_TAIL);
	return w->take(
	    w->who, (struct record_part){ head->at, head->len }, tail);
}

enum err
record_walk(const struct record *r, struct record_walker walker)
{
	struct reading f = { .fd = -1, .size = r->len };
	struct buf head;
	enum err e;

	buf_init(&f.plain, RECORD_SEALED_MAX);
	buf_init(&head, RECORD_SEALED_MAX);
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
