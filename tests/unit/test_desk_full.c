/* A disk that is full while what others gave is taken in: nothing of it is
 * thrown away, and all of it is here when there is room. */
#include "desk/words.h"
#include "desk_two.h"
#include "disk.h"

static bool
has_note(struct desk *d)
{
	const struct conv *c = desk_at(d, 0);
	struct desk_words words;
	struct buf text;
	uint32_t at = 0;
	bool has;

	buf_init(&text, 4096);
	has = desk_next_note(d, c, &at, &words) &&
	    desk_words_text(d, c, &words, &text) == ERR_OK && text.len == 6 &&
	    memcmp(text.at, "a note", 6) == 0;
	buf_drop(&text);
	return has;
}

/* True: there was room for all. */
static bool
sync_without_room(unsigned n)
{
	enum err e;

	disk_full = true;
	disk_countdown = n;
	e = sync_run(other, reach, &report);
	disk_countdown = 0;
	disk_full = false;
	OK(e == ERR_OK || e == ERR_FULL);
	return e == ERR_OK;
}

static void
what_finds_no_room_comes_when_there_is_some(bool reopen)
{
	const unsigned step = t_long() ? 1 : 7;
	struct writer w;
	bool done = false;
	unsigned n;

	for (n = 1; !done; n += step) {
		begin_two(&w, MEMBER_EDITOR);
		OK(desk_say_note(desk, desk_at(desk, 0), "a note", 6) ==
		    ERR_OK);
		reply(desk, "an answer");
		OK(desk_renew_chain(desk, desk_about(desk)->door, day) ==
		    ERR_OK);
		sync_one(desk);
		sync_one(desk);
		done = sync_without_room(n);
		if (reopen)
			open_other();
		sync_one(other);
		OK(has_note(other) && desk_at(other, 0)->said_n == 2);
		OK(other->vault->ring.chains_n == 3 && other->told_n == 0);
		sync_both();
		are_alike();
		end_team();
		OK(n < 400);
	}
	OK(n > 10);
}

static void
it_comes_to_a_desk_that_goes_on(void)
{
	what_finds_no_room_comes_when_there_is_some(false);
}

static void
it_comes_to_one_that_is_opened_again(void)
{
	what_finds_no_room_comes_when_there_is_some(true);
}

T_BEGIN
desk_tests_begin();
T(it_comes_to_a_desk_that_goes_on)
T(it_comes_to_one_that_is_opened_again)
T_END
