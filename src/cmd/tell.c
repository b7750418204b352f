#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/text.h"
#include "base/wipe.h"
#include "cmd/cmd.h"
#include "cmd/option.h"
#include "cmd/tell_answers.h"
#include "cmd/tell_show.h"
#include "crypt/crypt.h"
#include "note/json.h"
#include "tell/inbox.h"
#include "tell/send.h"
#include "tell/tell.h"

struct options {
	const char *address;
	const char *phrase_file;
	const char *name;
	const char *door;
	const char *socks;
	const char *to;
	const char *attach[SEND_ATTACH_MAX];
	size_t attached;
	char *answer[LETTER_ANSWERS_MAX];
	size_t answered;
	bool new_phrase, questions, read, all, json, del;
};

/* What the team may call somebody: seen as it was typed. */
static bool
is_name(const char *name)
{
	const size_t n = strlen(name);

	return n <= LETTER_NAME_MAX && text_is_line(name, n) &&
	    !text_is_blank(name, n);
}

/* What goes together.  NULL, or what is wrong. */
static const char *
check_options(const struct options *o)
{
	if (o->address == NULL)
		return "it wants the address of a line";
	if (o->new_phrase + o->questions + o->read + o->del > 1)
		return "--new-phrase, --questions, --read and --delete exclude "
		       "each other";
	if (!o->new_phrase && !o->questions && o->phrase_file == NULL)
		return "it wants --phrase-file with your nine words, or "
		       "--new-phrase to make some";
	if (o->new_phrase && o->phrase_file != NULL)
		return "--new-phrase prints new words and takes no file";
	if (o->questions && o->phrase_file != NULL)
		return "--questions needs no words: leave --phrase-file out";
	if (o->new_phrase && o->socks != NULL)
		return "--new-phrase asks nobody: leave --socks out";
	if (o->name != NULL && !is_name(o->name))
		return "the name must be 1 to 100 bytes of plain text, in one "
		       "line";
	if (!o->read && (o->to != NULL || o->all))
		return "--to and --all go with --read";
	if (!o->read && !o->questions && o->json)
		return "--json goes with --read and --questions";
	if (((o->new_phrase || o->questions || o->read || o->del) &&
		(o->attached > 0 || o->answered > 0 || o->name != NULL)) ||
	    ((o->new_phrase || o->questions || o->read) && o->door != NULL))
		return "--attach, --answer, --name and --door go with a message";
	return NULL;
}

static const struct option longs[] = {
	{ "all", no_argument, NULL, 'A' },
	{ "answer", required_argument, NULL, 'q' },
	{ "attach", required_argument, NULL, 'a' },
	{ "delete", no_argument, NULL, 'D' },
	{ "door", required_argument, NULL, 'd' },
	{ "json", no_argument, NULL, 'j' },
	{ "name", required_argument, NULL, 'n' },
	{ "new-phrase", no_argument, NULL, 'N' },
	{ "phrase-file", required_argument, NULL, 'p' },
	{ "questions", no_argument, NULL, 'Q' },
	{ "read", no_argument, NULL, 'r' },
	{ "socks", required_argument, NULL, 's' },
	{ "to", required_argument, NULL, 't' },
	{ NULL, 0, NULL, 0 },
};

