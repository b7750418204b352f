/* The team's log, an entry a row. */
#include <stdio.h>
#include <string.h>

#include "desk/view_log.h"
#include "desk/view_part.h"

static const struct {
	const char *path, *title, *empty;
} parts[DESK_LOG_PARTS] = {
	[DESK_LOG_DONE] = { "/log", LANG_N("Done by members"),
	    LANG_N("Nothing was done so far.") },
	[DESK_LOG_ALL] = { "/log?all", LANG_N("Everything"),
	    LANG_N("Nothing was done so far.") },
	[DESK_LOG_ODD] = { "/log?odd", LANG_N("Without effect"),
	    LANG_N("Nothing is without effect, and nothing waits.") },
};

/* What happened, what it means, and what to do. */
static const char *const why[TEAMLOG_STANDINGS] = {
	[TEAMLOG_FORKED] =
	    LANG_N("Without effect: its device signed two entries under one "
		   "number. Somebody may have a copy of that desk: an admin "
		   "strikes the device off, and its member begins on a new "
		   "one."),
	[TEAMLOG_GONE] = LANG_N("Without effect: its device had been struck "
				"off before. Nothing need be done."),
	[TEAMLOG_ROLE] =
	    LANG_N("Without effect: the role of its author does not allow it. "
		   "A desk offers nobody what their role forbids: ask whose "
		   "device this is."),
	[TEAMLOG_TYPE] = LANG_N("Without effect here: a later version of sotto "
				"made it. Put that version on this machine."),
	[TEAMLOG_BODY] =
	    LANG_N("Without effect: what it says cannot be read. Ask whose "
		   "device this is, and have its disk looked at."),
	[TEAMLOG_STRANGER] =
	    LANG_N("It waits: no list of members names its device yet. Fetch "
		   "once more; if it stays so, ask an admin whether they took "
		   "this device in."),
	[TEAMLOG_GAP] = LANG_N("It waits for the entry before it, which is not "
			       "here. The next fetch asks for it."),
	[TEAMLOG_CITES] =
	    LANG_N("It waits for an entry of another desk that it names, and "
		   "which is not here. The next fetch asks for it."),
	[TEAMLOG_CHAIN] =
	    LANG_N("Without effect for ever: it stands on another entry than "
		   "it must. Its desk was changed by a stranger's hand, or "
		   "set back: an admin strikes the device off, and its member "
		   "begins on a new one."),
	[TEAMLOG_LAMPORT] =
	    LANG_N("Without effect for ever: it claims another place in the "
		   "log than its own. Its desk was changed by a stranger's "
		   "hand: an admin strikes the device off, and its member "
		   "begins on a new one."),
};

static void
tabs(struct html *h, const struct desk_frame *f, const struct desk_log *l)
{
	html_open(h, HTML_NAV);
	html_attr(h, HTML_CLASS, "tabs");
	html_attr(h, HTML_ARIA_LABEL, lang_text(f->lang, "Parts of the log"));
	for (unsigned i = 0; i < DESK_LOG_PARTS; i++) {
		html_open(h, HTML_A);
		html_attr(h, HTML_HREF, parts[i].path);
		if (l->part == i && l->handle == NULL && l->name == NULL)
			html_attr(h, HTML_ARIA_CURRENT, "page");
		html_text(h, lang_text(f->lang, parts[i].title));
		if (i == DESK_LOG_ODD) {
			html_text(h, " ");
			html_open(h, HTML_SPAN);
			html_attr(h, HTML_CLASS, "count");
			html_num(h, l->odd);
			html_close(h, HTML_SPAN);
		}
		html_close(h, HTML_A);
	}
	html_close(h, HTML_NAV);
}

static void
choose_member(
    struct html *h, const struct desk_frame *f, const struct desk_log *l)
{
	char path[64];

