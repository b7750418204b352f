/*
 * remember: what the pages of the last two hours have committed, so that a form
 * that is sent again can be told that it had arrived.  Lies in guarded memory;
 * knows hashes only: of a page's id and its writer's root, and of what was
 * sent.
 */
#ifndef FRONT_REMEMBER_H
#define FRONT_REMEMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define REMEMBER_KEY_BYTES 16U
#define REMEMBER_MAX 512U /* the oldest goes first */
#define REMEMBER_SECONDS 7200U
#define REMEMBER_ROW_BYTES (2 * REMEMBER_KEY_BYTES + 8)

struct remember;

struct remember *remember_open(void); /* NULL when memory cannot be had */
void remember_close(struct remember *m); /* NULL does nothing */

/* Note that the page `page` has committed `content`. */
void remember_put(struct remember *m, uint64_t now,
    const uint8_t page[static REMEMBER_KEY_BYTES],
    const uint8_t content[static REMEMBER_KEY_BYTES]);

/* Has it? */
bool remember_has(const struct remember *m, uint64_t now,
    const uint8_t page[static REMEMBER_KEY_BYTES],
    const uint8_t content[static REMEMBER_KEY_BYTES]);

/* Forget what is older than two hours. */
void remember_tick(struct remember *m, uint64_t now);

/* For a change of fronts: append all of it; take it in.  ERR_FORMAT leaves
 * everything as it was. */
enum err remember_export(const struct remember *m, struct buf *out) MUST_USE;
enum err remember_import(
    struct remember *m, const uint8_t *p, size_t n) MUST_USE;

#endif
