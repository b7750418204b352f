/* A conversation that is restricted to some of three members. */
#include "desk_circle.h"

static void
restricted_letters_open_at_the_named_desks_only(void)
{
	struct letter l;
	struct writer w;

	begin_circle(&w);
	OK(restrict_stand(many[0], at(0, &w)) == RESTRICT_READS);
	OK(restrict_todo(many[0], at(0, &w), day) == RESTRICT_TELL);
	answer(0, &w, "from now on");
	OK(restrict_todo(many[0], at(0, &w), day) == RESTRICT_FINE);
	OK(newest(&l, &w) && l.has_next && !l.next_is_door);
	letter_drop(&l);
	send_as_told(&w, &(struct what){ .text = "for two of you", .id = 2 });
	sync_many();
	OK(at(0, &w)->said_n == 3 && at(1, &w)->said_n == 3);
	OK(at(2, &w)->said_n == 1);
	OK(restrict_stand(many[1], at(1, &w)) == RESTRICT_READS);
	OK(restrict_stand(many[2], at(2, &w)) == RESTRICT_OUT);
	OK(circles_count(many[2]) == 0);
	for (unsigned i = 0; i < 3; i++)
		open_one(i);
	OK(at(1, &w)->said_n == 3 && at(2, &w)->said_n == 1);
	OK(at(1, &w)->said[2]->by_circle && !at(1, &w)->said[0]->by_circle);
	/* Replies of one reach the other, and nobody else. */
	answer(1, &w, "from the second");
	sync_many();
	OK(at(0, &w)->said_n == 4 && at(2, &w)->said_n == 1);
	end_many();
}

static void
notes_on_a_restricted_conversation_are_read_by_its_members_only(void)
{
	unsigned all, here;
	struct writer w;

	begin_hello(&w, 2, editors);
	OK(desk_say_note(many[2], at(2, &w), "before", 6) == ERR_OK);
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
	answer(0, &w, "from now on");
	sync_many();
	OK(desk_say_note(many[1], at(1, &w), "among two", 9) == ERR_OK);
	sync_many();
	for (unsigned i = 0; i < 2; i++) {
		count_notes(i, &w, &all, &here);
		OK(all == 2 && here == 2);
	}
	count_notes(2, &w, &all, &here);
	OK(all == 2 && here == 1);
	end_many();
}

/* Also with a recording of the line, the disk and its passphrase; and an admin
 * is no other. */
static void
who_is_excluded_has_no_key_for_what_comes(void)
{
	static const enum member_role roles[] = { MEMBER_EDITOR, MEMBER_ADMIN,
		MEMBER_EDITOR };
	struct writer w;

	begin_hello(&w, 3, roles);
	/* By an editor, with another; both admins are out. */
	OK(restrict_to(1, at(1, &w), 1U << 1 | 1U << 3) == ERR_OK);
	answer(1, &w, "an answer to it");
	send_as_told(&w, &(struct what){ .text = "a secret word", .id = 2 });
	sync_many();
	OK(desk_say_note(many[3], at(3, &w), "a word among us", 15) == ERR_OK);
	sync_many();
	for (unsigned i = 0; i < 4; i++)
		open_one(i);
	OK(opens_any(1, &w, "a secret word") &&
	    opens_any(3, &w, "a secret word"));
	OK(opens_any(1, &w, "a word among us") &&
	    opens_any(3, &w, "an answer to it"));
	for (unsigned i = 0; i < 4; i += 2) {
		OK(opens_any(i, &w, "hello"));
		OK(!opens_any(i, &w, "a secret word"));
		OK(!opens_any(i, &w, "an answer to it"));
		OK(!opens_any(i, &w, "a word among us"));
		OK(circles_count(many[i]) == 0);
		OK(restrict_stand(many[i], at(i, &w)) == RESTRICT_OUT);
		/* Nor can they let themselves in, or answer. */
		OK(restrict_to(i, at(i, &w), 15) == ERR_DENIED);
		OK(restrict_to(i, at(i, &w), 0) == ERR_DENIED);
	}
	end_many();
}

