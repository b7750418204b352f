#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "team/piece.h"

#include "desk/circles.h"
#include "desk/giving.h"
#include "desk/inside.h"
#include "desk/renewal.h"

/*
 * What belongs to a hand-out's entry: its file, made now, to the one-time
 * recipient that each device published last.
 */

static bool
reads_at(const struct roster *r, const uint8_t *member, const uint8_t *door)
{
	if (memcmp(door, ring_log, DOOR_ID_BYTES) == 0)
		return true;
	for (size_t i = 0; i < r->doors_n; i++)
		for (size_t j = 0; j < r->doors[i].readers_n; j++)
			if (memcmp(r->doors[i].id, door, DOOR_ID_BYTES) == 0 &&
			    memcmp(r->doors[i].readers[j], member,
				MEMBER_ID_BYTES) == 0)
				return true;
	return false;
}

/* For whom a hand-out is: one with the line's keys for admins alone, one with a
 * voice not for viewers. */
enum whom { ADMINS = 1, EDITORS = 2, VIEWERS = 4 };

static enum whom
whom_of(enum member_role role)
{
	return role == MEMBER_ADMIN ? ADMINS
	    : role == MEMBER_VIEWER ? VIEWERS
				    : EDITORS;
}

/* Room for every device there can be. */
static struct age_recipient *
make_recipients(void)
{
	return calloc(ROSTER_DEVICES, sizeof(struct age_recipient));
}

static void
drop_recipients(struct age_recipient *to)
{
	wipe_free(to, ROSTER_DEVICES * sizeof *to);
}

/* A file is for HANDOUT_STANZAS at most: several, for more. */
static enum err
seal_and_give(struct giving *g, const struct handout *h,
    const struct age_recipient *to, size_t n)
{
	const struct handout_maker by = { .team = g->d->print,
		.device_seed = g->d->vault->device,
		.roster = g->d->roster };
	struct buf sealed;
	enum err e = ERR_OK;

	buf_init(&sealed, HANDOUT_BYTES);
	for (size_t i = 0; e == ERR_OK && i < n; i += HANDOUT_STANZAS) {
		const size_t left = n - i;

		buf_clear(&sealed);
		e = handout_seal(&sealed, h, &by, to + i,
		    left < HANDOUT_STANZAS ? left : HANDOUT_STANZAS);
		if (e == ERR_OK)
			e = give_pieces(g, &g->log, PIECE_HAND_OUT, &sealed);
	}
	buf_drop(&sealed);
	return e;
}

/* One more recipient; ERR_NOTHING: none that is not among them.  Whoever
 * publishes what another device did keeps nobody from it. */
static enum err
add_recipient(struct giving *g, const uint8_t *device, struct effect *f,
    struct age_recipient *to, size_t *n)
{
	const enum err e = give_recipient_of(g->d, device, f, &to[*n]);

	for (size_t i = 0; e == ERR_OK && i < *n; i++)
		if (age_recipient_is_same(&to[i], &to[*n]))
			return ERR_NOTHING;
	*n += e == ERR_OK;
	return e;
}

/* Whom a hand-out is for: who reads at a door and is one of `whom`, or the
 * members that a circle was made for. */
struct meant {
	const uint8_t *door;
	unsigned whom;
	const struct registered_circle *circle; /* NULL: by the door */
};

static bool
is_meant(const struct meant *w, const struct roster *r, const uint8_t *member)
{
	const struct roster_member *m = roster_member(r, member);

	if (w->circle == NULL)
		return (whom_of(m->role) & w->whom) != 0 &&
		    reads_at(r, member, w->door);
	for (size_t i = 0; i < w->circle->members_n; i++)
		if (memcmp(w->circle->members[i], member, MEMBER_ID_BYTES) == 0)
			return true;
	return false;
}

/* The others who may have it. */
static enum err
gather(struct giving *g, const struct meant *w, struct age_recipient *to,
    size_t *n)
{
	const struct roster *r = g->d->roster;
	struct effect *f = calloc(1, sizeof *f);
	uint8_t id[DEVICE_ID_BYTES];
	enum err e = f == NULL ? ERR_NOMEM : ERR_OK;

	*n = 0;
	for (size_t i = 0; e == ERR_OK && i < r->devices_n; i++) {
		device_id(id, r->devices[i].key);
		if (memcmp(id, g->d->id, sizeof id) == 0 ||
		    !is_meant(w, r, r->devices[i].member))
			continue;
		e = add_recipient(g, id, f, to, n);
		if (e == ERR_NOTHING)
			e = ERR_OK; /* it needs a welcome, or a pack */
	}
	wipe_free(f, sizeof *f);
	return e;
}

/* The voice that began with a chain: of two that began on one day each goes
 * with its own. */
