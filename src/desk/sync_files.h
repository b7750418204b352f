/*
 * sync_files: the files of letters come to the desk, after all letters did.
 */
#ifndef DESK_SYNC_FILES_H
#define DESK_SYNC_FILES_H

#include <stdint.h>

#include "base/err.h"
#include "desk/inside.h"
#include "desk/reach.h"

/* Fetch what lacks of the files of all letters that lay in the row of `row`;
 * `*files` grows by how many are here now, whole.  One that is not on the line,
 * or does not open, stays missing: it is shown as not here.  Errors are those
 * of this machine and of the connection. */
enum err sync_files(
    struct desk *d, struct reach *r, uint32_t row, uint32_t *files) MUST_USE;

#endif
