/* What the team's questions said: kept with the day on which it was first seen,
 * and shown with each answer as it stood when the letter came. */
#include "desk_team.h"

#include "desk/view.h"

/*
 * What is kept.
 */

static const char two[] = "seen 20000 0 happened text When did it happen?\n"
			  "seen 20000 0 inside text Said inside?\n"
			  "seen 20003 7 happened text When?\n";

static void
what_is_kept_is_read_and_written_in_one_way(void)
{
	static const char *const good[] = { "", two, "full 1 0\n",
		"seen 1 0 a text x\nseen 2 0 a text y\nseen 2 9 a text x\n"
		"full 2 9\n" };
	struct asked a;
	struct buf b;

	for (size_t i = 0; i < COUNT(good); i++) {
		buf_init(&b, ASKED_BYTES);
		OK(asked_read(&a, good[i], strlen(good[i])) == ERR_OK);
		OK(asked_write(&b, &a) == ERR_OK);
		OK(b.len == strlen(good[i]) &&
		    (b.len == 0 || memcmp(b.at, good[i], b.len) == 0));
		asked_drop(&a);
		buf_drop(&b);
	}
}

static void
what_is_kept_otherwise_is_refused(void)
{
	static const struct {
		const char *why, *text;
	} rows[] = {
		{ "no line end", "seen 1 0 a text x" },
		{ "an empty line", "\n" },
		{ "another word", "heard 1 0 a text x\n" },
		{ "no day", "seen a text x\n" },
		{ "a day in two spellings", "seen 01 0 a text x\n" },
		{ "a day past all days", "seen 4294967296 0 a text x\n" },
		{ "no letters", "seen 1 a text x\n" },
		{ "two spaces", "seen 1  0 a text x\n" },
		{ "no question", "seen 1 0\n" },
		{ "no text", "seen 1 0 a text\n" },
		{ "another kind", "seen 1 0 a date x\n" },
		{ "a choice", "seen 1 0 a choice x | y | z\n" },
		{ "a control character", "seen 1 0 a text x\033[2J\n" },
		{ "a day that goes back",
		    "seen 2 0 a text x\nseen 1 0 a text y\n" },
		{ "letters that go back",
		    "seen 1 2 a text x\nseen 1 1 b text y\n" },
		{ "the same again", "seen 1 0 a text x\nseen 2 0 a text x\n" },
		{ "something behind the end", "full 1 0\nseen 1 0 a text x\n" },
		{ "full twice", "full 1 0\nfull 1 0\n" },
		{ "full before", "seen 2 0 a text x\nfull 1 0\n" },
		{ "full and more", "full 1 0 x\n" },
	};
	struct asked a = { .n = 77 };

	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(asked_read(&a, rows[i].text, strlen(rows[i].text)) !=
		    ERR_OK);
		OK(a.n == 77);
	}
	OK(alloc_held() == 0);
}

/* Letters in the order of arrival, and days. */
static void
a_letter_is_shown_with_what_stood_when_it_came(void)
{
	static const struct {
		const char *why, *id;
		uint32_t day, arrived;
		const char *text, *earlier, *later;
		bool after;
	} rows[] = {
		{ "it stood since long", "happened", 20001, 3,
		    "When did it happen?", NULL, "When?", false },
		{ "on the first day of all", "happened", 20000, 0,
		    "When did it happen?", NULL, "When?", false },
		{ "written before the first was seen", "happened", 19998, 0,
		    "When did it happen?", NULL, "When?", true },
		{ "it came before the other was seen, whatever its day",
		    "happened", 20009, 6, "When did it happen?", NULL, "When?",
		    false },
		{ "it came later but was written before", "happened", 20001, 7,
		    "When?", "When did it happen?", NULL, false },
		{ "written on the day of the change", "happened", 20003, 7,
		    "When?", "When did it happen?", NULL, false },
		{ "written after it", "happened", 20004, 8, "When?", NULL, NULL,
		    false },
		{ "another question", "inside", 20009, 9, "Said inside?", NULL,
		    NULL, false },
		{ "one that was never asked", "insid", 20009, 9, NULL, NULL,
		    NULL, false },
	};
	struct asked_question q;
	struct asked a;

	OK(asked_read(&a, two, strlen(two)) == ERR_OK);
	for (size_t i = 0; i < COUNT(rows); i++) {
		asked_find(&q, &a, rows[i].id, rows[i].day, rows[i].arrived);
#define SAME(x, y) \
	((x) == NULL ? (y) == NULL : (y) != NULL && strcmp(x, y) == 0)
		OK(SAME(rows[i].text, q.text));
		OK(SAME(rows[i].earlier, q.earlier));
		OK(SAME(rows[i].later, q.later));
		OK(q.after == rows[i].after && q.lost == 0);
		OK(q.later == NULL || q.later_day == 20003);
	}
	asked_drop(&a);
}

