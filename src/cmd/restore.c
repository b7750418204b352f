#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "desk/backup.h"
#include "note/json.h"

#include "cmd/backups.h"
#include "cmd/cmd.h"
#include "cmd/members.h"
#include "cmd/option.h"
#include "cmd/passphrase.h"
#include "cmd/team_cmd.h"

struct restore_cmd {
	const char *file, *dir, *team, *name, *identity;
	const char *backup_passphrase_file, *passphrase_file;
	const char *new_passphrase_file;
	bool json;
	int fd; /* of the backup */
	char desk[FILE_PATH_MAX]; /* DIR/desk */
	char fresh[FILE_PATH_MAX]; /* where it is made */
	char request[FILE_PATH_MAX]; /* DIR/join-request */
	struct waiting *own;
	struct team_cmd key; /* --team */
	struct backups_with with;
	struct buf words; /* the desk's passphrase */
	struct backup_said said;
};

static int
say(const char *sentence)
{
	fprintf(stderr, "sotto: %s\n", sentence);
	return CMD_FAILED;
}

static int
say_waits(const struct restore_cmd *c, const struct join_code *code)
{
	struct json_out w;
	struct buf out;
	int status;

	if (!c->json) {
		(void)backups_say(&c->said, c->file, false);
		printf("\nThis device waits to be taken in, with all that the "
		       "backup has. Give an admin\nof the team the file\n\n"
		       "  %s\n\n"
		       "and read these five words to them, by voice or face to "
		       "face:\n\n  %s\n\n"
		       "They strike the old device off (sotto team leave), "
		       "and then make a welcome of it\n(sotto team add, with "
		       "--member). Then:\n\n"
		       "  sotto join %s --welcome FILE\n",
		    c->request, code->words, c->dir);
		return CMD_DONE;
	}
	buf_init(&out, 8192);
	json_begin(&w, &out);
	json_put_str(&w, "request", c->request, strlen(c->request));
	json_put_str(&w, "code", code->words, strlen(code->words));
	json_put_str(&w, "fingerprint", c->said.team, strlen(c->said.team));
	json_put_u64(&w, "conversations", c->said.conversations);
	status = members_put(&out, json_end(&w));
	buf_drop(&out);
	return status;
}

static int
say_made(const struct restore_cmd *c)
{
	const int status = backups_say(&c->said, c->file, c->json);

	if (!c->json)
		printf("\nThis is the team's desk now, and the old device is "
		       "off its roster. Sync it twice,\nso that sources write "
		       "to new keys; then make a new backup, for this one "
		       "knows the\nold keys only:\n\n"
		       "  sotto desk %s sync\n"
		       "  sotto backup %s --alone --to FILE\n",
		    c->desk, c->desk);
	return status;
}

static int
say_not(const struct restore_cmd *c, enum err e)
{
	switch ((int)e) {
	case ERR_MISSING:
		return say("That backup was not made with --alone: it holds no "
			   "keys. Leave --team out, and let an admin of the "
			   "team take this device in.");
	case ERR_TAKEN:
		return say("The key in that folder is another team's than the "
			   "backup's.");
	case ERR_FULL:
		return cmd_fail(e, c->dir, "Make room; nothing was made.");
	case ERR_IO:
		return cmd_fail(e, c->dir, "Nothing was made.");
	default:
		return backups_say_not(e, c->file);
	}
}

/* The name that the member goes by, unless another was given. */
static enum err
make_waiting(struct restore_cmd *c, struct join_code *code)
{
	struct buf note;
	enum err e;

	buf_init(&note, JOIN_MAX);
	e = waiting_make(c->own, c->name == NULL ? c->said.member : c->name,
	    (const char *)c->words.at, c->words.len);
	if (e == ERR_OK)
		e = backup_wait(
		    &c->said, c->fresh, c->own, c->fd, &c->with.with);
	if (e == ERR_OK)
		e = waiting_join(&note, c->own);
	if (e == ERR_OK)
		e = join_code(code, note.at, note.len);
	if (e == ERR_OK)
		e = file_write(c->request, note.at, note.len, 0600);
	buf_drop(&note);
	return e;
}

static enum err
make_alone(struct restore_cmd *c)
{
	const struct backup_alone as = {
		.words = (const char *)c->words.at,
		.team_seed = key_see(c->key.seed),
		.today = clock_day(),
	};

	return backup_alone(&c->said, c->fresh, &as, c->fd, &c->with.with);
}

/* The desk appears whole, or not at all. */
static enum err
make(struct restore_cmd *c, struct join_code *code)
{
	enum err e = file_make_dir(c->dir);
	const bool made = e == ERR_OK;

	if (e != ERR_OK && e != ERR_TAKEN)
		return e;
	if (file_is_there(c->fresh) &&
	    (e = file_remove_all(c->fresh)) != ERR_OK)
		return e; /* of one that was killed */
	if ((e = file_make_dir(c->fresh)) == ERR_OK)
		e = c->team != NULL ? make_alone(c) : make_waiting(c, code);
	if (e == ERR_OK && rename(c->fresh, c->desk) != 0)
		e = file_err();
	if (e == ERR_OK)
		return file_sync_dir(c->dir);
	if (file_remove_all(made ? c->dir : c->fresh) != ERR_OK)
		fprintf(
		    stderr, "sotto: %s is left over: remove it.\n", c->fresh);
	return e;
}

