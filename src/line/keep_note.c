#include <string.h>

#include "base/log.h"
#include "line/keep.h"
#include "team/offer.h"
#include "team/purge.h"

/* Say in the pool which key note sources are offered today. */
enum err
keep_offer(struct keeper *k)
{
	enum err e;

	if (!k->has_keys || k->offered_day == pool_today(k->pool))
		return ERR_OK;
	if ((e = pool_offer(k->pool, k->keys.serial)) == ERR_OK)
		k->offered_day = pool_today(k->pool);
	return keep_fatal(e);
}

/* What the line's folder has: a key note, with the certificate of its key
 * before it once one was taken. */
enum err
keep_take_pair(struct keeper *k, const struct buf *kept)
{
	struct offer_pair pair;
	enum err e = ERR_OK;

	offer_pair(&pair, kept->at, kept->len);
	if (pair.certificate != NULL) {
		buf_clear(&k->certificate_note);
		e = buf_put(
		    &k->certificate_note, pair.certificate, pair.certificate_n);
		if (e == ERR_OK)
			e = certificate_read(&k->certificate, pair.certificate,
			    pair.certificate_n);
		k->has_certificate = e == ERR_OK;
	}
	if (e == ERR_OK && !k->has_certificate)
		e = ERR_MISSING;
	if (e == ERR_OK)
		e = key_note_read(
		    &k->keys, pair.note, pair.note_n, &k->certificate);
	k->has_keys = e == ERR_OK;
	return e;
}

/* The one that stands, or one of this team and line with a higher serial: then
 * no key note of the former line key is taken ever again. */
static enum err
check_certificate(const struct keeper *k, struct certificate *got,
    const struct offer_pair *pair)
{
	enum err e;

	*got = k->certificate;
	if (pair->certificate == NULL)
		return ERR_OK;
	e = certificate_read(got, pair->certificate, pair->certificate_n);
	if (e == ERR_OK)
		e = certificate_follows(got, &k->certificate);
	if (e == ERR_NOTHING)
		return ERR_OK;
	return e == ERR_OK && got->until < pool_today(k->pool) ? ERR_EXPIRED
							       : e;
}

/* Read the two; may they take the place of what we have? */
static enum err
check(const struct keeper *k, struct certificate *by, struct key_note *got,
    const struct offer_pair *pair)
{
	enum err e;

	if (!k->has_certificate)
		return ERR_DENIED;
	if ((e = check_certificate(k, by, pair)) != ERR_OK ||
	    (e = key_note_read(got, pair->note, pair->note_n, by)) != ERR_OK)
		return e;
	if (!k->has_keys)
		return ERR_OK;
	if (got->serial <= k->keys.serial)
		return ERR_EXPIRED;
	return got->serial - k->keys.serial > KEY_NOTE_STEP ? ERR_DENIED
							    : ERR_OK;
}

/* A whole note came: have the warden keep it, answer when it has.  It is kept
 * behind the certificate of its key, in one file. */
static enum err
take(struct keeper *k, const struct asker *who, const struct buf *note)
{
	struct certificate by;
	struct offer_pair pair;
	struct key_note got;
	enum err e;

	key_note_init(&got);
	e = ERR_BUSY;
	if (k->offered.len > 0)
		goto out;
	offer_pair(&pair, note->at, note->len);
	if ((e = check(k, &by, &got, &pair)) != ERR_OK)
		goto out;
	if (pair.certificate == NULL) {
		pair.certificate = k->certificate_note.at;
		pair.certificate_n = k->certificate_note.len;
	}
	if ((e = offer_pair_write(&k->offered, &pair)) != ERR_OK)
		goto out;
	k->offered_certificate = by;
	k->offered_keys = got;
	key_note_init(&got); /* now the keeper's */
	k->offered_by = *who;
	e = talk_pieces(k->service.warden, ROLE_KEEPER, ROLE_WARDEN,
	    talk_of(TALK_NEW_NOTE, 0), &k->offered);
	key_note_drop(&got);
	return e; /* without a warden there is no going on */
out:
	key_note_drop(&got);
	service_done(&k->service, who, e);
	return ERR_OK;
}

enum err
keep_put_note(struct keeper *k, const struct asker *who, const struct talk *t)
{
	struct talk_whole *w = &k->coming[who->slot];
	bool done = false;
	enum err e;

	/* A front that broke off leaves its place, and its half of a note, to
	 * the next one. */
	talk_whole_from(w, who->serial);
	e = talk_piece(w, &done, t);
	if (e == ERR_FORMAT) {
		service_refuse(&k->service, who);
		return ERR_OK;
	}
	if (e != ERR_OK) {
		service_done(&k->service, who, e);
		return ERR_OK;
	}
	if (!done)
		return ERR_OK;
	e = take(k, who, &w->buf);
	buf_drop(&w->buf);
	return e;
}

enum err
keep_note_kept(struct keeper *k, enum err status)
{
	struct offer_pair pair;
	enum err e = ERR_OK;

	if (k->offered.len == 0)
		return ERR_FORMAT;
	if (status == ERR_OK) {
		offer_pair(&pair, k->offered.at, k->offered.len);
		buf_clear(&k->certificate_note);
		e = buf_put(
		    &k->certificate_note, pair.certificate, pair.certificate_n);
		if (e != ERR_OK)
			return e;
		k->certificate = k->offered_certificate;
		key_note_drop(&k->keys);
		k->keys = k->offered_keys;
		k->has_keys = true;
		key_note_init(&k->offered_keys); /* now k->keys */
		k->offered_day = 0;
		e = keep_offer(k);
	}
	key_note_drop(&k->offered_keys);
	buf_drop(&k->offered);
	service_done(&k->service, &k->offered_by, status);
	return e;
}

enum err
keep_purge(struct keeper *k, const struct asker *who, const struct talk *t)
{
	struct purge p;
	enum err e = ERR_DENIED;

	purge_init(&p);
	if (k->has_keys)
		e = purge_read(&p, t->bytes, t->n, &k->keys);
	if (e == ERR_OK)
		e = pool_purge(k->pool, p.day, p.tags[0], p.tags_n);
	purge_drop(&p);
	if (e != ERR_IO)
		service_done(&k->service, who, e);
	return keep_fatal(e);
}
