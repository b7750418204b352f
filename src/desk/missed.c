#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"
#include "team/roster_edit.h"

#include "desk/inside.h"
#include "desk/missed.h"

/* A message was read when some of its files were here: any of them.  With more
 * than so many nothing is said of its conversation. */
#define FILES 8U
/* Marks that are made of choices, of one conversation and of all: a source
 * chooses how many messages and files it sends. */
#define MARKS_ONE 65536U
#define MARKS_ALL (8 * MARKS_ONE)

/* What is known of the marks of a conversation. */
enum known {
	KNOWN_AS_THEY_ARE = 1, /* those of its messages as they are here */
	KNOWN_EVER, /* as they ever were */
	KNOWN_NOT /* nothing is said of it */
};

struct hunt {
	struct desk *d;
	struct effect *f; /* an entry that was read */
	struct tagmap here; /* marks of what is here; value: nothing */
	struct tagmap convs; /* id of a conversation -> enum known */
	struct tagmap counted; /* marks of what is not */
	uint32_t made, before; /* marks of choices; before this conversation */
	uint32_t n;
};

static bool
reads_everywhere(const struct desk *d)
{
	const struct roster *r = d->roster;

	for (size_t i = 0; i < r->doors_n; i++)
		if (roster_reader(&r->doors[i], d->about.member) ==
		    r->doors[i].readers_n)
			return false;
	return true;
}

/* Might all that was ever written in it be here? */
static bool
is_whole_ours(const struct desk *d, const uint8_t *id, uint32_t today)
{
	const struct registers *r = &d->registers;
	const struct registered *of = registers_of(r, id);

	return registers_dead(r, id) == NULL &&
	    (registers_restricted(r, id) == NULL ||
		registers_always_had(r, id, d->about.member)) &&
	    (of == NULL ||
		(!registered_has(&of->doomed) &&
		    (!registered_has(&of->announced) ||
			of->announced.day > today)));
}

static enum err
add(struct hunt *h, const struct conv *c, struct said *s)
{
	uint8_t mark[REGISTER_MARK_BYTES];
	const enum err e = register_mark(mark, c, s, h->d->vault->salt);

	return e == ERR_OK ? tagmap_put(&h->here, mark, 0) : e;
}

static bool
is_same_file(const struct said_file *f, const struct said_file *g)
{
	return f->size == g->size &&
	    memcmp(f->sha256, g->sha256, sizeof f->sha256) == 0;
}

/* Its files, each once; more than FILES when there are more. */
static size_t
each_file(struct said_file **all, const struct said *s)
{
	size_t n = 0;

	for (size_t i = 0; i < s->files_all && n <= FILES; i++) {
		size_t j = 0;

		while (j < n && !is_same_file(all[j], &s->files[i]))
			j++;
		if (j < n)
			continue;
		if (n < FILES)
			all[n] = &s->files[i];
		n++;
	}
	return n;
}

static bool
may_make(struct hunt *h, uint32_t marks)
{
	if (h->made + marks > MARKS_ALL ||
	    h->made - h->before + marks > MARKS_ONE)
		return false;
	h->made += marks;
	return true;
}

/* With each choice of its files, in the day's place or not. */
static enum err
add_ever(struct hunt *h, const struct conv *c, const struct said *s)
{
	struct said_file *all[FILES], *some = calloc(FILES, sizeof *some);
	const size_t n = each_file(all, s);
	const bool said = n <= FILES && may_make(h, 2U << n);
	enum err e = some == NULL ? ERR_NOMEM : ERR_OK;

	if (e == ERR_OK && !said)
		e = tagmap_put(&h->convs, c->id, KNOWN_NOT);
	for (unsigned i = 0; e == ERR_OK && said && i < 2U << n; i++) {
		struct said one = *s;

		one.files = some;
		one.files_all = one.marked = 0;
		one.misdated = i & 1U;
		for (size_t j = 0; j < n; j++)
			if (i >> (j + 1) & 1U)
				some[one.files_all++] = *all[j];
		e = add(h, c, &one);
	}
	wipe_free(some, FILES * sizeof *some);
	return e;
}

