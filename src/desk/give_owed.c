/* Words that wait for a door's newest keys.
 *
 * Of a door whose newest chain was handed out and is not here, the chain that
 * is here may be known to who reads there no more: what is said to those who
 * read is not sealed to it.  Entries go all the same, for what asks for keys
 * stands behind them; `owed` says from which of ours on words are still to be
 * given, and these follow when the keys are here
 * (tests/unit/test_desk_late.c). */
#include <string.h>

#include "desk/doors.h"
#include "desk/give.h"
#include "desk/giving.h"
#include "desk/handing.h"
#include "desk/restrict.h"

#define OWED "owed"

enum err
give_begin_owed(struct giving *g)
{
	const struct roster *r = g->d->roster;
	enum err e;

	g->owed = g->owed_kept = GIVE_OWES_NOTHING;
	for (size_t i = 0; i < r->doors_n; i++)
		g->held[i] = handing_lacks_chain(g->d, r->doors[i].id);
	e = desk_recall_num(g->d, OWED, &g->owed_kept);
	return e == ERR_NOTHING ? ERR_OK : e;
}

static bool
is_held(const struct giving *g, const struct conv *c)
{
	const struct roster *r = g->d->roster;
	const struct roster_door *door = doors_of(g->d, c);
	struct age_recipient circle;

	/* A circle's key is another matter. */
	return door >= r->doors && door < r->doors + r->doors_n &&
	    g->held[door - r->doors] &&
	    restrict_recipient(g->d, c, g->today, &circle) == ERR_NOTHING;
}

bool
give_holds(struct giving *g, const struct conv *c)
{
	const bool held = is_held(g, c);

	if (held && g->number < g->owed)
		g->owed = g->number;
	return held;
}

enum err
give_keep_owed(struct giving *g, uint32_t from)
{
	enum err e = ERR_OK;

	if (from != g->owed_kept &&
	    (e = desk_remember_num(g->d, OWED, from)) == ERR_OK)
		g->owed_kept = from;
	return e;
}

enum err
give_owed(struct giving *g, uint32_t put)
{
	const uint32_t from = g->owed_kept;
	struct teamlog_line line;
	enum err e = ERR_OK;

	for (size_t i = 0;
	     from < put && e == ERR_OK && i < teamlog_count(g->d->log); i++) {
		teamlog_at(g->d->log, i, &line);
		if (line.number >= from && line.number < put &&
		    line.kind != EFFECT_HAND_OUT &&
		    memcmp(line.device, g->d->id, DEVICE_ID_BYTES) == 0)
			e = give_beside(g, &line);
	}
	return e;
}
