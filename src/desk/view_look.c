/* What sources see on the line: what the last look found, and what it read. */
#include "desk/view_part.h"

static void
pair(struct html *h, const struct desk_frame *f, const char *what,
    const char *value)
{
	if (value[0] == '\0')
		return;
	html_say(h, HTML_DT, NULL, lang_text(f->lang, what));
	html_open(h, HTML_DD);
	html_attr(h, HTML_DIR, "auto");
	html_text(h, value);
	html_close(h, HTML_DD);
}

static void
pair_day(
    struct html *h, const struct desk_frame *f, const char *what, uint32_t day)
{
	if (day == 0)
		return;
	html_say(h, HTML_DT, NULL, lang_text(f->lang, what));
	html_open(h, HTML_DD);
	view_day(h, day);
	html_close(h, HTML_DD);
}

static void
found(struct html *h, const struct desk_frame *f, const struct seen_found *one,
    uint32_t gone)
{
	html_open(h, HTML_SECTION);
	view_text(f, h, HTML_H2, NULL, seen_sentence(one->what));
	html_open(h, HTML_DL);
	html_attr(h, HTML_CLASS, "pairs");
	pair(h, f, LANG_N("Where"),
	    lang_text(f->lang, seen_page_name(one->page)));
	pair(h, f, LANG_N("Sources see"), one->sees);
	pair(h, f, LANG_N("It should be"), one->ours);
	pair_day(h, f, LANG_N("Since"), one->since);
	pair_day(h, f, LANG_N("Not any more since"), gone);
	html_close(h, HTML_DL);
	html_close(h, HTML_SECTION);
}

static void
advice(struct html *h, const struct desk_frame *f, const struct desk_look *l)
{
	bool version = true, wanted = false;

	for (size_t i = 0; i < l->n; i++) {
		version = version && seen_may_be_version(l->found[i].what);
		wanted = wanted || l->gone[i] != 0 ||
		    seen_may_be_wanted(l->found[i].what);
	}
	if (l->more)
		view_text(
		    f, h, HTML_P, NULL, LANG_N("There is more that differs."));
	if (version)
		view_text(f, h, HTML_P, NULL,
		    LANG_N("All of it may come of the line running another "
			   "version of sotto than this desk: ask whoever runs "
			   "it."));
	if (!wanted || l->shown == NULL)
		return;
	view_form(h, "/look", false);
	html_hidden(h, "shown", l->shown);
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, "hint");
	html_text(h,
	    lang_text(f->lang,
		LANG_N("If the team wants sources to see what can be wanted "
		       "of this, it is what they should see from now on. What "
		       "no team can want stays.")));
	html_close(h, HTML_P);
	view_button(h, "quiet", lang_text(f->lang, LANG_N("We want it so")));
	html_close(h, HTML_FORM);
}

static void
settings(struct html *h, const struct desk_frame *f, const struct seen_line *l)
{
	html_open(h, HTML_SECTION);
	view_text(f, h, HTML_H2, NULL, LANG_N("What the line is set to"));
	html_open(h, HTML_DL);
	html_attr(h, HTML_CLASS, "pairs");
	pair(h, f, LANG_N("Team"), l->name);
	pair(h, f, LANG_N("Heading"), l->title);
	pair(h, f, LANG_N("About the team"), l->about);
	pair(h, f, LANG_N("Who reads"), l->readers);
	html_say(
	    h, HTML_DT, NULL, lang_text(f->lang, LANG_N("A file's limit")));
	html_open(h, HTML_DD);
	view_size(h, l->file_max);
	html_close(h, HTML_DD);
	html_say(h, HTML_DT, NULL, lang_text(f->lang, LANG_N("Days kept")));
	html_open(h, HTML_DD);
	html_num(h, l->days);
	html_close(h, HTML_DD);
	html_close(h, HTML_DL);
	html_close(h, HTML_SECTION);
}

enum err
desk_view_look(
    struct buf *out, const struct desk_frame *f, const struct desk_look *l)
{
	struct html h;

	view_begin(&h, out, f, lang_text(f->lang, "What sources see"));
	view_text(f, &h, HTML_H1, NULL, LANG_N("What sources see"));
	view_text(f, &h, HTML_P, NULL,
	    LANG_N("Once a day this desk goes through the line's pages as a "
		   "source does, over another way and without saying who it "
		   "is, and compares them with what they should be."));
	if (l->day == 0)
		view_text(
		    f, &h, HTML_P, NULL, LANG_N("It has not looked yet."));
	else
		view_text_day(f, &h, "hint",
		    l->n == 0 ? LANG_N("Last on {1}: all was as it should be.")
			      : LANG_N("Last on {1}."),
		    l->day);
	for (size_t i = 0; i < l->n; i++)
		found(&h, f, &l->found[i], l->gone[i]);
	if (l->n > 0)
		advice(&h, f, l);
	if (l->line != NULL)
		settings(&h, f, l->line);
	return view_end(&h);
}
