/*
 * handed: what the log says of the hand-outs of a chain, and one more entry of
 * the kind.  For desk/handing.h.
 */
#ifndef DESK_HANDED_H
#define DESK_HANDED_H

#include "desk/inside.h"

/* What the log says of the hand-outs of a door's chain. */
struct handed {
	bool any;
	size_t place; /* of the last by the log's order, */
	uint32_t day; /* its chain's first day, */
	uint32_t roster; /* the one under which it was made, */
	uint32_t since; /* the first under which one of that day was, */
	uint8_t by[DEVICE_ID_BYTES]; /* and by which device */
	bool ours; /* of this desk's there is one, */
	size_t our_place; /* the last in the log's order, */
	uint32_t our_roster; /* made under this one */
	/* Two desks began a chain on that day, neither knowing of the other:
	 * which of them is offered would be chance. */
	bool twins;
};

/* Those of a door, or of the log.  ERR_NOMEM. */
enum err handed_look(struct desk *d, const uint8_t door[static DOOR_ID_BYTES],
    struct handed *h) MUST_USE;

/* Does any entry, whatever its standing, name a chain of the door that begins
 * on this day?  ERR_NOMEM. */
enum err handed_is_said(struct desk *d,
    const uint8_t door[static DOOR_ID_BYTES], uint32_t day,
    bool *said) MUST_USE;

/* Has this desk handed out the door's as often as it does in a day? */
bool handed_enough(
    struct desk *d, const uint8_t door[static DOOR_ID_BYTES], uint32_t today);

/* Put an entry on the log: the chain that begins on `day`, under the newest
 * roster.  What log_put() says, and ERR_NOMEM. */
enum err handed_say(struct desk *d, const uint8_t door[static DOOR_ID_BYTES],
    uint32_t day) MUST_USE;

#endif
