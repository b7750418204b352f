#include "base/clock.h"

#include "desk/clocks.h"
#include "desk/give.h"
#include "desk/handing.h"
#include "desk/heard.h"
#include "desk/inside.h"
#include "desk/look.h"
#include "desk/renewal.h"
#include "desk/reply.h"
#include "desk/restrict.h"
#include "desk/sync.h"
#include "desk/sync_days.h"
#include "desk/sync_files.h"
#include "desk/sync_keys.h"
#include "desk/told.h"

/* A key that belongs to no chain of ours may be one that was handed out, or of
 * a door where our member reads no more. */
static enum err
check_twice(struct desk *d, struct reach *r, const struct offer **o,
    struct sync_report *rep)
{
	const uint32_t turn = d->turn, serial = d->roster->serial;
	enum err e = sync_check(d, r, o, &rep->stop);

	if (e != ERR_OK || rep->stop != SYNC_FOREIGN_KEY ||
	    d->roster->devices_n < 2)
		return e;
	if ((e = sync_days_log(d, r, rep)) != ERR_OK ||
	    (d->turn == turn && d->roster->serial == serial))
		return e;
	return sync_check(d, r, o, &rep->stop);
}

/* What this desk has to say to the others, when all of theirs is here. */
static enum err
give(struct desk *d, struct reach *r, const struct offer *o,
    struct sync_report *rep)
{
	enum err e;

	if ((e = told_settle(d)) != ERR_OK || (e = log_show(d)) != ERR_OK ||
	    (e = give_recipient(d, o->day)) != ERR_OK ||
	    (e = give_lack(d, o->day)) != ERR_OK ||
	    (e = restrict_renew(d, o->day)) != ERR_OK ||
	    (e = restrict_again(d, o->day)) != ERR_OK)
		return e;
	return give_run(d, r, o->day, &rep->given);
}

/* What the line asks sources comes before what they answered, so that a letter
 * is shown with what stood before it was here. */
static enum err
take_questions(struct desk *d, struct reach *r, const struct offer *o,
    struct sync_report *rep)
{
	struct question q[QUESTIONS_MAX];
	struct buf raw;
	unsigned n = 0;
	enum err e, told;

	buf_init(&raw, QUESTIONS_TEXT_MAX);
	if ((e = reach_questions(r, &raw)) == ERR_OK)
		e = question_read_all(q, &n, (const char *)raw.at, raw.len);
	told = ERR_OK;
	if (e == ERR_OK || e == ERR_FORMAT)
		told = look_told(d, o, &raw);
	else if (e == ERR_NOTHING || e == ERR_TOOBIG)
		told = look_told(d, o, NULL);
	buf_drop(&raw);
	if (told != ERR_OK)
		return told;
	/* The letters come all the same. */
	rep->odd_questions = e == ERR_FORMAT || e == ERR_TOOBIG;
	if (rep->odd_questions || e == ERR_NOTHING)
		return ERR_OK; /* nothing: it is of an earlier version */
	return e == ERR_OK ? asked_keep(d, q, n, o->day) : e;
}

static enum err
say_ours(struct desk *d, struct reach *r, const struct offer *o,
    struct sync_report *rep)
{
	enum err e;

	if ((e = reply_resume(d, r, o, rep)) != ERR_OK ||
	    (e = clocks_run(d, o->day, &rep->clocks)) != ERR_OK ||
	    (e = give(d, r, o, rep)) != ERR_OK || rep->renewed)
		return e;
	/* What was handed out just now the line may offer: that somebody left
	 * takes effect with this. */
	if ((e = sync_keys(d, r, o, rep)) != ERR_OK || !rep->renewed)
		return e;
	return give_run(d, r, o->day, &rep->given);
}

/* A foreign key may be one that the log says was handed out, and that the line
 * withheld from us: that is said to the others, and nothing else is done. */
