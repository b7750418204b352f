/* What a message of a source answers to the team's questions, as `show` says
 * it. */
#include <string.h>

#include "base/clock.h"
#include "note/json.h"

#include "cmd/desk_cmd.h"
#include "cmd/plain.h"

#define ANSWER_MARGIN "          "

static void
json_text(struct json_out *w, const char *key, const char *text)
{
	if (text != NULL)
		json_put_str(w, key, text, strlen(text));
}

/* What the question said that was answered under this id. */
static void
json_question(struct json_out *w, const struct desk *d, const struct said *s,
    const char *id)
{
	struct asked_question q;

	desk_question(d, s, id, &q);
	json_put_object(w, NULL);
	json_text(w, "id", id);
	json_text(w, "text", q.text);
	if (q.text != NULL)
		desk_cmd_json_day(w, "first_seen", q.day);
	json_put_bool(w, "seen_after", q.after);
	json_text(w, "earlier_text", q.earlier);
	json_text(w, "later_text", q.later);
	if (q.later != NULL)
		desk_cmd_json_day(w, "later_first_seen", q.later_day);
	if (q.lost > 0)
		desk_cmd_json_day(w, "none_kept_since", q.lost);
	json_put_object_end(w);
}

void
desk_cmd_json_answers(
    struct json_out *w, const struct desk *d, const struct said *s)
{
	const char *question, *answer;
	size_t at = 0;

	if (s->ours)
		return;
	json_put_bool(w, "asks_deletion", s->asks_deletion);
	json_put_object(w, "answers");
	while (said_answer(s, &at, &question, &answer))
		json_put_str(w, question, answer, strlen(answer));
	json_put_object_end(w);
	json_put_list(w, "questions");
	for (at = 0; said_answer(s, &at, &question, &answer);)
		json_question(w, d, s, question);
	json_put_list_end(w);
}

static enum err
put_remark(struct buf *out, const struct asked_remark *r)
{
	const char *at = r->sentence, *piece;
	char date[CLOCK_DATE_BYTES], hole;
	size_t n;
	enum err e;

	clock_date(date, r->day);
	e = buf_put_str(out, "\n      (");
	do {
		piece = at;
		n = asked_piece(&at, &hole);
		if (e == ERR_OK)
			e = buf_put(out, piece, n);
		if (e == ERR_OK && hole == '1')
			e = buf_put_str(out, date);
		if (e == ERR_OK && hole == '2')
			e = plain_put(out, r->text, strlen(r->text));
	} while (hole != '\0');
	return e == ERR_OK ? buf_put_str(out, ")") : e;
}

static enum err
put_answer(struct buf *out, const struct asked_question *q, const char *id,
    const char *answer)
{
	struct asked_remark remarks[ASKED_REMARKS];
	const unsigned n = asked_remarks(remarks, q);
	enum err e = buf_put_str(out, "\n    ");

	if (e == ERR_OK && q->text != NULL &&
	    (e = plain_put(out, q->text, strlen(q->text))) == ERR_OK)
		e = buf_put_str(out, " [");
	if (e == ERR_OK)
		e = plain_put_under(out, ANSWER_MARGIN, id, strlen(id));
	if (e == ERR_OK)
		e = buf_put_str(out, q->text == NULL ? ": " : "]: ");
	if (e == ERR_OK)
		e = plain_put_under(out, ANSWER_MARGIN, answer, strlen(answer));
	for (unsigned i = 0; e == ERR_OK && i < n; i++)
		e = put_remark(out, &remarks[i]);
	return e;
}

enum err
desk_cmd_put_answers(
    struct buf *out, const struct desk *d, const struct said *s)
{
	const char *id, *answer;
	struct asked_question q;
	size_t at = 0;
	enum err e = ERR_OK;

	if (s->asks_deletion)
		e = buf_put_str(out,
		    "\n  The source asked you to delete this conversation.");
	if (e == ERR_OK && s->answers_len > 0)
		e = buf_put_str(out, "\n  Questions answered:");
	while (e == ERR_OK && said_answer(s, &at, &id, &answer)) {
		desk_question(d, s, id, &q);
		e = put_answer(out, &q, id, answer);
	}
	return e;
}
