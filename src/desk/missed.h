/*
 * missed: messages of sources that the log says somebody of the team read, and
 * that never came here.
 *
 * A line can give one desk another envelope under a tag than it gives the
 * others, and to that desk it is one of the many that no key of its own opens.
 * A line also forgets, before a desk that was away has fetched.  Which messages
 * came to the others their entries `read` say, by marks (desk/register.h); what
 * is named there and not here, a pack of theirs brings.
 *
 * Only what this desk's member may read is counted, and only of conversations
 * of which nothing was ever destroyed: so not in a team with a door at which
 * that member does not read, for a mark does not say by which one its message
 * came, nor of a conversation that was restricted to others at any time.
 */
#ifndef DESK_MISSED_H
#define DESK_MISSED_H

#include "desk/desk.h"

/* How many; counted anew when log, letters, roster or day are others. */
enum err missed_count(struct desk *d, uint32_t *n) MUST_USE;

#endif
