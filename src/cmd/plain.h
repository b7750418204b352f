/* plain: strangers' text on a terminal. */
#ifndef CMD_PLAIN_H
#define CMD_PLAIN_H

#include <stddef.h>

#include "base/buf.h"
#include "base/err.h"

/* Append text in which nothing can steer the terminal that shows it: what is
 * not UTF-8 or does not show becomes U+FFFD.  Tabs and newlines stay. */
enum err plain_put(struct buf *out, const char *p, size_t n) MUST_USE;

/* The same, with `margin` at the beginning of every line but the first and the
 * empty ones: no line of it begins further left, where ours stand. */
enum err plain_put_under(
    struct buf *out, const char *margin, const char *p, size_t n) MUST_USE;

#endif
