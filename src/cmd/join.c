#include <assert.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "desk/unpack.h"
#include "desk/waiting.h"
#include "desk/welcome.h"
#include "note/json.h"

#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/members.h"
#include "cmd/option.h"
#include "cmd/passphrase.h"

struct join_cmd {
	const char *dir, *name, *welcome, *code, *passphrase_file;
	bool json;
	char desk[FILE_PATH_MAX]; /* DIR/desk */
	char request[FILE_PATH_MAX]; /* DIR/join-request */
	char key[FILE_PATH_MAX]; /* DIR/desk/key: it is a desk */
	struct waiting *own;
};

static int
say(const char *sentence)
{
	fprintf(stderr, "sotto: %s\n", sentence);
	return CMD_FAILED;
}

static int
say_request(const struct join_cmd *c, const struct join_code *code)
{
	struct json_out w;
	struct buf out;
	int status;

	if (!c->json) {
		printf("This device has its keys. Give an admin of the team "
		       "the file\n\n  %s\n\n"
		       "and read these five words to them, by voice or face "
		       "to face:\n\n  %s\n\n"
		       "They make a welcome of it. Then:\n\n"
		       "  sotto join %s --welcome FILE\n",
		    c->request, code->words, c->dir);
		return CMD_DONE;
	}
	buf_init(&out, 8192);
	json_begin(&w, &out);
	json_put_str(&w, "request", c->request, strlen(c->request));
	json_put_str(&w, "code", code->words, strlen(code->words));
	status = members_put(&out, json_end(&w));
	buf_drop(&out);
	return status;
}

/* The desk in waiting appears whole, its request before it, which the same keys
 * write again. */
static enum err
make_in(const struct join_cmd *c, const char *fresh, const struct buf *note)
{
	enum err e;

	if (file_is_there(fresh) && (e = file_remove_all(fresh)) != ERR_OK)
		return e; /* of one that was killed */
	if ((e = file_make_dir(fresh)) != ERR_OK ||
	    (e = waiting_save(c->own, fresh)) != ERR_OK ||
	    (e = file_write(c->request, note->at, note->len, 0600)) != ERR_OK)
		return e;
	if (rename(fresh, c->desk) != 0)
		return file_err();
	return file_sync_dir(c->dir);
}

static enum err
make(const struct join_cmd *c, struct join_code *code)
{
	char fresh[FILE_PATH_MAX];
	struct buf note;
	bool made;
	enum err e;

	buf_init(&note, JOIN_MAX);
	e = file_make_dir(c->dir);
	made = e == ERR_OK;
	if (e != ERR_OK && e != ERR_TAKEN)
		goto out;
	if ((e = file_path(fresh, sizeof fresh, c->dir, ".new")) != ERR_OK ||
	    (e = waiting_join(&note, c->own)) != ERR_OK ||
	    (e = join_code(code, note.at, note.len)) != ERR_OK)
		goto out;
	if ((e = make_in(c, fresh, &note)) != ERR_OK &&
	    file_remove_all(made ? c->dir : fresh) != ERR_OK)
		fprintf(stderr, "sotto: %s is left over: remove it.\n", fresh);
out:
	buf_drop(&note);
	return e;
}

/* Refused before anybody thinks up a passphrase. */
static int
is_free(const struct join_cmd *c)
{
	struct stat st;

	assert(c->dir != NULL); /* read_args() */
	if (waiting_is_there(c->desk))
		return say("A desk waits for its welcome there already. To "
			   "begin anew, remove that folder.");
	if (file_is_there(c->desk))
		return say("There is a desk already: name a folder that has "
			   "none.");
	if (stat(c->dir, &st) == 0 && !S_ISDIR(st.st_mode))
		return cmd_fail(ERR_TAKEN, c->dir, "Name a folder.");
	return CMD_DONE;
}

