/* giving: what the files of desk/give share; nobody else's. */
#ifndef DESK_GIVING_H
#define DESK_GIVING_H

#include "desk/days.h"
#include "desk/inside.h"
#include "desk/reach.h"

/* One run: to the line `r`, whose day is `today`. */
struct giving {
	struct desk *d;
	struct reach *r;
	uint32_t today;
	struct age_recipient log; /* of the log's chain */
	struct days_batch tags; /* ours need not come back */
	struct effect *effect; /* of the entry that is given */
};

/* Give one note in an envelope of its own. */
enum err give_note(struct giving *g, const struct age_recipient *to,
    const void *note, size_t n) MUST_USE;

/* Give an entry, and before it what belongs to it. */
enum err give_entry(struct giving *g, const struct teamlog_line *line) MUST_USE;

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
