/*
 * keynote: the line's public keys for the days to come.
 *
 * A signed note of kind `key-note`, one signature by the line key (named
 * `line`).  A higher serial replaces a lower one whole.  A recipient takes
 * 1,959 characters, so 60 days of one door are about 118 KB; KEY_NOTE_MAX
 * holds four doors.
 */
#ifndef TEAM_KEYNOTE_H
#define TEAM_KEYNOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "base/buf.h"
#include "base/err.h"
#include "team/certificate.h"

#define KEY_NOTE_MAX 524288U
#define KEY_NOTE_DOORS 4U
#define KEY_NOTE_DAYS 60U
/* By so many at most a serial is above the one before: whoever has the line key
 * for a day would use up all that there are. */
#define KEY_NOTE_STEP 65536U
#define KEY_NOTE_VOICES 32U
#define KEY_NOTE_PURGES 3U
#define DOOR_ID_BYTES 4U
#define DOOR_NAME_MAX 100U /* bytes */
#define DOOR_READERS_MAX \
	500U /* bytes: who reads there, in the team's words \
	      */

struct key_note_voice {
	uint8_t key[SIGN_PUBLIC_BYTES];
	uint32_t first, last; /* days, both included */
};

struct key_note_door {
	uint8_t id[DOOR_ID_BYTES];
	char name[DOOR_NAME_MAX + 1];
	char readers[DOOR_READERS_MAX + 1];
	uint32_t first; /* the day of recipients[0] */
	size_t recipients_n; /* 1 to KEY_NOTE_DAYS */
	struct age_recipient *recipients; /* the note's */
	size_t voices_n; /* 1 to KEY_NOTE_VOICES */
	struct key_note_voice voices[KEY_NOTE_VOICES];
};

struct key_note {
	uint8_t line[LINE_ID_BYTES];
	uint32_t serial;
	uint32_t issued; /* day */
	size_t doors_n; /* 1 to KEY_NOTE_DOORS */
	struct key_note_door doors[KEY_NOTE_DOORS];
	uint8_t access[SIGN_PUBLIC_BYTES];
	size_t purges_n; /* 1 to KEY_NOTE_PURGES */
	uint8_t purges[KEY_NOTE_PURGES][SIGN_PUBLIC_BYTES];
};

/* Make empty; release. */
void key_note_init(struct key_note *k);
void key_note_drop(struct key_note *k);

/* Append the note, signed with the line key.  ERR_FORMAT for what no reader
 * would take. */
enum err key_note_write(struct buf *out, const struct key_note *k,
    const uint8_t line_seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Read a note and check that the key of the certificate signed it, for the
 * line of the certificate.  Every recipient is hybrid, every list within its
 * bounds, unknown keys refused.  ERR_FORMAT, ERR_VERSION, ERR_FORGED,
 * ERR_DENIED (a note of another line),
 * ERR_TOOBIG, ERR_NOMEM; `*k` is set only on success and is then the caller's
 * to key_note_drop(). */
enum err key_note_read(struct key_note *k, const void *p, size_t n,
    const struct certificate *by) MUST_USE;

/* The door with this id; NULL. */
const struct key_note_door *key_note_door(
    const struct key_note *k, const uint8_t id[static DOOR_ID_BYTES]);

/* To whom letters of `day` through this door are sealed; NULL when the note
 * has no key for that day (the line is then closed for it). */
const struct age_recipient *key_note_recipient(
    const struct key_note_door *door, uint32_t day);

/* The voice keys of any door that hold on `day`, one a call: begin with *at =
 * 0; NULL after the last. */
const uint8_t *key_note_voice(
    const struct key_note *k, size_t *at, uint32_t day);

#endif
