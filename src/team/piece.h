/*
 * piece: what is larger than an envelope, cut to fit several; team/pieces.h
 * puts it together again.
 *
 * A signed note of kind `piece`, signed by the device's key (named `device`).
 * The whole is named by what it hashes to, so a device that sends one thing
 * twice sends the same pieces, and nobody can mix two things into a third:
 *
 *	id = SHA-256("sotto/1 piece" || WHAT || NUL || the whole)[0..16]
 *
 * Every piece but the last has exactly PIECE_BYTES bytes, so a whole has one
 * way of being cut.  Every note fits an envelope of a letter.
 */
#ifndef TEAM_PIECE_H
#define TEAM_PIECE_H

#include <stddef.h>
#include <stdint.h>

#include "age/envelope.h"
#include "base/buf.h"
#include "base/err.h"
#include "team/roster.h"

#define PIECE_MAX ENVELOPE_LETTER_PLAIN /* bytes of the note */
#define PIECE_BYTES 10200U
#define PIECE_COUNT 64U
#define PIECE_WHOLE_MAX (PIECE_COUNT * PIECE_BYTES)
#define PIECE_ID_BYTES 16U

enum piece_what { PIECE_ROSTER, PIECE_HAND_OUT, PIECE_CONTENT, PIECE_WHATS };

struct piece {
	uint8_t device[DEVICE_ID_BYTES];
	uint8_t id[PIECE_ID_BYTES];
	enum piece_what what;
	uint32_t index, count; /* index < count <= PIECE_COUNT */
	struct buf bytes;
};

void piece_init(struct piece *p);
void piece_drop(struct piece *p);

/* "roster", "hand-out", "content". */
const char *piece_what_name(enum piece_what what);

/* The id of a whole. */
void piece_id(uint8_t id[static PIECE_ID_BYTES], enum piece_what what,
    const void *p, size_t n);

/* How many pieces `n` bytes take (n from 1 to PIECE_WHOLE_MAX; otherwise 0). */
uint32_t piece_count(size_t n);

/* Append the note of piece `index` of a whole.  ERR_TOOBIG when `whole` is
 * empty or above PIECE_WHOLE_MAX, ERR_FORMAT when it has no such piece,
 * ERR_NOMEM. */
struct piece_of {
	enum piece_what what;
	const uint8_t *whole;
	size_t n;
	uint32_t index;
};
enum err piece_write(struct buf *out, const struct piece_of *of,
    const uint8_t device_seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Whom it says it is by, nothing checked: to find the key with which to
 * piece_read() it.  ERR_FORMAT, ERR_VERSION, ERR_TOOBIG, ERR_NOMEM. */
enum err piece_by(
    uint8_t device[static DEVICE_ID_BYTES], const void *p, size_t n) MUST_USE;

/* Read a note signed by `key`, whose id it must name, with one spelling and
 * one signature.  ERR_FORMAT, ERR_VERSION, ERR_FORGED, ERR_TOOBIG, ERR_NOMEM;
 * `*p` only on success, then the caller's to piece_drop(). */
enum err piece_read(struct piece *p, const void *at, size_t n,
    const uint8_t key[static SIGN_PUBLIC_BYTES]) MUST_USE;

#endif
