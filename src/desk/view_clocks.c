/* How long a conversation is kept, on its page and in the inbox; what was
 * destroyed. */
#include "desk/view_part.h"

static const struct {
	enum effect_outcome outcome;
	const char *word; /* in a list */
	const char *text;
} outcomes[] = {
	{ OUTCOME_OPEN, LANG_N("open"), LANG_N("Open: still at work") },
	{ OUTCOME_JUNK, LANG_N("junk"), LANG_N("Junk") },
	{ OUTCOME_IRRELEVANT, LANG_N("not relevant"),
	    LANG_N("Not relevant to us") },
	{ OUTCOME_CLOSED, LANG_N("closed"), LANG_N("Closed: dealt with") },
	{ OUTCOME_PUBLISHED, LANG_N("published"),
	    LANG_N("Published: kept for ever") },
};

const char *
view_outcome(enum effect_outcome outcome)
{
	for (size_t i = 0; i < COUNT(outcomes); i++)
		if (outcomes[i].outcome == outcome)
			return outcomes[i].word;
	return "";
}

static void
mark(struct html *h, const struct desk_frame *f, const char *class,
    const char *sentence)
{
	html_text(h, " ");
	view_text(f, h, HTML_SPAN, class, sentence);
}

void
view_kept_marks(
    struct html *h, const struct desk_frame *f, const struct desk_kept *k)
{
	if (k->outcome != OUTCOME_OPEN && k->outcome != OUTCOME_JUNK)
		mark(h, f, "mark", view_outcome(k->outcome));
	if (k->hold)
		mark(h, f, "mark", "held");
	if (k->goes == 0)
		return;
	mark(h, f, "mark", "to be destroyed on");
	html_text(h, " ");
	view_day(h, k->goes);
}

static void
form(struct html *h, const char *action, const char *handle)
{
	view_form(h, action, false);
	html_hidden(h, "handle", handle);
}

static void
why(struct html *h, const struct desk_frame *f, const struct desk_kept *k)
{
	html_open(h, HTML_P);
	if (!k->asked)
		html_text(
		    h, lang_text(f->lang, "The period of its outcome ends."));
	else if (k->by == NULL || k->by[0] == '\0')
		html_text(h,
		    lang_text(f->lang, "A member who has left asked for it."));
	else {
		html_text(h, lang_text(f->lang, "Who asked for it: "));
		html_say(h, HTML_BDI, NULL, k->by);
	}
	html_close(h, HTML_P);
}

void
view_kept_notice(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	const struct desk_kept *k = &t->kept;

	if (k->hold)
		view_text(f, h, HTML_P, "meta",
		    "Held by an admin: nothing of it is destroyed.");
	if (k->stays)
		view_text(f, h, HTML_P, "warning",
		    "The other desks have destroyed what was written here "
		    "before. This one was away, and its source wrote again, "
		    "so all of it stands here: delete it once more, if it "
		    "shall go.");
	if (k->goes == 0)
		return;
	html_open(h, HTML_SECTION);
	html_attr(h, HTML_CLASS, "rule");
	html_attr(h, HTML_ARIA_LABELLEDBY, "goes");
	html_open(h, HTML_H2);
	html_attr(h, HTML_ID, "goes");
	html_text(h, lang_text(f->lang, "It will be destroyed"));
	html_close(h, HTML_H2);
	view_text_day(f, h, "warning",
	    LANG_N("On {1} its messages and files are destroyed on every desk "
		   "of the team."),
	    k->goes);
	why(h, f, k);
	if (k->editor) {
		form(h, "/delete", t->handle);
		html_hidden(h, "undo", "yes");
		view_button(h, NULL, lang_text(f->lang, "Keep it"));
		html_close(h, HTML_FORM);
	}
	view_text(f, h, HTML_P, "hint",
	    "A new message of its source, another outcome, or an admin who "
	    "holds it keeps it too.");
	html_close(h, HTML_SECTION);
}

static void
choose(struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	form(h, "/outcome", t->handle);
	html_open(h, HTML_FIELDSET);
	html_say(h, HTML_LEGEND, NULL, lang_text(f->lang, "What became of it"));
	for (size_t i = 0; i < COUNT(outcomes); i++) {
		html_open(h, HTML_LABEL);
		html_attr(h, HTML_CLASS, "choice");
		html_open(h, HTML_INPUT);
		html_attr(h, HTML_TYPE, "radio");
		html_attr(h, HTML_NAME, "outcome");
		html_attr(
		    h, HTML_VALUE, effect_outcome_word(outcomes[i].outcome));
		if (t->kept.outcome == outcomes[i].outcome)
			html_flag(h, HTML_CHECKED);
		html_say(
		    h, HTML_SPAN, NULL, lang_text(f->lang, outcomes[i].text));
		html_close(h, HTML_LABEL);
	}
	html_close(h, HTML_FIELDSET);
	view_button(h, "quiet", lang_text(f->lang, "Keep this outcome"));
	html_close(h, HTML_FORM);
}

