#include <assert.h>
#include <string.h>

#include "base/text.h"
#include "front/answers.h"

static const enum view_answer kinds[QUESTION_KINDS] = {
	[QUESTION_TEXT] = VIEW_ANSWER_TEXT,
	[QUESTION_CHOICE] = VIEW_ANSWER_CHOICE,
	[QUESTION_DATE] = VIEW_ANSWER_DATE,
};

void
answers_ask(struct answers_asked *a, const struct settings *settings)
{
	for (unsigned i = 0; i < settings->questions; i++) {
		const struct question *q = &settings->question[i];

		for (unsigned k = 0; k < q->choices; k++)
			a->choice[i][k] = q->choice[k];
		a->question[i] = (struct view_question){
			.id = q->id,
			.text = q->text,
			.kind = kinds[q->kind],
			.choices = a->choice[i],
			.choice_count = q->choices,
		};
	}
}

/* The place of the question and 1; 0 for any other field. */
static unsigned
find(const struct answers *a, const struct form_piece *piece)
{
	if (piece->filename != NULL || strncmp(piece->name, "q-", 2) != 0)
		return 0;
	for (unsigned i = 0; i < a->settings->questions; i++)
		if (strcmp(a->settings->question[i].id, piece->name + 2) == 0)
			return i + 1;
	return 0;
}

static void
keep(struct answers *a, unsigned i, const uint8_t *p, size_t n)
{
	const size_t room = LETTER_ANSWERS_BYTES - a->of[i].len;

	if (n > room) {
		a->over = true;
		n = room;
	}
	memcpy(a->of[i].typed + a->of[i].len, p, n);
	a->of[i].len += n;
}

enum err
answers_take(struct answers *a, const struct form_piece *piece, bool *mine)
{
	unsigned i;

	if (piece->event == FORM_BEGIN)
		a->now = find(a, piece);
	*mine = a->now > 0;
	if (!*mine)
		return ERR_OK;
	i = a->now - 1;
	if (piece->event == FORM_BEGIN) {
		if (a->of[i].begun)
			return ERR_FORMAT;
		a->of[i].begun = true;
	} else if (piece->event == FORM_FIELD) {
		a->of[i].whole = true;
		a->now = 0;
	} else if (memchr(piece->at, '\0', piece->len) != NULL) {
		return ERR_FORMAT;
	} else {
		keep(a, i, piece->at, piece->len);
	}
	return ERR_OK;
}

enum view_trouble
answers_give(struct answers *a, struct letter *l, struct sha256 *all)
{
	const size_t was = l->answer_count;

	for (unsigned i = 0; i < a->settings->questions; i++) {
		const struct question *q = &a->settings->question[i];
		const char *typed = a->of[i].typed;

		if (!a->of[i].whole || text_is_blank(typed, a->of[i].len) ||
		    !question_takes(q, typed))
			continue;
		if (!text_is_utf8(typed, a->of[i].len)) {
			l->answer_count = was;
			return VIEW_UNREADABLE;
		}
		assert(l->answer_count < LETTER_ANSWERS_MAX);
		l->answers[l->answer_count++] =
		    (struct letter_answer){ q->id, typed };
	}
	if (a->over || !letter_answers_fit(l)) {
		l->answer_count = was;
		return VIEW_ANSWERS_LONG;
	}
	for (size_t i = was; i < l->answer_count; i++) {
		const struct letter_answer *one = &l->answers[i];

		/* With the NUL behind: the same bytes elsewhere are others. */
		sha256_add(all, one->question, strlen(one->question) + 1);
		sha256_add(all, one->answer, strlen(one->answer) + 1);
	}
	return VIEW_FINE;
}

const char *const *
answers_shown(struct answers *a)
{
	for (unsigned i = 0; i < a->settings->questions; i++)
		a->shown[i] = a->of[i].typed;
	return a->shown;
}
