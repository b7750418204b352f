/* Who reads a conversation is said by several at once, or in a time before:
 * whoever is left out does not come in by it. */
#include "desk/clocks.h"
#include "desk_circle.h"

static void
say(unsigned i, const struct effect *f)
{
	struct buf body;

	buf_init(&body, ENTRY_BODY_MAX);
	OK(effect_write(&body, f) == ERR_OK);
	OK(log_put(many[i], effect_type(f->kind), &body) == ERR_OK);
	buf_drop(&body);
}

/* What a desk as we make it does not say: for these, with a circle or none. */
static void
say_as_he_likes(unsigned i, const uint8_t *conversation, unsigned bits,
    bool key, const uint8_t *over)
{
	static struct effect f;
	struct circle c;

	f = (struct effect){ .kind = EFFECT_RESTRICT, .day = day };
	memcpy(f.conversation, conversation, sizeof f.conversation);
	for (unsigned j = 0; j < many_n; j++)
		if (bits >> j & 1)
			memcpy(f.members[f.members_n++], member_of(j),
			    MEMBER_ID_BYTES);
	if (over != NULL)
		memcpy(f.ids[f.ids_n++], over, TEAMLOG_NAME_BYTES);
	if (!key) {
		say(i, &f);
		return;
	}
	circle_make(&c, day, many[i]->id);
	OK(circles_put(many[i], &c, conversation) == ERR_OK);
	memcpy(f.chain, c.id, f.chain_n = sizeof c.id);
	say(i, &f);
	f = (struct effect){ .kind = EFFECT_HAND_OUT,
		.chain_n = CIRCLE_ID_BYTES,
		.day = c.chain.day };
	memcpy(f.chain, c.id, CIRCLE_ID_BYTES);
	crypt_random(f.id, sizeof f.id);
	say(i, &f);
	circle_drop(&c);
}

static bool
reads_now(unsigned i, const struct writer *w)
{
	return restrict_stand(many[i], at(i, w)) == RESTRICT_READS;
}

/* Three at the door; the first two keep it from the third. */
static void
begin_two_of_three(struct writer *w)
{
	begin_many(2, editors);
	writer_make(w, 1);
	send(w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, w), 3) == ERR_OK);
	sync_one(many[0]);
	sync_one(many[1]);
	answer(0, w, "from now on");
}

/* An answer by this one, and what the source says to it. */
static void
talk(unsigned i, struct writer *w, const char *text, unsigned id)
{
	answer(i, w, "go on");
	send_as_told(w, &(struct what){ .text = text, .id = (uint8_t)id });
	sync_many();
}

static void
who_was_left_out_does_not_take_it_for_himself(void)
{
	struct writer w;

	begin_two_of_three(&w);
	/* As if he had not heard of it: before it, by the log's order. */
	OK(restrict_to(2, at(2, &w), 4) == ERR_OK);
	sync_many();
	for (unsigned i = 0; i < 2; i++) {
		OK(reads_now(i, &w));
		OK(restrict_of(many[i], at(i, &w))->at_odds);
		OK(!restricted_has(
		    restrict_of(many[i], at(i, &w)), member_of(2)));
	}
	talk(1, &w, "a secret word", 2);
	OK(opens_any(0, &w, "a secret word"));
	OK(opens_any(1, &w, "a secret word"));
	OK(!opens_any(2, &w, "a secret word"));
	for (unsigned i = 0; i < 3; i++)
		open_one(i);
	OK(reads_now(0, &w) && reads_now(1, &w));
	OK(restrict_of(many[1], at(1, &w))->at_odds);
	/* What one of them says next goes on from theirs. */
	OK(restrict_to(0, at(0, &w), 1) == ERR_OK);
	sync_many();
	OK(reads_now(0, &w));
	OK(restrict_stand(many[1], at(1, &w)) == RESTRICT_OUT);
	end_many();
}

