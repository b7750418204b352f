/* The page of one file: saved, or fetched first. */
#include <stdio.h>

#include "desk/view_part.h"

static void
form(struct html *h, const struct desk_frame *f, const char *action,
    const char *handle, const struct desk_file *file)
{
	char number[16];

	view_form(h, action, false);
	html_hidden(h, "handle", handle);
	(void)snprintf(number, sizeof number, "%u", file->number);
	html_hidden(h, "number", number);
	view_button(h, NULL,
	    lang_text(f->lang,
		file->here ? LANG_N("Save a copy") : LANG_N("Fetch it")));
	html_close(h, HTML_FORM);
}

static void
save(struct html *h, const struct desk_frame *f, const char *handle,
    const struct desk_file *file)
{
	view_text(f, h, HTML_P, "warning",
	    "A stranger made this file. Opening it can run what they put into "
	    "it, and can tell somebody elsewhere that it was opened. Open it "
	    "only on a machine without network that holds nothing else.");
	view_text(f, h, HTML_P, NULL,
	    "Here it lies sealed. A saved copy does not: it is yours to guard "
	    "and to delete.");
	form(h, f, "/file", handle, file);
}

static void
come(struct html *h, const struct desk_frame *f, const struct desk_file *file)
{
	view_text(f, h, HTML_P, NULL,
	    "It is being fetched. You need not wait here: it goes on by "
	    "itself, after what is being sent.");
	html_open(h, HTML_P);
	html_open(h, HTML_LABEL);
	html_attr(h, HTML_FOR, "far");
	html_text(h, lang_text(f->lang, "Parts that are here: "));
	html_num(h, file->parts_here);
	html_text(h, " / ");
	html_num(h, file->parts);
	html_close(h, HTML_LABEL);
	html_open(h, HTML_PROGRESS);
	html_attr(h, HTML_ID, "far");
	html_attr_num(h, HTML_VALUE, file->parts_here);
	html_attr_num(h, HTML_MAX, file->parts);
	html_close(h, HTML_PROGRESS);
	html_close(h, HTML_P);
	view_form(h, "/stop", false);
	view_button(h, "quiet", lang_text(f->lang, "Stop"));
	html_close(h, HTML_FORM);
}

static void
fetch(struct html *h, const struct desk_frame *f, const char *handle,
    const struct desk_file *file)
{
	view_text(f, h, HTML_P, NULL,
	    "This file is not on this desk. Desks that keep files fetch them by "
	    "themselves; this one does when you ask. Over Tor a large file "
	    "takes hours, and goes on where it stopped.");
	form(h, f, "/bring", handle, file);
}

enum err
desk_view_save(struct buf *out, const struct desk_frame *frame,
    const char *handle, const struct desk_file *file)
{
	const char *title =
	    file->here ? LANG_N("Save a file") : LANG_N("Fetch a file");
	struct html h;

	view_begin(&h, out, frame, lang_text(frame->lang, title));
	view_text(frame, &h, HTML_H1, NULL, title);
	html_open(&h, HTML_P);
	html_say(&h, HTML_BDI, "name", file->name);
	html_text(&h, ", ");
	view_size(&h, file->size);
	html_close(&h, HTML_P);
	if (file->here)
		save(&h, frame, handle, file);
	else if (file->coming)
		come(&h, frame, file);
	else
		fetch(&h, frame, handle, file);
	view_way(&h, frame, handle, LANG_N("Back to the conversation"));
	return view_end(&h);
}
