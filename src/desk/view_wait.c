#include "desk/view_part.h"

static void
count(struct html *h, const struct desk_frame *f, const char *what, unsigned n)
{
	if (n == 0)
		return;
	html_open(h, HTML_P);
	html_text(h, lang_text(f->lang, what));
	html_open(h, HTML_STRONG);
	html_num(h, n);
	html_close(h, HTML_STRONG);
	html_close(h, HTML_P);
}

/* Envelopes are not messages: most on a quiet line only fill it up. */
static void
progress(
    struct html *h, const struct desk_frame *f, const struct desk_wait *wait)
{
	html_open(h, HTML_P);
	html_open(h, HTML_LABEL);
	html_attr(h, HTML_FOR, "far");
	html_text(h, lang_text(f->lang, "Envelopes looked at: "));
	html_num(h, wait->looked);
	html_text(h, " / ");
	html_num(h, wait->all);
	html_close(h, HTML_LABEL);
	html_open(h, HTML_PROGRESS);
	html_attr(h, HTML_ID, "far");
	html_attr_num(h, HTML_VALUE, wait->looked);
	html_attr_num(h, HTML_MAX, wait->all);
	html_close(h, HTML_PROGRESS);
	html_close(h, HTML_P);
}

static void
fetching(
    struct html *h, const struct desk_frame *f, const struct desk_wait *wait)
{
	view_text(f, h, HTML_H1, NULL, "Fetching from the line");
	view_text(f, h, HTML_P, NULL,
	    "Over Tor this takes a while, and more when files have come. You "
	    "need not wait here: it goes on by itself.");
	if (wait->all > 0)
		progress(h, f, wait);
	count(h, f, LANG_N("New messages so far: "), wait->letters);
	count(h, f, LANG_N("Files so far: "), wait->files_here);
	view_form(h, "/stop", false);
	view_button(h, "quiet", lang_text(f->lang, "Stop"));
	html_close(h, HTML_FORM);
}

static void
sending(
    struct html *h, const struct desk_frame *f, const struct desk_wait *wait)
{
	view_text(f, h, HTML_H1, NULL, "Sending your answer");
	view_text(f, h, HTML_P, NULL,
	    "It is sealed to this source, and goes to the line now. You need "
	    "not wait here, but leave the desk open until it has gone.");
	html_open(h, HTML_ARTICLE);
	html_attr(h, HTML_CLASS, "ours");
	html_open(h, HTML_DIV);
	html_attr(h, HTML_CLASS, "words");
	html_attr(h, HTML_DIR, "auto");
	html_text(h, wait->text);
	html_close(h, HTML_DIV);
	if (wait->files > 0) {
		html_open(h, HTML_P);
		html_attr(h, HTML_CLASS, "meta");
		html_text(h, lang_text(f->lang, "Files that go with it: "));
		html_num(h, wait->files);
		html_close(h, HTML_P);
	}
	html_close(h, HTML_ARTICLE);
}

enum err
desk_view_wait(struct buf *out, const struct desk_frame *frame,
    const struct desk_wait *wait)
{
	struct html h;

	view_begin(&h, out, frame,
	    lang_text(frame->lang,
		wait->handle == NULL ? LANG_N("Fetching") : LANG_N("Sending")));
	if (wait->handle == NULL)
		fetching(&h, frame, wait);
	else
		sending(&h, frame, wait);
	view_text(frame, &h, HTML_P, "meta",
	    "This page looks again every second, and goes on when it is "
	    "done.");
	view_way(&h, frame, NULL, LANG_N("Go to the inbox meanwhile"));
	return view_end(&h);
}
