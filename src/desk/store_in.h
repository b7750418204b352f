/* store_in: what the files of the store share; nobody else's. */
#ifndef DESK_STORE_IN_H
#define DESK_STORE_IN_H

#include "crypt/aead.h"
#include "desk/store.h"

#define STORE_OVERHEAD (XAEAD_NONCE_BYTES + AEAD_TAG_BYTES)
#define STORE_HEX_BYTES (STORE_NAME_BYTES * 2 + 1)

/* What is written and not synced yet; see store_batch_begin(). */
struct store_batch {
	uint64_t turn; /* of the one under way; 0: there is none */
	uint64_t turns; /* how many there were */
	bool whole; /* the folder is no desk's yet: store_whole_begin() */
	bool written; /* anything, since it began */
	/* Of conversations that are new, whose keys have no name yet. */
	uint8_t (*fresh)[STORE_NAME_BYTES];
	size_t fresh_n, fresh_room;
};

struct store_ahead;

struct store {
	struct keyroom keys;
	char dir[RECORD_PATH_MAX];
	const uint8_t *key;
	int lock;
	bool broken; /* a sync of many failed: nothing is tried again */
	struct record lists[STORE_LISTS];
	struct store_batch batch;
	struct buf names; /* of conversations, while they are loaded */
	struct store_ahead *ahead; /* store_ahead.h; NULL: nothing is read so */
};

/* "DIR/FOLDER/NAME", or "DIR/NAME" without a folder. */
enum err store_path(char out[static RECORD_PATH_MAX], const struct store *s,
    const char *folder, const char *name) MUST_USE;

/* Append `plain` sealed under the store's key and bound to this name; open
 * it again. */
enum err store_seal(struct buf *out, const struct store *s, const char *name,
    const struct buf *plain) MUST_USE;
enum err store_unseal(struct buf *out, const struct store *s, const char *name,
    const struct buf *sealed) MUST_USE;

/* Overwrite and remove; ERR_OK also when it is not there. */
enum err store_forget(
    const struct store *s, const char *folder, const char *name) MUST_USE;

/* Forget the names, and what was read ahead of them. */
void store_box_names_drop(struct store *s);

/* Call `each` with every file name of a folder that is HEX. */
struct store_walk {
	enum err (*each)(struct store *s, const char *hex, const void *with);
	const void *with;
};
enum err store_walk(
    struct store *s, const char *folder, const struct store_walk *w) MUST_USE;

#endif
