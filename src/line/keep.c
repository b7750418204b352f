#include <assert.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "base/work.h"
#include "line/keep.h"

/* The pool says ERR_IO when a write or sync cannot be tried again; everything
 * else is the asker's to hear. */
enum err
keep_fatal(enum err e)
{
	return e == ERR_IO ? ERR_IO : ERR_OK;
}

enum pool_who
keep_who(const struct asker *who)
{
	return who->role == ROLE_DESK_FRONT ? POOL_DESK : POOL_SOURCE;
}

/* Answer with a status and `n` bytes of k->out, none unless it is ok. */
static enum err
answer(struct keeper *k, const struct asker *who, struct talk *t, size_t n)
{
	t->bytes = k->out;
	t->n = t->status == ERR_OK ? n : 0;
	service_answer(&k->service, who, t);
	wipe(k->out, n); /* what was begun before it failed too */
	return keep_fatal(t->status);
}

static enum err
look(struct keeper *k, const struct asker *who, const struct talk *t)
{
	struct talk a = talk_of(TALK_LOOKED, 0);
	size_t n = t->n / TALK_TAG_BYTES;

	work_did(WORK_LOOK, (unsigned)n);
	a.status = pool_look(k->pool, t->bytes, n, k->out);
	return answer(k, who, &a, (n + 7) / 8);
}

static enum err
get(struct keeper *k, const struct asker *who, const struct talk *t)
{
	struct talk a = talk_of(TALK_GOT, 0);

	work_did(WORK_GET, TALK_LETTERS);
	a.status = pool_show(k->pool, t->bytes, TALK_LETTERS, k->out);
	return answer(k, who, &a, sizeof(k->out));
}

static enum err
piece(struct keeper *k, const struct asker *who, const struct talk *t)
{
	struct talk a = talk_of(TALK_PIECED, 0);

	a.status = ERR_NOTHING;
	if (t->count < TALK_PIECES)
		a.status = pool_part(k->pool, t->tag,
		    (size_t)t->count * TALK_PIECE_BYTES, k->out,
		    TALK_PIECE_BYTES);
	return answer(k, who, &a, TALK_PIECE_BYTES);
}

/* A letter whole, or what can be known of a part without its body. */
static enum err
fetch(struct keeper *k, const struct asker *who, const struct talk *t)
{
	struct talk a = talk_of(TALK_FETCHED, 0);
	size_t n = TALK_ENVELOPE_BYTES;

	a.status = pool_get(k->pool, t->tag, k->out);
	if (a.status == ERR_NOTHING) {
		n = TALK_HEADER_BYTES;
		a.status = pool_part(k->pool, t->tag, 0, k->out, n);
	}
	return answer(k, who, &a, n);
}

static enum err
put(struct keeper *k, const struct asker *who, const struct talk *t)
{
	enum err e;

	if (k->batched == KEEP_BATCH && (e = keep_end_batch(k)) != ERR_OK)
		return e;
	if (!k->in_batch && (e = pool_begin(k->pool)) != ERR_OK) {
		service_done(&k->service, who, e);
		return keep_fatal(e);
	}
	k->in_batch = true;
	e = pool_put(k->pool, keep_who(who), t->tag, t->envelope);
	if (e == ERR_IO)
		return e;
	k->batch[k->batched++] = (struct put){ *who, e };
	return ERR_OK;
}

enum err
keep_end_batch(struct keeper *k)
{
	enum err e;

	if (!k->in_batch)
		return ERR_OK;
	e = pool_end(k->pool);
	k->in_batch = false;
	for (unsigned i = 0; e != ERR_IO && i < k->batched; i++)
		service_done(&k->service, &k->batch[i].who,
		    k->batch[i].e == ERR_OK ? e : k->batch[i].e);
	k->batched = 0;
	return keep_fatal(e);
}

