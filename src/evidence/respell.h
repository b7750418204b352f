/*
 * respell: a text with the same words and none of what can be hidden between
 * them.
 *
 * Takes UTF-8, with or without a byte order mark, and UTF-16 that begins with
 * one.  Gives UTF-8 without one: lines end with one line feed and without
 * spaces, spaces of all widths are one kind, and characters that do not show
 * are gone.  Joiners (U+200C, U+200D) stay between letters of scripts that need
 * them to be right, and there only.
 */
#ifndef EVIDENCE_RESPELL_H
#define EVIDENCE_RESPELL_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define RESPELL_MAX (64U << 20) /* bytes of a text */

/* Append the text; `*hidden` is how many characters that do not show were
 * taken out.  ERR_FORMAT for another encoding, ERR_TOOBIG, ERR_NOMEM; `out` may
 * then hold a part.  What comes out is respelled as itself. */
enum err respell(
    struct buf *out, size_t *hidden, const uint8_t *p, size_t n) MUST_USE;

#endif
