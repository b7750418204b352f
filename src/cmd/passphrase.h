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

/* The same for a new one, asked twice; one that is easily guessed is refused.
 * `out`, empty before, then has a NUL behind it. */
enum err passphrase_new(struct buf *out, const char *path) MUST_USE;

/* Append a line that is seen while it is typed, after `prompt`, and goes from
 * the screen when it is done: for words too many to type unseen.  ERR_TOOBIG,
 * and nothing said, past the limit of `out`. */
enum err passphrase_line(struct buf *out, const char *prompt) MUST_USE;

#endif
