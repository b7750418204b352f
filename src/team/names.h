/*
 * names: a table of 16-byte names, for the team's log.
 *
 * Strangers choose the names (a hash can be tried until it falls where one
 * likes), so where a name lies depends on a key of random bytes: nobody can
 * make many fall together.  Nothing is ever taken out singly.
 */
#ifndef TEAM_NAMES_H
#define TEAM_NAMES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define NAME_BYTES 16U
#define NAMES_WORDS 5U /* of 32 bits: the kind, and the name */

/* What a name names; names of different kinds do not meet. */
enum name_of {
	NAME_FREE, /* this place of the table is */
	NAME_ENTRY, /* the hash of a note, cut */
	NAME_PLACE, /* a device and a number */
	NAME_DEVICE,
};

struct names_slot {
	enum name_of of;
	uint8_t name[NAME_BYTES];
	bool anchor; /* a roster says that it is the last before a number */
	unsigned mark; /* whoever walks the table */
	void *what; /* NULL: it is spoken of, and not here */
	struct edge *wait; /* who waits for it */
};

struct names {
	struct names_slot *slots;
	size_t n, room; /* room is 0 or a power of two */
	uint64_t key[NAMES_WORDS + 1];
};

/* Empty, with a key of its own. */
void names_init(struct names *t);
void names_drop(struct names *t);

/* Make sure that `more` names can be added without asking for memory.  Slots
 * may move.  ERR_NOMEM, and no change. */
enum err names_room(struct names *t, size_t more) MUST_USE;

/* Take all names out; the room stays. */
void names_clear(struct names *t);

/* The slot of a name; NULL. */
struct names_slot *names_find(const struct names *t, enum name_of of,
    const uint8_t name[static NAME_BYTES]);

/* The same, added when it is not there.  There must be room. */
struct names_slot *names_have(
    struct names *t, enum name_of of, const uint8_t name[static NAME_BYTES]);

#endif
