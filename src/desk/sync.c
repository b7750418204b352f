#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#include "desk/clear.h"
#include "desk/clocks.h"
#include "desk/days.h"
#include "desk/doors.h"
#include "desk/give.h"
#include "desk/handing.h"
#include "desk/heard.h"
#include "desk/inside.h"
#include "desk/look.h"
#include "desk/renewal.h"
#include "desk/reply.h"
#include "desk/restrict.h"
#include "desk/sync.h"
#include "desk/sync_files.h"
#include "desk/sync_keys.h"
#include "desk/sync_open.h"
#include "desk/told.h"
#include "desk/unentered.h"

#define FETCH_BYTES (REACH_FETCH_MAX * (4U + ENVELOPE_LETTER_BYTES))

static enum err
take_letter(struct desk *d, struct days_batch *b, const uint8_t *tag,
    const uint8_t *envelope)
{
	const struct sync_lying in = { b->day, tag, envelope, b->log_only };
	const uint32_t had = d->arrived;
	const size_t entries = desk_log_count(d);
	enum err e, verdict;

	e = sync_open(d, &in, &verdict);
	if (e != ERR_OK)
		return e;
	b->rep->entries += (uint32_t)(desk_log_count(d) - entries);
	if (verdict == ERR_NOKEY)
		return b->log_only ? ERR_OK : days_put_nokey(d, b, tag);
	if (verdict != ERR_OK) {
		b->rep->refused++;
		return days_put_refused(b, tag, verdict);
	}
	b->rep->letters += d->arrived - had;
	return days_put_tried(b, tag);
}

/* What one request asks for and gets. */
struct fetched {
	uint8_t tags[REACH_FETCH_MAX][TAG_BYTES];
	size_t n;
	struct buf got; /* its form was checked */
	enum err broken; /* by whoever is served between two letters */
};

/* How far what the line has of a day was asked for. */
struct asking {
	const struct buf *tags;
	size_t at;
};

/* A letter takes about as long as a page, so that others come between. */
static enum err
take_fetched(
    struct desk *d, struct reach *r, struct days_batch *b, struct fetched *f)
{
	const uint8_t *p = f->got.at, *const end = p + f->got.len;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && f->broken == ERR_OK && p < end; i++) {
		const uint32_t n = enc_get_u32(p);

		p += 4;
		/* Parts are found through their letters. */
		if (n == ENVELOPE_LETTER_BYTES)
			e = take_letter(d, b, f->tags[i], p);
		else if (n != 0 && !b->log_only)
			e = days_put_tried(b, f->tags[i]);
		p += n;
		b->rep->looked++;
		if (e == ERR_OK)
			f->broken = reach_breathe(r);
	}
	return e;
}

/* The next tags that were not tried; none at the end. */
static void
ask_ahead(struct desk *d, struct reach *r, struct days_batch *b,
    struct asking *a, struct fetched *f)
{
	const struct buf *tags = a->tags;

	f->n = 0;
	buf_clear(&f->got);
	for (; a->at < tags->len && f->n < REACH_FETCH_MAX; a->at += TAG_BYTES)
		if (!days_is_tried(d, tags->at + a->at))
			memcpy(f->tags[f->n++], tags->at + a->at, TAG_BYTES);
		else
			b->rep->looked++;
	if (f->n > 0)
		reach_fetch_begin(
		    r, (const uint8_t(*)[TAG_BYTES])f->tags, f->n, &f->got);
}

/* Fetch all that was not tried: while some are opened the line looks for the
 * next. */
static enum err
fetch_all(struct desk *d, struct reach *r, struct days_batch *b,
    const struct buf *tags)
{
	struct fetched *f = calloc(2, sizeof *f);
	struct asking a = { .tags = tags };
	enum err e = ERR_OK;
	unsigned now = 0;

	if (f == NULL)
		return ERR_NOMEM;
	buf_init(&f[0].got, FETCH_BYTES);
	buf_init(&f[1].got, FETCH_BYTES);
	ask_ahead(d, r, b, &a, &f[0]);
	for (; e == ERR_OK && f[now].n > 0; now = !now) {
		if ((e = reach_fetch_end(r)) != ERR_OK)
			break;
		ask_ahead(d, r, b, &a, &f[!now]);
		days_begin_batch(d, b);
		if ((e = take_fetched(d, r, b, &f[now])) == ERR_OK)
			e = f[now].broken;
		if (e == ERR_OK && days_batch_is_full(b))
			e = days_end_batch(d, b);
	}
	reach_fetch_break(r);
	buf_drop(&f[0].got);
	buf_drop(&f[1].got);
	wipe_free(f, 2 * sizeof *f);
	return e;
}

/* A day of the line in one run. */
struct run_day {
	const struct reach_day *is;
	bool tried; /* all of its letters were */
	bool give_up; /* what it names and does not give counts as tried */
	bool log_only; /* what the log's keys open is taken alone */
};

/* All that the line gives of a day was tried; is that all that it names? */
static enum err
end_letters(struct desk *d, struct run_day *day, struct days_batch *b,
    const struct buf *tags)
{
	const size_t lacks = days_untried(d, tags);

	day->tried = lacks == 0 || (day->is->closed && day->give_up);
	if (lacks == 0 || !day->is->closed)
		return ERR_OK; /* an open one may give it yet */
	if (day->give_up)
		return days_give_up(d, b, tags);
	if (b->rep->unserved == 0)
		b->rep->unserved_since = b->day;
	b->rep->unserved += (uint32_t)lacks;
	return ERR_OK;
}

