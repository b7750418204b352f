/*
 * keyroom: keys of RECORD_KEY_BYTES, many to a piece of guarded memory.  One
 * piece for each would be more mappings than a process may have, and more
 * locked pages.
 */
#ifndef DESK_KEYROOM_H
#define DESK_KEYROOM_H

#include <stdint.h>

#include "base/err.h"

struct keyroom_piece;

/* All zero is an empty one. */
struct keyroom {
	struct keyroom_piece *pieces;
	uint8_t *free; /* each begins with where the next is */
};

/* A zeroed key, which stays where it is until it is given back.  ERR_NOMEM. */
enum err keyroom_take(struct keyroom *r, uint8_t **key) MUST_USE;
void keyroom_give(struct keyroom *r, uint8_t *key); /* wipes */
/* Wipe and release all, given back or not.  May be called twice. */
void keyroom_drop(struct keyroom *r);

#endif
