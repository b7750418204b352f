/* sotto custody: check the chain of custody of an item, without a desk. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/file.h"
#include "evidence/custody.h"
#include "note/json.h"
#include "team/certificate.h"

#include "cmd/cmd.h"
#include "cmd/in.h"
#include "cmd/option.h"
#include "cmd/plain.h"

#define SENTENCE_MAX 400U
#define MARGIN 7 /* of words under their row */

struct custody_cmd {
	const char *file;
	char **items; /* the files that it is to be of */
	size_t items_n;
	const char *team; /* F */
	const char *key;
	bool json, rows;
	struct custody chain;
	struct custody_fault fault;
	const char *wrong_item;
	const char *word; /* what is wrong, for programs; NULL: nothing */
	char sentence[SENTENCE_MAX];
};

/* What is read of a file. */
struct item_hash {
	struct sha256 *of;
	uint64_t size;
};

/* What is wrong: a word, and a sentence in which # and @ are numbers of rows.
 */
static const struct {
	const char *word, *says;
} wrongs[] = {
	[CUSTODY_NO_CHAIN] = { "no-chain",
	    "this is not the beginning of a chain of custody" },
	[CUSTODY_LATER] = { "later",
	    "this chain is of a later version: a newer sotto reads it" },
	[CUSTODY_ALTERED] = { "altered",
	    "this line was altered: it is not what its own hash says" },
	[CUSTODY_FORM] = { "form",
	    "this line was altered: it is not as a chain has one here" },
	[CUSTODY_EXCHANGED] = { "exchanged",
	    "rows were exchanged: row # stands where row @ must" },
	[CUSTODY_LEFT_OUT] = { "left-out",
	    "row # was left out: it must stand here" },
	[CUSTODY_TWICE] = { "twice",
	    "row # stands here once more, where row @ must" },
	[CUSTODY_BROKEN] = { "broken",
	    "row # does not follow the line before it: one of the two was "
	    "written anew" },
	[CUSTODY_TOO_MANY] = { "too-many",
	    "a row was added behind row #, which is the last by the head" },
	[CUSTODY_COMMITMENT] = { "commitment",
	    "the commitment is not of the hash and the salt that stand beside "
	    "it" },
	[CUSTODY_UNSIGNED] = { "unsigned",
	    "here must stand a signature, whole and as one is written" },
	[CUSTODY_FORGED] = { "forged",
	    "the signature is wrong: the key in the head did not sign this" },
	[CUSTODY_FORGED_TEAM] = { "forged-team",
	    "the team's signature is wrong: its key did not sign this" },
	[CUSTODY_NO_ENTRY] = { "no-entry",
	    "here must stand the entry of row #" },
	[CUSTODY_OTHER_ENTRY] = { "other-entry",
	    "the entry that begins here is not the one that row # names" },
	[CUSTODY_FORGED_ENTRY] = { "forged-entry",
	    "the entry that begins here is not signed by the key that row # "
	    "names" },
	[CUSTODY_ENTRY_SAYS] = { "entry-says",
	    "the entry that begins here does not say what row # says" },
	[CUSTODY_OVER] = { "over", "this stands behind the end of the chain" },
};

/* Remember what is wrong beside the chain itself; the first counts. */
static void
refuse(struct custody_cmd *c, const char *word, const char *sentence)
{
	if (c->word != NULL)
		return;
	c->word = word;
	(void)snprintf(c->sentence, sizeof c->sentence, "%s", sentence);
}

static void
refuse_line(struct custody_cmd *c)
{
	const struct custody_fault *f = &c->fault;
	size_t at = 0;

	for (const char *s = wrongs[f->wrong].says; *s != '\0'; s++)
		if (*s == '#' || *s == '@')
			at += (size_t)snprintf(c->sentence + at,
			    sizeof c->sentence - at, "%zu",
			    *s == '#' ? f->row : f->other);
		else if (at + 24 < sizeof c->sentence)
			c->sentence[at++] = *s;
	c->sentence[at] = '\0';
	c->word = wrongs[f->wrong].word;
}

static enum err
add(void *who, const void *p, size_t n)
{
	struct item_hash *h = who;

	h->size += n;
	sha256_add(h->of, p, n);
	return ERR_OK;
}

