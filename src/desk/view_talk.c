#include <string.h>

#include "desk/stand.h"
#include "desk/view_part.h"

static const struct {
	const char *name;
	const char *text;
} levels[DESK_LEVEL_COUNT] = {
	[DESK_LEVEL_NONE] = { "none",
	    LANG_N("Nothing agreed: nothing may be used") },
	[DESK_LEVEL_OFF_RECORD] = { "off_record",
	    LANG_N("Off the record: never used") },
	[DESK_LEVEL_DEEP_BACKGROUND] = { "deep_background",
	    LANG_N("Deep background: used, without saying that anybody said "
		   "it") },
	[DESK_LEVEL_BACKGROUND] = { "background",
	    LANG_N("Background: used, under the description agreed") },
	[DESK_LEVEL_ON_RECORD] = { "on_record",
	    LANG_N("On the record: used, under the name agreed") },
};

const char *
desk_level_name(enum desk_level level)
{
	return (unsigned)level < DESK_LEVEL_COUNT ? levels[level].name : "none";
}

enum desk_level
desk_level_find(const char *name, size_t n)
{
	unsigned i;

	for (i = 0; i < DESK_LEVEL_COUNT; i++)
		if (strlen(levels[i].name) == n &&
		    memcmp(levels[i].name, name, n) == 0)
			break;
	return i;
}

static void
way_to_save(struct html *h, const struct desk_frame *f, const char *handle,
    unsigned number, const char *sentence)
{
	char path[160], id[24];

	(void)snprintf(path, sizeof path, "/save?%s.%u", handle, number);
	(void)snprintf(id, sizeof id, "file%u", number);
	html_open(h, HTML_A);
	html_attr(h, HTML_CLASS, "button quiet");
	html_attr(h, HTML_HREF, path);
	html_attr(h, HTML_ARIA_DESCRIBEDBY, id);
	html_text(h, lang_text(f->lang, sentence));
	html_close(h, HTML_A);
}

/* Where it lies, and the way to it. */
static void
file_stands(struct html *h, const struct desk_frame *f, const char *handle,
    const struct desk_letter *l, const struct desk_file *file)
{
	if (file->here) {
		way_to_save(h, f, handle, file->number, LANG_N("Save..."));
		return;
	}
	view_text(f, h, HTML_SPAN, "mark",
	    l->ours ? LANG_N("sent") : LANG_N("not on this desk"));
	if (!l->ours && file->number > 0)
		way_to_save(h, f, handle, file->number, LANG_N("Fetch..."));
}

static void
files(struct html *h, const struct desk_frame *f, const char *handle,
    const struct desk_letter *l)
{
	char id[24];

	if (l->file_count == 0)
		return;
	html_open(h, HTML_UL);
	html_attr(h, HTML_CLASS, "files");
	for (size_t i = 0; i < l->file_count; i++) {
		const struct desk_file *file = &l->files[i];

		html_open(h, HTML_LI);
		html_open(h, HTML_SPAN);
		html_attr(h, HTML_CLASS, "file");
		if (file->number > 0 && !l->ours) {
			(void)snprintf(id, sizeof id, "file%u", file->number);
			html_attr(h, HTML_ID, id);
		}
		if (file->number > 0) {
			html_num(h, file->number);
			html_text(h, ". ");
		}
		html_say(h, HTML_BDI, NULL, file->name);
		html_text(h, " (");
		view_size(h, file->size);
		html_text(h, ")");
		html_close(h, HTML_SPAN);
		file_stands(h, f, handle, l, file);
		html_close(h, HTML_LI);
	}
	html_close(h, HTML_UL);
}

static void
letter_head(
    struct html *h, const struct desk_frame *f, const struct desk_letter *l)
{
	const enum html_element head = l->misdated ? HTML_H3 : HTML_H2;

	html_open(h, head);
	html_text(
	    h, lang_text(f->lang, l->ours ? LANG_N("We") : LANG_N("Source")));
	html_text(h, ", ");
	view_day(h, l->misdated ? l->came : l->day);
	if (l->unread) {
		html_text(h, " ");
		view_text(f, h, HTML_SPAN, "mark", "new");
	}
	html_close(h, head);
}

