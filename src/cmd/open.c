#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "age/age.h"
#include "crypt/crypt.h"

#include "cmd/cmd.h"
#include "cmd/in.h"
#include "cmd/keyring.h"
#include "cmd/option.h"
#include "cmd/out.h"
#include "cmd/passphrase.h"

struct unseal {
	struct keyring keys;
	const char *out, *in, *words_file;
	bool words;
};

static int
options(struct unseal *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "identity", required_argument, NULL, 'i' },
		{ "passphrase", no_argument, NULL, 'p' },
		{ "passphrase-file", required_argument, NULL, 'P' },
		{ "output", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	option_begin();
	while ((c = getopt_long(argc, argv, ":i:po:", longs, NULL)) != -1)
		switch (c) {
		case 'i':
			if (keyring_add_identities(&o->keys, optarg) != ERR_OK)
				return CMD_FAILED;
			break;
		case 'P':
			o->words_file = optarg;
			o->words = true;
			break;
		case 'p':
			o->words = true;
			break;
		case 'o':
			o->out = optarg;
			break;
		default:
			return cmd_misuse(
			    &cmd_open, option_wrong(c, argv, longs));
		}
	if (argc - optind > 1)
		return cmd_misuse(&cmd_open, "one file at a time");
	if (o->words == (o->keys.ids_n > 0))
		return cmd_misuse(
		    &cmd_open, "say with what: -i KEYFILE, or -p");
	o->in = argc > optind ? argv[optind] : NULL;
	return CMD_DONE;
}

static enum err
add(void *who, const void *p, size_t n)
{
	return age_opener_add(who, p, n);
}

/* The file itself is at fault, or the key: say which, and what to do. */
static int
explain(enum err e, bool is_scrypt, bool words)
{
	static const char what[] = "the file does not open";

	if (e == ERR_NOKEY && is_scrypt && words)
		return cmd_fail(e, "the passphrase is wrong",
		    "Mind capitals and spaces, and try again.");
	if (e == ERR_NOKEY && is_scrypt)
		return cmd_fail(e, what, "It wants a passphrase: use -p.");
	if (e == ERR_NOKEY && words)
		return cmd_fail(
		    e, what, "It wants a key, not a passphrase: use -i.");
	if (e == ERR_NOKEY)
		return cmd_fail(e, what, "It was sealed to another key.");
	if (e == ERR_FORGED)
		return cmd_fail(
		    e, what, "It was altered or damaged; get it once more.");
	if (e == ERR_SHORT)
		return cmd_fail(e, what, "Get it once more, whole.");
	if (e == ERR_FORMAT)
		return cmd_fail(e, what, "Is it an age file?");
	return cmd_fail(e, what, NULL);
}

static int
open_all(
    const struct age_with *with, struct in *in, struct out *out, bool words)
{
	struct age_opener *opener = NULL;
	int status = CMD_DONE;
	enum err e;

	e = age_opener_open(&opener, with, (struct age_sink){ out_put, out });
	if (e == ERR_OK)
		e = in_each(in, add, opener);
	if (e == ERR_OK)
		e = age_opener_end(opener);
	if (e == ERR_OK)
		e = out_done(out);
	if (in->failed != ERR_OK)
		status = cmd_fail(e, "reading failed", NULL);
	else if (out->failed != ERR_OK)
		status = cmd_fail(e, "writing failed", NULL);
	else if (e != ERR_OK)
		status = explain(
		    e, opener != NULL && age_opener_is_scrypt(opener), words);
	age_opener_close(opener);
	return status;
}

static int
open_with(const struct unseal *o, const struct age_with *with, struct in *in)
{
	struct out out;
	int status;
	enum err e;

	out_init(&out);
	if ((e = out_open(&out, o->out, 0600)) != ERR_OK)
		status = cmd_fail(e, o->out, NULL);
	else
		status = open_all(with, in, &out, o->words);
	out_drop(&out);
	return status;
}

static int
run(int argc, char **argv)
{
	struct unseal o = { 0 };
	const struct age_identity *ids[KEYRING_IDENTITIES_MAX];
	struct age_with with = { .ids = ids };
	struct in in = { .fd = -1 };
	struct buf words;
	int status;
	enum err e;

	if ((e = crypt_init()) != ERR_OK)
		return cmd_fail(e, "the cipher library does not start", NULL);
	buf_init(&words, PASSPHRASE_MAX);
	keyring_init(&o.keys);
	if ((status = options(&o, argc, argv)) != CMD_DONE)
		goto out;
	for (with.n = 0; with.n < o.keys.ids_n; with.n++)
		ids[with.n] = o.keys.ids[with.n];
	if ((e = in_open(&in, o.in)) != ERR_OK) {
		status = cmd_fail(e, o.in, "Name a plain file.");
		goto out;
	}
	status = CMD_FAILED;
	if (o.words) {
		if (passphrase_read(
			&words, o.words_file, "Passphrase: ", false) != ERR_OK)
			goto out;
		with.words = (const char *)words.at;
		with.words_len = words.len;
	}
	status = open_with(&o, &with, &in);
out:
	in_close(&in);
	keyring_drop(&o.keys);
	buf_drop(&words);
	return status;
}

const struct cmd cmd_open = {
	.name = "open",
	.what = "open a sealed file with your key or a passphrase",
	.usage =
	    "usage: sotto open -i KEYFILE | -p [-o OUT] [FILE]\n"
	    "\n"
	    "Opens FILE (or standard input), a file in the format of age, "
	    "armored or not.\n"
	    "\n"
	    "  -i, --identity KEYFILE    with the keys in this file; may be "
	    "given again\n"
	    "  -p, --passphrase          with a passphrase that you are asked "
	    "for\n"
	    "      --passphrase-file F   with the first line of this file\n"
	    "  -o, --output OUT          to this file, which appears only when "
	    "all of it\n"
	    "                            proved unaltered; otherwise to "
	    "standard output,\n"
	    "                            piece by piece: the exit status then "
	    "says whether it\n"
	    "                            was whole\n"
	    "\n"
	    "  sotto open -i key.txt -o minutes.pdf minutes.pdf.age\n",
	.run = run,
};