/* A member's role is taken away, which he hears of later. */
static void
make_viewer(unsigned i)
{
	const struct roster_come to = { come_many, NULL };
	struct roster *r = next_roster();
	struct buf note;

	OK(roster_set_role(r, member_of(i), MEMBER_VIEWER, &to) == ERR_OK);
	buf_init(&note, ROSTER_MAX);
	sign_roster(r, &note);
	buf_drop(&note);
}

static void
a_key_of_what_has_no_effect_waits_a_week_and_no_longer(void)
{
	struct writer w;

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	make_viewer(1);
	OK(restrict_to(1, at(1, &w), 7) == ERR_OK);
	sync_one(many[1]);
	sync_many();
	OK(many[0]->told_n > 0);
	set_day(day + 8);
	sync_many();
	open_one(0);
	OK(many[0]->told_n == 0 && circles_count(many[0]) == 0);
	end_many();
}

/* His answer crossed the roster: the source seals to a key that nobody else
 * takes, until another answer says where. */
static void
who_had_no_say_any_more_keeps_no_source_for_himself(void)
{
	struct writer w;
	struct letter l;

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	make_viewer(1);
	OK(restrict_to(1, at(1, &w), 2) == ERR_OK);
	answer(1, &w, "to me");
	sync_many();
	OK(newest(&l, &w) && l.has_next && !l.next_is_door);
	letter_drop(&l);
	OK(restrict_tell_door(many[0], at(0, &w)));
	answer(0, &w, "to us");
	OK(!restrict_tell_door(many[0], at(0, &w)));
	send_as_told(&w, &(struct what){ .text = "for all", .id = 2 });
	sync_many();
	for (unsigned i = 0; i < 3; i++)
		OK(opens_any(i, &w, "for all"));
	end_many();
}

/* It would make a key at every sync, until it holds as many as it can and its
 * syncs fail. */
static void
a_desk_that_said_all_it_may_makes_no_keys_for_nobody(void)
{
	struct writer w;
	size_t keys;

	begin_two_of_three(&w);
	for (unsigned i = 1; i < 64; i++)
		say_as_he_likes(0, at(0, &w)->id, 0, false, NULL);
	OK(restrict_to(0, at(0, &w), 1) == ERR_FULL);
	sync_one(many[0]);
	sync_one(many[2]);
	say_as_he_likes(2, at(2, &w)->id, 5, true, NULL);
	sync_one(many[2]);
	sync_one(many[0]);
	sync_one(many[0]);
	keys = circles_count(many[0]);
	OK(restrict_stand(many[0], at(0, &w)) == RESTRICT_WAITS);
	sync_one(many[0]);
	sync_one(many[0]);
	OK(circles_count(many[0]) == keys);
	OK(report.given == 0);
	end_many();
}

static void
said_at_once_they_read_it_whom_both_name(void)
{
	uint8_t was[CIRCLE_ID_BYTES];
	struct writer w;

	begin_two_of_three(&w);
	memcpy(was, restrict_of(many[0], at(0, &w))->circle, sizeof was);
	OK(restrict_to(2, at(2, &w), 6) == ERR_OK);
	sync_many();
	/* With a key of his own, which neither of the two others had. */
	OK(restrict_of(many[1], at(1, &w))->members_n == 1);
	OK(reads_now(1, &w));
	OK(restrict_stand(many[0], at(0, &w)) == RESTRICT_OUT);
	OK(restrict_stand(many[2], at(2, &w)) == RESTRICT_OUT);
	OK(memcmp(was, restrict_of(many[1], at(1, &w))->circle, sizeof was) !=
	    0);
	talk(1, &w, "a secret word", 2);
	OK(!opens_any(0, &w, "a secret word"));
	OK(opens_any(1, &w, "a secret word"));
	OK(!opens_any(2, &w, "a secret word"));
	/* He lets the first in again; the third says again what he said. */
	OK(restrict_to(1, at(1, &w), 3) == ERR_OK);
	say_as_he_likes(2, at(2, &w)->id, 7, true, NULL);
	sync_many();
	sync_many();
	OK(reads_now(0, &w) && reads_now(1, &w));
	talk(0, &w, "another secret", 3);
	OK(opens_any(0, &w, "another secret"));
	OK(opens_any(1, &w, "another secret"));
	OK(!opens_any(2, &w, "another secret"));
	end_many();
}

