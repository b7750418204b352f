#include <string.h>

#include "base/wipe.h"
#include "crypt/hash.h"
#include "crypt/slow.h"

#include "letter/source.h"

_Static_assert(SOURCE_LINE_BYTES == SLOW_SALT_BYTES, "the line id is the salt");

enum err
source_root(uint8_t root[static SOURCE_ROOT_BYTES], const struct phrase *phrase,
    const uint8_t line[static SOURCE_LINE_BYTES])
{
	return slow_argon2id(root, phrase->bits, PHRASE_BYTES, line);
}

void
source_init(struct source *s, const uint8_t root[static SOURCE_ROOT_BYTES])
{
	struct hkdf h;
	const struct {
		const char *label;
		uint8_t *out;
	} rows[] = {
		{ "sotto/1 sign", s->sign_seed },
		{ "sotto/1 reply", s->reply_seed },
		{ "sotto/1 k", s->k },
	};

	memcpy(s->root, root, SOURCE_ROOT_BYTES);
	hkdf_init(&h, NULL, 0, root, SOURCE_ROOT_BYTES);
	for (size_t i = 0; i < COUNT(rows); i++)
		hkdf_expand(
		    &h, rows[i].label, strlen(rows[i].label), rows[i].out, 32);
	hkdf_drop(&h);
	sign_public(s->sign_public, s->sign_seed);
}

void
source_drop(struct source *s)
{
	wipe(s, sizeof *s);
}
