#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "age/age.h"
#include "base/file.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#include "cmd/cmd.h"
#include "cmd/in.h"
#include "cmd/keyring.h"
#include "cmd/option.h"
#include "cmd/out.h"
#include "cmd/passphrase.h"

#define WORK_MIN 10L

#define KEY_TEXT_BYTES (AGE_RECIPIENT_TEXT + AGE_IDENTITY_TEXT + 64)

struct seal {
	struct keyring keys;
	const char *out, *in, *words_file;
	bool words, armor, keygen, hybrid;
	unsigned work;
};

static const struct option longs[] = {
	{ "recipient", required_argument, NULL, 'r' },
	{ "recipients-file", required_argument, NULL, 'R' },
	{ "passphrase", no_argument, NULL, 'p' },
	{ "passphrase-file", required_argument, NULL, 'P' },
	{ "armor", no_argument, NULL, 'a' },
	{ "output", required_argument, NULL, 'o' },
	{ "keygen", no_argument, NULL, 'k' },
	{ "hybrid", no_argument, NULL, 'h' },
	{ "work", required_argument, NULL, 'w' },
	{ NULL, 0, NULL, 0 },
};

static int
options(struct seal *s, int argc, char **argv)
{
	char *end;
	long n;
	int c;

	option_begin();
	while ((c = getopt_long(argc, argv, ":r:R:pao:", longs, NULL)) != -1)
		switch (c) {
		case 'r':
			if (keyring_add_recipient(&s->keys, optarg) != ERR_OK)
				return CMD_FAILED;
			break;
		case 'R':
			if (keyring_add_recipients(&s->keys, optarg) != ERR_OK)
				return CMD_FAILED;
			break;
		case 'P':
			s->words_file = optarg;
			s->words = true;
			break;
		case 'p':
			s->words = true;
			break;
		case 'a':
			s->armor = true;
			break;
		case 'o':
			s->out = optarg;
			break;
		case 'k':
			s->keygen = true;
			break;
		case 'h':
			s->hybrid = true;
			break;
		case 'w':
			n = strtol(optarg, &end, 10);
			if (*end != '\0' || n < WORK_MIN || n > AGE_WORK_MAX)
				return cmd_misuse(
				    &cmd_seal, "--work takes 10 to 22");
			s->work = (unsigned)n;
			break;
		default:
			return cmd_misuse(
			    &cmd_seal, option_wrong(c, argv, longs));
		}
	if (argc - optind > 1)
		return cmd_misuse(&cmd_seal, "one file at a time");
	s->in = argc > optind ? argv[optind] : NULL;
	return CMD_DONE;
}

/* What belongs together, and what does not. */
static int
agree(const struct seal *s)
{
	bool keys = s->keys.recipients_n > 0;

	if (s->keygen)
		return keys || s->words || s->armor || s->in != NULL
		    ? cmd_misuse(
			  &cmd_seal, "--keygen goes with --hybrid and -o alone")
		    : CMD_DONE;
	if (s->hybrid)
		return cmd_misuse(&cmd_seal, "--hybrid goes with --keygen");
	if (keys && s->words)
		return cmd_misuse(&cmd_seal,
		    "a file is sealed to recipients or with a passphrase, "
		    "not both");
	if (!keys && !s->words)
		return cmd_misuse(
		    &cmd_seal, "say for whom: -r age1..., -R FILE or -p");
	for (size_t i = 1; i < s->keys.recipients_n; i++)
		if (s->keys.recipients[i].kind != s->keys.recipients[0].kind)
			return cmd_misuse(&cmd_seal,
			    "age1pq... recipients are not mixed with others, "
			    "which would undo their protection");
	return CMD_DONE;
}

/* The key goes to where only its owner reads; the recipient is shown. */
static int
keygen(const struct seal *s)
{
	char secret[AGE_IDENTITY_TEXT + 1], pub[AGE_RECIPIENT_TEXT + 1],
	    text[KEY_TEXT_BYTES];
	struct age_identity *id = NULL;
	struct age_recipient r;
	size_t n;
	enum err e;

	e = age_identity_random(&id, s->hybrid ? AGE_HYBRID : AGE_X25519);
	if (e != ERR_OK)
		return cmd_fail(e, "no key can be made", NULL);
	age_identity_write(id, secret);
	age_identity_recipient(id, &r);
	age_recipient_write(&r, pub);
	n = (size_t)snprintf(
	    text, sizeof text, "# recipient: %s\n%s\n", pub, secret);
	if (s->out == NULL || strcmp(s->out, "-") == 0)
		e = file_write_fd(STDOUT_FILENO, text, n);
	else if ((e = file_make(s->out, text, n, 0600)) == ERR_OK)
		printf("%s\n", pub);
	age_identity_close(id);
	wipe(secret, sizeof secret);
	wipe(text, sizeof text);
	if (e != ERR_OK)
		return cmd_fail(e, s->out == NULL ? "standard output" : s->out,
		    e == ERR_TAKEN ? "A key file is never written over; choose "
				     "another name."
				   : NULL);
	return CMD_DONE;
}