static enum err
ask_for_keys(struct desk *d, struct reach *r, struct sync_report *rep)
{
	uint8_t doors[HANDING_DOORS][DOOR_ID_BYTES];
	const uint32_t today = clock_day();
	uint32_t from;
	enum err e;

	rep->lacking = (uint32_t)handing_lacks(d, today, doors, &from);
	if (rep->lacking == 0)
		return ERR_OK;
	rep->stop = SYNC_NOT_HANDED;
	if ((e = give_recipient(d, today)) != ERR_OK)
		return e;
	return give_run(d, r, today, &rep->given);
}

/* A desk that has the team's next certificate puts it in the foreign note's
 * place, and then all is as it should be.  Whom its keys are handed out to is
 * told first; what is given is sealed to keys that are ours
 * (tests/unit/test_desk_mend.c). */
static enum err
mend_foreign(struct desk *d, struct reach *r, const struct offer **o,
    struct sync_report *rep)
{
	const uint32_t day = d->offer->day;
	enum err e;

	if (!renewal_waits(d))
		return ERR_OK;
	if ((e = desk_say_rosters(d)) != ERR_OK ||
	    (e = handing_renew(d, day, NULL)) != ERR_OK ||
	    (e = give_run(d, r, day, &rep->given)) != ERR_OK ||
	    (e = sync_keys_mend(d, r, rep)) != ERR_OK)
		return e;
	return rep->certified ? sync_check_given(d, day, o, &rep->stop)
			      : ERR_OK;
}

static enum err
sync_all(struct desk *d, struct reach *r, bool give_up, struct sync_report *rep)
{
	const struct offer *o = NULL;
	enum err e, alike;

	*rep = (struct sync_report){ .stop = SYNC_GOES };
	d->crowded = false;
	if ((e = give_keep_log(d, clock_day())) != ERR_OK ||
	    (e = check_twice(d, r, &o, rep)) != ERR_OK)
		goto out;
	if (sync_look_at_roster(d, rep) == SYNC_FOREIGN_KEY)
		e = ask_for_keys(d, r, rep);
	if (e == ERR_OK && rep->stop == SYNC_FOREIGN_KEY)
		e = mend_foreign(d, r, &o, rep);
	if (rep->stop == SYNC_FOREIGN_KEY && rep->forgot)
		rep->stop = SYNC_AWAY;
	if (e != ERR_OK || rep->stop != SYNC_GOES)
		goto out;
	if ((e = desk_say_rosters(d)) != ERR_OK ||
	    (e = handing_renew(d, o->day, NULL)) != ERR_OK ||
	    (e = sync_keys(d, r, o, rep)) != ERR_OK ||
	    (e = take_questions(d, r, o, rep)) != ERR_OK)
		goto out;
	e = sync_days(d, r, o, give_up, rep);
	if (e == ERR_OK)
		e = renewal_forget(d);
	if ((alike = desk_mark_alike(d)) != ERR_OK && e == ERR_OK)
		e = alike;
	if (e == ERR_OK && sync_look_at_roster(d, rep) == SYNC_GOES)
		e = say_ours(d, r, o, rep);
	if (e == ERR_OK && (e = heard_keep(d, clock_day())) == ERR_OK)
		e = sync_keep_last(d);
out:
	return e;
}

enum err
sync_words(struct desk *d, struct reach *r, struct sync_report *rep)
{
	return sync_all(d, r, false, rep);
}

/* Nobody's files keep words waiting, ours or theirs. */
static enum err
then_files(struct desk *d, struct reach *r, struct sync_report *rep, enum err e)
{
	return e == ERR_OK && rep->stop == SYNC_GOES
	    ? sync_bodies(d, r, rep->oldest, rep)
	    : e;
}

enum err
sync_run(struct desk *d, struct reach *r, struct sync_report *rep)
{
	return then_files(d, r, rep, sync_all(d, r, false, rep));
}

enum err
sync_give_up(struct desk *d, struct reach *r, struct sync_report *rep)
{
	return then_files(d, r, rep, sync_all(d, r, true, rep));
}
