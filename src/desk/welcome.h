/*
 * welcome: a pack taken in by the device that waits for it (desk/waiting.h),
 * by which its folder becomes a desk.
 *
 * The file is read twice: the first time everything in it is checked and
 * nothing kept; then two people compare its code; the second time it is kept,
 * and must be the same to the last byte.  The key file is written last, so that
 * whenever it ends before, the folder still waits, and the same can be done
 * again.  One record is held at a time.
 */
#ifndef DESK_WELCOME_H
#define DESK_WELCOME_H

#include "desk/waiting.h"
#include "team/join.h"
#include "team/roster.h"

/* What a welcome says, once all of it was checked. */
struct welcome {
	char team[TEAM_PRINT_BYTES]; /* F */
	char name[DOOR_NAME_MAX + 1]; /* the team's */
	char member[MEMBER_NAME_MAX + 1]; /* as whom it is taken in */
	char giver[MEMBER_NAME_MAX + 1]; /* whose desk made it */
	enum member_role role;
	uint32_t day; /* when */
	uint32_t conversations, entries;
	uint64_t parts;
	struct join_code code;
};

/* Asked between the two readings: anything but ERR_OK ends it there, with
 * nothing kept. */
struct welcome_ask {
	enum err (*ask)(void *who, const struct welcome *w);
	void *who;
};

/*
 * Take in the file at `path`, for what waits in the folder `dir`.
 *	ERR_NOKEY	it is for another device
 *	ERR_BUSY	somebody else is at it
 *	ERR_TAKEN	the folder is a desk already
 *	ERR_NOTHING	there is no such file, or its roster does not name us
 *	ERR_FORMAT, ERR_VERSION, ERR_SHORT, ERR_FORGED, ERR_DENIED, ERR_TOOBIG
 *			it is damaged, or not what it should be (team/pack.h)
 * ERR_NOMEM, ERR_IO, ERR_FULL, or what `ask` said.  `*w` is set once it was
 * asked.
 */
enum err welcome_take(struct welcome *w, const char *dir,
    const struct waiting *own, const char *path,
    const struct welcome_ask *ask) MUST_USE;

#endif
