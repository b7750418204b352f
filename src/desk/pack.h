/*
 * pack: what a desk gives to a new device of the team: the welcome
 * (team/pack.h), with everything that the device's member may read.
 *
 * A conversation is given when the member reads at the door of every letter of
 * its source.  What is on its way to a source stays: the desk that wrote it
 * sends it.
 */
#ifndef DESK_PACK_H
#define DESK_PACK_H

#include "desk/desk.h"
#include "team/join.h"

/* What went into it. */
struct pack_said_of {
	uint32_t conversations, left_out, entries;
	uint64_t parts;
	struct join_code code; /* to be compared with the other side's */
};

/*
 * Write the age file for the device of this join note to `out`, as it comes.
 *	ERR_DENIED	this desk's member is a viewer
 *	ERR_NOTHING	the newest roster here does not name the device
 *	ERR_TAKEN	it is this very device
 *	ERR_EXPIRED	the certificate or the roster has ended
 * ERR_NOMEM, ERR_IO, ERR_FORGED (this desk's folder is damaged), or what `out`
 * said.
 */
enum err pack_give(struct desk *d, const struct join *to, struct age_sink out,
    struct pack_said_of *said) MUST_USE;

/*
 * Write a backup of this desk, sealed so, to `out` as it comes: all that it
 * has, and no seed; `alone`: of the only device of its team, with its seeds.
 * said->code is of no use.
 *	ERR_NOTHING	this device was struck off
 *	ERR_DENIED	`alone`, and the team has other devices or members
 * Otherwise as above.
 */
enum err pack_keep(struct desk *d, bool alone, const struct age_to *to,
    struct age_sink out, struct pack_said_of *said) MUST_USE;

#endif
