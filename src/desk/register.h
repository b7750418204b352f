/*
 * register: what the team's log says of each conversation: the last word on
 * every field, and what was read.  A function of the effects and their order
 * alone; letters that are not here yet find it when they come.
 */
#ifndef DESK_REGISTER_H
#define DESK_REGISTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "desk/conv.h"
#include "desk/register_words.h"
#include "desk/tagmap.h"
#include "team/teamlog.h"

#define REGISTER_MARK_BYTES EFFECT_ID_BYTES
#define REGISTER_SALT_BYTES 32U

/* Who reads a conversation from some place of the log on. */
struct restricted {
	bool is; /* false: all who read at its door, as at first */
	bool was; /* ever: letters to its source say where to seal */
	/* It was said several times at once, and nobody reads it by all of
	 * them: what follows is by those that name this desk's member. */
	bool at_odds;
	bool has_circle; /* false: one of those who read it is to make one */
	uint8_t circle[EFFECT_ID_BYTES];
	uint32_t day; /* the line's, when it was said */
	uint32_t since; /* the same of the first of those without a break */
	uint32_t roster; /* the newest that the log had named by then */
	size_t members_n; /* those of them who are there today */
	uint8_t members[ROSTER_MEMBERS][MEMBER_ID_BYTES];
	uint32_t last; /* the newest of its circles: place + 1 */
	/* The day of the newest answer since then by somebody who reads; 0:
	 * the source has not been told where to seal. */
	uint32_t told;
	unsigned refused; /* times that somebody else wanted it otherwise */
};

/* That a conversation is to be destroyed (desk/clocks.h). */
struct registered_notice {
	uint32_t day; /* on which; 0: there is none, or at once */
	uint32_t said; /* the day on which it was */
	enum effect_outcome why; /* its period ends; OUTCOME_OPEN: asked for */
	bool now; /* an admin's: at once */
	uint8_t name[TEAMLOG_NAME_BYTES]; /* of the entry: which letters */
};

/* Of one conversation. */
struct registered {
	uint8_t id[CONV_ID_BYTES];
	bool hold;
	enum effect_outcome outcome;
	uint32_t outcome_day; /* 0: not known, or open from the first */
	struct registered_notice announced; /* can be stopped */
	struct registered_notice doomed; /* a desk said that it did so */
	uint8_t doomed_by[TEAMLOG_NAME_BYTES]; /* by this entry */
	uint32_t stopped; /* the day on which an end was taken back last, */
	uint8_t stopped_by[DEVICE_ID_BYTES]; /* by this desk, */
	uint32_t stopped_other; /* and last by any but that; 0: never */
	/* What it was before, should that be stopped. */
	enum effect_outcome outcome_was;
	uint32_t outcome_day_was;
	struct register_chain words_was;
	size_t members_n; /* to whom it is assigned */
	uint8_t members[ROSTER_MEMBERS][MEMBER_ID_BYTES];
	struct register_chain words;
	uint32_t changes; /* effects but `read` */
	struct restricted restricted;
};

/* What an entry `restrict` of effect says. */
struct registered_circle {
	bool has_key; /* false: read at the door again, or a key is to come */
	uint8_t id[EFFECT_ID_BYTES], device[DEVICE_ID_BYTES];
	uint8_t conversation[CONV_ID_BYTES];
	size_t members_n; /* 0: all who read at the door */
	uint8_t members[ROSTER_MEMBERS][MEMBER_ID_BYTES];
	uint8_t name[TEAMLOG_NAME_BYTES]; /* of the entry */
	uint32_t day, roster; /* as in `restricted` */
	uint32_t before; /* the one of its conversation before it: place + 1 */
	bool over; /* another took its place */
	bool narrows; /* by an admin whom it does not name */
};

/* Who reads at the doors to which the source of a conversation wrote, as far as
 * its letters are here; where none is, everybody.  `ever`: by any roster that
 * ever was, else by the newest. */
struct register_doors {
	bool (*reads)(void *who, const uint8_t *conversation,
	    const uint8_t *member, bool ever);
	void *who;
};

/* A letter to a source that an entry of a device says was sent. */
struct registered_reply {
	uint8_t conversation[CONV_ID_BYTES];
	uint32_t day, slot, n;
	uint8_t id[LETTER_ID_BYTES];
	uint8_t hash[SHA256_BYTES]; /* of its words: desk/replied.h */
	uint8_t member[MEMBER_ID_BYTES]; /* whose it is; zeros: gone */
	/* By somebody who did not read the conversation, by the log's order. */
	bool outside;
};

/* What stays of a conversation that was destroyed. */
struct registered_dead {
	uint8_t id[CONV_ID_BYTES];
	uint8_t meant[TEAMLOG_NAME_BYTES]; /* which letters, in short */
	uint8_t name[TEAMLOG_NAME_BYTES]; /* of the entry */
	enum effect_outcome outcome;
	uint32_t first, last, letters, files;
	uint32_t day; /* on which, by the desk that said so */
};

