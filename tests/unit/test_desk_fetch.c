/* Fetching while somebody else is served: between two letters, broken off and
 * gone on with; how far it is, and when it last went well. */
#include "desk_team.h"

#define FOREIGN "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"

static struct writer writers[40];

static void
forty_letters(void)
{
	for (size_t i = 0; i < COUNT(writers); i++) {
		writer_make(&writers[i], (uint8_t)(i + 1));
		send(&writers[i], &(struct what){ .text = "hello" });
	}
}

static void
others_are_served_between_two_letters(void)
{
	begin_all();
	forty_letters();
	sync_all();
	OK(report.letters == COUNT(writers));
	OK(fake.breaths == COUNT(writers));
	end_all();
}

/* Broken off at the n-th letter, for every n: what came is kept, nothing comes
 * twice, and no refused one is counted twice. */
static void
a_fetch_that_is_broken_off_goes_on_where_it_was(void)
{
	for (unsigned n = 1; n <= 40; n += 3) {
		uint32_t came, refused;
		struct writer w;

		begin_all();
		writer_make(&w, 200);
		send(&w, &(struct what){ .text = "x", .other_team = FOREIGN });
		forty_letters();
		fake.choke = n;
		OK(sync_run(desk, reach, &report) == ERR_SHORT);
		OK(report.looked == n && report.all == 41);
		came = report.letters;
		refused = report.refused;
		OK(came + refused == n && came == desk_count(desk));
		sync_all();
		OK(came + report.letters == 40 && desk_count(desk) == 40);
		OK(refused + report.refused == 1);
		again();
		OK(desk_count(desk) == 40);
		end_all();
	}
}

static void
the_day_of_the_last_good_fetch_is_kept_and_no_time_of_it(void)
{
	uint32_t last = 0;

	begin_all();
	OK(sync_last(desk, &last) == ERR_NOTHING);
	fake.lose = 2;
	OK(sync_run(desk, reach, &report) == ERR_CLOSED);
	OK(sync_last(desk, &last) == ERR_NOTHING);
	sync_all();
	OK(sync_last(desk, &last) == ERR_OK && last == day);
	set_day(day + 3);
	again();
	OK(sync_last(desk, &last) == ERR_OK && last == day - 3);
	sync_all();
	OK(sync_last(desk, &last) == ERR_OK && last == day);
	end_all();
}

/* A line that is not to be believed was not fetched from. */
static void
a_fetch_that_was_stopped_is_no_good_one(void)
{
	uint32_t last = 0;

	begin_all();
	fake.day = day + 5;
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_CLOCK);
	OK(sync_last(desk, &last) == ERR_NOTHING);
	end_all();
}

T_BEGIN
desk_tests_begin();
T(others_are_served_between_two_letters)
T(a_fetch_that_is_broken_off_goes_on_where_it_was)
T(the_day_of_the_last_good_fetch_is_kept_and_no_time_of_it)
T(a_fetch_that_was_stopped_is_no_good_one)
T_END
