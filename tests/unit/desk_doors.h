/*
 * desk_doors: a team of three desks with two doors, on one line in memory.  A
 * test begins with many_doors() and ends with end_many().
 */
#ifndef UNIT_DESK_DOORS_H
#define UNIT_DESK_DOORS_H

#include "desk/members.h"
#include "desk_many.h"
#include "team/roster_edit.h"

enum { FRONT, LAB }; /* the doors' places in the roster */

static inline void
sign_next(struct roster *r)
{
	struct buf note;

	buf_init(&note, ROSTER_MAX);
	sign_roster(r, &note);
	buf_drop(&note);
	sync_many();
}

static inline struct roster *
next_one(void)
{
	struct roster *r = malloc(sizeof *r);

	OK(r != NULL);
	roster_begin(r, desk_roster(desk), desk_roster_hash(desk), day);
	return r;
}

/* Three desks: the admin reads at both doors, the second at the front, the
 * third in the lab. */
static inline void
many_doors(const enum member_role *roles)
{
	struct roster_door lab = { .id = { 7, 7, 7, 7 },
		.name = "Lab",
		.says = "the two who know machines",
		.readers_n = 1 };
	struct roster *r;

	begin_many(2, roles);
	memcpy(lab.readers[0], member_of(0), MEMBER_ID_BYTES);
	r = next_one();
	OK(roster_open_door(r, &lab, day) == ERR_OK);
	OK(roster_set_reader(r, lab.id, member_of(2), true) == ERR_OK);
	OK(roster_set_reader(r, r->doors[FRONT].id, member_of(2), false) ==
	    ERR_OK);
	sign_next(r);
	sync_many();
}

static inline const uint8_t *
door(size_t i)
{
	return desk_roster(desk)->doors[i].id;
}

static inline bool
holds(unsigned i, size_t at)
{
	return ring_has_chain(&many[i]->vault->ring, door(at));
}

/* Does any key on this desk open what lies in that place of the line? */
static inline bool
opens_any(unsigned i, size_t row)
{
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	const struct ring *r = &many[i]->vault->ring;
	struct age_identity *id;
	bool opens = false;

	for (size_t c = 0; c < r->chains_n; c++)
		for (uint32_t on = day - 3; on <= day; on++) {
			const struct ring_key key = { c, on };

			if (r->chains[c].chain.day > on)
				continue;
			OK(ring_identity(&id, r, &key) == ERR_OK);
			opens |= envelope_open(plain, id, fake.rows[row].bytes,
				     fake.rows[row].n) == ERR_OK;
			age_identity_close(id);
		}
	return opens;
}

#endif
