#include <assert.h>
#include <string.h>

#include "base/wipe.h"

#include "desk/inside.h"
#include "desk/register_words.h"

void
register_words_clear(struct register_words *w)
{
	tagmap_clear(&w->by_device);
	tagmap_clear(&w->by_id);
	if (w->n > 0)
		wipe(w->list, w->n * sizeof *w->list);
	w->n = 0;
}

void
register_words_drop(struct register_words *w)
{
	wipe_free(w->list, w->room * sizeof *w->list);
	tagmap_drop(&w->by_device);
	tagmap_drop(&w->by_id);
	*w = (struct register_words){ .list = NULL };
}

bool
register_words_has(enum effect_kind kind)
{
	return kind == EFFECT_NOTE || kind == EFFECT_DRAFT ||
	    kind == EFFECT_ATTRIBUTION || kind == EFFECT_EVIDENCE ||
	    kind == EFFECT_CUSTODY || kind == EFFECT_CASE;
}

/* Has it no words?  One draft throws others away and brings none, of an act
 * nothing was said, a conversation is of no case any more. */
static bool
is_without(const struct effect *f)
{
	static const uint8_t none[SHA256_BYTES];

	return (f->kind == EFFECT_DRAFT || f->kind == EFFECT_CUSTODY ||
		   f->kind == EFFECT_CASE) &&
	    memcmp(f->hash, none, sizeof none) == 0;
}

/* Are its words named by their hash? */
static bool
is_by_hash(enum effect_kind kind)
{
	return kind == EFFECT_ATTRIBUTION || kind == EFFECT_CUSTODY ||
	    kind == EFFECT_CASE;
}

/* Ids are chosen by devices: two of 16 bytes and a kind, as one tag. */
static void
tag_both(uint8_t tag[static TAG_BYTES], enum effect_kind kind, const uint8_t *a,
    const uint8_t *b)
{
	uint8_t all[1 + 2 * EFFECT_ID_BYTES], hash[SHA256_BYTES];

	all[0] = (uint8_t)kind;
	memcpy(all + 1, a, EFFECT_ID_BYTES);
	memcpy(all + 1 + EFFECT_ID_BYTES, b, EFFECT_ID_BYTES);
	sha256(hash, all, sizeof all);
	memcpy(tag, hash, TAG_BYTES);
}

void
register_words_id(uint8_t id[static EFFECT_ID_BYTES], const struct effect *f)
{
	uint8_t both[EFFECT_ID_BYTES + SHA256_BYTES], of[SHA256_BYTES];

	if (!is_by_hash(f->kind)) {
		memcpy(id, f->id, EFFECT_ID_BYTES);
		return;
	}
	memcpy(both, f->conversation, EFFECT_ID_BYTES);
	memcpy(both + EFFECT_ID_BYTES, f->hash, SHA256_BYTES);
	sha256(of, both, sizeof both);
	memcpy(id, of, EFFECT_ID_BYTES);
}

const struct registered_word *
register_words_at(const struct register_words *w, uint32_t place)
{
	return place == 0 ? NULL : &w->list[place - 1];
}

const struct registered_word *
register_words_find(const struct register_words *w, enum effect_kind kind,
    const uint8_t device[static DEVICE_ID_BYTES],
    const uint8_t id[static EFFECT_ID_BYTES])
{
	uint8_t tag[TAG_BYTES];
	uint32_t at;

	tag_both(tag, kind, device, id);
	return tagmap_get(&w->by_device, tag, &at) ? &w->list[at] : NULL;
}

void
register_words_over(struct register_words *w, const struct effect *f)
{
	uint8_t tag[TAG_BYTES];
	uint32_t at;

	for (size_t i = 0; i < f->ids_n; i++) {
		tag_both(tag, EFFECT_DRAFT, f->conversation, f->ids[i]);
		if (!tagmap_get(&w->by_id, tag, &at))
			continue;
		for (uint32_t k = at + 1; k != 0; k = w->list[k - 1].same)
			w->list[k - 1].over = true;
	}
}

static struct registered_word
word_of(const uint8_t *device, const struct effect *f)
{
	struct registered_word one = { .kind = f->kind };

	if (f->kind == EFFECT_ATTRIBUTION)
		one.level = f->number;
	memcpy(one.conversation, f->conversation, sizeof one.conversation);
	memcpy(one.device, device, sizeof one.device);
	memcpy(one.hash, f->hash, sizeof one.hash);
	register_words_id(one.id, f);
	return one;
}

/* Room for all that one more takes, so that it is taken whole or not at all. */
static enum err
make_room(struct register_words *w)
{
	void *list = w->list;
	enum err e = list_grow(&list, w->n, &w->room, sizeof *w->list);

	w->list = list;
	if (e == ERR_OK)
		e = tagmap_reserve(&w->by_device, 1);
	return e == ERR_OK ? tagmap_reserve(&w->by_id, 1) : e;
}

/* Into the room that was made. */
static void
put(struct tagmap *m, const uint8_t tag[static TAG_BYTES], size_t at)
{
	const enum err e = tagmap_put(m, tag, (uint32_t)at);

	assert(e == ERR_OK);
}

static void
add(struct register_words *w, struct register_chain *c,
    struct registered_word *one)
{
	const uint32_t place = (uint32_t)w->n + 1;
	uint8_t tag[TAG_BYTES];
	uint32_t at;

	if (one->kind == EFFECT_DRAFT) {
		tag_both(tag, one->kind, one->conversation, one->id);
		if (tagmap_get(&w->by_id, tag, &at))
			one->same = at + 1;
		put(&w->by_id, tag, w->n);
	}
	tag_both(tag, one->kind, one->device, one->id);
	put(&w->by_device, tag, w->n);
	if (c->last != 0)
		w->list[c->last - 1].next = place;
	else
		c->first = place;
	c->last = place;
	if (one->kind == EFFECT_ATTRIBUTION)
		c->terms = place;
	w->list[w->n++] = *one;
}

enum err
register_words_take(struct register_words *w, struct register_chain *c,
    const uint8_t device[static DEVICE_ID_BYTES], const struct effect *f)
{
	struct registered_word one = word_of(device, f);
	enum err e;

	if ((e = make_room(w)) != ERR_OK)
		return e;
	if (f->kind == EFFECT_DRAFT)
		register_words_over(w, f);
	if (is_without(f))
		return ERR_OK;
	/* An id that its device used before says nothing new. */
	if (!is_by_hash(f->kind) &&
	    register_words_find(w, f->kind, device, one.id) != NULL)
		return ERR_OK;
	add(w, c, &one);
	return ERR_OK;
}

void
register_words_end(struct register_words *w, struct register_chain *c)
{
	for (uint32_t k = c->first; k != 0; k = w->list[k - 1].next)
		w->list[k - 1].gone = true;
	*c = (struct register_chain){ .first = 0 };
}

void
register_words_back(struct register_words *w, const struct register_chain *c)
{
	for (uint32_t k = c->first; k != 0; k = w->list[k - 1].next)
		w->list[k - 1].gone = false;
}
