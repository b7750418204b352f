#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "base/file.h"
#include "desk/page.h"
#include "desk/waiting.h"
#include "os/sandbox.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/desk_page.h"
#include "cmd/option.h"
#include "cmd/passphrase.h"

/* What goes with a verb besides its words. */
enum {
	ASKS_LINE = 1,
	GIVES_JSON = 2, /* --json */
	WANTS_TO = 4, /* --to, which it must have */
	TAKES_FILES = 8, /* --attach */
	CAN_UNDO = 16, /* --undo */
	IS_PAGE = 32, /* --no-browser */
	IS_SYNC = 64, /* --give-up */
	IS_PACK = 128, /* --for */
	AT_DOOR = 1 << 20, /* --door */
	IS_UNPACK = 256, /* --code; there may be no desk yet */
	TAKES_MORE = 512, /* words than it must have */
	IS_TERMS = 1024, /* --level, --byline, --label */
	IS_REPLY = 2048, /* --draft */
	ASKS_NEW = 4096, /* --new-passphrase-file */
	IS_RESTRICT = 8192, /* --to members */
	IS_DELETE = 16384, /* --now */
	MAY_LACK = 32768, /* the last word */
	IS_LOOK = 1 << 21, /* --accept, --last */
};

/* What may be asked, with how many words behind it. */
static const struct verb {
	const char *name;
	size_t words;
	const char *wants; /* the sentence when there are more or fewer */
	unsigned with;
	int (*run)(struct desk_cmd *c);
} verbs[] = {
	{ "sync", 0, "sync takes no words", ASKS_LINE | GIVES_JSON | IS_SYNC,
	    desk_cmd_sync },
	{ "look", 0, "look takes no words", ASKS_LINE | GIVES_JSON | IS_LOOK,
	    desk_cmd_look },
	{ "inbox", 0, "inbox takes no words", GIVES_JSON | AT_DOOR,
	    desk_cmd_inbox },
	{ "show", 1, "show wants one HANDLE, as a-b-c", GIVES_JSON,
	    desk_cmd_show },
	{ "reply", 1, "reply wants one HANDLE, as a-b-c",
	    ASKS_LINE | TAKES_FILES | IS_REPLY, desk_cmd_reply },
	{ "save", 2, "save wants a HANDLE, as a-b-c, and the file's number",
	    WANTS_TO, desk_cmd_save },
	{ "junk", 1, "junk wants one HANDLE, as a-b-c", CAN_UNDO,
	    desk_cmd_junk },
	{ "restrict", 1, "restrict wants one HANDLE, as a-b-c",
	    CAN_UNDO | IS_RESTRICT, desk_cmd_restrict },
	{ "delete", 1, "delete wants one HANDLE, as a-b-c",
	    CAN_UNDO | IS_DELETE, desk_cmd_delete },
	{ "outcome", 2,
	    "outcome wants a HANDLE, as a-b-c, and open, junk, irrelevant, "
	    "closed or published",
	    0, desk_cmd_outcome },
	{ "hold", 1, "hold wants one HANDLE, as a-b-c", CAN_UNDO,
	    desk_cmd_hold },
	{ "periods", 1, "periods takes one NAME", GIVES_JSON | MAY_LACK,
	    desk_cmd_periods },
	{ "register", 0, "register takes no words", GIVES_JSON,
	    desk_cmd_register },
	{ "verify", 0, "verify takes no words", GIVES_JSON, desk_cmd_verify },
	{ "log", 0, "log takes no words", GIVES_JSON, desk_cmd_log },
	{ "export", 0, "export takes no words", WANTS_TO, desk_cmd_export },
	{ "pack", 0, "pack takes no words", WANTS_TO | IS_PACK | GIVES_JSON,
	    desk_cmd_pack },
	{ "unpack", 1, "unpack wants one file", IS_UNPACK | GIVES_JSON,
	    desk_cmd_unpack },
	{ "note", 1, "note wants one HANDLE, as a-b-c", 0, desk_cmd_note },
	{ "draft", 1, "draft wants one HANDLE, as a-b-c", CAN_UNDO,
	    desk_cmd_draft },
	{ "assign", 1, "assign wants a HANDLE, as a-b-c, and members",
	    TAKES_MORE, desk_cmd_assign },
	{ "terms", 1, "terms wants one HANDLE, as a-b-c", IS_TERMS,
	    desk_cmd_terms },
	{ "request", 0, "request takes no words", WANTS_TO, desk_cmd_request },
	{ "passphrase", 0, "passphrase takes no words", ASKS_NEW,
	    desk_cmd_passphrase },
};

