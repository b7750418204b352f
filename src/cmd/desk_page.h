/* desk_page: `sotto desk DIR` without a verb: the page and its window. */
#ifndef CMD_DESK_PAGE_H
#define CMD_DESK_PAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "desk/desk.h"
#include "desk/reach.h"

struct desk_shown {
	bool window; /* in a browser's window of our own */
	uint32_t every; /* minutes between fetches; 0: only when asked */
};

/* Serve the page until its window is closed or we are told to end.  Without a
 * window of our own (not wanted, or none can be had) say the address and what
 * that costs.  Returns an exit status. */
int desk_page(
    struct desk *desk, struct reach *reach, const struct desk_shown *how);

#endif
