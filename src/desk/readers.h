/*
 * readers: who reads a conversation, in words, for pages and commands.
 */
#ifndef DESK_READERS_H
#define DESK_READERS_H

#include "desk/restrict.h"

#define READERS_TEXT 6000U /* of 50 names */
#define READERS_HINTS 5U

struct reader {
	const uint8_t *id; /* MEMBER_ID_BYTES */
	const char *name; /* the roster's */
	bool reads;
};

struct readers {
	bool restricted;
	bool may_change; /* this member can say who reads from now on */
	size_t n; /* who may be chosen: all who read at its door, and those who
		     read it without that */
	struct reader list[ROSTER_MEMBERS];
	size_t hints_n;
	const char *hints[READERS_HINTS]; /* sentences; English */
};

/* Borrowed until the log or the roster changes.  The list is without hints, for
 * which the log is looked through. */
void readers_list(
    struct readers *r, const struct desk *d, const struct conv *c);
void readers_of(struct readers *r, const struct desk *d, const struct conv *c,
    uint32_t today);

/* "Front, Night desk": those who read it. */
void readers_names(const struct readers *r, char out[static READERS_TEXT]);

/* The member of a name or of eight hex digits; NULL. */
const struct reader *readers_find(const struct readers *r, const char *typed);

/* What is said beside one thing that was said; NULL. */
const char *readers_mark(
    const struct desk *d, const struct conv *c, const struct said *s);

/* Why this member cannot answer its source; NULL. */
const char *readers_silent(const struct desk *d, const struct conv *c);

/* Why desk_restrict() refused; NULL for an error of the machine. */
const char *readers_why(enum err e);

#endif