	if (l->member_count < 2)
		return;
	html_open(h, HTML_DETAILS);
	html_say(
	    h, HTML_SUMMARY, NULL, lang_text(f->lang, "Of one member alone"));
	html_open(h, HTML_UL);
	html_attr(h, HTML_CLASS, "places");
	for (size_t i = 0; i < l->member_count; i++) {
		(void)snprintf(
		    path, sizeof path, "/log?member.%s", l->members[i].id);
		html_open(h, HTML_LI);
		html_open(h, HTML_A);
		html_attr(h, HTML_CLASS, "place");
		html_attr(h, HTML_HREF, path);
		html_say(h, HTML_BDI, NULL, l->members[i].name);
		html_close(h, HTML_A);
		html_close(h, HTML_LI);
	}
	html_close(h, HTML_UL);
	html_close(h, HTML_DETAILS);
}

static void
put_conv(
    struct html *h, const struct desk_frame *f, const struct logbook_act *a)
{
	char text[160];

	if (a->conv == NULL || a->conv->said_n == 0) {
		(void)snprintf(text, sizeof text, "%02x%02x%02x%02x", a->id[0],
		    a->id[1], a->id[2], a->id[3]);
		html_open(h, HTML_SPAN);
		html_text(h, lang_text(f->lang, "a conversation not here, "));
		html_open(h, HTML_BDI);
		html_say(h, HTML_CODE, NULL, text);
		html_close(h, HTML_BDI);
		html_close(h, HTML_SPAN);
		return;
	}
	(void)snprintf(text, sizeof text, "/talk?%s", a->conv->handle);
	html_open(h, HTML_A);
	html_attr(h, HTML_HREF, text);
	html_say(h, HTML_BDI, NULL, a->conv->handle);
	html_close(h, HTML_A);
}

static void
put_hole(struct html *h, const struct desk_frame *f,
    const struct desk_log_row *r, char hole)
{
	switch (hole) {
	case '1':
		put_conv(h, f, &r->act);
		break;
	case '5':
		view_day(h, r->act.day);
		break;
	case '6':
		html_text(h, lang_text(f->lang, view_outcome(r->act.outcome)));
		break;
	case '7':
		html_say(h, HTML_BDI, NULL, r->members);
		break;
	case '2':
	case '3':
	case '4':
		html_num(h, r->act.numbers[hole - '2']);
		break;
	default: /* a catalogue that is wrong */
		break;
	}
}

static void
put_act(
    struct html *h, const struct desk_frame *f, const struct desk_log_row *r)
{
	const char *at, *hole;

	if (r->act.says == NULL) {
		html_open(h, HTML_BDI);
		html_say(h, HTML_CODE, NULL, r->type);
		html_close(h, HTML_BDI);
		return;
	}
	at = lang_text(f->lang, r->act.says);
	while ((hole = strchr(at, '{')) != NULL && hole[1] != '\0' &&
	    hole[2] == '}') {
		html_text_n(h, at, (size_t)(hole - at));
		put_hole(h, f, r, hole[1]);
		at = hole + 3;
	}
	html_text(h, at);
}

static void
put_standing(
    struct html *h, const struct desk_frame *f, const struct desk_log_row *r)
{
	if (r->standing != TEAMLOG_EFFECT) {
		html_open(h, HTML_P);
		html_attr(h, HTML_CLASS, "due");
		html_text(h, lang_text(f->lang, why[r->standing]));
		if (r->lacks) {
			html_text(h, " ");
			html_open(h, HTML_BDI);
			html_say(h, HTML_CODE, NULL, r->waits_for);
			html_close(h, HTML_BDI);
		}
		html_close(h, HTML_P);
	}
	if (r->twin && r->standing != TEAMLOG_FORKED)
		view_text(f, h, HTML_P, "due",
		    "Its device signed another entry under the same number; "
		    "both are shown. Ask whose device this is.");
}

