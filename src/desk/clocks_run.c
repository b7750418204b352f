#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"

#include "desk/circles.h"
#include "desk/clear.h"
#include "desk/clocks_part.h"
#include "desk/doors.h"
#include "desk/restrict.h"
#include "desk/told.h"

/* One run. */
struct run {
	struct desk *d;
	uint32_t today;
	struct effect *f; /* which letters are meant */
	struct clocks_report *rep;
};

/* Is what its source writes from now on seen here? */
static bool
is_seen(const struct desk *d, const struct conv *c)
{
	return !restrict_is_kept(d, c) && doors_reads(d, doors_of(d, c));
}

static enum err
delete_parts(struct desk *d, const struct conv *c)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < d->part_n; i++)
		if (d->part[i].of == c && !d->part[i].gone &&
		    part_has_body(&d->part[i]))
			e = store_part_del(d->store, d->part[i].name);
	return e;
}

/* Nothing of it opens any more here, on ERR_OK; killed in between, the key is
 * gone or it is all there. */
static enum err
destroy_here(struct desk *d, struct conv *c)
{
	enum err e;

	if ((e = told_forget(d, c->box.owner)) != ERR_OK ||
	    (e = circles_forget(d, c)) != ERR_OK ||
	    (e = store_box_destroy(d->store, &c->box)) != ERR_OK ||
	    (e = delete_parts(d, c)) != ERR_OK)
		return e;
	desk_conv_forget(d, c);
	return ERR_OK;
}

/* And on the line too. */
static enum err
destroy(struct desk *d, struct conv *c)
{
	enum err e;

	if ((e = desk_hand_over(d, c)) != ERR_OK)
		return e;
	if (d->vault->has_line && (e = clear_note(d, c)) != ERR_OK)
		return e;
	return destroy_here(d, c);
}

static uint32_t
count_files(const struct conv *c)
{
	uint32_t n = 0;

	for (size_t i = 0; i < c->said_n; i++)
		for (size_t j = 0; j < c->said[i]->files_n; j++)
			n += c->said[i]->files[j].number > 0;
	return n;
}

/* Say that it is destroyed; `f` names the letters. */
static enum err
put_destroyed(
    struct desk *d, const struct conv *c, struct effect *f, uint32_t today)
{
	f->kind = EFFECT_DESTROYED;
	memcpy(f->conversation, c->id, sizeof f->conversation);
	f->outcome = c->outcome;
	f->day = conv_first_day(c);
	f->last = conv_last_day(c);
	f->number = (uint32_t)c->said_n;
	f->files = count_files(c);
	f->count = today;
	return log_put_effect(d, f);
}

enum err
desk_delete(struct desk *d, struct conv *c)
{
	struct effect *f;
	enum err e;

	if (c->hold)
		return ERR_TAKEN;
	if (desk_role(d) != MEMBER_ADMIN || restrict_is_kept(d, c))
		return ERR_DENIED;
	if ((e = log_may(d, "destroyed")) != ERR_OK)
		return e;
	if ((f = calloc(1, sizeof *f)) == NULL)
		return ERR_NOMEM;
	if ((e = clocks_put_meant(d, c, f)) == ERR_OK &&
	    (e = put_destroyed(d, c, f, clock_day())) == ERR_OK)
		/* From here on opening the folder again would finish it. */
		e = destroy(d, c);
	wipe_free(f, sizeof *f);
	return e;
}

/* What was said in time stops it, and all desks are to know. */
static enum err
stop(struct run *r, struct conv *c)
{
	enum err e;

	if (log_may(r->d, "announce") != ERR_OK)
		return ERR_OK; /* a viewer's desk only waits */
	e = clocks_announce(r->d, c, 0, OUTCOME_OPEN, r->today);
	r->rep->stopped += e == ERR_OK;
	return e;
}

/* The day of an announcement: our entry first, unless we may make none. */
static enum err
end(struct run *r, struct conv *c)
{
	enum err e;

	e = log_may(r->d, "destroyed");
	if (e == ERR_OK)
		e = put_destroyed(r->d, c, r->f, r->today);
	else if (e == ERR_DENIED || e == ERR_MISSING || e == ERR_NOKEY)
		e = ERR_OK;
	if (e == ERR_OK && (e = destroy(r->d, c)) == ERR_OK)
		r->rep->destroyed++;
	return e;
}

/* Announced here, and no other desk can have heard of it? */
static bool
is_unheard(struct run *r, const struct registered_notice *n)
{
	struct teamlog_line line;
	uint32_t put = 0;
	enum err e;

	if (n->said >= r->today || r->d->roster->devices_n == 1 ||
	    teamlog_find(r->d->log, &line, n->name) != ERR_OK ||
	    memcmp(line.device, r->d->id, DEVICE_ID_BYTES) != 0)
		return false;
	e = desk_recall_num(r->d, "put", &put);
	return (e == ERR_OK || e == ERR_NOTHING) && line.number >= put;
}

/* The others' week begins with the day on which they can. */
static enum err
announce_again(struct run *r, struct conv *c, const struct registered_notice *n)
{
	const uint32_t soon = r->today + CLOCKS_NOTICE;

	if (log_may(r->d, "announce") != ERR_OK)
		return ERR_OK;
	return clocks_announce(
	    r->d, c, n->day > soon ? n->day : soon, n->why, r->today);
}

/* What its source wrote to those who read it lies there, and this desk cannot
 * see it: they have a week more to say so.  Then what is here goes, and nothing
 * on the line, where theirs may be fetched from yet. */
