/* giving: what the files of desk/give share; nobody else's. */
#ifndef DESK_GIVING_H
#define DESK_GIVING_H

#include "desk/days.h"
#include "desk/inside.h"
#include "desk/reach.h"
#include "team/piece.h"

/* One run: to the line `r`, whose day is `today`. */
struct giving {
	struct desk *d;
	struct reach *r;
	uint32_t today;
	struct age_recipient log; /* of the log's chain */
	struct days_batch tags; /* ours need not come back */
	struct effect *effect; /* of the entry that is given, */
	uint32_t number; /* and its number */
	bool held[KEY_NOTE_DOORS]; /* the newest keys of that door lack here */
	/* The first of ours whose words are still to be given, as far as this
	 * run has come; and as it is kept. */
	uint32_t owed, owed_kept;
	uint32_t envelopes; /* that the line took in this run */
};

#define GIVE_OWES_NOTHING UINT32_MAX

/* Give one note in an envelope of its own. */
enum err give_note(struct giving *g, const struct age_recipient *to,
    const void *note, size_t n) MUST_USE;

/* Give what is larger, in pieces.  ERR_TOOBIG. */
enum err give_pieces(struct giving *g, const struct age_recipient *to,
    enum piece_what what, const struct buf *whole) MUST_USE;

/* give_handout.c: the file of the hand-out that g->effect names. */
enum err give_handout(struct giving *g) MUST_USE;

/* Give an entry, and before it what belongs to it. */
enum err give_entry(struct giving *g, const struct teamlog_line *line) MUST_USE;

/* The note of the roster that this entry names, when it is here. */
enum err give_roster(
    struct giving *g, const struct teamlog_line *line) MUST_USE;

/* What belongs to an entry of ours, alone. */
enum err give_beside(
    struct giving *g, const struct teamlog_line *line) MUST_USE;

/* give_owed.c: words that wait for keys.  Begin a run; are those of this
 * conversation held back, which is remembered then of the entry that is given?
 * Keep, durably, from where on; give what was owed of the first `put`. */
enum err give_begin_owed(struct giving *g) MUST_USE;
bool give_holds(struct giving *g, const struct conv *c);
enum err give_keep_owed(struct giving *g, uint32_t from) MUST_USE;
enum err give_owed(struct giving *g, uint32_t put) MUST_USE;

/* Does the team have others, and this device among them? */
bool give_is_on(const struct desk *d);

/* The one-time recipient that a device published last, by the log; `f` is its
 * entry.  ERR_NOTHING, ERR_NOMEM. */
enum err give_recipient_of(const struct desk *d, const uint8_t *device,
    struct effect *f, struct age_recipient *to) MUST_USE;

/* give_again.c: what others lack and have asked for. */
enum err give_again(struct giving *g) MUST_USE;

/* give_due.c: how many of our entries were given, and how many there are. */
enum err give_where(struct desk *d, uint32_t *put, uint32_t *all) MUST_USE;

#endif
