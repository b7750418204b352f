/* A conversation that is restricted to some of three members. */
#include "desk/circles.h"
#include "desk/restrict.h"
#include "desk/words.h"
#include "desk_many.h"
#include "team/roster_edit.h"

static const enum member_role editors[] = { MEMBER_EDITOR, MEMBER_EDITOR };

/* Among the desks given as bits. */
static enum err
restrict_to(unsigned by, struct conv *c, unsigned bits)
{
	uint8_t members[MANY][MEMBER_ID_BYTES];
	size_t n = 0;

	for (unsigned i = 0; i < many_n; i++)
		if (bits >> i & 1)
			memcpy(members[n++], member_of(i), MEMBER_ID_BYTES);
	return desk_restrict(
	    many[by], c, (const uint8_t(*)[MEMBER_ID_BYTES])members, n, day);
}

/* The conversation of this writer at a desk. */
static struct conv *
at(unsigned i, const struct writer *w)
{
	struct conv *c = desk_conv_known(many[i], w->s.sign_public);

	if (c != NULL)
		conv_settle(c);
	return c;
}

static void
answer(unsigned i, const struct writer *w, const char *text)
{
	const struct reply what = { .text = text, .n = strlen(text) };
	struct reply_report rep;

	OK(reply_send(many[i], reach, at(i, w), &what, &rep) == ERR_OK);
	OK(rep.stop == SYNC_GOES);
}

/* What the newest answer that the source can read says: where to seal. */
static bool
newest(struct letter *l, const struct writer *w)
{
	struct letter one;
	bool any = false;

	for (uint32_t i = 0; i < 100 * TAG_SLOTS; i++) {
		if (read_reply(&one, w, day - i / TAG_SLOTS, i % TAG_SLOTS) !=
		    ERR_OK)
			continue;
		if (any && one.n < l->n) {
			letter_drop(&one);
			continue;
		}
		if (any)
			letter_drop(l);
		*l = one;
		any = true;
	}
	return any;
}

/* Send as a source does that reads its answers first. */
static void
send_as_told(struct writer *w, struct what *what)
{
	struct letter l;

	if (newest(&l, w)) {
		what->seen = l.n;
		if (l.has_next && !l.next_is_door)
			what->to = &l.next;
		send(w, what);
		letter_drop(&l);
	} else {
		send(w, what);
	}
}

