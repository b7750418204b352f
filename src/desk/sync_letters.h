/* sync_letters: the letters of days of the line are fetched and tried.  Used by
 * sync only. */
#ifndef DESK_SYNC_LETTERS_H
#define DESK_SYNC_LETTERS_H

#include "desk/reach.h"
#include "desk/sync.h"

/* A day of the line in one run. */
struct sync_day {
	const struct reach_day *is;
	bool tried; /* all of its letters were */
	bool give_up; /* what it names and does not give counts as tried */
	bool log_only; /* what the log's keys open is taken alone */
};

/* Fetch what was not tried of these `n` days and take it in, as often as other
 * desks' entries bring new keys; says of each day whether all of it was tried.
 * What came before a failure is kept, and `rep` counts it. */
enum err sync_letters(struct desk *d, struct reach *r, struct sync_day *days,
    size_t n, struct sync_report *rep) MUST_USE;

#endif
