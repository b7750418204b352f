#include <stdio.h>
#include <string.h>

#include "desk/view_members.h"
#include "desk/view_part.h"

#define LONG_AGO 14U /* days without a word of a device */

static void
item_begin(struct html *h, const char *class)
{
	html_open(h, HTML_SPAN);
	html_attr(h, HTML_CLASS, class);
}

static void
mark(const struct desk_frame *f, struct html *h, const char *sentence)
{
	html_text(h, " ");
	item_begin(h, "mark");
	html_text(h, lang_text(f->lang, sentence));
	html_close(h, HTML_SPAN);
}

/* When it was heard of, and what is to be done about it. */
static void
put_heard(const struct desk_frame *f, struct html *h,
    const struct desk_device *d, uint32_t today)
{
	if (d->own)
		return;
	if (d->heard == 0)
		view_text(f, h, HTML_P, "meta",
		    LANG_N("Nothing came of it yet. Its member takes the "
			   "welcome in, and fetches."));
	else
		view_text_day(
		    f, h, "meta", LANG_N("Last heard of on {1}."), d->heard);
	if (d->heard != 0 && today > d->heard + LONG_AGO)
		view_text_num(f, h, "due",
		    LANG_N("That is {1} days. Ask its member to fetch; if it "
			   "is lost, strike it off."),
		    today - d->heard);
	if (d->lacks)
		view_text(f, h, HTML_P, "due",
		    LANG_N("It lacks keys, and has asked for them: let an "
			   "admin's desk fetch, and then this one."));
}

static void
put_room(const struct desk_frame *f, struct html *h, uint64_t bytes)
{
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, "meta");
	html_text(h, lang_text(f->lang, LANG_N("Files take here: ")));
	view_size(h, bytes);
	html_close(h, HTML_P);
}

static void
put_device(const struct desk_frame *f, struct html *h,
    const struct desk_device *d, uint32_t today)
{
	html_open(h, HTML_LI);
	html_open(h, HTML_P);
	html_text(h, lang_text(f->lang, LANG_N("Device ")));
	html_open(h, HTML_BDI);
	html_say(h, HTML_CODE, NULL, d->id);
	html_close(h, HTML_BDI);
	if (d->own)
		mark(f, h, LANG_N("this one"));
	if (d->hands_out)
		mark(f, h, LANG_N("hands out keys"));
	if (d->keeper)
		mark(f, h, LANG_N("keeps files"));
	html_close(h, HTML_P);
	if (d->bytes > 0)
		put_room(f, h, d->bytes);
	put_heard(f, h, d, today);
	html_close(h, HTML_LI);
}

static void
put_doors(
    const struct desk_frame *f, struct html *h, const struct desk_person *m)
{
	if (m->doors_n == 0) {
		view_text(f, h, HTML_P, "meta", LANG_N("Reads at no door."));
		return;
	}
	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, "meta");
	html_text(h, lang_text(f->lang, LANG_N("Reads at: ")));
	for (size_t i = 0; i < m->doors_n; i++) {
		if (i > 0)
			html_text(h, ", ");
		html_say(h, HTML_BDI, NULL, m->doors[i]);
	}
	html_close(h, HTML_P);
}

static void
put_done(
    const struct desk_frame *f, struct html *h, const struct desk_person *m)
{
	char path[64];

	if (m->id == NULL)
		return;
	(void)snprintf(path, sizeof path, "/log?member.%s", m->id);
	html_open(h, HTML_P);
	html_open(h, HTML_A);
	html_attr(h, HTML_HREF, path);
	html_text(h, lang_text(f->lang, LANG_N("What was done by them")));
	html_close(h, HTML_A);
	html_close(h, HTML_P);
}

