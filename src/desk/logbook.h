/*
 * logbook: the team's log in words, and whether it is whole.
 */
#ifndef DESK_LOGBOOK_H
#define DESK_LOGBOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "desk/desk.h"

/* The day on which an entry came here; 0: not known. */
uint32_t logbook_day(const struct desk *d, const struct teamlog_line *line);

/* The name of the member who made it; "" when no roster says it today. */
const char *logbook_member(
    const struct desk *d, const struct teamlog_line *line);

/* What it did.  In the sentence {1} is the conversation, {2} to {4} are
 * numbers, {5} is a day, {6} an outcome, {7} members. */
struct logbook_act {
	const char *says; /* of the catalogue; NULL: only the type is known */
	const struct conv *conv; /* NULL: of none, or of one not here */
	uint8_t id[CONV_ID_BYTES]; /* what the log calls the conversation */
	bool has_conv;
	uint32_t numbers[3];
	uint32_t day;
	enum effect_outcome outcome;
	size_t members_n;
	uint8_t members[ROSTER_MEMBERS][MEMBER_ID_BYTES];
};

/* ERR_NOMEM; `*a` only on success. */
enum err logbook_read(struct logbook_act *a, struct desk *d,
    const struct teamlog_line *line) MUST_USE;

/* The name of a member; "" when no roster says it today, or of NULL. */
const char *logbook_name(const struct desk *d, const uint8_t *member);

/* Append it in English, as "answered able-copper-lantern".  What comes out is
 * ours alone but for handles and members' names. */
enum err logbook_say(
    struct buf *out, struct desk *d, const struct teamlog_line *line) MUST_USE;

/* Does a desk make such entries by itself, to keep the team's keys and days? */
bool logbook_is_upkeep(enum effect_kind kind);

/* Why it has no effect, a part of a sentence; NULL when it has. */
const char *logbook_why(const struct teamlog_line *line);

/* What is found of one device. */
struct logbook_device {
	const char *member; /* "": of nobody today */
	uint32_t next; /* entries that stand on each other from the first */
	size_t kept, waiting, odd; /* odd: never delivered, whatever comes */
	size_t forged; /* the signature does not hold */
	size_t without; /* delivered, and without effect */
	bool named, forked;
	uint32_t fork;
	uint8_t id[DEVICE_ID_BYTES];
};

/* A look through all entries, standings and signatures, anew. */
struct logbook_check {
	struct logbook_device *list;
	size_t n;
	size_t lacks; /* entries that are named and not here */
	size_t at, all; /* looked at, of so many */
	uint32_t serial; /* of the roster */
};

/* Fill in `*c`, which is zero or was begun before: what it had is dropped.
 * Strings are borrowed until the roster changes.  ERR_NOMEM leaves it. */
enum err logbook_check_begin(struct logbook_check *c, struct desk *d) MUST_USE;
/* Look at `most` more entries; when something has come meanwhile it begins
 * again. */
enum err logbook_check_go(
    struct logbook_check *c, struct desk *d, size_t most) MUST_USE;
void logbook_check_drop(struct logbook_check *c); /* may be called twice */
bool logbook_check_is_well(const struct logbook_check *c);

#endif
