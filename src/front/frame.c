#include <stdio.h>
#include <string.h>

#include "front/frame.h"

const char *
frame_text(const struct frame *f, const char *english)
{
	return lang_text(f->line->lang, english);
}

void
frame_put(
    struct frame *f, const char *english, const char *arg1, const char *arg2)
{
	const char *const arg[2] = { arg1, arg2 };
	const char *s = frame_text(f, english);
	const char *at;
	size_t which;

	while ((at = strchr(s, '{')) != NULL) {
		html_text_n(&f->h, s, (size_t)(at - s));
		which = at[1] == '1' ? 0 : 1;
		if ((at[1] != '1' && at[1] != '2') || at[2] != '}' ||
		    arg[which] == NULL) {
			html_text_n(&f->h, at, 1);
			s = at + 1;
			continue;
		}
		html_say(&f->h, HTML_BDI, NULL, arg[which]);
		s = at + 3;
	}
	html_text(&f->h, s);
}

void
frame_say1(struct frame *f, enum html_element e, const char *class,
    const char *english, const char *arg)
{
	html_open(&f->h, e);
	if (class != NULL)
		html_attr(&f->h, HTML_CLASS, class);
	frame_put(f, english, arg, NULL);
	html_close(&f->h, e);
}

void
frame_say(struct frame *f, enum html_element e, const char *class,
    const char *english)
{
	html_say(&f->h, e, class, frame_text(f, english));
}

void
frame_own(struct frame *f, enum html_element e, const char *class,
    const char *text, size_t n)
{
	html_open(&f->h, e);
	if (class != NULL)
		html_attr(&f->h, HTML_CLASS, class);
	html_attr(&f->h, HTML_DIR, "auto");
	html_text_n(&f->h, text, n);
	html_close(&f->h, e);
}

static void
meta(struct html *h, const char *name, const char *content)
{
	html_open(h, HTML_META);
	html_attr(h, HTML_NAME, name);
	html_attr(h, HTML_CONTENT, content);
}

static void
linked(struct html *h, const char *rel, const char *href)
{
	html_open(h, HTML_LINK);
	html_attr(h, HTML_REL, rel);
	html_attr(h, HTML_HREF, href);
}

static void
head(struct frame *f, const char *title)
{
	struct html *h = &f->h;

	html_open(h, HTML_HEAD);
	html_open(h, HTML_META);
	html_attr(h, HTML_CHARSET, "utf-8");
	meta(h, "viewport", "width=device-width, initial-scale=1");
	meta(h, "robots", "noindex, nofollow");
	meta(h, "color-scheme", "light dark");
	html_open(h, HTML_TITLE);
	html_text(h, frame_text(f, title));
	html_text(h, " - ");
	html_text(h, f->line->team);
	html_close(h, HTML_TITLE);
	linked(h, "stylesheet", "/style.css");
	/* An empty icon, so that browsers do not ask for one. */
	linked(h, "icon", "data:,");
	html_close(h, HTML_HEAD);
}

/* The first is shown by the style sheet, and only where scripts may run. */
static void
warnings(struct frame *f)
{
	frame_box_begin(f, "warn scripts", LANG_N("Scripts are switched on"));
	frame_say(f, HTML_P, NULL,
	    LANG_N("This page needs none, and you are safer without. In Tor "
		   "Browser choose the shield beside the address, then "
		   "Settings, then Safest."));
	frame_box_end(f);
	if (f->line->onion)
		return;
	frame_box_begin(
	    f, "warn", LANG_N("You have not come by the onion address"));
	frame_say(f, HTML_P, NULL,
	    LANG_N("Whoever runs your network may see that you are here. If "
		   "that could harm you, close this page, open Tor Browser, "
		   "and use our address that ends in .onion."));
	frame_box_end(f);
}

