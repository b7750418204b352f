#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/wipe.h"

#define FMT_MAX 1024

void
buf_init(struct buf *b, size_t limit)
{
	*b = (struct buf){ .limit = limit };
}

void
buf_drop(struct buf *b)
{
	wipe_free(b->at, b->room);
	*b = (struct buf){ .limit = b->limit };
}

void
buf_clear(struct buf *b)
{
	wipe(b->at, b->len);
	b->len = 0;
}

/* realloc() would leave a stale copy of the contents behind, so the bytes move
 * to a fresh block and the old one is wiped. */
static enum err
grow(struct buf *b, size_t n)
{
	size_t room;
	uint8_t *at;

	if (b->len > b->limit || n > b->limit - b->len)
		return ERR_TOOBIG;
	if (n <= b->room - b->len)
		return ERR_OK;

	room = b->room < 64 ? 64 : b->room;
	while (room < b->limit && room - b->len < n)
		room = room > b->limit / 2 ? b->limit : room * 2;
	if (room > b->limit)
		room = b->limit;

	if ((at = malloc(room)) == NULL)
		return ERR_NOMEM;
	if (b->len > 0)
		memcpy(at, b->at, b->len);
	memset(at + b->len, 0, room - b->len);
	wipe_free(b->at, b->room);
	b->at = at;
	b->room = room;
	return ERR_OK;
}

enum err
buf_room(struct buf *b, size_t n, uint8_t **at)
{
	enum err e;

	/* Nothing added to an empty buf has no place: NULL has no offset. */
	if ((e = grow(b, n)) == ERR_OK)
		*at = b->at == NULL ? NULL : b->at + b->len;
	return e;
}

enum err
buf_put(struct buf *b, const void *p, size_t n)
{
	enum err e;

	if (n == 0)
		return ERR_OK;
	if ((e = grow(b, n)) != ERR_OK)
		return e;
	memcpy(b->at + b->len, p, n);
	b->len += n;
	return ERR_OK;
}

enum err
buf_put_str(struct buf *b, const char *s)
{
	return buf_put(b, s, strlen(s));
}

enum err
buf_put_fmt(struct buf *b, const char *fmt, ...)
{
	char text[FMT_MAX];
	va_list ap;
	enum err e;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	if (n < 0 || (size_t)n >= sizeof text)
		e = ERR_TOOBIG;
	else
		e = buf_put(b, text, (size_t)n);
	wipe(text, sizeof text);
	return e;
}

enum err
buf_put_u8(struct buf *b, uint8_t v)
{
	return buf_put(b, &v, 1);
}

enum err
buf_put_u32(struct buf *b, uint32_t v)
{
	uint8_t be[4];

	enc_put_u32(be, v);
	return buf_put(b, be, sizeof be);
}

enum err
buf_put_u64(struct buf *b, uint64_t v)
{
	uint8_t be[8];

	enc_put_u64(be, v);
	return buf_put(b, be, sizeof be);
}

enum err
buf_put_zero(struct buf *b, size_t n)
{
	enum err e;

	if (n == 0)
		return ERR_OK;
	if ((e = grow(b, n)) != ERR_OK)
		return e;
	memset(b->at + b->len, 0, n);
	b->len += n;
	return ERR_OK;
}

void
buf_eat(struct buf *b, size_t n)
{
	assert(n <= b->len);
	if (n == 0)
		return;
	memmove(b->at, b->at + n, b->len - n);
	wipe(b->at + (b->len - n), n);
	b->len -= n;
}

const char *
buf_str(struct buf *b)
{
	if (grow(b, 1) != ERR_OK)
		return NULL;
	b->at[b->len] = '\0';
	return (const char *)b->at;
}
