/* text: what words about evidence may be. */
#ifndef EVIDENCE_TEXT_H
#define EVIDENCE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

#include "base/arena.h"
#include "base/err.h"
#include "note/json.h"

/* Are these at most `max` bytes UTF-8 in which nothing steers whoever shows it?
 * Tabs and line feeds may stand.  True of nothing. */
bool evidence_is_text(const char *p, size_t n, size_t max);

/* The string of this key, at most `max` bytes, copied into the arena.  Errors
 * as json_get_str(); ERR_NOMEM. */
enum err evidence_keep_str(struct arena *hold, const struct json *o,
    const char *key, size_t max, const char **out) MUST_USE;

#endif
