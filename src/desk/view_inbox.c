#include "desk/view_part.h"

static const struct {
	const char *path;
	const char *title;
	const char *empty;
} filters[DESK_FILTER_COUNT] = {
	[DESK_ALL] = { "/", LANG_N("All"),
	    LANG_N("Nothing has come yet. The line is asked when this desk "
		   "opens, and whenever you press Fetch now.") },
	[DESK_UNREAD] = { "/?unread", LANG_N("Unread"),
	    LANG_N("Everything has been read.") },
	[DESK_WAITING] = { "/?waiting", LANG_N("Waiting for us"),
	    LANG_N("Nobody waits for an answer.") },
	[DESK_MINE] = { "/?mine", LANG_N("Mine"),
	    LANG_N("Nothing is assigned to you.") },
	[DESK_JUNK] = { "/?junk", LANG_N("Junk"),
	    LANG_N("Nothing is marked as junk.") },
};

static void
tabs(struct html *h, const struct desk_frame *f, const struct desk_inbox *in)
{
	html_open(h, HTML_NAV);
	html_attr(h, HTML_CLASS, "tabs");
	html_attr(h, HTML_ID, "tabs");
	html_attr(h, HTML_ARIA_LABEL, lang_text(f->lang, "Conversations"));
	for (unsigned i = 0; i < DESK_FILTER_COUNT; i++) {
		html_open(h, HTML_A);
		html_attr(h, HTML_HREF, filters[i].path);
		if (in->search == NULL && in->door == NULL && in->filter == i)
			html_attr(h, HTML_ARIA_CURRENT, "page");
		html_text(h, lang_text(f->lang, filters[i].title));
		html_text(h, " ");
		html_open(h, HTML_SPAN);
		html_attr(h, HTML_CLASS, "count");
		html_num(h, in->count[i]);
		html_close(h, HTML_SPAN);
		html_close(h, HTML_A);
	}
	html_close(h, HTML_NAV);
}

/* A team of one door has nothing to choose. */
static void
doors(struct html *h, const struct desk_frame *f, const struct desk_inbox *in)
{
	char path[32];

	if (in->door_count < 2)
		return;
	html_open(h, HTML_NAV);
	html_attr(h, HTML_CLASS, "tabs");
	html_attr(h, HTML_ARIA_LABEL, lang_text(f->lang, "Doors"));
	for (size_t i = 0; i < in->door_count; i++) {
		const struct desk_door *d = &in->doors[i];

		(void)snprintf(path, sizeof path, "/?door.%s", d->id);
		html_open(h, HTML_A);
		html_attr(h, HTML_HREF, path);
		if (in->door == d)
			html_attr(h, HTML_ARIA_CURRENT, "page");
		html_say(h, HTML_BDI, NULL, d->name);
		html_text(h, " ");
		html_open(h, HTML_SPAN);
		html_attr(h, HTML_CLASS, "count");
		html_num(h, d->count);
		html_close(h, HTML_SPAN);
		html_close(h, HTML_A);
	}
	html_close(h, HTML_NAV);
}

static void
search(struct html *h, const struct desk_frame *f, const struct desk_inbox *in)
{
	view_form(h, "/find", false);
	html_open(h, HTML_LABEL);
	html_attr(h, HTML_FOR, "find");
	html_text(h, lang_text(f->lang, "Search in all messages"));
	html_close(h, HTML_LABEL);
	html_open(h, HTML_DIV);
	html_attr(h, HTML_CLASS, "line");
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_ID, "find");
	html_attr(h, HTML_NAME, "find");
	html_attr(h, HTML_TYPE, "search");
	html_attr(h, HTML_AUTOCOMPLETE, "off");
	html_attr_num(h, HTML_MAXLENGTH, DESK_SEARCH_MAX);
	if (in->search != NULL)
		html_attr(h, HTML_VALUE, in->search);
	view_button(h, "quiet", lang_text(f->lang, "Search"));
	html_close(h, HTML_DIV);
	html_open(h, HTML_LABEL);
	html_attr(h, HTML_CLASS, "choice slim");
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_NAME, "best");
	html_attr(h, HTML_TYPE, "checkbox");
	html_attr(h, HTML_VALUE, "yes");
	if (in->best)
		html_flag(h, HTML_CHECKED);
	html_text(h, lang_text(f->lang, "Best matches first"));
	html_close(h, HTML_LABEL);
	html_close(h, HTML_FORM);
}

static void
mark(struct html *h, const struct desk_frame *f, const char *class,
    const char *sentence)
{
	html_text(h, " ");
	view_text(f, h, HTML_SPAN, class, sentence);
}

