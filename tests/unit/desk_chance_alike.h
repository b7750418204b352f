/* desk_chance_alike: what must be alike at all desks of desk_chance.h. */
#ifndef UNIT_DESK_CHANCE_ALIKE_H
#define UNIT_DESK_CHANCE_ALIKE_H

#include "desk_chance.h"

static inline void
said_alike(const struct said *s, const struct said *t)
{
	OK(memcmp(s->id, t->id, sizeof s->id) == 0);
	OK(memcmp(s->at.tag, t->at.tag, TAG_BYTES) == 0);
	OK(memcmp(s->at.words, t->at.words, 32) == 0);
	OK(s->ours == t->ours && s->unread == t->unread);
	OK(s->day == t->day && s->n == t->n && s->row == t->row);
	OK(s->more == t->more);
	OK(strcmp(s->text, t->text) == 0);
	OK(s->files_all == t->files_all);
}

/* The conversation of a writer at a desk, settled; NULL. */
static inline struct conv *
conv_with(const struct desk *d, const struct writer *w)
{
	struct conv *c = desk_conv_known(d, w->s.sign_public);

	if (c != NULL)
		conv_settle(c);
	return c != NULL && c->said_n > 0 ? c : NULL;
}

/* An answer of who might not speak any more and did not know it: the source has
 * it, its author's desk shows it, and so does one that had its words before it
 * had the roster; its entry has no effect, and the log of the others shows
 * that alone (doc/THREATS.md).  Nor has anybody else what the source sealed to
 * a circle that such an answer told it. */
static inline bool
is_of_nobodys_circle(const struct desk *d, const struct said *s)
{
	return s->by_circle &&
	    registers_circle(&d->registers, s->circle, NULL) == NULL;
}

static inline bool
is_too_late(struct desk *d, const struct said *s)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line l;
	bool is = false;

	OK(f != NULL);
	for (size_t i = 0; s->ours && !is && i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &l);
		is = l.kind == EFFECT_REPLY &&
		    (l.standing == TEAMLOG_ROLE ||
			l.standing == TEAMLOG_GONE) &&
		    effect_read(f, l.kind, l.body, l.body_len) == ERR_OK &&
		    memcmp(f->id, s->id, sizeof s->id) == 0;
	}
	free(f);
	return is || is_of_nobodys_circle(d, s);
}

/* What of a conversation all must have. */
static inline size_t
said_by_all(struct desk *d, const struct conv *c, const struct said **all)
{
	size_t n = 0;

	OK(c->said_n <= MANY_SAID);
	for (size_t i = 0; i < c->said_n; i++)
		if (!is_too_late(d, c->said[i]))
			all[n++] = c->said[i];
	return n;
}

static inline void
late_alike(
    struct desk *a, const struct conv *c, struct desk *b, const struct conv *o)
{
	const struct said *of_a[MANY_SAID], *of_b[MANY_SAID];
	const size_t n = said_by_all(a, c, of_a);

	OK(said_by_all(b, o, of_b) == n);
	for (size_t i = 0; i < n; i++)
		said_alike(of_a[i], of_b[i]);
}

static inline bool
has_late(struct desk *d, const struct conv *c)
{
	for (size_t i = 0; i < c->said_n; i++)
		if (is_too_late(d, c->said[i]))
			return true;
	return false;
}

static inline void
conv_alike(
    struct desk *a, const struct conv *c, struct desk *b, const struct conv *o)
{
	OK((c == NULL) == (o == NULL));
	if (c == NULL)
		return;
	if (has_late(a, c) || has_late(b, o)) {
		late_alike(a, c, b, o);
		return;
	}
	OK(c->said_n == o->said_n && c->apart == o->apart);
	OK(c->junk == o->junk && c->n == o->n);
	OK(conv_unread(c) == conv_unread(o));
	OK(conv_waits(c) == conv_waits(o));
	for (size_t j = 0; j < c->said_n; j++) {
		said_alike(c->said[j], o->said[j]);
		OK(c->said[j]->missing == o->said[j]->missing);
	}
}

static inline bool
logs_alike(struct desk *a, struct desk *b)
{
	uint8_t one[SHA256_BYTES], two[SHA256_BYTES];

	OK(teamlog_digest(a->log, one) == ERR_OK);
	OK(teamlog_digest(b->log, two) == ERR_OK);
	return memcmp(one, two, sizeof one) == 0;
}

