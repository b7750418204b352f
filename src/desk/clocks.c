/* What is announced, held and decided; what becomes of it: clocks_run.c. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"

#include "desk/clocks_part.h"
#include "desk/restrict.h"
#include "desk/team.h"

void
clocks_periods(const struct desk *d, struct periods *p)
{
	const struct registers *r = &d->registers;

	*p = r->has_periods
	    ? (struct periods){ r->junk, r->irrelevant, r->closed }
	    : periods_at(0)->days;
}

/* The day in whose file the last letter lies. */
static uint32_t
last_row(const struct conv *c)
{
	uint32_t last = 0;

	for (size_t i = 0; i < c->said_n; i++) {
		const struct said *s = c->all[i];
		const uint32_t row = s->ours ? s->day : s->at.found;

		if (row > last)
			last = row;
	}
	return last;
}

uint32_t
clocks_end(const struct desk *d, const struct conv *c)
{
	const struct registered *one = registers_of(&d->registers, c->id);
	const uint32_t last = last_row(c);
	struct periods p;
	uint32_t days;

	clocks_periods(d, &p);
	days = one == NULL ? 0 : periods_of(&p, one->outcome);
	if (days == 0)
		return 0;
	return (one->outcome_day > last ? one->outcome_day : last) + days;
}

uint32_t
clocks_day_of(const struct desk *d, const struct registered_notice *n)
{
	uint32_t came = log_came(d, n->name);

	if (n->now)
		return 1;
	/* From a pack: whoever gave it had seen the day. */
	if (came == 0)
		came = n->said;
	return n->day > came + CLOCKS_NOTICE ? n->day : came + CLOCKS_NOTICE;
}

/* What lay in a later row than the entry nobody can have meant, whatever it
 * says; one more, for two clocks. */
static uint32_t
last_meant(const struct desk *d, const struct registered_notice *n)
{
	const uint32_t came = log_came(d, n->name);

	return 1 + (came == 0 ? n->said : came);
}

enum err
clocks_meant(
    const struct desk *d, const struct registered_notice *n, struct effect *f)
{
	const uint32_t last = last_meant(d, n);
	struct teamlog_line line;
	enum err e;

	if ((e = teamlog_find(d->log, &line, n->name)) != ERR_OK)
		return e;
	if ((e = effect_read(f, line.kind, line.body, line.body_len)) != ERR_OK)
		return e;
	f->last = n->said;
	f->count = last;
	if (f->before > last)
		f->before = last + 1;
	return ERR_OK;
}

static enum err
is_meant(const struct desk *d, const struct conv *c, struct said *s,
    const struct effect *f, bool *is)
{
	uint8_t mark[REGISTER_MARK_BYTES];
	enum err e;

	*is = s->ours ? s->day <= f->last
		      : s->row <= f->count && s->at.found < f->before;
	if (s->ours || *is || s->row > f->count)
		return ERR_OK;
	if ((e = register_mark(mark, c, s, d->vault->salt)) != ERR_OK)
		return e;
	for (size_t i = 0; !*is && i < f->ids_n; i++)
		*is = memcmp(f->ids[i], mark, sizeof mark) == 0;
	return ERR_OK;
}

enum err
clocks_count(const struct desk *d, struct conv *c, const struct effect *f,
    struct clocks_count *n)
{
	enum err e = ERR_OK;
	bool is;

	*n = (struct clocks_count){ .meant = 0 };
	conv_settle(c);
	for (size_t i = 0; e == ERR_OK && i < c->said_n; i++) {
		struct said *s = c->said[i];

		if ((e = is_meant(d, c, s, f, &is)) != ERR_OK)
			break;
		if (s->ours)
			n->ours += is;
		else if (is)
			n->meant++;
		else
			n->newer++;
	}
	return e;
}

static int
newest_first(const void *a, const void *b)
{
	const struct said *const *x = a, *const *y = b;

	return ((*x)->at.found < (*y)->at.found) -
	    ((*x)->at.found > (*y)->at.found);
}

/* The source's letters that are here: all by their marks, or of thousands the
 * newest, and those before by their days. */
enum err
clocks_put_meant(struct desk *d, struct conv *c, struct effect *f)
{
	struct said **list = calloc(c->said_n + 1, sizeof *list);
	size_t n = 0;
	enum err e = ERR_OK;

	if (list == NULL)
		return ERR_NOMEM;
	conv_settle(c);
	for (size_t i = 0; i < c->said_n; i++)
		if (!c->said[i]->ours)
			list[n++] = c->said[i];
	if (n > 1)
		qsort(list, n, sizeof *list, newest_first);
	f->ids_n = n < EFFECT_MARKS ? n : EFFECT_MARKS;
	f->before = n > EFFECT_MARKS ? list[EFFECT_MARKS - 1]->at.found + 1 : 0;
	for (size_t i = 0; e == ERR_OK && i < f->ids_n; i++)
		e = register_mark(f->ids[i], c, list[i], d->vault->salt);
	wipe_free(list, (c->said_n + 1) * sizeof *list);
	return e;
}

enum err
clocks_announce(struct desk *d, struct conv *c, uint32_t day,
    enum effect_outcome why, uint32_t today)
{
	struct effect *f = calloc(1, sizeof *f);
	enum err e;

	if (f == NULL)
		return ERR_NOMEM;
	f->kind = EFFECT_ANNOUNCE;
	memcpy(f->conversation, c->id, sizeof f->conversation);
	f->day = day;
	f->last = today;
	f->outcome = why;
	e = day == 0 ? ERR_OK : clocks_put_meant(d, c, f);
	if (e == ERR_OK)
		e = log_put_effect(d, f);
	wipe_free(f, sizeof *f);
	return e;
}

