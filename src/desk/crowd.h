/*
 * crowd: one device of the team takes all the room that there is for what it
 * may send: which one, and what of it.  Others have theirs all the same.
 */
#ifndef DESK_CROWD_H
#define DESK_CROWD_H

#include "base/buf.h"
#include "desk/desk.h"
#include "lang/lang.h"

enum crowd_of {
	CROWD_WAITS, /* what waits for something else: the oldest went */
	CROWD_CIRCLES, /* circles: no other of it is taken */
	CROWDS
};

/* Does one?  CROWD_WAITS is so since the desk was opened, or the last sync
 * began. */
bool crowd_is(struct desk *d, enum crowd_of what);

/* Append the sentence that names it.  ERR_NOMEM. */
enum err crowd_say(struct buf *out, const struct lang *lang, struct desk *d,
    enum crowd_of what) MUST_USE;

#endif
