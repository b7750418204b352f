#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "base/text.h"
#include "desk/begin.h"
#include "team/safe.h"

#include "cmd/cmd.h"
#include "cmd/option.h"
#include "cmd/passphrase.h"

#define PATH_BYTES 3072U
#define TEMPLATE_MAX 16384U

/* What is made goes to DIR/.new first, and from there to its place when all of
 * it is there. */
static const char *const parts[] = { "line", "desk", "team" };

struct init {
	char dir[PATH_BYTES];
	char fresh[PATH_BYTES]; /* DIR/.new */
	bool made_dir;
	const char *name;
	const char *passphrase_file;
	struct begin begin;
};

static void
remove_all(const char *dir)
{
	if (file_remove_all(dir) != ERR_OK)
		fprintf(stderr, "sotto: %s is left over: remove it.\n", dir);
}

/* "FRESH/FOLDER", or "FRESH/FOLDER/NAME". */
static enum err
at(char out[static FILE_PATH_MAX], const char *base, const char *folder,
    const char *name)
{
	int n = snprintf(out, FILE_PATH_MAX, "%s/%s%s%s", base, folder,
	    name == NULL ? "" : "/", name == NULL ? "" : name);

	return n < 0 || (size_t)n >= FILE_PATH_MAX ? ERR_TOOBIG : ERR_OK;
}

static enum err
put_file(const struct init *in, const char *folder, const char *name,
    const struct buf *bytes)
{
	char path[FILE_PATH_MAX];
	enum err e;

	if ((e = at(path, in->fresh, folder, name)) != ERR_OK)
		return e;
	return file_make(path, bytes->at, bytes->len, 0600);
}

/* What an operator may change, with the defaults. */
static const char settings_rest[] =
    "\n"
    "# What sources read on the start page, in your own words.\n"
    "#title How to write to us\n"
    "#about Who we are, and what becomes of what you tell us.\n"
    "#readers Who reads what is sent here, by name or by role.\n"
    "\n"
    "# Questions of your own under the text, up to 8; nobody has to "
    "answer them.\n"
    "#   question ID text QUESTION\n"
    "#   question ID date QUESTION\n"
    "#   question ID choice QUESTION | CHOICE | CHOICE ...\n"
    "# The answer comes under ID: lower case letters, digits, "
    "hyphens.  All answers to\n"
    "# one message hold 2,000 bytes.  As a reporting channel (EU "
    "2019/1937) asks:\n"
    "#question happened date When did it happen?\n"
    "#question still-going-on choice Is it still going on? | Yes | "
    "No | I do not know\n"
    "#question reported-inside choice Have you reported it inside? | "
    "Yes | No\n"
    "# As a newsroom asks:\n"
    "#question may-quote choice May we quote you? | Yes | Not by "
    "name | No\n"
    "#question how-known text How do you know what you tell us?\n"
    "\n"
    "# Days that an envelope stays here; 3 to 400.\n"
    "#retention 90\n"
    "# Bytes that envelopes may take in all; left out: nine tenths of "
    "what is free.\n"
    "#quota 21474836480\n"
    "# The largest file from a browser and from sotto tell, in bytes.\n"
    "#file-max 2147483648\n"
    "#tell-max 8589934592\n"
    "# The longest message, in characters.\n"
    "#text-max 100000\n"
    "# A closed day is filled up to so many letters and parts, so that "
    "a quiet day\n"
    "# and a busy one look alike.\n"
    "#floor-letters 64\n"
    "#floor-parts 16\n"
    "\n"
    "# Where to listen: ADDRESS:PORT or unix:PATH.  Desks come to the "
    "second.\n"
    "#listen 127.0.0.1:8440\n"
    "#listen-desk 127.0.0.1:8441\n"
    "# Names that sources and desks reach this line by, onion "
    "addresses above all; a\n# request for any other is refused.  "
    "One a line, up to 8.\n"
    "#host example.onion\n";

/* The settings with every key explained; those that are commented out show the
 * default. */
