/*
 * page: the desk as a page on loopback, for the one browser that the guard
 * lets in (desk/guard.h).
 *
 * Every form is a POST that answers with the way to the next page, so that
 * going back or pressing again repeats nothing.  What is typed and attached
 * stays in memory, is bounded, and is wiped; an answer stays until it has gone
 * or is written anew.  While the line takes its time (fetching, sending), and
 * while files of any size are saved, the page goes on answering.
 */
#ifndef DESK_PAGE_H
#define DESK_PAGE_H

#include <stdbool.h>

#include "base/err.h"
#include "desk/desk.h"
#include "desk/guard.h"
#include "desk/reach.h"

struct page;
struct seen_pages;

struct page_opts {
	struct desk *desk; /* the caller's, as the next */
	struct reach *reach;
	unsigned port; /* 0: a free one */
	/* Fetch by itself when it is opened, and then about as often, in
	 * minutes; 0: not again.  Or never by itself. */
	uint32_t every;
	bool asked_only;
	bool (*is_over)(void *with); /* asked while the line is waited for */
	void (*news)(void *with); /* one of these brought messages; NULL */
	/* Look at the line as a source does, once a day; NULL: never. */
	const struct seen_pages *pages;
	void *with;
};

/* Listen on a port of 127.0.0.1 and make the page.  ERR_TAKEN when the port is
 * in use. */
enum err page_open(struct page **p, const struct page_opts *opts) MUST_USE;
void page_close(struct page *p); /* NULL does nothing */

/* The address to open, its one-time code included; secret. */
void page_address(const struct page *p, char out[static GUARD_LINE_BYTES]);

/* Has the one-time code been used? */
bool page_is_entered(const struct page *p);

#define PAGE_EVERY 30U /* usual */
#define PAGE_EVERY_MAX 1440U

/* Serve for at most `ms`; sends answers, and fetches what is new from time to
 * time. */
enum err page_turn(struct page *p, unsigned ms) MUST_USE;

#endif
