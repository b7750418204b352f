/* Answers of a desk, on their way to sources. */
#include "desk_team.h"

static void
an_answer_takes_the_slot_above_and_counts_on(void)
{
	struct reply_report rep;
	struct writer w;
	struct letter l;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello" });
	sync_all();
	reply_to("one", &rep, ERR_OK);
	reply_to("two", &rep, ERR_OK);
	fake.take_slots = 2; /* two others were faster */
	reply_to("three", &rep, ERR_OK);
	OK(read_reply(&l, &w, day, 0) == ERR_OK && l.n == 1);
	OK(strcmp(l.text, "one") == 0);
	letter_drop(&l);
	OK(read_reply(&l, &w, day, 1) == ERR_OK && l.n == 2);
	letter_drop(&l);
	OK(read_reply(&l, &w, day, 4) == ERR_OK && l.n == 3);
	OK(strcmp(l.text, "three") == 0);
	letter_drop(&l);
	again();
	OK(desk_at(desk, 0)->said_n == 4 && desk_at(desk, 0)->n == 3);
	OK(desk_at(desk, 0)->outs_n == 0 && !conv_waits(desk_at(desk, 0)));
	OK(desk_log_count(desk) == 3);
	for (unsigned i = 5; i < 16; i++)
		reply_to("more", &rep, ERR_OK);
	reply_to("too many", &rep, ERR_FULL);
	set_day(day + 1);
	reply_to("tomorrow", &rep, ERR_OK);
	end_all();
}

/* Whatever request is lost, before or after the line did it, the source gets
 * the answer once. */
static void
an_answer_that_was_cut_off_goes_once(void)
{
	struct reply_report rep;
	struct writer w;
	struct letter l;
	unsigned n;
	bool done = false;

	for (n = 1; !done; n++) {
		const struct reply what = { .text = "only once", .n = 9 };

		begin_all();
		writer_make(&w, 1);
		send(&w, &(struct what){ .text = "hello" });
		sync_all();
		fake.lose = (n + 1) / 2;
		fake.lose_after = n % 2 == 0;
		done = reply_send(desk, reach, desk_at(desk, 0), &what, &rep) ==
		    ERR_OK;
		OK(rep.kept == (desk_at(desk, 0)->outs_n == 1));
		done = done && fake.lose > 0;
		fake.lose = 0;
		again();
		sync_all();
		/* Lost before it was written down: said to be unsent. */
		if (desk_at(desk, 0)->said_n == 1)
			reply_to("only once", &rep, ERR_OK);
		OK(desk_at(desk, 0)->said_n == 2);
		OK(read_reply(&l, &w, day, 0) == ERR_OK);
		letter_drop(&l);
		OK(read_reply(&l, &w, day, 1) == ERR_NOTHING);
		OK(desk_log_count(desk) == 1);
		end_all();
		OK(n < 30);
	}
	OK(n > 6);
}

/* Whoever fills all slots of its own holds up nobody else's answer. */
static void
an_answer_that_finds_no_slot_holds_up_no_other(void)
{
	const struct reply what = { .text = "for both", .n = 8 };
	struct reply_report rep;
	struct writer w, other;

	begin_all();
	writer_make(&w, 1);
	writer_make(&other, 2);
	send(&w, &(struct what){ .text = "hello" });
	send(&other, &(struct what){ .text = "hello too" });
	sync_all();
	for (size_t i = 0; i < 2; i++) {
		fake.lose = 3; /* line, look, letter */
		OK(reply_send(desk, reach, desk_at(desk, i), &what, &rep) ==
		    ERR_CLOSED);
		OK(desk_at(desk, i)->outs_n == 1);
	}
	fake.take_slots = TAG_SLOTS;
	sync_all();
	OK(report.waiting == 1 && report.sent == 1);
	OK(desk_at(desk, 0)->outs_n + desk_at(desk, 1)->outs_n == 1);
	end_all();
}