static void
put_member(const struct desk_frame *f, struct html *h,
    const struct desk_person *m, uint32_t today)
{
	html_open(h, HTML_ARTICLE);
	html_open(h, HTML_H2);
	html_say(h, HTML_BDI, NULL, m->name);
	mark(f, h, m->role);
	if (m->own)
		mark(f, h, LANG_N("you"));
	html_close(h, HTML_H2);
	put_doors(f, h, m);
	put_done(f, h, m);
	html_open(h, HTML_UL);
	html_attr(h, HTML_CLASS, "rows devices");
	for (size_t i = 0; i < m->devices_n; i++)
		put_device(f, h, &m->devices[i], today);
	html_close(h, HTML_UL);
	html_close(h, HTML_ARTICLE);
}

/* A page of five steps.  {1} in a command is this desk's folder. */
static const struct how {
	const char *name, *title;
	struct {
		const char *says, *does; /* a command; NULL */
	} steps[5];
} hows[] = {
	{ "member", LANG_N("A new member"),
	    { { LANG_N("On their machine they make its keys. It says five "
		       "words, which they read to you, by voice or face to "
		       "face."),
		  "sotto join ~/sotto --name \"NAME\"" },
		{ LANG_N("They give you the file join-request. Take them in, "
			 "with the stick that holds the team key, and type "
			 "their words. A role is admin, editor or viewer."),
		    "sotto team add {1} /media/stick/team join-request --role "
		    "editor --to welcome" },
		{ LANG_N("Give them the file welcome, and read them the five "
			 "words that came with it."),
		    NULL },
		{ LANG_N("They type these, and compare the fingerprint with "
			 "the published one."),
		    "sotto join ~/sotto --welcome welcome" },
		{ LANG_N("Both remove the two files. The others hear of it "
			 "when they fetch."),
		    NULL } } },
	{ "device", LANG_N("A second device, or one in place of another"),
	    { { LANG_N("On the new device:"),
		  "sotto join ~/sotto --name \"NAME\"" },
		{ LANG_N("An admin takes it in, with the five words that it "
			 "says."),
		    "sotto team add {1} /media/stick/team join-request "
		    "--member \"NAME\" --to welcome" },
		{ LANG_N("If the admin does not read all that the member "
			 "reads: the member fetches at the first device, and "
			 "packs there."),
		    "sotto desk {1} pack --for join-request --to welcome" },
		{ LANG_N("On the new one, with the words that came with the "
			 "file that is used:"),
		    "sotto join ~/sotto --welcome welcome" },
		{ LANG_N("If it takes the place of another: when all is there, "
			 "and nothing waits to be sent on the old one, an "
			 "admin strikes that off by its eight characters."),
		    "sotto team leave {1} /media/stick/team DEVICE" } } },
	{ "lost", LANG_N("A laptop that is lost"),
	    { { LANG_N("Tell an admin at once. Its disk is sealed by its "
		       "passphrase: how good that is, is how much time there "
		       "is."),
		  NULL },
		{ LANG_N("The admin strikes it off, by its eight characters "
			 "on the page of members."),
		    "sotto team leave {1} /media/stick/team DEVICE" },
		{ LANG_N("It says \"Done\" when the others are given new keys "
			 "and sources write to them. If the line did not "
			 "answer it says so: then fetch until it does."),
		    "sotto desk {1} sync" },
		{ LANG_N("Ask the others to fetch within a week: a desk that "
			 "does not is locked out."),
		    NULL },
		{ LANG_N("The member begins on another machine, as with a "
			 "second device, or from a backup: what only the lost "
			 "one had is there alone."),
		    "sotto restore /media/stick/desk.backup ~/sotto" } } },
	{ "leave", LANG_N("A member who leaves"),
	    { { LANG_N("If it is an admin, see that another one is there: at "
		       "this desk its own member cannot be struck off."),
		  NULL },
		{ LANG_N("An admin strikes the member off, with every device."),
		    "sotto team leave {1} /media/stick/team \"NAME\"" },
		{ LANG_N("It says \"Done\" when the others are given new keys "
			 "and sources write to them. If the line did not "
			 "answer it says so: then fetch until it does."),
		    "sotto desk {1} sync" },
		{ LANG_N("Ask the others to fetch within a week. What was "
			 "read before stays with who read it."),
		    NULL },
		{ LANG_N("If they had a sheet of the team key, make new "
			 "sheets, and burn all old ones."),
		    "sotto team split /media/stick/team --to "
		    "/dev/shm/sheets" } } },
	{ "away", LANG_N("A desk that was away too long, or lacks keys"),
	    { { LANG_N("The same for who became an admin. Make a request:"),
		  "sotto desk {1} request --to request" },
		{ LANG_N("Give that file to a member whose desk is up to date; "
			 "who became an admin, to an admin."),
		    NULL },
		{ LANG_N("There:"),
		    "sotto desk ~/sotto/desk pack --for request --to pack" },
		{ LANG_N("Here, with the five words that came with it, by "
			 "voice or face to face:"),
		    "sotto desk {1} unpack pack" },
		{ LANG_N("Remove both files, and fetch. If it was interrupted, "
			 "open the desk: it goes on by itself."),
		    NULL } } },
	{ "backup", LANG_N("A backup, and a desk made of it"),
	    { { LANG_N("Each week, to another disk. It gets a passphrase of "
		       "its own: keep that elsewhere. The only device of a "
		       "team adds --alone."),
		  "sotto backup {1} --to /media/stick/desk.backup" },
		{ LANG_N("Now and then, see that it is whole."),
		    "sotto backup --verify /media/stick/desk.backup" },
		{ LANG_N("On a new machine. It is another device, and says "
			 "five words. The only device of a team adds --team "
			 "/media/stick/team, and is done."),
		    "sotto restore /media/stick/desk.backup ~/sotto" },
		{ LANG_N(
		      "An admin strikes the old one off first (a laptop that "
		      "is lost), and then takes this one in, so that its "
		      "welcome has the new keys."),
		    "sotto team add {1} /media/stick/team join-request "
		    "--member \"NAME\" --to welcome" },
		{ LANG_N("On the new one, with the admin's five words:"),
		    "sotto join ~/sotto --welcome welcome" } } },
	{ "passphrase", LANG_N("Another passphrase, or a lost one"),
	    { { LANG_N("Another one:"), "sotto desk {1} passphrase" },
		{ LANG_N("Copies of the folder that were made before keep the "
			 "old one: destroy them."),
		    NULL },
		{ LANG_N("If somebody knew it and had the folder, that is a "
			 "lost laptop."),
		    NULL },
		{ LANG_N("Lost, in a team: nobody can open the desk. Do as "
			 "after a lost laptop; a backup brings what only "
			 "this desk had."),
		    NULL },
		{ LANG_N("Lost, by the only device of a team: a backup, with "
			 "the team key. Without one, begin anew with sotto "
			 "init."),
		    "sotto restore /media/stick/desk.backup ~/sotto --team "
		    "/media/stick/team" } } },
};

