/* What a conversation at the desk keeps of the answers in a letter. */
#include <string.h>

#include "alloc.h"
#include "desk/conv.h"
#include "t.h"

static const uint8_t owner[SIGN_PUBLIC_BYTES] = "whoever signs";
static const uint8_t salt[32] = "a salt of the desk";

static void
make(struct letter *l, const struct letter_answer *answers, size_t n)
{
	letter_init(l, LETTER_FROM);
	l->day = 20000;
	l->text = "the same words";
	l->text_len = strlen(l->text);
	memcpy(l->id, "an id of sixteen", sizeof l->id);
	for (size_t i = 0; i < n; i++)
		l->answers[i] = answers[i];
	l->answer_count = n;
}

static enum err
take(struct conv *c, const struct letter *l, uint32_t arrived)
{
	struct said *s = said_of(l, l->day);
	enum err e = ERR_NOMEM;

	if (s == NULL)
		return e;
	s->arrived = s->newest = arrived;
	e = conv_take(c, s);
	conv_settle(c);
	return e;
}

static void
answers_are_kept_in_order_and_deletion_is_none_of_them(void)
{
	static const struct letter_answer answers[] = { { "when", "in spring" },
		{ "deletion", "asked" }, { "empty", "" }, { "inside", "no" } };
	struct conv *c = conv_open(owner, salt);
	const char *question, *answer;
	struct letter l;
	size_t at = 0;

	OK(c != NULL && !conv_asks_deletion(c));
	make(&l, answers, 4);
	OK(take(c, &l, 1) == ERR_OK && conv_has(c, &l, l.day));
	OK(c->said_n == 1 && c->said[0]->asks_deletion);
	OK(conv_asks_deletion(c));
	for (size_t i = 0; i < 4; i++) {
		if (i == 1)
			continue;
		OK(said_answer(c->said[0], &at, &question, &answer));
		OK(strcmp(question, answers[i].question) == 0);
		OK(strcmp(answer, answers[i].answer) == 0);
	}
	OK(!said_answer(c->said[0], &at, &question, &answer));
	letter_drop(&l);
	conv_close(c);
}

/* A question of the team's may have that name, with another answer. */
static void
another_answer_to_deletion_asks_nothing(void)
{
	static const struct letter_answer answer = { "deletion", "no" };
	struct conv *c = conv_open(owner, salt);
	struct letter l;

	OK(c != NULL);
	make(&l, &answer, 1);
	OK(take(c, &l, 1) == ERR_OK);
	OK(!conv_asks_deletion(c) && c->said[0]->answers_len > 0);
	letter_drop(&l);
	conv_close(c);
}

static void
the_same_letter_with_other_answers_is_another_version(void)
{
	static const struct letter_answer no = { "inside", "no" },
					  yes = { "inside", "yes" };
	struct conv *c = conv_open(owner, salt);
	struct letter l;

	OK(c != NULL);
	make(&l, &no, 1);
	OK(take(c, &l, 1) == ERR_OK);
	OK(take(c, &l, 2) == ERR_OK && c->said_n == 1);
	l.answers[0] = yes;
	OK(!conv_has(c, &l, l.day) && take(c, &l, 3) == ERR_OK);
	OK(c->said_n == 2 && c->said[1]->other_version);
	l.answer_count = 0;
	OK(!conv_has(c, &l, l.day));
	letter_drop(&l);
	conv_close(c);
}

static void
without_memory_nothing_is_taken(void)
{
	static const struct letter_answer answer = { "inside", "no" };
	struct conv *c = conv_open(owner, salt);
	struct letter l;
	enum err e = ERR_NOMEM;
	int runs = 0;

	OK(c != NULL);
	make(&l, &answer, 1);
	for (unsigned n = 1; e != ERR_OK; n++, runs++) {
		alloc_refuse(n);
		e = take(c, &l, 1);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && c->said_n == 0));
	}
	OK(runs > 3 && c->said_n == 1);
	letter_drop(&l);
	conv_close(c);
	OK(alloc_dirty() == 0);
}

/* One message in `n` versions of equal words, each with 32 files of its own. */
static unsigned long long
unite_many(unsigned n)
{
	const unsigned long long was = alloc_asked();
	struct conv *c = conv_open(owner, salt);
	struct letter l;

	OK(c != NULL);
	make(&l, NULL, 0);
	l.file_count = LETTER_FILES_MAX;
	for (unsigned i = 0; i < l.file_count; i++) {
		l.files[i].name = "a";
		l.files[i].type = LETTER_ANY_TYPE;
	}
	for (uint32_t i = 0; i < n; i++) {
		struct said *s;

		memcpy(l.parts, &i, sizeof i);
		for (unsigned j = 0; j < l.file_count; j++) {
			memcpy(l.files[j].sha256, &i, sizeof i);
			l.files[j].sha256[4] = (uint8_t)j;
		}
		OK(!conv_has(c, &l, l.day));
		OK((s = said_of(&l, l.day)) != NULL);
		s->arrived = s->newest = i;
		OK(conv_take(c, s) == ERR_OK);
	}
	conv_settle(c);
	OK(c->said_n == 1 && c->said[0]->files_n == (size_t)n * 32);
	letter_drop(&l);
	conv_close(c);
	return alloc_asked() - was;
}

/* A source may write a thousand of them a day; whoever copies all that came
 * before each time takes minutes for what one day brought. */
static void
what_is_said_again_and_again_costs_no_more_each_time(void)
{
	const unsigned long long few = unite_many(100), many = unite_many(800);

	OK(many < 10 * few); /* copying all of it each time: 50 times */
}

T_BEGIN
T(answers_are_kept_in_order_and_deletion_is_none_of_them)
T(another_answer_to_deletion_asks_nothing)
T(the_same_letter_with_other_answers_is_another_version)
T(without_memory_nothing_is_taken)
T(what_is_said_again_and_again_costs_no_more_each_time)
T_END