static bool
read_minutes(const struct desk_cmd *c, uint32_t *minutes)
{
	uint64_t n;

	if (enc_decimal_read(&n, PAGE_EVERY_MAX, c->every, strlen(c->every)) !=
	    ERR_OK)
		return false;
	*minutes = (uint32_t)n;
	return true;
}

/* Without a verb. */
static int
serve_page(struct desk_cmd *c)
{
	struct desk_shown how = { .every = PAGE_EVERY };

	if (!desk_cmd_reach(c))
		return CMD_FAILED;
	how.window = !c->no_browser;
	if (c->every != NULL)
		(void)read_minutes(c, &how.every);
	return desk_page(c->desk, c->reach, &how);
}

static const struct verb page = { "", 0, "", ASKS_LINE | IS_PAGE, serve_page };

int
desk_cmd_say(const char *sentence)
{
	fprintf(stderr, "sotto: %s\n", sentence);
	return CMD_FAILED;
}

const char *
desk_cmd_todo(enum err e)
{
	static const struct {
		enum err e;
		const char *todo;
	} rows[] = {
		{ ERR_CLOSED,
		    "The line does not answer at that address: check "
		    "--line, --desk-line and --socks, and whether "
		    "sotto serve runs." },
		{ ERR_EXPIRED,
		    "The line is too slow to answer; try again "
		    "later." },
		{ ERR_BUSY,
		    "The line has too much to do; try again in a "
		    "minute." },
		{ ERR_DENIED,
		    "The line does not take this desk's requests. If it is "
		    "not another team's, and this machine's clock is right, "
		    "the team has changed its keys while this desk was away, "
		    "or struck it off: begin in a new folder with sotto join, "
		    "and ask an admin for a welcome." },
		{ ERR_FULL,
		    "There is no room left, here or on the line; make "
		    "some and try again." },
		{ ERR_IO,
		    "The desk's folder cannot be read or written; look "
		    "at its disk before trying again." },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].e == e)
			return rows[i].todo;
	return NULL;
}

int
desk_cmd_failed(enum err e, const char *what)
{
	const char *todo = desk_cmd_todo(e);

	return todo != NULL ? desk_cmd_say(todo) : cmd_fail(e, what, NULL);
}

static void
read_one(struct desk_cmd *c, int option)
{
	const struct {
		int option;
		const char **text;
		bool *flag;
	} rows[] = {
		{ 'l', &c->line, NULL },
		{ 'd', &c->desk_line, NULL },
		{ 's', &c->socks, NULL },
		{ 'p', &c->passphrase_file, NULL },
		{ 't', &c->to, NULL },
		{ 'f', &c->request, NULL },
		{ 'c', &c->code, NULL },
		{ 'o', &c->door, NULL },
		{ 'L', &c->level, NULL },
		{ 'B', &c->byline, NULL },
		{ 'T', &c->label, NULL },
		{ 'e', &c->every, NULL },
		{ 'w', &c->new_passphrase_file, NULL },
		{ 'A', &c->accept, NULL },
		{ 'j', NULL, &c->json },
		{ 'u', NULL, &c->undo },
		{ 'g', NULL, &c->give_up },
		{ 'z', NULL, &c->last },
		{ 'k', NULL, &c->no_look },
		{ 'N', NULL, &c->now },
		{ 'D', NULL, &c->draft },
		{ 'n', NULL, &c->no_browser },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].option != option)
			continue;
		if (rows[i].text != NULL)
			*rows[i].text = optarg;
		else
			*rows[i].flag = true;
	}
}

