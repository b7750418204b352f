/*
 * purge: the team takes letters and parts off the line without their openings.
 *
 * A signed note of kind `purge`, signed by a purge key (named `purge`).  The
 * keeper takes it for tags of a closed day at least PURGE_AGE days old, or of
 * any day when the pool is over nine tenths full.  It is an entry of the log
 * as well.
 */
#ifndef TEAM_PURGE_H
#define TEAM_PURGE_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "team/keynote.h"

#define PURGE_MAX 65536U /* bytes of the note */
#define PURGE_TAGS 1024U
#define PURGE_AGE 7U
#define PURGE_TAG_BYTES 16U

struct purge {
	uint8_t line[LINE_ID_BYTES];
	uint32_t day; /* the day file in which the tags stand */
	size_t tags_n; /* 1 to PURGE_TAGS */
	uint8_t (*tags)[PURGE_TAG_BYTES]; /* ascending, none twice */
};

void purge_init(struct purge *p);
void purge_drop(struct purge *p);

/* Append the note. */
enum err purge_write(struct buf *out, const struct purge *p,
    const uint8_t purge_seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Read a note that one of the key note's purge keys signed, for its line
 * (another line: ERR_DENIED). ERR_FORMAT, ERR_VERSION, ERR_FORGED, ERR_TOOBIG,
 * ERR_NOMEM; `*p` only on success. */
enum err purge_read(struct purge *p, const void *at, size_t n,
    const struct key_note *keys) MUST_USE;

#endif
