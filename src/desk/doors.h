/*
 * doors: the ways in that a team has, at its desks: which one a conversation is
 * of, and what the line says of each to sources.
 *
 * The roster says which doors there are, what they are called, who reads there
 * and which are closed; the keys lie in the ring.  A closed door stays until
 * what came through it has gone from the line: its voices are still said, and
 * what is answered there is still sealed to its chain.
 */
#ifndef DESK_DOORS_H
#define DESK_DOORS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "desk/desk.h"
#include "desk/team.h"
#include "desk/vault.h"
#include "team/keynote.h"
#include "team/roster.h"

/* The door of a conversation: that of the source's newest letter here which
 * says one that the roster has; otherwise the first at which this member reads,
 * or the first. */
const struct roster_door *doors_of(const struct desk *d, const struct conv *c);

/* The same, for whoever looks at it: NULL in a team that has only one door. */
const struct roster_door *doors_shown(
    const struct desk *d, const struct conv *c);

/* The door of the team with this id in 8 hex digits, or of this name, whatever
 * the case of A to Z; NULL: there is none, or more than one. */
const struct roster_door *doors_named(
    const struct roster *r, const char *typed);

/* Does this desk's member read there? */
bool doors_reads(const struct desk *d, const struct roster_door *door);

/* What a key note is made of. */
struct doors_note {
	const struct vault *vault;
	const struct about *about;
	const struct roster *roster;
	const struct key_note *offered; /* the one before; NULL */
	const struct vault_line *line; /* keys that take over; NULL: none do */
	uint32_t serial, today;
	uint32_t left; /* of doors_due */
};

/* Append it, signed with the line key: for every open door 60 days from `today`
 * - 1, or as far back as its chain still reaches; for a closed one a day gone
 * by, and its voices; a door whose keys are not here, or that is `left`, as it
 * was offered.
 * ERR_MISSING without any door or the line key, ERR_NOMEM. */
enum err doors_key_note(struct buf *out, const struct doors_note *n) MUST_USE;

/* How the doors of a note stand to those of the roster. */
struct doors_due {
	uint32_t days; /* for which every open door has keys, from today on */
	uint32_t ours; /* the same of those whose keys are here */
	bool changed; /* what it says is not what it would say today */
	/* Doors (bits, in the roster's order) whose keys are left as they are
	 * offered: they are of no chain that is here, and may be newer than
	 * ours. */
	uint32_t left;
};
enum err doors_look(struct doors_due *due, struct desk *d,
    const struct key_note *k, uint32_t today) MUST_USE;

/*
 * Doors at which this member does not read.  When none of the two who hand out
 * reads at a door, the one who does makes its keys all the same, opens nothing
 * with them, and forgets them once the line offers them.
 */

/* May what was sealed to this door be opened here? */
bool doors_opens(
    const struct desk *d, const uint8_t door[static DOOR_ID_BYTES]);

/* Would the door's next chain be made here, if this desk hands out? */
bool doors_makes(const struct desk *d, const struct roster_door *door);

/* Forget what is here of such a door, which `door` is as the line has it, but
 * for a chain that is to be offered still. */
enum err doors_forget(
    struct desk *d, const struct key_note_door *door, uint32_t today) MUST_USE;
/* The same of all such doors of a note. */
enum err doors_forget_all(
    struct desk *d, const struct key_note *k, uint32_t today) MUST_USE;

/* Has this device's member come to read there in a roster of the last week,
 * the device being of the team before?  Then what the line offers may be from
 * before, and cannot be compared. */
bool doors_is_new_reader(const struct desk *d,
    const uint8_t door[static DOOR_ID_BYTES], uint32_t today);

#endif
