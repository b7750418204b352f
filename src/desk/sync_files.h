/*
 * sync_files: the files of letters come to the desk, after all letters did.
 *
 * Headers come to every desk with their day, so that its key can go: the file
 * keys stay.  Bodies come to the desks that keep them (keep.h), as the last of
 * a sync and for a time only, so that no letter waits behind a large file; the
 * oldest first, which the line forgets first, and small before large.  To other
 * desks they come when a member asks for one.  What was cut off goes on, part
 * by part.
 */
#ifndef DESK_SYNC_FILES_H
#define DESK_SYNC_FILES_H

#include <stdint.h>

#include "base/err.h"
#include "desk/inside.h"
#include "desk/reach.h"
#include "desk/sync.h"

/* Fetch what lacks of the headers of all parts named by letters that lay in the
 * row of `row`, and keep the keys that they give.  What is not on the line, or
 * does not open, stays unknown.  Errors are those of this machine and of the
 * connection. */
enum err sync_headers(struct desk *d, struct reach *r, uint32_t row) MUST_USE;

/* Fetch bodies that this desk keeps, from the days of `oldest` on.  rep->files
 * grows by how many files are here now, whole; what is said there of files that
 * are not is set. */
enum err sync_bodies(struct desk *d, struct reach *r, uint32_t oldest,
    struct sync_report *rep) MUST_USE;

/* Fetch this one file, whoever keeps it, with whichever letter it came.
 * ERR_NOTHING: the line has it no more, or not all of it; ERR_FORGED: what lies
 * there is not it; ERR_FULL: the disk is nearly full. */
enum err sync_fetch_file(struct desk *d, struct reach *r, struct conv *c,
    const struct said_file *f) MUST_USE;

/*
 * Between the two files of this.
 */

/* The key that opens a part with this header, which came with a letter of the
 * row.  ERR_NOKEY and others: none does. */
enum err sync_part_key(struct desk *d, const struct conv *c, uint32_t row,
    uint8_t key[static AGE_FILE_KEY_BYTES], const uint8_t *header) MUST_USE;

/* The headers of one file.  ERR_NOTHING: some are not on the line. */
enum err sync_headers_of(struct desk *d, struct reach *r, struct conv *c,
    struct said_file *f) MUST_USE;

#endif