static enum err
end_unseen(struct run *r, struct conv *c, const struct registered_notice *n)
{
	enum err e;

	if (r->today < clocks_day_of(r->d, n) + CLOCKS_NOTICE)
		return ERR_OK;
	if ((e = desk_hand_over(r->d, c)) == ERR_OK)
		e = destroy_here(r->d, c);
	r->rep->destroyed += e == ERR_OK;
	return e;
}

static enum err
look_at_announced(
    struct run *r, struct conv *c, const struct registered_notice *n)
{
	struct clocks_count count;
	enum err e;

	if ((e = clocks_meant(r->d, n, r->f)) != ERR_OK ||
	    (e = clocks_count(r->d, c, r->f, &count)) != ERR_OK)
		return e;
	if (count.newer > 0)
		return stop(r, c);
	if (!is_seen(r->d, c))
		return end_unseen(r, c, n);
	if (is_unheard(r, n))
		return announce_again(r, c, n);
	return r->today < clocks_day_of(r->d, n) ? ERR_OK : end(r, c);
}

/* Another desk says that it has done it.  What its source wrote since is not
 * meant, and stays. */
static enum err
look_at_doomed(struct run *r, struct conv *c, const struct registered_notice *n)
{
	const bool due = r->today >= clocks_day_of(r->d, n);
	struct clocks_count count;
	enum err e;

	if ((e = clocks_meant(r->d, n, r->f)) != ERR_OK ||
	    (e = clocks_count(r->d, c, r->f, &count)) != ERR_OK)
		return e;
	if (count.meant == 0)
		return ERR_OK;
	if (!due)
		return count.newer > 0 ? stop(r, c) : ERR_OK;
	e = count.newer == 0 ? destroy(r->d, c) : ERR_OK;
	r->rep->destroyed += e == ERR_OK && count.newer == 0;
	return e;
}

/* Another desk has taken an end back not long ago, whatever this one did since:
 * it may have letters that never came here, would take the next back too, and
 * so on without end.  It announces the next itself. */
static bool
is_others_to_say(const struct run *r, const struct conv *c)
{
	const struct registered *one = registers_of(&r->d->registers, c->id);

	uint32_t last;

	if (one == NULL)
		return false;
	last = memcmp(one->stopped_by, r->d->id, sizeof one->stopped_by) == 0
	    ? one->stopped_other
	    : one->stopped;
	return last > 0 && last <= r->today && r->today - last < CLOCKS_AHEAD;
}

/* What is announced by somebody from whom it is kept has no effect: it would be
 * said again at every sync, without end.  And whoever reads there no more has
 * old letters alone: those who read would stop
 * it for the newer ones, and so on without end. */
static enum err
maybe_announce(struct run *r, struct conv *c)
{
	const uint32_t end = clocks_end(r->d, c);
	const uint32_t soon = r->today + CLOCKS_AHEAD;
	enum err e;

	if (end == 0 || end > soon || !is_seen(r->d, c) ||
	    is_others_to_say(r, c) || log_may(r->d, "announce") != ERR_OK)
		return ERR_OK;
	e = clocks_announce(r->d, c, soon, c->outcome, r->today);
	r->rep->announced += e == ERR_OK;
	return e;
}

static enum err
look_at(struct run *r, struct conv *c)
{
	const struct registered *one = registers_of(&r->d->registers, c->id);
	struct registered_notice announced, doomed;
	enum err e = ERR_OK;

	if (one == NULL || one->hold)
		return ERR_OK;
	/* The list moves when an entry is put. */
	announced = one->announced;
	doomed = one->doomed;
	if (registered_has(&doomed)) {
		const uint8_t *id = c->id;
		uint8_t was[CONV_ID_BYTES];

		memcpy(was, id, sizeof was);
		if ((e = look_at_doomed(r, c, &doomed)) != ERR_OK ||
		    desk_conv_by_id(r->d, was) == NULL)
			return e;
	}
	return registered_has(&announced) ? look_at_announced(r, c, &announced)
					  : maybe_announce(r, c);
}

enum err
clocks_run(struct desk *d, uint32_t today, struct clocks_report *rep)
{
	struct run r = { .d = d,
		.today = today < clock_day() ? today : clock_day(),
		.rep = rep };
	enum err e = ERR_OK;

	if ((r.f = calloc(1, sizeof *r.f)) == NULL)
		return ERR_NOMEM;
	/* One that goes makes those behind it move up. */
	for (size_t i = d->convs_n; e == ERR_OK && i-- > 0;)
		if (d->convs[i]->said_n > 0)
			e = look_at(&r, d->convs[i]);
	wipe_free(r.f, sizeof *r.f);
	if (e == ERR_OK && rep->destroyed > 0)
		e = desk_mark_alike(d);
	return e;
}

/* Did this desk itself say so? */
static bool
is_ours(struct desk *d, const struct registered *one)
{
	struct teamlog_line line;

	return teamlog_find(d->log, &line, one->doomed_by) == ERR_OK &&
	    memcmp(line.device, d->id, DEVICE_ID_BYTES) == 0;
}

enum err
clocks_finish(struct desk *d)
{
	struct clocks_report rep = { .destroyed = 0 };
	struct run r = { .d = d, .today = UINT32_MAX, .rep = &rep };
	enum err e = ERR_OK;

	if ((r.f = calloc(1, sizeof *r.f)) == NULL)
		return ERR_NOMEM;
	for (size_t i = d->convs_n; e == ERR_OK && i-- > 0;) {
		struct conv *c = d->convs[i];
		const struct registered *one =
		    registers_of(&d->registers, c->id);

		if (one != NULL && !one->hold && c->said_n > 0 &&
		    registered_has(&one->doomed) && is_ours(d, one))
			e = look_at_doomed(&r, c, &one->doomed);
	}
	wipe_free(r.f, sizeof *r.f);
	return e;
}