static int
begin(struct join_cmd *c)
{
	struct join_code code;
	struct buf typed;
	int status;
	enum err e;

	if ((status = is_free(c)) != CMD_DONE)
		return status;
	status = CMD_FAILED;
	buf_init(&typed, PASSPHRASE_MAX + 1);
	if (passphrase_new(&typed, c->passphrase_file) != ERR_OK)
		goto out;
	e = waiting_make(c->own, c->name, (const char *)typed.at, typed.len);
	if (e == ERR_OK)
		e = make(c, &code);
	status = e == ERR_OK
	    ? say_request(c, &code)
	    : cmd_fail(e, "no desk can be made there",
		  e == ERR_NOTHING    ? "Make the folder around it first."
		      : e == ERR_FULL ? "Make room, and do it again."
				      : "Name a folder that you may write to.");
out:
	buf_drop(&typed);
	return status;
}

static int
say_taken(enum err e)
{
	static const struct {
		enum err e;
		const char *todo;
	} rows[] = {
		{ ERR_NOKEY,
		    "That welcome is for another device: ask for the one made "
		    "of this folder's join-request." },
		{ ERR_NOTHING,
		    "That welcome's roster does not name this device: ask for "
		    "another." },
		{ ERR_DENIED,
		    "That welcome was made by somebody who may not, or gives "
		    "what this device may not have. Nothing was kept." },
		{ ERR_FORGED,
		    "That welcome was altered or damaged. Nothing was kept; "
		    "get it once more." },
		{ ERR_SHORT,
		    "That welcome is cut short. Nothing was kept; get it once "
		    "more, whole." },
		{ ERR_FORMAT, "That file is no welcome. Nothing was kept." },
		{ ERR_TOOBIG, "That file is no welcome. Nothing was kept." },
		{ ERR_VERSION,
		    "A later version of sotto made that welcome: use that "
		    "one." },
		{ ERR_BUSY, "Another sotto join is at work in that folder." },
		{ ERR_TAKEN,
		    "This desk has been welcomed already: open it with sotto "
		    "desk." },
		{ ERR_FULL,
		    "The disk is full. Nothing was kept; make room and try "
		    "again." },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].e == e)
			return say(rows[i].todo);
	return cmd_fail(e, "the welcome cannot be taken in",
	    "Nothing was kept; try again when that is mended.");
}

/* What people compare before anything is kept. */
static enum err
ask(void *who, const struct welcome *w)
{
	const struct join_cmd *c = who;
	char date[CLOCK_DATE_BYTES];

	if (!c->json) {
		clock_date(date, w->day);
		printf("team         %s\n"
		       "fingerprint  %s\n"
		       "you are      %s, %s\n"
		       "made by      %s, on %s\n",
		    w->name, w->team, w->member, members_role(w->role),
		    w->giver, date);
		(void)fflush(stdout);
	}
	return members_compare(
	    &w->code, c->code, "The five words that they read to you: ");
}

static int
say_json(const struct welcome *w)
{
	const char *role = members_role(w->role);
	char date[CLOCK_DATE_BYTES];
	struct json_out j;
	struct buf out;
	int status;

	clock_date(date, w->day);
	buf_init(&out, 8192);
	json_begin(&j, &out);
	json_put_str(&j, "fingerprint", w->team, strlen(w->team));
	json_put_str(&j, "name", w->name, strlen(w->name));
	json_put_str(&j, "member", w->member, strlen(w->member));
	json_put_str(&j, "role", role, strlen(role));
	json_put_str(&j, "by", w->giver, strlen(w->giver));
	json_put_str(&j, "made", date, strlen(date));
	json_put_u64(&j, "conversations", w->conversations);
	json_put_u64(&j, "entries", w->entries);
	json_put_u64(&j, "parts", w->parts);
	status = members_put(&out, json_end(&j));
	buf_drop(&out);
	return status;
}

static int
say_welcome(const struct join_cmd *c, const struct welcome *w)
{
	if (c->json)
		return say_json(w);
	printf("\nThis is a desk of the team now, with %u "
	       "conversation%s. The welcome is of no more use:\n"
	       "remove it, and join-request with it. Then:\n\n"
	       "  sotto desk %s\n",
	    w->conversations, w->conversations == 1 ? "" : "s", c->desk);
	return CMD_DONE;
}

