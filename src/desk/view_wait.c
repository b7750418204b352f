#include "desk/view_part.h"

static void
fetching(
    struct html *h, const struct desk_frame *f, const struct desk_wait *wait)
{
	view_text(f, h, HTML_H1, NULL, "Fetching from the line");
	view_text(f, h, HTML_P, NULL,
	    "Over Tor this takes a while, and more when files have come. You "
	    "need not wait here: it goes on by itself.");
	if (wait->letters > 0) {
		html_open(h, HTML_P);
		html_text(h, lang_text(f->lang, "New messages so far: "));
		html_open(h, HTML_STRONG);
		html_num(h, wait->letters);
		html_close(h, HTML_STRONG);
		html_close(h, HTML_P);
	}
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
	return view_end(&h);
}