/* Has this desk destroyed it on the announced day, whatever that was worth to
 * the others?  Somebody may have kept it from its member meanwhile. */
static inline bool
destroyed_it(const struct one *o, const uint8_t *id)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line l;
	bool has = false;

	OK(f != NULL);
	for (size_t i = 0; !has && i < teamlog_count(o->d->log); i++) {
		teamlog_at(o->d->log, i, &l);
		has = l.kind == EFFECT_DESTROYED &&
		    memcmp(l.device, o->id, sizeof o->id) == 0 &&
		    effect_read(f, l.kind, l.body, l.body_len) == ERR_OK &&
		    memcmp(f->conversation, id, CONV_ID_BYTES) == 0;
	}
	wipe_free(f, sizeof *f);
	return has;
}

/* Did it go here without a word, because it was announced and what came since
 * is kept from this desk's member? */
static inline bool
went_unseen(const struct one *o, const uint8_t *id)
{
	const struct registered *one = registers_of(&o->d->registers, id);

	return one != NULL && registered_has(&one->announced) &&
	    one->announced.day <= day && desk_conv_by_id(o->d, id) == NULL &&
	    (o->blind ||
		(one->restricted.is &&
		    !registers_reads(
			&o->d->registers, &one->restricted, o->member)));
}

/* Was the conversation destroyed by its period, or by a member, as all know? */
static inline bool
is_known_gone(const struct one *o, unsigned i)
{
	uint8_t id[CONV_ID_BYTES];

	conv_id_of(id, writers[i].s.sign_public, o->d->vault->salt);
	return o->deleted[i] || registers_dead(&o->d->registers, id) != NULL ||
	    destroyed_it(o, id) || went_unseen(o, id);
}

/* Or did this desk, a viewer's, destroy it on the announced day?  Another may
 * take the end back after that, for a letter that never came here. */
static inline bool
is_gone(const struct one *o, unsigned i)
{
	return o->went[i] > 0 || is_known_gone(o, i);
}

/* Have both had all that there is of a conversation? */
static inline bool
same_sight(const struct one *a, const struct one *b, unsigned writer)
{
	return !was_restricted(a, writer) &&
	    (also.same_sight == NULL || also.same_sight(a, b, writer));
}

/* Void entries of a device that was struck off: nobody cites them, so whoever
 * came behind it, by the welcome of a desk that had not fetched them, never
 * hears of them. */
static inline bool
never_told(const struct teamlog_line *l, const struct one *other)
{
	if (l->standing != TEAMLOG_GONE || teamlog_has(other->d->log, l->hash))
		return false;
	for (const struct one *by = many; by < other; by++)
		if (memcmp(by->id, l->device, sizeof by->id) == 0)
			return true;
	return false;
}

/* How many entries without effect this desk has that the other need not have:
 * they came from elsewhere than the line, or before the other did. */
static inline size_t
apart(const struct one *o, const struct one *other)
{
	struct teamlog_line l;
	size_t n = 0;

	for (size_t i = 0; i < teamlog_count(o->d->log); i++) {
		teamlog_at(o->d->log, i, &l);
		n += (also.apart != NULL && also.apart(&l)) ||
		    never_told(&l, other);
	}
	return n;
}

/* Everything that two desks of the team may disagree on. */
static inline void
many_alike(const struct one *a, const struct one *b)
{
	OK(desk_roster(a->d)->serial == desk_roster(b->d)->serial);
	OK(memcmp(desk_roster_hash(a->d), desk_roster_hash(b->d), 32) == 0);
	OK(logs_alike(a->d, b->d));
	OK(desk_log_count(a->d) - apart(a, b) ==
	    desk_log_count(b->d) - apart(b, a));
	for (unsigned i = 0; reads(a) && reads(b) && i < MANY_WRITERS; i++)
		if (!is_gone(a, i) && !is_gone(b, i) && same_sight(a, b, i))
			conv_alike(a->d, conv_with(a->d, &writers[i]), b->d,
			    conv_with(b->d, &writers[i]));
}

static inline bool
has_text(const struct conv *c, const char *text)
{
	for (size_t i = 0; c != NULL && i < c->said_n; i++)
		if (strcmp(c->said[i]->text, text) == 0)
			return true;
	return false;
}

#endif
