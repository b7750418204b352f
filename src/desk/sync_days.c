#include <stdlib.h>

#include "base/clock.h"
#include "base/wipe.h"

#include "desk/clear.h"
#include "desk/days.h"
#include "desk/handing.h"
#include "desk/inside.h"
#include "desk/lists.h"
#include "desk/restrict.h"
#include "desk/sync_days.h"
#include "desk/sync_files.h"
#include "desk/sync_letters.h"
#include "desk/unentered.h"

/* What was fetched may say that this device was struck off. */
enum sync_stop
sync_look_at_roster(const struct desk *d, struct sync_report *rep)
{
	if (roster_device(d->roster, d->id) == NULL)
		rep->stop = SYNC_STRUCK_OFF;
	return rep->stop;
}

/* All letters come before the first header of a file, and all headers before a
 * body. */
static enum err
sync_each(struct desk *d, struct reach *r, struct sync_day *run, size_t n,
    struct sync_report *rep)
{
	uint8_t doors[HANDING_DOORS][DOOR_ID_BYTES];
	uint32_t from = UINT32_MAX;
	enum err e;

	if ((e = sync_letters(d, r, run, n, rep)) == ERR_OK) {
		rep->lacking =
		    (uint32_t)handing_lacks(d, clock_day(), doors, &from);
		e = days_end_later(
		    d, n > 0 && run->give_up ? UINT32_MAX : from);
	}
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		e = sync_headers(d, r, run[i].is->day);
		if (run[i].is->day >= from && !run[i].give_up)
			continue;
		if (e == ERR_OK && run[i].is->closed && run[i].tried)
			e = days_put_whole(d, run[i].is);
	}
	return e;
}

/* A line closes a day in the first hour of the next.  One that does not would
 * keep the day's key on this desk, and with it what was recorded of the day:
 * a_day_that_a_line_never_closes_is_said_and_can_be_let_go. */
static enum err
look_at_open(struct desk *d, struct reach_day *day, bool give_up,
    struct sync_report *rep)
{
	if (give_up)
		return days_close(d, day);
	if (rep->unclosed++ == 0)
		rep->unclosed_since = day->day;
	return ERR_OK;
}

static bool
is_kept_open(const struct reach_day *day, uint32_t first, uint32_t today)
{
	return !day->closed && day->day >= first && today >= 2 &&
	    day->day <= today - 2;
}

/* Nothing was fetched to its end yet: the newest day comes first then, for
 * whoever reads while the rest still comes. */
static bool
sync_is_first(struct desk *d)
{
	uint32_t day;

	return sync_last(d, &day) == ERR_NOTHING;
}

/* The days that the line has. */
struct run_list {
	const struct reach_day *days;
	size_t n;
	uint32_t today;
	bool give_up;
};

/* Those of which something may be new.  No line has a file of a day to come. */
static size_t
choose_days(struct desk *d, const struct run_list *l, struct sync_day *run,
    struct sync_report *rep)
{
	const bool turned = sync_is_first(d);
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++) {
		const struct reach_day *is =
		    &l->days[turned ? l->n - 1 - i : i];

		if (is->day < days_first(d) || is->day > l->today ||
		    days_is_whole(d, is))
			continue;
		run[n++] = (struct sync_day){ .is = is, .give_up = l->give_up };
		rep->all += is->count;
	}
	return n;
}

/* A key that came in between may open what a whole day has:
 * what_no_key_opened_is_tried_again_when_one_comes. */
static enum err
sync_unread(struct desk *d, struct reach *r, const struct run_list *l,
    struct sync_report *rep)
{
	struct sync_day *run = calloc(REACH_DAYS_MAX, sizeof *run);
	uint32_t turn;
	enum err e;

	if (run == NULL)
		return ERR_NOMEM;
	do {
		turn = d->turn;
		e = sync_each(d, r, run, choose_days(d, l, run, rep), rep);
	} while (e == ERR_OK && d->turn != turn);
	wipe_free(run, REACH_DAYS_MAX * sizeof *run);
	return e;
}

enum err
sync_days(struct desk *d, struct reach *r, const struct offer *o, bool give_up,
    struct sync_report *rep)
{
	struct reach_day *days = calloc(REACH_DAYS_MAX, sizeof *days);
	const uint32_t first = days_first(d);
	size_t n = 0;
	enum err e = ERR_NOMEM;

	if (days == NULL)
		goto out;
	if ((e = reach_days(r, days, &n)) != ERR_OK)
		goto out;
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		if (is_kept_open(&days[i], first, o->day))
			e = look_at_open(d, &days[i], give_up, rep);
	if (e != ERR_OK)
		goto out;
	rep->changed = lists_changed(d, days, n);
	if ((e = lists_look(d, days, n, o->day)) != ERR_OK)
		goto out;
	rep->oldest = n > 0 ? days[0].day : o->day;
	if (n > 0 && (e = restrict_look(d, days[0].day, o->day)) != ERR_OK)
		goto out;
	e = sync_unread(d, r,
	    &(struct run_list){
		.days = days, .n = n, .today = o->day, .give_up = give_up },
	    rep);
	/* One that the team struck off, as it may see now, does nothing more:
	 * the log would refuse it. */
	if (e == ERR_OK && sync_look_at_roster(d, rep) != SYNC_GOES)
		goto out;
	if (e == ERR_OK)
		e = unentered_look(d, days, n);
	/* What others lack is said before it could be forgotten here. */
	if (e == ERR_OK && (e = handing_again(d, o->day)) == ERR_OK)
		e = days_finish(d, days, n, o->day, &rep->finished);
	if (e == ERR_OK)
		e = clear_run(d, r, days, n, o->day, rep);
out:
	wipe_free(days, REACH_DAYS_MAX * sizeof *days);
	return e;
}

/* What other desks gave, and nothing else: a hand-out may bring the key that
 * the line offers.  Nothing is given up or finished. */
enum err
sync_days_log(struct desk *d, struct reach *r, struct sync_report *rep)
{
	struct reach_day *days = calloc(REACH_DAYS_MAX, sizeof *days);
	struct sync_day *run = calloc(REACH_DAYS_MAX, sizeof *run);
	struct sync_report some = { .stop = SYNC_GOES };
	size_t n = 0, run_n = 0;
	enum err e = ERR_NOMEM;

	if (days == NULL || run == NULL)
		goto out;
	if ((e = reach_days(r, days, &n)) != ERR_OK ||
	    (e = lists_look(d, days, n, clock_day())) != ERR_OK)
		goto out;
	rep->forgot = lists_forgot(d, days, n);
	for (size_t i = 0; i < n; i++)
		if (days[i].day >= days_first(d) && !days_is_whole(d, &days[i]))
			run[run_n++] = (struct sync_day){ .is = &days[i],
				.log_only = true };
	e = sync_letters(d, r, run, run_n, &some);
	rep->entries += some.entries;
out:
	wipe_free(run, REACH_DAYS_MAX * sizeof *run);
	wipe_free(days, REACH_DAYS_MAX * sizeof *days);
	return e;
}
