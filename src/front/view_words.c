#include <stdio.h>
#include <string.h>

#include "front/frame.h"

enum err
view_words(
    struct buf *out, const struct view_line *line, const struct view_words *v)
{
	static const char *const uses[] = {
		LANG_N("With these words you come back, read our answer and "
		       "write more."),
		LANG_N("Write them on paper, in this order, and keep the paper "
		       "where nobody looks. Do not take a photograph, and do "
		       "not keep them on a phone or a computer."),
		LANG_N("They are shown here only. Nobody can find them for "
		       "you, not even we. Whoever has them can read our "
		       "answers."),
	};
	struct frame f;

	frame_begin(&f, out, line, LANG_N("Your nine secret words"));
	frame_say(&f, HTML_P, "lead",
	    LANG_N("Please write them down before you go on."));
	html_open(&f.h, HTML_OL);
	html_attr(&f.h, HTML_CLASS, "words");
	html_attr(&f.h, HTML_DIR, "ltr");
	html_attr(&f.h, HTML_LANG, "en");
	for (size_t i = 0; i < VIEW_WORDS; i++)
		html_say(&f.h, HTML_LI, NULL, v->words[i]);
	html_close(&f.h, HTML_OL);
	html_open(&f.h, HTML_UL);
	for (size_t i = 0; i < COUNT(uses); i++)
		frame_say(&f, HTML_LI, NULL, uses[i]);
	html_close(&f.h, HTML_UL);
	frame_form_begin(&f, "/check", v->ticket);
	frame_button(&f, "main", LANG_N("I have written them down"));
	frame_form_end(&f);
	return frame_end(&f);
}

static void
asked_word(struct frame *f, size_t i, unsigned place, bool wrong)
{
	char name[24], number[24];
	struct html *h = &f->h;

	(void)snprintf(name, sizeof name, "w%zu", i + 1);
	(void)snprintf(number, sizeof number, "%u", place);
	html_open(h, HTML_LABEL);
	html_attr(h, HTML_FOR, name);
	frame_say1(f, HTML_SPAN, NULL, LANG_N("Word {1}"), number);
	if (wrong) {
		html_text(h, " ");
		frame_say(f, HTML_SPAN, "wrong",
		    LANG_N("is another word in your list"));
	}
	html_close(h, HTML_LABEL);
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_ID, name);
	html_attr(h, HTML_NAME, name);
	html_attr(h, HTML_TYPE, "text");
	html_attr(h, HTML_DIR, "ltr");
	html_attr(h, HTML_MAXLENGTH, "40");
	html_attr(h, HTML_AUTOCOMPLETE, "off");
	html_attr(h, HTML_AUTOCAPITALIZE, "none");
	html_attr(h, HTML_AUTOCORRECT, "off");
	html_attr(h, HTML_SPELLCHECK, "false");
	html_flag(h, HTML_REQUIRED);
	if (wrong)
		html_attr(h, HTML_ARIA_INVALID, "true");
}

enum err
view_check(
    struct buf *out, const struct view_line *line, const struct view_check *v)
{
	char places[VIEW_ASKED + 1] = { 0 };
	struct frame f;

	for (size_t i = 0; i < VIEW_ASKED; i++)
		places[i] = (char)('0' + v->place[i]);
	frame_begin(&f, out, line, LANG_N("Three of your words"));
	frame_say(&f, HTML_P, "lead",
	    LANG_N("Please look at your paper and type these three, so that "
		   "no slip of the pen keeps our answer from you."));
	frame_form_begin(&f, "/write", v->ticket);
	html_hidden(&f.h, "places", places);
	for (size_t i = 0; i < VIEW_ASKED; i++)
		asked_word(&f, i, v->place[i], v->wrong[i]);
	frame_button(&f, "main", LANG_N("Go on"));
	frame_form_end(&f);
	html_open(&f.h, HTML_DIV);
	html_attr(&f.h, HTML_CLASS, "others");
	frame_form_begin(&f, "/new", v->ticket);
	frame_button(&f, NULL, LANG_N("Show my words again"));
	frame_form_end(&f);
	frame_form_begin(&f, "/write", v->ticket);
	frame_button(&f, NULL, LANG_N("Go on without this"));
	frame_form_end(&f);
	html_close(&f.h, HTML_DIV);
	frame_say(&f, HTML_P, "hint",
	    LANG_N("If you go on without this and a word on your paper is "
		   "wrong, you can write to us once, but never read our "
		   "answer."));
	return frame_end(&f);
}

/* One word as it was typed, and what it may have been. */
static void
wrong_word(struct frame *f, const struct view_word *w)
{
	char number[24];
	struct html *h = &f->h;

	(void)snprintf(number, sizeof number, "%u", w->place);
	html_open(h, HTML_LI);
	frame_put(f,
	    LANG_N("Word {1}, {2}, is not one of the words we give out."),
	    number, w->typed);
	if (w->near_count > 0) {
		html_text(h, " ");
		html_text(h, frame_text(f, LANG_N("Did you mean:")));
		html_open(h, HTML_UL);
		html_attr(h, HTML_CLASS, "near");
		html_attr(h, HTML_DIR, "ltr");
		for (size_t i = 0; i < w->near_count; i++)
			html_say(h, HTML_LI, NULL, w->near[i]);
		html_close(h, HTML_UL);
	}
	html_close(h, HTML_LI);
}

static void
what_is_wrong(struct frame *f, const struct view_mistyped *v)
{
	char number[24];

	(void)snprintf(number, sizeof number, "%u", v->count);
	if (v->count != VIEW_WORDS)
		frame_say1(f, HTML_P, NULL,
		    LANG_N("We give out nine words; this has {1}."), number);
	else if (v->wrong_count == 0)
		frame_say(f, HTML_P, NULL,
		    LANG_N("Each of these is one of our words, but together "
			   "they cannot be. Is the order right? Has one been "
			   "mistaken for another?"));
	if (v->wrong_count == 0)
		return;
	html_open(&f->h, HTML_UL);
	html_attr(&f->h, HTML_CLASS, "plain");
	for (size_t i = 0; i < v->wrong_count; i++)
		wrong_word(f, &v->wrong[i]);
	html_close(&f->h, HTML_UL);
}

enum err
view_mistyped(struct buf *out, const struct view_line *line,
    const struct view_mistyped *v)
{
	struct frame f;

	frame_begin(&f, out, line, LANG_N("Please check your words"));
	html_open(&f.h, HTML_DIV);
	html_attr(&f.h, HTML_CLASS, "note");
	what_is_wrong(&f, v);
	html_close(&f.h, HTML_DIV);
	frame_form_begin(&f, "/read", NULL);
	frame_words_field(&f, v->typed);
	frame_button(&f, "main", LANG_N("Try again"));
	frame_form_end(&f);
	return frame_end(&f);
}
