#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "team/offer.h"

static const char cut[] = "\n--\n";
#define CUT_LEN (sizeof cut - 2) /* after a note, which ends in a newline */

void
offer_pair(struct offer_pair *pair, const void *p, size_t n)
{
	static const char first[] = "sotto/1 certificate\n";
	const char *at = NULL;

	*pair = (struct offer_pair){ .note = p, .note_n = n };
	if (n >= sizeof first - 1 && memcmp(p, first, sizeof first - 1) == 0)
		at = memmem(p, n, cut, sizeof cut - 1);
	if (at == NULL)
		return;
	pair->certificate = p;
	pair->certificate_n = (size_t)(at - (const char *)p) + 1;
	pair->note = (const uint8_t *)at + sizeof cut - 1;
	pair->note_n = n - pair->certificate_n - CUT_LEN;
}

enum err
offer_pair_write(struct buf *out, const struct offer_pair *pair)
{
	const size_t was = out->len;
	enum err e;

	if ((e = buf_put(out, pair->certificate, pair->certificate_n)) ==
		ERR_OK &&
	    (e = buf_put(out, cut + 1, CUT_LEN)) == ERR_OK)
		e = buf_put(out, pair->note, pair->note_n);
	if (e != ERR_OK)
		out->len = was;
	return e;
}

enum err
offer_write(struct buf *out, const struct buf *certificate,
    const struct buf *key_note, uint32_t day)
{
	const size_t was = out->len;
	enum err e;

	if ((e = buf_put(out, certificate->at, certificate->len)) == ERR_OK &&
	    (e = buf_put(out, cut + 1, CUT_LEN)) == ERR_OK &&
	    (e = buf_put(out, key_note->at, key_note->len)) == ERR_OK &&
	    (e = buf_put(out, cut + 1, CUT_LEN)) == ERR_OK)
		e = buf_put_fmt(out, "day %u\n", day);
	if (e != ERR_OK)
		out->len = was;
	return e;
}

void
offer_init(struct offer *o)
{
	*o = (struct offer){ .day = 0 };
	key_note_init(&o->note);
}

void
offer_drop(struct offer *o)
{
	key_note_drop(&o->note);
	offer_init(o);
}

struct span {
	const char *at;
	size_t n;
};

/* What stands before the next cut, its newline included; `rest` moves behind
 * the cut. */
static enum err
take(struct span *piece, struct span *rest)
{
	const char *p = NULL;

	if (rest->n > 0)
		p = memmem(rest->at, rest->n, cut, sizeof cut - 1);
	if (p == NULL)
		return ERR_FORMAT;
	piece->at = rest->at;
	piece->n = (size_t)(p - rest->at) + 1;
	rest->n -= piece->n + CUT_LEN;
	rest->at += piece->n + CUT_LEN;
	return ERR_OK;
}

static enum err
take_day(uint32_t *day, const struct span *rest)
{
	uint64_t v;
	enum err e;

	if (rest->n < 6 || memcmp(rest->at, "day ", 4) != 0 ||
	    rest->at[rest->n - 1] != '\n')
		return ERR_FORMAT;
	e = enc_decimal_read(&v, UINT32_MAX, rest->at + 4, rest->n - 5);
	if (e == ERR_OK)
		*day = (uint32_t)v;
	return e;
}

enum err
offer_read(struct offer *o, const void *p, size_t n, const char *f, size_t f_n)
{
	struct offer got;
	enum err e = offer_look(&got, p, n, f, f_n);

	if (e == ERR_OK && got.ended) {
		offer_drop(&got);
		return ERR_EXPIRED;
	}
	if (e == ERR_OK)
		*o = got;
	return e;
}

enum err
offer_look(struct offer *o, const void *p, size_t n, const char *f, size_t f_n)
{
	struct span rest = { p, n }, piece, note;
	struct offer got;
	enum err e;

	offer_init(&got);
	if ((e = take(&piece, &rest)) != ERR_OK ||
	    (e = take(&note, &rest)) != ERR_OK)
		goto out;
	sha256(got.hash, p, n - rest.n);
	if ((e = take_day(&got.day, &rest)) != ERR_OK)
		goto out;
	e = certificate_read(&got.certificate, piece.at, piece.n);
	if (e != ERR_OK)
		goto out;
	e = ERR_FORGED;
	if (f != NULL && !team_print_is(f, f_n, got.certificate.team))
		goto out;
	got.ended = got.day > got.certificate.until;
	e = key_note_read(&got.note, note.at, note.n, &got.certificate);
	if (e != ERR_OK)
		goto out;
	*o = got;
	offer_init(&got); /* now the caller's */
out:
	offer_drop(&got);
	return e;
}

enum err
offer_again(struct offer *o, const void *p, size_t n)
{
	struct span rest = { p, n }, piece, note;
	uint8_t hash[SHA256_BYTES];
	uint32_t day;
	enum err e;

	if (take(&piece, &rest) != ERR_OK || take(&note, &rest) != ERR_OK)
		return ERR_NOTHING;
	sha256(hash, p, n - rest.n);
	if (memcmp(hash, o->hash, sizeof hash) != 0)
		return ERR_NOTHING;
	if ((e = take_day(&day, &rest)) != ERR_OK)
		return e;
	o->day = day;
	o->ended = day > o->certificate.until;
	return ERR_OK;
}

bool
offer_agrees(const struct offer *o, uint32_t today)
{
	return o->day <= today ? today - o->day <= 1 : o->day - today <= 1;
}