static int
take_in(struct join_cmd *c)
{
	const struct welcome_ask asks = { ask, c };
	struct welcome w;
	enum err e;

	e = welcome_take(&w, c->desk, c->own, c->welcome, &asks);
	if (e == ERR_CLOSED)
		return CMD_FAILED; /* said why */
	return e == ERR_OK ? say_welcome(c, &w) : say_taken(e);
}

/* Nothing waits here, or what waited is a desk. */
static int
no_waiting(const struct join_cmd *c)
{
	if (!file_is_there(c->key))
		return say("No desk waits for a welcome in that folder: begin "
			   "with sotto join DIR --name NAME.");
	/* Of a run that was killed when all but this was done. */
	(void)!waiting_end(c->desk);
	return say_taken(ERR_TAKEN);
}

static int
take_waiting(struct join_cmd *c)
{
	struct buf typed;
	int status = CMD_FAILED;
	enum err e;

	if (!waiting_is_there(c->desk) || file_is_there(c->key))
		return no_waiting(c);
	if (!file_is_there(c->welcome))
		return cmd_fail(ERR_NOTHING, c->welcome,
		    "Name the file that an admin made of your join-request.");
	buf_init(&typed, PASSPHRASE_MAX + 1);
	if (passphrase_read(
		&typed, c->passphrase_file, "Passphrase: ", false) != ERR_OK)
		goto out;
	e = waiting_load(c->own, c->desk, (const char *)typed.at, typed.len);
	if (e == ERR_NOKEY)
		(void)say("That is not the passphrase of this desk: try "
			  "again.");
	else if (e != ERR_OK)
		(void)cmd_fail(e, "the waiting desk cannot be opened", NULL);
	else
		status = take_in(c);
out:
	buf_drop(&typed);
	return status;
}

static int
say_unpacked(const struct join_cmd *c, const struct welcome *w)
{
	if (c->json)
		return say_json(w);
	printf("\nThis desk has all of it now: %u conversation%s, of "
	       "which %u entr%s and %llu part%s\nof files were not "
	       "here. Remove the file, and the request that it was "
	       "made of.\n",
	    w->conversations, w->conversations == 1 ? "" : "s", w->entries,
	    w->entries == 1 ? "y" : "ies", (unsigned long long)w->parts,
	    w->parts == 1 ? "" : "s");
	return CMD_DONE;
}

/* What was begun is gone on with when the desk is opened. */
static int
say_not_unpacked(const struct join_cmd *c, enum err e)
{
	static const struct {
		enum err e;
		const char *todo;
	} rows[] = {
		{ ERR_NOKEY,
		    "That file is for another device, or was asked for too "
		    "long ago: make a new request with sotto desk DIR "
		    "request." },
		{ ERR_TAKEN,
		    "That file is of another team or line than this desk's. "
		    "Nothing was kept." },
		{ ERR_NOTHING,
		    "That file's roster does not name this device: it was "
		    "struck off. Begin anew with sotto join." },
		{ ERR_DENIED,
		    "That file was made by somebody who may not, or gives "
		    "what this device may not have. Nothing was kept." },
	};

	if (unpack_is_begun(c->desk))
		return cmd_fail(e, "it was not taken in to its end",
		    "Mend that, and open the desk again: it goes on by "
		    "itself.");
	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].e == e)
			return say(rows[i].todo);
	return say_taken(e);
}

/* Into a desk that is one already. */
static int
take_here(struct join_cmd *c)
{
	const struct welcome_ask asks = { ask, c };
	struct desk *d = NULL;
	struct welcome w;
	int status;
	enum err e;

	if (!file_is_there(c->welcome))
		return cmd_fail(ERR_NOTHING, c->welcome,
		    "Name the file that another desk packed for this one.");
	status = desk_cmd_open(&d, c->desk, c->passphrase_file, "Passphrase: ");
	if (status != CMD_DONE)
		return status;
	e = unpack_take(&w, d, c->welcome, &asks);
	if (e == ERR_CLOSED)
		status = CMD_FAILED; /* said why */
	else
		status =
		    e == ERR_OK ? say_unpacked(c, &w) : say_not_unpacked(c, e);
	desk_close(d);
	return status;
}

