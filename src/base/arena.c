#include <stdalign.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/wipe.h"

#define BLOCK_BYTES 4096U

struct arena_block {
	struct arena_block *next;
	size_t size; /* of data[] */
	size_t used;
	alignas(max_align_t) unsigned char data[];
};

void
arena_init(struct arena *a, size_t limit)
{
	*a = (struct arena){ .limit = limit };
}

void
arena_drop(struct arena *a)
{
	struct arena_block *b, *next;

	for (b = a->top; b != NULL; b = next) {
		next = b->next;
		wipe_free(b, sizeof *b + b->size);
	}
	*a = (struct arena){ .limit = a->limit };
}

static struct arena_block *
block_add(struct arena *a, size_t n)
{
	struct arena_block *b;
	size_t size = n > BLOCK_BYTES - sizeof *b ? n : BLOCK_BYTES - sizeof *b;

	if (size > SIZE_MAX - sizeof *b || size + sizeof *b > a->limit ||
	    a->used > a->limit - (size + sizeof *b))
		return NULL;
	if ((b = calloc(1, sizeof *b + size)) == NULL)
		return NULL;
	b->size = size;
	b->next = a->top;
	a->top = b;
	a->used += size + sizeof *b;
	return b;
}

void *
arena_get(struct arena *a, size_t n)
{
	struct arena_block *b = a->top;
	const size_t step = alignof(max_align_t);
	void *p;

	if (n > SIZE_MAX - step)
		return NULL;
	n = (n + step - 1) / step * step;
	if (b == NULL || n > b->size - b->used)
		b = block_add(a, n);
	if (b == NULL)
		return NULL;
	p = b->data + b->used;
	b->used += n;
	return p;
}

char *
arena_copy(struct arena *a, const void *p, size_t n)
{
	char *s;

	if (n == SIZE_MAX || (s = arena_get(a, n + 1)) == NULL)
		return NULL;
	if (n > 0)
		memcpy(s, p, n);
	return s;
}
