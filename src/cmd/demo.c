#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/enc.h"
#include "crypt/crypt.h"

#include "cmd/child.h"
#include "cmd/cmd.h"
#include "cmd/demo.h"
#include "cmd/end.h"
#include "cmd/option.h"

#define PORT 8440U
#define PORTS 20U /* that are tried */
#define SAID_MAX 65536U

static enum err
play(struct demo *d, size_t i)
{
	char handle[HANDLE_TEXT_BYTES];
	struct buf words, said;
	enum err e;

	buf_init(&words, SAID_MAX);
	buf_init(&said, SAID_MAX);
	if ((e = demo_words(d, i, &words)) != ERR_OK ||
	    (e = demo_write(d, i, &said)) != ERR_OK ||
	    (e = demo_desk(d, "sync", NULL, NULL, &said)) != ERR_OK ||
	    (e = demo_handle(d, i, handle)) != ERR_OK ||
	    (e = demo_desk(d, "reply", handle, demo_talks[i].answer, &said)) !=
		ERR_OK)
		goto out;
	printf("  %s%s%s\n    %.*s", handle,
	    demo_talks[i].name == NULL ? "" : "  ",
	    demo_talks[i].name == NULL ? "" : demo_talks[i].name,
	    (int)words.len, (const char *)words.at);
	(void)fflush(stdout);
out:
	buf_drop(&words);
	buf_drop(&said);
	return e;
}

/* Start the desk's page, hand its words on, and wait for the end of it, of the
 * line, or of us. */
static enum err
show_desk(struct demo *d)
{
	const char *const argv[] = { "desk", d->desk, "--line", d->url,
		"--passphrase-file", d->passphrase, "--no-browser", NULL };
	struct pollfd wait = { .events = POLLIN, .fd = -1 };
	char said[4096];
	pid_t pid = 0;
	ssize_t n;
	enum err e;

	if ((e = child_start(argv, &pid, &wait.fd)) != ERR_OK)
		return e;
	while (!end_is_here() && !child_has_ended(&d->serve)) {
		if (poll(&wait, 1, 200) <= 0)
			continue;
		if ((n = read(wait.fd, said, sizeof said)) <= 0)
			break;
		(void)fwrite(said, 1, (size_t)n, stdout);
		(void)fflush(stdout);
	}
	child_stop(&pid);
	(void)close(wait.fd);
	return end_is_here() ? ERR_OK : ERR_CLOSED;
}

static int
show(struct demo *d)
{
	enum err e;

	printf(
	    "A line and a desk are being made. Two conversations, and the nine "
	    "words\nof their sources:\n\n");
	(void)fflush(stdout);
	for (size_t i = 0; i < demo_talks_n && !end_is_here(); i++)
		if ((e = play(d, i)) != ERR_OK && !end_is_here())
			return cmd_fail(
			    e, "the example case could not be played", NULL);
	printf("\nAs a source: open this, choose \"I have my words\", and type "
	       "nine of the above\n(or write to us anew):\n\n  %s/\n\n"
	       "or, sealed on your own machine:\n\n  %s tell %s "
	       "--new-phrase\n\nAs the team:\n\n",
	    d->url, program_invocation_name, d->address);
	(void)fflush(stdout);
	if (!end_is_here() && (e = show_desk(d)) != ERR_OK)
		return cmd_fail(e, "the demonstration ended by itself", NULL);
	printf("\nEnded; nothing is left of it.\n");
	return CMD_DONE;
}

/* The usual port, or the next of some that is free; 0: none. */
static unsigned
find_port(void)
{
	for (unsigned port = PORT; port < PORT + 10 * PORTS; port += 10)
		if (demo_port_is_free(port))
			return port;
	return 0;
}

/* `port` 0: one that is free. */
static int
start(const char *dir, unsigned port, bool tour)
{
	struct demo d;
	int status;
	enum err e;

	end_hear();
	if (port == 0)
		port = find_port();
	else if (!demo_port_is_free(port))
		port = 0;
	if (port == 0)
		return cmd_fail(ERR_BUSY, "the line cannot start",
		    "Something listens on its port or the next; give another "
		    "with --port.");
	if ((e = crypt_init()) != ERR_OK)
		return cmd_fail(e, "the crypto libraries do not start", NULL);
	if ((e = demo_make(&d, dir, port)) != ERR_OK)
		status = cmd_fail(e, "the demonstration cannot be set up",
		    e == ERR_TAKEN ? "Name a folder that is not there yet."
				   : "Name a new folder, in one that you may "
				     "write to.");
	else if ((e = demo_serve(&d)) != ERR_OK)
		status = cmd_fail(e, "the line does not start",
		    e == ERR_TAKEN ? "Something listens on its port; give "
				     "another with --port."
				   : NULL);
	else
		status = tour ? demo_tour(&d) : show(&d);
	demo_drop(&d);
	return status;
}

static int
run(int argc, char **argv)
{
	static const struct option longs[] = {
		{ "dir", required_argument, NULL, 'd' },
		{ "port", required_argument, NULL, 'p' },
		{ "tour", no_argument, NULL, 't' },
		{ NULL, 0, NULL, 0 },
	};
	const char *dir = NULL;
	uint64_t port = 0;
	bool tour = false;
	int c;

	option_begin();
	while ((c = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
		if (c == ':' || c == '?')
			return cmd_misuse(
			    &cmd_demo, option_wrong(c, argv, longs));
		if (c == 't')
			tour = true;
		else if (c == 'd')
			dir = optarg;
		else if (enc_decimal_read(
			     &port, 65534, optarg, strlen(optarg)) != ERR_OK ||
		    port == 0)
			return cmd_misuse(
			    &cmd_demo, "a port is a number from 1 to 65534");
	}
	if (optind < argc)
		return cmd_misuse(
		    &cmd_demo, "it takes --dir, --port and --tour");
	return start(dir, (unsigned)port, tour);
}

const struct cmd cmd_demo = {
	.name = "demo",
	.what = "a line and a desk with throw-away keys, to try it",
	.usage =
	    "usage: sotto demo [--dir DIR] [--port N] [--tour]\n"
	    "\n"
	    "Sets up a line and a desk on this machine with throw-away keys and two\n"
	    "conversations in them, and says where to point the browser.  Ctrl-C ends it;\n"
	    "nothing is left.\n"
	    "\n"
	    "  --tour      play the whole road in the terminal instead, in ten seconds\n"
	    "  --dir DIR   put everything into this folder, which must not be there yet;\n"
	    "              it goes with the demonstration\n"
	    "  --port N    where sources come in; desks come in at the next port.  Left\n"
	    "              out: 8440, or the next of 8450, 8460 ... that is free\n"
	    "\n"
	    "To see it:\n"
	    "  sotto demo\n",
	.run = run,
};
