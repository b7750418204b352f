/*
 * key: 32 secret bytes that live long, in guarded memory of their own: never
 * swapped, never in a core dump, wiped at the end.  For keys that live as long
 * as one call, use a struct whose drop wipes it.
 */
#ifndef CRYPT_KEY_H
#define CRYPT_KEY_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define KEY_BYTES 32U

struct key; /* guarded */

/* A key of 32 zero bytes; NULL when guarded memory cannot be had. */
struct key *key_open(void);

/* Wipe and give back.  key_close(NULL) does nothing. */
void key_close(struct key *key);

/* Its bytes, to read and to write. */
uint8_t *key_at(struct key *key);
const uint8_t *key_see(const struct key *key);

/* Guarded memory of any size, zeroed; NULL when it cannot be had.  Give it
 * back with key_memory_free(), which wipes it (NULL does nothing). */
void *key_memory(size_t n);
void key_memory_free(void *p);

#endif