static enum err
hash_file(
    struct item_hash *h, uint8_t sha[static SHA256_BYTES], const char *path)
{
	struct in in = { .fd = -1 };
	enum err e;

	if ((h->of = sha256_open()) == NULL)
		return ERR_NOMEM;
	if ((e = in_open(&in, path)) == ERR_OK)
		e = in_each(&in, add, h);
	if (e == ERR_OK)
		sha256_end(h->of, sha);
	in_close(&in);
	sha256_close(h->of);
	return e;
}

/* Is the file the one that the chain is of? */
static int
check_item(struct custody_cmd *c, const char *path)
{
	struct item_hash h = { .size = 0 };
	uint8_t sha[SHA256_BYTES];
	enum err e;

	if (!c->chain.has_file) {
		refuse(c, "no-file",
		    "the chain does not say of which file it is: ask for one "
		    "with the salt");
		return CMD_DONE;
	}
	if ((e = hash_file(&h, sha, path)) != ERR_OK)
		return cmd_fail(e, path, NULL);
	if (h.size == c->chain.size &&
	    memcmp(sha, c->chain.sha256, sizeof sha) == 0)
		return CMD_DONE;
	c->wrong_item = path;
	refuse(c, "other-file", "this is not the file that the chain is of");
	return CMD_DONE;
}

/* Does the chain come from where it is said to? */
static void
check_from(struct custody_cmd *c)
{
	char team[TEAM_PRINT_BYTES], key[SIGN_PUBLIC_BYTES * 2 + 1];

	team_print(team, c->chain.team);
	enc_hex(key, c->chain.device, sizeof c->chain.device);
	if (c->key != NULL && strcmp(c->key, key) != 0)
		refuse(c, "other-key", "it is signed by another key than that");
	if (c->team != NULL && strcmp(c->team, team) != 0)
		refuse(c, "other-team", "it is of another team than that");
	if (c->team != NULL && !c->chain.by_team)
		refuse(c, "no-team",
		    "the team key did not sign it, so it may be of anybody");
}

static void
put_chain(struct json_out *w, const struct custody_cmd *c)
{
	const struct custody *k = &c->chain;
	char text[TEAM_PRINT_BYTES], date[CLOCK_DATE_BYTES];
	const char *kind = effect_variant_word(k->kind);

	team_print(text, k->team);
	clock_date(date, k->day);
	json_put_str(w, "team", text, strlen(text));
	json_put_bool(w, "team_signed", k->by_team);
	json_put_hex(w, "device", k->device, sizeof k->device);
	json_put_hex(w, "item", k->item, sizeof k->item);
	json_put_str(w, "kind", kind, strlen(kind));
	json_put_str(w, "date", date, strlen(date));
	json_put_u64(w, "rows", k->rows_n);
	json_put_bool(w, "entries", k->entries);
	json_put_u64(w, "files", c->word == NULL ? c->items_n : 0);
}

/* The time of a row's act; "" when it says none. */
static void
time_of(char out[static CUSTODY_TIME_BYTES], const struct custody_row *row)
{
	out[0] = '\0';
	if (row->second > 0)
		custody_time(out, row->second - 1);
}

static void
put_row(struct json_out *w, const struct custody_row *row)
{
	const char *act = custody_word(row->did);
	char date[CLOCK_DATE_BYTES], time[CUSTODY_TIME_BYTES];

	clock_date(date, row->day);
	time_of(time, row);
	json_put_object(w, NULL);
	json_put_str(w, "date", date, strlen(date));
	json_put_str(w, "time", time, strlen(time));
	json_put_str(w, "act", act, strlen(act));
	if (row->did == CUSTODY_DERIVED)
		json_put_hex(w, "item", row->item, sizeof row->item);
	json_put_str(w, "who", row->who, strlen(row->who));
	json_put_str(w, "words", row->words, strlen(row->words));
	json_put_object_end(w);
}

static void
put_rows(struct json_out *w, const struct custody *k)
{
	json_put_list(w, "acts");
	for (size_t i = 0; i < k->rows_n; i++)
		put_row(w, &k->rows[i]);
	json_put_list_end(w);
}