static void
hold(struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	form(h, "/hold", t->handle);
	html_hidden(h, "hold", t->kept.hold ? "no" : "yes");
	view_button(h, "quiet",
	    lang_text(f->lang,
		t->kept.hold ? LANG_N("Hold it no longer")
			     : LANG_N("Hold it, whatever its outcome")));
	html_close(h, HTML_FORM);
}

static void
to_periods(struct html *h, const struct desk_frame *f)
{
	html_open(h, HTML_P);
	html_open(h, HTML_A);
	html_attr(h, HTML_HREF, "/periods");
	html_text(
	    h, lang_text(f->lang, "How long the team keeps what is over"));
	html_close(h, HTML_A);
	html_close(h, HTML_P);
}

void
view_kept(struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	const struct desk_kept *k = &t->kept;

	html_open(h, HTML_SECTION);
	html_attr(h, HTML_CLASS, "rule");
	html_attr(h, HTML_ARIA_LABELLEDBY, "kept");
	html_open(h, HTML_H2);
	html_attr(h, HTML_ID, "kept");
	html_text(h, lang_text(f->lang, "How long it is kept"));
	html_close(h, HTML_H2);
	if (k->hold)
		view_text(f, h, HTML_P, "meta",
		    "As long as an admin holds it, whatever its outcome.");
	else if (k->ends > 0 && k->goes == 0)
		view_text_day(f, h, "meta",
		    LANG_N("Until {1}, when the period of its outcome ends; "
			   "that is announced 30 days before."),
		    k->ends);
	else if (k->goes == 0)
		view_text(f, h, HTML_P, "meta", "For ever, as it stands.");
	if (k->editor) {
		html_open(h, HTML_DETAILS);
		html_say(h, HTML_SUMMARY, NULL,
		    lang_text(f->lang, "Change what became of it"));
		choose(h, f, t);
		if (k->admin)
			hold(h, f, t);
		html_close(h, HTML_DETAILS);
	}
	to_periods(h, f);
	html_close(h, HTML_SECTION);
}

/* What it means, for a team of one desk, or to do it at once. */
static void
means_now(struct html *h, const struct desk_frame *f, bool several)
{
	view_text(f, h, HTML_P, NULL,
	    several
		? LANG_N("Its messages and files are destroyed on this desk "
			 "now, and on every other at its next fetch: the keys "
			 "they lie under are wiped, and nobody can read them "
			 "again.")
		: LANG_N("Its messages and files are destroyed on this desk: "
			 "the key they lie under is wiped, and nobody can "
			 "read them again."));
	view_text(f, h, HTML_P, NULL,
	    "On the line, where they lie sealed to keys that this desk "
	    "destroys, they are overwritten at a fetch when they are seven "
	    "days old.");
	view_text(f, h, HTML_P, NULL,
	    "That there was a conversation, and what this team did with it, "
	    "stays in the log without a word of it. Our answers stay on the "
	    "line until their time is over, so that the source can still read "
	    "them. Copies that were saved are not touched.");
}

/* One of two ways to destroy it. */
static void
way_open(struct html *h, const struct desk_frame *f, const char *name)
{
	html_open(h, HTML_SECTION);
	html_attr(h, HTML_CLASS, "rule");
	html_attr(h, HTML_ARIA_LABEL, lang_text(f->lang, name));
	view_text(f, h, HTML_H2, NULL, name);
}

