#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "line/warden.h"

#include "cmd/cmd.h"
#include "cmd/option.h"

static void
say_one(const char *what, const char *address)
{
	bool local = strncmp(address, "unix:", 5) == 0;

	printf("%s: %s%s%s\n", what, local ? "" : "http://", address,
	    local ? "" : "/");
}

static void
say(const char *listen, const char *listen_desk)
{
	say_one("sources", listen);
	say_one("desks", listen_desk);
	(void)fflush(stdout);
}

static int
options(struct warden_opts *o, int argc, char **argv)
{
	static const struct option longs[] = {
		{ "listen", required_argument, NULL, 'l' },
		{ "listen-desk", required_argument, NULL, 'd' },
		{ "mend", no_argument, NULL, 'm' },
		{ NULL, 0, NULL, 0 },
	};
	int c;

	option_begin();
	while ((c = getopt_long(argc, argv, ":", longs, NULL)) != -1) {
		if (c == 'l')
			o->listen = optarg;
		else if (c == 'd')
			o->listen_desk = optarg;
		else if (c == 'm')
			o->mend = true;
		else
			return cmd_misuse(
			    &cmd_serve, option_wrong(c, argv, longs));
	}
	if (argc - optind != 1)
		return cmd_misuse(&cmd_serve, "name the folder of one line");
	o->dir = argv[optind];
	return CMD_DONE;
}

static int
run(int argc, char **argv)
{
	struct warden_opts o = { .ready = say };
	struct warden_fault fault = { "serving", NULL, 0, false };
	char where[64];
	enum err e;
	int status = options(&o, argc, argv);

	if (status != CMD_DONE)
		return status;
	e = warden_run(&o, &fault);
	if (e != ERR_OK && fault.whole) {
		fprintf(stderr, "sotto: %s: %s\n", fault.what, fault.todo);
		return CMD_FAILED;
	}
	if (e != ERR_OK && fault.line > 0) {
		(void)snprintf(
		    where, sizeof where, "%s, line %u", fault.what, fault.line);
		fault.what = where;
	}
	return e == ERR_OK ? CMD_DONE : cmd_fail(e, fault.what, fault.todo);
}

const struct cmd cmd_serve = {
	.name = "serve",
	.what = "run a line: take sealed letters, keep them, give them out",
	.usage =
	    "usage: sotto serve DIR/line [--listen ADDR] [--listen-desk ADDR] [--mend]\n"
	    "\n"
	    "Runs the line whose folder `sotto init` made, until Ctrl-C.  It says where\n"
	    "sources and desks come in as soon as everything runs.\n"
	    "\n"
	    "  --listen ADDR       where sources come in: 127.0.0.1:8440, or what the file\n"
	    "                      `settings` in the folder says\n"
	    "  --listen-desk ADDR  where desks come in: the next port\n"
	    "  --mend              go on although files of the pool are gone; what lay in\n"
	    "                      them is lost\n"
	    "\n"
	    "ADDR is A.B.C.D:PORT, [IPv6]:PORT (port 0: any that is free) or unix:PATH.\n"
	    "SIGHUP reads settings, certificate and key note again.\n"
	    "\n"
	    "On one machine, to begin with:\n"
	    "  sotto serve team/line\n"
	    "Behind a Tor that is there, with the names of its onion services in `settings`:\n"
	    "  sotto serve /srv/line --listen unix:/run/sotto/sources \\\n"
	    "      --listen-desk unix:/run/sotto/desks\n",
	.run = run,
};