static enum err
put_settings(struct buf *out, const struct init *in)
{
	char id[ENC_HEX_LEN(LINE_ID_BYTES) + 1];
	enum err e;

	enc_hex(id, in->begin.about.line, LINE_ID_BYTES);
	if ((e = buf_put_fmt(out,
		 "sotto line settings 1\n"
		 "# One key and its value a line; after a change send SIGHUP to "
		 "sotto serve, or\n# start it again (which listen and "
		 "listen-desk need).\n\n"
		 "# The line's id.  It belongs to the team's keys and to every "
		 "source's words: never\n# change it.\n"
		 "line %s\n# The team's name, on every page.\nname ",
		 id)) != ERR_OK ||
	    (e = buf_put_str(out, in->name)) != ERR_OK ||
	    (e = buf_put(out, "\n", 1)) != ERR_OK)
		return e;
	return buf_put_str(out, settings_rest);
}

static enum err
make_line(const struct init *in)
{
	struct buf settings;
	enum err e;

	buf_init(&settings, TEMPLATE_MAX);
	if ((e = put_settings(&settings, in)) == ERR_OK &&
	    (e = put_file(in, "line", "settings", &settings)) == ERR_OK &&
	    (e = put_file(in, "line", "certificate", &in->begin.certificate)) ==
		ERR_OK)
		e = put_file(in, "line", "key-note", &in->begin.key_note);
	buf_drop(&settings);
	return e;
}

static enum err
make_team(const struct init *in)
{
	struct safe_about about = { .is_split = false };
	struct buf text;
	enum err e;

	buf_init(&text, SAFE_ABOUT_MAX);
	memcpy(about.key, in->begin.about.team, sizeof about.key);
	(void)snprintf(about.name, sizeof about.name, "%s", in->name);
	if ((e = put_file(in, "team", SAFE_KEY, &in->begin.team)) == ERR_OK &&
	    (e = put_file(in, "team", "certificate", &in->begin.certificate)) ==
		ERR_OK &&
	    (e = safe_about_write(&text, &about)) == ERR_OK)
		e = put_file(in, "team", SAFE_ABOUT, &text);
	buf_drop(&text);
	return e;
}

static enum err
make_all(const struct init *in)
{
	char path[FILE_PATH_MAX];
	enum err e;

	for (size_t i = 0; i < COUNT(parts); i++)
		if ((e = at(path, in->fresh, parts[i], NULL)) != ERR_OK ||
		    (e = file_make_dir(path)) != ERR_OK)
			return e;
	if ((e = make_line(in)) != ERR_OK || (e = make_team(in)) != ERR_OK)
		return e;
	if ((e = at(path, in->fresh, "desk", NULL)) != ERR_OK)
		return e;
	return begin_desk(&in->begin, path);
}

/* Bring all three to their places, or none. */
static enum err
hand_over(const struct init *in)
{
	char from[FILE_PATH_MAX], to[FILE_PATH_MAX];
	enum err e = ERR_OK;
	size_t i;

	for (i = 0; i < COUNT(parts); i++) {
		if ((e = at(from, in->fresh, parts[i], NULL)) != ERR_OK ||
		    (e = at(to, in->dir, parts[i], NULL)) != ERR_OK)
			break;
		if (rename(from, to) != 0) {
			e = file_err();
			break;
		}
	}
	if (e == ERR_OK)
		return file_sync_dir(in->dir);
	while (i-- > 0)
		if (at(to, in->dir, parts[i], NULL) == ERR_OK)
			remove_all(to);
	return e;
}

static void
say_done(const struct init *in)
{
	char f[TEAM_PRINT_BYTES];

	team_print(f, in->begin.about.team);
	printf("Your team's keys are made.\n\n"
	       "  %s/team   the team key: keep it offline, on a stick in a "
	       "safe\n"
	       "  %s/desk   your desk: stays on this machine\n"
	       "  %s/line   for the server; holds no secret of the team\n\n"
	       "To begin on this machine:\n\n"
	       "  sotto serve %s/line\n"
	       "  sotto desk %s/desk --line http://127.0.0.1:8440\n\n"
	       "Give sources the line's address with this behind it:\n\n"
	       "  #%s\n\n"
	       "Nobody can open anything without the passphrase, you neither: "
	       "do not lose it.\n",
	    in->dir, in->dir, in->dir, in->dir, in->dir, f);
}

