#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "front/frame.h"

/* What stopped the last try, said before the form that kept what was typed. */
static const struct {
	unsigned status;
	const char *head, *body;
} troubles[] = {
	[VIEW_FINE] = { 200, NULL, NULL },
	[VIEW_BUSY] = { 503, LANG_N("Please press again"),
	    LANG_N("Many people are here just now. Your text is kept below; "
		   "please choose your files again and press Send.") },
	[VIEW_EXPIRED] = { 403, LANG_N("Your words, once more"),
	    LANG_N("This page has been open for a long time. Your text is "
		   "kept below. Type your nine words, choose your files "
		   "again, and press Send.") },
	[VIEW_FULL] = { 507, LANG_N("There is no room just now"),
	    LANG_N("Nothing was sent. Your text is kept below; please try "
		   "again in a few hours.") },
	[VIEW_TOMORROW] = { 507, LANG_N("That is all for today"),
	    LANG_N("Sixteen messages were sent with your words today, and a "
		   "day holds no more. Your text is kept below; please come "
		   "back tomorrow.") },
	[VIEW_TOO_LONG] = { 413, LANG_N("Your text is too long"),
	    LANG_N("A message holds 100,000 characters. Nothing was sent. "
		   "Please send it in two, or as a file.") },
	[VIEW_EMPTY] = { 400, LANG_N("There was nothing to send"),
	    LANG_N("Spaces and empty lines alone are no message. Write a few "
		   "words, or choose a file. What else you typed is kept "
		   "below.") },
	[VIEW_WORDS_WRONG] = { 400, LANG_N("Please check your words"),
	    LANG_N("These cannot be nine words that we gave out. Your text is "
		   "kept below; please choose your files again.") },
	[VIEW_UNREADABLE] = { 400, LANG_N("We could not read your text"),
	    LANG_N("Your browser sent it in a form that we do not know. "
		   "Nothing was sent.") },
	[VIEW_ANSWERS_LONG] = { 413, LANG_N("Your answers are too long"),
	    LANG_N("Under the questions there is room for a few lines in all. "
		   "Nothing was sent. Please put more of it into the "
		   "message.") },
	[VIEW_SHUT] = { 503, LANG_N("No new messages today"),
	    LANG_N("We cannot take a message that only we can open until we "
		   "have put things right here. Nothing was sent. Your text "
		   "is kept below; please come back tomorrow.") },
	[VIEW_CHOOSE] = { 400, LANG_N("Who should read your message?"),
	    LANG_N("Please choose, and look who reads there: that may have "
		   "changed. Nothing was sent. Your text is kept below; "
		   "please choose your files again.") },
	[VIEW_AGAIN] = { 503, LANG_N("Please send it again"),
	    LANG_N("We do not know whether it arrived. Please choose your "
		   "files again and press Send; twice does no harm.") },
};

unsigned
view_trouble_status(enum view_trouble why)
{
	assert((unsigned)why < VIEW_TROUBLES);
	return troubles[why].status;
}

static void
trouble(struct frame *f, enum view_trouble t)
{
	if (troubles[t].head == NULL)
		return;
	frame_box_begin(f, "warn", troubles[t].head);
	frame_say(f, HTML_P, NULL, troubles[t].body);
	frame_box_end(f);
}

static void
label(struct frame *f, const char *id, const char *english)
{
	html_open(&f->h, HTML_LABEL);
	html_attr(&f->h, HTML_FOR, id);
	html_text(&f->h, frame_text(f, english));
	html_close(&f->h, HTML_LABEL);
}

static void
hint(struct frame *f, const char *id, const char *english, const char *arg)
{
	html_open(&f->h, HTML_P);
	html_attr(&f->h, HTML_CLASS, "hint");
	html_attr(&f->h, HTML_ID, id);
	frame_put(f, english, arg, NULL);
	html_close(&f->h, HTML_P);
}

/* Who reads it: with several doors the source may think otherwise still. */
static void
reader(struct frame *f, const struct view_write *v)
{
	const struct view_line *l = f->line;

	if (v->restricted)
		frame_say(f, HTML_P, "lead",
		    LANG_N("Only those who answer you can open it."));
	else if (l->door_count == 1 && l->doors[0].readers != NULL)
		frame_say1(f, HTML_P, "lead", LANG_N("Read by: {1}"),
		    l->doors[0].readers);
}

static void
door_field(struct frame *f, const struct view_write *v)
{
	const struct view_line *l = f->line;

	if (l->door_count > 1 && !v->restricted)
		frame_doors(f, v->door);
	else
		html_hidden(&f->h, "door",
		    l->door_count == 1 ? l->doors[0].id : v->door);
}

