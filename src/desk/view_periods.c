/* How long the team keeps what is over. */
#include <string.h>

#include "desk/view_part.h"

static void
put_term(
    struct html *h, const struct desk_frame *f, const char *what, uint32_t days)
{
	const char *text = lang_text(f->lang, LANG_N("{1} days"));
	const char *hole = strstr(text, "{1}");

	html_say(h, HTML_DT, NULL, lang_text(f->lang, what));
	html_open(h, HTML_DD);
	if (days == 0 || hole == NULL)
		html_text(h, lang_text(f->lang, "for ever"));
	else {
		html_text_n(h, text, (size_t)(hole - text));
		html_num(h, days);
		html_text(h, hole + 3);
	}
	html_close(h, HTML_DD);
}

static void
put_terms(
    struct html *h, const struct desk_frame *f, const struct desk_periods *p)
{
	html_open(h, HTML_DL);
	html_attr(h, HTML_CLASS, "pairs");
	put_term(h, f, LANG_N("Open, or published"), 0);
	put_term(h, f, LANG_N("Junk"), p->junk);
	put_term(h, f, LANG_N("Not relevant to us"), p->irrelevant);
	put_term(h, f, LANG_N("Closed"), p->closed);
	html_close(h, HTML_DL);
}

static void
put_template(struct html *h, const struct desk_frame *f,
    const struct desk_periods *p, size_t i)
{
	html_open(h, HTML_LABEL);
	html_attr(h, HTML_CLASS, "choice");
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_TYPE, "radio");
	html_attr(h, HTML_NAME, "template");
	html_attr(h, HTML_VALUE, p->templates[i].name);
	if (p->now == i)
		html_flag(h, HTML_CHECKED);
	html_say(h, HTML_SPAN, NULL, lang_text(f->lang, p->templates[i].means));
	html_close(h, HTML_LABEL);
}

static void
choose(struct html *h, const struct desk_frame *f, const struct desk_periods *p)
{
	html_open(h, HTML_SECTION);
	html_attr(h, HTML_CLASS, "acts");
	view_form(h, "/periods", false);
	html_open(h, HTML_FIELDSET);
	html_open(h, HTML_LEGEND);
	html_text(h, lang_text(f->lang, "Other periods, for the whole team"));
	html_close(h, HTML_LEGEND);
	view_text(f, h, HTML_P, "hint",
	    "As we read these laws, and no legal advice. Shorter ones hold "
	    "for what is over already, too: it is announced with the next "
	    "fetch, and until it goes an editor can keep it.");
	for (size_t i = 0; i < p->template_count; i++)
		put_template(h, f, p, i);
	html_close(h, HTML_FIELDSET);
	view_button(h, NULL, lang_text(f->lang, "Take these periods"));
	html_close(h, HTML_FORM);
	html_close(h, HTML_SECTION);
}

enum err
desk_view_periods(
    struct buf *out, const struct desk_frame *f, const struct desk_periods *p)
{
	struct html h;

	view_begin(&h, out, f,
	    lang_text(f->lang, "How long the team keeps what is over"));
	view_text(f, &h, HTML_H1, NULL, "How long the team keeps what is over");
	put_terms(&h, f, p);
	view_text(f, &h, HTML_P, "meta",
	    "Counted from the day of the outcome or of the last message, "
	    "whichever is later. Thirty days before the end every desk says "
	    "so. It stays when an editor keeps it, its outcome changes, its "
	    "source writes again, or an admin holds it.");
	if (p->admin)
		choose(&h, f, p);
	else
		view_text(f, &h, HTML_P, "meta",
		    "An admin of the team can choose other periods.");
	html_open(&h, HTML_P);
	html_open(&h, HTML_A);
	html_attr(&h, HTML_HREF, "/register");
	html_text(&h, lang_text(f->lang, "What was destroyed: the register"));
	html_close(&h, HTML_A);
	html_close(&h, HTML_P);
	return view_end(&h);
}
