/*
 * desk_chance_circle: who reads a conversation changes in schedules from
 * MANY_CIRCLES on: members restrict it, let others in, take them out and undo
 * it, and its source seals to whom the newest answer says.
 */
#ifndef UNIT_DESK_CHANCE_CIRCLE_H
#define UNIT_DESK_CHANCE_CIRCLE_H

#include "desk/circles.h"
#include "desk_chance_talk.h"

#define MANY_CIRCLES 2000001U
#define SOURCE_READS 85U /* days; behind that it finds no answer any more */

/* What a source has read of its answers. */
static struct {
	size_t rows; /* so many were looked at */
	uint32_t n, day;
	bool has_next;
	struct age_recipient next;
} told[MANY_WRITERS];

static inline void
source_reads_slot(unsigned i, uint32_t on, uint32_t slot)
{
	struct letter l;

	if (read_reply(&l, &writers[i], on, slot) != ERR_OK)
		return;
	if (l.n >= told[i].n) {
		told[i].n = l.n;
		told[i].day = on;
		told[i].has_next = l.has_next && !l.next_is_door;
		told[i].next = l.next;
	}
	letter_drop(&l);
}

static inline void
source_reads(unsigned i)
{
	uint8_t tag[TAG_BYTES];

	for (; told[i].rows < fake.rows_n; told[i].rows++) {
		const struct fake_row *row = &fake.rows[told[i].rows];

		for (uint32_t j = 0;
		     row->n == ENVELOPE_LETTER_BYTES && j < 3 * TAG_SLOTS;
		     j++) {
			const uint32_t on = row->day - j / TAG_SLOTS;

			tag_at(
			    tag, &writers[i].tags, TAG_TO, on, j % TAG_SLOTS);
			if (memcmp(tag, row->tag, sizeof tag) == 0)
				source_reads_slot(i, on, j % TAG_SLOTS);
		}
	}
	if (told[i].day + SOURCE_READS < day)
		told[i].has_next = false;
}

/* The circle of this recipient; NULL: nobody has its key any more. */
static inline const struct circle *
circle_of(const struct age_recipient *to, uint32_t on)
{
	struct age_recipient r;

	for (size_t i = 0; i < many_n; i++)
		for (size_t j = 0; j < circles_count(many[i].d); j++) {
			const struct circle *c = circles_at(many[i].d, j);

			if (circle_recipient(&r, c, on) == ERR_OK &&
			    age_recipient_is_same(&r, to))
				return c;
		}
	return NULL;
}

static inline void
seal_as_told(unsigned letter, struct what *what)
{
	const unsigned i = letters[letter].writer;
	const struct circle *c;

	source_reads(i);
	what->seen = told[i].n;
	if (!told[i].has_next)
		return;
	what->to = &told[i].next;
	letters[letter].by_circle = true;
	letters[letter].held = 0;
	memset(letters[letter].circle, 0, sizeof letters[letter].circle);
	if ((c = circle_of(&told[i].next, told[i].day)) == NULL)
		return;
	memcpy(letters[letter].circle, c->id, sizeof c->id);
	for (size_t j = 0; j < many_n; j++)
		if (circles_find(many[j].d, letters[letter].circle) != NULL)
			letters[letter].held |= 1U << j;
	say("  sealed to a circle", NULL, letters[letter].held);
}

static inline void
circles_begin(void)
{
	memset(told, 0, sizeof told);
	as_told = seal_as_told;
}

/*
 * Moves.
 */

/* Some of those who read at the door; mostly with this desk's member. */
static inline size_t
choose_members(const struct one *o, uint8_t members[][MEMBER_ID_BYTES])
{
	const struct roster_door *door = &desk_roster(o->d)->doors[0];
	const bool own = roll(5) > 0;
	size_t n = 0;

	for (size_t i = 0; i < door->readers_n && n < MANY_MEMBERS; i++)
		if ((own && memcmp(door->readers[i], o->member, 4) == 0) ||
		    roll(2) == 0)
			memcpy(members[n++], door->readers[i], MEMBER_ID_BYTES);
	return n;
}

