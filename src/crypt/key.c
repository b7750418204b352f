#include <sodium.h>
#include <string.h>
#include <sys/mman.h>

#include "crypt/key.h"

struct key {
	uint8_t at[KEY_BYTES];
};

/* sodium_malloc() puts the bytes at the end of its pages, against the guard
 * page, so their size is rounded up to keep them aligned.  It does not say when
 * the system refused to lock them; asked again, the system does. */
void *
key_memory(size_t n)
{
	void *p;

	if (n > SIZE_MAX - 16)
		return NULL;
	n = (n + 15) / 16 * 16;
	if ((p = sodium_malloc(n)) == NULL)
		return NULL;
	if (mlock(p, n) != 0) {
		sodium_free(p);
		return NULL;
	}
	memset(p, 0, n);
	return p;
}

void
key_memory_free(void *p)
{
	sodium_free(p);
}

struct key *
key_open(void)
{
	return key_memory(sizeof(struct key));
}

void
key_close(struct key *key)
{
	key_memory_free(key);
}

uint8_t *
key_at(struct key *key)
{
	return key->at;
}

const uint8_t *
key_see(const struct key *key)
{
	return key->at;
}