/* One option.  NULL, or what is wrong. */
static const char *
read_one(struct options *o, int c)
{
	const struct {
		int c;
		bool *flag;
		const char **value;
	} rows[] = {
		{ 'A', &o->all, NULL },
		{ 'D', &o->del, NULL },
		{ 'd', NULL, &o->door },
		{ 'j', &o->json, NULL },
		{ 'n', NULL, &o->name },
		{ 'N', &o->new_phrase, NULL },
		{ 'p', NULL, &o->phrase_file },
		{ 'Q', &o->questions, NULL },
		{ 'r', &o->read, NULL },
		{ 's', NULL, &o->socks },
		{ 't', NULL, &o->to },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		if (rows[i].c != c)
			continue;
		if (rows[i].flag != NULL)
			*rows[i].flag = true;
		else if (*rows[i].value != NULL)
			return "an option is given twice";
		else
			*rows[i].value = optarg;
		return NULL;
	}
	if (c == 'a' && o->attached < SEND_ATTACH_MAX)
		o->attach[o->attached++] = optarg;
	else if (c == 'q' && o->answered < LETTER_ANSWERS_MAX)
		o->answer[o->answered++] = optarg;
	else
		return c == 'a' ? "at most 31 files go with a message"
				: "at most 32 answers go with a message";
	return NULL;
}

