/*
 * piece: what is larger than an envelope, cut to fit several, and put together
 * again in any order.
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

#include <stdbool.h>
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

/*
 * Putting together.  Pieces of many wholes of many devices may come in any
 * order and more than once.
 *
 * Memory is bounded whatever comes: what is held, bookkeeping included, is
 * never above `bytes` in all and `device_bytes` for one device.  When a piece
 * would go above the second, wholes of that same device that were added to
 * longest ago are put out; when above the first, those of the device that holds
 * most.  So a device that sends pieces without end displaces its own before
 * another's.  What was put out is counted: its pieces can be added again.
 */
#define PIECES_BYTES (16U << 20)
#define PIECES_DEVICE_BYTES (2U << 20)
#define PIECES_LEAST (1U << 20) /* of either limit */
#define PIECES_DONE 256U /* wholes that are remembered as put together */

struct pieces_limit {
	size_t bytes, device_bytes; /* 0: as above */
};

struct pieces;

/* `*p` is the caller's to close.  ERR_NOMEM. */
enum err pieces_open(
    struct pieces **p, const struct pieces_limit *limit) MUST_USE;
void pieces_close(struct pieces *p); /* wipes; NULL does nothing */

/*
 * Add a piece that piece_read() accepted; nothing of it is kept that is not
 * copied.  ERR_OK: it is kept, or, when it was the last that lacked, the whole
 * is appended to `whole` (empty before, of a limit of PIECE_WHOLE_MAX at least)
 * and forgotten here.
 *	ERR_TAKEN	that piece is here, or its whole was put together
 *	ERR_DENIED	another count or kind than the pieces before under this
 *			id say
 *	ERR_FORGED	it was the last, and the whole is not what its id says:
 *			all of them are forgotten
 *	ERR_NOMEM	nothing was changed
 */
enum err pieces_add(
    struct pieces *p, const struct piece *one, struct buf *whole) MUST_USE;

/* A whole of which some pieces are here. */
struct pieces_part {
	uint8_t device[DEVICE_ID_BYTES];
	uint8_t id[PIECE_ID_BYTES];
	enum piece_what what;
	uint32_t count, have;
};

/* One a call, the one added to last first: begin with *at = 0; false after the
 * last. */
bool pieces_part(const struct pieces *p, size_t *at, struct pieces_part *part);

/* Bytes that are held, never above the limit; wholes that were put out. */
size_t pieces_held(const struct pieces *p);
uint64_t pieces_out(const struct pieces *p);

#endif