static void
who_does_not_read_it_makes_no_key_for_it(void)
{
	uint8_t was[CIRCLE_ID_BYTES];
	const struct restricted *r;
	struct writer w;

	begin_two_of_three(&w);
	r = restrict_of(many[0], at(0, &w));
	memcpy(was, r->circle, sizeof was);
	/* For the very two, made by the third; and for nobody's place. */
	say_as_he_likes(2, at(2, &w)->id, 3, true, NULL);
	say_as_he_likes(2, at(2, &w)->id, 3, false, NULL);
	say_as_he_likes(2, at(2, &w)->id, 7, true, was);
	sync_many();
	for (unsigned i = 0; i < 2; i++) {
		r = restrict_of(many[i], at(i, &w));
		OK(r->refused == 3 && r->members_n == 2 && !r->at_odds);
		OK(memcmp(was, r->circle, sizeof was) == 0);
	}
	end_many();
}

static void
who_does_not_read_at_its_door_restricts_nothing(void)
{
	uint8_t id[CONV_ID_BYTES];
	struct writer w;

	many_apart = true;
	begin_many(1, editors);
	many_apart = false;
	join_one(MEMBER_EDITOR);
	sync_many();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(at(1, &w) == NULL && at(2, &w) != NULL);
	memcpy(id, at(0, &w)->id, sizeof id);
	say_as_he_likes(1, id, 7, true, NULL);
	sync_many();
	OK(restrict_stand(many[0], at(0, &w)) == RESTRICT_NOT);
	OK(restrict_stand(many[2], at(2, &w)) == RESTRICT_NOT);
	/* Also of a source of whom nothing had come by then. */
	writer_make(&w, 2);
	conv_id_of(id, w.s.sign_public, many[0]->vault->salt);
	say_as_he_likes(1, id, 7, true, NULL);
	sync_many();
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_stand(many[0], at(0, &w)) == RESTRICT_NOT);
	OK(restrict_stand(many[2], at(2, &w)) == RESTRICT_NOT);
	end_many();
}

static void
an_admin_who_does_not_read_it_leaves_out_and_lets_nobody_in(void)
{
	static const enum member_role roles[] = { MEMBER_EDITOR, MEMBER_EDITOR,
		MEMBER_EDITOR };
	struct writer w;

	begin_hello(&w, 3, roles);
	OK(restrict_to(1, at(1, &w), 6) == ERR_OK);
	sync_many();
	OK(restrict_stand(many[0], at(0, &w)) == RESTRICT_OUT);
	OK(restrict_to(0, at(0, &w), 7) == ERR_DENIED);
	OK(restrict_to(0, at(0, &w), 0) == ERR_DENIED);
	OK(restrict_to(0, at(0, &w), 12) == ERR_NOTHING);
	OK(restrict_to(3, at(3, &w), 2) == ERR_DENIED);
	OK(restrict_to(0, at(0, &w), 2) == ERR_OK);
	sync_many();
	OK(circles_count(many[0]) == 0);
	OK(restrict_stand(many[2], at(2, &w)) == RESTRICT_OUT);
	OK(reads_now(1, &w));
	talk(1, &w, "a secret word", 2);
	for (unsigned i = 0; i < 4; i++)
		OK(opens_any(i, &w, "a secret word") == (i == 1));
	end_many();
}

