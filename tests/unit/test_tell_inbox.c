/* What the team answered: how it is asked for, read and deleted. */
#include "tell_kit.h"

/* All slots of all kinds in one look, and exactly one get of six, whether
 * there is anything or not. */
static void
whatever_there_is_the_same_is_asked(void)
{
	struct inbox in;
	struct tell t;

	for (unsigned n = 0; n < 3; n++) {
		for (unsigned i = 0; n > 0 && i < 4 * n - 3; i++)
			team_answers(
			    4 * n + i, 4 * n + i, "answer", fake.voice, NULL);
		fake.looks = fake.fetches = 0;
		inbox_init(&in);
		OK(enter(&t, address) == ERR_OK);
		OK(inbox_open(&in, &t, false) == ERR_OK);
		OK(fake.looks == 1 && fake.fetches == 1);
		OK(fake.look_bytes == (size_t)92 * 48 * TAG_BYTES);
		OK(in.count == (n == 0 ? 0U : n == 1 ? 1U : 6U));
		inbox_drop(&in);
		tell_drop(&t);
	}
}

/* As far back as the key note knows voices, however many looks it takes. */
static void
a_line_that_keeps_long_is_asked_for_all_of_it(void)
{
	const uint32_t today = fake.day;
	struct inbox in;
	struct tell t;

	fake.day = today - 299; /* an answer of then */
	team_answers(0, 1, "long ago", fake.voice, NULL);
	fake.day = today;
	fake.voice_days = 300;
	fake_offer();
	inbox_init(&in);
	OK(enter(&t, address) == ERR_OK);
	OK(inbox_open(&in, &t, false) == ERR_OK);
	OK(fake.looks == 2 && fake.fetches == 1);
	OK(in.count == 1 && in.letters[0]->letter.day == today - 299);
	OK(inbox_delete(&in, &t) == ERR_OK && fake.deletes == 1);
	inbox_drop(&in);
	OK(inbox_open(&in, &t, false) == ERR_OK && in.count == 0);
	inbox_drop(&in);
	tell_drop(&t);
}

static void
answers_are_read_in_order_and_their_number_told(void)
{
	struct inbox in;
	struct letter l;
	struct tell t;

	for (uint32_t i = 0; i < 9; i++)
		team_answers(i, i + 1, "answer", fake.voice, NULL);
	inbox_init(&in);
	OK(enter(&t, address) == ERR_OK);
	OK(inbox_open(&in, &t, false) == ERR_OK);
	OK(in.count == 6 && in.older == 3 && in.said.seen == 9);
	for (uint32_t i = 0; i < 6; i++)
		OK(in.letters[i]->letter.n == i + 4);
	inbox_drop(&in);
	OK(inbox_open(&in, &t, true) == ERR_OK);
	OK(in.count == 9 && in.older == 0 && in.letters[0]->letter.n == 1);
	inbox_drop(&in);
	tell_drop(&t);
	OK(send_text("thank you", NULL, NULL) == ERR_OK);
	OK(desk_reads(&l, 0, fake.door[0]) == ERR_OK && l.seen == 9);
	letter_drop(&l);
}

static void
a_letter_is_sealed_to_the_newest_next(void)
{
	static const uint8_t stranger[32] = { 9 };
	struct age_identity *old, *new;
	struct letter l;

	OK(age_identity_random(&old, AGE_HYBRID) == ERR_OK);
	OK(age_identity_random(&new, AGE_HYBRID) == ERR_OK);
	team_answers(0, 1, "between us", fake.voice, old);
	team_answers(1, 2, "between us", fake.voice, new);
	team_answers(2, 3, "and", fake.voice, NULL);
	/* Whoever knows its slots can put there what no voice said. */
	for (uint32_t i = 3; i < TAG_SLOTS; i++)
		team_answers(i, i + 1, "none", stranger, new);
	OK(send_text("for you alone", NULL, NULL) == ERR_OK);
	OK(desk_reads(&l, 0, fake.door[0]) == ERR_NOKEY);
	OK(desk_reads(&l, 0, old) == ERR_NOKEY);
	OK(desk_reads(&l, 0, new) == ERR_OK);
	letter_drop(&l);
	age_identity_close(old);
	age_identity_close(new);
}

/* An answer signed by somebody else is not shown and not followed. */
static void
old_voice_refused(void)
{
	static const uint8_t stranger[32] = { 9 };
	struct age_identity *trap;
	struct inbox in;
	struct tell t;

	OK(age_identity_random(&trap, AGE_HYBRID) == ERR_OK);
	team_answers(0, 7, "give me your name", stranger, trap);
	inbox_init(&in);
	OK(enter(&t, address) == ERR_OK);
	OK(inbox_open(&in, &t, false) == ERR_OK);
	OK(in.count == 0 && in.strange == 1 && in.said.seen == 0 &&
	    in.said.next == NULL);
	inbox_drop(&in);
	tell_drop(&t);
	age_identity_close(trap);
}

/* A voice is believed from its first day to its last: what somebody who has an
 * old one puts into the slots of other days is not shown. */