void
frame_begin(struct frame *f, struct buf *out, const struct view_line *line,
    const char *title)
{
	struct html *h = &f->h;

	f->line = line;
	html_begin(h, out);
	html_open(h, HTML_HTML);
	html_attr(h, HTML_LANG, line->lang->code);
	html_attr(h, HTML_DIR, line->lang->rtl ? "rtl" : "ltr");
	head(f, title);
	html_open(h, HTML_BODY);
	html_open(h, HTML_HEADER);
	html_open(h, HTML_P);
	html_open(h, HTML_A);
	html_attr(h, HTML_HREF, "/");
	frame_own(f, HTML_STRONG, NULL, line->team, strlen(line->team));
	html_close(h, HTML_A);
	html_text(h, " ");
	frame_say(f, HTML_SPAN, NULL, LANG_N("tip line"));
	html_close(h, HTML_P);
	html_close(h, HTML_HEADER);
	html_open(h, HTML_MAIN);
	warnings(f);
	frame_say(f, HTML_H1, NULL, title);
}

enum err
frame_end(struct frame *f)
{
	struct html *h = &f->h;

	html_close(h, HTML_MAIN);
	html_open(h, HTML_FOOTER);
	frame_say(f, HTML_P, NULL,
	    LANG_N("When you are done, close the whole browser, not only this "
		   "page."));
	html_close(h, HTML_FOOTER);
	html_close(h, HTML_BODY);
	html_close(h, HTML_HTML);
	return html_end_filled(h);
}

void
frame_box_begin(struct frame *f, const char *class, const char *english)
{
	html_open(&f->h, HTML_DIV);
	html_attr(&f->h, HTML_CLASS, class);
	html_attr(&f->h, HTML_ROLE, "note");
	frame_say(f, HTML_P, "head", english);
}

void
frame_box_end(struct frame *f)
{
	html_close(&f->h, HTML_DIV);
}

void
frame_form_begin(struct frame *f, const char *path, const char *ticket)
{
	html_open(&f->h, HTML_FORM);
	html_attr(&f->h, HTML_METHOD, "post");
	html_attr(&f->h, HTML_ACTION, path);
	html_attr(&f->h, HTML_ACCEPT_CHARSET, "utf-8");
	html_attr(&f->h, HTML_AUTOCOMPLETE, "off");
	if (ticket != NULL)
		html_hidden(&f->h, "ticket", ticket);
}

void
frame_form_end(struct frame *f)
{
	html_close(&f->h, HTML_FORM);
}

void
frame_button(struct frame *f, const char *class, const char *english)
{
	html_open(&f->h, HTML_BUTTON);
	html_attr(&f->h, HTML_TYPE, "submit");
	if (class != NULL)
		html_attr(&f->h, HTML_CLASS, class);
	html_text(&f->h, frame_text(f, english));
	html_close(&f->h, HTML_BUTTON);
}

void
frame_words_field(struct frame *f, const char *typed)
{
	struct html *h = &f->h;

	html_open(h, HTML_LABEL);
	html_attr(h, HTML_FOR, "words");
	html_text(h, frame_text(f, LANG_N("Your nine secret words")));
	html_close(h, HTML_LABEL);
	html_open(h, HTML_TEXTAREA);
	html_attr(h, HTML_ID, "words");
	html_attr(h, HTML_NAME, "words");
	html_attr(h, HTML_ROWS, "3");
	html_attr(h, HTML_MAXLENGTH, "1000");
	html_attr(h, HTML_AUTOCOMPLETE, "off");
	html_attr(h, HTML_AUTOCAPITALIZE, "none");
	html_attr(h, HTML_AUTOCORRECT, "off");
	/* Some browsers send what they check to somebody else. */
	html_attr(h, HTML_SPELLCHECK, "false");
	html_attr(h, HTML_DIR, "ltr");
	html_flag(h, HTML_REQUIRED);
	html_attr(h, HTML_ARIA_DESCRIBEDBY, "words-hint");
	html_text(h, typed == NULL ? "" : typed);
	html_close(h, HTML_TEXTAREA);
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, "hint");
	html_attr(h, HTML_ID, "words-hint");
	html_text(h,
	    frame_text(f,
		LANG_N("In their order, with a space between. The first four "
		       "letters of each are enough.")));
	html_close(h, HTML_P);
}

