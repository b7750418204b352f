#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "crypt/crypt.h"
#include "desk/backup.h"
#include "desk/pack.h"
#include "note/json.h"

#include "cmd/backups.h"
#include "cmd/cmd.h"
#include "cmd/desk_cmd.h"
#include "cmd/members.h"
#include "cmd/option.h"
#include "cmd/out.h"
#include "cmd/passphrase.h"

struct backup_cmd {
	const char *dir, *to, *verify;
	const char *passphrase_file, *new_passphrase_file, *identity;
	const char *recipient;
	bool alone, json;
	struct keyring keys;
	struct buf words; /* the backup's passphrase, with a NUL behind */
	struct sha256 *hash; /* of what was written */
};

static int
say(const char *sentence)
{
	fprintf(stderr, "sotto: %s\n", sentence);
	return CMD_FAILED;
}

static enum err
put_json(struct buf *out, const struct backup_said *said, const char *file)
{
	char date[CLOCK_DATE_BYTES];
	struct json_out w;

	clock_date(date, said->day);
	json_begin(&w, out);
	json_put_str(&w, "backup", file, strlen(file));
	json_put_str(&w, "fingerprint", said->team, strlen(said->team));
	json_put_str(&w, "name", said->name, strlen(said->name));
	json_put_str(&w, "member", said->member, strlen(said->member));
	json_put_str(&w, "made", date, strlen(date));
	json_put_bool(&w, "alone", said->alone);
	json_put_u64(&w, "conversations", said->conversations);
	json_put_u64(&w, "entries", said->entries);
	json_put_u64(&w, "parts", said->parts);
	return json_end(&w);
}

int
backups_say(const struct backup_said *said, const char *file, bool json)
{
	char date[CLOCK_DATE_BYTES];
	struct buf out;
	int status;

	if (json) {
		buf_init(&out, 8192);
		status = members_put(&out, put_json(&out, said, file));
		buf_drop(&out);
		return status;
	}
	clock_date(date, said->day);
	printf("team         %s\n"
	       "fingerprint  %s\n"
	       "desk of      %s\n"
	       "made on      %s\n"
	       "holds        %u conversation%s, %u entr%s, %llu part%s of "
	       "files%s\n",
	    said->name, said->team, said->member, date, said->conversations,
	    said->conversations == 1 ? "" : "s", said->entries,
	    said->entries == 1 ? "y" : "ies", (unsigned long long)said->parts,
	    said->parts == 1 ? "" : "s",
	    said->alone ? ", and the keys" : "; no key");
	return CMD_DONE;
}