static inline void
move_restrict(void)
{
	uint8_t members[MANY_MEMBERS][MEMBER_ID_BYTES];
	unsigned w;
	struct one *o;
	struct conv *c = some_conv(&o, &w);
	const size_t n =
	    c == NULL || roll(4) == 0 ? 0 : choose_members(o, members);
	enum restrict_stand stand;
	enum err e;

	if (c == NULL)
		return;
	stand = restrict_stand(o->d, c);
	e = desk_restrict(
	    o->d, c, (const uint8_t(*)[MEMBER_ID_BYTES])members, n, day);
	say("restricts", o, (unsigned)e * 1000 + (unsigned)n * 100 + w);
	OK(e == ERR_OK || e == ERR_DENIED || e == ERR_NOTHING ||
	    e == ERR_MISSING || e == ERR_TAKEN);
	OK(e != ERR_DENIED || desk_role(o->d) == MEMBER_VIEWER ||
	    stand == RESTRICT_OUT);
	if (e == ERR_OK && roll(2) == 0)
		answer_by(o, w);
}

/* The source is to be told. */
static inline void
move_tell_source(void)
{
	unsigned w;
	struct one *o;
	const struct conv *c = some_conv(&o, &w);

	if (c != NULL && restrict_todo(o->d, c, day) != RESTRICT_FINE)
		answer_by(o, w);
}

static inline void
circle_move(void)
{
	static void (*const acts[])(void) = { move_restrict, move_restrict,
		move_tell_source, move_letter, move_letter, move_talk };

	if (roll(3) == 0)
		acts[roll(COUNT(acts))]();
	else
		any_move();
}

/*
 * What must be closed, and what alike.
 */

/* The keys that a desk holds are of circles that name its member, or it made
 * them and they had no effect. */
static inline void
holds_its_own_circles(struct one *o)
{
	for (size_t i = 0; i < circles_count(o->d); i++) {
		const struct circle *c = circles_at(o->d, i);
		const struct registered_circle *is =
		    registers_circle(&o->d->registers, c->id, NULL);

		OK(is != NULL ? registers_names(is, o->member)
			      : circle_is_by(c->id, o->id));
	}
}

static inline bool
opens_row(struct one *o, const struct fake_row *row)
{
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	struct ring *ring = &o->d->vault->ring;
	struct circles_key with;
	struct age_identity *id;
	struct ring_key key;
	size_t at = 0;
	bool open = false;

	while (!open && ring_next(ring, row->day, &at, &key)) {
		OK(ring_identity(&id, ring, &key) == ERR_OK);
		open = envelope_open(plain, id, row->bytes, row->n) == ERR_OK;
		age_identity_close(id);
	}
	return open ||
	    circles_open(plain, o->d, row->day, row->bytes, &with) == ERR_OK;
}

/* A letter to a circle: whoever held its key has it, and whoever is not of it
 * opens nothing, with the disk and all its keys. */
static inline void
letter_of_circle(struct one *o, unsigned i, bool served)
{
	const uint8_t *circle = letters[i].circle;
	const struct registered_circle *is =
	    registers_circle(&o->d->registers, circle, NULL);
	const struct conv *c = conv_with(o->d, &writers[letters[i].writer]);
	const bool here = has_text(c, letters[i].text);

	if (circles_find(o->d, circle) == NULL && !here)
		OK(!opens_row(o, &fake.rows[letters[i].row]));
	if (is != NULL && !registers_names(is, o->member) &&
	    letters[i].row >= o->born)
		OK(!here && circles_find(o->d, circle) == NULL);
	if (served && (letters[i].held >> (o - many) & 1) && !here) {
		printf("# desk %d has not %s, to a circle\n", (int)(o - many),
		    letters[i].text);
		OK(!"a letter is lost");
	}
}

