#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "front/frame.h"

static void
file_form(struct frame *f, const struct view_talk *v,
    const struct view_letter *letter, size_t i)
{
	char size[FRAME_SIZE_BYTES];
	struct html *h = &f->h;

	frame_size(size, letter->files[i].size);
	html_open(h, HTML_LI);
	frame_form_begin(f, "/file", v->ticket);
	html_hidden(h, "tag", letter->tag);
	frame_hidden_num(f, "file", i);
	frame_own(f, HTML_STRONG, NULL, letter->files[i].name,
	    strlen(letter->files[i].name));
	html_text(h, " ");
	html_say(h, HTML_BDI, "size", size);
	html_text(h, " ");
	html_open(h, HTML_BUTTON);
	html_attr(h, HTML_TYPE, "submit");
	html_attr(h, HTML_CLASS, "small");
	html_text(h, frame_text(f, LANG_N("Download")));
	/* So that a list of buttons, heard, says which is which. */
	html_open(h, HTML_SPAN);
	html_attr(h, HTML_CLASS, "heard");
	html_text(h, " ");
	html_text(h, letter->files[i].name);
	html_close(h, HTML_SPAN);
	html_close(h, HTML_BUTTON);
	frame_form_end(f);
	html_close(h, HTML_LI);
}

static void
letter_head(struct frame *f, const struct view_letter *letter)
{
	const enum html_element head = letter->misdated ? HTML_H3 : HTML_H2;
	char date[CLOCK_DATE_BYTES];
	struct html *h = &f->h;

	clock_date(date, letter->misdated ? letter->came : letter->day);
	html_open(h, head);
	html_text(h,
	    frame_text(
		f, letter->mine ? LANG_N("You wrote") : LANG_N("Our answer")));
	html_text(h, " ");
	html_open(h, HTML_TIME);
	html_attr(h, HTML_DATETIME, date);
	html_text(h, date);
	html_close(h, HTML_TIME);
	if (letter->is_new) {
		html_text(h, " ");
		frame_say(f, HTML_SPAN, "new", LANG_N("new"));
	}
	html_close(h, head);
}

static void
odd_things(struct frame *f, const struct view_letter *letter)
{
	char text[CLOCK_DATE_BYTES + 16];

	if (letter->misdated) {
		clock_date(text, letter->day);
		frame_say1(f, HTML_P, "hint",
		    LANG_N("The day above is the one under which it lay. "
			   "Written on it is {1}."),
		    text);
	}
	if (letter->missing == 0)
		return;
	(void)snprintf(text, sizeof text, "%u", (unsigned)letter->missing);
	frame_say1(f, HTML_P, "hint",
	    LANG_N("Answers of ours that are missing before this one: {1}. "
		   "Please ask us about them."),
	    text);
}

static void
one_letter(struct frame *f, const struct view_talk *v,
    const struct view_letter *letter)
{
	struct html *h = &f->h;

	html_open(h, HTML_ARTICLE);
	html_attr(h, HTML_CLASS, letter->mine ? "letter mine" : "letter");
	letter_head(f, letter);
	odd_things(f, letter);
	frame_own(f, HTML_DIV, "own", letter->text, letter->text_len);
	if (letter->more)
		frame_say(f, HTML_P, "hint",
		    LANG_N("This is its beginning. The whole text is the first "
			   "file."));
	if (letter->file_count > 0) {
		html_open(h, HTML_UL);
		html_attr(h, HTML_CLASS, "files");
		for (size_t i = 0; i < letter->file_count; i++)
			file_form(f, v, letter, i);
		html_close(h, HTML_UL);
		frame_say(f, HTML_P, "hint",
		    LANG_N("A file that you download stays on your computer "
			   "until you delete it."));
	}
	html_close(h, HTML_ARTICLE);
}

/* The misdated, which stand last, under a heading of their own. */
static void
all_letters(struct frame *f, const struct view_talk *v)
{
	struct html *h = &f->h;
	size_t i = 0;

	for (; i < v->letter_count && !v->letters[i].misdated; i++)
		one_letter(f, v, &v->letters[i]);
	if (i == v->letter_count)
		return;
	html_open(h, HTML_SECTION);
	frame_say(f, HTML_H2, NULL, LANG_N("Messages with another day"));
	frame_say(f, HTML_P, NULL,
	    LANG_N("The day written on these messages is not the one under "
		   "which they lay on our server, so that their place among "
		   "the others is not known. Please ask us about them."));
	for (; i < v->letter_count; i++)
		one_letter(f, v, &v->letters[i]);
	html_close(h, HTML_SECTION);
}

static void
turn(struct frame *f, const struct view_talk *v, size_t from,
    const char *english)
{
	frame_form_begin(f, "/read", v->ticket);
	frame_hidden_num(f, "from", from);
	frame_button(f, NULL, english);
	frame_form_end(f);
}