/* All zero is an empty one. */
struct registers {
	struct registered *list;
	size_t n, room;
	struct tagmap by_id;
	struct tagmap read; /* marks of what was read */
	struct registered_reply *replies;
	size_t replies_n, replies_room;
	struct tagmap by_reply; /* hash of device and letter -> its place */
	struct register_words words;
	uint8_t member[MEMBER_ID_BYTES]; /* ours; not cleared */
	uint32_t today; /* by this machine's clock; not cleared */
	struct registered_circle *circles;
	size_t circles_n, circles_room;
	struct tagmap by_circle; /* id of a circle -> its place */
	struct tagmap by_restrict; /* name of an entry -> its place */
	struct register_doors doors; /* not cleared */
	const struct roster *roster; /* the newest; the caller's */
	uint32_t named; /* the greatest serial of a roster in the log */
	struct registered_dead *dead; /* in the log's order */
	size_t dead_n, dead_room;
	bool has_periods; /* the team chose them: */
	uint32_t junk, irrelevant, closed; /* days; 0: for ever */
};

/* Is there a notice? */
static inline bool
registered_has(const struct registered_notice *n)
{
	return n->day > 0 || n->now;
}

void registers_clear(struct registers *r);
void registers_drop(struct registers *r);

/* Take in the next effect in order.  ERR_NOMEM. */
enum err registers_take(
    struct registers *r, const struct teamlog_line *line) MUST_USE;

/* What is said of a conversation; NULL: nothing. */
const struct registered *registers_of(
    const struct registers *r, const uint8_t id[static CONV_ID_BYTES]);

/* Who reads it is said by; NULL: whoever reads at its door, and nothing else
 * was ever said. */
const struct restricted *registers_restricted(
    const struct registers *r, const uint8_t id[static CONV_ID_BYTES]);

/* Is he one of these? */
bool restricted_has(
    const struct restricted *of, const uint8_t member[static MEMBER_ID_BYTES]);

/* May he speak of who reads it, and of what becomes of it?  When it is at odds,
 * who reads it by any of what was said. */
bool registers_reads(const struct registers *r, const struct restricted *of,
    const uint8_t member[static MEMBER_ID_BYTES]);

/* Did this device say so often who reads it that what it says next has no
 * effect? */
bool registers_said_enough(const struct registers *r,
    const struct restricted *of, const uint8_t device[static DEVICE_ID_BYTES]);

/* In whose place comes what this member (NULL: anybody) says of who reads it:
 * the names of at most REGISTER_OVERS entries. */
#define REGISTER_OVERS EFFECT_RESTRICTS
size_t registers_over(const struct registers *r, const struct restricted *of,
    const uint8_t *member,
    uint8_t over[static REGISTER_OVERS][TEAMLOG_NAME_BYTES]);

/* What this entry `restrict` of effect says; NULL.  Does it name him? */
const struct registered_circle *registers_restrict(
    const struct registers *r, const uint8_t name[static TEAMLOG_NAME_BYTES]);
bool registers_names(const struct registered_circle *c,
    const uint8_t member[static MEMBER_ID_BYTES]);

/* The circle that this device (NULL: any) made; NULL. */
const struct registered_circle *registers_circle(const struct registers *r,
    const uint8_t id[static EFFECT_ID_BYTES], const uint8_t *device);

/* Was what lay in `row`, sealed to this circle of the conversation, for nobody
 * who had been left out by then?  Who was taken out has its key still. */
bool registers_is_closed(const struct registers *r, const struct restricted *of,
    const uint8_t circle[static EFFECT_ID_BYTES], uint32_t row);

/* Was this member of every circle that the conversation had? */
bool registers_always_had(const struct registers *r,
    const uint8_t conversation[static CONV_ID_BYTES],
    const uint8_t member[static MEMBER_ID_BYTES]);

/* Has somebody who does not read this conversation sent this letter to its
 * source? */
bool registers_outside(const struct registers *r,
    const uint8_t conversation[static CONV_ID_BYTES],
    const uint8_t id[static LETTER_ID_BYTES]);

/* The last line of what was destroyed of it; NULL. */
const struct registered_dead *registers_dead(
    const struct registers *r, const uint8_t id[static CONV_ID_BYTES]);

/* The letter with this id that this device sent; NULL. */
const struct registered_reply *registers_reply(const struct registers *r,
    const uint8_t device[static DEVICE_ID_BYTES],
    const uint8_t id[static LETTER_ID_BYTES]);

/* How entries name what was read (doc/protocol/70-team.md, "mark"): by its
 * conversation, id, words and files.  A version that another file was sent for
 * has another mark: nobody has read that.  It is made once and kept in `s`.
 * ERR_NOMEM. */
enum err register_mark(uint8_t mark[static REGISTER_MARK_BYTES],
    const struct conv *c, struct said *s,
    const uint8_t salt[static REGISTER_SALT_BYTES]) MUST_USE;

/* Let the conversation's fields alone be as they say. */
void registers_show_fields(const struct registers *r, struct conv *c);
/* Let the conversation be as they say: its fields, and what of it was read. */
void registers_show(const struct registers *r, struct conv *c,
    const uint8_t salt[static REGISTER_SALT_BYTES]);
/* The same of what was not read, after more was. */
void registers_show_unread(const struct registers *r, struct conv *c,
    const uint8_t salt[static REGISTER_SALT_BYTES]);
/* The same for one letter of it; it counts as unread when there is no memory to
 * find out. */
void registers_show_said(const struct registers *r, const struct conv *c,
    struct said *s, const uint8_t salt[static REGISTER_SALT_BYTES]);

#endif