int
backups_say_not(enum err e, const char *file)
{
	static const struct {
		enum err e;
		const char *todo;
	} rows[] = {
		{ ERR_NOKEY,
		    "That is not the passphrase, or the key, that this backup "
		    "is sealed to." },
		{ ERR_FORMAT, "That file is no backup of a desk." },
		{ ERR_TOOBIG, "That file is no backup of a desk." },
		{ ERR_SHORT,
		    "That backup is cut short: use another copy of it." },
		{ ERR_FORGED,
		    "That backup is damaged or was altered: use another copy "
		    "of it." },
		{ ERR_DENIED,
		    "That backup was not made by the desk that it is of." },
		{ ERR_VERSION,
		    "A later version of sotto made that backup: use that "
		    "one." },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (rows[i].e == e)
			return say(rows[i].todo);
	return cmd_fail(e, file, NULL);
}

enum err
backups_with(
    struct backups_with *w, const char *identity, const char *passphrase_file)
{
	enum err e;

	if (identity != NULL) {
		e = keyring_add_identities(&w->keys, identity);
		w->with.ids = (const struct age_identity *const *)w->keys.ids;
		w->with.n = w->keys.ids_n;
		return e;
	}
	e = passphrase_read(
	    &w->words, passphrase_file, "Passphrase of the backup: ", false);
	w->with.words = (const char *)w->words.at;
	w->with.words_len = w->words.len;
	return e;
}

void
backups_with_init(struct backups_with *w)
{
	*w = (struct backups_with){ .with.n = 0 };
	keyring_init(&w->keys);
	buf_init(&w->words, PASSPHRASE_MAX + 1);
}

void
backups_with_drop(struct backups_with *w)
{
	keyring_drop(&w->keys);
	buf_drop(&w->words);
}

static int
verify(struct backup_cmd *c)
{
	const int fd = open(c->verify, O_RDONLY | O_CLOEXEC);
	struct backup_said said;
	struct backups_with w;
	int status = CMD_FAILED;
	enum err e;

	if (fd < 0)
		return cmd_fail(file_err(), c->verify, "Name a backup.");
	backups_with_init(&w);
	if (backups_with(&w, c->identity, c->passphrase_file) == ERR_OK) {
		e = backup_look(&said, fd, &w.with);
		status = e == ERR_OK ? backups_say(&said, c->verify, c->json)
				     : backups_say_not(e, c->verify);
	}
	backups_with_drop(&w);
	(void)close(fd);
	return status;
}

/* What is written, on its way to the file. */
struct writing {
	struct out out;
	struct sha256 *hash;
};

static enum err
put(void *who, const void *p, size_t n)
{
	struct writing *w = who;

	sha256_add(w->hash, p, n);
	return out_put(&w->out, p, n);
}

/* The file has the very bytes that were written. */
static enum err
same_bytes(int fd, struct sha256 *written)
{
	uint8_t was[SHA256_BYTES], is[SHA256_BYTES];
	struct sha256 *now = sha256_open();
	static uint8_t piece[65536]; /* sealed bytes */
	enum err e = now == NULL ? ERR_NOMEM : ERR_OK;
	ssize_t n = 1;

	while (e == ERR_OK && n > 0) {
		if ((n = read(fd, piece, sizeof piece)) < 0)
			e = file_err();
		else
			sha256_add(now, piece, (size_t)n);
	}
	if (e == ERR_OK) {
		sha256_end(written, was);
		sha256_end(now, is);
		e = memcmp(was, is, sizeof was) == 0 ? ERR_OK : ERR_FORGED;
	}
	sha256_close(now);
	return e;
}

/* Read back, before it gets its name: a bad one takes no good one's place.
 * What is sealed to somebody else only they can open. */
static enum err
read_back(struct writing *w, const struct age_to *to, struct backup_said *said)
{
	const struct age_with with = { .words = to->words,
		.words_len = to->words_len };
	int fd;
	enum err e;

	if ((e = out_again(&fd, &w->out)) != ERR_OK)
		return e;
	e = same_bytes(fd, w->hash);
	if (e == ERR_OK && to->words != NULL)
		e = backup_look(said, fd, &with);
	(void)close(fd);
	return e;
}

static int
say_kept(const struct backup_cmd *c, const struct pack_said_of *said)
{
	struct json_out w;
	struct buf out;
	int status;

	if (!c->json) {
		printf("%s is a backup of this desk, read back after it was "
		       "written: %u conversation%s,\n%u entr%s, %llu part%s of "
		       "files%s.%s\n",
		    c->to, said->conversations,
		    said->conversations == 1 ? "" : "s", said->entries,
		    said->entries == 1 ? "y" : "ies",
		    (unsigned long long)said->parts,
		    said->parts == 1 ? "" : "s",
		    c->alone ? ", and the team's keys" : "; no key",
		    c->alone ? " Whoever opens it reads what comes after, too: "
			       "keep it well."
			     : "");
		return CMD_DONE;
	}
	buf_init(&out, 8192);
	json_begin(&w, &out);
	json_put_str(&w, "backup", c->to, strlen(c->to));
	json_put_bool(&w, "alone", c->alone);
	json_put_u64(&w, "conversations", said->conversations);
	json_put_u64(&w, "entries", said->entries);
	json_put_u64(&w, "parts", said->parts);
	status = members_put(&out, json_end(&w));
	buf_drop(&out);
	return status;
}

static int
say_not_kept(const struct backup_cmd *c, enum err e)
{
	switch ((int)e) {
	case ERR_NOTHING:
		return say("This device was struck off: its folder is all "
			   "there is of it.");
	case ERR_DENIED:
		return say("--alone is for the only device of a team: here "
			   "others can hand over, and a backup that holds keys "
			   "would let whoever finds it read what comes after.");
	case ERR_TAKEN:
		return say("--to wants a plain file, which can be read "
			   "back.");
	case ERR_FULL:
		return cmd_fail(
		    e, c->to, "Make room; what was there before is as it was.");
	case ERR_FORGED:
		return cmd_fail(e, c->to,
		    "The disk gave back other bytes than were written: use "
		    "another one. What was there before is as it was.");
	default:
		return cmd_fail(
		    e, c->to, "What was there before is as it was.");
	}
}

static enum err
keep(struct backup_cmd *c, struct desk *d, const struct age_to *to,
    struct pack_said_of *said)
{
	struct writing w = { .hash = sha256_open() };
	struct backup_said back;
	enum err e;

	out_init(&w.out);
	if (w.hash == NULL)
		return ERR_NOMEM;
	if ((e = out_open(&w.out, c->to, 0600)) != ERR_OK)
		goto out;
	e = ERR_TAKEN; /* a pipe, a device */
	if (w.out.path[0] == '\0')
		goto out;
	if ((e = pack_keep(d, c->alone, to, (struct age_sink){ put, &w },
		 said)) == ERR_OK &&
	    (e = read_back(&w, to, &back)) == ERR_OK)
		e = out_done(&w.out);
out:
	out_drop(&w.out);
	sha256_close(w.hash);
	return e;
}

/* To whom it is sealed. */
static enum err
seal_to(struct backup_cmd *c, struct age_to *to)
{
	enum err e;

	*to = (struct age_to){ .work = vault_work() };
	if (c->recipient != NULL) {
		e = keyring_add_recipient(&c->keys, c->recipient);
		to->recipients = c->keys.recipients;
		to->n = c->keys.recipients_n;
		return e;
	}
	if (c->new_passphrase_file == NULL)
		fputs("The backup gets a passphrase of its own: write it down, "
		      "and keep it elsewhere.\n",
		    stderr);
	e = passphrase_new(&c->words, c->new_passphrase_file);
	to->words = (const char *)c->words.at;
	to->words_len = c->words.len;
	return e;
}

static int
make(struct backup_cmd *c)
{
	struct pack_said_of said;
	struct desk *d = NULL;
	struct age_to to;
	int status;
	enum err e;

	if (!members_may(c->to, AGE_BEGIN))
		return CMD_FAILED;
	status = desk_cmd_open(
	    &d, c->dir, c->passphrase_file, "Passphrase of the desk: ");
	if (status != CMD_DONE)
		return status;
	status = CMD_FAILED;
	if (seal_to(c, &to) == ERR_OK) {
		e = keep(c, d, &to, &said);
		status = e == ERR_OK ? say_kept(c, &said) : say_not_kept(c, e);
	}
	desk_close(d);
	return status;
}

/* NULL, or what is wrong. */
static const char *
check(const struct backup_cmd *c)
{
	if (c->verify != NULL)
		return c->dir != NULL || c->to != NULL || c->alone ||
			c->recipient != NULL || c->new_passphrase_file != NULL
		    ? "--verify FILE goes with --passphrase-file, --identity "
		      "and --json alone"
		    : NULL;
	if (c->dir == NULL || c->to == NULL)
		return "it wants the desk's folder and --to FILE, or --verify "
		       "FILE";
	if (strcmp(c->to, "-") == 0)
		return "--to wants a file";
	if (c->identity != NULL)
		return "--identity goes with --verify";
	if (c->recipient != NULL && c->new_passphrase_file != NULL)
		return "a backup is sealed to a recipient or with a "
		       "passphrase, not both";
	return NULL;
}

/* NULL, or what is wrong. */
static const char *
read_args(struct backup_cmd *c, int argc, char **argv)
{
	const struct option_row rows[] = {
		{ "to", &c->to, NULL },
		{ "verify", &c->verify, NULL },
		{ "recipient", &c->recipient, NULL },
		{ "identity", &c->identity, NULL },
		{ "passphrase-file", &c->passphrase_file, NULL },
		{ "new-passphrase-file", &c->new_passphrase_file, NULL },
		{ "alone", NULL, &c->alone },
		{ "json", NULL, &c->json },
	};
	const char *wrong =
	    option_read_dir(argc, argv, rows, COUNT(rows), &c->dir);

	return wrong == NULL ? check(c) : wrong;
}

static int
run(int argc, char **argv)
{
	struct backup_cmd c = { .dir = NULL };
	const char *wrong;
	int status;

	if ((wrong = read_args(&c, argc, argv)) != NULL)
		return cmd_misuse(&cmd_backup, wrong);
	if ((status = cmd_begin()) != CMD_DONE)
		return status;
	keyring_init(&c.keys);
	buf_init(&c.words, PASSPHRASE_MAX + 1);
	status = c.verify != NULL ? verify(&c) : make(&c);
	keyring_drop(&c.keys);
	buf_drop(&c.words);
	return status;
}

const struct cmd cmd_backup = {
	.name = "backup",
	.what = "keep a copy of a desk, sealed, that reads nothing to come",
	.usage =
	    "usage: sotto backup DESK --to FILE [--recipient R] [--alone] [--json]\n"
	    "       sotto backup --verify FILE [--identity F] [--json]\n"
	    "\n"
	    "Writes one file with all that a desk has: members, log, letters, words, files.\n"
	    "It is sealed with a passphrase of its own, asked twice, or to a recipient. No\n"
	    "key is in it: whoever finds it, with its passphrase, reads nothing that comes\n"
	    "after, and cannot speak for the team. sotto restore makes a new device of it.\n"
	    "\n"
	    "It is read back before it takes the place of an older one.\n"
	    "\n"
	    "  --to FILE                 where to; best on another disk\n"
	    "  --recipient R             seal to age1pq... or age1..., not a passphrase\n"
	    "  --alone                   of the only device of a team: its keys are in it\n"
	    "                            too, for nobody else could hand them over\n"
	    "  --verify FILE             read one whole, and say what it holds\n"
	    "  --identity F              of the recipient, with --verify\n"
	    "  --passphrase-file F       the first line of F is the desk's passphrase; with\n"
	    "                            --verify, the backup's\n"
	    "  --new-passphrase-file F   the same of the backup that is made\n"
	    "  --json                    say it as one line of JSON\n"
	    "\n"
	    "  sotto backup team/desk --to /media/stick/desk.backup\n"
	    "  sotto backup --verify /media/stick/desk.backup\n",
	.run = run,
};