static void
older_and_newer(struct frame *f, const struct view_talk *v)
{
	if (v->from == 0 && v->all <= VIEW_LETTERS)
		return;
	html_open(&f->h, HTML_NAV);
	html_attr(&f->h, HTML_CLASS, "others");
	html_attr(&f->h, HTML_ARIA_LABEL,
	    frame_text(f, LANG_N("Older and newer messages")));
	if (v->from > 0)
		turn(f, v, v->from < VIEW_LETTERS ? 0 : v->from - VIEW_LETTERS,
		    LANG_N("Newer messages"));
	/* By places: what was deleted has one too, and is not shown. */
	if (v->from + VIEW_LETTERS < v->all)
		turn(f, v, v->from + VIEW_LETTERS, LANG_N("Older messages"));
	html_close(&f->h, HTML_NAV);
}

static void
answer_form(struct frame *f, const struct view_talk *v)
{
	frame_form_begin(f, "/write", v->ticket);
	frame_hidden_num(f, "seen", v->seen);
	frame_button(f, "main", LANG_N("Write to us"));
	frame_form_end(f);
}

enum err
view_talk(
    struct buf *out, const struct view_line *line, const struct view_talk *v)
{
	char days[24];
	struct frame f;

	frame_begin(&f, out, line, LANG_N("Your messages"));
	frame_say1(&f, HTML_P, "lead", LANG_N("We call you {1}."), v->handle);
	answer_form(&f, v);
	all_letters(&f, v);
	older_and_newer(&f, v);
	html_open(&f.h, HTML_SECTION);
	frame_say(&f, HTML_H2, NULL, LANG_N("Remove everything"));
	(void)snprintf(days, sizeof days, "%u", (unsigned)line->keep_days);
	frame_say1(&f, HTML_P, NULL,
	    LANG_N("After {1} days it goes by itself. You can have it removed "
		   "from our server now."),
	    days);
	frame_form_begin(&f, "/delete", v->ticket);
	frame_button(&f, NULL, LANG_N("Remove my messages"));
	frame_form_end(&f);
	html_close(&f.h, HTML_SECTION);
	return frame_end(&f);
}

enum err
view_none(
    struct buf *out, const struct view_line *line, const struct view_none *v)
{
	static const char *const why[] = {
		LANG_N("We may not have answered yet. People read this; two or "
		       "three days are usual."),
		LANG_N("Please compare each word with your paper, and their "
		       "order. We find most slips, but about one in 256 "
		       "passes as other words."),
		LANG_N("Messages are removed after {1} days, and when you had "
		       "them removed."),
	};
	char days[24];
	struct frame f;

	(void)snprintf(days, sizeof days, "%u", (unsigned)line->keep_days);
	frame_begin(&f, out, line, LANG_N("No messages for these words"));
	frame_say(&f, HTML_P, "lead",
	    LANG_N("There is nothing here for you to read today. That can "
		   "have three reasons."));
	html_open(&f.h, HTML_OL);
	for (size_t i = 0; i < COUNT(why); i++)
		frame_say1(&f, HTML_LI, NULL, why[i], days);
	html_close(&f.h, HTML_OL);
	frame_form_begin(&f, "/read", NULL);
	frame_words_field(&f, NULL);
	frame_button(&f, "main", LANG_N("Look again"));
	frame_form_end(&f);
	frame_say(&f, HTML_H2, NULL, LANG_N("Are you sure of your words?"));
	frame_form_begin(&f, "/write", v->ticket);
	if (line->door_count > 1)
		frame_doors(&f, NULL);
	frame_button(&f, NULL, LANG_N("Write to us"));
	frame_form_end(&f);
	return frame_end(&f);
}

enum err
view_delete(
    struct buf *out, const struct view_line *line, const struct view_delete *v)
{
	struct frame f;

	if (v->done) {
		frame_begin(&f, out, line, LANG_N("Removed"));
		frame_say(&f, HTML_P, "lead",
		    LANG_N("What lay on our server is removed now. What we "
			   "have already fetched is ours to delete; we have "
			   "been told that you asked."));
		frame_form_begin(&f, "/write", v->ticket);
		frame_button(&f, NULL, LANG_N("Write to us"));
		frame_form_end(&f);
		return frame_end(&f);
	}
	frame_begin(&f, out, line, LANG_N("Remove your messages?"));
	frame_say(&f, HTML_P, "lead",
	    LANG_N("All that you sent, all our answers and your copies are "
		   "removed from our server at once. This cannot be undone."));
	frame_say(&f, HTML_P, NULL,
	    LANG_N("What we have already fetched is ours to delete; we are "
		   "told that you asked. Your nine words stay good, so that "
		   "you can write again."));
	frame_form_begin(&f, "/delete", v->ticket);
	html_hidden(&f.h, "sure", "yes");
	frame_button(&f, "main", LANG_N("Remove everything"));
	frame_form_end(&f);
	frame_form_begin(&f, "/read", v->ticket);
	frame_button(&f, NULL, LANG_N("Keep it"));
	frame_form_end(&f);
	return frame_end(&f);
}
