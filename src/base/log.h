/*
 * log: fixed sentences on standard error.
 *
 * There is no way to put a variable text into a log line, so a source's words
 * cannot reach one.  Whoever gives up says so, once.
 */
#ifndef BASE_LOG_H
#define BASE_LOG_H

#include "base/err.h"

/* Name the process once at its start; `who` must be a string constant. */
void log_as(const char *who);

/* Say `sentence` (a string constant) and, unless `e` is ERR_OK, its name. */
#define log_say(e, sentence) log_say_("" sentence, e)
void log_say_(const char *sentence, enum err e);

/* From now on sentences go through this call, and no more to standard error;
 * NULL: nowhere. */
void log_through(void (*say)(const char *sentence, enum err e));

#endif