static const struct ring_voice *
voice_of(const struct ring *r, const struct ring_chain *chain)
{
	size_t before = 0;

	for (const struct ring_chain *c = r->chains; c < chain; c++)
		before += c->first == chain->first &&
		    memcmp(c->door, chain->door, DOOR_ID_BYTES) == 0;
	for (size_t i = 0; i < r->voices_n; i++)
		if (r->voices[i].first == chain->first &&
		    memcmp(r->voices[i].door, chain->door, DOOR_ID_BYTES) ==
			0 &&
		    before-- == 0)
			return &r->voices[i];
	return ring_voice_on(r, chain->door, chain->chain.day);
}

static enum err
fill_handout(struct handout *h, const struct giving *g,
    const struct ring_chain *chain, unsigned whom)
{
	const struct ring_voice *v = voice_of(&g->d->vault->ring, chain);
	enum err e;

	*h = (struct handout){ .chain = { .n = DOOR_ID_BYTES },
		.seed = chain->chain };
	memcpy(h->chain.id, chain->door, DOOR_ID_BYTES);
	memcpy(h->id, g->effect->id, sizeof h->id);
	if (g->d->vault->has_next && handout_chain_is_log(&h->chain)) {
		h->has_access = true;
		memcpy(h->access, g->d->vault->next_access, sizeof h->access);
	}
	if (whom == ADMINS &&
	    (e = renewal_keys(
		 g->d, &h->has_line, h->line.key, h->line.purge)) != ERR_OK)
		return e;
	if (whom == VIEWERS || v == NULL)
		return ERR_OK;
	h->has_voice = true;
	memcpy(h->voice.seed, v->seed, sizeof h->voice.seed);
	h->voice.first = v->first;
	h->voice.last = v->last;
	return ERR_OK;
}

static enum err
give_handout_to(struct giving *g, const struct ring_chain *chain, unsigned whom)
{
	struct age_recipient *to = make_recipients();
	const struct meant meant = { .door = chain->door, .whom = whom };
	struct handout h = { .roster = 0 };
	size_t n;
	enum err e = to == NULL ? ERR_NOMEM : ERR_OK;

	if (e == ERR_OK && (e = gather(g, &meant, to, &n)) == ERR_OK && n > 0 &&
	    (e = fill_handout(&h, g, chain, whom)) == ERR_OK)
		e = seal_and_give(g, &h, to, n);
	handout_drop(&h);
	drop_recipients(to);
	return e;
}

/* The key of a circle, by the desk that made it, or another of its members.
 * What was destroyed meanwhile is given to nobody. */
static enum err
give_circle(struct giving *g)
{
	const struct circle *c = circles_find(g->d, g->effect->chain);
	const struct registered_circle *of =
	    registers_circle(&g->d->registers, g->effect->chain, NULL);
	struct handout h = { .chain = { .n = HANDOUT_CIRCLE_BYTES } };
	struct age_recipient *to;
	size_t n;
	enum err e;

	if (c == NULL || of == NULL)
		return ERR_OK;
	if ((to = make_recipients()) == NULL)
		return ERR_NOMEM;
	memcpy(h.chain.id, c->id, sizeof c->id);
	memcpy(h.id, g->effect->id, sizeof h.id);
	h.seed = c->chain;
	if ((e = gather(g, &(struct meant){ .circle = of }, to, &n)) == ERR_OK)
		e = seal_and_give(g, &h, to, n);
	handout_drop(&h);
	drop_recipients(to);
	return e == ERR_DENIED ? ERR_OK : e;
}

/* With the log's chain admins get the line's keys. */
static enum err
give_handouts(struct giving *g, const struct ring_chain *c)
{
	const bool line = memcmp(c->door, ring_log, sizeof c->door) == 0 &&
	    renewal_has_keys(g->d);
	enum err e = ERR_OK;

	if (line)
		e = give_handout_to(g, c, ADMINS);
	if (e == ERR_OK)
		e = give_handout_to(g, c, line ? EDITORS : ADMINS | EDITORS);
	return e == ERR_OK ? give_handout_to(g, c, VIEWERS) : e;
}

enum err
give_handout(struct giving *g)
{
	const struct ring *r = &g->d->vault->ring;
	const struct effect *f = g->effect;
	enum err e = ERR_OK;

	if (f->chain_n != DOOR_ID_BYTES)
		return give_circle(g);
	for (size_t i = 0; e == ERR_OK && i < r->chains_n; i++) {
		const struct ring_chain *c = &r->chains[i];

		if (c->first != f->day ||
		    memcmp(c->door, f->chain, sizeof c->door) != 0)
			continue;
		e = give_handouts(g, c);
	}
	/* The roster may name another by now, who makes it again. */
	return e == ERR_DENIED ? ERR_OK : e;
}
