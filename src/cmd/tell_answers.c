#include <stdio.h>
#include <string.h>

#include "cmd/cmd.h"

#include "cmd/tell_answers.h"

/* What the line does not ask, or would not take from its page. */
static int
say_unasked(const struct tell_questions *q, const char *id)
{
	fprintf(stderr,
	    "sotto tell: The line asks nothing called %s, and nothing was "
	    "sent. It asks%s\n",
	    id, q->n == 0 ? " nothing." : ":");
	for (unsigned i = 0; i < q->n; i++)
		fprintf(stderr, "  %s\n", q->at[i].id);
	return CMD_FAILED;
}

static int
say_choices(const struct question *q)
{
	fprintf(stderr,
	    "sotto tell: To %s the answer is one of these, and nothing was "
	    "sent:\n",
	    q->id);
	for (unsigned i = 0; i < q->choices; i++)
		fprintf(stderr, "  %s\n", q->choice[i]);
	return CMD_FAILED;
}

static int
check_answer(const struct tell_questions *q, const struct letter_answer *a)
{
	for (unsigned i = 0; i < q->n; i++)
		if (strcmp(q->at[i].id, a->question) == 0)
			return question_takes(&q->at[i], a->answer)
			    ? CMD_DONE
			    : say_choices(&q->at[i]);
	return say_unasked(q, a->question);
}

int
tell_check_answers(struct tell *t, const struct send *s)
{
	struct tell_questions q;
	const enum err e = tell_questions(t, &q);
	int status = CMD_DONE;

	if (s->answer_count == 0)
		return CMD_DONE;
	if (e == ERR_NOTHING) {
		fputs("sotto tell: This line is older than this program and "
		      "cannot say its questions; the answers go unchecked.\n",
		    stderr);
		return CMD_DONE;
	}
	if (e != ERR_OK) {
		fprintf(stderr, "sotto tell: %s\n", t->why);
		return CMD_FAILED;
	}
	for (size_t i = 0; status == CMD_DONE && i < s->answer_count; i++)
		status = check_answer(&q, &s->answers[i]);
	return status;
}