/* One field of a conversation, by an entry of its own. */
static enum err
put_field(struct desk *d, const struct conv *c, const struct effect *field)
{
	struct effect *f = calloc(1, sizeof *f);
	enum err e;

	if (f == NULL)
		return ERR_NOMEM;
	*f = *field;
	memcpy(f->conversation, c->id, sizeof f->conversation);
	e = log_put_effect(d, f);
	wipe_free(f, sizeof *f);
	return e;
}

enum err
clocks_set_outcome(struct desk *d, struct conv *c, enum effect_outcome outcome)
{
	const struct effect f = {
		.kind = EFFECT_OUTCOME, .outcome = outcome, .day = clock_day()
	};

	return c->outcome == outcome ? ERR_OK : put_field(d, c, &f);
}

enum err
clocks_hold(struct desk *d, struct conv *c, bool hold)
{
	const struct effect f = { .kind = EFFECT_HOLD, .on = hold };

	return c->hold == hold ? ERR_OK : put_field(d, c, &f);
}

enum err
clocks_set_periods(struct desk *d, const struct periods *p)
{
	struct effect *f = calloc(1, sizeof *f);
	enum err e;

	if (f == NULL)
		return ERR_NOMEM;
	f->kind = EFFECT_PERIODS;
	f->number = p->junk;
	f->count = p->irrelevant;
	f->last = p->closed;
	e = log_put_effect(d, f);
	wipe_free(f, sizeof *f);
	return e;
}

/* What counts of a conversation: one that is said to be done is over unless its
 * source wrote again. */
static const struct registered_notice *
notice_of(const struct registered *one)
{
	if (one == NULL || one->hold)
		return NULL;
	if (registered_has(&one->announced))
		return &one->announced;
	return registered_has(&one->doomed) ? &one->doomed : NULL;
}

static const char *
author(const struct desk *d, const uint8_t *name)
{
	const struct roster_member *m;
	struct teamlog_line line;

	if (teamlog_find(d->log, &line, name) != ERR_OK || line.member == NULL)
		return "";
	m = roster_member(d->roster, line.member);
	return m == NULL ? "" : m->name;
}

/* Does it mean any letter that is here, and are there others?  Rather said once
 * too often than not. */
static bool
is_about(const struct desk *d, const struct conv *c,
    const struct registered_notice *n, bool *others)
{
	struct effect *f = calloc(1, sizeof *f);
	struct clocks_count count = { .meant = 0 };
	bool is;

	is = f == NULL || clocks_meant(d, n, f) != ERR_OK ||
	    clocks_count(d, desk_conv_by_id(d, c->id), f, &count) != ERR_OK ||
	    count.meant > 0;
	*others = count.newer > 0;
	wipe_free(f, sizeof *f);
	return is;
}

void
clocks_state(const struct desk *d, const struct conv *c, struct clocks_state *s)
{
	const struct registered *one = registers_of(&d->registers, c->id);
	const struct registered_notice *n = notice_of(one);
	bool others;

	*s = (struct clocks_state){
		.outcome = c->outcome,
		.hold = c->hold,
		.ends = c->hold ? 0 : clocks_end(d, c),
		.by = "",
	};
	if (n == NULL || !is_about(d, c, n, &others))
		return;
	s->done = n == &one->doomed;
	s->stays = s->done && others;
	if (s->stays)
		return;
	s->goes = n->now ? clock_day() : clocks_day_of(d, n);
	s->asked = n->why == OUTCOME_OPEN;
	s->by = author(d, n->name);
}

unsigned
clocks_going(const struct desk *d)
{
	const struct registered_notice *n;
	unsigned going = 0;
	bool others;

	for (size_t i = 0; i < d->convs_n; i++) {
		const struct conv *c = d->convs[i];

		const struct registered *one =
		    registers_of(&d->registers, c->id);

		n = notice_of(one);
		going += n != NULL && is_about(d, c, n, &others) &&
		    (!others || n != &one->doomed);
	}
	return going;
}

enum err
clocks_take_back(struct desk *d, struct conv *c)
{
	const struct registered *one = registers_of(&d->registers, c->id);
	const struct effect f = { .kind = EFFECT_ANNOUNCE,
		.last = clock_day() };

	return notice_of(one) == NULL ? ERR_NOTHING : put_field(d, c, &f);
}

enum err
clocks_delete(struct desk *d, struct conv *c, uint32_t *day)
{
	const uint32_t today = clock_day();

	*day = 0;
	if (c->hold)
		return ERR_TAKEN;
	if (d->roster->devices_n == 1)
		return desk_delete(d, c);
	if (restrict_is_kept(d, c))
		return ERR_DENIED;
	*day = today + CLOCKS_NOTICE;
	return clocks_announce(d, c, *day, OUTCOME_OPEN, today);
}

bool
clocks_is_destroyed(
    const struct desk *d, const uint8_t id[static CONV_ID_BYTES], uint32_t day)
{
	const struct registered_dead *dead = registers_dead(&d->registers, id);

	return dead != NULL && day <= dead->day &&
	    desk_conv_by_id(d, id) == NULL;
}

size_t
clocks_register(const struct desk *d)
{
	return d->registers.dead_n;
}

const struct registered_dead *
clocks_register_at(const struct desk *d, size_t i)
{
	return &d->registers.dead[i];
}
