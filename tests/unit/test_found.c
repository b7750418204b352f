/* What a source found, as `tell` and the pages show it. */
#include <string.h>

#include "letter/found.h"
#include "t.h"

#define MANY 8U

static struct found found[MANY], *list[MANY];
static struct conversation_item *room[2 * MANY];
static struct found_said said;
static size_t count;

static struct letter
letter_of(enum letter_kind kind, uint8_t id, const char *text, uint32_t day)
{
	struct letter l;

	letter_init(&l, kind);
	l.id[0] = id;
	l.day = day;
	l.text = text;
	l.text_len = strlen(text);
	return l;
}

static void
take(struct letter l, uint32_t day, uint32_t slot)
{
	const struct tag_place place = {
		.kind = l.kind == LETTER_REPLY ? TAG_TO : TAG_OWN,
		.day = day,
		.slot = slot,
	};

	OK(count < MANY);
	l.tag[0] = (uint8_t)(count + 1);
	found_take(&found[count], &l, &place, 0);
	list[count] = &found[count];
	count++;
}

static void
reply(uint32_t n, uint32_t day)
{
	struct letter l = letter_of(LETTER_REPLY, (uint8_t)('0' + n), "r", day);

	l.n = n;
	take(l, day, n);
}

/* Do those shown have these first bytes of ids? */
static bool
shown(const char *ids, bool all)
{
	found_order(&said, list, room, count, all);
	if (said.shown != strlen(ids))
		return false;
	for (size_t i = 0; i < said.shown; i++)
		if (list[i]->letter.id[0] != (uint8_t)ids[i])
			return false;
	return true;
}

static void
drop(void)
{
	while (count > 0)
		found_drop(&found[--count]);
}

static void
nothing_found_says_nothing(void)
{
	OK(shown("", true));
	OK(said.apart == 0 && said.seen == 0 && said.next == NULL);
}

static void
those_dated_otherwise_stand_last(void)
{
	take(letter_of(LETTER_KEPT, 'b', "of tomorrow", 21), 11, 0);
	take(letter_of(LETTER_KEPT, 'a', "of yesterday", 1), 10, 0);
	reply(1, 12);
	OK(shown("1ab", true));
	OK(said.apart == 1 && list[1]->at.misdated && list[2]->at.misdated);
	drop();
}

static void
what_was_found_twice_is_shown_once_unless_it_brings_a_file(void)
{
	struct letter l = letter_of(LETTER_REPLY, 'a', "same", 10);
	static const size_t files[] = { 1, 1, 2 };

	for (size_t i = 0; i < COUNT(files); i++) {
		l.n = (uint32_t)i + 1;
		l.file_count = files[i];
		l.files[0].size = 7;
		l.files[1].size = 8;
		take(l, 10, (uint32_t)i);
	}
	OK(shown("aa", true));
	OK(list[0]->letter.n == 1 && list[1]->letter.n == 3);
	OK(said.apart == 2 && said.seen == 3);
	/* The others stay, so that all can be dropped. */
	OK(list[2]->letter.n == 2);
	take(letter_of(LETTER_REPLY, 'a', "other words", 10), 10, 3);
	OK(shown("aaa", true));
	drop();
}

static void
what_lacks_is_said_when_nothing_else_lies_there(void)
{
	reply(2, 10);
	reply(4, 11);
	OK(shown("24", true) && list[1]->at.missing == 1);
	OK(shown("24", false) && list[1]->at.missing == 0);
	take(letter_of(LETTER_KEPT, 'k', "what I read has gone", 12), 12, 0);
	found[2].letter.seen = found[2].at.n = 9;
	OK(shown("24k", true) && list[2]->at.missing == 0);
	drop();
}

static void
the_answer_of_greatest_number_says_where_to_seal(void)
{
	struct letter l = letter_of(LETTER_REPLY, 'x', "r", 10);

	l.has_next = true;
	l.n = 5;
	take(l, 10, 0);
	l.id[0] = 'y';
	l.day = 12;
	l.n = 4;
	take(l, 12, 0);
	reply(6, 12);
	OK(shown("yx6", true) && said.seen == 6);
	OK(said.next == &found[0].letter.next);
	drop();
}

/* Else a source would go on sealing to those who read it before. */
static void
an_answer_can_send_back_to_the_door(void)
{
	struct letter l = letter_of(LETTER_REPLY, 'x', "r", 10);

	l.has_next = true;
	l.n = 5;
	take(l, 10, 0);
	l.id[0] = 'y';
	l.next_is_door = true;
	l.n = 6;
	take(l, 12, 0);
	OK(shown("xy", true) && said.next == NULL);
	drop();
}

T_BEGIN
T(nothing_found_says_nothing)
T(those_dated_otherwise_stand_last)
T(what_was_found_twice_is_shown_once_unless_it_brings_a_file)
T(what_lacks_is_said_when_nothing_else_lies_there)
T(the_answer_of_greatest_number_says_where_to_seal)
T(an_answer_can_send_back_to_the_door)
T_END