static void
address(struct html *h, const char *handle)
{
	char path[128];

	(void)snprintf(path, sizeof path, "/talk?%s", handle);
	html_attr(h, HTML_HREF, path);
}

static void
row(struct html *h, const struct desk_frame *f, const struct desk_row *r)
{
	html_open(h, HTML_LI);
	if (r->unread > 0)
		html_attr(h, HTML_CLASS, "unread");
	html_open(h, HTML_P);
	html_open(h, HTML_A);
	address(h, r->handle);
	html_text(h, r->handle);
	html_close(h, HTML_A);
	if (r->name != NULL) {
		html_text(h, " ");
		html_say(h, HTML_BDI, "name", r->name);
	}
	html_close(h, HTML_P);
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, "excerpt");
	html_attr(h, HTML_DIR, "auto");
	html_text_n(h, r->excerpt, r->excerpt_len);
	html_close(h, HTML_P);
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, "meta");
	view_day(h, r->day);
	if (r->unread > 0) {
		html_text(h, " ");
		html_open(h, HTML_STRONG);
		html_num(h, r->unread);
		html_text(h, " ");
		html_text(h, lang_text(f->lang, "unread"));
		html_close(h, HTML_STRONG);
	}
	if (r->door != NULL) {
		html_text(h, " ");
		view_door(h, f, r->door);
	}
	if (r->waiting)
		mark(h, f, "mark", "waiting for us");
	if (r->asks_deletion)
		mark(h, f, "mark", "asks us to delete");
	if (r->files > 0)
		mark(h, f, "mark", "with files");
	view_kept_marks(h, f, &r->kept);
	if (r->has_draft)
		mark(h, f, "mark", "a draft");
	if (r->assigned != NULL) {
		html_text(h, " ");
		html_open(h, HTML_SPAN);
		html_text(h, lang_text(f->lang, "Assigned to: "));
		html_say(h, HTML_BDI, NULL, r->assigned);
		html_close(h, HTML_SPAN);
	}
	html_close(h, HTML_P);
	html_close(h, HTML_LI);
}

/* When the line was asked last, and the way to ask it. */
static void
fetched(struct html *h, const struct desk_frame *f, const struct desk_inbox *in)
{
	view_form(h, "/sync", false);
	html_attr(h, HTML_CLASS, "line");
	html_open(h, HTML_SPAN);
	html_attr(h, HTML_CLASS, "meta");
	if (in->fetching)
		html_text(h, lang_text(f->lang, "Fetching..."));
	else if (in->fetched == 0)
		html_text(h, lang_text(f->lang, "Never fetched so far."));
	else if (in->fetched == in->today)
		html_text(h, lang_text(f->lang, "Fetched today."));
	else {
		html_text(h, lang_text(f->lang, "Last fetched on "));
		view_day(h, in->fetched);
		html_text(h, ".");
	}
	if (!in->fetching && in->synced != NULL) {
		html_text(h, " ");
		html_text(h, in->synced);
	}
	html_close(h, HTML_SPAN);
	view_button(h, "quiet",
	    lang_text(f->lang,
		in->fetching ? LANG_N("See how far it is")
			     : LANG_N("Fetch now")));
	html_close(h, HTML_FORM);
}

enum err
desk_view_inbox(struct buf *out, const struct desk_frame *frame,
    const struct desk_inbox *inbox)
{
	struct html h;

	view_begin(&h, out, frame, lang_text(frame->lang, "Inbox"));
	view_text(frame, &h, HTML_H1, NULL, "Inbox");
	fetched(&h, frame, inbox);
	view_watch(&h, frame, &inbox->watch);
	tabs(&h, frame, inbox);
	doors(&h, frame, inbox);
	search(&h, frame, inbox);
	view_part_open(&h, "rows");
	if (inbox->row_count == 0)
		view_text(frame, &h, HTML_P, "empty",
		    inbox->search != NULL ? LANG_N("No message has that in it.")
			: inbox->door != NULL
			? LANG_N("Nothing has come through this door.")
			: filters[inbox->filter].empty);
	else {
		html_open(&h, HTML_UL);
		html_attr(&h, HTML_CLASS, "rows");
		for (size_t i = 0; i < inbox->row_count; i++)
			row(&h, frame, &inbox->rows[i]);
		html_close(&h, HTML_UL);
	}
	if (inbox->cut)
		view_text(frame, &h, HTML_P, "meta",
		    "Older conversations are not shown here. Search for them, "
		    "or mark what is junk.");
	html_close(&h, HTML_DIV);
	return view_end(&h);
}