/* Can the folder be made where it is to be? */
static enum err
find_parent(const struct init *in)
{
	char path[PATH_BYTES];
	char *slash;

	(void)snprintf(path, sizeof path, "%s", in->dir);
	if ((slash = strrchr(path, '/')) != NULL)
		slash[slash == path ? 1 : 0] = '\0';
	return access(slash == NULL ? "." : path, W_OK | X_OK) == 0
	    ? ERR_OK
	    : file_err();
}

/* Is there a place for all of it?  Found out before anybody thinks up a
 * passphrase. */
static enum err
find_places(const struct init *in)
{
	char path[FILE_PATH_MAX];
	struct stat st;
	enum err e;

	if (stat(in->dir, &st) != 0)
		return errno == ENOENT ? find_parent(in) : file_err();
	if (!S_ISDIR(st.st_mode))
		return ERR_TAKEN;
	for (size_t i = 0; i < COUNT(parts); i++)
		if ((e = at(path, in->dir, parts[i], NULL)) != ERR_OK ||
		    (e = file_is_there(path) ? ERR_TAKEN : ERR_OK) != ERR_OK)
			return e;
	return ERR_OK;
}

static enum err
make_places(struct init *in)
{
	enum err e;

	e = file_make_dir(in->dir);
	if (e != ERR_OK && e != ERR_TAKEN)
		return e;
	in->made_dir = e == ERR_OK;
	if ((e = find_places(in)) != ERR_OK)
		return e;
	if (file_is_there(in->fresh))
		remove_all(in->fresh); /* of one that was killed */
	return file_make_dir(in->fresh);
}

static int
no_place(enum err e)
{
	return cmd_fail(e, "no team can be made there",
	    e == ERR_TAKEN ? "Name a folder that has no team, desk or line yet."
		: e == ERR_NOTHING ? "Make the folder around it first."
				   : "Name a folder that you may write to.");
}

static int
make(struct init *in, const char *words)
{
	enum err e;

	if ((e = make_places(in)) != ERR_OK) {
		if (in->made_dir)
			remove_all(in->dir);
		return no_place(e);
	}
	e = begin_make(&in->begin, in->name, words, clock_day());
	if (e == ERR_OK)
		e = make_all(in);
	if (e == ERR_OK)
		e = hand_over(in);
	remove_all(e != ERR_OK && in->made_dir ? in->dir : in->fresh);
	if (e != ERR_OK)
		return cmd_fail(e, "the team could not be made",
		    "Nothing was left behind; try again when that is mended.");
	say_done(in);
	return CMD_DONE;
}

/* The name stands on pages and in a file of lines. */
static bool
is_name(const char *name)
{
	const size_t n = strlen(name);

	return n > 0 && n <= DOOR_NAME_MAX && text_is_line(name, n) &&
	    name[0] != ' ' && name[n - 1] != ' ';
}

/* Who reads at the door that was named last, or at the only one. */
static const char **
readers_of(struct init *in)
{
	const size_t n = in->begin.doors_n;

	return &in->begin.doors[n == 0 ? 0 : n - 1].readers;
}

/* NULL, or what is wrong. */
static const char *
read_options(struct init *in, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "name", required_argument, NULL, 'n' },
		{ "passphrase-file", required_argument, NULL, 'p' },
		{ "door", required_argument, NULL, 'd' },
		{ "member", required_argument, NULL, 'm' },
		{ "readers", required_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 },
	};
	const char **to;
	int c;

	option_begin();
	while ((c = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
		if (c == ':' || c == '?')
			return option_wrong(c, argv, longs);
		if (c == 'd' && in->begin.doors_n == KEY_NOTE_DOORS)
			return "a line has four doors at most";
		if (c == 'd' && in->begin.doors_n == 0 &&
		    in->begin.doors[0].readers != NULL)
			return "--readers goes behind the --door that they "
			       "read at";
		to = c == 'n'  ? &in->name
		    : c == 'p' ? &in->passphrase_file
		    : c == 'm' ? &in->begin.member
		    : c == 'd' ? &in->begin.doors[in->begin.doors_n++].name
			       : readers_of(in);
		if (*to != NULL)
			return c == 'r' ? "--readers is given twice for one "
					  "door"
					: "an option is given twice";
		*to = optarg;
	}
	return NULL;
}

