/*
 * arena: memory that lives as long as one request and goes in one stroke.
 *
 * Blocks are handed out from the front of larger ones, are never given back
 * singly, and are all wiped at arena_drop().  The ceiling counts everything.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include <stddef.h>

struct arena_block;

struct arena {
	struct arena_block *top;
	size_t used; /* bytes held from the system */
	size_t limit; /* used never exceeds this */
};

/* Make `a` empty, able to hold `limit` bytes in all.  Allocates nothing. */
void arena_init(struct arena *a, size_t limit);

/* Wipe and release everything.  May be called twice. */
void arena_drop(struct arena *a);

/* `n` zeroed bytes, aligned for any type; NULL when the ceiling is reached or
 * memory cannot be had. */
void *arena_get(struct arena *a, size_t n);

/* A copy of the `n` bytes at `p` with a NUL behind them; NULL as above. */
char *arena_copy(struct arena *a, const void *p, size_t n);

#endif
