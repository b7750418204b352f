#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "desk/inside.h"

#define HEAD 5U

enum err
item_put(struct buf *b, enum item kind, size_t n)
{
	enum err e;

	if (n > UINT32_MAX)
		return ERR_TOOBIG;
	if ((e = buf_put_u8(b, (uint8_t)kind)) != ERR_OK)
		return e;
	return buf_put_u32(b, (uint32_t)n);
}

enum err
item_next(struct item_at *item, const uint8_t *p, size_t n, size_t *at)
{
	uint32_t len;

	if (*at == n)
		return ERR_NOTHING;
	if (n - *at < HEAD)
		return ERR_FORMAT;
	len = enc_get_u32(p + *at + 1);
	if (len > n - *at - HEAD)
		return ERR_FORMAT;
	*item = (struct item_at){ (enum item)p[*at], p + *at + HEAD, len };
	*at += HEAD + len;
	return ERR_OK;
}

enum err
list_grow(void **list, size_t n, size_t *room, size_t each)
{
	size_t want = *room == 0 ? 16 : *room * 2;
	void *bigger;

	if (n < *room)
		return ERR_OK;
	if ((bigger = calloc(want, each)) == NULL)
		return ERR_NOMEM;
	if (n > 0)
		memcpy(bigger, *list, n * each);
	wipe_free(*list, *room * each);
	*list = bigger;
	*room = want;
	return ERR_OK;
}

enum err
part_put(struct buf *items, const struct part_here *p)
{
	enum err e = item_put(
	    items, ITEM_PART, sizeof p->tag + sizeof p->key + sizeof p->name);

	if (e != ERR_OK ||
	    (e = buf_put(items, p->tag, sizeof p->tag)) != ERR_OK ||
	    (e = buf_put(items, p->key, sizeof p->key)) != ERR_OK)
		return e;
	return buf_put(items, p->name, sizeof p->name);
}

bool
part_has_body(const struct part_here *p)
{
	static const uint8_t none[STORE_NAME_BYTES];

	return p != NULL && memcmp(p->name, none, sizeof none) != 0;
}

enum err
part_add(struct desk *d, const struct part_here *p)
{
	void *list = d->part;
	struct part_here *old;
	enum err e;

	if ((old = part_find(d, p->tag)) != NULL) {
		/* A body that is here is not forgotten for a header. */
		if (!part_has_body(old) || part_has_body(p))
			*old = *p;
		return ERR_OK;
	}
	e = list_grow(&list, d->part_n, &d->part_room, sizeof *d->part);
	d->part = list;
	if (e != ERR_OK)
		return e;
	e = tagmap_put(&d->parts, p->tag, (uint32_t)d->part_n);
	if (e == ERR_OK)
		d->part[d->part_n++] = *p;
	return e;
}

struct part_here *
part_find(const struct desk *d, const uint8_t tag[static TAG_BYTES])
{
	uint32_t at;

	if (!tagmap_get(&d->parts, tag, &at) || d->part[at].gone)
		return NULL;
	return &d->part[at];
}

const struct part_here *
part_of(const struct desk *d, const struct said_file *f, uint32_t j)
{
	const struct said_file *from = f;
	const struct part_here *p;
	uint8_t tag[TAG_BYTES];

	do {
		tag_part(tag, from->parts, from->first + j);
		p = part_find(d, tag);
		from = from->other;
	} while (!part_has_body(p) && from != NULL && from != f);
	return part_has_body(p) ? p : NULL;
}
