#include <assert.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/crypt.h"

#include "letter/part.h"

uint32_t
part_count(uint64_t size)
{
	assert(size <= UINT64_C(1) << 40);
	return (uint32_t)((size + PART_PLAIN - 1) / PART_PLAIN);
}

size_t
part_bytes(uint64_t size, uint32_t i)
{
	const uint64_t before = (uint64_t)i * PART_PLAIN;

	assert(before < size);
	return size - before < PART_PLAIN ? (size_t)(size - before)
					  : PART_PLAIN;
}

enum err
part_join_open(struct part_join *j, uint64_t size,
    const uint8_t sha256[static SHA256_BYTES])
{
	struct sha256 *hash = sha256_open();

	if (hash == NULL)
		return ERR_NOMEM;
	*j = (struct part_join){ .hash = hash, .left = size };
	memcpy(j->want, sha256, SHA256_BYTES);
	return ERR_OK;
}

enum err
part_join_add(
    struct part_join *j, const uint8_t plain[static PART_PLAIN], size_t *take)
{
	const size_t n =
	    j->left < PART_PLAIN ? (size_t)j->left : (size_t)PART_PLAIN;
	uint8_t rest = 0;

	if (n == 0)
		return ERR_FORMAT;
	for (size_t i = n; i < PART_PLAIN; i++)
		rest |= plain[i];
	if (rest != 0)
		return ERR_FORMAT;
	sha256_add(j->hash, plain, n);
	j->left -= n;
	*take = n;
	return ERR_OK;
}

enum err
part_join_end(struct part_join *j)
{
	uint8_t hash[SHA256_BYTES];
	bool same;

	if (j->left > 0)
		return ERR_SHORT;
	sha256_end(j->hash, hash);
	sha256_again(j->hash);
	same = crypt_same(hash, j->want, sizeof hash);
	wipe(hash, sizeof hash);
	return same ? ERR_OK : ERR_FORGED;
}

void
part_join_close(struct part_join *j)
{
	sha256_close(j->hash);
	wipe(j, sizeof *j);
}
