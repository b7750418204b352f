/*
 * stand: what is said of a letter that has no place among the others, and of
 * letters that are known to lack; the same on the desk's page and in commands.
 * Sentences for lang_text(), in which {1} stands for a day or a number.
 */
#ifndef DESK_STAND_H
#define DESK_STAND_H

#include <stdbool.h>

/* Above those that are misdated, which stand last: a heading and what it means;
 * and in each of them, with the day written on it. */
extern const char *const stand_apart;
extern const char *const stand_apart_means;
extern const char *const stand_dated;

/* With an answer of ours: how many lack before it.  With a letter of the
 * source: how many it has read that are not here. */
const char *stand_missing(bool ours);

#endif