/* Somebody who goes on as if there were no restriction: seen by all others. */
static void
a_reply_made_by_an_excluded_member_shows_up(void)
{
	struct letter l;
	struct writer w;

	begin_circle(&w);
	answer(0, &w, "from now on");
	/* The third has not heard of it. */
	answer(2, &w, "and I too");
	sync_many();
	OK(at(0, &w)->said_n == 3);
	OK(try_answer(2, &w) == ERR_DENIED);
	for (unsigned i = 0; i < 2; i++)
		for (size_t j = 0; j < 3; j++) {
			const struct said *s = at(i, &w)->said[j];

			OK(restrict_is_outside(many[i], at(i, &w), s) ==
			    (strcmp(s->text, "and I too") == 0));
		}
	/* What the source is told by it takes nothing back. */
	OK(newest(&l, &w) && !l.has_next);
	letter_drop(&l);
	end_many();
}

/* The source sees no answer any more: it writes by the door as at first, and
 * whoever reads the conversation sees that. */
static void
restricted_reply_expired_says_who_reads(void)
{
	struct writer w;
	unsigned open = 0;

	begin_circle(&w);
	answer(0, &w, "from now on");
	sync_many();
	OK(restrict_todo(many[0], at(0, &w), day) == RESTRICT_FINE);
	OK(restrict_todo(many[0], at(0, &w), day + 35) == RESTRICT_FINE);
	/* Before half of the retention has passed. */
	OK(restrict_todo(many[0], at(0, &w), day + 36) == RESTRICT_REPEAT);
	set_day(day + 1);
	send(&w, &(struct what){ .text = "as at first", .id = 2 });
	sync_many();
	for (unsigned i = 0; i < 3; i++) {
		const struct conv *c = at(i, &w);

		open = 0;
		for (size_t j = 0; j < c->said_n; j++)
			open += restrict_is_open(many[i], c, c->said[j]);
		OK(open == 1);
	}
	end_many();
}

/* Keys that go with their terms keep no letter out that an answer called for.
 */
static void
a_letter_to_an_old_answer_opens_as_long_as_it_lies_there(void)
{
	struct letter l;
	struct writer w;

	begin_circle(&w);
	answer(0, &w, "from now on");
	sync_many();
	OK(newest(&l, &w));
	for (unsigned i = 0; i < 6; i++) {
		set_day(day + 15);
		sync_many();
	}
	send(&w, &(struct what){ .text = "late", .id = 2, .to = &l.next });
	sync_many();
	OK(at(0, &w)->said_n == 3 && at(1, &w)->said_n == 3);
	OK(at(2, &w)->said_n == 1);
	letter_drop(&l);
	end_many();
}

static void
a_member_taken_out_reads_nothing_new_and_one_let_in_does(void)
{
	struct writer w;

	begin_circle(&w);
	answer(0, &w, "one");
	sync_many();
	send_as_told(&w, &(struct what){ .text = "for one and two", .id = 2 });
	sync_many();
	OK(restrict_to(1, at(1, &w), 6) == ERR_OK);
	OK(restrict_todo(many[1], at(1, &w), day) == RESTRICT_TELL);
	answer(1, &w, "two");
	sync_many();
	send_as_told(
	    &w, &(struct what){ .text = "for two and three", .id = 3 });
	sync_many();
	OK(restrict_stand(many[0], at(0, &w)) == RESTRICT_OUT);
	OK(at(0, &w)->said_n == 3); /* hello, one, for one and two */
	OK(at(1, &w)->said_n == 5);
	OK(at(2, &w)->said_n == 3); /* hello, two, for two and three */
	OK(!opens_any(0, &w, "for two and three"));
	OK(!opens_any(2, &w, "for one and two"));
	end_many();
}

