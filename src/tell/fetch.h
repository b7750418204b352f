/*
 * fetch: files that came with the team's letters.
 */
#ifndef TELL_FETCH_H
#define TELL_FETCH_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "letter/letter.h"
#include "letter/name.h"
#include "tell/tell.h"

/* Append the whole text of a letter whose text was cut.  ERR_NOTHING when the
 * line keeps it no longer, ERR_FORGED when it is not what the letter says. */
enum err fetch_text(
    struct buf *out, struct tell *t, const struct letter *l) MUST_USE;

/* Save file i of a letter in the folder `dir` under its own name, or with a
 * number before it when something else has that name; a file that is there
 * already is not fetched again.  It appears whole or not at all.  `name` takes
 * what it is called then. */
#define FETCH_NAME_BYTES (NAME_FILE_MAX + 8U)
enum err fetch_file(struct tell *t, const struct letter *l, size_t i,
    const char *dir, char name[static FETCH_NAME_BYTES]) MUST_USE;

#endif
