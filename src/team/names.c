#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#include "team/names.h"

#define ROOM_LEAST 64U

void
names_init(struct names *t)
{
	*t = (struct names){ .slots = NULL };
	crypt_random(t->key, sizeof t->key);
}

void
names_drop(struct names *t)
{
	wipe_free(t->slots, t->room * sizeof *t->slots);
	*t = (struct names){ .slots = NULL };
}

void
names_clear(struct names *t)
{
	if (t->room > 0)
		memset(t->slots, 0, t->room * sizeof *t->slots);
	t->n = 0;
}

/* Multilinear hashing (strongly universal in its upper half): the sum of each
 * word times a random number. */
static size_t
place(const struct names *t, enum name_of of, const uint8_t *name)
{
	uint64_t sum = t->key[0] + t->key[1] * (uint64_t)of;

	for (size_t i = 0; i < NAMES_WORDS - 1; i++)
		sum += t->key[i + 2] * enc_get_u32(name + 4 * i);
	return (size_t)(sum >> 32) & (t->room - 1);
}

/* Where the name is, or the free slot where it would go. */
static struct names_slot *
slot_of(const struct names *t, enum name_of of, const uint8_t *name)
{
	size_t at = place(t, of, name);

	while (t->slots[at].of != NAME_FREE &&
	    (t->slots[at].of != of ||
		memcmp(t->slots[at].name, name, NAME_BYTES) != 0))
		at = (at + 1) & (t->room - 1);
	return &t->slots[at];
}

enum err
names_room(struct names *t, size_t more)
{
	struct names bigger = *t;

	if (bigger.room == 0)
		bigger.room = ROOM_LEAST;
	while ((t->n + more) * 3 > bigger.room * 2)
		bigger.room *= 2;
	if (bigger.room == t->room)
		return ERR_OK;
	bigger.slots = calloc(bigger.room, sizeof *bigger.slots);
	if (bigger.slots == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < t->room; i++)
		if (t->slots[i].of != NAME_FREE)
			*slot_of(&bigger, t->slots[i].of, t->slots[i].name) =
			    t->slots[i];
	wipe_free(t->slots, t->room * sizeof *t->slots);
	*t = bigger;
	return ERR_OK;
}

struct names_slot *
names_find(const struct names *t, enum name_of of,
    const uint8_t name[static NAME_BYTES])
{
	struct names_slot *s;

	if (t->room == 0)
		return NULL;
	s = slot_of(t, of, name);
	return s->of == NAME_FREE ? NULL : s;
}

struct names_slot *
names_have(
    struct names *t, enum name_of of, const uint8_t name[static NAME_BYTES])
{
	struct names_slot *s;

	assert(t->n < t->room);
	s = slot_of(t, of, name);
	if (s->of == NAME_FREE) {
		s->of = of;
		memcpy(s->name, name, NAME_BYTES);
		t->n++;
	}
	return s;
}
