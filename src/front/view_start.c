#include <string.h>

#include "front/frame.h"

/* About themselves, in the team's own words; each door with who reads there. */
static void
readers(struct frame *f)
{
	const struct view_line *l = f->line;

	if (l->about != NULL)
		frame_own(f, HTML_P, "own", l->about, strlen(l->about));
	if (l->door_count == 1 && l->doors[0].readers != NULL) {
		frame_say(f, HTML_H2, NULL, LANG_N("Who reads your message"));
		frame_own(f, HTML_P, "own", l->doors[0].readers,
		    strlen(l->doors[0].readers));
	}
}

static void
write_form(struct frame *f)
{
	const struct view_line *l = f->line;
	struct html *h = &f->h;

	if (l->closed || l->door_count == 0) {
		frame_box_begin(f, "warn", LANG_N("No new messages today"));
		frame_say(f, HTML_P, NULL,
		    LANG_N("We cannot take a message that only we can open "
			   "until we have put things right here. Please come "
			   "back tomorrow."));
		frame_box_end(f);
		return;
	}
	frame_form_begin(f, "/new", NULL);
	if (l->door_count == 1) {
		html_hidden(h, "door", l->doors[0].id);
	} else {
		frame_doors(f, NULL);
	}
	frame_button(f, "main", LANG_N("Write to us"));
	frame_form_end(f);
}

static void
read_form(struct frame *f)
{
	html_open(&f->h, HTML_SECTION);
	frame_say(f, HTML_H2, NULL, LANG_N("I have my words"));
	frame_form_begin(f, "/read", NULL);
	frame_words_field(f, NULL);
	frame_button(f, NULL, LANG_N("Show my messages"));
	frame_form_end(f);
	html_close(&f->h, HTML_SECTION);
}

static void
safety(struct frame *f)
{
	static const char *const lines[] = {
		LANG_N("Files tell about their maker: names, places, devices, "
		       "dates. If few people have a file, write to us about "
		       "it before you send it."),
		LANG_N("Printers and scanners leave marks too small to see. A "
		       "printed page can name its printer and its hour."),
		LANG_N("Do not use a computer, a phone or a network of your "
		       "work for this, not even to read this page."),
		LANG_N("A phone knows where you are and who you are. A "
		       "computer that only you use is better."),
		LANG_N("Is Tor blocked where you live? In Tor Browser: "
		       "Settings, Connection, then choose a bridge."),
	};

	html_open(&f->h, HTML_SECTION);
	frame_say(f, HTML_H2, NULL, LANG_N("Stay safe"));
	html_open(&f->h, HTML_UL);
	for (size_t i = 0; i < COUNT(lines); i++)
		frame_say(f, HTML_LI, NULL, lines[i]);
	html_close(&f->h, HTML_UL);
	html_close(&f->h, HTML_SECTION);
}

static void
fact(struct frame *f, const char *what, const char *english, const char *arg)
{
	frame_say(f, HTML_DT, NULL, what);
	frame_say1(f, HTML_DD, NULL, english, arg);
}

static void
facts(struct frame *f)
{
	char size[FRAME_SIZE_BYTES], days[FRAME_SIZE_BYTES];
	const struct lang *all;
	struct html *h = &f->h;
	size_t n;

	frame_size(size, f->line->file_max);
	(void)snprintf(days, sizeof days, "%u", (unsigned)f->line->keep_days);
	html_open(h, HTML_SECTION);
	frame_say(f, HTML_H2, NULL, LANG_N("Good to know"));
	html_open(h, HTML_DL);
	fact(f, LANG_N("How much"),
	    LANG_N("A message may have 100,000 characters and 32 files of up "
		   "to {1} each."),
	    size);
	fact(f, LANG_N("How long"),
	    LANG_N("After {1} days everything is removed from this server, "
		   "our answers too. Come back before that."),
	    days);
	fact(f, LANG_N("What our server sees"),
	    LANG_N("Our server sees your words for a moment while it seals "
		   "them. Then only we can open them."),
	    NULL);
	frame_say(f, HTML_DT, NULL, LANG_N("Languages"));
	html_open(h, HTML_DD);
	all = lang_all(&n);
	for (size_t i = 0; i < n; i++) {
		html_text(h, i == 0 ? "" : ", ");
		html_say(h, HTML_BDI, NULL, all[i].name);
	}
	html_text(h, ". ");
	html_text(h, frame_text(f, LANG_N("You may write in any language.")));
	html_close(h, HTML_DD);
	html_close(h, HTML_DL);
	html_close(h, HTML_SECTION);
}

enum err
view_start(struct buf *out, const struct view_line *line)
{
	struct frame f;

	frame_begin(&f, out, line,
	    line->title != NULL ? line->title
				: LANG_N("Tell us what you know"));
	frame_say(&f, HTML_P, "lead",
	    LANG_N("Send us a message and files without saying who you are. "
		   "No account, no e-mail address, no telephone number. We "
		   "can answer you, and you decide what happens next."));
	readers(&f);
	write_form(&f);
	read_form(&f);
	safety(&f);
	facts(&f);
	return frame_end(&f);
}
