/* sync_open: an envelope that lies on the line is opened and taken in.  Used by
 * sync only. */
#ifndef DESK_SYNC_OPEN_H
#define DESK_SYNC_OPEN_H

#include "desk/inside.h"

/* What lies on the line; tried with the log's keys alone? */
struct sync_lying {
	uint32_t row;
	const uint8_t *tag, *envelope;
	bool log_only;
};

/* As sync_letter(), of which it is the work. */
enum err sync_open(
    struct desk *d, const struct sync_lying *in, enum err *verdict) MUST_USE;

#endif