/* NULL, or what is wrong. */
static const char *
read_options(struct desk_cmd *c, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "accept", required_argument, NULL, 'A' },
		{ "attach", required_argument, NULL, 'a' },
		{ "byline", required_argument, NULL, 'B' },
		{ "code", required_argument, NULL, 'c' },
		{ "desk-line", required_argument, NULL, 'd' },
		{ "door", required_argument, NULL, 'o' },
		{ "draft", no_argument, NULL, 'D' },
		{ "every", required_argument, NULL, 'e' },
		{ "for", required_argument, NULL, 'f' },
		{ "give-up", no_argument, NULL, 'g' },
		{ "json", no_argument, NULL, 'j' },
		{ "label", required_argument, NULL, 'T' },
		{ "last", no_argument, NULL, 'z' },
		{ "level", required_argument, NULL, 'L' },
		{ "line", required_argument, NULL, 'l' },
		{ "new-passphrase-file", required_argument, NULL, 'w' },
		{ "no-browser", no_argument, NULL, 'n' },
		{ "no-look", no_argument, NULL, 'k' },
		{ "now", no_argument, NULL, 'N' },
		{ "passphrase-file", required_argument, NULL, 'p' },
		{ "socks", required_argument, NULL, 's' },
		{ "to", required_argument, NULL, 't' },
		{ "undo", no_argument, NULL, 'u' },
		{ NULL, 0, NULL, 0 },
	};
	int option;

	option_begin();
	while ((option = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
		if (option == ':' || option == '?')
			return option_wrong(option, argv, longs);
		if (option != 'a')
			read_one(c, option);
		else if (c->attach_n == DESK_ATTACH_MAX)
			return "an answer takes 31 files at most";
		else
			c->attach[c->attach_n++] = optarg;
	}
	for (; optind < argc; optind++) {
		if (c->dir == NULL)
			c->dir = argv[optind];
		else if (c->verb == NULL)
			c->verb = argv[optind];
		else if (c->args_n < COUNT(c->args))
			c->args[c->args_n++] = argv[optind];
		else
			return "that is one word too many";
	}
	return c->dir == NULL ? "it wants the desk's folder" : NULL;
}

/* Options that would be silently ignored are refused. */
static const char *
check_options(const struct desk_cmd *c, const struct verb *v)
{
	const struct {
		bool given;
		unsigned with;
		const char *why;
	} rows[] = {
		{ c->no_browser, IS_PAGE, "--no-browser goes with no verb" },
		{ c->every != NULL, IS_PAGE, "--every goes with no verb" },
		{ c->attach_n > 0, TAKES_FILES, "--attach goes with reply" },
		{ c->undo, CAN_UNDO,
		    "--undo goes with junk, hold, delete, draft and restrict" },
		{ c->now, IS_DELETE, "--now goes with delete" },
		{ c->draft, IS_REPLY, "--draft goes with reply" },
		{ c->level != NULL || c->byline != NULL || c->label != NULL,
		    IS_TERMS, "--level, --byline and --label go with terms" },
		{ c->request != NULL, IS_PACK, "--for goes with pack" },
		{ c->code != NULL, IS_UNPACK, "--code goes with unpack" },
		{ c->new_passphrase_file != NULL, ASKS_NEW,
		    "--new-passphrase-file goes with passphrase" },
		{ c->door != NULL, AT_DOOR, "--door goes with inbox" },
		{ c->give_up, IS_SYNC, "--give-up goes with sync" },
		{ c->no_look, IS_SYNC, "--no-look goes with sync" },
		{ c->accept != NULL || c->last, IS_LOOK,
		    "--accept and --last go with look" },
		{ c->to != NULL, WANTS_TO | IS_RESTRICT,
		    "--to goes with save, export, pack and request" },
		{ c->json, GIVES_JSON,
		    "--json goes with sync, inbox, show, log, verify, "
		    "register, periods, pack and unpack" },
	};
	uint32_t minutes;

	if (c->every != NULL && !read_minutes(c, &minutes))
		return "--every wants minutes, 0 to 1440";
	if (c->args_n > 2 && (v->with & TAKES_MORE) == 0)
		return "that is one word too many";
	if (c->args_n + ((v->with & MAY_LACK) != 0 ? 1 : 0) < v->words ||
	    (c->args_n > v->words && (v->with & TAKES_MORE) == 0))
		return v->wants;
	if ((v->with & IS_TERMS) != 0 && c->level == NULL)
		return "terms wants --level LEVEL";
	if (c->accept != NULL && c->last)
		return "--accept and --last do not go together";
	if (c->now && c->undo)
		return "--now and --undo do not go together";
	if ((v->with & IS_PACK) && (c->to == NULL || c->request == NULL))
		return "pack wants --for REQUEST, and --to FILE";
	if ((v->with & IS_RESTRICT) && c->undo == (c->to != NULL))
		return "restrict wants --to MEMBER[,MEMBER...], or --undo";
	if ((v->with & WANTS_TO) && c->to == NULL)
		return "it wants --to DIR or FILE, where to write";
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].given && !(v->with & rows[i].with))
			return rows[i].why;
	return NULL;
}

