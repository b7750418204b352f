/* What the desk's page does between requests: what goes first, what it says
 * afterwards, what must be done soon, and that it answers while thousands of
 * letters are opened. */
#include "desk_page.h"

static bool
is_warned(const char *part)
{
	const struct desk_frame f = page_frame(page, &w);

	for (size_t i = 0; i < f.warning_count; i++)
		if (strstr(f.warnings[i], part) != NULL)
			return true;
	return false;
}

/* A form as a browser would have sent it, read. */
static struct page_in *
form(const char *body)
{
	struct page_in *in;

	OK(page_in_open(&in, "application/x-www-form-urlencoded") == ERR_OK);
	OK(page_in_add(in, (const uint8_t *)body, strlen(body)) == ERR_OK);
	OK(page_in_end(in) == ERR_OK);
	return in;
}

static void
begin_talk(void)
{
	struct writer writer;

	begin_all();
	writer_make(&writer, 1);
	send(&writer, &(struct what){ .text = "hello" });
	begin_page();
}

static void
the_line_is_asked_at_once_and_then_from_time_to_time(void)
{
	unsigned asked;

	begin_talk();
	turn();
	OK(desk_count(desk) == 1);
	OK(strcmp(page->synced, "One message was new.") == 0);
	OK(page->sync_at > clock_ms() + 14U * 60 * 1000);
	asked = fake.asked;
	turn();
	OK(fake.asked == asked);
	page_work_fetch(page);
	turn();
	OK(fake.asked > asked && strcmp(page->synced, "Nothing was new.") == 0);
	end_page();
}

static void
a_fetch_that_failed_says_why_and_is_tried_again_sooner(void)
{
	begin_talk();
	fake.lose = 1;
	turn();
	OK(strstr(page->synced, "could not be reached") != NULL);
	OK(page->sync_at < clock_ms() + 4U * 60 * 1000);
	OK(page->sync_at > clock_ms() + 2U * 60 * 1000);
	OK(desk_count(desk) == 0);
	end_page();
}

static bool
stop_it(void *with)
{
	(void)with;
	page_work_stop(page);
	return false;
}

static void
a_fetch_that_is_stopped_keeps_what_came_and_goes_on_when_asked(void)
{
	struct writer writer;

	begin_all();
	writer_make(&writer, 1);
	for (uint8_t i = 1; i <= 5; i++)
		send(&writer, &(struct what){ .text = "hello", .id = i });
	begin_page();
	page->is_over = stop_it;
	turn();
	OK(strncmp(page->synced, "Stopped.", 8) == 0);
	OK(!page->fetching && page->sync_at > clock_ms() + 14U * 60 * 1000);
	page->is_over = is_over;
	page_work_fetch(page);
	turn();
	OK(desk_count(desk) == 1 && desk_at(desk, 0)->said_n == 5);
	end_page();
}

static unsigned news;

static void
count_news(void *with)
{
	(void)with;
	news++;
}

static void
only_what_came_by_itself_is_worth_a_notice(void)
{
	struct writer writer;

	begin_talk();
	page->news = count_news;
	turn();
	OK(desk_count(desk) == 1 && news == 0); /* it was being opened */
	page->sync_at = 0;
	turn();
	OK(news == 0); /* nothing was new */
	writer_make(&writer, 2);
	send(&writer, &(struct what){ .text = "hello" });
	page->sync_at = 0;
	turn();
	OK(desk_count(desk) == 2 && news == 1);
	end_page();
}

static void
a_desk_that_asks_only_when_told_never_asks_by_itself(void)
{
	begin_talk();
	page_close(page);
	OK(page_open(&page,
	       &(struct page_opts){ .desk = desk,
		   .reach = reach,
		   .asked_only = true,
		   .is_over = is_over }) == ERR_OK);
	turn();
	OK(desk_count(desk) == 0);
	page_work_fetch(page);
	turn();
	OK(desk_count(desk) == 1 && page->sync_at == UINT64_MAX);
	end_page();
}

static void
a_line_that_is_not_to_be_believed_is_what_must_be_done_first(void)
{
	begin_all();
	begin_page();
	fake.day = day + 5;
	turn();
	OK(is_warned("clock of the line"));
	OK(strcmp(page->synced, "It was stopped: see above.") == 0);
	fake.day = day;
	page_work_fetch(page);
	turn();
	OK(!is_warned("clock of the line"));
	end_page();
}

static void
an_answer_goes_before_a_fetch_and_says_that_it_went(void)
{
	struct conv *c;

	begin_talk();
	turn();
	c = desk_at(desk, 0);
	OK(page_out_add(page, c, form("text=We+have+read+it.")) == ERR_OK);
	OK(page_out_find(page, c) != NULL);
	page_work_fetch(page);
	turn();
	OK(page->sync_at == 0); /* is still to come */
	OK(page_out_find(page, c) == NULL);
	OK(c->said_n == 2 && strcmp(c->said[1]->text, "We have read it.") == 0);
	OK(strncmp(next_said(), "Sent.", 5) == 0);
	OK(next_said()[0] == '\0'); /* once */
	end_page();
}