static void
an_answer_takes_files_and_goes_on_where_it_broke(void)
{
	const size_t n = PART_PLAIN + 10;
	uint8_t *file = a_file(n);
	char path[128];
	const char *paths[] = { path };
	const struct reply what = {
		.text = "see this", .n = 8, .paths = paths, .paths_n = 1
	};
	struct reply_report rep;
	struct writer w;
	struct letter l;

	begin_all();
	(void)snprintf(path, sizeof path, "%s/answer.bin", dir);
	OK(file_make(path, file, n, 0600) == ERR_OK);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello" });
	sync_all();
	fake.lose = 5; /* line, look, state, part, part */
	OK(reply_send(desk, reach, desk_at(desk, 0), &what, &rep) ==
	    ERR_CLOSED);
	OK(fake.parts_n == 1 && rep.kept && rep.parts == 2);
	again();
	sync_all();
	OK(report.waiting == 1 && desk_at(desk, 0)->outs_n == 1);
	fake.take_slots = 1; /* the parts stay, the letter is sealed anew */
	OK(reply_send(desk, reach, desk_at(desk, 0), &what, &rep) == ERR_OK);
	OK(rep.parts == 2 && rep.resumed == 1 && fake.committed);
	OK(read_reply(&l, &w, day, 1) == ERR_OK);
	OK(l.file_count == 1 && l.files[0].size == n);
	OK(strcmp(l.files[0].name, "answer.bin") == 0);
	letter_drop(&l);
	OK(desk_at(desk, 0)->outs_n == 0);
	path[0] = 'x';
	OK(reply_send(desk, reach, desk_at(desk, 0), &what, &rep) ==
	    ERR_NOTHING);
	OK(rep.bad_path == 0);
	wipe_free(file, n);
	end_all();
}

static void
a_source_that_gives_no_key_is_not_answered_and_that_is_said(void)
{
	struct reply_report rep;
	struct writer w, low;

	begin_all();
	writer_make(&w, 1);
	writer_make(&low, 2);
	/* A coefficient above the modulus; a point of no use. */
	memset(w.reply.key, 0xff, 3);
	memset(low.reply.key + HYBRID_PUBLIC_BYTES - 32, 0, 32);
	send(&w, &(struct what){ .text = "answer me" });
	send(&low, &(struct what){ .text = "me too" });
	sync_all();
	for (size_t i = 0; i < 2; i++) {
		const struct reply what = { .text = "yes", .n = 3 };

		OK(reply_send(desk, reach, desk_at(desk, i), &what, &rep) ==
		    ERR_NOKEY);
		OK(desk_at(desk, i)->said_n == 1);
		OK(desk_at(desk, i)->outs_n == 0);
	}
	reply_to("  ", &rep, ERR_FORMAT);
	OK(desk_log_count(desk) == 0);
	end_all();
}

static void
a_long_answer_goes_as_a_file(void)
{
	char *text = calloc(1, 30001);
	struct reply_report rep;
	struct writer w;
	struct letter l;

	begin_all();
	memset(text, 'w', 30000);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello" });
	sync_all();
	reply_to(text, &rep, ERR_OK);
	OK(rep.parts == 1 && read_reply(&l, &w, day, 0) == ERR_OK);
	OK(l.more && l.file_count == 1 && l.files[0].size == 30000);
	letter_drop(&l);
	wipe_free(text, 30001);
	end_all();
}

static void
a_source_that_claims_to_have_read_everything_is_still_answered(void)
{
	struct reply_report rep;
	struct writer w;
	struct letter l;

	begin_all();
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .seen = UINT32_MAX });
	sync_all();
	reply_to("one", &rep, ERR_OK);
	OK(read_reply(&l, &w, day, 0) == ERR_OK && l.n == 1);
	letter_drop(&l);
	end_all();
}

T_BEGIN
desk_tests_begin();
T(an_answer_takes_the_slot_above_and_counts_on)
T(an_answer_that_was_cut_off_goes_once)
T(an_answer_that_finds_no_slot_holds_up_no_other)
T(an_answer_takes_files_and_goes_on_where_it_broke)
T(a_source_that_gives_no_key_is_not_answered_and_that_is_said)
T(a_long_answer_goes_as_a_file)
T(a_source_that_claims_to_have_read_everything_is_still_answered)
T_END
