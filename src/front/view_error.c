#include <assert.h>

#include "front/frame.h"

static const struct {
	unsigned status;
	const char *title, *body;
} errors[] = {
	[VIEW_ERR_BUSY] = { 503, LANG_N("Please try again"),
	    LANG_N("Many people are here just now. Wait a minute, go back, "
		   "and press the button again.") },
	[VIEW_ERR_CLOSED] = { 503, LANG_N("No new messages today"),
	    LANG_N("We cannot take a message that only we can open until we "
		   "have put things right here. Nothing was kept. Please "
		   "come back tomorrow.") },
	[VIEW_ERR_EXPIRED] = { 403, LANG_N("Your words, once more"),
	    LANG_N("This page has been open for a long time. Please go to the "
		   "first page and type your nine words again.") },
	[VIEW_ERR_FULL] = { 507, LANG_N("There is no room just now"),
	    LANG_N("Nothing was kept. Please try again in a few hours.") },
	[VIEW_ERR_GONE] = { 404, LANG_N("That file is no longer here"),
	    LANG_N("It has been removed, or its time was over.") },
	[VIEW_ERR_FORM] = { 400, LANG_N("We could not read that"),
	    LANG_N("What your browser sent is not in the form we expect. "
		   "Nothing was kept. Please begin on the first page.") },
	[VIEW_ERR_TOO_LARGE] = { 413, LANG_N("That is too much at once"),
	    LANG_N("Nothing was kept. Please send less, or send the files one "
		   "after the other.") },
	[VIEW_ERR_NOWHERE] = { 404, LANG_N("There is no such page"),
	    LANG_N("Nothing lies at this address.") },
	[VIEW_ERR_OTHERWISE] = { 405, LANG_N("Please begin on the first page"),
	    LANG_N("This page comes when a button is pressed, and cannot be "
		   "opened by its address.") },
	[VIEW_ERR_FOREIGN] = { 403, LANG_N("That came from another site"),
	    LANG_N("Another page tried to use this one in your name. Nothing "
		   "was done.") },
	[VIEW_ERR_OURS] = { 500, LANG_N("Something is wrong on our side"),
	    LANG_N("It is not your fault, and nothing was kept. Please try "
		   "again in a few hours.") },
};

unsigned
view_error_status(enum view_error why)
{
	assert((unsigned)why < VIEW_ERR_COUNT);
	return errors[why].status;
}

enum err
view_error(struct buf *out, const struct view_line *line, enum view_error why)
{
	struct frame f;

	assert((unsigned)why < VIEW_ERR_COUNT);
	frame_begin(&f, out, line, errors[why].title);
	frame_say(&f, HTML_P, "lead", errors[why].body);
	html_open(&f.h, HTML_P);
	html_open(&f.h, HTML_A);
	html_attr(&f.h, HTML_HREF, "/");
	html_attr(&f.h, HTML_CLASS, "button");
	html_text(&f.h, frame_text(&f, LANG_N("To the first page")));
	html_close(&f.h, HTML_A);
	html_close(&f.h, HTML_P);
	return frame_end(&f);
}
