#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "desk/inside.h"

#define WAY_HEAD \
	(LETTER_ID_BYTES + SHA256_BYTES + 12 + TAG_BYTES + TAG_PARTS_BYTES)
#define OUT_HEAD (WAY_HEAD + ENVELOPE_LETTER_BYTES)

enum err
reply_put_way(
    struct buf *items, const struct conv_out *o, const struct said *said)
{
	struct buf way;
	enum err e;

	buf_init(&way, RECORD_MAX);
	if ((e = buf_put(&way, o->id, sizeof o->id)) == ERR_OK &&
	    (e = buf_put(&way, o->digest, sizeof o->digest)) == ERR_OK &&
	    (e = buf_put_u32(&way, o->day)) == ERR_OK &&
	    (e = buf_put_u32(&way, o->slot)) == ERR_OK &&
	    (e = buf_put_u32(&way, o->parts)) == ERR_OK &&
	    (e = buf_put(&way, o->tag, sizeof o->tag)) == ERR_OK &&
	    (e = buf_put(&way, o->secret, sizeof o->secret)) == ERR_OK &&
	    (e = said_write(&way, said)) == ERR_OK &&
	    (e = item_put(items, ITEM_WAY, way.len)) == ERR_OK)
		e = buf_put(items, way.at, way.len);
	buf_drop(&way);
	return e;
}

/* Everything but envelope and what it says; returns what is behind it. */
static const uint8_t *
take_head(struct conv_out *o, const uint8_t *p)
{
	memcpy(o->id, p, sizeof o->id);
	p += sizeof o->id;
	memcpy(o->digest, p, sizeof o->digest);
	p += sizeof o->digest;
	o->day = enc_get_u32(p);
	o->slot = enc_get_u32(p + 4);
	o->parts = enc_get_u32(p + 8);
	memcpy(o->tag, p + 12, sizeof o->tag);
	p += 12 + sizeof o->tag;
	memcpy(o->secret, p, sizeof o->secret);
	return p + sizeof o->secret;
}

enum err
reply_take_way(struct conv *c, const uint8_t *p, size_t n)
{
	struct conv_out *o = calloc(1, sizeof *o);
	size_t used;
	enum err e;

	e = o == NULL ? ERR_NOMEM : ERR_FORMAT;
	if (o == NULL || n <= WAY_HEAD)
		goto out;
	p = take_head(o, p);
	e = said_read(&o->said, p, n - WAY_HEAD, &used);
	if (e != ERR_OK)
		goto out;
	e = ERR_FORMAT;
	if (used != n - WAY_HEAD || !o->said->ours)
		goto out;
	o->where = c->where;
	e = conv_out_add(c, o);
	o = NULL; /* now the conversation's */
out:
	conv_out_close(o);
	return e;
}

enum err
reply_put_over(struct buf *items, const struct conv_out *o)
{
	enum err e;

	if (o->over_n == 0)
		return ERR_OK;
	if ((e = item_put(items, ITEM_OVER,
		 sizeof o->id + o->over_n * EFFECT_ID_BYTES)) != ERR_OK ||
	    (e = buf_put(items, o->id, sizeof o->id)) != ERR_OK)
		return e;
	return buf_put(items, o->over, o->over_n * EFFECT_ID_BYTES);
}

/* A pack leaves out answers on their way: then it is of nothing. */
enum err
reply_take_over(struct conv *c, const uint8_t *p, size_t n)
{
	struct conv_out *o;
	size_t ids;

	if (n < LETTER_ID_BYTES || (n - LETTER_ID_BYTES) % EFFECT_ID_BYTES != 0)
		return ERR_FORMAT;
	ids = (n - LETTER_ID_BYTES) / EFFECT_ID_BYTES;
	if (ids > EFFECT_OVERS)
		return ERR_FORMAT;
	if ((o = conv_out_find(c, p)) == NULL)
		return ERR_OK;
	memcpy(o->over, p + LETTER_ID_BYTES, ids * EFFECT_ID_BYTES);
	o->over_n = ids;
	return ERR_OK;
}

enum err
reply_load_envelope(const struct conv *c, struct conv_out *o)
{
	struct buf tail;
	enum err e = ERR_OK;

	if (o->envelope != NULL)
		return ERR_OK;
	buf_init(&tail, RECORD_MAX);
	if ((e = store_box_tail(&c->box, o->where, &tail)) != ERR_OK)
		goto out;
	e = ERR_FORMAT;
	if (tail.len < ENVELOPE_LETTER_BYTES)
		goto out;
	e = ERR_NOMEM;
	if ((o->envelope = malloc(ENVELOPE_LETTER_BYTES)) == NULL)
		goto out;
	memcpy(o->envelope, tail.at, ENVELOPE_LETTER_BYTES);
	e = ERR_OK;
out:
	buf_drop(&tail);
	return e;
}

/* As earlier versions kept it. */
enum err
reply_take(struct desk *d, struct conv *c, const uint8_t *p, size_t n)
{
	struct conv_out *o = calloc(1, sizeof *o);
	struct letter l;
	enum err e;

	e = o == NULL ? ERR_NOMEM : ERR_FORMAT;
	if (o == NULL || n <= OUT_HEAD)
		goto out;
	e = ERR_NOMEM;
	if ((o->envelope = malloc(ENVELOPE_LETTER_BYTES)) == NULL)
		goto out;
	p = take_head(o, p);
	memcpy(o->envelope, p, ENVELOPE_LETTER_BYTES);
	p += ENVELOPE_LETTER_BYTES;
	e = reply_again(&l, d, o->tag, p, n - OUT_HEAD);
	if (e != ERR_OK)
		goto out;
	o->said = said_of(&l, l.day);
	letter_drop(&l);
	if ((e = o->said == NULL ? ERR_NOMEM : ERR_OK) == ERR_OK) {
		e = conv_out_add(c, o);
		o = NULL; /* now the conversation's */
	}
out:
	conv_out_close(o);
	return e;
}
