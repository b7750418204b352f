/*
 * left: what a program that nobody trusts left in a folder.
 *
 * The folder is a descriptor.  No link is followed, nothing but regular files
 * with plain names (worker_name_is_plain()) is seen, and opening never waits.
 */
#ifndef OS_LEFT_H
#define OS_LEFT_H

#include <stdint.h>

#include "base/err.h"

/* As worker_take(), worker_list() and worker_remove() say. */
enum err left_take(
    int folder, const char *name, int *fd, uint64_t *size) MUST_USE;
enum err left_list(int folder,
    enum err (*each)(void *arg, const char *name, uint64_t size),
    void *arg) MUST_USE;
enum err left_remove(int folder, const char *name) MUST_USE;

#endif
