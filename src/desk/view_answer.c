/* The answer to a source, on the page of a conversation. */
#include "desk/view_part.h"

/* The answer that did not go keeps its files too, unless they are not wanted
 * any more. */
static void
keep(struct html *h, const struct desk_frame *f, unsigned files)
{
	html_open(h, HTML_LABEL);
	html_attr(h, HTML_CLASS, "choice");
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_NAME, "keep");
	html_attr(h, HTML_TYPE, "checkbox");
	html_attr(h, HTML_VALUE, "yes");
	html_flag(h, HTML_CHECKED);
	html_open(h, HTML_SPAN);
	html_text(h, lang_text(f->lang, "With the files chosen before: "));
	html_num(h, files);
	html_close(h, HTML_SPAN);
	html_close(h, HTML_LABEL);
}

static void
why_not(struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, "warning");
	html_attr(h, HTML_ROLE, "alert");
	html_open(h, HTML_STRONG);
	html_text(h, lang_text(f->lang, "It was not sent. "));
	html_close(h, HTML_STRONG);
	if (t->trouble != NULL)
		html_text(h, t->trouble);
	else
		html_text(h,
		    lang_text(f->lang,
			"This answer was cut off before all its files were on "
			"the line. Choose the same files again and send it: it "
			"goes on where it stopped."));
	html_text(h, " ");
	html_text(h, lang_text(f->lang, "What you wrote is kept here."));
	html_close(h, HTML_P);
}

/* The label of the field `id`, and a hint below it. */
static void
label(struct html *h, const struct desk_frame *f, const char *id,
    const char *text, const char *hint)
{
	char hint_id[32];

	html_open(h, HTML_LABEL);
	html_attr(h, HTML_FOR, id);
	html_text(h, lang_text(f->lang, text));
	html_close(h, HTML_LABEL);
	(void)snprintf(hint_id, sizeof hint_id, "%s-hint", id);
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, "hint");
	html_attr(h, HTML_ID, hint_id);
	html_text(h, lang_text(f->lang, hint));
	html_close(h, HTML_P);
}

static void
answer_form(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	const struct desk_note *draft = view_draft(t);

	if (t->trouble != NULL || t->cut_off)
		why_not(h, f, t);
	view_form(h, "/reply", true);
	html_hidden(h, "handle", t->handle);
	view_draft_head(h, f, t);
	label(h, f, "text", LANG_N("Your message"),
	    LANG_N("It is sealed to this source before it leaves this "
		   "machine."));
	html_open(h, HTML_TEXTAREA);
	html_attr(h, HTML_ID, "text");
	html_attr(h, HTML_NAME, "text");
	html_attr(h, HTML_ARIA_DESCRIBEDBY, "text-hint");
	html_attr_num(h, HTML_ROWS, 8);
	html_attr(h, HTML_DIR, "auto");
	html_attr(h, HTML_AUTOCOMPLETE, "off");
	if (t->draft != NULL)
		html_text(h, t->draft);
	else if (draft != NULL)
		html_text_n(h, draft->text, draft->text_len);
	html_close(h, HTML_TEXTAREA);
	if (t->kept_files > 0)
		keep(h, f, t->kept_files);
	label(h, f, "files", LANG_N("Files, if any"),
	    LANG_N("What a file tells about its maker (names, dates, places) "
		   "goes with it."));
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_ID, "files");
	html_attr(h, HTML_NAME, "files");
	html_attr(h, HTML_ARIA_DESCRIBEDBY, "files-hint");
	html_attr(h, HTML_TYPE, "file");
	html_flag(h, HTML_MULTIPLE);
	html_open(h, HTML_DIV);
	html_attr(h, HTML_CLASS, "line");
	view_button(h, NULL, lang_text(f->lang, "Send this answer"));
	html_open(h, HTML_BUTTON);
	html_attr(h, HTML_TYPE, "submit");
	html_attr(h, HTML_CLASS, "quiet");
	html_attr(h, HTML_FORMACTION, "/draft");
	html_text(h, lang_text(f->lang, "Keep as a draft, do not send"));
	html_close(h, HTML_BUTTON);
	html_close(h, HTML_DIV);
	html_close(h, HTML_FORM);
}

static void
on_its_way(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	char path[160];

	(void)snprintf(path, sizeof path, "/wait?%s", t->handle);
	html_open(h, HTML_ARTICLE);
	html_attr(h, HTML_CLASS, "ours");
	html_open(h, HTML_H3);
	html_open(h, HTML_A);
	html_attr(h, HTML_HREF, path);
	html_text(h, lang_text(f->lang, "On its way to the line..."));
	html_close(h, HTML_A);
	html_close(h, HTML_H3);
	html_open(h, HTML_DIV);
	html_attr(h, HTML_CLASS, "words");
	html_attr(h, HTML_DIR, "auto");
	html_text(h, t->sending);
	html_close(h, HTML_DIV);
	html_close(h, HTML_ARTICLE);
}

void
view_answer(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	html_open(h, HTML_SECTION);
	html_attr(h, HTML_CLASS, "answer part");
	html_attr(h, HTML_ID, "answering");
	html_attr(h, HTML_ARIA_LABELLEDBY, "answer");
	html_open(h, HTML_H2);
	html_attr(h, HTML_ID, "answer");
	html_text(h, lang_text(f->lang, "Answer"));
	html_close(h, HTML_H2);
	if (t->sending != NULL)
		on_its_way(h, f, t);
	else if (t->elsewhere != NULL)
		view_text(f, h, HTML_P, "warning", t->elsewhere);
	else if (t->reads_only)
		view_text(f, h, HTML_P, "meta",
		    "You read here and do not answer: your role is viewer. "
		    "What you note above reaches the team.");
	else
		answer_form(h, f, t);
	html_close(h, HTML_SECTION);
	view_part_open(h, "drafts");
	view_drafts(h, f, t);
	html_close(h, HTML_DIV);
}
