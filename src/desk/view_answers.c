#include "desk/view_part.h"

static void
remark(struct html *h, const struct desk_frame *f, const struct asked_remark *r)
{
	const char *at = lang_text(f->lang, r->sentence), *piece;
	size_t n;
	char hole;

	html_open(h, HTML_DD);
	html_attr(h, HTML_CLASS, "meta");
	do {
		piece = at;
		n = asked_piece(&at, &hole);
		html_text_n(h, piece, n);
		if (hole == '1')
			view_day(h, r->day);
		else if (hole == '2')
			html_say(h, HTML_BDI, NULL, r->text);
	} while (hole != '\0');
	html_close(h, HTML_DD);
}

/* Its text, and the short name that the answer came under; or that alone. */
static void
question(struct html *h, const struct desk_answer *a)
{
	if (a->asked.text == NULL) {
		html_say(h, HTML_DT, NULL, a->question);
		return;
	}
	html_open(h, HTML_DT);
	html_say(h, HTML_BDI, NULL, a->asked.text);
	html_text(h, " [");
	html_say(h, HTML_SPAN, "meta", a->question);
	html_text(h, "]");
	html_close(h, HTML_DT);
}

void
view_answers(
    struct html *h, const struct desk_frame *f, const struct desk_letter *l)
{
	if (l->answer_count == 0)
		return;
	view_text(f, h, HTML_H3, NULL, "Questions answered");
	html_open(h, HTML_DL);
	for (size_t i = 0; i < l->answer_count; i++) {
		const struct desk_answer *a = &l->answers[i];
		struct asked_remark remarks[ASKED_REMARKS];
		const unsigned n = asked_remarks(remarks, &a->asked);

		question(h, a);
		html_open(h, HTML_DD);
		html_attr(h, HTML_DIR, "auto");
		html_text(h, a->answer);
		html_close(h, HTML_DD);
		for (unsigned k = 0; k < n; k++)
			remark(h, f, &remarks[k]);
	}
	html_close(h, HTML_DL);
}