static const char *
open_sentence(enum err e)
{
	switch ((int)e) {
	case ERR_NOTHING:
		return "There is no desk in that folder: name the folder "
		       "`desk` that sotto init or sotto join made.";
	case ERR_NOKEY:
		return "That is not this desk's passphrase: try again.";
	case ERR_BUSY:
		return "Another sotto desk has this folder open: close it "
		       "first.";
	case ERR_FORGED:
	case ERR_FORMAT:
	case ERR_SHORT:
		return "The desk's folder is damaged, or its key file belongs "
		       "to another folder: restore it from a backup.";
	case ERR_VERSION:
		return "Another version of sotto made this desk: use that one.";
	case ERR_DENIED:
		return "You may not read that folder, or this device is not on "
		       "the team's roster: check whose folder it is.";
	case ERR_TOOBIG:
		return "The passphrase or the folder's name is too long: check "
		       "them.";
	case ERR_FULL:
		return "The disk is full: make room and try again.";
	default:
		return "The desk's folder cannot be opened: check its disk and "
		       "the memory of this machine.";
	}
}

/* Nobody types a passphrase for a folder that no desk can be opened in. */
int
desk_cmd_open(struct desk **d, const char *dir, const char *passphrase_file,
    const char *prompt)
{
	struct buf words;
	int status = CMD_FAILED;
	enum err e;

	if (waiting_is_there(dir) && desk_check(dir) != ERR_OK)
		return desk_cmd_say("This desk waits for its welcome: sotto "
				    "join --help says how it comes.");
	if ((e = desk_check(dir)) != ERR_OK)
		return desk_cmd_say(open_sentence(e));
	buf_init(&words, PASSPHRASE_MAX + 1);
	if (passphrase_read(&words, passphrase_file, prompt, false) != ERR_OK)
		goto out;
	e = desk_open(d, dir, (const char *)words.at, words.len);
	status = e == ERR_OK ? CMD_DONE : desk_cmd_say(open_sentence(e));
out:
	buf_drop(&words);
	return status;
}

/* An address is kept whatever it was given with; verbs that ask the line do so
 * themselves. */
static bool
keep_address(struct desk_cmd *c, unsigned with)
{
	const bool given =
	    c->line != NULL || c->desk_line != NULL || c->socks != NULL;

	return (with & ASKS_LINE) != 0 || !given || desk_cmd_reach(c);
}

struct conv *
desk_cmd_conv(struct desk_cmd *c)
{
	struct conv *found = desk_find(c->desk, c->args[0], strlen(c->args[0]));

	if (found == NULL)
		desk_cmd_say("There is no conversation with that handle: see "
			     "sotto desk DIR inbox.");
	return found;
}