static void
a_voice_is_believed_on_its_own_days_only(void)
{
	static const uint32_t ago[] = { 9, 8, 4, 3 };
	const uint32_t today = fake.day;
	struct inbox in;
	struct tell t;

	for (uint32_t i = 0; i < COUNT(ago); i++) {
		fake.day = today - ago[i];
		team_answers(0, i + 1, "answer", fake.voice, NULL);
	}
	fake.day = today;
	fake.voice_days = 8;
	fake.voice_gone = 4;
	fake_offer();
	inbox_init(&in);
	OK(enter(&t, address) == ERR_OK);
	OK(inbox_open(&in, &t, true) == ERR_OK);
	OK(in.count == 2 && in.strange == 2);
	OK(in.letters[0]->letter.day == today - 8 &&
	    in.letters[1]->letter.day == today - 4);
	inbox_drop(&in);
	tell_drop(&t);
}

static void
source_deletes_own_letter(void)
{
	uint8_t tag[TAG_BYTES];
	struct fake_envelope *other;
	struct inbox in;
	struct letter l;
	struct tell t;
	uint8_t before[ENVELOPE_LETTER_BYTES], stranger[TAG_BYTES] = { 1 };

	OK(envelope_nobody(before, sizeof(before)) == ERR_OK);
	fake_put(stranger, before, sizeof(before));
	OK(send_text("forget this", NULL, NULL) == ERR_OK);
	team_answers(0, 1, "answer", fake.voice, NULL);
	inbox_init(&in);
	OK(enter(&t, address) == ERR_OK);
	OK(inbox_open(&in, &t, false) == ERR_OK && in.count == 1);
	OK(inbox_delete(&in, &t) == ERR_OK);
	OK(fake.deletes == 1);
	OK(fake.delete_bytes == (size_t)64 * TAG_OPENING_BYTES);
	inbox_drop(&in);
	OK(inbox_open(&in, &t, false) == ERR_OK && in.count == 0);
	inbox_drop(&in);
	tell_drop(&t);
	OK(desk_reads(&l, 0, fake.door[0]) == ERR_NOKEY);
	from_tag(tag, 0);
	OK(fake_find(tag) != NULL);
	OK((other = fake_find(stranger)) != NULL);
	OK(memcmp(other->bytes, before, sizeof(before)) == 0);
}

/* Everything `sotto tell --delete` does. */
static enum err
delete_all(void)
{
	struct inbox in;
	struct send s;
	struct tell t;
	enum err e;

	inbox_init(&in);
	send_init(&s);
	OK(enter(&t, address) == ERR_OK);
	OK(send_door(&s, &t, "News") == ERR_OK);
	OK(inbox_open(&in, &t, false) == ERR_OK && !inbox_is_empty(&in));
	OK(inbox_delete(&in, &t) == ERR_OK);
	e = send_deletion(&s, &t, &in);
	OK(e == ERR_OK || t.why != NULL);
	send_drop(&s);
	inbox_drop(&in);
	tell_drop(&t);
	return e;
}

static void
the_team_is_told_of_a_deletion_also_the_second_time(void)
{
	struct letter l;
	uint8_t id[LETTER_ID_BYTES];

	OK(send_text("forget this", NULL, NULL) == ERR_OK);
	fake.full = true;
	OK(delete_all() == ERR_FULL);
	OK(desk_reads(&l, 0, fake.door[0]) == ERR_NOKEY);
	OK(desk_reads(&l, 1, fake.door[0]) == ERR_NOTHING);
	fake.full = false;
	OK(delete_all() == ERR_OK);
	OK(desk_reads(&l, 1, fake.door[0]) == ERR_OK);
	OK(l.answer_count == 1 &&
	    strcmp(l.answers[0].question, "deletion") == 0 &&
	    strcmp(l.answers[0].answer, "asked") == 0);
	OK(strstr(l.text, "Please delete") != NULL && l.name == NULL);
	memcpy(id, l.id, sizeof(id));
	letter_drop(&l);
	OK(delete_all() == ERR_OK);
	OK(desk_reads(&l, 2, fake.door[0]) == ERR_OK);
	OK(memcmp(id, l.id, sizeof(id)) != 0);
	letter_drop(&l);
	OK(desk_reads(&l, 1, fake.door[0]) == ERR_NOKEY);
}

static void
where_nothing_lies_there_is_nothing_to_delete(void)
{
	struct inbox in;
	struct tell t;

	inbox_init(&in);
	OK(enter(&t, address) == ERR_OK);
	OK(inbox_open(&in, &t, false) == ERR_OK && inbox_is_empty(&in));
	inbox_drop(&in);
	tell_drop(&t);
}

T_BEGIN
tell_tests_begin();
L(whatever_there_is_the_same_is_asked)
L(a_line_that_keeps_long_is_asked_for_all_of_it)
L(answers_are_read_in_order_and_their_number_told)
L(a_letter_is_sealed_to_the_newest_next)
L(old_voice_refused)
L(a_voice_is_believed_on_its_own_days_only)
L(source_deletes_own_letter)
L(the_team_is_told_of_a_deletion_also_the_second_time)
L(where_nothing_lies_there_is_nothing_to_delete)
tell_tests_end();
T_END
