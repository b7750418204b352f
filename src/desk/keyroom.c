#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/key.h"
#include "desk/record.h"

#include "desk/keyroom.h"

#define AT_ONCE 512U

struct keyroom_piece {
	struct keyroom_piece *next;
	uint8_t *keys;
};

void
keyroom_give(struct keyroom *r, uint8_t *key)
{
	wipe(key, RECORD_KEY_BYTES);
	memcpy(key, &r->free, sizeof r->free);
	r->free = key;
}

static enum err
more(struct keyroom *r)
{
	struct keyroom_piece *p = calloc(1, sizeof *p);

	if (p == NULL)
		return ERR_NOMEM;
	p->keys = key_memory((size_t)AT_ONCE * RECORD_KEY_BYTES);
	if (p->keys == NULL) {
		free(p);
		return ERR_NOMEM;
	}
	p->next = r->pieces;
	r->pieces = p;
	for (size_t i = 0; i < AT_ONCE; i++)
		keyroom_give(r, p->keys + i * RECORD_KEY_BYTES);
	return ERR_OK;
}

enum err
keyroom_take(struct keyroom *r, uint8_t **key)
{
	enum err e;

	if (r->free == NULL && (e = more(r)) != ERR_OK)
		return e;
	*key = r->free;
	memcpy(&r->free, *key, sizeof r->free);
	wipe(*key, RECORD_KEY_BYTES);
	return ERR_OK;
}

void
keyroom_drop(struct keyroom *r)
{
	while (r->pieces != NULL) {
		struct keyroom_piece *p = r->pieces;

		r->pieces = p->next;
		key_memory_free(p->keys);
		free(p);
	}
	r->free = NULL;
}
