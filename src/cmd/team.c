#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "desk/record.h"
#include "note/json.h"
#include "team/certificate.h"

#include "cmd/cmd.h"
#include "cmd/option.h"
#include "cmd/passphrase.h"
#include "cmd/team_cmd.h"

int
team_cmd_say(const char *sentence)
{
	fprintf(stderr, "sotto: %s\n", sentence);
	return CMD_FAILED;
}

bool
team_cmd_path(char out[static FILE_PATH_MAX], const char *dir, const char *name)
{
	if (file_path(out, FILE_PATH_MAX, dir, name) == ERR_OK)
		return true;
	(void)cmd_fail(ERR_TOOBIG, "the folder's name cannot be used", NULL);
	return false;
}

/* Of a folder that was made before there was `about`. */
static enum err
from_certificate(struct team_cmd *c, const char *dir)
{
	char path[FILE_PATH_MAX];
	struct certificate cert;
	struct buf file;
	enum err e;

	buf_init(&file, CERTIFICATE_MAX);
	if ((e = file_path(path, sizeof path, dir, "certificate")) == ERR_OK &&
	    (e = file_read(&file, path)) == ERR_OK &&
	    (e = certificate_read(&cert, file.at, file.len)) == ERR_OK)
		memcpy(c->about.key, cert.team, sizeof c->about.key);
	buf_drop(&file);
	return e;
}

/* Read what is known of the key in `dir` into `c->about`: from `about`, or of a
 * folder that has none from its certificate.  False: said why. */
static bool
read_about(struct team_cmd *c, const char *dir)
{
	char path[FILE_PATH_MAX];
	struct buf file;
	enum err e;

	if (!team_cmd_path(path, dir, SAFE_ABOUT))
		return false;
	buf_init(&file, SAFE_ABOUT_MAX);
	if ((e = file_read(&file, path)) == ERR_OK)
		e = safe_about_read(&c->about, file.at, file.len);
	else if (e == ERR_NOTHING)
		e = from_certificate(c, dir);
	buf_drop(&file);
	if (e == ERR_OK)
		return true;
	(void)cmd_fail(e, dir,
	    "Name the folder of the team key: the one called team that sotto "
	    "init made.");
	return false;
}

static void
say_not_opened(enum err e)
{
	if (e == ERR_NOKEY)
		(void)team_cmd_say("that is not the passphrase of this key. "
				   "Nothing was done.");
	else
		(void)cmd_fail(e, "the team key cannot be opened",
		    e == ERR_NOTHING ? "Its file, key, is not in that folder."
				     : NULL);
}

static enum err
open_with(struct team_cmd *c, const char *path, const char *words)
{
	struct buf file;
	enum err e;

	buf_init(&file, SAFE_KEY_MAX);
	if ((e = file_read(&file, path)) == ERR_OK)
		e = safe_open(c->seed, file.at, file.len, words);
	buf_drop(&file);
	return e;
}

bool
team_cmd_open(struct team_cmd *c, const char *dir)
{
	uint8_t pub[SIGN_PUBLIC_BYTES];
	char path[FILE_PATH_MAX];
	struct buf typed;
	const char *words;
	enum err e;

	if (!read_about(c, dir) || !team_cmd_path(path, dir, SAFE_KEY))
		return false;
	buf_init(&typed, PASSPHRASE_MAX + 1);
	e = passphrase_read(&typed, c->passphrase_file, "Passphrase: ", false);
	if (e != ERR_OK)
		goto out;
	words = buf_str(&typed);
	e = words == NULL ? ERR_NOMEM : open_with(c, path, words);
	if (e != ERR_OK) {
		say_not_opened(e);
		goto out;
	}
	sign_public(pub, key_see(c->seed));
	if (memcmp(pub, c->about.key, sizeof pub) != 0) {
		e = ERR_FORGED;
		(void)team_cmd_say("the key in that folder is not the one that "
				   "its file about says: somebody changed one "
				   "of them.");
	}
out:
	buf_drop(&typed);
	return e == ERR_OK;
}

bool
team_cmd_seal(struct team_cmd *c, const char *path)
{
	struct buf typed, file;
	enum err e;
	int old = -1;

	buf_init(&typed, PASSPHRASE_MAX + 1);
	buf_init(&file, SAFE_KEY_MAX);
	e = passphrase_new(&typed, c->new_passphrase_file);
	if (e != ERR_OK)
		goto out;
	e = safe_seal(&file, key_see(c->seed), (const char *)typed.at, 0);
	if (e == ERR_OK) {
		/* The old passphrase may be known to somebody: what it opens
		 * is overwritten. */
		old = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
		e = file_write(path, file.at, file.len, 0600);
	}
	if (e != ERR_OK)
		(void)cmd_fail(e, "the team key cannot be written",
		    "What was there is as it was.");
	else if (old >= 0 && record_overwrite(old) != ERR_OK)
		(void)team_cmd_say("the new passphrase holds, but the old "
				   "file could not be overwritten.");
out:
	if (old >= 0)
		(void)close(old);
	buf_drop(&typed);
	buf_drop(&file);
	return e == ERR_OK;
}

