#include "base/enc.h"
#include "crypt/hash.h"

#include "pool/closed.h"
#include "pool/disk.h"

#define MAGIC "sotto/1 day\n\0\0\0\0"
#define MAGIC_BYTES 16U
#define AT_DAY 16U
#define AT_LETTERS 20U
#define AT_PARTS 24U
#define AT_DIGEST 28U
#define AT_END (AT_DIGEST + 2U * POOL_DIGEST_BYTES)
#define WINDOW 256U /* tags read at once */

static uint64_t
envelope_bytes(enum pool_kind kind)
{
	return kind == POOL_LETTER ? POOL_LETTER_BYTES : POOL_PART_BYTES;
}

static uint64_t
index_bytes(uint64_t letters, uint64_t parts)
{
	const uint64_t n = (letters + parts) * POOL_TAG_BYTES;

	return (n + CLOSED_BLOCK - 1U) / CLOSED_BLOCK * CLOSED_BLOCK;
}

uint64_t
closed_size(uint64_t letters, uint64_t parts)
{
	return CLOSED_BLOCK + index_bytes(letters, parts) +
	    letters * POOL_LETTER_BYTES + parts * POOL_PART_BYTES;
}

uint32_t
closed_count(const struct closed *c, enum pool_kind kind)
{
	return kind == POOL_LETTER ? c->letters : c->parts;
}

uint64_t
closed_tag_at(const struct closed *c, enum pool_kind kind, uint32_t i)
{
	const uint64_t before = kind == POOL_LETTER ? 0 : c->letters;

	return CLOSED_BLOCK + (before + i) * POOL_TAG_BYTES;
}

uint64_t
closed_at(const struct closed *c, enum pool_kind kind, uint32_t i)
{
	const uint64_t letters =
	    kind == POOL_LETTER ? 0 : (uint64_t)c->letters * POOL_LETTER_BYTES;

	return CLOSED_BLOCK + index_bytes(c->letters, c->parts) + letters +
	    i * envelope_bytes(kind);
}

/* The first of `n` sorted tags that is not below `tag`. */
static uint32_t
lower_bound(const uint8_t *tags, uint32_t n, const uint8_t *tag)
{
	uint32_t low = 0, high = n, mid;

	while (low < high) {
		mid = low + (high - low) / 2U;
		if (memcmp(tags + mid * POOL_TAG_BYTES, tag, POOL_TAG_BYTES) <
		    0)
			low = mid + 1U;
		else
			high = mid;
	}
	return low;
}

/* Tags are hashes, so where one must lie can be guessed: nearly always the
 * first window has it, and each further one halves what is left. */
enum err
closed_find(const struct closed *c, enum pool_kind kind,
    const uint8_t tag[static POOL_TAG_BYTES], uint32_t *i)
{
	uint8_t tags[WINDOW * POOL_TAG_BYTES];
	uint32_t low = 0, high = closed_count(c, kind), from, n, at;
	uint32_t guess = (uint32_t)((uint64_t)enc_get_u32(tag) * high >> 32U);
	enum err e;

	while (low < high) {
		n = high - low < WINDOW ? high - low : WINDOW;
		from = guess < low + n / 2U ? low : guess - n / 2U;
		from = from > high - n ? high - n : from;
		e = disk_read(c->fd, tags, (size_t)n * POOL_TAG_BYTES,
		    closed_tag_at(c, kind, from));
		if (e != ERR_OK)
			return e;
		at = lower_bound(tags, n, tag);
		if (at < n &&
		    memcmp(tags + at * POOL_TAG_BYTES, tag, POOL_TAG_BYTES) ==
			0) {
			*i = from + at;
			return ERR_OK;
		}
		if (at > 0 && at < n)
			return ERR_NOTHING;
		if (at == 0)
			high = from;
		else
			low = from + n;
		guess = low + (high - low) / 2U;
	}
	return ERR_NOTHING;
}

/* The index of one kind must be sorted, without doubles, and as its digest
 * says. */
static enum err
check_index(const struct closed *c, enum pool_kind kind, struct sha256 *h)
{
	uint8_t tags[(WINDOW + 1U) * POOL_TAG_BYTES] = { 0 };
	uint8_t got[SHA256_BYTES], *const now = tags + POOL_TAG_BYTES;
	const uint32_t all = closed_count(c, kind);
	uint32_t n;
	enum err e;

	sha256_again(h);
	for (uint32_t i = 0; i < all; i += n) {
		n = all - i < WINDOW ? all - i : WINDOW;
		e = disk_read(c->fd, now, (size_t)n * POOL_TAG_BYTES,
		    closed_tag_at(c, kind, i));
		if (e != ERR_OK)
			return e;
		for (uint32_t k = i == 0 ? 1 : 0; k < n; k++)
			if (memcmp(tags + k * POOL_TAG_BYTES,
				now + k * POOL_TAG_BYTES, POOL_TAG_BYTES) >= 0)
				return ERR_FORMAT;
		sha256_add(h, now, (size_t)n * POOL_TAG_BYTES);
		memcpy(tags, now + (n - 1U) * POOL_TAG_BYTES, POOL_TAG_BYTES);
	}
	sha256_end(h, got);
	return memcmp(got, c->digest[kind], sizeof got) == 0 ? ERR_OK
							     : ERR_FORMAT;
}

static enum err
read_head(struct closed *c, uint32_t day)
{
	uint8_t head[CLOSED_BLOCK];
	uint64_t size;
	enum err e;

	if ((e = disk_read(c->fd, head, sizeof head, 0)) != ERR_OK ||
	    (e = disk_size(c->fd, &size)) != ERR_OK)
		return e;
	c->day = enc_get_u32(head + AT_DAY);
	c->letters = enc_get_u32(head + AT_LETTERS);
	c->parts = enc_get_u32(head + AT_PARTS);
	memcpy(c->digest, head + AT_DIGEST, sizeof c->digest);
	if (memcmp(head, MAGIC, MAGIC_BYTES) != 0 || c->day != day ||
	    size != closed_size(c->letters, c->parts))
		return ERR_FORMAT;
	for (size_t i = AT_END; i < sizeof head; i++)
		if (head[i] != 0)
			return ERR_FORMAT;
	return ERR_OK;
}

enum err
closed_read(struct closed *c, int fd, uint32_t day)
{
	struct closed got = { .fd = fd };
	struct sha256 *h;
	enum err e;

	if ((h = sha256_open()) == NULL)
		return ERR_NOMEM;
	if ((e = read_head(&got, day)) == ERR_OK &&
	    (e = check_index(&got, POOL_LETTER, h)) == ERR_OK &&
	    (e = check_index(&got, POOL_PART, h)) == ERR_OK)
		*c = got;
	sha256_close(h);
	return e == ERR_SHORT ? ERR_FORMAT : e;
}

enum err
closed_write_head(const struct closed *c)
{
	uint8_t head[CLOSED_BLOCK] = { 0 };

	memcpy(head, MAGIC, MAGIC_BYTES);
	enc_put_u32(head + AT_DAY, c->day);
	enc_put_u32(head + AT_LETTERS, c->letters);
	enc_put_u32(head + AT_PARTS, c->parts);
	memcpy(head + AT_DIGEST, c->digest, sizeof c->digest);
	return disk_write(c->fd, head, sizeof head, 0);
}

void
closed_drop(struct closed *c)
{
	disk_close(&c->fd);
}