static void
text_field(struct frame *f, const struct view_write *v)
{
	struct html *h = &f->h;

	label(f, "text", LANG_N("Message"));
	hint(f, "text-hint",
	    LANG_N("What happened, when and where? How do you know? What "
		   "should we never print? Write in any language."),
	    NULL);
	html_open(h, HTML_TEXTAREA);
	html_attr(h, HTML_ID, "text");
	html_attr(h, HTML_NAME, "text");
	html_attr(h, HTML_ROWS, "12");
	html_attr(h, HTML_DIR, "auto");
	html_attr(h, HTML_AUTOCOMPLETE, "off");
	html_attr(h, HTML_SPELLCHECK, "false");
	html_attr(h, HTML_ARIA_DESCRIBEDBY, "text-hint");
	/* A browser drops one line feed that comes first. */
	if (v->text_len > 0 && (v->text[0] == '\n' || v->text[0] == '\r'))
		html_text(h, "\n");
	if (v->text != NULL)
		html_text_n(h, v->text, v->text_len);
	html_close(h, HTML_TEXTAREA);
}

static void
name_field(struct frame *f, const struct view_write *v)
{
	struct html *h = &f->h;

	label(f, "name", LANG_N("What may we call you? (if you like)"));
	hint(f, "name-hint",
	    LANG_N("Not your real name, and none that you use elsewhere."),
	    NULL);
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_ID, "name");
	html_attr(h, HTML_NAME, "name");
	html_attr(h, HTML_TYPE, "text");
	html_attr(h, HTML_DIR, "auto");
	html_attr(h, HTML_MAXLENGTH, "40");
	html_attr(h, HTML_AUTOCOMPLETE, "off");
	html_attr(h, HTML_SPELLCHECK, "false");
	html_attr(h, HTML_ARIA_DESCRIBEDBY, "name-hint");
	html_attr(h, HTML_VALUE, v->name == NULL ? "" : v->name);
}

static void
option(struct frame *f, const char *text, const char *chosen)
{
	html_open(&f->h, HTML_OPTION);
	html_attr(&f->h, HTML_VALUE, text);
	if (chosen != NULL && strcmp(chosen, text) == 0)
		html_flag(&f->h, HTML_SELECTED);
	html_text(&f->h, text);
	html_close(&f->h, HTML_OPTION);
}

static void
question(struct frame *f, const struct view_question *q, const char *typed)
{
	char name[64];
	struct html *h = &f->h;

	(void)snprintf(name, sizeof name, "q-%s", q->id);
	html_open(h, HTML_LABEL);
	html_attr(h, HTML_FOR, name);
	html_attr(h, HTML_DIR, "auto");
	html_text(h, q->text);
	html_close(h, HTML_LABEL);
	html_open(h, q->kind == VIEW_ANSWER_CHOICE ? HTML_SELECT : HTML_INPUT);
	html_attr(h, HTML_ID, name);
	html_attr(h, HTML_NAME, name);
	html_attr(h, HTML_AUTOCOMPLETE, "off");
	if (q->kind == VIEW_ANSWER_CHOICE) {
		option(f, "", typed);
		for (size_t i = 0; i < q->choice_count; i++)
			option(f, q->choices[i], typed);
		html_close(h, HTML_SELECT);
		return;
	}
	html_attr(h, HTML_TYPE, q->kind == VIEW_ANSWER_DATE ? "date" : "text");
	if (q->kind == VIEW_ANSWER_TEXT) {
		html_attr(h, HTML_DIR, "auto");
		html_attr_num(h, HTML_MAXLENGTH, VIEW_ANSWER_CHARS);
	}
	html_attr(h, HTML_VALUE, typed == NULL ? "" : typed);
}

static void
keep_field(struct frame *f, const struct view_write *v)
{
	struct html *h = &f->h;

	html_open(h, HTML_LABEL);
	html_attr(h, HTML_CLASS, "choice");
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_TYPE, "checkbox");
	html_attr(h, HTML_NAME, "keep");
	html_attr(h, HTML_VALUE, "yes");
	if (v->keep)
		html_flag(h, HTML_CHECKED);
	html_open(h, HTML_SPAN);
	html_text(h,
	    frame_text(
		f, LANG_N("Keep a copy of the text that I can read again")));
	html_open(h, HTML_BR);
	frame_say(f, HTML_SMALL, NULL,
	    LANG_N("Whoever finds your words could then read it too. Without "
		   "a copy, nobody but us can."));
	html_close(h, HTML_SPAN);
	html_close(h, HTML_LABEL);
}