static void
odd_things(
    struct html *h, const struct desk_frame *f, const struct desk_letter *l)
{
	static const char *const odd[] = {
		LANG_N("The same message was sent again with other words; both "
		       "are shown."),
		LANG_N(
		    "It asks for answers to another key than before. Answers "
		    "still go to the old one."),
		LANG_N("The source asked you to delete this conversation."),
	};
	const bool is[] = { l->other_version, l->other_address,
		l->asks_deletion };

	if (l->misdated)
		view_text_day(f, h, "warning", stand_dated, l->day);
	if (l->reach != NULL)
		view_text(f, h, HTML_P, "warning", l->reach);
	if (l->missing > 0)
		view_text_num(
		    f, h, "warning", stand_missing(l->ours), l->missing);
	for (size_t i = 0; i < COUNT(is); i++)
		if (is[i])
			view_text(f, h, HTML_P, "warning", odd[i]);
}

static void
letter(struct html *h, const struct desk_frame *f, const char *handle,
    const struct desk_letter *l, bool newest)
{
	html_open(h, HTML_ARTICLE);
	if (newest)
		html_attr(h, HTML_ID, "newest");
	html_attr(h, HTML_CLASS, l->ours ? "ours" : "theirs");
	letter_head(h, f, l);
	odd_things(h, f, l);
	html_open(h, HTML_DIV);
	html_attr(h, HTML_CLASS, "words");
	html_attr(h, HTML_DIR, "auto");
	html_text_n(h, l->text, l->text_len);
	html_close(h, HTML_DIV);
	if (l->cut)
		view_text(f, h, HTML_P, "warning",
		    "Only its beginning stands here: the rest is still being "
		    "fetched, or too long for a page. The command `sotto desk "
		    "DIR show HANDLE` shows all of it that came.");
	view_answers(h, f, l);
	files(h, f, handle, l);
	if (l->more_files > 0)
		view_text(f, h, HTML_P, "warning",
		    "It names more files than a page holds. The command `sotto "
		    "desk DIR show HANDLE` shows all of them.");
	html_close(h, HTML_ARTICLE);
}

/* The way to a page of other letters; `newer` than on it: so many. */
static void
other_page(struct html *h, const struct desk_frame *f, const char *handle,
    size_t newer, const char *sentence)
{
	char at[120];

	if (newer == 0)
		(void)snprintf(at, sizeof at, "%s", handle);
	else
		(void)snprintf(at, sizeof at, "%s.%zu", handle, newer);
	html_open(h, HTML_P);
	view_way(h, f, at, sentence);
	html_close(h, HTML_P);
}

/* The misdated, which stand last, under a heading of their own. */
static void
letters(struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	size_t i = 0, n = 0;

	while (n < t->letter_count && !t->letters[n].misdated)
		n++;
	for (; i < n; i++)
		letter(h, f, t->handle, &t->letters[i],
		    i + 1 == n && t->newer == 0);
	if (i == t->letter_count)
		return;
	html_open(h, HTML_SECTION);
	html_attr(h, HTML_CLASS, "apart");
	html_attr(h, HTML_ARIA_LABELLEDBY, "apart");
	html_open(h, HTML_H2);
	html_attr(h, HTML_ID, "apart");
	html_text(h, lang_text(f->lang, stand_apart));
	html_close(h, HTML_H2);
	view_text(f, h, HTML_P, NULL, stand_apart_means);
	for (; i < t->letter_count; i++)
		letter(h, f, t->handle, &t->letters[i], false);
	html_close(h, HTML_SECTION);
}

static void
field(struct html *h, const struct desk_frame *f, const char *name,
    const char *label, const char *value)
{
	html_open(h, HTML_LABEL);
	html_attr(h, HTML_FOR, name);
	html_text(h, lang_text(f->lang, label));
	html_close(h, HTML_LABEL);
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_ID, name);
	html_attr(h, HTML_NAME, name);
	html_attr(h, HTML_TYPE, "text");
	html_attr(h, HTML_AUTOCOMPLETE, "off");
	html_attr_num(h, HTML_MAXLENGTH,
	    strcmp(name, "byline") == 0 ? DESK_BYLINE_MAX : DESK_LABEL_MAX);
	html_attr(h, HTML_VALUE, value == NULL ? "" : value);
}

