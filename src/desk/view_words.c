/* What members say to each other, on the page of a conversation. */
#include <string.h>

#include "desk/view_part.h"

/* Who wrote it, and after which message. */
static void
note_head(struct html *h, const struct desk_frame *f, const struct desk_note *n)
{
	html_open(h, HTML_H3);
	html_say(h, HTML_BDI, NULL,
	    n->by != NULL ? n->by : lang_text(f->lang, "Somebody unknown"));
	if (n->after != 0) {
		html_text(h, lang_text(f->lang, ", after the message of "));
		view_day(h, n->after);
	}
	html_close(h, HTML_H3);
}

static void
words(struct html *h, const struct desk_frame *f, const struct desk_note *n)
{
	if (n->lacks) {
		view_text(f, h, HTML_P, "meta",
		    "Its words have not come to this desk yet.");
		return;
	}
	html_open(h, HTML_DIV);
	html_attr(h, HTML_CLASS, "words");
	html_attr(h, HTML_DIR, "auto");
	html_text_n(h, n->text, n->text_len);
	html_close(h, HTML_DIV);
}

/* Folded, but for who does nothing else here. */
static void
note_form(struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	html_open(h, HTML_DETAILS);
	if (t->reads_only)
		html_flag(h, HTML_OPEN);
	html_say(h, HTML_SUMMARY, NULL, lang_text(f->lang, "Write a note"));
	view_form(h, "/note", false);
	html_hidden(h, "handle", t->handle);
	html_open(h, HTML_LABEL);
	html_attr(h, HTML_FOR, "note");
	html_text(h, lang_text(f->lang, "A note for the team"));
	html_close(h, HTML_LABEL);
	html_open(h, HTML_TEXTAREA);
	html_attr(h, HTML_ID, "note");
	html_attr(h, HTML_NAME, "text");
	html_attr(h, HTML_ARIA_DESCRIBEDBY, "notes-hint");
	html_attr_num(h, HTML_ROWS, 3);
	html_attr(h, HTML_DIR, "auto");
	html_attr(h, HTML_AUTOCOMPLETE, "off");
	html_close(h, HTML_TEXTAREA);
	view_button(h, "quiet", lang_text(f->lang, "Keep this note"));
	html_close(h, HTML_FORM);
	html_close(h, HTML_DETAILS);
}

void
view_notes(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	html_open(h, HTML_SECTION);
	html_attr(h, HTML_CLASS, "notes");
	html_attr(h, HTML_ARIA_LABELLEDBY, "notes-head");
	html_open(h, HTML_H2);
	html_attr(h, HTML_ID, "notes-head");
	html_text(h, lang_text(f->lang, "Notes of the team"));
	html_close(h, HTML_H2);
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, "hint");
	html_attr(h, HTML_ID, "notes-hint");
	html_text(h,
	    lang_text(f->lang,
		"Only for those who read here. They never go to the source."));
	html_close(h, HTML_P);
	view_part_open(h, "notes");
	if (t->more_notes > 0)
		view_text(f, h, HTML_P, "meta",
		    "There are older notes. The command `sotto desk DIR show "
		    "HANDLE` shows all of them.");
	for (size_t i = 0; i < t->note_count; i++) {
		html_open(h, HTML_DIV);
		html_attr(h, HTML_CLASS, "note");
		note_head(h, f, &t->notes[i]);
		words(h, f, &t->notes[i]);
		html_close(h, HTML_DIV);
	}
	html_close(h, HTML_DIV);
	note_form(h, f, t);
	html_close(h, HTML_SECTION);
}

static void
assigned_names(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	bool any = false;

	html_open(h, HTML_P);
	html_attr(h, HTML_ID, "assigned");
	for (size_t i = 0; i < t->member_count; i++) {
		if (!t->members[i].assigned)
			continue;
		html_text(h, any ? ", " : lang_text(f->lang, "Assigned to: "));
		any = true;
		html_say(h, HTML_BDI, NULL,
		    t->members[i].name != NULL
			? t->members[i].name
			: lang_text(f->lang, "a former member"));
	}
	if (!any)
		html_text(h, lang_text(f->lang, "Assigned to nobody."));
	html_close(h, HTML_P);
}

static void
choose_member(struct html *h, const struct desk_member *m)
{
	html_open(h, HTML_LABEL);
	html_attr(h, HTML_CLASS, "choice");
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_TYPE, "checkbox");
	html_attr(h, HTML_NAME, "member");
	html_attr(h, HTML_VALUE, m->id);
	if (m->assigned)
		html_flag(h, HTML_CHECKED);
	html_say(h, HTML_BDI, NULL, m->name);
	html_close(h, HTML_LABEL);
}