static void
files_field(struct frame *f)
{
	char size[FRAME_SIZE_BYTES];
	struct html *h = &f->h;

	frame_size(size, f->line->file_max);
	label(f, "files", LANG_N("Files"));
	hint(f, "files-hint",
	    LANG_N("Up to 32 files of {1} each. Over Tor, 100 MiB take about "
		   "ten minutes; leave the page open until it says Sent. For "
		   "large files, send the text first and the files after."),
	    size);
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_ID, "files");
	html_attr(h, HTML_NAME, "files");
	html_attr(h, HTML_TYPE, "file");
	html_attr(h, HTML_ARIA_DESCRIBEDBY, "files-hint");
	html_flag(h, HTML_MULTIPLE);
}

enum err
view_write(
    struct buf *out, const struct view_line *line, const struct view_write *v)
{
	struct frame f;
	struct html *h = &f.h;

	frame_begin(&f, out, line, LANG_N("Your message"));
	trouble(&f, v->trouble);
	reader(&f, v);
	frame_form_begin(&f, "/send", NULL);
	html_attr(h, HTML_ENCTYPE, "multipart/form-data");
	html_hidden(h, "id", v->id);
	door_field(&f, v);
	frame_hidden_num(&f, "seen", v->seen);
	if (v->ticket != NULL)
		html_hidden(h, "ticket", v->ticket);
	else
		frame_words_field(&f, NULL);
	text_field(&f, v);
	name_field(&f, v);
	for (size_t i = 0; i < line->question_count; i++)
		question(&f, &line->questions[i],
		    v->answers == NULL ? NULL : v->answers[i]);
	keep_field(&f, v);
	files_field(&f);
	frame_button(&f, "main", LANG_N("Send"));
	frame_form_end(&f);
	frame_say(&f, HTML_P, "hint",
	    LANG_N("Our server sees your words for a moment while it seals "
		   "them. Then only we can open them."));
	return frame_end(&f);
}

static void
not_arrived(struct frame *f, const struct view_sent *v)
{
	char number[24];

	if (v->broken == NULL && v->refused == 0)
		return;
	frame_box_begin(f, "warn", LANG_N("Not everything arrived"));
	if (v->broken != NULL) {
		frame_say1(f, HTML_P, NULL,
		    LANG_N("{1} did not arrive whole, and nothing of it was "
			   "kept. Please send it again by itself."),
		    v->broken);
	}
	if (v->refused > 0) {
		(void)snprintf(number, sizeof number, "%zu", v->refused);
		frame_say1(f, HTML_P, NULL,
		    LANG_N("Not taken, because they are too large or too many "
			   "or there is no room: {1}."),
		    number);
	}
	frame_box_end(f);
}

enum err
view_sent(
    struct buf *out, const struct view_line *line, const struct view_sent *v)
{
	struct frame f;

	frame_begin(&f, out, line, LANG_N("Sent"));
	frame_box_begin(&f, "good", LANG_N("Your message has arrived"));
	frame_say(&f, HTML_P, NULL,
	    v->again ? LANG_N("It had arrived already; it was not sent twice.")
		     : LANG_N("It is sealed, and only we can open it."));
	frame_box_end(&f);
	not_arrived(&f, v);
	if (v->text || v->answers || v->file_count > 0) {
		frame_say(&f, HTML_H2, NULL, LANG_N("What arrived"));
		if (v->text)
			frame_say(&f, HTML_P, NULL, LANG_N("Your text."));
		if (v->answers)
			frame_say(&f, HTML_P, NULL, LANG_N("Your answers."));
		if (v->file_count > 0)
			frame_files(&f, v->files, v->file_count);
		if (v->file_count > 0)
			frame_say(&f, HTML_P, "hint",
			    LANG_N("We can tell you the same check code: then "
				   "you know that the file reached us "
				   "unchanged. It is made with your words and "
				   "tells others nothing."));
	}
	frame_say(&f, HTML_H2, NULL, LANG_N("What happens now"));
	frame_say(&f, HTML_P, NULL,
	    LANG_N("People read this, so give us two or three days. Then come "
		   "back with your nine words and look for our answer."));
	html_open(&f.h, HTML_DIV);
	html_attr(&f.h, HTML_CLASS, "others");
	frame_form_begin(&f, "/write", v->ticket);
	frame_button(&f, NULL, LANG_N("Write more"));
	frame_form_end(&f);
	frame_form_begin(&f, "/read", v->ticket);
	frame_button(&f, NULL, LANG_N("Show my messages"));
	frame_form_end(&f);
	html_close(&f.h, HTML_DIV);
	return frame_end(&f);
}