/* Everything that is asked, before anything is made. */
static bool
ask(struct restore_cmd *c)
{
	enum err e;

	if (c->team != NULL) {
		c->key.passphrase_file = c->passphrase_file;
		if (!team_cmd_open(&c->key, c->team))
			return false;
	}
	if (backups_with(&c->with, c->identity, c->backup_passphrase_file) !=
	    ERR_OK)
		return false;
	if ((e = backup_look(&c->said, c->fd, &c->with.with)) != ERR_OK) {
		(void)backups_say_not(e, c->file);
		return false;
	}
	if (c->new_passphrase_file == NULL)
		fputs("The desk that is made gets a passphrase of its own.\n",
		    stderr);
	return passphrase_new(&c->words, c->new_passphrase_file) == ERR_OK;
}

static int
restore(struct restore_cmd *c)
{
	struct join_code code;
	enum err e;

	if (file_is_there(c->desk))
		return say("There is a desk already: name a folder that has "
			   "none.");
	if ((c->fd = open(c->file, O_RDONLY | O_CLOEXEC)) < 0)
		return cmd_fail(file_err(), c->file, "Name a backup.");
	if (!ask(c))
		return CMD_FAILED;
	if ((e = make(c, &code)) != ERR_OK)
		return say_not(c, e);
	return c->team != NULL ? say_made(c) : say_waits(c, &code);
}

/* NULL, or what is wrong. */
static const char *
check(struct restore_cmd *c)
{
	if (c->file == NULL || c->dir == NULL)
		return "it wants a backup, and a folder for the desk";
	if (c->name != NULL && !join_is_name(c->name))
		return "the name must be 1 to 100 bytes of plain text";
	if (c->name != NULL && c->team != NULL)
		return "--name goes without --team: the member keeps its name";
	if (c->passphrase_file != NULL && c->team == NULL)
		return "--passphrase-file is the team key's: it goes with "
		       "--team";
	if (c->identity != NULL && c->backup_passphrase_file != NULL)
		return "a backup is opened with an identity or a passphrase, "
		       "not both";
	if (file_path(c->desk, sizeof c->desk, c->dir, "desk") != ERR_OK ||
	    file_path(c->fresh, sizeof c->fresh, c->dir, ".new") != ERR_OK ||
	    file_path(c->request, sizeof c->request, c->dir, "join-request") !=
		ERR_OK)
		return "that is no name of a folder";
	return NULL;
}

/* NULL, or what is wrong. */
static const char *
read_args(struct restore_cmd *c, int argc, char **argv)
{
	const struct option_row rows[] = {
		{ "team", &c->team, NULL },
		{ "name", &c->name, NULL },
		{ "identity", &c->identity, NULL },
		{ "passphrase-file", &c->passphrase_file, NULL },
		{ "backup-passphrase-file", &c->backup_passphrase_file, NULL },
		{ "new-passphrase-file", &c->new_passphrase_file, NULL },
		{ "json", NULL, &c->json },
	};
	const char *wrong = option_read(argc, argv, rows, COUNT(rows));

	if (wrong != NULL)
		return wrong;
	if (argc - optind > 2)
		return "that is one word too many";
	c->file = argv[optind];
	c->dir = c->file == NULL ? NULL : argv[optind + 1];
	return check(c);
}

static int
run(int argc, char **argv)
{
	struct restore_cmd c = { .fd = -1 };
	const char *wrong;
	int status;

	if ((wrong = read_args(&c, argc, argv)) != NULL)
		return cmd_misuse(&cmd_restore, wrong);
	if ((status = cmd_begin()) != CMD_DONE)
		return status;
	backups_with_init(&c.with);
	buf_init(&c.words, PASSPHRASE_MAX + 1);
	c.own = waiting_new();
	c.key.seed = key_open();
	status = c.own == NULL || c.key.seed == NULL ? cmd_no_guarded()
						     : restore(&c);
	if (c.fd >= 0)
		(void)close(c.fd);
	waiting_close(c.own);
	key_close(c.key.seed);
	backups_with_drop(&c.with);
	buf_drop(&c.words);
	return status;
}

const struct cmd cmd_restore = {
	.name = "restore",
	.what = "make a desk of a backup, as another device",
	.usage =
	    "usage: sotto restore FILE DIR [--name NAME] [--json]\n"
	    "       sotto restore FILE DIR --team TEAM [--json]\n"
	    "\n"
	    "Makes DIR/desk of a backup that sotto backup made. It is another device than\n"
	    "the one that was backed up, with keys and a passphrase of its own.\n"
	    "\n"
	    "It waits, as after sotto join, until an admin has taken it in: give them\n"
	    "DIR/join-request, and take their welcome with sotto join DIR --welcome FILE.\n"
	    "The welcome brings keys and what is newer; the rest is in the backup.\n"
	    "\n"
	    "With --team, for a backup that was made with --alone: the team key signs the\n"
	    "new device on and the old one off, and the desk goes on by itself.\n"
	    "\n"
	    "  --name NAME                 what the device is called to the admin\n"
	    "  --team TEAM                 the folder of the team key\n"
	    "  --identity F                of the recipient that the backup is sealed to\n"
	    "  --backup-passphrase-file F  the first line of F is the backup's passphrase\n"
	    "  --new-passphrase-file F     the same of the desk that is made\n"
	    "  --passphrase-file F         the same of the team key\n"
	    "  --json                      say it as one line of JSON\n"
	    "\n"
	    "  sotto restore /media/stick/desk.backup team\n",
	.run = run,
};
