#include <assert.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "desk/inside.h"
#include "desk/view.h"

/* What stands for each in an item; 0 for none. */
static const enum effect_kind kinds[] = {
	[1] = EFFECT_NOTE,
	[2] = EFFECT_DRAFT,
	[3] = EFFECT_EVIDENCE,
	[4] = EFFECT_CUSTODY,
	[5] = EFFECT_CASE,
};

static uint8_t
byte_of(enum effect_kind kind)
{
	uint8_t i = COUNT(kinds) - 1;

	while (i > 0 && kinds[i] != kind)
		i--;
	assert(i > 0);
	return i;
}

void
conv_words_drop(struct conv_words *w)
{
	wipe_free(w->list, w->room * sizeof *w->list);
	wipe_free(w->terms, w->terms_room * sizeof *w->terms);
	tagmap_drop(&w->by);
	*w = (struct conv_words){ .list = NULL };
}

enum err
conv_words_put(struct buf *items, const struct conv_word *word)
{
	enum err e;

	if ((e = item_put(items, ITEM_WORDS, CONV_WORDS_BYTES)) != ERR_OK ||
	    (e = buf_put_u8(items, byte_of(word->kind))) != ERR_OK ||
	    (e = buf_put(items, word->device, sizeof word->device)) != ERR_OK ||
	    (e = buf_put(items, word->id, sizeof word->id)) != ERR_OK ||
	    (e = buf_put(items, word->to, sizeof word->to)) != ERR_OK)
		return e;
	return buf_put_u32(items, word->len);
}

enum err
conv_words_put_terms(
    struct buf *items, uint32_t level, const char *byline, const char *label)
{
	const size_t n = strlen(byline), m = strlen(label);
	enum err e;

	assert(n <= CONV_BYLINE_MAX && m <= CONV_LABEL_MAX);
	if ((e = item_put(items, ITEM_TERMS, 2 + n + m)) != ERR_OK ||
	    (e = buf_put_u8(items, (uint8_t)level)) != ERR_OK ||
	    (e = buf_put_u8(items, (uint8_t)n)) != ERR_OK ||
	    (e = buf_put(items, byline, n)) != ERR_OK)
		return e;
	return buf_put(items, label, m);
}

void
conv_words_terms_hash(uint8_t hash[static SHA256_BYTES],
    const struct buf *items, const uint8_t salt[static 32])
{
	hmac(hash, salt, 32, items->at, items->len);
}

static void
tag_for(uint8_t tag[static TAG_BYTES], enum effect_kind kind,
    const uint8_t *device, const uint8_t *id)
{
	uint8_t all[1 + DEVICE_ID_BYTES + EFFECT_ID_BYTES], hash[SHA256_BYTES];

	all[0] = (uint8_t)kind;
	memcpy(all + 1, device, DEVICE_ID_BYTES);
	memcpy(all + 1 + DEVICE_ID_BYTES, id, EFFECT_ID_BYTES);
	sha256(hash, all, sizeof all);
	memcpy(tag, hash, TAG_BYTES);
}

bool
conv_words_is_fit(const uint8_t *p, size_t n)
{
	return n == CONV_WORDS_BYTES && p[0] > 0 && p[0] < COUNT(kinds);
}

enum err
conv_words_take(struct conv *c, const uint8_t *p, size_t n)
{
	struct conv_words *w = &c->inside;
	struct conv_word one = { .where = c->where };
	void *list = w->list;
	uint8_t tag[TAG_BYTES];
	enum err e;

	if (!conv_words_is_fit(p, n))
		return ERR_FORMAT;
	one.kind = kinds[*p++];
	memcpy(one.device, p, sizeof one.device);
	p += sizeof one.device;
	memcpy(one.id, p, sizeof one.id);
	p += sizeof one.id;
	memcpy(one.to, p, sizeof one.to);
	one.len = enc_get_u32(p + sizeof one.to);
	e = list_grow(&list, w->n, &w->room, sizeof *w->list);
	w->list = list;
	tag_for(tag, one.kind, one.device, one.id);
	if (e != ERR_OK ||
	    (e = tagmap_put(&w->by, tag, (uint32_t)w->n)) != ERR_OK)
		return e;
	w->list[w->n++] = one;
	return ERR_OK;
}

const struct conv_word *
conv_words_find(const struct conv *c, enum effect_kind kind,
    const uint8_t device[static DEVICE_ID_BYTES],
    const uint8_t id[static EFFECT_ID_BYTES])
{
	uint8_t tag[TAG_BYTES];
	uint32_t at;

	tag_for(tag, kind, device, id);
	return tagmap_get(&c->inside.by, tag, &at) ? &c->inside.list[at] : NULL;
}

const struct conv_term *
conv_words_find_terms(
    const struct conv *c, const uint8_t hash[static SHA256_BYTES])
{
	for (size_t i = c->inside.terms_n; i-- > 0;)
		if (memcmp(c->inside.terms[i].hash, hash, SHA256_BYTES) == 0)
			return &c->inside.terms[i];
	return NULL;
}

enum err
conv_words_take_terms(
    struct conv *c, const uint8_t *p, size_t n, const uint8_t salt[static 32])
{
	struct conv_words *w = &c->inside;
	struct conv_term one = { .byline = "" };
	void *list = w->terms;
	struct buf item;
	size_t byline, label;
	enum err e;

	if (n < 2 || n - 2 < p[1])
		return ERR_FORMAT;
	byline = p[1];
	label = n - 2 - byline;
	if (byline > CONV_BYLINE_MAX || label > CONV_LABEL_MAX)
		return ERR_FORMAT;
	memcpy(one.byline, p + 2, byline);
	memcpy(one.label, p + 2 + byline, label);
	buf_init(&item, 1024);
	if ((e = item_put(&item, ITEM_TERMS, n)) != ERR_OK ||
	    (e = buf_put(&item, p, n)) != ERR_OK)
		goto out;
	conv_words_terms_hash(one.hash, &item, salt);
	if (conv_words_find_terms(c, one.hash) != NULL)
		goto out;
	e = list_grow(&list, w->terms_n, &w->terms_room, sizeof *w->terms);
	w->terms = list;
	if (e == ERR_OK)
		w->terms[w->terms_n++] = one;
out:
	buf_drop(&item);
	wipe(&one, sizeof one);
	return e;
}

void
conv_words_agree(struct conv *c, const uint8_t *hash, uint32_t level)
{
	const struct conv_term *t =
	    hash == NULL ? NULL : conv_words_find_terms(c, hash);

	/* A level of a later version promises nothing that we know. */
	c->level = level < DESK_LEVEL_COUNT ? level : DESK_LEVEL_NONE;
	c->terms_lack = hash != NULL && t == NULL;
	memset(c->byline, 0, sizeof c->byline);
	memset(c->label, 0, sizeof c->label);
	if (t == NULL)
		return;
	memcpy(c->byline, t->byline, sizeof c->byline);
	memcpy(c->label, t->label, sizeof c->label);
}
