#include <assert.h>
#include <string.h>

#include "lang/lang.h"

#include "desk/asked.h"
#include "desk/inside.h"

void
asked_find(struct asked_question *q, const struct asked *a, const char *id,
    uint32_t day, uint32_t arrived)
{
	const struct asked_text *stood = NULL, *earlier = NULL, *later = NULL;
	bool came_first = false;

	for (size_t i = 0; i < a->n; i++) {
		const struct asked_text *t = &a->texts[i];

		if (strcmp(t->id, id) != 0)
			continue;
		if (t->when.letters <= arrived) {
			earlier = stood;
			stood = t;
		} else if (stood == NULL) {
			came_first = true;
			stood = t;
		} else if (later == NULL) {
			later = t;
		}
	}
	*q = (struct asked_question){ .text = NULL };
	if (a->full && a->full_since.letters <= arrived)
		q->lost = a->full_since.day;
	if (stood == NULL)
		return;
	q->text = stood->text;
	q->day = stood->when.day;
	q->after = came_first || (earlier == NULL && day < q->day);
	/* Written before the desk saw this one, or on that very day. */
	if (earlier != NULL && day <= q->day)
		q->earlier = earlier->text;
	if (later != NULL) {
		q->later = later->text;
		q->later_day = later->when.day;
	}
}

unsigned
asked_remarks(struct asked_remark remarks[static ASKED_REMARKS],
    const struct asked_question *q)
{
	const struct {
		bool is;
		struct asked_remark remark;
	} all[] = {
		{ q->text == NULL && q->lost == 0,
		    { LANG_N("What this question said was never seen here; "
			     "this is its short name."),
			0, NULL } },
		{ q->text == NULL && q->lost > 0,
		    { LANG_N("What this question said is not kept: by {1} the "
			     "line had asked more than a desk keeps. This is "
			     "its short name."),
			q->lost, NULL } },
		{ q->after,
		    { LANG_N("This text was first seen here on {1}, after the "
			     "message was written; it may have been another "
			     "one then."),
			q->day, NULL } },
		{ q->earlier != NULL,
		    { LANG_N("Which of two texts was answered is not known. "
			     "The other was seen here before {1}: {2}"),
			q->day, q->earlier } },
		{ q->later != NULL,
		    { LANG_N("Another text was first seen here later, on {1}: "
			     "{2}"),
			q->later_day, q->later } },
		{ q->text != NULL && q->lost > 0,
		    { LANG_N("Since {1} no other text is kept, because the "
			     "line had asked more than a desk keeps; it may "
			     "have been another one."),
			q->lost, NULL } },
	};
	unsigned n = 0;

	for (size_t i = 0; i < COUNT(all); i++)
		if (all[i].is) {
			assert(n < ASKED_REMARKS);
			remarks[n++] = all[i].remark;
		}
	return n;
}

size_t
asked_piece(const char **at, char *hole)
{
	const char *s = *at, *end = strchr(s, '{');

	if (end == NULL || (end[1] != '1' && end[1] != '2') || end[2] != '}') {
		*hole = '\0';
		return strlen(s);
	}
	*hole = end[1];
	*at = end + 3;
	return (size_t)(end - s);
}

void
desk_question(const struct desk *d, const struct said *s, const char *id,
    struct asked_question *q)
{
	asked_find(q, &d->asked, id, s->day, s->arrived);
}
