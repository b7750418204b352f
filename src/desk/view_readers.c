/* Who reads a conversation, on its page. */
#include <stdio.h>

#include "base/enc.h"

#include "desk/readers.h"
#include "desk/view_part.h"

static void
choice(struct html *h, const struct reader *r)
{
	char name[1 + ENC_HEX_LEN(MEMBER_ID_BYTES) + 1] = "m";

	enc_hex(name + 1, r->id, MEMBER_ID_BYTES);
	html_open(h, HTML_LABEL);
	html_attr(h, HTML_CLASS, "choice");
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_NAME, name);
	html_attr(h, HTML_TYPE, "checkbox");
	html_attr(h, HTML_VALUE, "yes");
	if (r->reads)
		html_flag(h, HTML_CHECKED);
	html_say(h, HTML_BDI, NULL, r->name);
	html_close(h, HTML_LABEL);
}

static void
change(struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	const struct readers *r = t->readers;

	html_open(h, HTML_DETAILS);
	html_say(
	    h, HTML_SUMMARY, NULL, lang_text(f->lang, "Change who reads it"));
	view_form(h, "/restrict", false);
	html_hidden(h, "handle", t->handle);
	html_open(h, HTML_FIELDSET);
	html_say(h, HTML_LEGEND, NULL,
	    lang_text(f->lang, "From now on only these read it"));
	for (size_t i = 0; i < r->n; i++)
		choice(h, &r->list[i]);
	html_close(h, HTML_FIELDSET);
	view_text(f, h, HTML_P, "hint",
	    "What was read before stays read. Who is not chosen has no key for "
	    "what comes, not even an admin; they still see that something "
	    "comes, and who reads it.");
	view_button(h, "quiet", lang_text(f->lang, "Let only these read it"));
	html_close(h, HTML_FORM);
	if (r->restricted) {
		view_form(h, "/restrict", false);
		html_hidden(h, "handle", t->handle);
		html_hidden(h, "all", "yes");
		view_button(h, "quiet",
		    lang_text(
			f->lang, "Let all who read at its door read it again"));
		html_close(h, HTML_FORM);
	}
	html_close(h, HTML_DETAILS);
}

void
view_readers(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	const struct readers *r = t->readers;
	char names[READERS_TEXT];

	if (r == NULL || (r->n < 2 && !r->restricted))
		return;
	readers_names(r, names);
	html_open(h, HTML_SECTION);
	html_attr(h, HTML_CLASS, "rule");
	html_attr(h, HTML_ARIA_LABELLEDBY, "readers");
	html_open(h, HTML_H2);
	html_attr(h, HTML_ID, "readers");
	html_text(h, lang_text(f->lang, "Who reads this"));
	html_close(h, HTML_H2);
	html_open(h, HTML_P);
	html_text(h,
	    lang_text(f->lang,
		r->restricted ? LANG_N("Only these members: ")
			      : LANG_N("All who read at its door: ")));
	html_say(h, HTML_BDI, NULL, names);
	html_close(h, HTML_P);
	for (size_t i = 0; i < r->hints_n; i++)
		view_text(f, h, HTML_P, "warning", r->hints[i]);
	if (r->may_change)
		change(h, f, t);
	html_close(h, HTML_SECTION);
}
