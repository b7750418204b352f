#include <string.h>

#include "alloc.h"
#include "letter/question.h"
#include "t.h"

static void
each_is_read_and_written_in_one_way(void)
{
	static const char *const good[] = { "a text What?", "a-1 date When?",
		"x choice Which? | One | Two",
		"x choice Which? | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8" };
	struct question q;
	struct buf b;

	for (size_t i = 0; i < COUNT(good); i++) {
		buf_init(&b, QUESTIONS_TEXT_MAX);
		OK(question_read(&q, good[i], strlen(good[i])) == ERR_OK);
		OK(question_write(&b, &q) == ERR_OK);
		OK(strcmp(buf_str(&b), good[i]) == 0);
		buf_drop(&b);
	}
}

static void
what_is_none_is_refused(void)
{
	static const char *const bad[] = { "", "a", "a text", "a text ",
		"A text What?", "a b What?", "deletion text What?",
		"a text What? ", "a text  What?", "a text What?|",
		"a text x | y", "a date x | y", "a choice x", "a choice x | y",
		"a choice x | y | y", "a choice x | y | ",
		"a choice x | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9",
		"a text What\nnow?", "a text \x1b[31mred", "a text a\tb",
		"a text \xff", "a text \xe2\x80\xaex" };
	struct question q = { .choices = 77 };

	for (size_t i = 0; i < COUNT(bad); i++)
		OK(question_read(&q, bad[i], strlen(bad[i])) != ERR_OK);
	OK(q.choices == 77);
}

static void
a_line_says_all_of_them_or_none(void)
{
	static const struct {
		const char *text;
		enum err e;
		unsigned n;
	} rows[] = {
		{ "", ERR_OK, 0 },
		{ "a text x\n", ERR_OK, 1 },
		{ "a text x\nb date y\n", ERR_OK, 2 },
		{ "a text x", ERR_FORMAT, 0 },
		{ "a text x\n\n", ERR_FORMAT, 0 },
		{ "a text x\na date y\n", ERR_FORMAT, 0 },
		{ "a text x\nb", ERR_FORMAT, 0 },
		{ "a text x\nb text y\nc text y\nd text y\ne text y\nf text y\n"
		  "g text y\nh text y\n",
		    ERR_OK, 8 },
		{ "a text x\nb text y\nc text y\nd text y\ne text y\nf text y\n"
		  "g text y\nh text y\ni text y\n",
		    ERR_TOOBIG, 0 },
	};
	struct question q[QUESTIONS_MAX];
	unsigned n;

	for (size_t i = 0; i < COUNT(rows); i++) {
		n = 99;
		OK(question_read_all(
		       q, &n, rows[i].text, strlen(rows[i].text)) == rows[i].e);
		OK(n == (rows[i].e == ERR_OK ? rows[i].n : 99));
	}
}

static void
a_choice_takes_its_choices_and_the_others_anything(void)
{
	static const char choice[] = "x choice Which? | One | Two";
	static const char date[] = "x date When?";
	struct question q;

	OK(question_read(&q, choice, sizeof(choice) - 1) == ERR_OK);
	OK(question_takes(&q, "One") && question_takes(&q, "Two"));
	OK(!question_takes(&q, "two") && !question_takes(&q, "One "));
	OK(!question_takes(&q, ""));
	OK(question_read(&q, date, sizeof(date) - 1) == ERR_OK);
	OK(question_takes(&q, "2026-03-04") && question_takes(&q, "in May"));
}

T_BEGIN
T(each_is_read_and_written_in_one_way)
T(what_is_none_is_refused)
T(a_line_says_all_of_them_or_none)
T(a_choice_takes_its_choices_and_the_others_anything)
T_END
