/* Who is taken out of a conversation, or never was in it, tries to read on. */
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

/* What a closed day lists is sorted by tags, and whoever puts something there
 * chooses its tag. */
static void
rows_first(size_t from)
{
	static struct fake_row rows[FAKE_ROWS];

	memcpy(rows, fake.rows + from, (fake.rows_n - from) * sizeof rows[0]);
	memmove(
	    fake.rows + (fake.rows_n - from), fake.rows, from * sizeof rows[0]);
	memcpy(fake.rows, rows, (fake.rows_n - from) * sizeof rows[0]);
}

/* A circle of a conversation that he made up, under the id of the one that he
 * is not in. */
static void
hand_out_a_namesake(unsigned i, const uint8_t *id, const uint8_t *conversation)
{
	static struct effect f;
	struct circle c;

	circle_make(&c, day, many[i]->id);
	memcpy(c.id, id, sizeof c.id);
	OK(circles_put(many[i], &c, conversation) == ERR_OK);
	f = (struct effect){ .kind = EFFECT_RESTRICT,
		.chain_n = CIRCLE_ID_BYTES,
		.day = day,
		.members_n = 2 };
	memcpy(f.conversation, conversation, sizeof f.conversation);
	memcpy(f.chain, id, CIRCLE_ID_BYTES);
	memcpy(f.members[0], member_of(i), MEMBER_ID_BYTES);
	memcpy(f.members[1], member_of(1), MEMBER_ID_BYTES);
	say(i, &f);
	f = (struct effect){ .kind = EFFECT_HAND_OUT,
		.chain_n = CIRCLE_ID_BYTES,
		.day = c.chain.day };
	memcpy(f.chain, id, CIRCLE_ID_BYTES);
	crypt_random(f.id, sizeof f.id);
	say(i, &f);
	circle_drop(&c);
}

/* The desk stops anywhere: nobody is told to seal to a key that is not handed
 * out, and in the end all of them have it. */
static void
refused_memory_hands_out_every_key(void)
{
	struct writer w;
	enum err e = ERR_NOMEM;
	unsigned n;

	begin_hello(&w, 1, editors);
	for (n = 1; e != ERR_OK && e != ERR_TAKEN; n++) {
		alloc_refuse(n);
		e = restrict_to(0, at(0, &w), 3);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM || e == ERR_TAKEN);
		if (n % 4 == 0)
			open_one(0);
	}
	OK(n > 5);
	e = ERR_NOMEM;
	for (n = 2; e != ERR_OK; n += 1 + n / 4) {
		alloc_refuse(n);
		e = sync_run(many[0], reach, &report);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	answer(0, &w, "for two");
	send_as_told(&w, &(struct what){ .text = "a secret word", .id = 2 });
	e = ERR_NOMEM;
	for (n = 2; e != ERR_OK; n += 1 + n / 4) {
		alloc_refuse(n);
		e = sync_run(many[1], reach, &report);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		if (n % 4 == 0)
			open_one(1);
	}
	sync_many();
	OK(opens_any(1, &w, "a secret word"));
	OK(restrict_stand(many[1], at(1, &w)) == RESTRICT_READS);
	end_many();
}

/* He says what another said: nobody could be handed anything any more. */
static void
a_recipient_of_another_device_keeps_no_key_from_anybody(void)
{
	struct effect *f = calloc(1, sizeof *f);
	char text[AGE_RECIPIENT_TEXT + 1];
	struct teamlog_line line;
	struct age_recipient to;
	struct writer w;
	bool fresh = false;

	begin_hello(&w, 2, editors);
	OK(f != NULL);
	OK(ring_once_recipient(&many[1]->vault->ring, &to) == ERR_OK);
	age_recipient_write(&to, text);
	f->kind = EFFECT_RECIPIENT;
	memcpy(f->recipient, text, sizeof f->recipient);
	say(2, f);
	wipe_free(f, sizeof *f);
	for (size_t i = 0; i < teamlog_count(many[2]->log); i++) {
		teamlog_at(many[2]->log, i, &line);
		for (unsigned j = 0; j < 2; j++)
			OK(desk_take_entry(many[j], line.note, line.note_len,
			       &fresh) == ERR_OK);
	}
	OK(fresh);
	OK(desk_renew_chain(many[0], desk_about(desk)->door, day) == ERR_OK);
	OK(restrict_to(0, at(0, &w), 7) == ERR_OK);
	sync_one(many[0]);
	sync_one(many[1]);
	OK(many[1]->vault->ring.chains_n == many[0]->vault->ring.chains_n);
	OK(restrict_stand(many[1], at(1, &w)) == RESTRICT_READS);
	end_many();
}