static enum err
del(struct keeper *k, const struct asker *who, const struct talk *t)
{
	enum err e = pool_delete(k->pool, t->bytes, t->n / TALK_OPENING_BYTES);

	work_did(WORK_OPEN, (unsigned)(t->n / TALK_OPENING_BYTES));
	if (e != ERR_IO)
		service_done(&k->service, who, e);
	return keep_fatal(e);
}

static void
write_day(uint8_t out[static TALK_DAY_BYTES], const struct pool_day *d)
{
	enc_put_u32(out, d->day);
	enc_put_u32(out + 4, d->letters);
	enc_put_u32(out + 8, d->parts);
	out[12] = d->closed ? 1 : 0;
	memcpy(out + 13, d->digest, POOL_DIGEST_BYTES);
}

static enum err
days(struct keeper *k, const struct asker *who)
{
	struct talk a = talk_of(TALK_DAYS_ARE, 0);
	size_t n = pool_days(k->pool);
	struct pool_day d;

	assert(n <= TALK_DAYS_MAX);
	static_assert(TALK_DAYS_MAX * TALK_DAY_BYTES <= sizeof(k->out),
	    "a list of all days fits");
	for (size_t i = 0; a.status == ERR_OK && i < n; i++) {
		a.status = pool_day_at(k->pool, i, &d);
		if (a.status == ERR_OK)
			write_day(k->out + i * TALK_DAY_BYTES, &d);
	}
	return answer(k, who, &a, n * TALK_DAY_BYTES);
}

static enum err
day(struct keeper *k, const struct asker *who, const struct talk *t)
{
	static const uint8_t zero[TALK_TAG_BYTES];
	struct talk a = talk_of(TALK_DAY_IS, 0);
	const struct pool_list list = {
		.day = t->day,
		.kind = t->count == 0 ? POOL_LETTER : POOL_PART,
		.after =
		    memcmp(t->tag, zero, sizeof(zero)) == 0 ? NULL : t->tag,
		.tags = k->out,
		.max = TALK_DAY_TAGS,
	};
	size_t n = 0;

	a.status = pool_day_tags(k->pool, &list, &n);
	return answer(k, who, &a, n * TALK_TAG_BYTES);
}

static enum err
offered(struct keeper *k, const struct asker *who, const struct talk *t)
{
	struct talk a = talk_of(TALK_OFFERED_ARE, 0);
	uint64_t serial[POOL_SERIALS_MAX];
	size_t n = 0;

	a.status = pool_offered(k->pool, t->day, serial, &n);
	for (size_t i = 0; a.status == ERR_OK && i < n; i++)
		enc_put_u32(k->out + 4 * i, (uint32_t)serial[i]);
	return answer(k, who, &a, 4 * n);
}

enum err
keep_answer(struct keeper *k, const struct asker *who, const struct talk *t)
{
	enum err e;

	if (t->kind == TALK_PUT)
		return put(k, who, t);
	/* Whatever else is asked sees the letters that came before it. */
	if ((e = keep_end_batch(k)) != ERR_OK)
		return e;
	switch ((int)t->kind) {
	case TALK_LOOK:
		return look(k, who, t);
	case TALK_GET:
		return get(k, who, t);
	case TALK_PIECE:
		return piece(k, who, t);
	case TALK_UPLOAD:
		return keep_upload(k, who, t);
	case TALK_UPLOAD_END:
		return keep_upload_end(k, who, t->upload);
	case TALK_STATE:
		return keep_state(k, who, t);
	case TALK_COMMIT:
		return keep_commit(k, who, t);
	case TALK_DELETE:
		return del(k, who, t);
	case TALK_DAYS:
		return days(k, who);
	case TALK_DAY:
		return day(k, who, t);
	case TALK_OFFERED:
		return offered(k, who, t);
	case TALK_FETCH:
		return fetch(k, who, t);
	case TALK_PURGE:
		return keep_purge(k, who, t);
	case TALK_PUT_NOTE:
		return keep_put_note(k, who, t);
	default: /* the table lets nothing else through */
		service_refuse(&k->service, who);
		return ERR_OK;
	}
}
