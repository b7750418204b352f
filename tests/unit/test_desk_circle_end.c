/* How a restricted conversation ends at a desk whose member does not read it:
 * what comes to those who do is not seen there. */
#include "desk/clocks.h"
#include "desk_circle.h"

static struct writer w;
static uint32_t announced;

/* An admin is kept from it; those who read it announce its end. */
static void
begin(void)
{
	begin_hello(&w, 2, editors);
	OK(restrict_to(1, at(1, &w), 6) == ERR_OK);
	answer(1, &w, "between us");
	sync_many();
	OK(restrict_stand(many[0], at(0, &w)) == RESTRICT_OUT);
	OK(clocks_delete(many[1], at(1, &w), &announced) == ERR_OK);
	sync_many();
}

static bool
anything_purged(void)
{
	for (size_t i = 0; i < fake.rows_n; i++)
		if (fake.rows[i].purged)
			return true;
	return false;
}

static void
who_is_kept_from_it_takes_nothing_from_those_who_read_it(void)
{
	begin();
	OK(desk_delete(many[0], at(0, &w)) == ERR_DENIED);
	set_day(announced);
	send_as_told(&w, &(struct what){ .text = "wait", .id = 2 });
	for (unsigned i = 0; i < 3; i++)
		sync_one(many[0]);
	OK(at(0, &w) != NULL && !anything_purged());
	/* They have the newer letter, and keep it. */
	sync_many();
	for (unsigned i = 0; i < 2; i++) {
		set_day(day + 9);
		sync_many();
	}
	for (unsigned i = 0; i < 3; i++)
		OK(at(i, &w) != NULL);
	OK(!anything_purged() && clocks_register(many[0]) == 0);
	end_many();
}

static void
it_goes_with_what_those_who_read_it_destroy(void)
{
	begin();
	set_day(announced);
	sync_many();
	for (unsigned i = 0; i < 3; i++)
		OK(at(i, &w) == NULL && clocks_register(many[i]) == 1);
	sync_many();
	OK(anything_purged());
	end_many();
}

/* Nobody who may say so has synced. */
static void
it_goes_a_week_later_when_nobody_says_anything(void)
{
	begin();
	set_day(announced + CLOCKS_NOTICE - 1);
	sync_one(many[0]);
	OK(at(0, &w) != NULL);
	set_day(day + 1);
	for (unsigned i = 0; i < 3; i++)
		sync_one(many[0]);
	OK(at(0, &w) == NULL && clocks_register(many[0]) == 0);
	open_one(0);
	OK(at(0, &w) == NULL && !anything_purged());
	end_many();
}

T_BEGIN
desk_tests_begin();
T(who_is_kept_from_it_takes_nothing_from_those_who_read_it)
T(it_goes_with_what_those_who_read_it_destroy)
T(it_goes_a_week_later_when_nobody_says_anything)
T_END
