#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/wipe.h"

#include "desk/access.h"
#include "desk/circles.h"
#include "desk/days.h"
#include "desk/renewal.h"
#include "desk/told.h"

/* Days for which a key waits for what it is a key of, once its entry is here.
 */
#define CIRCLE_WAITS 7U

/* May that device hand out the log's chain by the newest roster that is here?
 */
static bool
hands_out_log(const struct desk *d, const struct handout *h)
{
	const struct roster *r = d->roster;
	const struct roster_device *by = roster_device(r, h->device);

	return handout_chain_is_log(&h->chain) && by != NULL &&
	    effect_allowed(EFFECT_HAND_OUT, roster_member(r, by->member)->role,
		memcmp(r->hands_out, h->device, DEVICE_ID_BYTES) == 0 ||
		    memcmp(r->then, h->device, DEVICE_ID_BYTES) == 0);
}

/* Has the entry effect?  What one of the log's chain waits for may be sealed to
 * that very chain. */
static bool
counts(const struct desk *d, const struct handout *h,
    const struct teamlog_line *line)
{
	return line->standing == TEAMLOG_EFFECT ||
	    (line->checked &&
		(line->standing == TEAMLOG_GAP ||
		    line->standing == TEAMLOG_CITES) &&
		hands_out_log(d, h));
}

/* The entry that names a hand-out. */
struct named {
	uint32_t came; /* the day on which it came here */
	uint32_t first; /* that on which the chain began */
};

/* Does an entry that counts, of that device, name the hand-out?  *by is of any
 * that does, and stays when there is none. */
static bool
is_named(const struct desk *d, const struct handout *h, struct named *by)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;
	bool is = false, names;

	for (size_t i = teamlog_count(d->log); f != NULL && !is && i-- > 0;) {
		teamlog_at(d->log, i, &line);
		names = line.kind == EFFECT_HAND_OUT &&
		    memcmp(line.device, h->device, sizeof h->device) == 0 &&
		    effect_read(f, line.kind, line.body, line.body_len) ==
			ERR_OK &&
		    memcmp(f->id, h->id, sizeof h->id) == 0 &&
		    f->chain_n == h->chain.n &&
		    memcmp(f->chain, h->chain.id, f->chain_n) == 0;
		if (names)
			*by = (struct named){ log_came(d, line.hash), f->day };
		is = names && counts(d, h, &line);
	}
	wipe_free(f, sizeof *f);
	return is;
}

/* The one-time key that opened it makes place for the next. */
static enum err
next_once(struct desk *d, size_t used)
{
	struct ring *r = &d->vault->ring;

	if (used + 1 != r->once_n)
		return ERR_OK;
	ring_make_once(r);
	return desk_remember_num(d, DAYS_ONCE, clock_day());
}

/* Another next one is made when the one before is in use alone.  While a note
 * that says so cannot be judged yet, because its other keys are still to come,
 * that goes into its place here, or it would be lost. */
static enum err
take_access(struct desk *d, const struct handout *h, bool *next)
{
	struct vault *v = d->vault;
	enum err e = ERR_OK;

	*next = false;
	if (!h->has_access)
		return ERR_OK;
	if (v->has_next && d->offer != NULL &&
	    memcmp(v->next_access, h->access, sizeof v->next_access) != 0)
		e = access_offered(d, d->offer->note.access);
	*next =
	    !v->has_next && memcmp(v->access, h->access, sizeof v->access) != 0;
	v->has_next = true;
	memcpy(v->next_access, h->access, sizeof v->next_access);
	return e;
}

/* What was finished here needs no key of before. */
static enum err
take(struct desk *d, const struct handout *h, size_t once, uint32_t began)
{
	struct vault *v = d->vault;
	const uint32_t first = ring_first(&v->ring);
	bool changed, next;
	enum err e;

	if (!ring_has_handed(&v->ring, h) &&
	    (e = days_try_again(d, h->seed.day)) != ERR_OK)
		return e;
	days_forget_keys(d);
	e = ring_take(&v->ring, h, began);
	if (e == ERR_FULL) {
		log_say(e, "keys that were handed out find no room");
		e = ERR_TOOBIG;
	}
	if (e == ERR_OK && handout_chain_is_log(&h->chain))
		ring_log_begins(&v->ring, h->seed.day, clock_day(), &changed);
	if (e != ERR_OK && e != ERR_TAKEN)
		return e;
	if (first != UINT32_MAX && (e = ring_finish(&v->ring, first)) != ERR_OK)
		return e;
	d->turn += e == ERR_OK;
	if ((e = take_access(d, h, &next)) != ERR_OK)
		return e;
	if (h->has_line)
		renewal_take(d, h->line.key, h->line.purge);
	if ((e = next_once(d, once)) == ERR_OK)
		e = desk_save_keys(d);
	return e == ERR_OK && next ? access_came(d, h->roster) : e;
}

/* The key of a circle, from a desk whose entry made that circle, or that has it
 * too.  The first that comes is kept.  One whose circle has no effect a week
 * later is not kept waiting: should it have some then, its key is asked for. */
static enum err
take_circle(struct desk *d, const struct handout *h, size_t once, uint32_t came)
{
	const struct registered_circle *of =
	    registers_circle(&d->registers, h->chain.id, NULL);
	struct circle c = { .chain = h->seed };
	enum err e;

	if (of == NULL || !circles_is_of(d, of, h->device))
		return came + CIRCLE_WAITS <= clock_day() ? ERR_DENIED
							  : ERR_MISSING;
	/* Of a term to come nobody could be told anything: clocks of desk and
	 * line may be a day apart. */
	if (h->seed.day % CIRCLE_DAYS != 0 ||
	    h->seed.day > circle_term(clock_day() + 1))
		return ERR_FORMAT;
	memcpy(c.id, h->chain.id, sizeof c.id);
	if (circles_find(d, c.id) == NULL && !circles_has_room(d, c.id))
		return ERR_TOOBIG;
	/* Nobody sealed to it before it was named; clocks as above. */
	e = circles_find(d, c.id) == NULL
	    ? days_try_again(d, of->day - (of->day > 0))
	    : ERR_OK;
	if (e == ERR_OK)
		e = circles_put(d, &c, of->conversation);
	circle_drop(&c);
	if (e != ERR_OK)
		return e == ERR_TAKEN ? ERR_OK : e;
	d->turn++;
	e = next_once(d, once);
	return e == ERR_OK ? desk_save_keys(d) : e;
}

enum err
told_handout(struct desk *d, const struct buf *sealed)
{
	const struct handout_reader by = { .team = d->print,
		.rosters = (const struct roster *const *)d->rosters,
		.rosters_n = d->rosters_n,
		.today = clock_day() };
	struct handout h = { .roster = 0 };
	struct named named = { UINT32_MAX - CIRCLE_WAITS, UINT32_MAX };
	size_t once = 0;
	enum err e;

	e = ring_open(&h, &once, &d->vault->ring, sealed->at, sealed->len, &by);
	if (e == ERR_OK)
		e = is_named(d, &h, &named) ? h.chain.n == HANDOUT_CIRCLE_BYTES
			? take_circle(d, &h, once, named.came)
			: take(d, &h, once, named.first)
		    : told_is_void(d, EFFECT_HAND_OUT, h.device, h.id) ||
			(h.chain.n == HANDOUT_CIRCLE_BYTES &&
			    named.came + CIRCLE_WAITS <= clock_day())
		    ? ERR_DENIED
		    : ERR_MISSING;
	handout_drop(&h);
	return e;
}