/* It may have been thought better of, so it never goes by itself. */
static void
an_answer_that_did_not_go_is_kept_and_goes_no_more_by_itself(void)
{
	struct page_out *o;
	struct conv *c;
	unsigned asked;

	begin_talk();
	turn();
	c = desk_at(desk, 0);
	OK(page_out_add(page, c, form("text=Which+volume%3f")) == ERR_OK);
	fake.lose = 1;
	turn();
	o = page_out_find(page, c);
	OK(o != NULL && o->trouble != NULL);
	OK(strstr(o->trouble, "could not be reached") != NULL);
	OK(strstr(o->trouble, "by itself") == NULL);
	OK(strcmp(page_in_get(o->in, "text"), "Which volume?") == 0);
	asked = fake.asked;
	turn();
	OK(fake.asked == asked && c->said_n == 1);
	page_out_drop(page, c);
	OK(page_out_find(page, c) == NULL);
	end_page();
}

static void
an_answer_without_words_says_so(void)
{
	static const char *const blank[] = { "text=",
		"text=+%0d%0a%c2%a0%e2%80%8b" };
	struct page_out *o;

	for (size_t i = 0; i < COUNT(blank); i++) {
		begin_talk();
		turn();
		OK(page_out_add(page, desk_at(desk, 0), form(blank[i])) ==
		    ERR_OK);
		turn();
		o = page_out_find(page, desk_at(desk, 0));
		OK(o != NULL && strstr(o->trouble, "needs words") != NULL);
		end_page();
	}
}

static void
sixteen_answers_wait_and_no_more(void)
{
	struct page_in *in;
	struct conv *c;

	begin_talk();
	turn();
	c = desk_at(desk, 0);
	for (unsigned i = 0; i < PAGE_OUTS_MAX; i++)
		OK(page_out_add(page, c, form("text=x")) == ERR_OK);
	in = form("text=x");
	OK(page_out_add(page, c, in) == ERR_BUSY);
	page_in_close(in); /* is still the caller's */
	end_page();
}

/* Somebody presses a button between two letters. */
static struct conv *pressed;
static enum err
press(void *with)
{
	if (fake.breaths == 2)
		page_work_delete(with, pressed, NULL);
	return page->yield ? ERR_SHORT : ERR_OK;
}

static void
a_deletion_waits_for_no_fetch_and_never_comes_into_one(void)
{
	struct writer writer;

	begin_talk();
	turn();
	pressed = desk_at(desk, 0);
	for (uint8_t i = 2; i < 12; i++) {
		writer_make(&writer, i);
		send(&writer, &(struct what){ .text = "hello" });
	}
	fake.breaths = 0;
	reach_meanwhile(reach, press, page);
	OK(sync_run(desk, reach, &report) == ERR_SHORT);
	reach_meanwhile(reach, NULL, NULL);
	OK(desk_count(desk) == 3); /* it is there until nothing is under way */
	turn();
	OK(desk_count(desk) == 2);
	OK(strncmp(next_said(), "Destroyed.", 10) == 0);
	page_work_fetch(page);
	turn();
	OK(desk_count(desk) == 10);
	end_page();
}

static void
keys_that_run_short_are_said_three_times_ever_louder(void)
{
	static const struct {
		unsigned days;
		const char *said;
	} rows[] = {
		{ 21, "keys for 21 more days." },
		{ 8, "keys for 8 more days." },
		{ 7, "keys for 7 more days only" },
		{ 3, "keys for 3 more days only" },
		{ 2, "closes in 2 days" },
		{ 1, "closes in 1 days" },
	};

	begin_all();
	begin_page();
	OK(!is_warned("keys"));
	turn();
	OK(!is_warned("keys"));
	page->report.key_days = 22;
	OK(!is_warned("keys"));
	for (size_t i = 0; i < COUNT(rows); i++) {
		page->report.key_days = rows[i].days;
		OK(is_warned(rows[i].said) && w.n == 1);
	}
	page->fetching = true; /* what is known is being replaced */
	OK(!is_warned("closes"));
	page->fetching = false;
	end_page();
}

static void
what_else_must_be_done_soon_is_said_with_its_number(void)
{
	begin_all();
	begin_page();
	turn();
	page->report.certificate_days = 61;
	OK(!is_warned("certificate"));
	page->report.certificate_days = 60;
	OK(is_warned("certificate ends in 60 days"));
	OK(page->report.roster_days == ROSTER_DAYS);
	page->report.roster_days = 60;
	OK(is_warned("members holds for 60 more days"));
	page->report.roster_days = 61;
	page->refused = 1;
	OK(is_warned("One envelope opened"));
	page->refused = 12;
	OK(is_warned("12 envelopes opened") && !is_warned("One envelope"));
	page->report.waiting = 3;
	OK(is_warned("need their files again: 3."));
	OK(w.n == 3);
	end_page();
}

static void
what_was_said_is_wiped_from_the_page(void)
{
	begin_all();
	begin_page();
	page_say(page, "Kept.");
	OK(strcmp(next_said(), "Kept.") == 0);
	for (size_t i = 0; i < sizeof page->said; i++)
		OK(page->said[i] == 0);
	end_page();
}