static void
a_letter_that_was_here_before_any_question_says_so(void)
{
	static const char late[] = "seen 20000 5 a text x\nseen 20001 5 a text "
				   "y\n";
	struct asked_question q;
	struct asked a;

	OK(asked_read(&a, late, strlen(late)) == ERR_OK);
	asked_find(&q, &a, "a", 20000, 4);
	OK(strcmp(q.text, "x") == 0 && q.after && q.day == 20000);
	OK(strcmp(q.later, "y") == 0 && q.earlier == NULL);
	asked_drop(&a);
}

static void
ask(struct question *q, const char *id, const char *text)
{
	char line[QUESTION_TEXT_MAX + 60];
	int n = snprintf(line, sizeof line, "%s text %s", id, text);

	OK(question_read(q, line, (size_t)n) == ERR_OK);
}

/* A line that asks something else each day fills no disk, and what came before
 * stays. */
static void
a_line_cannot_make_a_desk_keep_more_than_its_fill(void)
{
	struct asked a = { .n = 0 };
	struct asked_question found;
	struct question q[QUESTIONS_MAX];
	char text[QUESTION_TEXT_MAX + 1];
	struct buf b;
	bool news;

	memset(text, 'x', QUESTION_TEXT_MAX);
	text[QUESTION_TEXT_MAX] = '\0';
	for (uint32_t i = 0; i < 100; i++) {
		for (unsigned k = 0; k < QUESTIONS_MAX; k++) {
			char id[LETTER_QUESTION_MAX + 1];

			(void)snprintf(id, sizeof id, "%040u", k);
			(void)snprintf(text, 8, "%07u", i);
			text[7] = 'x';
			ask(&q[k], id, text);
		}
		OK(asked_take(&a, q, QUESTIONS_MAX,
		       (struct asked_when){
			   UINT32_MAX - 200 + i, UINT32_MAX - 200 + i },
		       &news) == ERR_OK);
		OK(news == (i <= ASKED_MAX / QUESTIONS_MAX));
	}
	OK(a.n == ASKED_MAX && a.full);
	buf_init(&b, ASKED_BYTES);
	OK(asked_write(&b, &a) == ERR_OK);
	asked_drop(&a);
	OK(asked_read(&a, b.at, b.len) == ERR_OK && a.full);
	buf_drop(&b);
	/* One before, one behind. */
	asked_find(&found, &a, q[0].id, UINT32_MAX - 190, UINT32_MAX - 190);
	OK(found.lost == 0 && memcmp(found.text, "0000010", 7) == 0);
	asked_find(&found, &a, q[0].id, UINT32_MAX - 1, UINT32_MAX - 1);
	OK(found.lost == UINT32_MAX - 200 + 32);
	OK(memcmp(found.text, "0000031", 7) == 0);
	asked_find(&found, &a, "other", UINT32_MAX - 1, UINT32_MAX - 1);
	OK(found.text == NULL && found.lost > 0);
	asked_drop(&a);
}

