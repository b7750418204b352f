/* look_pages: the pages of a source as this program draws them, for a desk that
 * looks at its line. */
#ifndef CMD_LOOK_PAGES_H
#define CMD_LOOK_PAGES_H

#include "desk/seen.h"

extern const struct seen_pages look_pages;

#endif
