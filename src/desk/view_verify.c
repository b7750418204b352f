/* The check of the team's log. */
#include <stdio.h>

#include "desk/view_log.h"
#include "desk/view_part.h"

static void
progress(
    struct html *h, const struct desk_frame *f, const struct logbook_check *c)
{
	view_text(f, h, HTML_H1, NULL, "Checking the log");
	html_open(h, HTML_P);
	html_open(h, HTML_LABEL);
	html_attr(h, HTML_FOR, "far");
	html_text(h, lang_text(f->lang, "Entries looked at: "));
	html_num(h, c->at);
	html_text(h, " / ");
	html_num(h, c->all);
	html_close(h, HTML_LABEL);
	html_open(h, HTML_PROGRESS);
	html_attr(h, HTML_ID, "far");
	html_attr_num(h, HTML_VALUE, c->at);
	html_attr_num(h, HTML_MAX, c->all);
	html_close(h, HTML_PROGRESS);
	html_close(h, HTML_P);
	view_text(f, h, HTML_P, "meta",
	    "This page looks again every second, and goes on when it is "
	    "done.");
	view_form(h, "/verify", false);
	html_hidden(h, "stop", "yes");
	view_button(h, "quiet", lang_text(f->lang, "Stop"));
	html_close(h, HTML_FORM);
}

/* What is wrong with one device's entries, what it means, and what to do. */
static void
put_findings(
    struct html *h, const struct desk_frame *f, const struct logbook_device *d)
{
	const struct {
		bool is;
		size_t n;
		const char *says;
	} rows[] = {
		{ d->forked, d->fork,
		    LANG_N("It signed two histories from its entry {1} on: "
			   "somebody may have a copy of that desk, or it was "
			   "set back. Nothing of it holds from there on. An "
			   "admin strikes it off, and its member begins on a "
			   "new one.") },
		{ d->forged > 0, d->forged,
		    LANG_N("Entries whose signature does not hold: {1}. They "
			   "were changed on this machine's disk or in its "
			   "memory. Have the machine looked at, and begin "
			   "from a backup on another.") },
		{ d->odd > 0, d->odd,
		    LANG_N("Entries that stand on nothing they may stand on: "
			   "{1}. They never have effect. Ask whose device "
			   "this is; an admin strikes it off if nobody can "
			   "say why.") },
		{ d->waiting > 0, d->waiting,
		    LANG_N("Entries that wait for others, which are not here: "
			   "{1}. Fetch, and let its member fetch. If that "
			   "lasts for days, the line may be keeping something "
			   "back: have it looked at.") },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].is)
			view_text_num(f, h, "due", rows[i].says, rows[i].n);
	if (d->without > 0)
		view_text_num(f, h, "meta",
		    LANG_N("Without effect: {1}. The log says why at each."),
		    d->without);
}

static void
put_device(
    struct html *h, const struct desk_frame *f, const struct logbook_device *d)
{
	char id[DESK_LOG_CHARS + 1];

	(void)snprintf(id, sizeof id, "%02x%02x%02x%02x", d->id[0], d->id[1],
	    d->id[2], d->id[3]);
	html_open(h, HTML_LI);
	html_open(h, HTML_P);
	html_open(h, HTML_STRONG);
	if (d->member[0] != '\0')
		html_say(h, HTML_BDI, NULL, d->member);
	else
		html_text(h,
		    lang_text(f->lang,
			d->named ? LANG_N("Of nobody in today's team")
				 : LANG_N("A stranger")));
	html_close(h, HTML_STRONG);
	html_text(h, " ");
	html_open(h, HTML_BDI);
	html_say(h, HTML_CODE, NULL, id);
	html_close(h, HTML_BDI);
	html_close(h, HTML_P);
	view_text_num(f, h, "meta",
	    LANG_N("Entries that stand on each other from the first: {1}."),
	    d->next);
	put_findings(h, f, d);
	html_close(h, HTML_LI);
}

static void
result(
    struct html *h, const struct desk_frame *f, const struct logbook_check *c)
{
	const bool well = logbook_check_is_well(c);

	view_text(f, h, HTML_H1, NULL,
	    well ? LANG_N("The log is whole") : LANG_N("The log is not whole"));
	view_text_num(f, h, well ? "said" : "warning",
	    well ? LANG_N("All {1} entries here are signed by their devices, "
			  "each stands on the one before it, and no device "
			  "signed two under one number.")
		 : LANG_N("Of {1} entries some do not fit: below stands at "
			  "which device, and what to do. What fits holds as "
			  "before."),
	    c->all);
	if (c->lacks > 0)
		view_text_num(f, h, "due",
		    LANG_N("Entries that others name and that are not here: "
			   "{1}. The next fetch asks for them."),
		    c->lacks);
	view_text(f, h, HTML_P, "meta",
	    "What a check cannot see: acts of a desk that has not fetched "
	    "since, and that nobody has heard of.");
	html_open(h, HTML_UL);
	html_attr(h, HTML_CLASS, "rows devices");
	for (size_t i = 0; i < c->n; i++)
		put_device(h, f, &c->list[i]);
	html_close(h, HTML_UL);
	html_open(h, HTML_DIV);
	html_attr(h, HTML_CLASS, "line");
	view_form(h, "/verify", false);
	view_button(h, "quiet", lang_text(f->lang, "Check it again"));
	html_close(h, HTML_FORM);
	html_open(h, HTML_A);
	html_attr(h, HTML_CLASS, "button quiet");
	html_attr(h, HTML_HREF, "/log");
	html_text(h, lang_text(f->lang, "Back to the log"));
	html_close(h, HTML_A);
	html_close(h, HTML_DIV);
}

enum err
desk_view_verify(
    struct buf *out, const struct desk_frame *f, const struct logbook_check *c)
{
	struct html h;

	view_begin(&h, out, f, lang_text(f->lang, "Check of the log"));
	if (c->at < c->all)
		progress(&h, f, c);
	else
		result(&h, f, c);
	return view_end(&h);
}
