/*
 * logbook: the team's log in words, and whether it is whole.
 */
#ifndef DESK_LOGBOOK_H
#define DESK_LOGBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "desk/desk.h"

/* The day on which an entry came here; 0: not known. */
uint32_t logbook_day(const struct desk *d, const struct teamlog_line *line);

/* The name of the member who made it; "" when no roster says it today. */
const char *logbook_member(
    const struct desk *d, const struct teamlog_line *line);

/* Append what it did, as "closed able-copper-lantern".  What comes out is ours
 * alone but for handles and members' names. */
enum err logbook_say(
    struct buf *out, struct desk *d, const struct teamlog_line *line) MUST_USE;

/* Why it has no effect, a part of a sentence; NULL when it has. */
const char *logbook_why(const struct teamlog_line *line);

/* What is found of one device. */
struct logbook_device {
	const char *member; /* "": of nobody today */
	uint32_t next; /* entries that stand on each other from the first */
	size_t kept, waiting, odd; /* odd: never delivered, whatever comes */
	size_t forged; /* the signature does not hold */
	size_t without; /* delivered, and without effect */
	bool named, forked;
	uint32_t fork;
	uint8_t id[DEVICE_ID_BYTES];
};

/* Go through all entries: standings and signatures, anew.  The list is the
 * caller's, `*n` long; `*lacks` counts what is named and not here.  ERR_NOMEM.
 */
enum err logbook_check(struct desk *d, struct logbook_device **list, size_t *n,
    size_t *lacks) MUST_USE;
bool logbook_is_well(const struct logbook_device *device);

#endif
