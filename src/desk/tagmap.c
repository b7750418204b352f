#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/crypt.h"

#include "desk/tagmap.h"

#define ROOM_LEAST 8U

void
tagmap_drop(struct tagmap *m)
{
	wipe_free(m->slots, m->room * sizeof *m->slots);
	*m = (struct tagmap){ .slots = NULL };
}

void
tagmap_clear(struct tagmap *m)
{
	wipe(m->slots, m->room * sizeof *m->slots);
	m->n = 0;
}

/* Where the tag is, or the free slot where it would go. */
static struct tagmap_slot *
find(const struct tagmap *m, const uint8_t tag[static TAG_BYTES])
{
	size_t at = (size_t)hash_short(m->key, tag, TAG_BYTES) & (m->room - 1);

	while (
	    m->slots[at].used && memcmp(m->slots[at].tag, tag, TAG_BYTES) != 0)
		at = (at + 1) & (m->room - 1);
	return &m->slots[at];
}

/* Those behind it in its run may have their place before it. */
static void
take_out(struct tagmap *m, size_t at)
{
	struct tagmap_slot s;

	m->slots[at] = (struct tagmap_slot){ .used = false };
	for (size_t i = (at + 1) & (m->room - 1); m->slots[i].used;
	     i = (i + 1) & (m->room - 1)) {
		s = m->slots[i];
		m->slots[i] = (struct tagmap_slot){ .used = false };
		*find(m, s.tag) = s;
	}
	m->n--;
}

void
tagmap_forget(struct tagmap *m, uint32_t from)
{
	for (size_t i = 0; i < m->room;)
		/* Another may have come into the place that is free. */
		if (m->slots[i].used && m->slots[i].value >= from)
			take_out(m, i);
		else
			i++;
}

static enum err
grow(struct tagmap *m)
{
	struct tagmap bigger = { .room =
				     m->room == 0 ? ROOM_LEAST : m->room * 2 };

	bigger.slots = calloc(bigger.room, sizeof *bigger.slots);
	if (bigger.slots == NULL)
		return ERR_NOMEM;
	if (m->room == 0)
		crypt_random(bigger.key, sizeof bigger.key);
	else
		memcpy(bigger.key, m->key, sizeof bigger.key);
	for (size_t i = 0; i < m->room; i++)
		if (m->slots[i].used)
			*find(&bigger, m->slots[i].tag) = m->slots[i];
	bigger.n = m->n;
	tagmap_drop(m);
	*m = bigger;
	return ERR_OK;
}

static bool
is_full(const struct tagmap *m, size_t n)
{
	return n + n / 2 >= m->room;
}

enum err
tagmap_reserve(struct tagmap *m, size_t n)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && is_full(m, m->n + n))
		e = grow(m);
	return e;
}

enum err
tagmap_put(
    struct tagmap *m, const uint8_t tag[static TAG_BYTES], uint32_t value)
{
	struct tagmap_slot *s;
	enum err e;

	if (is_full(m, m->n) && (e = grow(m)) != ERR_OK)
		return e;
	s = find(m, tag);
	if (!s->used) {
		s->used = true;
		memcpy(s->tag, tag, TAG_BYTES);
		m->n++;
	}
	s->value = value;
	return ERR_OK;
}

bool
tagmap_get(const struct tagmap *m, const uint8_t tag[static TAG_BYTES],
    uint32_t *value)
{
	const struct tagmap_slot *s;

	if (m->room == 0)
		return false;
	s = find(m, tag);
	if (s->used && value != NULL)
		*value = s->value;
	return s->used;
}

uint32_t
tagmap_least(const struct tagmap *m)
{
	uint32_t least = UINT32_MAX;

	for (size_t i = 0; i < m->room; i++)
		if (m->slots[i].used && m->slots[i].value < least)
			least = m->slots[i].value;
	return least;
}
