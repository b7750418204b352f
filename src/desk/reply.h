/*
 * reply: an answer goes to a source.
 *
 * It is written down before it is sent, so that one that was cut off goes on
 * where it broke: without files by itself at the next sync, with files when the
 * same answer is sent again.  It takes the slot above the highest that is taken
 * on the line's day, and is sealed anew for the next when that was taken in
 * between.
 */
#ifndef DESK_REPLY_H
#define DESK_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "desk/desk.h"
#include "desk/reach.h"
#include "desk/sync.h"

#define REPLY_TEXT_MAX 400000U /* bytes */
#define REPLY_FILES_MAX (LETTER_FILES_MAX - 1) /* file 0 may be the text */

struct reply {
	const char *text; /* UTF-8, `n` bytes */
	size_t n;
	const char *const *paths; /* of files that go with it */
	/* What they are called; NULL: the last piece of each path. */
	const char *const *names;
	size_t paths_n;
	/* Drafts in whose place it comes: ids of EFFECT_ID_BYTES, at most
	 * EFFECT_OVERS. */
	const uint8_t (*over)[EFFECT_ID_BYTES];
	size_t over_n;
};

struct reply_report {
	enum sync_stop stop;
	size_t bad_path; /* which file an error is about; paths_n: none */
	bool elsewhere; /* this member does not read at its door */
	uint32_t day;
	uint32_t parts, resumed; /* of its files: all, and those there before */
	/* Not known to be sent, but written down: reply_resume() sends it, or,
	 * with files, the same answer again. */
	bool kept;
};

/* What to say of `elsewhere`; a text of lang/. */
extern const char reply_elsewhere[];

/* Send it now.
 *	ERR_FULL     all sixteen places of the day are taken (or the line is
 *	             full); it was not sent
 *	ERR_NOKEY    what the source gave to seal answers to is no key
 *	ERR_EXPIRED  no voice of ours holds today, or the line is too slow
 *	ERR_DENIED   this member may not answer, or not here (doors.h,
 *	             restrict.h), or the device was struck off
 *	ERR_MISSING  the keys of a restricted conversation are not here
 *	ERR_NOTHING, ERR_DENIED, ERR_FORMAT, ERR_TOOBIG  with bad_path: a file
 *	             cannot be read, is no plain file, or too large
 * and those of reach.h.  ERR_OK with `stop`: see sync_check(). */
enum err reply_send(struct desk *d, struct reach *r, struct conv *c,
    const struct reply *what, struct reply_report *rep) MUST_USE;

/* Send what was cut off and needs no file; count what does. */
enum err reply_resume(struct desk *d, struct reach *r, const struct offer *o,
    struct sync_report *rep) MUST_USE;

#endif
