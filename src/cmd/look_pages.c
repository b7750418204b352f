#include <string.h>

#include "front/view.h"
#include "lang/lang.h"

#include "cmd/look_pages.h"

/* What view_line borrows. */
struct lent {
	struct view_line line;
	struct view_door doors[KEY_NOTE_DOORS];
	struct view_question questions[QUESTIONS_MAX];
	const char *choices[QUESTIONS_MAX][QUESTION_CHOICES];
};

static const char *
or_none(const char *s)
{
	return s[0] == '\0' ? NULL : s;
}

static void
lend_doors(struct lent *v, const struct seen_line *l)
{
	for (size_t i = 0; i < l->doors_n; i++)
		v->doors[i] = (struct view_door){ .id = l->doors[i].id,
			.name = or_none(l->doors[i].name),
			.readers = or_none(l->doors[i].readers) };
	/* As a line does: its settings speak where the door says nothing. */
	if (l->doors_n == 1 && v->doors[0].readers == NULL)
		v->doors[0].readers = or_none(l->readers);
	v->line.doors = v->doors;
	v->line.door_count = l->doors_n;
	v->line.closed = l->doors_n == 0;
}

static void
lend_questions(struct lent *v, const struct seen_line *l)
{
	static const enum view_answer kinds[QUESTION_KINDS] = {
		[QUESTION_TEXT] = VIEW_ANSWER_TEXT,
		[QUESTION_CHOICE] = VIEW_ANSWER_CHOICE,
		[QUESTION_DATE] = VIEW_ANSWER_DATE,
	};

	for (unsigned i = 0; i < l->questions_n; i++) {
		const struct question *q = &l->questions[i];

		for (unsigned k = 0; k < q->choices; k++)
			v->choices[i][k] = q->choice[k];
		v->questions[i] = (struct view_question){ .id = q->id,
			.text = q->text,
			.kind = kinds[q->kind],
			.choices = v->choices[i],
			.choice_count = q->choices };
	}
	v->line.questions = v->questions;
	v->line.question_count = l->questions_n;
}

static void
lend(struct lent *v, const struct seen_line *l)
{
	*v = (struct lent){ .line = { .lang = lang_find("en"),
				.team = l->name,
				.title = or_none(l->title),
				.about = or_none(l->about),
				.file_max = l->file_max,
				.keep_days = l->days,
				.onion = l->onion } };
	lend_doors(v, l);
	lend_questions(v, l);
}

static enum err
draw_asked(
    struct buf *out, const struct view_line *line, const struct seen_own *own)
{
	struct view_check check = { .ticket = own->ticket };

	for (size_t i = 0; i < VIEW_ASKED && own->places[i] != '\0'; i++)
		check.place[i] = (uint8_t)(own->places[i] - '0');
	return view_check(out, line, &check);
}

static enum err
draw_phrase(
    struct buf *out, const struct view_line *line, const struct seen_own *own)
{
	struct view_words words = { .ticket = own->ticket };

	for (size_t i = 0; i < VIEW_WORDS; i++)
		words.words[i] = own->word[i];
	return view_words(out, line, &words);
}

static enum err
draw(struct buf *out, enum seen_page page, const struct seen_line *line,
    const struct seen_own *own)
{
	struct lent v;
	const void *css;
	size_t n;

	if (page == SEEN_STYLE) {
		css = view_style(&n);
		return buf_put(out, css, n);
	}
	lend(&v, line);
	switch (page) {
	case SEEN_START:
		return view_start(out, &v.line);
	case SEEN_PHRASE:
		return draw_phrase(out, &v.line, own);
	case SEEN_ASKED:
		return draw_asked(out, &v.line, own);
	case SEEN_WRITE:
		return view_write(out, &v.line,
		    &(struct view_write){ .ticket = own->ticket,
			.id = own->id,
			.door = own->door });
	case SEEN_STYLE:
	case SEEN_PAGES:
		break;
	}
	return ERR_FORMAT;
}

const struct seen_pages look_pages = { draw };
