/*
 * wipe_malloc: free() and realloc() that wipe what they give back.
 *
 * Libraries free without wiping.  This module takes the place of free() and
 * realloc() in the whole program (it is linked in front of the C library);
 * they wipe once wipe_malloc_on() was called and are the C library's until
 * then.  In a build with sanitizers, which have an allocator of their own, the
 * module is empty and wipe_malloc_is_on() says false.
 */
#ifndef OS_WIPE_MALLOC_H
#define OS_WIPE_MALLOC_H

#include <stdbool.h>

/* From now on, and for good. */
void wipe_malloc_on(void);
bool wipe_malloc_is_on(void);

#endif
