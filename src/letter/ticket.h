/*
 * ticket: what a source's pages carry in a hidden field in place of the words.
 *
 * XChaCha20-Poly1305 of {phrase 13, root 32, hour u32} under the key of that
 * hour; the associated data are "sotto/1 ticket", the line's id, the door and
 * the hour.  On a page: base64 (padded) of hour u32, door 4, nonce 24, and the
 * 65 sealed bytes.  The keys are random, lie in guarded memory only, are made
 * every hour and live twelve; who holds none of them holds nothing.
 */
#ifndef LETTER_TICKET_H
#define LETTER_TICKET_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/enc.h"
#include "base/err.h"

#define TICKET_LINE_BYTES 16U
#define TICKET_DOOR_BYTES 4U
#define TICKET_PHRASE_BYTES 13U
#define TICKET_ROOT_BYTES 32U
#define TICKET_HOURS 12U /* a key of hour h is good until h + 11 ends */
#define TICKET_BYTES 97U
#define TICKET_CHARS ENC_BASE64_LEN(TICKET_BYTES) /* without the NUL */
#define TICKET_RING_MAX (TICKET_HOURS * 36U) /* bytes of an exported ring */

/* What a ticket holds.  Secret: ticket_drop() wipes it. */
struct ticket {
	uint8_t door[TICKET_DOOR_BYTES];
	uint8_t phrase[TICKET_PHRASE_BYTES];
	uint8_t root[TICKET_ROOT_BYTES];
};

void ticket_drop(struct ticket *t);

/* The keys of the last twelve hours, in guarded memory. */
struct ticket_ring;

/* An empty ring for the line of this id; NULL when memory cannot be had. */
struct ticket_ring *ticket_ring_open(
    const uint8_t line_id[static TICKET_LINE_BYTES]);
void ticket_ring_close(struct ticket_ring *ring); /* NULL does nothing */

/* Forget the keys whose time is over and make the one of `hour` if there is
 * none.  Cheap; call it before every ticket and every minute. */
void ticket_ring_turn(struct ticket_ring *ring, uint32_t hour);

/* The hand-over from one front to the next: append all keys (u32 hour, 32
 * bytes each) to `out`, which is then as secret as they are; take them in.
 * ERR_FORMAT leaves the ring unchanged.  Who has exported makes no key any more
 * as long as one lives, since the next front would not know it: turn the ring
 * before. */
enum err ticket_ring_export(struct ticket_ring *ring, struct buf *out) MUST_USE;
enum err ticket_ring_import(
    struct ticket_ring *ring, const uint8_t *p, size_t n) MUST_USE;

/* Write `t` as a ticket of `hour`, or, once the keys were exported, of the
 * newest hour that they are of; and a NUL. */
void ticket_write(char out[static TICKET_CHARS + 1], struct ticket_ring *ring,
    uint32_t hour, const struct ticket *t);

/* Read the `n` characters of a hidden field.  ERR_FORMAT for what is no
 * ticket, ERR_EXPIRED when its key is gone (or its hour has not come),
 * ERR_FORGED when it was not made with that key for this line and that door.
 * `*t` is set only on success and is then the caller's to ticket_drop(). */
enum err ticket_read(struct ticket *t, const struct ticket_ring *ring,
    uint32_t hour, const char *s, size_t n) MUST_USE;

#endif
