/*
 * pieces: what was cut (team/piece.h) put together again.  Pieces of many
 * wholes of many devices may come in any order and more than once.
 *
 * Memory is bounded whatever comes: what is held, bookkeeping included, is
 * never above `bytes` in all and `device_bytes` for one device.  When a piece
 * would go above the second, wholes of that same device that were added to
 * longest ago are put out; when above the first, those of the device that holds
 * most.  So a device that sends pieces without end displaces its own before
 * another's.  What was put out is counted: its pieces can be added again.
 */
#ifndef TEAM_PIECES_H
#define TEAM_PIECES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "team/piece.h"

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
 *	ERR_NOMEM	it is not kept
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