static void
delete_forms(struct html *h, const struct desk_frame *f, const char *handle,
    const struct desk_kept *k)
{
	if (k->several) {
		way_open(h, f, LANG_N("In seven days"));
		view_text(f, h, HTML_P, NULL,
		    "It is announced on every desk of the team, and destroyed "
		    "on all of them in seven days. Until then each can keep "
		    "it, and a new message of its source does too.");
		form(h, "/delete", handle);
		html_hidden(h, "sure", "yes");
		view_button(
		    h, NULL, lang_text(f->lang, "Destroy it in seven days"));
		html_close(h, HTML_FORM);
		html_close(h, HTML_SECTION);
	}
	if (k->several && !k->admin)
		return;
	if (k->several)
		way_open(h, f, LANG_N("At once, as an admin"));
	means_now(h, f, k->several);
	form(h, "/delete", handle);
	html_hidden(h, k->several ? "now" : "sure", "yes");
	view_button(h, "danger",
	    lang_text(f->lang,
		k->several ? LANG_N("Destroy it now, everywhere")
			   : LANG_N("Destroy it for good")));
	html_close(h, HTML_FORM);
	if (k->several)
		html_close(h, HTML_SECTION);
}

enum err
desk_view_delete(struct buf *out, const struct desk_frame *frame,
    const char *handle, const struct desk_kept *kept)
{
	struct html h;

	view_begin(
	    &h, out, frame, lang_text(frame->lang, "Delete a conversation"));
	view_text(frame, &h, HTML_H1, NULL, "Delete a conversation");
	html_say(&h, HTML_P, "name", handle);
	if (kept->hold)
		view_text(frame, &h, HTML_P, "warning",
		    "It is held by an admin: nothing of it is destroyed until "
		    "an admin holds it no longer.");
	else if (!kept->editor)
		view_text(frame, &h, HTML_P, "warning",
		    "Your role in the team is to read: an editor or an admin "
		    "can delete it.");
	else
		delete_forms(&h, frame, handle, kept);
	view_way(&h, frame, handle, LANG_N("Keep it, and go back"));
	return view_end(&h);
}

static void
cell_num(struct html *h, uint64_t n)
{
	html_open(h, HTML_TD);
	html_num(h, n);
	html_close(h, HTML_TD);
}

static void
cell_day(struct html *h, uint32_t day)
{
	html_open(h, HTML_TD);
	view_day(h, day);
	html_close(h, HTML_TD);
}

static void
dead_rows(struct html *h, const struct desk_frame *f,
    const struct desk_dead *dead, size_t n)
{
	html_open(h, HTML_TBODY);
	for (size_t i = 0; i < n; i++) {
		html_open(h, HTML_TR);
		cell_day(h, dead[i].day);
		html_say(h, HTML_TD, NULL, dead[i].id);
		html_say(h, HTML_TD, NULL,
		    lang_text(f->lang, view_outcome(dead[i].outcome)));
		cell_day(h, dead[i].first);
		cell_day(h, dead[i].last);
		cell_num(h, dead[i].letters);
		cell_num(h, dead[i].files);
		html_close(h, HTML_TR);
	}
	html_close(h, HTML_TBODY);
}

enum err
desk_view_register(struct buf *out, const struct desk_frame *frame,
    const struct desk_dead *dead, size_t n)
{
	static const char *const heads[] = { LANG_N("Destroyed"),
		LANG_N("Number"), LANG_N("Outcome"), LANG_N("First message"),
		LANG_N("Last message"), LANG_N("Messages"), LANG_N("Files") };
	struct html h;

	view_begin(&h, out, frame, lang_text(frame->lang, "Register"));
	view_text(frame, &h, HTML_H1, NULL, "Register");
	view_text(frame, &h, HTML_P, NULL,
	    "What this team has destroyed: no word and no handle of it is "
	    "left. The number is what the log calls the conversation.");
	to_periods(&h, frame);
	if (n == 0) {
		view_text(frame, &h, HTML_P, "empty",
		    "Nothing was destroyed so far.");
		return view_end(&h);
	}
	html_open(&h, HTML_DIV);
	html_attr(&h, HTML_CLASS, "wide");
	html_attr(&h, HTML_ROLE, "region");
	html_attr(&h, HTML_TABINDEX, "0");
	html_attr(&h, HTML_ARIA_LABEL, lang_text(frame->lang, "Register"));
	html_open(&h, HTML_TABLE);
	html_open(&h, HTML_THEAD);
	html_open(&h, HTML_TR);
	for (size_t i = 0; i < COUNT(heads); i++) {
		html_open(&h, HTML_TH);
		html_attr(&h, HTML_SCOPE, "col");
		html_text(&h, lang_text(frame->lang, heads[i]));
		html_close(&h, HTML_TH);
	}
	html_close(&h, HTML_TR);
	html_close(&h, HTML_THEAD);
	dead_rows(&h, frame, dead, n);
	html_close(&h, HTML_TABLE);
	html_close(&h, HTML_DIV);
	return view_end(&h);
}
