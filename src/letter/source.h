/*
 * source: all keys of a source, out of the phrase and the line's id.
 *
 *	root  = Argon2id(phrase in 13 bytes, salt = line id, 19 MiB, 2, 1)
 *	sign  = HKDF(root, "sotto/1 sign")   Ed25519 seed
 *	reply = HKDF(root, "sotto/1 reply")  age hybrid identity
 *	k     = HKDF(root, "sotto/1 k")      secret of the tags of replies
 */
#ifndef LETTER_SOURCE_H
#define LETTER_SOURCE_H

#include <stdint.h>

#include "base/err.h"
#include "crypt/sign.h"
#include "letter/phrase.h"

#define SOURCE_ROOT_BYTES 32U
#define SOURCE_LINE_BYTES 16U /* the id of a line */
#define SOURCE_K_BYTES 32U

/* Secret but for sign_public; source_drop() wipes. */
struct source {
	uint8_t root[SOURCE_ROOT_BYTES];
	uint8_t sign_seed[SIGN_SEED_BYTES];
	uint8_t sign_public[SIGN_PUBLIC_BYTES];
	uint8_t reply_seed[32]; /* for age_identity_from_seed() */
	uint8_t k[SOURCE_K_BYTES];
};

/* The slow step (20 ms, 19 MiB).  ERR_NOMEM; `root` is then unchanged. */
enum err source_root(uint8_t root[static SOURCE_ROOT_BYTES],
    const struct phrase *phrase,
    const uint8_t line[static SOURCE_LINE_BYTES]) MUST_USE;

/* The quick step. */
void source_init(
    struct source *s, const uint8_t root[static SOURCE_ROOT_BYTES]);

/* Wipe.  May be called twice. */
void source_drop(struct source *s);

#endif