static void
the_days_of_a_line_that_goes_back_by_one_stay_in_order(void)
{
	struct asked a = { .n = 0 };
	struct question q;
	bool news;

	ask(&q, "a", "x");
	OK(asked_take(&a, &q, 1, (struct asked_when){ 7, 0 }, &news) == ERR_OK);
	ask(&q, "a", "y");
	OK(asked_take(&a, &q, 1, (struct asked_when){ 6, 0 }, &news) == ERR_OK);
	OK(a.n == 2 && a.texts[1].when.day == 7 && news);
	OK(asked_take(&a, &q, 1, (struct asked_when){ 8, 0 }, &news) == ERR_OK);
	OK(a.n == 2 && !news);
	asked_drop(&a);
}

static void
refused_memory_leaves_nothing_behind(void)
{
	struct asked a;
	enum err e = ERR_NOMEM;
	unsigned n;

	for (n = 1; e != ERR_OK; n++) {
		alloc_refuse(n);
		e = asked_read(&a, two, strlen(two));
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && alloc_held() == 0));
	}
	OK(n > 2);
	asked_drop(&a);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

/*
 * From the line to the page.
 */

static struct writer w;

static void
answer(uint8_t id, const char *question, const char *words)
{
	send(&w,
	    &(struct what){ .text = "with an answer",
		.id = id,
		.question = question,
		.answer = words });
}

/* What the `i`th thing said answered. */
static struct asked_question
said_asked(size_t i)
{
	const struct said *s = desk_at(desk, 0)->said[i];
	const char *id, *words;
	struct asked_question q;
	size_t at = 0;

	OK(said_answer(s, &at, &id, &words));
	desk_question(desk, s, id, &q);
	return q;
}

static void
a_text_that_is_changed_later_changes_no_answer(void)
{
	begin_all();
	writer_make(&w, 1);
	fake.questions = "safe choice May we call you? | Yes | No\n";
	answer(1, "safe", "No");
	sync_all();
	OK(strcmp(said_asked(0).text, "May we call you?") == 0);
	OK(said_asked(0).day == day && said_asked(0).later == NULL);
	set_day(day + 2);
	fake.questions = "safe choice Should we keep silent? | Yes | No\n";
	sync_all();
	answer(2, "safe", "No");
	set_day(day + 1);
	sync_all();
	for (unsigned i = 0; i < 2; i++) {
		OK(strcmp(said_asked(0).text, "May we call you?") == 0);
		OK(strcmp(said_asked(0).later, "Should we keep silent?") == 0);
		OK(said_asked(0).later_day == day - 1);
		OK(strcmp(said_asked(1).text, "Should we keep silent?") == 0);
		/* Sent on the day of the change. */
		OK(strcmp(said_asked(1).earlier, "May we call you?") == 0);
		again();
	}
	end_all();
}

/* The order of arrival goes on although the last letters are gone. */
static void
deleted_letters_do_not_move_the_others_before_a_change(void)
{
	begin_all();
	writer_make(&w, 1);
	fake.questions = "a text first\n";
	for (uint8_t i = 1; i <= 3; i++)
		answer(i, "a", "x");
	sync_all();
	set_day(day + 1);
	fake.questions = "a text second\n";
	sync_all();
	OK(desk_delete(desk, desk_at(desk, 0)) == ERR_OK);
	again();
	set_day(day + 1);
	writer_make(&w, 2);
	answer(4, "a", "y");
	sync_all();
	OK(desk_count(desk) == 1);
	OK(strcmp(said_asked(0).text, "second") == 0);
	again();
	OK(strcmp(said_asked(0).text, "second") == 0);
	end_all();
}

