/*
 * words: lists of 2,048 words whose first four letters are unique.
 *
 * lang/words/NAME.txt is compiled in by tools/words.awk, which refuses a list
 * that is not so; another list is another file and a row in words.c.
 */
#ifndef LETTER_WORDS_H
#define LETTER_WORDS_H

#include <stddef.h>
#include <stdint.h>

#define WORDS_COUNT 2048U
#define WORDS_BITS 11U
#define WORDS_WIDTH 16U /* bytes of a row: a word, then NULs */
#define WORDS_PREFIX 4U /* letters that say which word it is */
#define WORDS_NEAREST 3U

struct words {
	const char *name; /* "english" */
	const char (*rows)[WORDS_WIDTH]; /* WORDS_COUNT of them, sorted */
};

/* The list that phrases and handles are written in.  Never NULL. */
const struct words *words_default(void);

/* The list of this name, NULL when there is none. */
const struct words *words_find(const char *name);

/* The number of the word that `n` bytes spell in lower case, whole or at least
 * its first four letters; WORDS_COUNT when none.  Looks at every row whatever
 * is found, so that the time does not say which. */
uint32_t words_number(const struct words *list, const char *p, size_t n);

/* The numbers of the words nearest to what was typed, nearest first, by
 * insertions, deletions, exchanges and swapped neighbours: at most three, each
 * at most three steps away.  Returns how many. */
size_t words_nearest(const struct words *list, const char *p, size_t n,
    uint32_t out[static WORDS_NEAREST]);

#endif
