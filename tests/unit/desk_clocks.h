/* desk_clocks: what the tests of the second clock share. */
#ifndef UNIT_DESK_CLOCKS_H
#define UNIT_DESK_CLOCKS_H

#include "desk/clocks.h"
#include "desk/give.h"
#include "desk_two.h"

static struct writer w;

/* A letter that both desks have; the second is of that role. */
static inline void
begin_letter(enum member_role role)
{
	begin_two(&w, role);
}

static inline struct conv *
only_of(struct desk *d)
{
	OK(desk_count(d) == 1);
	return desk_at(d, 0);
}

static inline struct clocks_state
state(struct desk *d)
{
	struct clocks_state s;

	clocks_state(d, only_of(d), &s);
	return s;
}

/* Both sync twice then: what one announces or does the other hears of. */
static inline void
days_on(uint32_t n)
{
	set_day(day + n);
	for (unsigned i = 0; i < 2; i++) {
		sync_one(desk);
		sync_one(other);
	}
}

/* The same in steps of a day. */
static inline void
day_by_day(uint32_t n)
{
	for (uint32_t i = 0; i < n; i++) {
		set_day(day + 1);
		sync_one(desk);
		sync_one(other);
	}
}

static inline void
alike(void)
{
	sync_both();
	are_alike();
}

static inline void
both_again(void)
{
	again();
	open_other();
}

#endif
