/*
 * start: how a front comes to life.
 *
 * A front is executed by the warden with a channel to it as descriptor 3 and
 * nothing else open but standard error; standard input and output are
 * /dev/null.  The table of processes has prepared it (no core, wiping free(),
 * clock) and calls front_main().  It warms up, calls line_start_front(), which
 * takes what the warden gives, enters the front's sandbox, says READY and
 * returns; only then may it read its first outside byte.
 *
 *	int front_main(void)
 *	{
 *		struct line_front f;
 *		... crypt_init(), catalogues, epoll and other descriptors ...
 *		if (line_start_front(&f, ROLE_FRONT) != ERR_OK) return 1;
 *		... listen on f.listen; watch f.warden, f.keeper, f.deriver ...
 *		... whenever f.warden is readable: line_front_hear(&f) ...
 *
 * Nothing can be opened, mapped or connected after it.
 */
#ifndef LINE_START_H
#define LINE_START_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "line/settings.h"
#include "line/talk.h"

struct line_front {
	enum role role; /* ROLE_FRONT or ROLE_DESK_FRONT */
	struct channel *warden;
	struct channel *keeper; /* NULL while it is being started again */
	struct channel *deriver; /* the same; always NULL for desks */
	/* The fronts before us, whose heirlooms come, and after us, who is
	 * given ours; or NULL. */
	struct channel *before, *after;
	int listen; /* -1 when retired */
	struct settings settings;
	struct buf certificate; /* a signed note */
	struct buf key_note; /* a signed note */
	struct talk_whole coming; /* pieces of the next key note */
	bool retired; /* accept no more, end when the uploads have */
};

/* What line_front_hear() has changed. */
#define LINE_HEARD_NOTE \
	1U /* key_note is another, and the certificate may be \
	    */
#define LINE_HEARD_KEEPER \
	2U /* keeper is another; the old one was closed, and \
	    * all its requests and rights to append with it */
#define LINE_HEARD_DERIVER 4U /* deriver is another; so too */
#define LINE_HEARD_RETIRE \
	8U /* stop accepting; `after` takes heirlooms; close \
	    * it with line_front_gave() when they are given */

/* See above.  Waits for the warden for at most ten seconds.  ERR_SANDBOX when
 * the sandbox cannot be had: say so and exit.  On failure `f` is empty. */
enum err line_start_front(struct line_front *f, enum role role) MUST_USE;
void line_front_drop(struct line_front *f);

/* Take all that the warden says just now.  `*heard` is set to the sum of what
 * changed.  ERR_CLOSED when the warden has gone: end at once. */
enum err line_front_hear(struct line_front *f, unsigned *heard) MUST_USE;

/* The keeper's or deriver's channel failed: close it.  The warden sends a new
 * one when it has restarted what died. */
void line_front_lost(struct line_front *f, struct channel *channel);

/* All heirlooms are given: close `after`. */
void line_front_gave(struct line_front *f);

#endif