enum err
team_cmd_put_about(const struct team_cmd *c, const char *dir)
{
	char path[FILE_PATH_MAX];
	struct buf text;
	enum err e;

	buf_init(&text, SAFE_ABOUT_MAX);
	if ((e = file_path(path, sizeof path, dir, SAFE_ABOUT)) == ERR_OK &&
	    (e = safe_about_write(&text, &c->about)) == ERR_OK)
		e = file_write(path, text.at, text.len, 0600);
	buf_drop(&text);
	return e;
}

/* When the sheets were made; of sheets that were only read it is not known. */
static void
say_split(const struct safe_about *a)
{
	char hex[ENC_HEX_LEN(SHEET_SPLIT_BYTES) + 1], date[CLOCK_DATE_BYTES];

	if (!a->is_split) {
		puts("sheets       none; sotto team split makes them");
		return;
	}
	enc_hex(hex, a->split, sizeof a->split);
	clock_date(date, a->split_day);
	printf("sheets       any two of the three of split %s%s%s\n", hex,
	    a->split_day == 0 ? "" : ", made ", a->split_day == 0 ? "" : date);
}

static enum err
put_json(struct buf *out, const struct safe_about *a, const char *f, bool key)
{
	char date[CLOCK_DATE_BYTES];
	struct json_out w;

	json_begin(&w, out);
	json_put_str(&w, "fingerprint", f, strlen(f));
	if (a->name[0] != '\0')
		json_put_str(&w, "name", a->name, strlen(a->name));
	json_put_bool(&w, "key", key);
	if (a->is_split) {
		json_put_hex(&w, "split", a->split, sizeof a->split);
		clock_date(date, a->split_day);
		if (a->split_day > 0)
			json_put_str(&w, "made", date, strlen(date));
	}
	return json_end(&w);
}

static int
show_json(const struct safe_about *a, const char *f, bool key)
{
	struct buf out;
	enum err e;

	buf_init(&out, SAFE_ABOUT_MAX);
	if ((e = put_json(&out, a, f, key)) == ERR_OK)
		printf("%.*s\n", (int)out.len, (const char *)out.at);
	buf_drop(&out);
	return e == ERR_OK ? CMD_DONE : cmd_fail(e, "it cannot be shown", NULL);
}

static int
show(struct team_cmd *c)
{
	char f[TEAM_PRINT_BYTES], path[FILE_PATH_MAX];
	bool key;

	if (!read_about(c, c->words[0]) ||
	    !team_cmd_path(path, c->words[0], SAFE_KEY))
		return CMD_FAILED;
	key = file_is_there(path);
	team_print(f, c->about.key);
	if (c->json)
		return show_json(&c->about, f, key);
	if (c->about.name[0] != '\0')
		printf("team         %s\n", c->about.name);
	printf("fingerprint  %s\n", f);
	printf("key          %s\n",
	    key ? "here, sealed by a passphrase" : "not in this folder");
	say_split(&c->about);
	return CMD_DONE;
}

static int
change(struct team_cmd *c)
{
	char path[FILE_PATH_MAX];

	if (!team_cmd_open(c, c->words[0]) ||
	    !team_cmd_path(path, c->words[0], SAFE_KEY) ||
	    !team_cmd_seal(c, path))
		return CMD_FAILED;
	puts("The team key has its new passphrase. Copies made before keep the "
	     "old one.");
	return CMD_DONE;
}

enum {
	GIVES_JSON = 1, /* --json */
	WANTS_TO = 2, /* --to, which it must have */
	ASKS = 4, /* --passphrase-file */
	ASKS_NEW = 8, /* --new-passphrase-file */
	TWICE = 16, /* not an option */
	WITH_ROLE = 32, /* --role */
	NAMES = 64, /* --name, --member, --door */
	COMPARES = 128, /* --code */
	HAS_DESK = 256, /* --desk-passphrase-file */
	CAN_UNDO = 512, /* --undo */
	SAYS = 1024, /* --readers */
	TELLS = 2048, /* --line, --desk-line, --socks */
};