/*
 * Thousands of letters.
 */

/* Sanitizers make it slow; what is asked is the same. */
#ifdef SOTTO_SANITIZED
#define MANY 400U
#define SLOWEST_MS 3000U
#else
#define MANY 2500U
#define SLOWEST_MS 500U
#endif

/* Writers beyond those that writer_make() has. */
static void
writer_number(struct writer *writer, unsigned n)
{
	uint8_t root[32] = { (uint8_t)n, (uint8_t)(n >> 8U), 77 };

	writer_make(writer, 1);
	source_init(&writer->s, root);
	tag_keys_init(&writer->tags, &writer->s);
}

static void
send_many(void)
{
	static uint8_t envelope[ENVELOPE_LETTER_BYTES];
	const struct age_recipient *to;
	struct writer writer;
	struct offer o;
	struct letter l;
	struct buf note;

	offer_init(&o);
	to = key_of(&o, day);
	for (unsigned i = 0; i < MANY; i++) {
		/* Ten letters of each writer. */
		if (i % 10 == 0)
			writer_number(&writer, i / 10);
		fill(&l, &writer,
		    &(struct what){ .text = "hello", .id = (uint8_t)i }, day);
		l.id[0] = (uint8_t)(i >> 8U);
		buf_init(&note, ENVELOPE_LETTER_PLAIN);
		OK(letter_write(&note, &l, writer.s.sign_seed) == ERR_OK);
		OK(envelope_seal(envelope, sizeof envelope, to, note.at,
		       note.len) == ERR_OK);
		fake_put(day, l.tag, envelope, sizeof envelope);
		letter_drop(&l);
		buf_drop(&note);
	}
	offer_drop(&o);
}

/* Ask for pages until told to end; says the longest wait in milliseconds. */
static _Noreturn void
ask_on(unsigned port, const int end[2], int out)
{
	static const char *const paths[] = { "/", "/wait", "/?unread" };
	uint64_t longest[2] = { 0, 0 };
	struct pollfd told = { .fd = end[0], .events = POLLIN };

	/* Or when nobody is there any more to tell it. */
	(void)close(end[1]);
	(void)close(page->listen);
	for (unsigned i = 0; poll(&told, 1, 0) == 0; i++) {
		const uint64_t began = clock_ms();
		uint64_t took;

		if (!ask(port, paths[i % COUNT(paths)]))
			_exit(1);
		took = clock_ms() - began;
		longest[0] = took > longest[0] ? took : longest[0];
		longest[1]++;
	}
	_exit(write(out, longest, sizeof longest) == sizeof longest ? 0 : 1);
}

static void
the_page_answers_while_thousands_of_letters_are_opened(void)
{
	uint64_t longest[2], began;
	int end[2], out[2], status;
	pid_t pid;

	begin_all();
	send_many();
	begin_page();
	OK(pipe(end) == 0 && pipe(out) == 0);
	if ((pid = fork()) == 0)
		ask_on(page_port(), end, out[1]);
	began = clock_ms();
	turn();
	OK(desk_count(desk) == MANY / 10);
	fprintf(stderr, "%u letters in %llu ms\n", MANY,
	    (unsigned long long)(clock_ms() - began));
	OK(write(end[1], "", 1) == 1);
	/* The request under way is answered still. */
	while (waitpid(pid, &status, WNOHANG) == 0)
		OK(page_turn(page, 10) == ERR_OK);
	OK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
	OK(read(out[0], longest, sizeof longest) == sizeof longest);
	fprintf(stderr, "%llu pages, the slowest %llu ms\n",
	    (unsigned long long)longest[1], (unsigned long long)longest[0]);
	OK(longest[1] > 50 && longest[0] < SLOWEST_MS);
	OK(strcmp(page->synced, "There were new messages.") == 0);
	for (int i = 0; i < 2; i++)
		(void)(close(end[i]) + close(out[i]));
	end_page();
}

T_BEGIN
desk_tests_begin();
T(the_line_is_asked_at_once_and_then_from_time_to_time)
T(a_fetch_that_failed_says_why_and_is_tried_again_sooner)
T(a_fetch_that_is_stopped_keeps_what_came_and_goes_on_when_asked)
T(only_what_came_by_itself_is_worth_a_notice)
T(a_desk_that_asks_only_when_told_never_asks_by_itself)
T(a_line_that_is_not_to_be_believed_is_what_must_be_done_first)
T(an_answer_goes_before_a_fetch_and_says_that_it_went)
T(an_answer_that_did_not_go_is_kept_and_goes_no_more_by_itself)
T(an_answer_without_words_says_so)
T(sixteen_answers_wait_and_no_more)
T(a_deletion_waits_for_no_fetch_and_never_comes_into_one)
T(keys_that_run_short_are_said_three_times_ever_louder)
T(what_else_must_be_done_soon_is_said_with_its_number)
T(what_was_said_is_wiped_from_the_page)
T(the_page_answers_while_thousands_of_letters_are_opened)
T_END
