/*
 * machine: what `sotto tell` and desks ask, binary bodies without pages.
 *
 * The paths stand byte-exact in doc/protocol/60-http.md.  All are served to
 * both; desks have a few more.
 */
#ifndef FRONT_MACHINE_H
#define FRONT_MACHINE_H

#include <stddef.h>

#include "front/inside.h"

const struct front_route *machine_routes(size_t *n);
const struct front_route *machine_desk_routes(size_t *n);

/* Bodies that are taken whole before anything is done. */
void machine_begin(struct front_request *r);
size_t machine_body(struct front_request *r, const uint8_t *p, size_t n);
void machine_drop(struct front_request *r);

/* The body; NULL when it was not whole, shorter than `least` or no multiple of
 * `step` bytes, which was then answered. */
struct buf *machine_whole(
    struct front_request *r, enum err how, size_t step, size_t least);

/* Answer a word. */
void machine_word(struct front_request *r, unsigned status, const char *word);

/* Answer what the keeper said to a request that changes something: `done` or
 * the word for why not. */
void machine_done(
    struct front_request *r, void *with, const struct front_reply *reply);

/* The same for what can only go wrong by the line's own fault.  True when it
 * did, and was answered. */
bool machine_failed(struct front_request *r, const struct front_reply *reply);

/* Answer the bytes that came, or what machine_failed() says. */
void machine_bytes(
    struct front_request *r, void *with, const struct front_reply *reply);

#endif