static void
undone_it_is_read_at_the_door_again(void)
{
	struct letter l;
	struct writer w;

	begin_hello(&w, 2, editors);
	OK(restrict_to(0, at(0, &w), 0) == ERR_TAKEN);
	OK(restrict_to(0, at(0, &w), 6) == ERR_MISSING);
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
	OK(restrict_to(0, at(0, &w), 3) == ERR_TAKEN);
	answer(0, &w, "for two");
	sync_many();
	send_as_told(&w, &(struct what){ .text = "between us", .id = 2 });
	OK(restrict_to(1, at(1, &w), 0) == ERR_DENIED ||
	    restrict_stand(many[1], at(1, &w)) != RESTRICT_OUT);
	sync_many();
	if (restrict_of(many[0], at(0, &w))->is)
		OK(restrict_to(1, at(1, &w), 0) == ERR_OK);
	sync_many();
	OK(restrict_stand(many[2], at(2, &w)) == RESTRICT_NOT);
	answer(2, &w, "all of us again");
	OK(newest(&l, &w) && l.has_next && l.next_is_door);
	letter_drop(&l);
	send_as_told(&w, &(struct what){ .text = "for all", .id = 3 });
	sync_many();
	OK(opens_any(2, &w, "for all") && !opens_any(2, &w, "between us"));
	OK(at(0, &w)->said_n == at(2, &w)->said_n + 2);
	/* What was said between is given to nobody who was not there. */
	OK(restrict_may_have(many[0], at(0, &w)->id, member_of(1)));
	OK(!restrict_may_have(many[0], at(0, &w)->id, member_of(2)));
	end_many();
}

/* A recording of the line, opened with the keys that the one struck off had. */
static void
who_was_struck_off_keeps_no_key_of_the_circle(void)
{
	const struct roster_come to = { come_many, NULL };
	uint8_t before[CIRCLE_ID_BYTES];
	struct roster *r;
	struct writer w;
	struct buf note;

	begin_hello(&w, 2, editors);
	OK(restrict_to(1, at(1, &w), 6) == ERR_OK);
	answer(1, &w, "for two");
	sync_many();
	memcpy(before, restrict_of(many[1], at(1, &w))->circle, sizeof before);
	r = next_roster();
	OK(roster_leave(r, member_of(2), &to) == ERR_OK);
	buf_init(&note, ROSTER_MAX);
	sign_roster(r, &note);
	buf_drop(&note);
	many_n = 2; /* the third comes no more */
	sync_many();
	sync_many();
	OK(restrict_of(many[1], at(1, &w))->members_n == 1);
	OK(memcmp(before, restrict_of(many[1], at(1, &w))->circle,
	       sizeof before) != 0);
	OK(restrict_todo(many[1], at(1, &w), day) == RESTRICT_TELL);
	answer(1, &w, "for one");
	send_as_told(&w, &(struct what){ .text = "for one alone", .id = 2 });
	sync_many();
	OK(opens_any(1, &w, "for one alone"));
	OK(!opens_any(0, &w, "for one alone"));
	OK(!opens_any(2, &w, "for one alone"));
	/* Once is enough. */
	memcpy(before, restrict_of(many[1], at(1, &w))->circle, sizeof before);
	sync_many();
	OK(memcmp(before, restrict_of(many[1], at(1, &w))->circle,
	       sizeof before) == 0);
	many_n = 3;
	end_many();
}

static void
its_keys_go_with_the_conversation(void)
{
	struct writer w;

	begin_circle(&w);
	answer(0, &w, "for two");
	sync_many();
	OK(circles_count(many[0]) == 1 && circles_count(many[1]) == 1);
	OK(circles_forget(many[1], at(1, &w)) == ERR_OK);
	OK(circles_count(many[1]) == 0);
	open_one(1);
	OK(circles_count(many[1]) == 0 && circles_count(many[0]) == 1);
	send_as_told(&w, &(struct what){ .text = "a secret word", .id = 2 });
	sync_many();
	OK(!opens_any(1, &w, "a secret word") &&
	    opens_any(0, &w, "a secret word"));
	end_many();
}

T_BEGIN
desk_tests_begin();
T(restricted_letters_open_at_the_named_desks_only)
T(notes_on_a_restricted_conversation_are_read_by_its_members_only)
if (!t_slow()) {
	T(who_is_excluded_has_no_key_for_what_comes)
	T(a_reply_made_by_an_excluded_member_shows_up)
	T(restricted_reply_expired_says_who_reads)
}
if (t_long()) {
	T(a_letter_to_an_old_answer_opens_as_long_as_it_lies_there)
	T(a_member_taken_out_reads_nothing_new_and_one_let_in_does)
	T(who_was_struck_off_keeps_no_key_of_the_circle)
	T(undone_it_is_read_at_the_door_again)
	T(its_keys_go_with_the_conversation)
}
T_END
