#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/work.h"
#include "os/sandbox.h"

#include "cmd/cmd.h"
#include "cmd/role.h"

static const struct cmd *const cmds[] = {
	&cmd_demo,
	&cmd_serve,
	&cmd_init,
	&cmd_desk,
	&cmd_seal,
	&cmd_open,
	&cmd_tell,
	&cmd_version,
};

static int
list(FILE *to)
{
	fputs("sotto carries what an insider knows to people who can check and "
	      "publish it.\n\n",
	    to);
	for (size_t i = 0; i < COUNT(cmds); i++)
		fprintf(to, "  sotto %-10s %s\n", cmds[i]->name, cmds[i]->what);
	fputs("\nsotto COMMAND --help says more.\n", to);
	return to == stdout ? CMD_DONE : CMD_MISUSE;
}

int
cmd_fail(enum err e, const char *what, const char *todo)
{
	fprintf(stderr, "sotto: %s: %s.%s%s\n", what, err_text(e),
	    todo == NULL ? "" : " ", todo == NULL ? "" : todo);
	return CMD_FAILED;
}

int
cmd_misuse(const struct cmd *cmd, const char *why)
{
	fprintf(stderr, "sotto %s: %s. See: sotto %s --help\n", cmd->name, why,
	    cmd->name);
	return CMD_MISUSE;
}

static const struct cmd *
find(const char *name)
{
	for (size_t i = 0; i < COUNT(cmds); i++)
		if (strcmp(name, cmds[i]->name) == 0)
			return cmds[i];
	return NULL;
}

int
main(int argc, char **argv)
{
	const struct cmd *cmd;

	if (argc < 2)
		return list(stderr);
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return list(stdout);
	if (strcmp(argv[1], "--version") == 0)
		argv[1] += 2;
	if (argv[1][0] == '@')
		return role_run(argc, argv);
	if ((cmd = find(argv[1])) == NULL) {
		fprintf(stderr,
		    "sotto: there is no such command. See: sotto "
		    "--help\n");
		return CMD_MISUSE;
	}
	for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0) {
			fputs(cmd->usage, stdout);
			return CMD_DONE;
		}
	if (sandbox_no_dump() != ERR_OK)
		return cmd_fail(
		    ERR_SANDBOX, "memory cannot be kept from others", NULL);
	clock_init();
	work_init();
	return cmd->run(argc - 1, argv + 1);
}
