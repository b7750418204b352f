/*
 * begin: how a team comes to be: all its keys, and the notes that say so.
 */
#ifndef DESK_BEGIN_H
#define DESK_BEGIN_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "desk/about.h"
#include "desk/vault.h"

#define BEGIN_CERTIFICATE_DAYS 1200U
#define BEGIN_VOICE_DAYS 400U

struct begin {
	struct vault *vault; /* the desk's secrets */
	struct about about;
	struct buf team; /* the team key's file: team/safe.h */
	struct buf certificate; /* notes */
	struct buf roster;
	struct buf key_note;
};

void begin_init(struct begin *b);
void begin_drop(struct begin *b);

/* Make all keys of a team of one with one device and one door, from `today`
 * on.  `words` is the passphrase.  Takes a second. */
enum err begin_make(struct begin *b, const char *name, const char *words,
    uint32_t today) MUST_USE;

/* Make the desk's folder in `dir`, which is there and empty. */
enum err begin_desk(const struct begin *b, const char *dir) MUST_USE;

/* Append a key note of this serial: 60 days from `today` - 1, or as far back
 * as the chain still reaches, signed with the line key. */
enum err begin_key_note(struct buf *out, struct vault *v,
    const struct about *about, uint32_t serial, uint32_t today) MUST_USE;

#endif
