/*
 * begin: how a team comes to be: all its keys, and the notes that say so.
 */
#ifndef DESK_BEGIN_H
#define DESK_BEGIN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "desk/about.h"
#include "desk/store.h"
#include "desk/vault.h"

#define BEGIN_CERTIFICATE_DAYS 1200U
#define BEGIN_VOICE_DAYS 400U

/* A door of the new team: a name of at most DOOR_NAME_MAX bytes, and who reads
 * there, of at most DOOR_READERS_MAX, or NULL. */
struct begin_door {
	const char *name, *readers;
};

struct begin {
	/* None: one door under the team's name. */
	struct begin_door doors[KEY_NOTE_DOORS];
	size_t doors_n;
	const char *member; /* of MEMBER_NAME_MAX; NULL: the first member */
	struct vault *vault; /* the desk's secrets */
	struct about about;
	struct buf team; /* the team key's file: team/safe.h */
	struct buf certificate; /* notes */
	struct buf roster;
	struct buf key_note;
};

void begin_init(struct begin *b);
void begin_drop(struct begin *b);

/* Make all keys of a team of one with one device, who reads at every door, from
 * `today` on.  `words` is the passphrase.  Takes a second. */
enum err begin_make(struct begin *b, const char *name, const char *words,
    uint32_t today) MUST_USE;

/* Make a desk's folder in `dir`, which is there and empty, of all but its key
 * file: its lists of the team and of the log take records then.  `key` as of
 * store_open(); *s is the caller's to close, set on failure too. */
enum err begin_store(struct store **s, const char *dir, const uint8_t *key,
    const struct about *about) MUST_USE;

/* Make the desk's folder in `dir`, which is there and empty. */
enum err begin_desk(const struct begin *b, const char *dir) MUST_USE;

#endif
