#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "html/html.h"

#include "desk/view.h"
#include "desk/view_part.h"

void
view_text(const struct desk_frame *f, struct html *h, enum html_element e,
    const char *class, const char *sentence)
{
	html_say(h, e, class, lang_text(f->lang, sentence));
}

static void
fill(const struct desk_frame *f, struct html *h, const char *sentence,
    void (*put)(struct html *h, uint64_t v), uint64_t v)
{
	const char *text = lang_text(f->lang, sentence);
	const char *hole = strstr(text, "{1}");

	html_text_n(
	    h, text, hole == NULL ? strlen(text) : (size_t)(hole - text));
	if (hole == NULL)
		return;
	put(h, v);
	html_text(h, hole + 3);
}

void
view_door(struct html *h, const struct desk_frame *f, const char *name)
{
	html_open(h, HTML_SPAN);
	html_attr(h, HTML_CLASS, "mark");
	html_text(h, lang_text(f->lang, "Door:"));
	html_text(h, " ");
	html_say(h, HTML_BDI, NULL, name);
	html_close(h, HTML_SPAN);
}

static void
put_day(struct html *h, uint64_t day)
{
	view_day(h, (uint32_t)day);
}

void
view_text_day(const struct desk_frame *f, struct html *h, const char *class,
    const char *sentence, uint32_t day)
{
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, class);
	fill(f, h, sentence, put_day, day);
	html_close(h, HTML_P);
}

void
view_text_num(const struct desk_frame *f, struct html *h, const char *class,
    const char *sentence, uint64_t n)
{
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, class);
	fill(f, h, sentence, html_num, n);
	html_close(h, HTML_P);
}

void
view_head(struct html *h, const struct lang *lang, const char *title)
{
	html_open(h, HTML_HTML);
	html_attr(h, HTML_LANG, lang->code);
	html_attr(h, HTML_DIR, lang->rtl ? "rtl" : "ltr");
	html_open(h, HTML_HEAD);
	html_open(h, HTML_META);
	html_attr(h, HTML_CHARSET, "utf-8");
	html_open(h, HTML_META);
	html_attr(h, HTML_NAME, "viewport");
	html_attr(h, HTML_CONTENT, "width=device-width, initial-scale=1");
	html_say(h, HTML_TITLE, NULL, title);
	html_open(h, HTML_LINK);
	html_attr(h, HTML_REL, "icon");
	html_attr(h, HTML_HREF, "data:,");
	html_open(h, HTML_LINK);
	html_attr(h, HTML_REL, "stylesheet");
	html_attr(h, HTML_HREF, "/style.css");
	html_open(h, HTML_SCRIPT);
	html_attr(h, HTML_SRC, "/desk.js");
	html_flag(h, HTML_DEFER);
	html_close(h, HTML_SCRIPT);
	html_close(h, HTML_HEAD);
	html_open(h, HTML_BODY);
}

static void
notices(struct html *h, const struct desk_frame *f)
{
	if (f->said != NULL) {
		html_open(h, HTML_P);
		html_attr(h, HTML_CLASS, "said");
		html_attr(h, HTML_ROLE, "status");
		html_text(h, f->said);
		html_close(h, HTML_P);
	}
	for (size_t i = 0; i < f->warning_count; i++) {
		html_open(h, HTML_P);
		html_attr(h, HTML_CLASS, "warning");
		html_open(h, HTML_STRONG);
		html_text(h, lang_text(f->lang, "Look at this: "));
		html_close(h, HTML_STRONG);
		html_text(h, f->warnings[i]);
		html_close(h, HTML_P);
	}
}

static const struct {
	const char *path, *name;
} places[] = {
	{ "/", LANG_N("Inbox") },
	{ "/members", LANG_N("Members") },
	{ "/log", LANG_N("Log") },
	{ "/register", LANG_N("Register") },
	{ "/look", LANG_N("What sources see") },
};

void
view_begin(struct html *h, struct buf *out, const struct desk_frame *f,
    const char *title)
{
	html_begin(h, out);
	view_head(h, f->lang, title);
	html_open(h, HTML_A);
	html_attr(h, HTML_CLASS, "skip");
	html_attr(h, HTML_HREF, "#main");
	html_text(h, lang_text(f->lang, "Skip to the page"));
	html_close(h, HTML_A);
	html_open(h, HTML_HEADER);
	html_open(h, HTML_NAV);
	html_attr(h, HTML_ARIA_LABEL, lang_text(f->lang, "Places of the desk"));
	for (size_t i = 0; i < COUNT(places); i++) {
		html_open(h, HTML_A);
		html_attr(h, HTML_HREF, places[i].path);
		if (strcmp(title, lang_text(f->lang, places[i].name)) == 0)
			html_attr(h, HTML_ARIA_CURRENT, "page");
		html_text(h, lang_text(f->lang, places[i].name));
		html_close(h, HTML_A);
	}
	html_close(h, HTML_NAV);
	html_say(h, HTML_SPAN, "team", f->team);
	html_close(h, HTML_HEADER);
	html_open(h, HTML_MAIN);
	html_attr(h, HTML_ID, "main");
	notices(h, f);
}