/* The same for all of it. */
static const char *
read_args(struct init *in, int argc, char **argv)
{
	const char *wrong = read_options(in, argc, argv), *dir;
	size_t n;

	if (wrong != NULL)
		return wrong;
	if (argc - optind > 1)
		return "one folder is enough";
	if (argc == optind || in->name == NULL)
		return "it wants a folder and --name";
	dir = argv[optind];
	for (n = strlen(dir); n > 1 && dir[n - 1] == '/'; n--)
		;
	if (n == 0 || n > PATH_BYTES - 8)
		return "that is no name of a folder";
	(void)snprintf(in->dir, sizeof in->dir, "%.*s", (int)n, dir);
	(void)snprintf(in->fresh, sizeof in->fresh, "%.*s/.new", (int)n, dir);
	return NULL;
}

/* NULL, or what is wrong with the names. */
static const char *
check_names(struct init *in)
{
	struct begin *b = &in->begin;

	if (!is_name(in->name))
		return "the name must be 1 to 100 bytes of plain text";
	if (b->member != NULL && !is_name(b->member))
		return "--member must be 1 to 100 bytes of plain text";
	/* --readers alone are those of the only door. */
	if (b->doors_n == 0 && b->doors[0].readers != NULL)
		b->doors[b->doors_n++].name = in->name;
	for (size_t i = 0; i < b->doors_n; i++) {
		const struct begin_door *d = &b->doors[i];

		if (!is_name(d->name))
			return "a door's name must be 1 to 100 bytes of plain "
			       "text";
		if (d->readers != NULL &&
		    (strlen(d->readers) > DOOR_READERS_MAX ||
			!text_is_line(d->readers, strlen(d->readers))))
			return "--readers must be at most 500 bytes of plain "
			       "text";
		for (size_t j = 0; j < i; j++)
			if (text_same_nocase(b->doors[j].name, d->name))
				return "two doors are called the same";
	}
	return NULL;
}

static int
run(int argc, char **argv)
{
	struct init in = { .name = NULL };
	const char *wrong;
	struct buf typed;
	int status;
	enum err e;

	begin_init(&in.begin);
	buf_init(&typed, PASSPHRASE_MAX + 1);
	if ((wrong = read_args(&in, argc, argv)) != NULL)
		return cmd_misuse(&cmd_init, wrong);
	if ((wrong = check_names(&in)) != NULL)
		return cmd_misuse(&cmd_init, wrong);
	if ((status = cmd_begin()) != CMD_DONE)
		goto out;
	if ((e = find_places(&in)) != ERR_OK) {
		status = no_place(e);
		goto out;
	}
	status = CMD_FAILED;
	if (passphrase_new(&typed, in.passphrase_file) != ERR_OK)
		goto out;
	status = make(&in, (const char *)typed.at);
out:
	buf_drop(&typed);
	begin_drop(&in.begin);
	return status;
}

const struct cmd cmd_init = {
	.name = "init",
	.what = "make a team: its key, a first desk, a line",
	.usage =
	    "usage: sotto init DIR --name NAME [--member NAME] [--passphrase-file F]\n"
	    "                  [--readers TEXT | [--door DOOR [--readers TEXT]]...]\n"
	    "\n"
	    "Makes a team: three folders in DIR, which is made when it is not there.\n"
	    "  team   the team key, sealed by the passphrase: keep it offline\n"
	    "  desk   the first member's desk, sealed by the same passphrase\n"
	    "  line   what the server needs; it holds no secret of the team\n"
	    "\n"
	    "  --name NAME          the team's name, as sources see it\n"
	    "  --member NAME        what the team calls you; sources never see it.  Left\n"
	    "                       out: \"first member\"\n"
	    "  --door DOOR          a way in of its own name; four at most.  Sources choose\n"
	    "                       one; left out, there is one.  You read at all of them:\n"
	    "                       sotto team lets others in, and opens more\n"
	    "  --readers TEXT       what sources are told of who reads at that door, or,\n"
	    "                       without --door, at the only one\n"
	    "  --passphrase-file F  the passphrase is the first line of F; left out, it is\n"
	    "                       asked for, twice.  Nobody can give it back to you\n"
	    "\n"
	    "To begin:\n"
	    "  sotto init team --name \"Example Group\"\n"
	    "  sotto serve team/line\n"
	    "  sotto desk team/desk --line http://127.0.0.1:8440\n",
	.run = run,
};