/* What was read of it by then would let all at the door read on. */
static void
a_log_that_was_read_in_part_is_read_again(void)
{
	struct writer w;
	enum err e = ERR_NOMEM;
	unsigned n, broken = 0;

	begin_hello(&w, 1, editors);
	OK(restrict_to(0, at(0, &w), 1) == ERR_OK);
	for (n = 1; e != ERR_OK; n++) {
		many[0]->registers.roster = NULL;
		alloc_refuse(n);
		e = log_show(many[0]);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		broken += e != ERR_OK;
		OK(log_show(many[0]) == ERR_OK);
		OK(restrict_stand(many[0], at(0, &w)) == RESTRICT_READS);
	}
	OK(broken > 2);
	end_many();
}

static void
a_circle_of_the_same_id_takes_no_ones_place(void)
{
	uint8_t none[CONV_ID_BYTES] = { 9 }, id[CIRCLE_ID_BYTES];
	struct letter l;
	struct writer w;
	size_t from;

	begin_circle(&w);
	answer(0, &w, "from now on");
	sync_one(many[0]);
	sync_one(many[2]);
	memcpy(id, restrict_of(many[2], at(2, &w))->circle, sizeof id);
	from = fake.rows_n;
	hand_out_a_namesake(2, id, none);
	sync_one(many[2]);
	rows_first(from);
	sync_one(many[1]);
	sync_many();
	OK(restrict_stand(many[1], at(1, &w)) == RESTRICT_READS);
	answer(1, &w, "a secret answer");
	OK(newest(&l, &w));
	send(&w,
	    &(struct what){ .text = "a secret word", .id = 2, .to = &l.next });
	letter_drop(&l);
	sync_many();
	OK(!opens_any(2, &w, "a secret answer"));
	OK(!opens_any(2, &w, "a secret word"));
	OK(opens_any(0, &w, "a secret word"));
	OK(opens_any(1, &w, "a secret word"));
	end_many();
}

static void
notes_of_one_who_was_taken_out_reach_nobody_at_the_door(void)
{
	unsigned all, here;
	struct writer w;

	begin_circle(&w);
	answer(0, &w, "from now on");
	sync_many();
	send_as_told(&w, &(struct what){ .text = "a secret word", .id = 2 });
	sync_many();
	/* Said while he read it, and given when he does not any more. */
	OK(desk_say_note(many[1], at(1, &w), "it says a secret word", 21) ==
	    ERR_OK);
	OK(restrict_to(0, at(0, &w), 1) == ERR_OK);
	sync_one(many[0]);
	sync_one(many[1]);
	sync_many();
	count_notes(2, &w, &all, &here);
	OK(here == 0);
	OK(!opens_any(2, &w, "a secret word"));
	end_many();
}

static void
an_entry_from_before_opens_no_words_to_the_door(void)
{
	struct writer w;

	begin_hello(&w, 2, editors);
	OK(desk_say_note(many[0], at(0, &w), "x", 1) == ERR_OK);
	sync_one(many[0]);
	OK(desk_say_note(many[0], at(0, &w), "x", 1) == ERR_OK);
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
	answer(0, &w, "from now on");
	send_as_told(&w, &(struct what){ .text = "a secret word", .id = 2 });
	sync_one(many[0]);
	sync_one(many[1]);
	/* The third has not heard of it, or says so, and takes it for himself
	 * alone: by the log's order before the first. */
	OK(restrict_to(2, at(2, &w), 4) == ERR_OK);
	sync_many();
	OK(desk_say_note(many[1], at(1, &w), "it says a secret word", 21) ==
	    ERR_OK);
	sync_many();
	OK(!opens_any(2, &w, "a secret word"));
	end_many();
}