enum err
view_end(struct html *h)
{
	html_close(h, HTML_MAIN);
	html_close(h, HTML_BODY);
	html_close(h, HTML_HTML);
	return html_end(h);
}

void
view_form(struct html *h, const char *action, bool files)
{
	html_open(h, HTML_FORM);
	html_attr(h, HTML_METHOD, "post");
	html_attr(h, HTML_ACTION, action);
	html_attr(h, HTML_AUTOCOMPLETE, "off");
	html_attr(h, HTML_ACCEPT_CHARSET, "utf-8");
	if (files)
		html_attr(h, HTML_ENCTYPE, "multipart/form-data");
}

void
view_button(struct html *h, const char *class, const char *text)
{
	html_open(h, HTML_BUTTON);
	html_attr(h, HTML_TYPE, "submit");
	if (class != NULL)
		html_attr(h, HTML_CLASS, class);
	html_text(h, text);
	html_close(h, HTML_BUTTON);
}

void
view_day(struct html *h, uint32_t day)
{
	char date[CLOCK_DATE_BYTES];

	clock_date(date, day);
	html_open(h, HTML_TIME);
	html_attr(h, HTML_DATETIME, date);
	html_text(h, date);
	html_close(h, HTML_TIME);
}

/* Sizes as people say them: three digits and a unit. */
void
view_size(struct html *h, uint64_t size)
{
	static const char *const units[] = { "bytes", "KB", "MB", "GB", "TB" };
	uint64_t tenths = size * 10U;
	char text[32];
	size_t u = 0;

	if (size > UINT64_MAX / 10U)
		tenths = UINT64_MAX;
	for (; tenths >= 10000U && u + 1 < COUNT(units); u++)
		tenths = (tenths + 500U) / 1000U;
	if (u == 0 || tenths >= 100U)
		(void)snprintf(text, sizeof text, "%llu %s",
		    (unsigned long long)((tenths + (u == 0 ? 0 : 5U)) / 10U),
		    units[u]);
	else
		(void)snprintf(text, sizeof text, "%llu.%llu %s",
		    (unsigned long long)(tenths / 10U),
		    (unsigned long long)(tenths % 10U), units[u]);
	html_say(h, HTML_BDI, NULL, text);
}

void
view_part_open(struct html *h, const char *id)
{
	html_open(h, HTML_DIV);
	html_attr(h, HTML_CLASS, "part");
	html_attr(h, HTML_ID, id);
}

void
view_watch(
    struct html *h, const struct desk_frame *f, const struct desk_watch *watch)
{
	if (watch->path == NULL)
		return;
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, "news");
	html_attr(h, HTML_ID, "news");
	html_attr(h, HTML_ROLE, "status");
	html_attr(h, HTML_TABINDEX, "-1");
	html_attr(h, HTML_DATA_WATCH, watch->path);
	html_attr_num(h, HTML_DATA_NOW, watch->now);
	html_attr(h, HTML_DATA_NEW,
	    lang_text(f->lang, "There is something new here: show it"));
	html_attr(
	    h, HTML_DATA_SHOWN, lang_text(f->lang, "What is new is shown."));
	html_open(h, HTML_A);
	html_attr(h, HTML_HREF, watch->again);
	html_text(h, lang_text(f->lang, "Look for something new"));
	html_close(h, HTML_A);
	html_close(h, HTML_P);
}

void
view_way(struct html *h, const struct desk_frame *f, const char *handle,
    const char *sentence)
{
	char path[160];

	if (handle == NULL)
		(void)snprintf(path, sizeof path, "/");
	else
		(void)snprintf(path, sizeof path, "/talk?%s", handle);
	html_open(h, HTML_A);
	html_attr(h, HTML_CLASS, "button quiet");
	html_attr(h, HTML_HREF, path);
	html_text(h, lang_text(f->lang, sentence));
	html_close(h, HTML_A);
}

enum err
desk_view_enter(struct buf *out, const struct lang *lang)
{
	const struct desk_frame f = { .lang = lang };
	struct html h;

	html_begin(&h, out);
	view_head(&h, lang, "sotto");
	html_open(&h, HTML_MAIN);
	html_say(&h, HTML_H1, NULL, lang_text(lang, "The desk is open"));
	html_say(&h, HTML_P, NULL,
	    lang_text(lang, "Your inbox comes by itself in a moment."));
	view_way(&h, &f, NULL, LANG_N("Go to the inbox"));
	return view_end(&h);
}

enum err
desk_view_error(
    struct buf *out, const struct desk_frame *frame, const char *sentence)
{
	const struct desk_frame nobody = {
		.lang = lang_find("en"),
		.team = "sotto",
	};
	const struct desk_frame *f = frame == NULL ? &nobody : frame;
	struct html h;

	html_begin(&h, out);
	view_head(&h, f->lang, "sotto");
	html_open(&h, HTML_MAIN);
	view_text(f, &h, HTML_H1, NULL, "That did not work");
	html_say(&h, HTML_P, NULL, sentence);
	if (frame != NULL)
		view_way(&h, f, NULL, LANG_N("Back to the inbox"));
	return view_end(&h);
}