const char *
desk_how_name(size_t i)
{
	return i < COUNT(hows) ? hows[i].name : NULL;
}

static void
put_ways(const struct desk_frame *f, struct html *h)
{
	char path[64];

	html_open(h, HTML_SECTION);
	html_attr(h, HTML_CLASS, "acts");
	view_text(f, h, HTML_H2, NULL, LANG_N("What is done in five steps"));
	view_text(f, h, HTML_P, "hint",
	    LANG_N("None of it is done in this window: the team key stays on "
		   "its stick, and each step is a command or a talk."));
	html_open(h, HTML_UL);
	html_attr(h, HTML_CLASS, "places");
	for (size_t i = 0; i < COUNT(hows); i++) {
		(void)snprintf(path, sizeof path, "/how?%s", hows[i].name);
		html_open(h, HTML_LI);
		html_open(h, HTML_A);
		html_attr(h, HTML_CLASS, "place");
		html_attr(h, HTML_HREF, path);
		html_text(h, lang_text(f->lang, hows[i].title));
		html_close(h, HTML_A);
		html_close(h, HTML_LI);
	}
	html_close(h, HTML_UL);
	html_close(h, HTML_SECTION);
}

enum err
desk_view_members(
    struct buf *out, const struct desk_frame *f, const struct desk_members *m)
{
	struct html h;