static int
say_json(const struct custody_cmd *c)
{
	struct json_out w;
	struct buf out;
	enum err e;

	buf_init(&out, CUSTODY_MAX);
	json_begin(&w, &out);
	json_put_bool(&w, "right", c->word == NULL);
	if (c->word != NULL) {
		json_put_str(&w, "wrong", c->word, strlen(c->word));
		json_put_u64(&w, "line", c->fault.line);
		json_put_u64(&w, "row", c->fault.row);
		json_put_u64(&w, "other", c->fault.other);
		json_put_str(&w, "says", c->sentence, strlen(c->sentence));
	}
	if (c->chain.rows_n > 0)
		put_chain(&w, c);
	if (c->rows && c->word == NULL)
		put_rows(&w, &c->chain);
	if ((e = json_end(&w)) == ERR_OK &&
	    (e = buf_put_str(&out, "\n")) == ERR_OK)
		e = json_show(1, out.at, out.len);
	buf_drop(&out);
	if (e != ERR_OK)
		return cmd_fail(e, "the answer", NULL);
	return c->word == NULL ? CMD_DONE : CMD_FAILED;
}

static int
say_wrong(const struct custody_cmd *c)
{
	if (c->fault.line > 0)
		fprintf(stderr, "sotto: %s, line %zu: %s.\n", c->file,
		    c->fault.line, c->sentence);
	else
		fprintf(stderr, "sotto: %s: %s.\n",
		    c->wrong_item == NULL ? c->file : c->wrong_item,
		    c->sentence);
	return CMD_FAILED;
}

static enum err
put_words(struct buf *out, const char *words)
{
	char margin[MARGIN + 1];

	memset(margin, ' ', MARGIN);
	margin[MARGIN] = '\0';
	return plain_put_under(out, margin, words, strlen(words));
}

static enum err
put_act(struct buf *out, const struct custody_row *row, size_t n)
{
	char date[CLOCK_DATE_BYTES], time[CUSTODY_TIME_BYTES];
	char hex[ITEM_ID_BYTES * 2 + 1];
	enum err e;

	clock_date(date, row->day);
	time_of(time, row);
	if ((e = buf_put_fmt(out, "%5zu  %s %-8s  %-9s  ", n, date, time,
		 custody_word(row->did))) != ERR_OK ||
	    (e = plain_put(out, row->who, strlen(row->who))) != ERR_OK)
		return e;
	enc_hex(hex, row->item, sizeof row->item);
	if (row->did == CUSTODY_DERIVED &&
	    (e = buf_put_fmt(out, "\n%*s%s", MARGIN, "", hex)) != ERR_OK)
		return e;
	if (row->words[0] != '\0' &&
	    ((e = buf_put_fmt(out, "\n%*s", MARGIN, "")) != ERR_OK ||
		(e = put_words(out, row->words)) != ERR_OK))
		return e;
	return buf_put(out, "\n", 1);
}

/* The rows as people read them, on paper too. */
static int
say_rows(const struct custody *k)
{
	struct buf out;
	enum err e = ERR_OK;

	buf_init(&out, CUSTODY_MAX);
	for (size_t i = 0; e == ERR_OK && i < k->rows_n; i++)
		e = put_act(&out, &k->rows[i], i + 1);
	if (e == ERR_OK)
		e = fwrite(out.at, 1, out.len, stdout) == out.len ? ERR_OK
								  : ERR_IO;
	buf_drop(&out);
	return e == ERR_OK ? CMD_DONE : cmd_fail(e, "the rows", NULL);
}

static int
say_right(const struct custody_cmd *c)
{
	const struct custody *k = &c->chain;
	char team[TEAM_PRINT_BYTES], key[SIGN_PUBLIC_BYTES * 2 + 1];
	char date[CLOCK_DATE_BYTES];

	team_print(team, k->team);
	enc_hex(key, k->device, sizeof k->device);
	clock_date(date, k->day);
	printf("signature   right, of %s, by the device %s\n", date, key);
	printf("team        %s %s\n", team,
	    k->by_team ? "signed it too"
		       : "did not sign it: compare the device with what the "
			 "team tells you");
	printf("rows        %zu, in order, each behind the one before\n",
	    k->rows_n);
	printf("file        %s\n",
	    c->items_n > 0    ? "is the one that the chain is of"
		: k->has_file ? "name it, and it is compared"
			      : "the chain does not say which");
	printf("entries     %s\n",
	    k->entries ? "those of the rows, each signed by the key beside it"
		       : "not in it");
	return c->rows ? say_rows(k) : CMD_DONE;
}