static void
put_row(
    struct html *h, const struct desk_frame *f, const struct desk_log_row *r)
{
	html_open(h, HTML_LI);
	html_open(h, HTML_P);
	if (r->came != 0) {
		view_day(h, r->came);
		html_text(h, " ");
	}
	html_open(h, HTML_STRONG);
	html_say(h, HTML_BDI, NULL,
	    r->who != NULL ? r->who
			   : lang_text(f->lang, "Nobody of today's team"));
	html_close(h, HTML_STRONG);
	html_text(h, " ");
	put_act(h, f, r);
	html_text(h, " ");
	html_open(h, HTML_SMALL);
	html_attr(h, HTML_CLASS, "meta");
	html_open(h, HTML_BDI);
	html_text(h, r->device);
	html_text(h, " ");
	html_num(h, r->number);
	html_close(h, HTML_BDI);
	html_close(h, HTML_SMALL);
	html_close(h, HTML_P);
	put_standing(h, f, r);
	html_close(h, HTML_LI);
}

static void
page_way(struct html *h, const struct desk_frame *f, const struct desk_log *l,
    size_t newer, const char *sentence)
{
	char path[224];

	if (newer == 0)
		(void)snprintf(path, sizeof path, "/log?%s", l->key);
	else
		(void)snprintf(path, sizeof path, "/log?%s.%zu", l->key, newer);
	html_open(h, HTML_A);
	html_attr(h, HTML_CLASS, "button quiet");
	html_attr(h, HTML_HREF, path);
	html_text(h, lang_text(f->lang, sentence));
	html_close(h, HTML_A);
}

static void
put_rows(struct html *h, const struct desk_frame *f, const struct desk_log *l)
{
	if (l->row_count == 0)
		view_text(f, h, HTML_P, "empty", parts[l->part].empty);
	else {
		html_open(h, HTML_OL);
		html_attr(h, HTML_CLASS, "entries");
		for (size_t i = 0; i < l->row_count; i++)
			put_row(h, f, &l->rows[i]);
		html_close(h, HTML_OL);
	}
	html_open(h, HTML_DIV);
	html_attr(h, HTML_CLASS, "line");
	if (l->newer > 0)
		page_way(h, f, l, 0, LANG_N("Newest entries"));
	if (l->older)
		page_way(
		    h, f, l, l->newer + l->row_count, LANG_N("Older entries"));
	html_close(h, HTML_DIV);
}

/* Whose or which alone. */
static void
put_only(struct html *h, const struct desk_frame *f, const struct desk_log *l)
{
	const char *what = l->handle != NULL ? l->handle : l->name;

	if (what == NULL)
		return;
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, "said");
	html_text(h,
	    lang_text(f->lang,
		l->handle != NULL ? LANG_N("Only what was done with: ")
				  : LANG_N("Only what was done by: ")));
	html_say(h, HTML_BDI, NULL, what);
	html_close(h, HTML_P);
}

enum err
desk_view_log(
    struct buf *out, const struct desk_frame *f, const struct desk_log *l)
{
	struct html h;

	view_begin(&h, out, f, lang_text(f->lang, "Log"));
	view_text(f, &h, HTML_H1, NULL, "Log");
	view_text(f, &h, HTML_P, "meta",
	    "What was done, by whom, each entry signed by the device that "
	    "made it. The day is the one on which it came to this desk; "
	    "behind stands the device, and which of its entries it is.");
	tabs(&h, f, l);
	choose_member(&h, f, l);
	put_only(&h, f, l);
	put_rows(&h, f, l);
	html_open(&h, HTML_SECTION);
	html_attr(&h, HTML_CLASS, "acts");
	view_text(f, &h, HTML_H2, NULL, "Is it whole?");
	view_text(f, &h, HTML_P, "hint",
	    "This desk looks at every signature anew, and whether each entry "
	    "stands on the one before it.");
	view_form(&h, "/verify", false);
	view_button(&h, "quiet", lang_text(f->lang, "Check the log"));
	html_close(&h, HTML_FORM);
	html_close(&h, HTML_SECTION);
	return view_end(&h);
}