static enum err
know(struct hunt *h, struct conv *c, const uint8_t *id, enum known how)
{
	enum err e = tagmap_put(&h->convs, id, how);

	h->before = h->made;
	for (size_t i = 0; c != NULL && e == ERR_OK && i < c->said_n; i++)
		if (!c->all[i]->ours)
			e = how == KNOWN_EVER ? add_ever(h, c, c->all[i])
					      : add(h, c, c->all[i]);
	return e;
}

/* One that is here was read as it is now, most often. */
static enum err
look_for(struct hunt *h, const uint8_t *id, const uint8_t *mark)
{
	struct conv *c = desk_conv_by_id(h->d, id);
	uint32_t known = 0;
	enum err e = ERR_OK;

	(void)tagmap_get(&h->convs, id, &known);
	for (; e == ERR_OK && known < KNOWN_EVER; known++)
		if (tagmap_get(&h->here, mark, NULL))
			return ERR_OK;
		else
			e = know(h, c, id, (enum known)(known + 1));
	if (e == ERR_OK)
		(void)tagmap_get(&h->convs, id, &known);
	if (e != ERR_OK || known == KNOWN_NOT ||
	    tagmap_get(&h->here, mark, NULL) ||
	    tagmap_get(&h->counted, mark, NULL))
		return e;
	h->n++;
	return tagmap_put(&h->counted, mark, 0);
}

/* Of what was destroyed nothing is said, nor of what others kept to
 * themselves. */
static enum err
judge(struct hunt *h, const struct teamlog_line *line, uint32_t today)
{
	const bool own = desk_is_own(h->d, line->device);
	uint32_t known = 0;
	enum err e;

	if ((line->kind != EFFECT_DESTROYED && line->kind != EFFECT_DELETE &&
		line->kind != EFFECT_READ) ||
	    (line->standing != TEAMLOG_EFFECT &&
		(!own || line->kind == EFFECT_READ)))
		return ERR_OK;
	e = effect_read(h->f, line->kind, line->body, line->body_len);
	if (e != ERR_OK)
		return e == ERR_NOMEM ? e : ERR_OK;
	(void)tagmap_get(&h->convs, h->f->conversation, &known);
	if (known != KNOWN_NOT &&
	    (line->kind != EFFECT_READ ||
		!is_whole_ours(h->d, h->f->conversation, today)))
		return tagmap_put(&h->convs, h->f->conversation, KNOWN_NOT);
	return ERR_OK;
}

static enum err
look_through(struct hunt *h, const struct teamlog_line *line)
{
	uint32_t known = 0;
	enum err e;

	if (line->kind != EFFECT_READ || line->standing != TEAMLOG_EFFECT ||
	    desk_is_own(h->d, line->device))
		return ERR_OK;
	e = effect_read(h->f, line->kind, line->body, line->body_len);
	if (e != ERR_OK)
		return e == ERR_NOMEM ? e : ERR_OK;
	(void)tagmap_get(&h->convs, h->f->conversation, &known);
	for (size_t i = 0; known != KNOWN_NOT && e == ERR_OK && i < h->f->ids_n;
	     i++)
		e = look_for(h, h->f->conversation, h->f->ids[i]);
	return e;
}

static enum err
count(struct desk *d, uint32_t today, uint32_t *n)
{
	struct hunt h = { .d = d, .f = calloc(1, sizeof *h.f) };
	struct teamlog_line line;
	enum err e = h.f == NULL ? ERR_NOMEM : ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &line);
		e = judge(&h, &line, today);
	}
	for (size_t i = 0; e == ERR_OK && i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &line);
		e = look_through(&h, &line);
	}
	*n = h.n;
	tagmap_drop(&h.here);
	tagmap_drop(&h.convs);
	tagmap_drop(&h.counted);
	wipe_free(h.f, sizeof *h.f);
	return e;
}

enum err
missed_count(struct desk *d, uint32_t *n)
{
	const struct missed_at at = { .entries = teamlog_count(d->log),
		.arrived = d->arrived,
		.convs = d->convs_n,
		.serial = d->roster->serial,
		.today = clock_day() };
	enum err e = ERR_OK;

	*n = 0;
	if (memcmp(&at, &d->missed_at, sizeof at) != 0) {
		d->missed = 0;
		if (reads_everywhere(d))
			e = count(d, at.today, &d->missed);
		if (e == ERR_OK)
			d->missed_at = at;
	}
	if (e == ERR_OK)
		*n = d->missed;
	return e;
}
