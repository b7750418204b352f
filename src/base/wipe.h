/* wipe: overwrite memory in a way that the compiler may not remove. */
#ifndef BASE_WIPE_H
#define BASE_WIPE_H

#include <stddef.h>

/* Zero `n` bytes at `p`.  `p` may be NULL when `n` is zero. */
void wipe(void *p, size_t n);

/* wipe() and free().  `p` may be NULL. */
void wipe_free(void *p, size_t n);

/* Scrub `n` bytes (at most 64 KiB) of stack below the caller, where calls that
 * have returned left their locals. */
void wipe_stack(size_t n);

#endif
