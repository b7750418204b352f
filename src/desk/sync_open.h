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

/* Take in one envelope of the size of a letter.  ERR_OK: it was dealt with, and
 * `*verdict` says how: ERR_OK kept (or had already), ERR_NOKEY sealed to none
 * of our keys, anything else why it is refused.  Other errors are this
 * machine's; nothing was decided then. */
enum err sync_open(
    struct desk *d, const struct sync_lying *in, enum err *verdict) MUST_USE;

#endif