static enum err
sync_letters(struct desk *d, struct reach *r, struct run_day *day,
    struct sync_report *rep)
{
	struct days_batch b;
	struct buf tags;
	enum err e, ended;

	buf_init(&tags, REACH_LIST_MAX);
	days_batch_init(&b, day->is->day, rep);
	b.log_only = day->log_only;
	if ((e = reach_tags(r, day->is->day, &tags)) != ERR_OK)
		goto out;
	e = fetch_all(d, r, &b, &tags);
	/* What was tried before something broke it off was tried. */
	ended = days_end_batch(d, &b);
	if (e == ERR_OK)
		e = ended;
	if (e == ERR_OK && !day->log_only)
		e = end_letters(d, day, &b, &tags);
out:
	days_batch_drop(&b);
	buf_drop(&tags);
	return e;
}

/* As often as other desks bring new keys: what these open may have lain there
 * before. */
static enum err
sync_all_letters(struct desk *d, struct reach *r, struct run_day *run, size_t n,
    struct sync_report *rep)
{
	enum err e = ERR_OK;
	uint32_t turn;

	do {
		turn = d->turn;
		tagmap_clear(&d->later);
		for (size_t i = 0; e == ERR_OK && i < n; i++)
			e = sync_letters(d, r, &run[i], rep);
		if (e == ERR_OK)
			e = told_settle(d);
	} while (e == ERR_OK && d->turn != turn);
	return e == ERR_OK ? log_show(d) : e;
}

/* All letters come before the first header of a file, and all headers before a
 * body. */
static enum err
sync_each(struct desk *d, struct reach *r, struct run_day *run, size_t n,
    struct sync_report *rep)
{
	uint8_t doors[HANDING_DOORS][DOOR_ID_BYTES];
	uint32_t from = UINT32_MAX;
	enum err e;

	if ((e = sync_all_letters(d, r, run, n, rep)) == ERR_OK) {
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

static void
turn_round(struct run_day *run, size_t n)
{
	for (size_t i = 0; i < n / 2; i++) {
		const struct run_day one = run[i];

		run[i] = run[n - 1 - i];
		run[n - 1 - i] = one;
	}
}

/* What was fetched may say that this device was struck off. */
static enum sync_stop
look_at_roster(const struct desk *d, struct sync_report *rep)
{
	if (roster_device(d->roster, d->id) == NULL)
		rep->stop = SYNC_STRUCK_OFF;
	return rep->stop;
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
choose_days(struct desk *d, const struct run_list *l, struct run_day *run,
    struct sync_report *rep)
{
	size_t n = 0;

	for (size_t i = 0; i < l->n; i++)
		if (l->days[i].day >= days_first(d) &&
		    l->days[i].day <= l->today &&
		    !days_is_whole(d, &l->days[i])) {
			run[n++] = (struct run_day){ .is = &l->days[i],
				.give_up = l->give_up };
			rep->all += l->days[i].count;
		}
	if (sync_is_first(d))
		turn_round(run, n);
	return n;
}

/* A key that came in between may open what a whole day has:
 * what_no_key_opened_is_tried_again_when_one_comes. */
static enum err
sync_unread(struct desk *d, struct reach *r, const struct run_list *l,
    struct sync_report *rep)
{
	struct run_day *run = calloc(REACH_DAYS_MAX, sizeof *run);
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

static enum err
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
	rep->oldest = n > 0 ? days[0].day : o->day;
	if (n > 0 && (e = restrict_look(d, days[0].day, o->day)) != ERR_OK)
		goto out;
	e = sync_unread(d, r,
	    &(struct run_list){
		.days = days, .n = n, .today = o->day, .give_up = give_up },
	    rep);
	/* One that the team struck off, as it may see now, does nothing more:
	 * the log would refuse it. */
	if (e == ERR_OK && look_at_roster(d, rep) != SYNC_GOES)
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
static enum err
sync_log(struct desk *d, struct reach *r, struct sync_report *rep)
{
	struct reach_day *days = calloc(REACH_DAYS_MAX, sizeof *days);
	struct run_day *run = calloc(REACH_DAYS_MAX, sizeof *run);
	struct sync_report some = { .stop = SYNC_GOES };
	size_t n = 0, run_n = 0;
	enum err e = ERR_NOMEM;

	if (days == NULL || run == NULL)
		goto out;
	if ((e = reach_days(r, days, &n)) != ERR_OK)
		goto out;
	for (size_t i = 0; i < n; i++)
		if (days[i].day >= days_first(d) && !days_is_whole(d, &days[i]))
			run[run_n++] = (struct run_day){ .is = &days[i],
				.log_only = true };
	e = sync_all_letters(d, r, run, run_n, &some);
	rep->entries += some.entries;
out:
	wipe_free(run, REACH_DAYS_MAX * sizeof *run);
	wipe_free(days, REACH_DAYS_MAX * sizeof *days);
	return e;
}

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
	if ((e = sync_log(d, r, rep)) != ERR_OK ||
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
	if (look_at_roster(d, rep) == SYNC_FOREIGN_KEY)
		e = ask_for_keys(d, r, rep);
	if (e == ERR_OK && rep->stop == SYNC_FOREIGN_KEY)
		e = mend_foreign(d, r, &o, rep);
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
	if (e == ERR_OK && look_at_roster(d, rep) == SYNC_GOES)
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