void
frame_size(char out[static FRAME_SIZE_BYTES], uint64_t bytes)
{
	static const char *const units[] = { "KiB", "MiB", "GiB", "TiB", "PiB",
		"EiB" };
	size_t unit = 0;
	uint64_t tenths;

	if (bytes < 1024) {
		(void)snprintf(
		    out, FRAME_SIZE_BYTES, "%u bytes", (unsigned)bytes);
		return;
	}
	while (bytes >= 1024U * 1024U - 52 && unit + 1 < COUNT(units)) {
		bytes /= 1024;
		unit++;
	}
	tenths = (bytes * 10 + 512) / 1024;
	if (tenths % 10 == 0)
		(void)snprintf(out, FRAME_SIZE_BYTES, "%u %s",
		    (unsigned)(tenths / 10), units[unit]);
	else
		(void)snprintf(out, FRAME_SIZE_BYTES, "%u.%u %s",
		    (unsigned)(tenths / 10), (unsigned)(tenths % 10),
		    units[unit]);
}

void
frame_files(struct frame *f, const struct view_file *files, size_t count)
{
	char size[FRAME_SIZE_BYTES];
	struct html *h = &f->h;

	html_open(h, HTML_UL);
	html_attr(h, HTML_CLASS, "files");
	for (size_t i = 0; i < count; i++) {
		html_open(h, HTML_LI);
		frame_own(
		    f, HTML_STRONG, NULL, files[i].name, strlen(files[i].name));
		html_text(h, " ");
		frame_size(size, files[i].size);
		html_say(h, HTML_BDI, "size", size);
		if (files[i].code != NULL) {
			html_text(h, " ");
			frame_say1(f, HTML_SPAN, "code",
			    LANG_N("check code {1}"), files[i].code);
		}
		html_close(h, HTML_LI);
	}
	html_close(h, HTML_UL);
}

static void
door_choice(struct frame *f, const struct view_door *d, bool chosen)
{
	struct html *h = &f->h;

	html_open(h, HTML_LABEL);
	html_attr(h, HTML_CLASS, "choice");
	html_open(h, HTML_INPUT);
	html_attr(h, HTML_TYPE, "radio");
	html_attr(h, HTML_NAME, "door");
	html_attr(h, HTML_VALUE, d->id);
	html_flag(h, HTML_REQUIRED);
	if (chosen)
		html_flag(h, HTML_CHECKED);
	html_open(h, HTML_SPAN);
	frame_own(f, HTML_STRONG, NULL, d->name == NULL ? d->id : d->name,
	    strlen(d->name == NULL ? d->id : d->name));
	if (d->readers != NULL) {
		html_open(h, HTML_BR);
		frame_say1(
		    f, HTML_SPAN, NULL, LANG_N("Read by: {1}"), d->readers);
	}
	html_close(h, HTML_SPAN);
	html_close(h, HTML_LABEL);
}

void
frame_doors(struct frame *f, const char *chosen)
{
	const struct view_line *l = f->line;
	struct html *h = &f->h;

	html_open(h, HTML_FIELDSET);
	frame_say(
	    f, HTML_LEGEND, NULL, LANG_N("Who should read your message?"));
	frame_say(f, HTML_P, "hint",
	    LANG_N("If it is about one of these people, choose where that "
		   "person does not read. Nobody else can open it."));
	for (size_t i = 0; i < l->door_count; i++)
		door_choice(f, &l->doors[i],
		    chosen != NULL && strcmp(chosen, l->doors[i].id) == 0);
	html_close(h, HTML_FIELDSET);
}

void
frame_hidden_num(struct frame *f, const char *name, uint64_t v)
{
	char text[24];

	(void)snprintf(text, sizeof text, "%llu", (unsigned long long)v);
	html_hidden(&f->h, name, text);
}