/* One agreed thing; what is not agreed is said too, so that nobody guesses. */
static void
agreed(struct html *h, const struct desk_frame *f, const char *what,
    const char *value, bool lacks)
{
	html_say(h, HTML_DT, NULL, lang_text(f->lang, what));
	html_open(h, HTML_DD);
	if (lacks)
		view_text(f, h, HTML_SPAN, "meta", "has not come yet");
	else if (value == NULL || value[0] == '\0')
		view_text(f, h, HTML_SPAN, "meta", "not agreed");
	else
		html_say(h, HTML_BDI, NULL, value);
	html_close(h, HTML_DD);
}

static void
promised(struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	html_open(h, HTML_DIV);
	html_attr(h, HTML_CLASS, "promised");
	html_attr(h, HTML_ID, "promised");
	if (t->terms_lack)
		view_text(f, h, HTML_P, "warning",
		    "The name and the description agreed have not come to this "
		    "desk yet. Print neither before they have.");
	html_open(h, HTML_P);
	html_say(
	    h, HTML_STRONG, NULL, lang_text(f->lang, levels[t->level].text));
	html_close(h, HTML_P);
	html_open(h, HTML_DL);
	html_attr(h, HTML_CLASS, "pairs");
	agreed(
	    h, f, LANG_N("Name that may be printed"), t->byline, t->terms_lack);
	agreed(h, f, LANG_N("May be described as"), t->label, t->terms_lack);
	html_close(h, HTML_DL);
	html_close(h, HTML_DIV);
}

/* All of them in sight: what is chosen here is a promise. */
static void
choose_level(struct html *h, const struct desk_frame *f, enum desk_level now)
{
	html_open(h, HTML_FIELDSET);
	html_say(h, HTML_LEGEND, NULL,
	    lang_text(f->lang, "How their words may be used"));
	for (unsigned i = 0; i < DESK_LEVEL_COUNT; i++) {
		html_open(h, HTML_LABEL);
		html_attr(h, HTML_CLASS, "choice");
		html_open(h, HTML_INPUT);
		html_attr(h, HTML_TYPE, "radio");
		html_attr(h, HTML_NAME, "level");
		html_attr(h, HTML_VALUE, levels[i].name);
		if (now == i)
			html_flag(h, HTML_CHECKED);
		html_say(
		    h, HTML_SPAN, NULL, lang_text(f->lang, levels[i].text));
		html_close(h, HTML_LABEL);
	}
	html_close(h, HTML_FIELDSET);
}

static void
attribution(
    struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	html_open(h, HTML_SECTION);
	html_attr(h, HTML_CLASS, "rule");
	html_attr(h, HTML_ARIA_LABELLEDBY, "rule");
	html_open(h, HTML_H2);
	html_attr(h, HTML_ID, "rule");
	html_text(h, lang_text(f->lang, "What was promised to this source"));
	html_close(h, HTML_H2);
	promised(h, f, t);
	if (t->reads_only) {
		html_close(h, HTML_SECTION);
		return;
	}
	html_open(h, HTML_DETAILS);
	html_say(h, HTML_SUMMARY, NULL,
	    lang_text(f->lang, "Change what was promised"));
	view_form(h, "/attribution", false);
	html_hidden(h, "handle", t->handle);
	choose_level(h, f, t->level);
	field(h, f, "label",
	    LANG_N("Description agreed (\"a person who ...\")"), t->label);
	field(h, f, "byline",
	    LANG_N("Byline: the one name that may be printed, agreed in a "
		   "message"),
	    t->byline);
	view_button(h, "quiet", lang_text(f->lang, "Keep what was promised"));
	html_close(h, HTML_FORM);
	html_close(h, HTML_DETAILS);
	html_close(h, HTML_SECTION);
}

static void
junk_form(struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	if (t->reads_only)
		return;
	view_form(h, "/junk", false);
	html_hidden(h, "handle", t->handle);
	html_hidden(h, "junk", t->junk ? "no" : "yes");
	view_button(h, "quiet",
	    lang_text(f->lang,
		t->junk ? LANG_N("This is not junk") : LANG_N("Mark as junk")));
	html_close(h, HTML_FORM);
}

