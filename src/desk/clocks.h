/*
 * clocks: the desk's clock, by which conversations end (the line's is
 * retention by day, pool/).
 *
 * Nothing goes by age alone.  A conversation's outcome has a period (periods.h)
 * that runs from the day of the outcome or of the last message, whichever is
 * later.  Thirty days before it ends a desk announces the day; a member may
 * announce one a week ahead.  Until then the announcement is in sight on every
 * desk and ends when an editor takes it back, an admin holds the conversation,
 * its outcome changes, or its source writes again.  When the day has come, by
 * this desk's clock and the line's, and seven days have passed since the
 * announcement lay on the line, a sync destroys what was announced, and one
 * desk's entry says so.  An admin may do it at once.  A line without words
 * stays in the register.  doc/protocol/70-team.md, "The second clock", has the
 * rules in full.
 */
#ifndef DESK_CLOCKS_H
#define DESK_CLOCKS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "desk/desk.h"
#include "desk/periods.h"
#include "desk/register.h"

#define CLOCKS_AHEAD 30U /* days before a period's end that it is announced */
#define CLOCKS_NOTICE 7U /* days that every desk has, whatever is announced */

/* What a sync did. */
struct clocks_report {
	uint32_t announced, stopped, destroyed;
};

/* How it stands with a conversation.  Strings are borrowed until the log
 * changes. */
struct clocks_state {
	enum effect_outcome outcome;
	bool hold;
	uint32_t ends; /* the day its period ends; 0: it has none */
	uint32_t goes; /* the day on which it is destroyed here; 0: none */
	bool asked; /* because a member asked; else its period ends */
	bool done; /* another desk has destroyed it already */
	bool stays; /* ... but its source wrote since, so all of it is here */
	const char *by; /* the member who announced it; "": no longer known */
};
void clocks_state(
    const struct desk *d, const struct conv *c, struct clocks_state *s);

/* How many are announced to be destroyed. */
unsigned clocks_going(const struct desk *d);

/* The team's periods. */
void clocks_periods(const struct desk *d, struct periods *p);

/* Acts of a member.  ERR_DENIED when the role forbids it. */
enum err clocks_set_outcome(
    struct desk *d, struct conv *c, enum effect_outcome outcome) MUST_USE;
enum err clocks_hold(struct desk *d, struct conv *c, bool hold) MUST_USE;
enum err clocks_set_periods(struct desk *d, const struct periods *p) MUST_USE;

/* Destroy it: in a team of one device at once (*day is 0, and `c` is gone); in
 * another it is announced for *day.  ERR_TAKEN: it is held.  ERR_DENIED: it is
 * kept from this desk's member. */
enum err clocks_delete(struct desk *d, struct conv *c, uint32_t *day) MUST_USE;
/* Take an announcement back, whoever made it.  ERR_NOTHING: there is none. */
enum err clocks_take_back(struct desk *d, struct conv *c) MUST_USE;

/* Do what is due, when a sync has everything that lies on the line, whose day
 * is `today`. */
enum err clocks_run(
    struct desk *d, uint32_t today, struct clocks_report *rep) MUST_USE;

/* Finish what was being destroyed when the desk ended. */
enum err clocks_finish(struct desk *d) MUST_USE;

/* What an answer of `day` belonged to was destroyed. */
bool clocks_is_destroyed(
    const struct desk *d, const uint8_t id[static CONV_ID_BYTES], uint32_t day);

/* The register: what was destroyed, i < clocks_register(). */
size_t clocks_register(const struct desk *d);
const struct registered_dead *clocks_register_at(
    const struct desk *d, size_t i);

#endif
