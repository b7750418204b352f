#include <string.h>

#include "desk/inside.h"
#include "desk/last_note.h"

#define NOTE "key-note"

/* Keep these bytes, if they are others than those that are here. */
static enum err
keep(struct desk *d, const struct buf *both)
{
	struct buf is;
	bool same;
	enum err e;

	buf_init(&is, OFFER_PAIR_MAX);
	e = store_get(d->store, NOTE, &is);
	same = e == ERR_OK && is.len == both->len &&
	    memcmp(is.at, both->at, is.len) == 0;
	buf_drop(&is);
	/* One that cannot be read is no loss beside the new one. */
	if (e == ERR_NOMEM || same)
		return e;
	return store_put(d->store, NOTE, both->at, both->len);
}

enum err
last_note_keep(struct desk *d, const struct offer_pair *pair)
{
	struct offer_pair whole = *pair;
	struct buf certificate, both;
	enum err e = ERR_OK;

	if (desk_role(d) != MEMBER_ADMIN)
		return ERR_OK;
	buf_init(&certificate, CERTIFICATE_MAX);
	buf_init(&both, OFFER_PAIR_MAX);
	if (whole.certificate == NULL) {
		e = store_get(d->store, "certificate", &certificate);
		whole.certificate = certificate.at;
		whole.certificate_n = certificate.len;
	}
	if (e == ERR_OK && (e = offer_pair_write(&both, &whole)) == ERR_OK)
		e = keep(d, &both);
	buf_drop(&certificate);
	buf_drop(&both);
	return e;
}

enum err
last_note_keep_offer(struct desk *d, const struct buf *body)
{
	static const char cut[] = "\n--\n";
	struct offer_pair pair;
	const char *end;

	offer_pair(&pair, body->at, body->len);
	end = memmem(pair.note, pair.note_n, cut, sizeof cut - 1);
	if (pair.certificate == NULL || end == NULL)
		return ERR_FORMAT;
	pair.note_n = (size_t)(end - (const char *)pair.note) + 1;
	return last_note_keep(d, &pair);
}

enum err
last_note_offer(struct buf *body, const struct desk *d, uint32_t day)
{
	const enum err e = store_get(d->store, NOTE, body);

	return e == ERR_OK ? buf_put_fmt(body, "--\nday %u\n", day) : e;
}

enum err
last_note_load(struct key_note *k, const struct desk *d)
{
	struct certificate by;
	struct offer_pair pair;
	struct buf both;
	enum err e;

	buf_init(&both, OFFER_PAIR_MAX);
	if ((e = store_get(d->store, NOTE, &both)) != ERR_OK)
		goto out;
	offer_pair(&pair, both.at, both.len);
	e = ERR_NOTHING;
	if (pair.certificate == NULL)
		goto out;
	e = certificate_read(&by, pair.certificate, pair.certificate_n);
	if (e == ERR_OK)
		e = key_note_read(k, pair.note, pair.note_n, &by);
out:
	buf_drop(&both);
	return e == ERR_OK || e == ERR_NOMEM || e == ERR_IO ? e : ERR_NOTHING;
}
