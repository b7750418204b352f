/*
 * last_note: the last key note of the line that was found to be right, with its
 * certificate, at the desks that can give the line another.
 *
 * Whoever has the line key and is not struck off yet can put keys of their own
 * on the line.  The desk that then gives it the next certificate makes the key
 * note of that from what it knows itself, and of doors at which it does not
 * read from this one: from the foreign one it takes nothing.
 */
#ifndef DESK_LAST_NOTE_H
#define DESK_LAST_NOTE_H

#include "desk/desk.h"
#include "team/offer.h"

/* Keep it, unless it is here, or this desk's member is no admin.  Without a
 * certificate it is under the one in use.  ERR_IO, ERR_NOMEM. */
enum err last_note_keep(struct desk *d, const struct offer_pair *pair) MUST_USE;

/* The same of what GET /v1/line answered. */
enum err last_note_keep_offer(struct desk *d, const struct buf *body) MUST_USE;

/* Append it behind its certificate, as GET /v1/line has the two on the line's
 * day `day`.  Errors as below. */
enum err last_note_offer(
    struct buf *body, const struct desk *d, uint32_t day) MUST_USE;

/* ERR_NOTHING: none is here; ERR_IO, ERR_NOMEM.  *k is the caller's then. */
enum err last_note_load(struct key_note *k, const struct desk *d) MUST_USE;

#endif
