#include <string.h>

#include "age/bech32.h"
#include "age/identity.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/key.h"
#include "crypt/x25519.h"

static const struct {
	const char *recipient, *identity;
	size_t n; /* bytes of the recipient */
} spelling[] = {
	[AGE_X25519] = { "age", "age-secret-key-", X25519_BYTES },
	[AGE_HYBRID] = { "age1pq", "age-secret-key-pq-", HYBRID_PUBLIC_BYTES },
};

enum err
age_recipient_read(struct age_recipient *r, const char *s, size_t n)
{
	struct age_recipient got = { 0 };

	for (unsigned k = 0; k < COUNT(spelling); k++)
		if (bech32_read(got.key, spelling[k].n, spelling[k].recipient,
			false, s, n) == ERR_OK) {
			got.kind = (enum age_kind)k;
			*r = got;
			return ERR_OK;
		}
	return ERR_FORMAT;
}

void
age_recipient_write(
    const struct age_recipient *r, char out[static AGE_RECIPIENT_TEXT + 1])
{
	bech32_write(out, spelling[r->kind].recipient, false, r->key,
	    spelling[r->kind].n);
}

bool
age_recipient_is_same(
    const struct age_recipient *a, const struct age_recipient *b)
{
	return a->kind == b->kind &&
	    memcmp(a->key, b->key, spelling[a->kind].n) == 0;
}

enum err
age_identity_from_seed(struct age_identity **id, enum age_kind kind,
    const uint8_t seed[static AGE_SEED_BYTES])
{
	struct age_identity *got;

	if ((got = key_memory(sizeof *got)) == NULL)
		return ERR_NOMEM;
	got->kind = got->recipient.kind = kind;
	memcpy(got->seed, seed, AGE_SEED_BYTES);
	if (kind == AGE_X25519) {
		x25519_public(got->recipient.key, seed);
	} else if ((got->hybrid = hybrid_open(seed)) != NULL) {
		memcpy(got->recipient.key, hybrid_public(got->hybrid),
		    HYBRID_PUBLIC_BYTES);
	} else {
		age_identity_close(got);
		return ERR_NOMEM;
	}
	*id = got; /* now the caller's */
	return ERR_OK;
}

enum err
age_identity_random(struct age_identity **id, enum age_kind kind)
{
	uint8_t seed[AGE_SEED_BYTES];
	enum err e;

	crypt_random(seed, sizeof seed);
	e = age_identity_from_seed(id, kind, seed);
	wipe(seed, sizeof seed);
	return e;
}

enum err
age_identity_read(struct age_identity **id, const char *s, size_t n)
{
	uint8_t seed[AGE_SEED_BYTES];
	enum err e = ERR_FORMAT;

	for (unsigned k = 0; k < COUNT(spelling); k++)
		if (bech32_read(seed, sizeof seed, spelling[k].identity, true,
			s, n) == ERR_OK)
			e = age_identity_from_seed(id, (enum age_kind)k, seed);
	wipe(seed, sizeof seed);
	return e;
}

void
age_identity_close(struct age_identity *id)
{
	if (id == NULL)
		return;
	hybrid_close(id->hybrid);
	key_memory_free(id);
}

void
age_identity_write(
    const struct age_identity *id, char out[static AGE_IDENTITY_TEXT + 1])
{
	bech32_write(
	    out, spelling[id->kind].identity, true, id->seed, sizeof id->seed);
}

void
age_identity_recipient(const struct age_identity *id, struct age_recipient *r)
{
	*r = id->recipient;
}
