/*
 * desk_chance_door: schedules from MANY_DOORS on have a second door, the lab:
 * an admin opens it, puts members on and takes them off, and sources write to
 * both.
 */
#ifndef UNIT_DESK_CHANCE_DOOR_H
#define UNIT_DESK_CHANCE_DOOR_H

#include "desk_chance_circle.h"

#define MANY_DOORS 3000001U
#define LAB 1U

/* What the lab is to each desk. */
static struct {
	bool reads, ever;
	bool always; /* from the day on which it was opened */
	struct ring had; /* when it was excluded */
	size_t since;
} lab[MANY_EVER];
static const uint8_t lab_id[DOOR_ID_BYTES] = { 7, 7, 7, 7 };
static bool to_lab; /* where the next letter goes */

static inline bool
is_lab_reader(const struct roster *r, const struct one *o)
{
	return r->doors_n > LAB && roster_device(r, o->id) != NULL &&
	    roster_reader(&r->doors[LAB], o->member) < r->doors[LAB].readers_n;
}

static inline bool
wrote_to_lab(unsigned writer)
{
	for (unsigned i = 0; i < letters_n; i++)
		if (letters[i].writer == writer && letters[i].at_lab)
			return true;
	return false;
}

static inline void
lab_joined(const struct one *o, const struct one *admin)
{
	const size_t i = (size_t)(o - many);

	memset(&lab[i], 0, sizeof lab[i]);
	lab[i].reads = lab[i].ever = is_lab_reader(desk_roster(o->d), o);
	lab[i].always = lab[i].reads && lab[admin - many].always;
	/* A pack has what is read at the door of the last letter. */
	for (unsigned j = 0; j < MANY_WRITERS; j++)
		many[i].partial[j] |= wrote_to_lab(j) && !lab[i].always;
}

static inline void
lab_lost(size_t i)
{
	lab[i].had = many[i].d->vault->ring;
	lab[i].always = false;
	for (unsigned j = 0; j < letters_n; j++)
		if (letters[j].at_lab)
			letters[j].held &= ~(1U << i);
}

static inline void
lab_excluded(const struct roster *r)
{
	for (size_t i = 0; i < many_n; i++) {
		const bool was = lab[i].reads;

		lab[i].reads = is_lab_reader(r, &many[i]);
		lab[i].ever |= lab[i].reads;
		if (was && !lab[i].reads) {
			lab_lost(i);
		} else if (lab[i].reads) {
			lab[i].had.chains_n = 0;
		}
		if (was != lab[i].reads)
			lab[i].since = 0;
	}
}

/* Who had no key yet may still be handed one that was on its way. */
static inline void
lab_closed(void)
{
	for (size_t i = 0; i < many_n; i++)
		if (ring_has_chain(&lab[i].had, lab_id) && lab[i].since == 0 &&
		    is_foreign(&lab[i].had, LAB))
			lab[i].since = fake.rows_n;
}

static inline bool
lab_same_sight(const struct one *a, const struct one *b, unsigned writer)
{
	return !wrote_to_lab(writer) ||
	    (lab[a - many].always && lab[b - many].always);
}

static inline void
choose_door(unsigned letter, struct what *what)
{
	what->door = to_lab ? LAB : 0;
	letters[letter].at_lab = to_lab;
	letters[letter].held = 0;
}

static inline void
doors_begin(void)
{
	memset(lab, 0, sizeof lab);
	to_lab = false;
	as_told = choose_door;
	also.joined = lab_joined;
	also.excluded = lab_excluded;
	also.closed = lab_closed;
	also.same_sight = lab_same_sight;
}

/*
 * Moves.
 */

static inline void
open_lab(struct one *admin, struct roster *r)
{
	struct roster_door is = { .id = { 7, 7, 7, 7 },
		.name = "Lab",
		.says = "who knows machines",
		.readers_n = 1 };

	memcpy(is.readers[0], admin->member, MEMBER_ID_BYTES);
	OK(roster_open_door(r, &is, day) == ERR_OK);
	for (size_t i = 0; i < r->members_n; i++)
		if (roll(2) == 0) {
			const enum err e =
			    roster_set_reader(r, is.id, r->members[i].id, true);

			OK(e == ERR_OK || e == ERR_TAKEN);
		}
	for (size_t i = 0; i < many_n; i++)
		lab[i].always = is_lab_reader(r, &many[i]);
}

