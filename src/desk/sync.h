/*
 * sync: everything that lies on the line comes to the desk.
 *
 * The line's keys are compared with the desk's own chains first.  On a key that
 * belongs to no chain of ours what other desks gave is fetched alone (a
 * hand-out may bring that chain) and they are compared once more; if it is
 * foreign still, nothing else is fetched and nothing sent, but that a desk
 * which has the team's next certificate puts that there.  Then every envelope
 * of every day that is not finished is tried with all keys that may open it
 * (team/ring.h).  Day d is finished when the files of d and d + 1 are closed
 * and all in them was tried; only then its key goes.  A line that names what it
 * never gives, or never closes a day, would keep that day's key here for as
 * long as it likes: that is reported, and sync_give_up() ends it.  So it is
 * with a closed day whose list is not what the line says of it (lists.h).
 */
#ifndef DESK_SYNC_H
#define DESK_SYNC_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"
#include "desk/clocks.h"
#include "desk/desk.h"
#include "desk/reach.h"
#include "team/offer.h"

/* What stands in the way, when it is more than an error can say. */
enum sync_stop {
	SYNC_GOES,
	SYNC_OTHER_TEAM, /* the line is another team's */
	SYNC_OTHER_LINE, /* this team's, but another line */
	SYNC_FOREIGN_KEY, /* it offers a key that is not ours */
	SYNC_OLD_NOTE, /* it offers a key note older than one before */
	SYNC_OLD_CERTIFICATE, /* its certificate is one that was replaced */
	SYNC_TWO_CERTIFICATES, /* there is another with that number */
	SYNC_CLOCK, /* its day is not ours */
	SYNC_ENDED, /* its certificate has ended */
	SYNC_NO_LINE, /* what answers there is no line */
	SYNC_STRUCK_OFF, /* the team has struck this device off */
	SYNC_NOT_HANDED, /* it offers a key that did not come here yet */
	SYNC_AWAY, /* the same, and it has nothing of when that was handed out
		    */
	SYNC_STOPS
};

/* A sentence for people that says what to do; never NULL. */
const char *sync_stop_text(enum sync_stop stop);

struct sync_report {
	enum sync_stop stop;
	uint32_t letters; /* new ones */
	uint32_t looked, all; /* envelopes on the line: looked at, of so many */
	uint32_t files; /* that are here now, whole */
	/* Of files that this desk keeps (keep.h): */
	uint32_t files_wait; /* not here yet: time was over, or the disk full */
	uint32_t files_gone; /* not here, and the line has them no more */
	bool files_full; /* the disk is nearly full */
	uint32_t oldest; /* the first day that the line has */
	uint32_t refused; /* opened, but not to be believed: not shown */
	uint32_t unserved; /* of closed days, named by the line and not given */
	uint32_t unserved_since; /* the oldest such day */
	bool forgot; /* on a foreign key: what lay there since the last fetch */
	uint32_t misfit; /* closed days whose list is not what was said of it */
	uint32_t misfit_since; /* the oldest of them */
	uint32_t changed; /* days that had been closed, and are others now */
	uint32_t unclosed; /* days that are over and that the line keeps open */
	uint32_t unclosed_since; /* the oldest of them */
	uint32_t sent; /* answers that had been cut off and went now */
	uint32_t waiting; /* answers that want their files, or a free slot */
	uint32_t finished; /* days whose keys went */
	uint32_t cleared; /* envelopes of deleted conversations that went */
	uint32_t entries; /* of the team's log, that other desks gave */
	uint32_t given; /* and ours that the line was given */
	uint32_t lacking; /* chains whose newest key was not handed to us */
	struct clocks_report clocks; /* what was announced and destroyed */
	uint32_t key_days; /* days for which the line has keys, from today */
	uint32_t certificate_days; /* until the certificate ends */
	uint32_t roster_days; /* until an admin must renew the roster */
	bool odd_questions; /* what it asks sources is not to be read */
	bool renewed; /* a new key note was given to the line */
	bool certified; /* and with it a new certificate, with its key */
	bool uncertified; /* which it did not take */
	bool outrun; /* another admin's came first: ours must be made again */
};

/* Ask the line what it says of itself and compare.  `*o` is set when `*stop` is
 * SYNC_GOES, and is the desk's until it asks again. */
enum err sync_check(struct desk *d, struct reach *r, const struct offer **o,
    enum sync_stop *stop) MUST_USE;

/* Fetch.  What was fetched before a failure is kept, and `rep` says it. */
enum err sync_run(
    struct desk *d, struct reach *r, struct sync_report *rep) MUST_USE;

/* The same without the bodies of files: for who waits to have told the line
 * something. */
enum err sync_words(
    struct desk *d, struct reach *r, struct sync_report *rep) MUST_USE;

/* As sync_run(), and what a closed day names and the line does not give counts
 * as tried from then on, and a day that is over as closed: a member's decision,
 * for it lets the day's key go.  An entry says so. */
enum err sync_give_up(
    struct desk *d, struct reach *r, struct sync_report *rep) MUST_USE;

/* The day of this machine on which the last fetch went well; ERR_NOTHING. */
enum err sync_last(struct desk *d, uint32_t *day) MUST_USE;
/* It is today. */
enum err sync_keep_last(struct desk *d) MUST_USE;

#endif