/* The log of this conversation alone. */
static void
to_log(struct html *h, const struct desk_frame *f, const char *handle)
{
	char path[160];

	(void)snprintf(path, sizeof path, "/log?talk.%s", handle);
	html_open(h, HTML_A);
	html_attr(h, HTML_CLASS, "button quiet");
	html_attr(h, HTML_HREF, path);
	html_text(h, lang_text(f->lang, "What was done with it"));
	html_close(h, HTML_A);
}

/* What destroys stands apart from what does not. */
static void
acts(struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	html_open(h, HTML_SECTION);
	html_attr(h, HTML_CLASS, "line acts");
	html_attr(h, HTML_ARIA_LABEL, lang_text(f->lang, "All of it"));
	to_log(h, f, t->handle);
	junk_form(h, f, t);
	view_form(h, "/delete", false);
	html_attr(h, HTML_CLASS, "last");
	html_hidden(h, "handle", t->handle);
	view_button(h, "quiet danger", lang_text(f->lang, "Delete..."));
	html_close(h, HTML_FORM);
	html_close(h, HTML_SECTION);
}

/* The ways down a long page. */
static void
jump(struct html *h, const struct desk_frame *f, const struct desk_talk *t)
{
	static const struct {
		const char *to, *name;
	} rows[] = {
		{ "#newest", LANG_N("Newest message") },
		{ "#notes-head", LANG_N("Notes of the team") },
		{ "#answer", LANG_N("Answer") },
	};
	const bool newest =
	    t->newer == 0 && t->letter_count > 0 && !t->letters[0].misdated;

	html_open(h, HTML_NAV);
	html_attr(h, HTML_CLASS, "jump");
	html_attr(h, HTML_ARIA_LABEL, lang_text(f->lang, "On this page"));
	for (size_t i = newest ? 0 : 1; i < COUNT(rows); i++) {
		html_open(h, HTML_A);
		html_attr(h, HTML_HREF, rows[i].to);
		html_text(h, lang_text(f->lang, rows[i].name));
		html_close(h, HTML_A);
	}
	html_close(h, HTML_NAV);
}

enum err
desk_view_talk(struct buf *out, const struct desk_frame *frame,
    const struct desk_talk *talk)
{
	struct html h;

	view_begin(&h, out, frame, talk->handle);
	html_open(&h, HTML_H1);
	html_text(&h, talk->handle);
	if (talk->name != NULL) {
		html_text(&h, " ");
		html_say(&h, HTML_BDI, "name", talk->name);
	}
	html_close(&h, HTML_H1);
	if (talk->handle_twice)
		view_text(frame, &h, HTML_P, "warning",
		    "Not the same writer: another conversation has these three "
		    "words.");
	if (talk->name_alike)
		view_text(frame, &h, HTML_P, "warning",
		    "The chosen name looks like the name of another "
		    "conversation. Trust the three words, not the name.");
	if (talk->door != NULL) {
		html_open(&h, HTML_P);
		html_attr(&h, HTML_CLASS, "meta");
		view_door(&h, frame, talk->door);
		html_close(&h, HTML_P);
	}
	if (talk->junk)
		view_text(frame, &h, HTML_P, "meta", "Marked as junk.");
	view_watch(&h, frame, &talk->watch);
	jump(&h, frame, talk);
	view_assigned(&h, frame, talk);
	view_readers(&h, frame, talk);
	view_kept_notice(&h, frame, talk);
	attribution(&h, frame, talk);
	view_part_open(&h, "letters");
	if (talk->older > 0)
		other_page(&h, frame, talk->handle,
		    talk->newer + talk->letter_count, LANG_N("Older messages"));
	letters(&h, frame, talk);
	if (talk->newer > 0)
		other_page(
		    &h, frame, talk->handle, 0, LANG_N("Newest messages"));
	html_close(&h, HTML_DIV);
	view_notes(&h, frame, talk);
	view_answer(&h, frame, talk);
	view_kept(&h, frame, talk);
	acts(&h, frame, talk);
	return view_end(&h);
}