static int
run(int argc, char **argv)
{
	struct desk_cmd c = { .dir = NULL };
	const struct verb *v = NULL;
	const char *wrong;
	int status;

	if ((wrong = read_options(&c, argc, argv)) != NULL)
		return cmd_misuse(&cmd_desk, wrong);
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (c.verb != NULL && strcmp(verbs[i].name, c.verb) == 0)
			v = &verbs[i];
	if (v == NULL && c.verb != NULL)
		return cmd_misuse_verb(
		    &cmd_desk, c.verb, "there is no such verb");
	if (v == NULL)
		v = &page;
	if ((wrong = check_options(&c, v)) != NULL)
		return c.verb == NULL
		    ? cmd_misuse(&cmd_desk, wrong)
		    : cmd_misuse_verb(&cmd_desk, c.verb, wrong);
	if (strcmp(v->name, "export") == 0 && file_is_there(c.to))
		return desk_cmd_say("Something is there already: name a folder "
				    "that is to be made.");
	if ((status = cmd_begin()) != CMD_DONE)
		return status;
	if ((v->with & IS_UNPACK) != 0)
		return v->run(&c);
	if ((status = desk_cmd_open(&c.desk, c.dir, c.passphrase_file,
		 "Passphrase: ")) == CMD_DONE &&
	    !keep_address(&c, v->with))
		status = CMD_FAILED;
	if (status == CMD_DONE)
		status = v->run(&c);
	reach_close(c.reach);
	desk_close(c.desk);
	return status;
}

const struct cmd cmd_desk = {
	.name = "desk",
	.what = "a member's desk: fetch, read, answer",
	.usage =
	    "usage: sotto desk DIR [OPTIONS] [VERB]\n"
	    "\n"
	    "DIR is the folder `desk` that `sotto init` or `sotto join` made.  Without a verb\n"
	    "the desk opens as a page in a browser window of its own; a verb does one thing\n"
	    "and ends:\n"
	    "\n"
	    "  sync                    fetch what lies on the line\n"
	    "    --give-up             let go of days that it never gives or closes\n"
	    "  inbox                   list the conversations, each under its HANDLE\n"
	    "  show HANDLE             show one whole, and mark it read\n"
	    "  reply HANDLE < TEXT     answer its source with standard input, at once\n"
	    "    --attach FILE         send a file too; up to 31 of them\n"
	    "  save HANDLE N --to DIR  save its file N, in the order they came here; one\n"
	    "                          that is not here is fetched\n"
	    "  junk HANDLE [--undo]    put it among the junk, or back\n"
	    "  delete HANDLE           destroy it on this desk, for good, and after\n"
	    "                          seven days on the line\n"
	    "  log                     list what was done here\n"
	    "  export --to DIR         write everything out, readable by anybody\n"
	    "\n"
	    "sotto desk --help more: verbs for the work of several on one conversation.\n"
	    "\n"
	    "  --line URL[#F]          where sources reach the line (page, sync, reply);\n"
	    "                          F, if given, must be this team's fingerprint\n"
	    "  --desk-line URL         where desks do; left out: the next port\n"
	    "  --socks ADDR:PORT       Tor's port; onion addresses take 127.0.0.1:9050\n"
	    "  --passphrase-file F     the passphrase is the first line of F\n"
	    "  --no-browser            for the page: only say where it is\n"
	    "  --every MINUTES         the page fetches about so often (30); 0: if asked\n"
	    "  --json                  for sync, inbox, show, log, pack and unpack\n"
	    "\n"
	    "The addresses that were given last are kept.\n"
	    "\n"
	    "  sotto desk team/desk --line http://127.0.0.1:8440\n"
	    "  sotto desk team/desk sync\n"
	    "  sotto desk team/desk reply able-copper-lantern < answer.txt\n",
	.more = desk_cmd_more,
	.run = run,
};
