/*
 * chain: day keys that only run forward (doc/protocol/70-team.md).
 *
 *	seed(d + 1)  = HKDF(seed(d), "sotto/1 next")
 *	identity(d)  = the age hybrid identity of HKDF(seed(d), "sotto/1 day")
 *
 * Whoever holds seed(d) can open what was sealed to day d and all later days,
 * and nothing of the days before.
 */
#ifndef TEAM_CHAIN_H
#define TEAM_CHAIN_H

#include <stdint.h>

#include "age/age.h"
#include "base/err.h"

#define CHAIN_SEED_BYTES 32U
#define CHAIN_AHEAD 60U /* days of recipients in a key note */

/* The oldest seed still held of one chain.  Holds a secret; by value, so that
 * it can lie inside guarded memory. */
struct chain {
	uint32_t day;
	uint8_t seed[CHAIN_SEED_BYTES];
};

/* A new chain that begins with `day`, from random bytes. */
void chain_make(struct chain *c, uint32_t day);

/* Wipe. */
void chain_drop(struct chain *c);

/* Run forward to `day`, for good.  ERR_EXPIRED, and no change, when the chain
 * is past it already; ERR_TOOBIG for more than 4,000 days. */
enum err chain_advance(struct chain *c, uint32_t day) MUST_USE;

/* The identity of `day`; the caller closes it.  The chain stays where it is.
 * ERR_EXPIRED for a day before the chain's, ERR_TOOBIG as above, ERR_NOMEM. */
enum err chain_identity(
    struct age_identity **id, const struct chain *c, uint32_t day) MUST_USE;

/* The recipients of `n` days from `first` on.  Errors as above; `out` is only
 * good on success. */
enum err chain_recipients(struct age_recipient *out, uint32_t first, uint32_t n,
    const struct chain *c) MUST_USE;

#endif