/* And whoever is to be asked cannot be, settles what is at odds. */
static void
an_admin_chooses_of_what_is_at_odds(void)
{
	static const enum member_role roles[] = { MEMBER_EDITOR, MEMBER_EDITOR,
		MEMBER_EDITOR };
	struct writer w;

	begin_hello(&w, 3, roles);
	OK(restrict_to(1, at(1, &w), 6) == ERR_OK);
	OK(restrict_to(3, at(3, &w), 8) == ERR_OK);
	sync_many();
	OK(restrict_of(many[0], at(0, &w))->at_odds);
	OK(restrict_to(0, at(0, &w), 6) == ERR_OK);
	sync_many();
	for (unsigned i = 0; i < 4; i++)
		OK(!restrict_of(many[i], at(i, &w))->at_odds);
	OK(reads_now(1, &w) && reads_now(2, &w));
	OK(restrict_stand(many[3], at(3, &w)) == RESTRICT_OUT);
	end_many();
}

static void
who_reads_at_the_door_no_more_is_out_of_its_circles(void)
{
	uint8_t was[CIRCLE_ID_BYTES];
	struct roster *r;
	struct writer w;
	struct buf note;
	size_t at_door;

	begin_hello(&w, 2, editors);
	OK(restrict_to(1, at(1, &w), 6) == ERR_OK);
	answer(1, &w, "for two");
	sync_many();
	OK(reads_now(2, &w));
	memcpy(was, restrict_of(many[1], at(1, &w))->circle, sizeof was);
	r = next_roster();
	at_door = roster_reader(&r->doors[0], member_of(2));
	memmove(r->doors[0].readers[at_door], r->doors[0].readers[at_door + 1],
	    (--r->doors[0].readers_n - at_door) * MEMBER_ID_BYTES);
	buf_init(&note, ROSTER_MAX);
	sign_roster(r, &note);
	buf_drop(&note);
	sync_many();
	sync_many();
	OK(restrict_stand(many[2], at(2, &w)) == RESTRICT_OUT);
	OK(reads_now(1, &w));
	OK(memcmp(was, restrict_of(many[1], at(1, &w))->circle, sizeof was) !=
	    0);
	OK(restrict_todo(many[1], at(1, &w), day) == RESTRICT_TELL);
	talk(1, &w, "a secret word", 2);
	OK(opens_any(1, &w, "a secret word"));
	OK(!opens_any(2, &w, "a secret word"));
	end_many();
}

/* It would have no effect, and be said at every sync. */
static void
who_does_not_read_it_announces_no_end_of_it(void)
{
	struct writer w;
	size_t n;

	begin_hello(&w, 1, editors);
	OK(restrict_to(1, at(1, &w), 2) == ERR_OK);
	sync_one(many[1]);
	sync_one(many[0]);
	OK(restrict_stand(many[0], at(0, &w)) == RESTRICT_OUT);
	OK(clocks_set_outcome(many[0], at(0, &w), OUTCOME_JUNK) == ERR_OK);
	for (unsigned i = 0; i < 3; i++)
		sync_one(many[0]);
	n = desk_log_count(many[0]);
	sync_one(many[0]);
	OK(desk_log_count(many[0]) == n);
	/* Who reads it does. */
	sync_one(many[1]);
	sync_one(many[0]);
	OK(registers_of(&many[0]->registers, at(0, &w)->id)->announced.day ==
	    day + 30);
	end_many();
}

T_BEGIN
desk_tests_begin();
T(who_does_not_read_it_announces_no_end_of_it)
T(who_was_left_out_does_not_take_it_for_himself)
T(a_key_of_what_has_no_effect_waits_a_week_and_no_longer)
T(who_had_no_say_any_more_keeps_no_source_for_himself)
T(a_desk_that_said_all_it_may_makes_no_keys_for_nobody)
if (!t_slow()) {
	T(who_does_not_read_at_its_door_restricts_nothing)
}
if (t_long()) {
	T(said_at_once_they_read_it_whom_both_name)
	T(who_reads_at_the_door_no_more_is_out_of_its_circles)
	T(who_does_not_read_it_makes_no_key_for_it)
	T(an_admin_who_does_not_read_it_leaves_out_and_lets_nobody_in)
	T(an_admin_chooses_of_what_is_at_odds)
}
T_END
