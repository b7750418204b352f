#include <assert.h>
#include <string.h>

#include "base/file.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "front/outlet.h"

/* More than any piece of a body and a chunk's tag, or than the NULs that fill a
 * part. */
#define OUT_MAX (2 * ENVELOPE_PART_BYTES)
#define KEEP_MAX (256U * 1024)

void
outlet_init(
    struct outlet *o, struct front_request *r, const struct age_recipient *to)
{
	*o = (struct outlet){ .r = r, .to = to, .fd = -1 };
	buf_init(&o->out, OUT_MAX);
	crypt_random(o->id, sizeof o->id);
}

void
outlet_drop(struct outlet *o)
{
	envelope_sealer_close(o->sealer);
	sha256_close(o->hash);
	buf_drop(&o->out);
	wipe(o, sizeof *o);
	o->fd = -1;
}

enum err
outlet_file(struct outlet *o)
{
	assert(o->sealer == NULL);
	o->eaten = 0;
	if (o->hash != NULL)
		sha256_again(o->hash);
	else
		o->hash = sha256_open();
	return o->hash == NULL ? ERR_NOMEM : ERR_OK;
}

static void
asked(struct front_request *r, void *with, const struct front_reply *reply)
{
	struct outlet *o = with;

	(void)r;
	o->asking = false;
	/* Too many uploads at once: no file can be taken now.  (To our caller
	 * ERR_BUSY means another thing.) */
	o->err = reply->e == ERR_BUSY ? ERR_FULL : reply->e;
	if (o->err == ERR_OK && (reply->fd < 0 || reply->parts != o->parts))
		o->err = ERR_IO;
	if (o->err == ERR_OK && reply->room == 0)
		o->err = ERR_FULL;
	if (o->err == ERR_OK) {
		o->fd = reply->fd;
		o->room = reply->room;
	}
	o->ready(o->with);
}

/* The filling of a small file's part is large; many uploads must not each keep
 * room for one. */
static enum err
flush(struct outlet *o)
{
	enum err e = file_write_fd(o->fd, o->out.at, o->out.len);

	if (o->out.room > KEEP_MAX)
		buf_drop(&o->out);
	else
		buf_clear(&o->out);
	return e;
}

/* A part is begun only when it may be appended. */
static enum err
part_begin(struct outlet *o)
{
	if (o->room == 0) {
		o->asking = true;
		front_upload(o->r, o->id, asked, o);
		return ERR_BUSY;
	}
	return envelope_sealer_open(&o->sealer, o->to, ENVELOPE_PART_BYTES);
}

static enum err
part_end(struct outlet *o)
{
	enum err e = envelope_sealer_end(o->sealer, &o->out);

	envelope_sealer_close(o->sealer);
	o->sealer = NULL;
	if (e == ERR_OK)
		e = flush(o);
	if (e == ERR_OK) {
		o->parts++;
		o->room--;
	}
	return e;
}

static enum err
add(struct outlet *o, const uint8_t *p, size_t n)
{
	enum err e;
	size_t k;

	while (o->eaten < n) {
		if (o->sealer == NULL && (e = part_begin(o)) != ERR_OK)
			return e;
		k = envelope_sealer_room(o->sealer);
		if (k > n - o->eaten)
			k = n - o->eaten;
		e = envelope_sealer_add(o->sealer, &o->out, p + o->eaten, k);
		if (e == ERR_OK)
			e = flush(o);
		if (e != ERR_OK)
			return e;
		sha256_add(o->hash, p + o->eaten, k);
		o->eaten += k;
		if (envelope_sealer_room(o->sealer) == 0 &&
		    (e = part_end(o)) != ERR_OK)
			return e;
	}
	o->eaten = 0;
	return ERR_OK;
}

enum err
outlet_add(struct outlet *o, const uint8_t *p, size_t n)
{
	enum err e;

	if (o->asking)
		return ERR_BUSY;
	if (o->err != ERR_OK)
		return o->err;
	e = add(o, p, n);
	/* The answer may have come at once. */
	if (e == ERR_BUSY && !o->asking)
		return o->err == ERR_OK ? add(o, p, n) : o->err;
	if (e != ERR_OK && e != ERR_BUSY)
		o->err = e;
	return e;
}

enum err
outlet_end(struct outlet *o, uint8_t sha256[static SHA256_BYTES])
{
	enum err e = o->err;

	if (e == ERR_OK && o->sealer != NULL)
		e = part_end(o);
	o->err = e;
	if (e == ERR_OK)
		sha256_end(o->hash, sha256);
	return e;
}