static inline void
move_door(void)
{
	struct one *admin = an_admin();
	struct roster *r;
	const struct roster_member *m;
	enum err e = ERR_OK;

	if (admin == NULL || roll(2) == 0)
		return;
	r = begin_roster(admin);
	m = &r->members[roll((uint32_t)r->members_n)];
	if (r->doors_n == 1)
		open_lab(admin, r);
	else
		e = roster_set_reader(r, r->doors[LAB].id, m->id,
		    roster_reader(&r->doors[LAB], m->id) ==
			r->doors[LAB].readers_n);
	say("changes the lab", admin, (unsigned)e * 10 + m->id[0]);
	OK(e == ERR_OK || e == ERR_MISSING);
	if (e == ERR_OK) {
		end_roster(admin, r);
		many_note_unknown(admin);
		many_note_excluded(admin);
	} else {
		wipe_free(r, sizeof *r);
	}
}

static inline bool
is_lab_open(void)
{
	const struct roster *r = desk_roster(desk);
	const struct key_note_door *door = r->doors_n > LAB
	    ? key_note_door(&fake_offer()->note, r->doors[LAB].id)
	    : NULL;

	return door != NULL && key_note_recipient(door, day) != NULL;
}

/* Whose keys open it at once must have it. */
static inline void
move_lab_letter(void)
{
	const unsigned n = letters_n;

	if (!is_lab_open())
		return;
	to_lab = true;
	write_letter(roll(MANY_WRITERS), (uint8_t)(letters_n + 1), 0);
	to_lab = false;
	for (size_t i = 0; n < letters_n && i < many_n; i++)
		if (lab[i].reads &&
		    opens_row(&many[i], &fake.rows[letters[n].row]))
			letters[n].held |= 1U << i;
}

static inline void
door_move(void)
{
	static void (*const acts[])(void) = { move_door, move_door,
		move_lab_letter, move_lab_letter, move_reply, move_talk };

	if (roll(3) == 0)
		acts[roll(COUNT(acts))]();
	else
		any_move();
}

/*
 * What must be closed, and what alike.
 */

static inline void
lab_opens_nothing(const struct one *o, const struct ring *ring)
{
	const size_t from = lab[o - many].since;

	for (size_t i = from; from > 0 && i < fake.rows_n; i++)
		for (size_t c = 0; c < ring->chains_n; c++) {
			const struct ring_chain *with = &ring->chains[c];

			if (with->door[0] != 7 || with->door[1] != 7)
				continue;
			OK(!opens(with, fake.rows[i].day, &fake.rows[i]));
			OK(!opens(with, fake.rows[i].day - 1, &fake.rows[i]));
		}
}

static inline void
lab_letter(struct one *o, unsigned i, bool served)
{
	const size_t place = (size_t)(o - many);
	const struct conv *c = conv_with(o->d, &writers[letters[i].writer]);
	const bool here = has_text(c, letters[i].text);

	if (!lab[place].ever)
		OK(!here && !opens_row(o, &fake.rows[letters[i].row]));
	if (served && lab[place].reads && (letters[i].held >> place & 1) &&
	    !here) {
		printf("# desk %zu has not %s, to the lab\n", place,
		    letters[i].text);
		OK(!"a letter is lost");
	}
}

static inline void
lab_is_closed(struct one *o, bool served)
{
	const size_t place = (size_t)(o - many);

	if (also.same_sight == NULL)
		return;
	if (!lab[place].reads) {
		lab_opens_nothing(o, &lab[place].had);
		lab_opens_nothing(o, &o->d->vault->ring);
	}
	OK(lab[place].ever || !ring_has_chain(&o->d->vault->ring, lab_id));
	if (served && lab[place].reads)
		OK(ring_has_chain(&o->d->vault->ring, lab_id));
	for (unsigned i = 0; i < letters_n; i++)
		if (letters[i].at_lab && !is_gone(o, letters[i].writer))
			lab_letter(o, i, served);
}

static inline void
doors_alike(const struct one *a, const struct one *b)
{
	for (unsigned i = 0; also.same_sight != NULL && i < MANY_WRITERS; i++) {
		const struct conv *c = conv_with(a->d, &writers[i]);
		const struct conv *o = conv_with(b->d, &writers[i]);

		if (c != NULL && o != NULL && !is_gone(a, i) && !is_gone(b, i))
			shared_alike(a->d, c, b->d, o);
	}
}

#endif