static int
say(const struct custody_cmd *c)
{
	if (c->json)
		return say_json(c);
	return c->word == NULL ? say_right(c) : say_wrong(c);
}

static int
verify(struct custody_cmd *c)
{
	struct buf raw;
	int status = CMD_DONE;
	enum err e;

	buf_init(&raw, CUSTODY_MAX);
	if ((e = file_read(&raw, c->file)) == ERR_OK)
		e = custody_read(&c->chain, &c->fault, raw.at, raw.len);
	buf_drop(&raw);
	if (e != ERR_OK && c->fault.wrong == CUSTODY_RIGHT)
		return cmd_fail(e, c->file, NULL);
	if (e != ERR_OK)
		refuse_line(c);
	else
		check_from(c);
	for (size_t i = 0;
	     status == CMD_DONE && c->word == NULL && i < c->items_n; i++)
		status = check_item(c, c->items[i]);
	return status == CMD_DONE ? say(c) : status;
}

static int
options(struct custody_cmd *c, int argc, char **argv)
{
	const struct option_row rows[] = {
		{ "team", &c->team, NULL },
		{ "key", &c->key, NULL },
		{ "json", NULL, &c->json },
		{ "rows", NULL, &c->rows },
	};
	const char *why = option_read(argc, argv, rows, COUNT(rows));

	if (why != NULL)
		return cmd_misuse(&cmd_custody, why);
	if (argc - optind < 1 || strcmp(argv[optind], "verify") != 0)
		return cmd_misuse(&cmd_custody, "say what: verify FILE");
	if (argc - optind < 2)
		return cmd_misuse(&cmd_custody, "name the file of the chain");
	if (c->team != NULL && strlen(c->team) != TEAM_PRINT_CHARS)
		return cmd_misuse(&cmd_custody,
		    "a team's fingerprint is 32 letters and digits");
	if (c->key != NULL && strlen(c->key) != (size_t)SIGN_PUBLIC_BYTES * 2)
		return cmd_misuse(
		    &cmd_custody, "a key is 64 digits, 0 to 9 and a to f");
	c->file = argv[optind + 1];
	c->items = argv + optind + 2;
	c->items_n = (size_t)(argc - optind - 2);
	return CMD_DONE;
}

static int
run(int argc, char **argv)
{
	struct custody_cmd c = { .json = false };
	int status;

	custody_init(&c.chain);
	if ((status = options(&c, argc, argv)) != CMD_DONE)
		return status;
	if ((status = cmd_begin()) != CMD_DONE)
		return status;
	status = verify(&c);
	custody_drop(&c.chain);
	return status;
}

const struct cmd cmd_custody = {
	.name = "custody",
	.what = "check the chain of custody of a piece of evidence",
	.usage =
	    "usage: sotto custody verify FILE [ITEM...] [--team F] [--key KEY]\n"
	    "                                 [--rows] [--json]\n"
	    "\n"
	    "Checks FILE, a chain of custody that a team exported: its signatures, that\n"
	    "its rows are whole and in order, and the entries in it, when it has them.\n"
	    "Needs no desk and no network.  What is wrong is said with its line, and the\n"
	    "exit status is then 1.\n"
	    "\n"
	    "  ITEM                      a file that must be the one that the chain is of\n"
	    "  --team F                  the team's fingerprint, as it is made public: the\n"
	    "                            chain must be signed by that team's key too\n"
	    "  --key KEY                 the device's key, as the team told you: the chain\n"
	    "                            must be signed by it\n"
	    "  --rows                    what was done, when and by whom, if all is right\n"
	    "  --json                    for programs\n"
	    "\n"
	    "Without --team and --key a chain that is right may still be anybody's: compare\n"
	    "what is shown with what the team tells you by another way.\n"
	    "\n"
	    "  sotto custody verify minutes.custody minutes.pdf --team 2p3k...\n",
	.run = run,
};