/* The one that a circle's key comes from says from which day on. */
static void
a_circle_of_days_to_come_stops_no_desk(void)
{
	unsigned all, here;
	struct writer w;

	begin_hello(&w, 2, editors);
	OK(desk_restrict(many[2], at(2, &w),
	       (const uint8_t[2][MEMBER_ID_BYTES]){
		   { 0x71, 0x71, 0x71, 0x71 }, { 0x72, 0x72, 0x72, 0x72 } },
	       2, day + CIRCLE_DAYS) == ERR_OK);
	sync_many();
	OK(desk_say_note(many[1], at(1, &w), "a note", 6) == ERR_OK);
	sync_many();
	writer_make(&w, 2);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(desk_say_note(many[1], at(1, &w), "a note", 6) == ERR_OK);
	sync_many();
	count_notes(0, &w, &all, &here);
	OK(all == 1 && here == 1);
	end_many();
}

static void
undone_no_words_of_between_come_on_request(void)
{
	struct writer w;

	begin_circle(&w);
	answer(0, &w, "words for two");
	sync_many();
	OK(!opens_any(2, &w, "words for two"));
	set_day(day + 1);
	sync_many();
	OK(restrict_to(0, at(0, &w), 0) == ERR_OK);
	sync_many();
	for (unsigned i = 0; i < 10; i++) {
		set_day(day + 1);
		sync_many();
	}
	OK(!opens_any(2, &w, "words for two"));
	end_many();
}

static void
a_letter_sealed_to_a_former_circle_is_marked(void)
{
	struct letter l;
	struct writer w;
	unsigned open = 0;

	begin_circle(&w);
	answer(0, &w, "one");
	sync_many();
	OK(newest(&l, &w));
	set_day(day + 1);
	OK(restrict_to(1, at(1, &w), 2) == ERR_OK);
	answer(1, &w, "two");
	sync_many();
	set_day(day + 1);
	/* Who was taken out deleted the second answer. */
	send(&w,
	    &(struct what){ .text = "a secret word", .id = 2, .to = &l.next });
	sync_many();
	OK(opens_any(0, &w, "a secret word")); /* so it must be marked */
	for (size_t j = 0; j < at(1, &w)->said_n; j++)
		open +=
		    restrict_is_open(many[1], at(1, &w), at(1, &w)->said[j]);
	OK(open == 1);
	letter_drop(&l);
	end_many();
}

/* The letter came first, by the order of the row, or the log was kept back. */
static void
who_heard_late_of_who_reads_it_marks_the_same_letters(void)
{
	struct letter l;
	struct writer w;

	begin_hello(&w, 2, editors);
	OK(restrict_to(0, at(0, &w), 7) == ERR_OK);
	answer(0, &w, "one");
	sync_many();
	OK(newest(&l, &w));
	set_day(day + 1);
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
	sync_one(many[0]);
	send(&w, &(struct what){ .text = "still", .id = 2, .to = &l.next });
	set_day(day + 1);
	send(&w, &(struct what){ .text = "open", .id = 3, .to = &l.next });
	sync_many();
	for (unsigned i = 0; i < 4; i++) {
		const struct conv *c = at(i % 2, &w);

		for (size_t j = 0; j < c->said_n; j++)
			OK(restrict_is_open(many[i % 2], c, c->said[j]) ==
			    (strcmp(c->said[j]->text, "open") == 0));
		open_one(i % 2);
	}
	OK(opens_any(2, &w, "open"));
	letter_drop(&l);
	end_many();
}

T_BEGIN
desk_tests_begin();
T(a_letter_sealed_to_a_former_circle_is_marked)
T(who_heard_late_of_who_reads_it_marks_the_same_letters)
if (!t_slow()) {
	T(undone_no_words_of_between_come_on_request)
	T(a_circle_of_days_to_come_stops_no_desk)
	T(a_recipient_of_another_device_keeps_no_key_from_anybody)
	T(a_log_that_was_read_in_part_is_read_again)
	T(a_circle_of_the_same_id_takes_no_ones_place)
}
if (t_long()) {
	T(an_entry_from_before_opens_no_words_to_the_door)
	T(notes_of_one_who_was_taken_out_reach_nobody_at_the_door)
	T(refused_memory_hands_out_every_key)
}
T_END
