/*
 * certificate: the team key says which key speaks for a line.
 *
 * A signed note of kind `certificate`, one signature by the key named `team`;
 * it carries the team's public key, because a source knows only the
 * fingerprint of it.  It names nobody.  At most CERTIFICATE_MAX bytes.
 */
#ifndef TEAM_CERTIFICATE_H
#define TEAM_CERTIFICATE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "crypt/sign.h"

#define CERTIFICATE_MAX 2048U
#define LINE_ID_BYTES 16U
#define TEAM_PRINT_CHARS 32U /* F: base32 of SHA-256(team key)[0..20] */
#define TEAM_PRINT_BYTES (TEAM_PRINT_CHARS + 1U) /* with its NUL */

struct certificate {
	uint8_t team[SIGN_PUBLIC_BYTES];
	uint8_t line[LINE_ID_BYTES];
	uint8_t key[SIGN_PUBLIC_BYTES]; /* the line's */
	uint32_t serial;
	uint32_t until; /* the last day it holds */
};

/* F of a team key, with a NUL. */
void team_print(char out[static TEAM_PRINT_BYTES],
    const uint8_t team[static SIGN_PUBLIC_BYTES]);

/* Is this `n`-character text F of that key? */
bool team_print_is(
    const char *f, size_t n, const uint8_t team[static SIGN_PUBLIC_BYTES]);

/* Append the note; `c->team` is set from the seed. */
enum err certificate_write(struct buf *out, struct certificate *c,
    const uint8_t team_seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Read a note and check its signature by the team key that it names: compare
 * that key with what is known (team_print_is(), a pinned key).  ERR_FORMAT,
 * ERR_VERSION (another kind), ERR_FORGED, ERR_NOMEM; `*c` only on success. */
enum err certificate_read(
    struct certificate *c, const void *p, size_t n) MUST_USE;

/* May `next` take the place of `now`?  ERR_OK: its serial is higher.
 * ERR_NOTHING: they say the same.  ERR_EXPIRED: its serial is lower. ERR_TAKEN:
 * one serial, and they say different things.  ERR_DENIED: it is of another team
 * or line. */
enum err certificate_follows(
    const struct certificate *next, const struct certificate *now) MUST_USE;

#endif