static const struct verb {
	const char *name;
	size_t least, most; /* words behind it */
	const char *wants; /* the sentence when there are more or fewer */
	unsigned with;
	int (*run)(struct team_cmd *c);
} verbs[] = {
	{ "show", 1, 1, "show wants the folder of the team key", GIVES_JSON,
	    show },
	{ "split", 1, 1, "split wants the folder of the team key, and --to",
	    WANTS_TO | ASKS, team_cmd_split },
	{ "recover", 0, 2, "recover wants two sheets at most, and --to",
	    WANTS_TO | ASKS_NEW, team_cmd_recover },
	{ "passphrase", 1, 1, "passphrase wants the folder of the team key",
	    ASKS | ASKS_NEW, change },
	{ "members", 1, 1, "members wants the folder of a desk",
	    GIVES_JSON | ASKS | HAS_DESK, team_cmd_members },
	{ "add", 3, 3,
	    "add wants a desk, the folder of the team key, a join-request, "
	    "--to, and --role or --member",
	    WANTS_TO | ASKS | WITH_ROLE | NAMES | COMPARES | HAS_DESK |
		GIVES_JSON,
	    team_cmd_add },
	{ "role", 3, 3,
	    "role wants a desk, the folder of the team key, a member, and "
	    "--role",
	    TELLS | ASKS | WITH_ROLE | HAS_DESK, team_cmd_role },
	{ "door", 4, 4,
	    "door wants a desk, the folder of the team key, a member and a "
	    "door",
	    TELLS | ASKS | HAS_DESK | CAN_UNDO, team_cmd_door },
	{ "open", 3, 3,
	    "open wants a desk, the folder of the team key and the new door's "
	    "name",
	    TELLS | ASKS | HAS_DESK | SAYS, team_cmd_open_door },
	{ "rename", 3, 3,
	    "rename wants a desk, the folder of the team key and a door",
	    TELLS | ASKS | HAS_DESK | SAYS | NAMES, team_cmd_say_door },
	{ "close", 3, 3,
	    "close wants a desk, the folder of the team key and a door",
	    TELLS | ASKS | HAS_DESK | CAN_UNDO, team_cmd_close_door },
	{ "renew", 2, 2, "renew wants a desk and the folder of the team key",
	    TELLS | ASKS | HAS_DESK, team_cmd_renew },
	{ "leave", 3, 3,
	    "leave wants a desk, the folder of the team key, and a member or "
	    "a device",
	    TELLS | ASKS | HAS_DESK, team_cmd_leave },
	{ "keeper", 3, 3,
	    "keeper wants a desk, the folder of the team key and a device",
	    TELLS | ASKS | HAS_DESK | CAN_UNDO, team_cmd_keeper },
};

static const struct verb *
find(const char *name)
{
	for (size_t i = 0; i < COUNT(verbs); i++)
		if (name != NULL && strcmp(verbs[i].name, name) == 0)
			return &verbs[i];
	return NULL;
}

/* Options that take a value: which bit, and where it goes; a door may be given
 * again. */
static const struct valued {
	const char *name;
	int bit;
	size_t to;
} valued[] = {
	{ "to", WANTS_TO, offsetof(struct team_cmd, to) },
	{ "passphrase-file", ASKS, offsetof(struct team_cmd, passphrase_file) },
	{ "new-passphrase-file", ASKS_NEW,
	    offsetof(struct team_cmd, new_passphrase_file) },
	{ "desk-passphrase-file", HAS_DESK,
	    offsetof(struct team_cmd, desk_passphrase_file) },
	{ "role", WITH_ROLE, offsetof(struct team_cmd, role) },
	{ "name", NAMES, offsetof(struct team_cmd, name) },
	{ "member", NAMES, offsetof(struct team_cmd, member) },
	{ "code", COMPARES, offsetof(struct team_cmd, code) },
	{ "readers", SAYS, offsetof(struct team_cmd, readers) },
	{ "line", TELLS, offsetof(struct team_cmd, line) },
	{ "desk-line", TELLS, offsetof(struct team_cmd, desk_line) },
	{ "socks", TELLS, offsetof(struct team_cmd, socks) },
};

/* Take one; the bit, or TWICE. */
static int
take_value(struct team_cmd *c, const struct valued *v, const char *value)
{
	const char **to = (const char **)(void *)((char *)c + v->to);
	const int bit = *to == NULL ? v->bit : TWICE;

	*to = value;
	return bit;
}

static int
take_door(struct team_cmd *c, const char *value)
{
	if (c->doors_n == COUNT(c->doors))
		return TWICE;
	c->doors[c->doors_n++] = value;
	return NAMES;
}

/* Returns the options that were given, as bits; TWICE when one was given again,
 * -1 for a wrong one: said so. */