int
members_take(const struct members_welcome *w)
{
	struct join_cmd c = {
		.welcome = w->file,
		.code = w->code,
		.passphrase_file = w->passphrase_file,
		.json = w->json,
	};
	int status;

	if (file_path(c.key, sizeof c.key, w->dir, "key") != ERR_OK)
		return say("That is no name of a folder.");
	(void)snprintf(c.desk, sizeof c.desk, "%s", w->dir);
	if (w->here && file_is_there(c.key))
		return take_here(&c);
	if ((c.own = waiting_new()) == NULL)
		return cmd_no_guarded();
	status = take_waiting(&c);
	waiting_close(c.own);
	return status;
}

static int
end(const struct join_cmd *c)
{
	return members_take(&(struct members_welcome){
	    .dir = c->desk,
	    .file = c->welcome,
	    .code = c->code,
	    .passphrase_file = c->passphrase_file,
	    .json = c->json,
	});
}

/* NULL, or what is wrong. */
static const char *
check(struct join_cmd *c)
{
	if (c->dir == NULL || (c->name == NULL) == (c->welcome == NULL))
		return "it wants a folder, and --name or --welcome";
	if (c->code != NULL && c->welcome == NULL)
		return "--code goes with --welcome";
	if (c->name != NULL && !join_is_name(c->name))
		return "the name must be 1 to 100 bytes of plain text";
	if (file_path(c->desk, sizeof c->desk, c->dir, "desk") != ERR_OK ||
	    file_path(c->key, sizeof c->key, c->desk, "key") != ERR_OK ||
	    file_path(c->request, sizeof c->request, c->dir, "join-request") !=
		ERR_OK)
		return "that is no name of a folder";
	return NULL;
}

/* NULL, or what is wrong. */
static const char *
read_args(struct join_cmd *c, int argc, char **argv)
{
	const struct option_row rows[] = {
		{ "name", &c->name, NULL },
		{ "welcome", &c->welcome, NULL },
		{ "code", &c->code, NULL },
		{ "passphrase-file", &c->passphrase_file, NULL },
		{ "json", NULL, &c->json },
	};
	const char *wrong =
	    option_read_dir(argc, argv, rows, COUNT(rows), &c->dir);

	return wrong == NULL ? check(c) : wrong;
}

static int
run(int argc, char **argv)
{
	struct join_cmd c = { .dir = NULL };
	const char *wrong;
	int status;

	if ((wrong = read_args(&c, argc, argv)) != NULL)
		return cmd_misuse(&cmd_join, wrong);
	if ((status = cmd_begin()) != CMD_DONE)
		return status;
	if (c.welcome != NULL)
		return end(&c);
	if ((c.own = waiting_new()) == NULL)
		return cmd_no_guarded();
	status = begin(&c);
	waiting_close(c.own);
	return status;
}

const struct cmd cmd_join = {
	.name = "join",
	.what = "make this device a desk of a team that takes it in",
	.usage =
	    "usage: sotto join DIR --name NAME [--passphrase-file F] [--json]\n"
	    "       sotto join DIR --welcome FILE [--code WORDS] "
	    "[--passphrase-file F]\n"
	    "                  [--json]\n"
	    "\n"
	    "Makes a desk of a team that is there: for a new member, a second "
	    "device, or\n"
	    "one in place of another.\n"
	    "\n"
	    "First with --name: it makes this device's keys, and "
	    "DIR/join-request, of which\n"
	    "an admin makes a welcome (sotto team add). Read its five words "
	    "to them, by\n"
	    "voice or face to face: so both know that nobody stands between.\n"
	    "\n"
	    "Then with --welcome: it takes in what they made, once the five "
	    "words that they\n"
	    "read to you are those of the file. DIR/desk is a desk then.\n"
	    "\n"
	    "  --name NAME          what you are called, as the admin sees it\n"
	    "  --code WORDS         the words they read to you; left out, they "
	    "are asked for\n"
	    "  --passphrase-file F  the passphrase is the first line of F\n"
	    "  --json               say it as one line of JSON\n"
	    "\n"
	    "  sotto join team --name \"Night desk\"\n"
	    "  sotto join team --welcome /media/stick/welcome\n"
	    "  sotto desk team/desk\n",
	.run = run,
};