void
view_assigned(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	if (t->member_count == 0)
		return;
	html_open(h, HTML_SECTION);
	html_attr(h, HTML_CLASS, "assigned");
	html_attr(h, HTML_ARIA_LABEL, lang_text(f->lang, "Whose it is"));
	assigned_names(h, f, t);
	if (!t->reads_only) {
		html_open(h, HTML_DETAILS);
		html_say(
		    h, HTML_SUMMARY, NULL, lang_text(f->lang, "Assign it"));
		view_form(h, "/assign", false);
		html_hidden(h, "handle", t->handle);
		html_open(h, HTML_FIELDSET);
		html_say(h, HTML_LEGEND, NULL,
		    lang_text(f->lang, "Who looks after this conversation"));
		for (size_t i = 0; i < t->member_count; i++)
			if (t->members[i].name != NULL)
				choose_member(h, &t->members[i]);
		html_close(h, HTML_FIELDSET);
		view_button(h, "quiet", lang_text(f->lang, "Assign it so"));
		html_close(h, HTML_FORM);
		html_close(h, HTML_DETAILS);
	}
	html_close(h, HTML_SECTION);
}

/* The newest whose words are here: it is what the answer goes on with, unless
 * one was written that did not go. */
const struct desk_note *
view_draft(const struct desk_talk *t)
{
	if (t->draft != NULL)
		return NULL;
	for (size_t i = 0; i < t->draft_count; i++)
		if (!t->drafts[i].lacks)
			return &t->drafts[i];
	return NULL;
}

void
view_draft_head(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	const struct desk_note *draft = view_draft(t);
	char over[1024] = "";
	size_t n = 0;

	/* What is sent takes the place of all that this page shows. */
	for (size_t i = 0; i < t->draft_count && n + 34 < sizeof over; i++)
		n += (size_t)snprintf(
		    over + n, sizeof over - n, "%s", t->drafts[i].id);
	html_hidden(h, "over", over);
	if (draft == NULL)
		return;
	html_hidden(h, "draft", draft->id);
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, "draft");
	html_open(h, HTML_STRONG);
	html_text(h, lang_text(f->lang, "A draft, not sent yet. "));
	html_close(h, HTML_STRONG);
	html_text(h, lang_text(f->lang, "Written by "));
	html_say(h, HTML_BDI, NULL,
	    draft->by != NULL ? draft->by
			      : lang_text(f->lang, "somebody unknown"));
	html_text(h, lang_text(f->lang, ". You can go on with it."));
	html_close(h, HTML_P);
}

static void
throw_away(struct html *h, const struct desk_frame *f,
    const struct desk_talk *t, const struct desk_note *n)
{
	view_form(h, "/draft", false);
	html_hidden(h, "handle", t->handle);
	html_hidden(h, "draft", n->id);
	html_hidden(h, "text", "");
	html_hidden(h, "throw", "yes");
	view_button(h, "quiet danger",
	    lang_text(f->lang, LANG_N("Throw this draft away")));
	html_close(h, HTML_FORM);
}

void
view_drafts(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	const struct desk_note *first = view_draft(t);

	if (t->draft_count == 0 || t->reads_only) {
		for (size_t i = 0; i < t->draft_count; i++) {
			html_open(h, HTML_DIV);
			html_attr(h, HTML_CLASS, "note");
			view_text(f, h, HTML_P, "meta",
			    "A draft of an answer, not sent.");
			note_head(h, f, &t->drafts[i]);
			words(h, f, &t->drafts[i]);
			html_close(h, HTML_DIV);
		}
		return;
	}
	if (first != NULL)
		throw_away(h, f, t, first);
	for (size_t i = 0; i < t->draft_count; i++) {
		if (&t->drafts[i] == first)
			continue;
		html_open(h, HTML_SECTION);
		html_attr(h, HTML_CLASS, "note");
		html_attr(h, HTML_ARIA_LABEL,
		    lang_text(f->lang, "Another draft, not sent"));
		view_text(f, h, HTML_P, "meta",
		    "Another draft stands beside the one above. When an answer "
		    "is sent, this one is thrown away.");
		note_head(h, f, &t->drafts[i]);
		words(h, f, &t->drafts[i]);
		throw_away(h, f, t, &t->drafts[i]);
		html_close(h, HTML_SECTION);
	}
}