static inline void
circles_closed(struct one *o, bool served)
{
	holds_its_own_circles(o);
	for (unsigned i = 0; i < letters_n; i++)
		if (letters[i].by_circle && !is_gone(o, letters[i].writer))
			letter_of_circle(o, i, served && reads(o));
}

/* Have those who read it a device?  Nobody makes another key without one, so
 * that whoever was struck off last has the one in use (doc/THREATS.md). */
static inline bool
has_device(const struct one *o, const struct restricted *r)
{
	const struct roster *is = desk_roster(o->d);

	for (size_t i = 0; i < is->devices_n; i++)
		if (restricted_has(r, is->devices[i].member))
			return true;
	return false;
}

/* A key that is in use is with those who read, and is with all of them. */
static inline void
key_is_theirs(const struct one *o, const struct restricted *r, unsigned writer)
{
	if (!r->has_circle || r->at_odds)
		return;
	for (size_t i = 0; i < many_n; i++) {
		const struct one *by = &many[i];
		const bool here = circles_find(by->d, r->circle) != NULL;
		const bool may = reads(by) && restricted_has(r, by->member);

		OK(may || !here || (by->out && !has_device(o, r)));
		if (may && !here && !by->locked && !by->cheated &&
		    !is_gone(by, writer)) {
			printf("# desk %d has not the key that %d has\n",
			    (int)i, (int)(o - many));
			OK(!"a key has not come");
		}
	}
}

static inline bool
has_source(const struct conv *c)
{
	for (size_t i = 0; c != NULL && i < c->said_n; i++)
		if (!c->said[i]->ours)
			return true;
	return false;
}

static inline void
restricted_alike(const struct restricted *r, const struct restricted *s)
{
	OK((r == NULL) == (s == NULL));
	if (r == NULL)
		return;
	OK(r->is == s->is && r->was == s->was && r->at_odds == s->at_odds);
	OK(r->refused == s->refused);
	if (!r->is || r->at_odds)
		return;
	OK(r->members_n == s->members_n && r->has_circle == s->has_circle);
	for (size_t i = 0; i < r->members_n; i++)
		OK(restricted_has(s, r->members[i]));
	OK(memcmp(r->circle, s->circle, sizeof r->circle) == 0);
	OK(r->day == s->day && r->since == s->since && r->told == s->told);
}

/* What both have is the same, and marked alike. */
static inline void
shared_alike(const struct desk *a, const struct conv *c, const struct desk *b,
    const struct conv *o)
{
	for (size_t i = 0; i < c->said_n; i++)
		for (size_t j = 0; j < o->said_n; j++) {
			const struct said *s = c->said[i], *t = o->said[j];

			if (memcmp(s->id, t->id, sizeof s->id) != 0 ||
			    memcmp(s->at.words, t->at.words, 32) != 0)
				continue;
			OK(s->ours == t->ours && s->unread == t->unread);
			OK(s->day == t->day && s->n == t->n);
			OK(s->row == t->row && strcmp(s->text, t->text) == 0);
			OK(restrict_is_open(a, c, s) ==
			    restrict_is_open(b, o, t));
			OK(restrict_is_outside(a, c, s) ==
			    restrict_is_outside(b, o, t));
		}
}

static inline void
circles_alike(const struct one *a, const struct one *b)
{
	for (unsigned i = 0; reads(a) && reads(b) && i < MANY_WRITERS; i++) {
		const struct conv *c = conv_with(a->d, &writers[i]);
		const struct conv *o = conv_with(b->d, &writers[i]);
		const struct restricted *r;

		if (is_gone(a, i) || is_gone(b, i) || !has_source(c) ||
		    !has_source(o))
			continue;
		r = restrict_of(a->d, c);
		restricted_alike(r, restrict_of(b->d, o));
		if (r == NULL)
			continue;
		shared_alike(a->d, c, b->d, o);
		key_is_theirs(a, r, i);
	}
}

#endif
