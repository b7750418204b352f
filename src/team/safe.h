/*
 * safe: what lies in the team key's folder.
 *
 *	key	the seed, sealed by a passphrase: an armored age file (scrypt)
 *		that `age -d` opens, of two lines: "sotto team key 1" and the
 *		seed in hex
 *	about	what is no secret, in lines:
 *			sotto team folder 1
 *			key HEX			the public key
 *			name NAME		when it is known
 *			split HEX DAY		when sheets were printed
 *
 * `about` is signed by nobody: what it says of the key is compared with what
 * the seed says whenever the seed is opened.
 */
#ifndef TEAM_SAFE_H
#define TEAM_SAFE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "crypt/key.h"
#include "crypt/sign.h"
#include "team/roster.h"
#include "team/sheet.h"

#define SAFE_KEY "key" /* names in the folder */
#define SAFE_ABOUT "about"
#define SAFE_KEY_MAX 8192U
#define SAFE_ABOUT_MAX 1024U

struct safe_about {
	uint8_t key[SIGN_PUBLIC_BYTES];
	char name[MEMBER_NAME_MAX + 1]; /* "" when it is not known */
	bool is_split;
	uint8_t split[SHEET_SPLIT_BYTES]; /* of the newest sheets */
	uint32_t split_day; /* 0: not known */
};

/* Append the file `key`.  `work` is log2 of scrypt's N, 0 for the usual.
 * ERR_NOMEM, ERR_TOOBIG. */
enum err safe_seal(struct buf *out, const uint8_t seed[static SIGN_SEED_BYTES],
    const char *words, unsigned work) MUST_USE;

/* Open it into `seed`.  ERR_NOKEY: another passphrase; ERR_FORMAT,
 * ERR_VERSION: no such file; ERR_FORGED, ERR_SHORT: damaged.  `seed` only on
 * success. */
enum err safe_open(
    struct key *seed, const void *p, size_t n, const char *words) MUST_USE;

/* May it stand in a line, and on paper?  The empty one may. */
bool safe_is_name(const char *name);

/* Append the file `about`; ERR_FORMAT for a name that cannot stand in a line.
 */
enum err safe_about_write(struct buf *out, const struct safe_about *a) MUST_USE;

/* Read it, exactly.  ERR_FORMAT, ERR_VERSION, ERR_TOOBIG; `*a` only on
 * success. */
enum err safe_about_read(
    struct safe_about *a, const void *p, size_t n) MUST_USE;

#endif
