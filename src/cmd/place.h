/*
 * place: a new file in a folder, under the first free name that says nothing:
 * clean-1.jpg, clean-2.jpg.  Nothing is replaced, and what is broken off leaves
 * nothing behind.
 */
#ifndef CMD_PLACE_H
#define CMD_PLACE_H

#include "base/err.h"
#include "base/file.h"

/* Copy the plain file `from`, from its first byte, into the folder.  Its path
 * goes to `path`.  Only its owner may read it. */
enum err place_file(char path[static FILE_PATH_MAX], const char *dir,
    const char *ending, int from) MUST_USE;

#endif