static const char *
read_options(struct options *o, int argc, char **argv)
{
	const char *wrong;
	int c;

	memset(o, 0, sizeof(*o));
	option_begin();
	while ((c = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
		if (c == ':' || c == '?')
			return option_wrong(c, argv, longs);
		if ((wrong = read_one(o, c)) != NULL)
			return wrong;
	}
	if (optind < argc)
		o->address = argv[optind++];
	if (optind < argc)
		return "one address is enough";
	return check_options(o);
}

static int
fail(const char *why)
{
	fprintf(stderr, "sotto tell: %s\n", why);
	return CMD_FAILED;
}

static int
new_phrase(void)
{
	char text[PHRASE_TEXT_BYTES];
	struct phrase phrase;

	phrase_new(&phrase);
	phrase_write(&phrase, text);
	puts(text);
	wipe(text, sizeof(text));
	phrase_drop(&phrase);
	return fflush(stdout) == 0 ? CMD_DONE
				   : fail("Nothing could be written.");
}

/* Say which word is wrong, and what it may have been. */
static void
explain(const struct phrase_fault *f)
{
	if (f->wrong == PHRASE_COUNT_WRONG) {
		fprintf(stderr,
		    "sotto tell: The file of your words has %u words; there "
		    "must be nine.\n",
		    f->count);
		return;
	}
	if (f->wrong == PHRASE_CHECK_WRONG) {
		fputs("sotto tell: These nine words do not belong together. "
		      "Compare each of them with what you wrote down.\n",
		    stderr);
		return;
	}
	for (unsigned i = 0; i < f->kept; i++) {
		const struct phrase_typed *w = f->words + i;

		if (w->known)
			continue;
		fprintf(
		    stderr, "sotto tell: Word %u is not on the list.", i + 1);
		for (size_t k = 0; k < w->nearest_count; k++)
			fprintf(stderr, "%s%s", k == 0 ? " Near it: " : ", ",
			    w->nearest[k]);
		fputs(w->nearest_count > 0 ? ".\n" : "\n", stderr);
	}
}

static int
read_phrase(struct phrase *phrase, const char *path)
{
	struct phrase_fault fault = { .wrong = PHRASE_RIGHT };
	struct buf raw;
	enum err e;
	int status = CMD_DONE;

	buf_init(&raw, PHRASE_INPUT_MAX);
	if ((e = file_read(&raw, path)) != ERR_OK) {
		status = cmd_fail(e, "your words cannot be read",
		    "The file of --phrase-file holds the nine words and "
		    "nothing else.");
		goto out;
	}
	e = phrase_read(phrase, (const char *)raw.at, raw.len, &fault);
	if (e != ERR_OK) {
		explain(&fault);
		status = CMD_FAILED;
	}
out:
	phrase_fault_drop(&fault);
	buf_drop(&raw);
	return status;
}

static void
show_progress(void *with, uint64_t done, uint64_t all)
{
	(void)with;
	fprintf(stderr, "\r%llu of %llu MiB sent%s", (unsigned long long)done,
	    (unsigned long long)all, done == all ? "\n" : "");
}

/* The message from standard input. */
static int
read_text(struct buf *text)
{
	enum err e;

	if (isatty(STDIN_FILENO))
		fputs("Write your message, and end it with Ctrl-D on a line of "
		      "its own.\n",
		    stderr);
	e = file_read_fd(text, STDIN_FILENO);
	if (e != ERR_OK && e != ERR_TOOBIG)
		return cmd_fail(e, "the message cannot be read",
		    "Give it on standard input, as in < letter.txt.");
	if (e == ERR_OK && !text_is_utf8((const char *)text->at, text->len))
		return fail("The message is not text in UTF-8. Send it as a "
			    "file with --attach.");
	if (e == ERR_TOOBIG ||
	    text_chars((const char *)text->at, text->len) > TELL_TEXT_CHARS)
		return fail("The message is longer than 100,000 characters. "
			    "Send it as a file with --attach.");
	return CMD_DONE;
}

static int
attach_all(struct send *s, const struct options *o)
{
	for (size_t i = 0; i < o->attached; i++) {
		enum err e = send_attach(s, o->attach[i]);

		if (e == ERR_FORMAT)
			return fail("A folder or a device cannot be attached, "
				    "only files. Pack a folder first.");
		if (e != ERR_OK)
			return cmd_fail(e, o->attach[i], "Nothing was sent.");
	}
	return CMD_DONE;
}

/* The ways in are listed with who reads there: that is what is chosen. */
static int
say_doors(const struct tell *t, enum err e)
{
	const struct key_note *note = &t->offer.note;

	fputs(e == ERR_MISSING
		? "sotto tell: Say with --door who should read it:\n"
		: "sotto tell: The line has no such door. It has:\n",
	    stderr);
	for (size_t i = 0; i < note->doors_n; i++) {
		const struct key_note_door *d = &note->doors[i];

		if (send_door_is_open(t, d))
			fprintf(stderr, "  %s%s%s\n", d->name,
			    d->readers[0] == '\0' ? "" : ": ", d->readers);
	}
	return CMD_FAILED;
}

static int
answer_all(struct send *s, const struct options *o)
{
	for (size_t i = 0; i < o->answered; i++) {
		const enum err e = send_answer(s, o->answer[i]);

		if (e == ERR_TOOBIG)
			return fail("The answers are too long together; put "
				    "more of it into the message.");
		if (e != ERR_OK)
			return fail("An answer is --answer ID=TEXT, each ID "
				    "once: lower case letters, digits and "
				    "hyphens.");
	}
	return CMD_DONE;
}

/* Who can open it: the few who answer, or all who read at the door. */
static void
say_sent(const struct tell *t, const struct send *s, const struct inbox *in)
{
	const struct key_note_door *door =
	    key_note_door(&t->offer.note, s->door);

	if (s->known) {
		puts("Sent before, whole; nothing was sent twice.");
		return;
	}
	puts("Sent. It lies sealed on the line's disk now.");
	if (in->said.next != NULL)
		puts("Only those who answer you can open it.");
	else if (door != NULL && door->readers[0] != '\0')
		printf("Read by: %s\n", door->readers);
}

static int
send_it(struct tell *t, const struct options *o)
{
	struct inbox in;
	struct send s;
	struct buf text;
	int status;
	enum err e;

	inbox_init_answers(&in);
	send_init(&s);
	buf_init(&text, (size_t)TELL_TEXT_CHARS * 4);
	if ((status = read_text(&text)) != CMD_DONE ||
	    (status = attach_all(&s, o)) != CMD_DONE ||
	    (status = answer_all(&s, o)) != CMD_DONE)
		goto out;
	/* What nobody could see is no message. */
	if (text_is_blank((const char *)text.at, text.len))
		buf_clear(&text);
	if (text.len == 0 && o->attached == 0 && o->answered == 0) {
		status = fail("There is nothing to send: the message comes "
			      "from standard input, as in < letter.txt.");
		goto out;
	}
	if ((e = send_door(&s, t, o->door)) != ERR_OK) {
		status = say_doors(t, e);
		goto out;
	}
	if ((status = tell_check_answers(t, &s)) != CMD_DONE)
		goto out;
	s.text = text.len == 0 ? "" : (const char *)text.at;
	s.text_len = text.len;
	s.name = o->name;
	t->progress = isatty(STDERR_FILENO) ? show_progress : NULL;
	if (inbox_open(&in, t, false) != ERR_OK ||
	    send_letter(&s, t, &in) != ERR_OK)
		status = fail(t->why);
	else
		say_sent(t, &s, &in);
out:
	buf_drop(&text);
	send_drop(&s);
	inbox_drop(&in);
	return status;
}

static int
read_it(struct tell *t, const struct options *o)
{
	const struct tell_show show = { .json = o->json, .to = o->to };
	struct inbox in;
	int status = CMD_DONE;

	inbox_init(&in);
	if (inbox_open(&in, t, o->all) != ERR_OK ||
	    tell_show(t, &in, &show) != ERR_OK)
		status = fail(t->why);
	inbox_drop(&in);
	return status;
}

/* Everything is removed; let the team know. */
static int
tell_deletion(struct tell *t, struct send *s, const struct inbox *in)
{
	if (send_deletion(s, t, in) == ERR_OK) {
		puts("What lay on the line for these words is removed now, and "
		     "a message tells the team so. What they have already "
		     "fetched is theirs to delete.");
		return CMD_DONE;
	}
	puts("What lay on the line for these words is removed now. What the "
	     "team has already fetched is theirs to delete.");
	fprintf(stderr,
	    "sotto tell: The team could not be told; the same command does it "
	    "later. %s\n",
	    t->why);
	return CMD_FAILED;
}

/* First what matters most.  If it breaks off anywhere, the same command does
 * the whole once more: what is deleted keeps its place, so that there is
 * something to tell of. */
static int
delete_it(struct tell *t, const struct options *o)
{
	struct inbox in;
	struct send s;
	int status = CMD_DONE;
	enum err e;

	inbox_init_answers(&in);
	send_init(&s);
	if ((e = send_door(&s, t, o->door)) != ERR_OK)
		status = say_doors(t, e);
	else if (inbox_open(&in, t, false) != ERR_OK ||
	    inbox_delete(&in, t) != ERR_OK)
		status = fail(t->why);
	else if (inbox_is_empty(&in))
		puts("Nothing lies on the line for these words, and the team "
		     "was told nothing. What they have already fetched is "
		     "theirs to delete.");
	else
		status = tell_deletion(t, &s, &in);
	send_drop(&s);
	inbox_drop(&in);
	return status;
}

/* What the source should know about the way there. */
static void
warn(const struct address *a, const char *socks)
{
	if (a->f[0] == '\0')
		fputs("sotto tell: The address has no fingerprint (URL#...): "
		      "trusting whoever answers there.\n",
		    stderr);
	if (socks == NULL && !a->loopback)
		fputs("sotto tell: This goes without Tor: the network and the "
		      "line see where you are.\n",
		    stderr);
}

/* What the team asks, which anybody may know. */
static int
ask_questions(
    const struct options *o, const struct address *a, const char *socks)
{
	struct tell_questions q;
	struct tell t;
	int status = CMD_DONE;

	tell_init(&t);
	warn(a, socks);
	if (tell_open(&t, a, socks) != ERR_OK ||
	    tell_questions(&t, &q) != ERR_OK ||
	    tell_show_questions(&t, &q, o->json) != ERR_OK)
		status = fail(t.why);
	tell_drop(&t);
	return status;
}

/* Everything that needs the line and the words. */
static int
visit(const struct options *o, const struct address *a, const char *socks)
{
	struct phrase phrase;
	struct tell t;
	int status;

	tell_init(&t);
	if ((status = read_phrase(&phrase, o->phrase_file)) != CMD_DONE)
		return status;
	warn(a, socks);
	if (tell_open(&t, a, socks) != ERR_OK ||
	    tell_enter(&t, &phrase) != ERR_OK)
		status = fail(t.why);
	else if (o->read)
		status = read_it(&t, o);
	else if (o->del)
		status = delete_it(&t, o);
	else
		status = send_it(&t, o);
	tell_drop(&t);
	phrase_drop(&phrase);
	return status;
}

static int
run(int argc, char **argv)
{
	struct options o;
	struct address a;
	const char *wrong;
	enum err e;

	if ((wrong = read_options(&o, argc, argv)) != NULL)
		return cmd_misuse(&cmd_tell, wrong);
	if (address_read(&a, o.address) != ERR_OK)
		return cmd_misuse(&cmd_tell,
		    "that is no address; it looks like "
		    "http://HOST:PORT#FINGERPRINT, the fingerprint 32 "
		    "characters");
	if ((e = crypt_init()) != ERR_OK)
		return cmd_fail(e, "no cryptography", NULL);
	json_init();
	if (o.new_phrase)
		return new_phrase();
	if (o.socks == NULL && a.onion)
		o.socks = CMD_TOR;
	return o.questions ? ask_questions(&o, &a, o.socks)
			   : visit(&o, &a, o.socks);
}

const struct cmd cmd_tell = {
	.name = "tell",
	.what = "write to a team as a source, sealed on this machine",
	.usage =
	    "usage: sotto tell ADDRESS --new-phrase > WORDS\n"
	    "       sotto tell ADDRESS --questions [--json]\n"
	    "       sotto tell ADDRESS --phrase-file WORDS [--attach FILE]... < TEXT\n"
	    "                  [--answer ID=TEXT]... [--name NAME] [--door DOOR]\n"
	    "       sotto tell ADDRESS --phrase-file WORDS --read [--all] [--json] [--to DIR]\n"
	    "       sotto tell ADDRESS --phrase-file WORDS --delete [--door DOOR]\n"
	    "\n"
	    "Writes to a team as a source, sealed on this machine: the server sees no word.\n"
	    "ADDRESS is URL#FINGERPRINT as the team publishes it; without the fingerprint\n"
	    "whoever answers is trusted.\n"
	    "\n"
	    "  --new-phrase         print nine fresh words.  Whoever has them can read the\n"
	    "                       answers, and nobody can give them back to you: keep\n"
	    "                       the file from others on this machine (umask 077)\n"
	    "  --phrase-file WORDS  the file with your nine words\n"
	    "  --attach FILE        send a file too, as it is: what it says about its maker\n"
	    "                       goes with it; up to 31 of them\n"
	    "  --questions          list what the team asks, each with its ID\n"
	    "  --answer ID=TEXT     answer one of these; once for each.  What the line does\n"
	    "                       not ask, or no choice of its, is not sent\n"
	    "  --name NAME          what the team may call you\n"
	    "  --door DOOR          who should read it, where the line has several doors;\n"
	    "                       without it they are listed, each with who reads there\n"
	    "  --read               show the newest six messages; with --all every one\n"
	    "  --to DIR             save the files of the messages in DIR\n"
	    "  --json               with --read and --questions: one JSON array\n"
	    "  --delete             remove from the line what is there for your words, and\n"
	    "                       tell the team so with one more message\n"
	    "  --socks ADDR:PORT    Tor's port; onion addresses take 127.0.0.1:9050\n"
	    "\n"
	    "If sending breaks off, the same command goes on where it stopped.\n"
	    "\n"
	    "  umask 077; sotto tell ADDRESS --new-phrase > words.txt\n"
	    "  sotto tell ADDRESS --phrase-file words.txt --attach report.pdf < letter.txt\n"
	    "  sotto tell ADDRESS --phrase-file words.txt --read\n",
	.run = run,
};
