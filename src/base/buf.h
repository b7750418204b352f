/*
 * buf: a growable run of bytes with a hard ceiling.
 *
 * A buf owns its memory and wipes whatever it lets go of, so it may hold
 * secrets; it never grows past the limit it was made with, so it may hold what
 * strangers send.  All zero is a valid empty buf of limit zero.
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct buf {
	uint8_t *at; /* len bytes are live */
	size_t len;
	size_t room; /* bytes allocated */
	size_t limit; /* room never exceeds this */
};

/* Make `b` empty, able to grow to `limit` bytes.  Allocates nothing. */
void buf_init(struct buf *b, size_t limit);

/* Wipe and release.  May be called twice; `b` is empty afterwards, its limit
 * unchanged. */
void buf_drop(struct buf *b);

/* Wipe the contents and keep the room for the next use. */
void buf_clear(struct buf *b);

/* Append `n` bytes.  On failure `b` is unchanged.  ERR_TOOBIG past the limit,
 * ERR_NOMEM; so with all that follow. */
enum err buf_put(struct buf *b, const void *p, size_t n) MUST_USE;

/* Append the bytes of a C string, without its end. */
enum err buf_put_str(struct buf *b, const char *s) MUST_USE;

/* Append formatted text (at most 1,023 bytes; longer is ERR_TOOBIG). */
enum err buf_put_fmt(struct buf *b, const char *fmt, ...) MUST_USE
    __attribute__((format(printf, 2, 3)));

/* Append an integer, big end first. */
enum err buf_put_u8(struct buf *b, uint8_t v) MUST_USE;
enum err buf_put_u32(struct buf *b, uint32_t v) MUST_USE;
enum err buf_put_u64(struct buf *b, uint64_t v) MUST_USE;

/* Append `n` zero bytes. */
enum err buf_put_zero(struct buf *b, size_t n) MUST_USE;

/* Make room for `n` more bytes and hand out where they begin; the caller fills
 * some of them and adds what it filled to `b->len`. */
enum err buf_room(struct buf *b, size_t n, uint8_t **at) MUST_USE;

/* Forget the first `n` bytes (n <= len); the rest moves to the front and what
 * it left behind is wiped. */
void buf_eat(struct buf *b, size_t n);

/* Put a NUL behind the contents, outside `len`, and return them as a C string.
 * NULL when there is no room for it. */
const char *buf_str(struct buf *b);

#endif
