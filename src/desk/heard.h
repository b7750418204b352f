/*
 * heard: on which day this desk last heard of each device of the team: that an
 * entry of it came which was not here.  No time of day is kept.
 */
#ifndef DESK_HEARD_H
#define DESK_HEARD_H

#include "desk/team.h"

/* After a sync: it is `today`. */
enum err heard_keep(struct desk *d, uint32_t today) MUST_USE;

/* The day; 0: never, or before this was kept. */
enum err heard_last(uint32_t *day, struct desk *d,
    const uint8_t device[static DEVICE_ID_BYTES]) MUST_USE;

#endif