static void
restricted_letters_open_at_the_named_desks_only(void)
{
	struct letter l;
	struct writer w;

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
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

/* How many notes are shown at a desk, and with their words. */
static void
count_notes(unsigned i, const struct writer *w, unsigned *all, unsigned *here)
{
	struct desk_words note;
	struct buf text;
	uint32_t place = 0;

	*all = *here = 0;
	buf_init(&text, 4096);
	while (desk_next_note(many[i], at(i, w), &place, &note)) {
		(*all)++;
		*here +=
		    desk_words_text(many[i], at(i, w), &note, &text) == ERR_OK;
	}
	buf_drop(&text);
}

static void
notes_on_a_restricted_conversation_are_read_by_its_members_only(void)
{
	unsigned all, here;
	struct writer w;

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
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

/* Everything that ever lay on the line, and all that is in the folder. */
static bool
opens_any(unsigned who, const struct writer *w, const char *words)
{
	struct desk *d = many[who];
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	struct circles_key of;
	bool any = false;

	for (size_t i = 0; i < fake.rows_n; i++) {
		const struct fake_row *row = &fake.rows[i];
		struct age_identity *id;
		struct ring_key key;
		size_t at = 0;
		bool open = false;

		if (row->n != ENVELOPE_LETTER_BYTES)
			continue;
		while (!open && ring_next(&d->vault->ring, row->day, &at, &key))
			if (ring_identity(&id, &d->vault->ring, &key) ==
			    ERR_OK) {
				open = envelope_open(plain, id, row->bytes,
					   row->n) == ERR_OK;
				age_identity_close(id);
			}
		for (size_t j = 0; !open && j < d->vault->ring.once_n; j++)
			if (age_identity_from_seed(&id, AGE_HYBRID,
				d->vault->ring.once[j]) == ERR_OK) {
				open = envelope_open(plain, id, row->bytes,
					   row->n) == ERR_OK;
				age_identity_close(id);
			}
		if (!open)
			open = circles_open(plain, d, row->day, row->bytes,
				   &of) == ERR_OK;
		any |= open &&
		    memmem(plain, sizeof plain, words, strlen(words)) != NULL;
	}
	if (at(who, w) != NULL)
		for (size_t i = 0; i < at(who, w)->said_n; i++)
			any |= strstr(at(who, w)->said[i]->text, words) != NULL;
	return any;
}

/* Also with a recording of the line, the disk and its passphrase; and an admin
 * is no other. */
static void
who_is_excluded_has_no_key_for_what_comes(void)
{
	static const enum member_role roles[] = { MEMBER_EDITOR, MEMBER_ADMIN,
		MEMBER_EDITOR };
	struct writer w;

	begin_many(3, roles);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
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

static enum err
try_answer(unsigned i, const struct writer *w)
{
	const struct reply what = { .text = "no", .n = 2 };
	struct reply_report rep;

	return reply_send(many[i], reach, at(i, w), &what, &rep);
}

/* Somebody who goes on as if there were no restriction: seen by all others. */
static void
a_reply_made_by_an_excluded_member_shows_up(void)
{
	struct letter l;
	struct writer w;

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
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

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
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

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
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

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
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

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
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

static void
come_many(void *who, const uint8_t key[static SIGN_PUBLIC_BYTES],
    uint32_t *number, uint8_t last[static ROSTER_LAST_BYTES])
{
	struct teamlog_device device;
	uint8_t id[DEVICE_ID_BYTES];

	(void)who;
	device_id(id, key);
	OK(teamlog_device(desk->log, &device, id) == ERR_OK);
	*number = device.next;
	memcpy(last, device.tip, ROSTER_LAST_BYTES);
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

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
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

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
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

/* The desk stops anywhere: nobody is told to seal to a key that is not handed
 * out, and in the end all of them have it. */
static void
refused_memory_hands_out_every_key(void)
{
	struct writer w;
	enum err e = ERR_NOMEM;
	unsigned n;

	begin_many(1, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
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

static void
a_circle_of_the_same_id_takes_no_ones_place(void)
{
	uint8_t none[CONV_ID_BYTES] = { 9 }, id[CIRCLE_ID_BYTES];
	struct letter l;
	struct writer w;
	size_t from;

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
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

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
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

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
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

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
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

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
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

	begin_many(2, editors);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, &w), 3) == ERR_OK);
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

T_BEGIN
desk_tests_begin();
T(restricted_letters_open_at_the_named_desks_only)
T(notes_on_a_restricted_conversation_are_read_by_its_members_only)
T(a_letter_sealed_to_a_former_circle_is_marked)
if (!t_slow()) {
	T(who_is_excluded_has_no_key_for_what_comes)
	T(a_reply_made_by_an_excluded_member_shows_up)
	T(restricted_reply_expired_says_who_reads)
	T(undone_no_words_of_between_come_on_request)
	T(a_circle_of_days_to_come_stops_no_desk)
	T(a_circle_of_the_same_id_takes_no_ones_place)
}
if (t_long()) {
	T(a_letter_to_an_old_answer_opens_as_long_as_it_lies_there)
	T(a_member_taken_out_reads_nothing_new_and_one_let_in_does)
	T(who_was_struck_off_keeps_no_key_of_the_circle)
	T(undone_it_is_read_at_the_door_again)
	T(its_keys_go_with_the_conversation)
	T(an_entry_from_before_opens_no_words_to_the_door)
	T(notes_of_one_who_was_taken_out_reach_nobody_at_the_door)
	T(refused_memory_hands_out_every_key)
}
T_END
