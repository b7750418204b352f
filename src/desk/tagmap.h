/*
 * tagmap: a table from tags to numbers.  Tags should be hashes, but a line may
 * name any; where one goes depends on a key that every table makes at random,
 * so that nobody can choose tags that all go to one place.
 */
#ifndef DESK_TAGMAP_H
#define DESK_TAGMAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "crypt/hash.h"
#include "letter/tag.h"

struct tagmap_slot {
	uint8_t tag[TAG_BYTES];
	uint32_t value;
	bool used;
};

/* All zero is an empty one. */
struct tagmap {
	struct tagmap_slot *slots;
	size_t n, room; /* room is a power of two */
	uint8_t key[HASH_SHORT_KEY]; /* from the first put on */
};

void tagmap_drop(struct tagmap *m);

/* Forget all and keep the room. */
void tagmap_clear(struct tagmap *m);

/* Forget those whose value is `from` or more. */
void tagmap_forget(struct tagmap *m, uint32_t from);

/* Make room, so that the next `n` puts cannot fail.  ERR_NOMEM. */
enum err tagmap_reserve(struct tagmap *m, size_t n) MUST_USE;

/* Put, or replace.  ERR_NOMEM. */
enum err tagmap_put(struct tagmap *m, const uint8_t tag[static TAG_BYTES],
    uint32_t value) MUST_USE;

/* False when it is not there; `value` may be NULL. */
bool tagmap_get(const struct tagmap *m, const uint8_t tag[static TAG_BYTES],
    uint32_t *value);

/* The least value; UINT32_MAX when it is empty. */
uint32_t tagmap_least(const struct tagmap *m);

#endif
