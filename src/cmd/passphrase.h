/*
 * passphrase: words typed at the terminal without being shown, or the first
 * line of a file.
 */
#ifndef CMD_PASSPHRASE_H
#define CMD_PASSPHRASE_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"

#define PASSPHRASE_MAX 1024U

/* Append the passphrase to `out`: from the file at `path`, or, when that is
 * NULL, from the terminal after showing `prompt`; `twice` asks again and wants
 * the same.  Whoever fails has said why, in one sentence. */
enum err passphrase_read(
    struct buf *out, const char *path, const char *prompt, bool twice) MUST_USE;

#endif
