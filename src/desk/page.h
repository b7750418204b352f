/*
 * page: the desk as a page on loopback, for the one browser that the guard
 * lets in (desk/guard.h).
 *
 * One request at a time; every form is a POST that answers with the way to the
 * page it came from, so that going back or pressing again repeats nothing.
 * What is typed and attached stays in memory, is bounded, and is wiped.
 */
#ifndef DESK_PAGE_H
#define DESK_PAGE_H

#include "base/err.h"
#include "desk/desk.h"
#include "desk/guard.h"
#include "desk/reach.h"

struct page;

/* Listen on a free port of 127.0.0.1 (`port` 0, or that one) and make the
 * page of `desk`, which is reached through `reach`; both stay the caller's.
 * ERR_TAKEN when the port is in use. */
enum err page_open(struct page **p, struct desk *desk, struct reach *reach,
    unsigned port) MUST_USE;
void page_close(struct page *p); /* NULL does nothing */

/* The address to open, its one-time code included; secret. */
void page_address(const struct page *p, char out[static GUARD_LINE_BYTES]);

/* Serve for at most `ms`; fetches what is new from time to time. */
enum err page_turn(struct page *p, unsigned ms) MUST_USE;

#endif
