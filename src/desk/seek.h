/*
 * seek: conversations that have words in them.
 *
 * What is read is what lies in the desk's memory anyway, from the front to the
 * back, sixteen bytes at a time: no index stands beside it that would take
 * memory, lag behind, or keep what was destroyed.  The case of A to Z does not
 * count; a word is found within another.
 */
#ifndef DESK_SEEK_H
#define DESK_SEEK_H

#include <stdbool.h>
#include <stddef.h>

#include "base/err.h"
#include "desk/conv.h"
#include "desk/desk.h"

/* How often is it in there?  Not more than `most` are counted; `len` is at
 * least 1. */
size_t seek_count(
    const char *text, size_t n, const char *word, size_t len, size_t most);

/* Is every one of `words` (blanks between) somewhere in it: in what was said,
 * an answer, a file's name, the name or the handle? */
bool seek_has(const struct conv *c, const char *words);

/* The same of all conversations, the best first: by the letter of theirs in
 * which the words stand oftest for its length, the seldom ones counting more
 * (BM25 with k1 = 1.2, b = 0.75, a letter being a document); eight words count
 * at most.  `places` are for desk_at(); the caller's to free().  ERR_NOMEM. */
enum err seek_ranked(const struct desk *d, const char *words, size_t **places,
    size_t *n) MUST_USE;

#endif