static int
options(struct team_cmd *c, int argc, char **argv)
{
	struct option longs[COUNT(valued) + 4] = {
		{ "json", no_argument, NULL, 'j' },
		{ "undo", no_argument, NULL, 'u' },
		{ "door", required_argument, NULL, 'd' },
	};
	int given = 0, o;

	for (size_t i = 0; i < COUNT(valued); i++)
		longs[3 + i] = (struct option){ valued[i].name,
			required_argument, NULL, (int)(256 + i) };
	option_begin();
	while ((o = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
		if (o == ':' || o == '?') {
			(void)cmd_misuse(
			    &cmd_team, option_wrong(o, argv, longs));
			return -1;
		}
		if (o == 'j')
			given |= c->json ? TWICE : GIVES_JSON;
		else if (o == 'u')
			given |= c->undo ? TWICE : CAN_UNDO;
		else
			given |= o == 'd'
			    ? take_door(c, optarg)
			    : take_value(c, &valued[o - 256], optarg);
		c->json |= o == 'j';
		c->undo |= o == 'u';
	}
	return given;
}

/* The verb; NULL: said why not. */
static const struct verb *
read_args(struct team_cmd *c, int argc, char **argv)
{
	const int given = options(c, argc, argv);
	const struct verb *v;
	const char *why = NULL;
	size_t n;

	if (given < 0)
		return NULL;
	if ((v = find(argv[optind])) == NULL) {
		(void)cmd_misuse(&cmd_team,
		    "say what to do: show, split, recover, passphrase, members, "
		    "add, role, door, open, rename, close, leave, keeper or renew");
		return NULL;
	}
	n = (size_t)(argc - optind - 1);
	if (n < v->least || n > v->most ||
	    ((v->with & WANTS_TO) != 0 && c->to == NULL))
		why = v->wants;
	else if ((given & TWICE) != 0)
		why = "an option was given twice";
	else if (((unsigned)given & ~v->with) != 0)
		why = "that option goes with another";
	if (why != NULL) {
		(void)cmd_misuse(&cmd_team, why);
		return NULL;
	}
	for (; c->words_n < n; c->words_n++)
		c->words[c->words_n] = argv[optind + 1 + (int)c->words_n];
	return v;
}

static int
run(int argc, char **argv)
{
	struct team_cmd c = { .words_n = 0 };
	const struct verb *v;
	int status;

	if ((v = read_args(&c, argc, argv)) == NULL)
		return CMD_MISUSE;
	if ((status = cmd_begin()) != CMD_DONE)
		return status;
	if ((c.seed = key_open()) == NULL)
		return cmd_no_guarded();
	status = v->run(&c);
	desk_close(c.desk);
	wipe_free(c.next, sizeof *c.next);
	key_close(c.seed);
	return status;
}

const struct cmd cmd_team = {
	.name = "team",
	.what = "keep the team key; add members and devices, strike off",
	.usage =
	    "usage: sotto team VERB ...\n"
	    "\n"
	    "TEAM is the folder of the team key, which sotto init made: keep it offline.\n"
	    "DESK is an admin's desk.\n"
	    "\n"
	    "  show TEAM [--json]              its fingerprint, and whether there are sheets\n"
	    "  split TEAM --to NEW             three sheets to print; any two restore the key\n"
	    "  recover --to NEW [SHEET SHEET]  the key from two of them, files or typed\n"
	    "  passphrase TEAM                 give the key another passphrase\n"
	    "  members DESK [--json]           who is of the team, devices, who reads where\n"
	    "  add DESK TEAM REQUEST --to WELCOME --role ROLE [--name NAME] [--door DOOR]...\n"
	    "                                  take in a new member by their join-request\n"
	    "  add DESK TEAM REQUEST --to WELCOME --member MEMBER     a further device\n"
	    "  role DESK TEAM MEMBER --role ROLE                      admin, editor, viewer\n"
	    "  door DESK TEAM MEMBER DOOR [--undo]                    reads there, or no more\n"
	    "  open DESK TEAM DOOR [--readers TEXT]                   another; you read\n"
	    "  rename DESK TEAM DOOR [--name NAME] [--readers TEXT]   what sources see\n"
	    "  close DESK TEAM DOOR [--undo]                          to new messages\n"
	    "  leave DESK TEAM MEMBER|DEVICE                          strike off\n"
	    "  keeper DESK TEAM DEVICE [--undo]                       keeps files, or no more\n"
	    "  renew DESK TEAM                400 days more, and another key of the line\n"
	    "\n"
	    "  --line URL, --desk-line URL, --socks ADDR:PORT   left out: the desk's last;\n"
	    "                            add to renew tell the line and the others at once\n"
	    "  --code WORDS              what they read to you; left out, it is asked for\n"
	    "  --passphrase-file F, --desk-passphrase-file F, --new-passphrase-file F\n"
	    "                            the first line of F: the key's, the desk's (left\n"
	    "                            out: the same), and the key's new one\n"
	    "\n"
	    "  sotto team split /media/stick/team --to /dev/shm/sheets\n",
	.run = run,
};
