/*
 * store_ahead: the files of conversations are read ahead, in a thread of its
 * own: while the passphrase is made into a key, and then while what was read is
 * taken in.
 *
 * The thread has no key, and nothing of the store: it reads sealed bytes into
 * memory that is laid out beforehand.  Whatever it fails at it leaves undone,
 * and who wants the file reads it himself and says what is wrong.
 */
#ifndef DESK_STORE_AHEAD_H
#define DESK_STORE_AHEAD_H

#include <stddef.h>
#include <stdint.h>

#include "desk/record.h"
#include "desk/store_in.h"

#define STORE_AHEAD_KEY 160U /* more than a key's file has */

/* What was read of one conversation. */
struct store_ahead_file {
	/* The bytes of its file in k/; as many as there is room for may be a
	 * part of it; 0: it was not read. */
	size_t key_n;
	uint8_t key[STORE_AHEAD_KEY];
	struct record_front front; /* of its file in c/ */
};

struct store_ahead;

/* Begin to read, in this order, what lies in the folder `dir` by these names
 * (STORE_NAME_BYTES each), which live until the end.  NULL: it is not done. */
struct store_ahead *store_ahead_begin(const char *dir, const struct buf *names);

/* Of the name at `i`, each once and in this order; nothing when it is not here
 * yet, and then it will not be read.  It stands until the next call. */
const struct store_ahead_file *store_ahead_take(
    struct store_ahead *a, size_t i);

/* Stop, whatever was not read.  NULL does nothing. */
void store_ahead_end(struct store_ahead *a);

#endif