	view_begin(&h, out, f, lang_text(f->lang, LANG_N("Members")));
	view_text(f, &h, HTML_H1, NULL, LANG_N("Members"));
	if (m->keys != 0)
		view_text_day(f, &h, "meta",
		    LANG_N("The line has keys to write to until {1}; each "
			   "fetch of an admin's desk gives it more."),
		    m->keys);
	view_text_day(f, &h, "meta",
	    LANG_N("The list of members holds until {1}; each change makes a "
		   "new one."),
	    m->until);
	for (size_t i = 0; i < m->members_n; i++)
		put_member(f, &h, &m->members[i], m->today);
	put_ways(f, &h);
	return view_end(&h);
}

/* One word of a command, which may be the folder with something behind it.
 * What is short is a box: a line that ends behind the hyphens of --to, or the
 * first slash of a path, is read as two words. */
static void
put_word(struct html *h, const char *word, size_t n, const char *folder)
{
	if (n >= 3 && memcmp(word, "{1}", 3) == 0) {
		html_text(h, folder);
		html_text_n(h, word + 3, n - 3);
		return;
	}
	html_open(h, HTML_SPAN);
	html_text_n(h, word, n);
	html_close(h, HTML_SPAN);
}

/* With the folder in it, to be copied as it stands. */
static void
put_command(struct html *h, const char *does, const char *folder)
{
	size_t n;

	html_open(h, HTML_P);
	html_attr(h, HTML_CLASS, "command");
	html_attr(h, HTML_DIR, "ltr");
	html_open(h, HTML_CODE);
	for (; *does != '\0'; does += n) {
		n = strspn(does, " ");
		html_text_n(h, does, n);
		does += n;
		n = strcspn(does, " ");
		put_word(h, does, n, folder);
	}
	html_close(h, HTML_CODE);
	html_close(h, HTML_P);
}

static enum err
put_how(struct buf *out, const struct desk_frame *f, const struct how *how,
    const char *folder)
{
	struct html h;

	view_begin(&h, out, f, lang_text(f->lang, how->title));
	view_text(f, &h, HTML_H1, NULL, how->title);
	view_text(f, &h, HTML_P, "hint",
	    LANG_N("Each command is typed in a terminal; those with this "
		   "desk's folder after this window was closed, for one at a "
		   "time has the folder."));
	html_open(&h, HTML_OL);
	html_attr(&h, HTML_CLASS, "steps");
	for (size_t i = 0; i < COUNT(how->steps); i++) {
		html_open(&h, HTML_LI);
		view_text(f, &h, HTML_P, NULL, how->steps[i].says);
		if (how->steps[i].does != NULL)
			put_command(&h, how->steps[i].does, folder);
		html_close(&h, HTML_LI);
	}
	html_close(&h, HTML_OL);
	html_open(&h, HTML_A);
	html_attr(&h, HTML_CLASS, "button quiet");
	html_attr(&h, HTML_HREF, "/members");
	html_text(&h, lang_text(f->lang, LANG_N("Back to the members")));
	html_close(&h, HTML_A);
	return view_end(&h);
}

enum err
desk_view_how(struct buf *out, const struct desk_frame *f, const char *name,
    const char *folder)
{
	for (size_t i = 0; i < COUNT(hows); i++)
		if (strcmp(hows[i].name, name) == 0)
			return put_how(out, f, &hows[i], folder);
	return ERR_NOTHING;
}
