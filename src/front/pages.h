/* pages: the source pages' paths; the front adds them to those of machines. */
#ifndef FRONT_PAGES_H
#define FRONT_PAGES_H

#include <stddef.h>

#include "front/request.h"

/* The table of all source pages, constant for the life of the process. */
const struct front_route *pages_routes(size_t *n);

/* What answers a browser that asks for none of them, FRONT_REFUSALS of them. */
const struct front_route *pages_refusals(void);

/* Warm up what the pages need (catalogues, ciphers, random seeds) before the
 * sandbox closes; and, in it, make what belongs to this line (ticket keys).
 * `settings` outlives the pages.  ERR_NOMEM, ERR_IO. */
enum err pages_warm(void) MUST_USE;
enum err pages_open(const struct settings *settings) MUST_USE;

/* For a day's change of fronts: write out, and take in, the live ticket keys
 * and what is remembered of the last two hours (only to the next front, over
 * the warden's socketpair). */
enum err pages_hand_over(struct buf *out) MUST_USE;
enum err pages_take_over(const uint8_t *p, size_t n) MUST_USE;

/* Called about once a minute: make and forget ticket keys by the hour. */
void pages_tick(void);

#endif
