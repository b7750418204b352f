/*
 * join: a new device asks to be taken in, and two people make sure by voice
 * that nobody stands between them.
 *
 * A signed note of kind `join`, signed by the very key that stands in it (named
 * `device`).  Its code is five words of the phrase list, the first 55 bits of
 *
 *	Argon2id(password SHA-256(LABEL || what), salt "sotto/1 join" and four
 *	    NULs; 19,456 KiB, 2 passes, 1 lane)
 *
 * with the label "sotto/1 join" and the whole note.  The derivation is slow
 * because the one who carries the note knows the code that his own would have
 * to have: 2^55 tries at 20 ms each are out of reach, 2^55 hashes are not.
 *
 * The other way, the code of a welcome has the label "sotto/1 welcome", and as
 * what: team key || SHA-256 of the welcome's plaintext.
 */
#ifndef TEAM_JOIN_H
#define TEAM_JOIN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypt/hash.h"
#include "letter/words.h"
#include "team/roster.h"

#define JOIN_MAX 4096U /* bytes of the note */
#define JOIN_CODE_WORDS 5U
#define JOIN_CODE_BYTES (JOIN_CODE_WORDS * WORDS_WIDTH) /* with its NUL */
#define JOIN_TYPED_MAX 512U

struct join {
	uint8_t key[SIGN_PUBLIC_BYTES]; /* the device's */
	struct age_recipient recipient; /* its first one-time one, hybrid */
	char name[MEMBER_NAME_MAX + 1]; /* how the person calls it */
};

/* May a person be called so? */
bool join_is_name(const char *name);

/* Append the note; `j->key` is set from the seed. */
enum err join_write(struct buf *out, struct join *j,
    const uint8_t device_seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Read a note, of one spelling and one signature, and check that the key in it
 * signed it: that says that its maker holds the key, not who that is.
 * ERR_FORMAT, ERR_VERSION, ERR_FORGED, ERR_TOOBIG, ERR_NOMEM; `*j` only on
 * success. */
enum err join_read(struct join *j, const void *p, size_t n) MUST_USE;

/* Five words with a space between.  Not secret. */
struct join_code {
	char words[JOIN_CODE_BYTES];
};

/* The code of a join note's bytes.  ERR_NOMEM. */
enum err join_code(struct join_code *c, const void *note, size_t n) MUST_USE;

/* The code of a welcome.  ERR_NOMEM. */
enum err join_welcome_code(struct join_code *c,
    const uint8_t team[static SIGN_PUBLIC_BYTES],
    const uint8_t plaintext[static SHA256_BYTES]) MUST_USE;

/* Are these typed words the code?  Any case, spacing and punctuation, a word by
 * its first four letters. */
bool join_code_is(const struct join_code *c, const char *typed, size_t n);

#endif
