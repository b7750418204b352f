/*
 * keep: whose files this desk keeps, and how much room they may take.
 *
 * A desk that is a keeper (team/roster_keep.h) keeps the bodies of all files
 * that its member may read.  Of a conversation that no keeper's member may read
 * (a restricted one) every desk that reads it keeps them, so that none is lost
 * because nobody was named.  Whose member reads there no more fetches none.
 */
#ifndef DESK_KEEP_H
#define DESK_KEEP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "desk/desk.h"

/* Does this desk keep what comes with that conversation? */
bool keep_is_ours(const struct desk *d, const struct conv *c);

/* "Front, Night desk": the members whose desks keep it, besides this one; empty
 * when there are none. */
#define KEEP_NAMES_BYTES 600U
void keep_names(const struct desk *d, const struct conv *c,
    char out[static KEEP_NAMES_BYTES]);

/* Is there a door whose files fewer than two desks keep? */
bool keep_lacks(const struct desk *d);
extern const char *const keep_lacks_text; /* for lang_text() */

/* Is there room for one more part?  The last tenth of a disk, a GiB at most, is
 * left to the letters and to whatever else is there. */
bool keep_has_room(const struct desk *d);
extern const char *const keep_full_text; /* for lang_text(); {1}: files */

/* Bytes that bodies take here. */
uint64_t keep_bytes(const struct desk *d);

#endif
