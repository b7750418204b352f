#include "team/chain.h"
#include <string.h>

#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/hash.h"

#define STEPS_MAX 4000U

void
chain_make(struct chain *c, uint32_t day)
{
	c->day = day;
	crypt_random(c->seed, sizeof c->seed);
}

void
chain_drop(struct chain *c)
{
	wipe(c, sizeof *c);
}

static void
step(struct chain *c)
{
	uint8_t next[CHAIN_SEED_BYTES];

	hkdf32(next, c->seed, sizeof c->seed, "sotto/1 next");
	memcpy(c->seed, next, sizeof next);
	c->day++;
	wipe(next, sizeof next);
}

enum err
chain_advance(struct chain *c, uint32_t day)
{
	if (day < c->day)
		return ERR_EXPIRED;
	if (day - c->day > STEPS_MAX)
		return ERR_TOOBIG;
	while (c->day < day)
		step(c);
	return ERR_OK;
}

/* The identity of the day the chain stands at. */
static enum err
identity_here(struct age_identity **id, const struct chain *c)
{
	uint8_t seed[CHAIN_SEED_BYTES];
	enum err e;

	hkdf32(seed, c->seed, sizeof c->seed, "sotto/1 day");
	e = age_identity_from_seed(id, AGE_HYBRID, seed);
	wipe(seed, sizeof seed);
	return e;
}

enum err
chain_identity(struct age_identity **id, const struct chain *c, uint32_t day)
{
	struct chain at = *c;
	enum err e;

	if ((e = chain_advance(&at, day)) == ERR_OK)
		e = identity_here(id, &at);
	chain_drop(&at);
	return e;
}

enum err
chain_recipients(struct age_recipient *out, uint32_t first, uint32_t n,
    const struct chain *c)
{
	struct age_identity *id;
	struct chain at = *c;
	enum err e;

	e = chain_advance(&at, first);
	for (uint32_t i = 0; e == ERR_OK && i < n; i++) {
		if ((e = identity_here(&id, &at)) != ERR_OK)
			break;
		age_identity_recipient(id, &out[i]);
		age_identity_close(id);
		step(&at);
	}
	chain_drop(&at);
	return e;
}