static enum err
add(void *who, const void *p, size_t n)
{
	return age_sealer_add(who, p, n);
}

static enum err
seal_all(const struct age_to *to, struct in *in, struct out *out)
{
	struct age_sealer *sealer = NULL;
	enum err e;

	e = age_sealer_open(&sealer, to, (struct age_sink){ out_put, out });
	if (e == ERR_OK)
		e = in_each(in, add, sealer);
	if (e == ERR_OK)
		e = age_sealer_end(sealer);
	if (e == ERR_OK)
		e = out_done(out);
	age_sealer_close(sealer);
	return e;
}

static int
seal(const struct seal *s, const struct age_to *to, struct in *in)
{
	struct out out;
	int status = CMD_DONE;
	enum err e;

	out_init(&out);
	if ((e = out_open(&out, s->out, 0666)) != ERR_OK)
		status = cmd_fail(e, s->out, NULL);
	else if (!s->armor && isatty(out.fd))
		status = cmd_misuse(&cmd_seal,
		    "a sealed file is not for the screen; use -o OUT, or -a "
		    "for text");
	else if ((e = seal_all(to, in, &out)) != ERR_OK)
		status = cmd_fail(e,
		    in->failed != ERR_OK       ? "reading failed"
			: out.failed != ERR_OK ? "writing failed"
					       : "the file cannot be sealed",
		    NULL);
	out_drop(&out);
	return status;
}

/* What is to be sealed must be there before a passphrase is typed; nothing is
 * written before. */
static int
seal_to_whom(const struct seal *s)
{
	struct age_to to = {
		.recipients = s->keys.recipients,
		.n = s->keys.recipients_n,
		.armor = s->armor,
		.work = s->work,
	};
	struct in in = { .fd = -1 };
	struct buf words;
	int status = CMD_FAILED;
	enum err e;

	buf_init(&words, PASSPHRASE_MAX);
	if ((e = in_open(&in, s->in)) != ERR_OK) {
		status = cmd_fail(e, s->in, "Name a plain file.");
		goto out;
	}
	if (s->words) {
		if (passphrase_read(
			&words, s->words_file, "Passphrase: ", true) != ERR_OK)
			goto out;
		to.words = (const char *)words.at;
		to.words_len = words.len;
	}
	status = seal(s, &to, &in);
out:
	in_close(&in);
	buf_drop(&words);
	return status;
}

static int
run(int argc, char **argv)
{
	struct seal s = { 0 };
	int status;
	enum err e;

	if ((e = crypt_init()) != ERR_OK)
		return cmd_fail(e, "the cipher library does not start", NULL);
	keyring_init(&s.keys);
	if ((status = options(&s, argc, argv)) == CMD_DONE &&
	    (status = agree(&s)) == CMD_DONE)
		status = s.keygen ? keygen(&s) : seal_to_whom(&s);
	keyring_drop(&s.keys);
	return status;
}

const struct cmd cmd_seal = {
	.name = "seal",
	.what = "seal a file so that only those you name can open it",
	.usage =
	    "usage: sotto seal -r RECIPIENT | -R FILE | -p [-a] [-o OUT] [FILE]\n"
	    "       sotto seal --keygen [--hybrid] [-o OUT]\n"
	    "\n"
	    "Seals FILE (or standard input) in the format of age "
	    "(age-encryption.org/v1).\n"
	    "\n"
	    "  -r, --recipient R         for the owner of this key: age1... or "
	    "age1pq...;\n"
	    "                            may be given several times\n"
	    "  -R, --recipients-file F   for all in this file, one a line\n"
	    "  -p, --passphrase          with a passphrase that you are asked "
	    "for\n"
	    "      --passphrase-file F   with the first line of this file\n"
	    "  -a, --armor               as text, to be mailed or printed\n"
	    "  -o, --output OUT          to this file, which appears when all "
	    "is done\n"
	    "      --work N              a passphrase costs 2^N to try, 10 to "
	    "22 (18)\n"
	    "\n"
	    "      --keygen              make a key; its secret half is what "
	    "opens files\n"
	    "      --hybrid              one that withstands quantum computers "
	    "as well\n"
	    "\n"
	    "  sotto seal --keygen --hybrid -o key.txt\n"
	    "  sotto seal -r age1pq1... -o minutes.pdf.age minutes.pdf\n",
	.run = run,
};
