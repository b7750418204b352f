/*
 * rosters: two rosters of one number, each signed with the team key behind the
 * same one before.  A desk goes by the one that came to it first and can follow
 * nothing that stands behind the other, so that the team comes apart without
 * anybody having been struck off: it is said, with who signed which.
 */
#ifndef DESK_ROSTERS_H
#define DESK_ROSTERS_H

#include "base/buf.h"
#include "desk/desk.h"
#include "lang/lang.h"

struct rosters_two {
	uint32_t serial;
	/* Who said each on the log; "" of whom no roster names today. */
	const char *ours, *other;
	uint8_t our_device[DEVICE_ID_BYTES], other_device[DEVICE_ID_BYTES];
};

/* Does the log name a roster that is another than this desk's of that number,
 * said by a device of an admin's in the one before?  Of several, the first;
 * names are borrowed until the roster changes. */
bool rosters_are_two(struct desk *d, struct rosters_two *two);

/* Is this the entry of such another one? */
bool rosters_is_other(struct desk *d, const struct teamlog_line *line);

/* Append the sentence that says so.  ERR_NOMEM. */
enum err rosters_say(struct buf *out, const struct lang *lang,
    const struct rosters_two *two) MUST_USE;

#endif