static void
what_a_hostile_line_asks_stops_no_letter(void)
{
	static char long_one[QUESTIONS_TEXT_MAX + 10];
	static const char *const rows[] = { "a text x", "<b>\n",
		"a text x\na text y\n", "a text \033[2J\n", "a text \xff\n",
		"a text \xe2\x80\xaetxet\n", "deletion text Sure?\n",
		long_one };

	memset(long_one, 'x', sizeof long_one - 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		begin_all();
		writer_make(&w, 1);
		answer(1, "a", "x");
		fake.questions = rows[i];
		sync_all();
		OK(report.odd_questions && report.letters == 1);
		OK(said_asked(0).text == NULL && said_asked(0).lost == 0);
		fake.questions = "";
		sync_all();
		OK(!report.odd_questions);
		again();
		end_all();
	}
}

static void
what_could_not_be_kept_is_new_the_next_time(void)
{
	struct question q;
	enum err e = ERR_NOMEM;

	begin_all();
	ask(&q, "a", "x");
	for (unsigned n = 1; e != ERR_OK; n++) {
		alloc_refuse(n);
		e = asked_keep(desk, &q, 1, day);
		alloc_refuse(0);
		OK(desk->asked.n == (e == ERR_OK));
	}
	again();
	OK(desk->asked.n == 1 && strcmp(desk->asked.texts[0].text, "x") == 0);
	end_all();
}

static void
the_page_shows_the_text_and_forges_nothing(void)
{
	const struct desk_frame frame = { .lang = lang_find("en"),
		.team = "Example Group" };
	const struct desk_answer answers[] = {
		{ .question = "happened",
		    .answer = "in March",
		    .asked = { .text = "</dt><b>When{2}?",
			.day = 20000,
			.earlier = "{1}<i>Where?",
			.later = "<u>Who?",
			.later_day = 20001 } },
		{ .question = "who", .answer = "I" },
		{ .question = "early",
		    .answer = "x",
		    .asked = { .text = "Why?", .day = 20002, .after = true } },
		{ .question = "lost",
		    .answer = "y",
		    .asked = { .lost = 20003 } },
		{ .question = "more",
		    .answer = "y",
		    .asked = { .text = "How?", .day = 1, .lost = 20004 } },
	};
	const struct desk_letter letter = {
		.text = "", .answers = answers, .answer_count = COUNT(answers)
	};
	const struct desk_talk talk = {
		.handle = "a-b-c", .letters = &letter, .letter_count = 1
	};
	static const char *const has[] = {
		"<dt><bdi>&lt;/dt&gt;&lt;b&gt;When{2}?</bdi> ["
		"<span class=\"meta\">happened</span>]</dt>",
		"before <time datetime=\"2024-10-04\">2024-10-04</time>: "
		"<bdi>{1}&lt;i&gt;Where?</bdi></dd>",
		"on <time datetime=\"2024-10-05\">2024-10-05</time>: "
		"<bdi>&lt;u&gt;Who?</bdi></dd>",
		"<dt>who</dt>",
		"never seen here",
		">2024-10-06</time>, after the message was written",
		"by <time datetime=\"2024-10-07\"",
		"Since <time datetime=\"2024-10-08\"",
	};
	struct buf page;

	buf_init(&page, DESK_PAGE_MAX);
	OK(desk_view_talk(&page, &frame, &talk) == ERR_OK);
	OK(buf_str(&page) != NULL);
	for (size_t i = 0; i < COUNT(has); i++)
		OK(strstr((char *)page.at, has[i]) != NULL);
	buf_drop(&page);
}

T_BEGIN
desk_tests_begin();
T(what_is_kept_is_read_and_written_in_one_way)
T(what_is_kept_otherwise_is_refused)
T(a_letter_is_shown_with_what_stood_when_it_came)
T(a_letter_that_was_here_before_any_question_says_so)
T(a_line_cannot_make_a_desk_keep_more_than_its_fill)
T(the_days_of_a_line_that_goes_back_by_one_stay_in_order)
T(refused_memory_leaves_nothing_behind)
T(a_text_that_is_changed_later_changes_no_answer)
T(deleted_letters_do_not_move_the_others_before_a_change)
T(what_a_hostile_line_asks_stops_no_letter)
T(what_could_not_be_kept_is_new_the_next_time)
T(the_page_shows_the_text_and_forges_nothing)
T_END
