#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/err.h"
#include "base/work.h"
#include "crypt/crypt.h"
#include "note/json.h"
#include "os/sandbox.h"
#include "os/worker.h"

#include "cmd/cmd.h"
#include "cmd/role.h"

static const struct cmd *const cmds[] = {
	&cmd_demo,
	&cmd_serve,
	&cmd_init,
	&cmd_desk,
	&cmd_tell,
	&cmd_join,
	&cmd_team,
	&cmd_backup,
	&cmd_restore,
	&cmd_custody,
	&cmd_seal,
	&cmd_open,
	&cmd_clean,
	&cmd_version,
};

/* What runs in rooms, on bytes that nobody trusts. */
static const struct worker_part parts[] = {
	{ NULL, NULL },
};

static int
list(FILE *to)
{
	fputs("sotto carries what an insider knows to people who can check and "
	      "publish it.\n\n",
	    to);
	for (size_t i = 0; i < COUNT(cmds); i++)
		fprintf(to, "  sotto %-10s %s\n", cmds[i]->name, cmds[i]->what);
	fputs(
	    "\nBegin with: sotto demo.  sotto COMMAND --help says more.\n", to);
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

/* Has this screen a line that begins with the verb, alone or among others with
 * commas between? */
static bool
lists(const char *screen, const char *verb)
{
	const size_t len = strlen(verb);
	const char *p;
	size_t n;

	for (p = screen; (p = strstr(p, "\n  ")) != NULL;) {
		p += 3;
		while ((n = strspn(p, "abcdefghijklmnopqrstuvwxyz")) > 0) {
			if (n == len && strncmp(p, verb, n) == 0)
				return true;
			p += n;
			if (strncmp(p, ", ", 2) != 0)
				break;
			p += 2;
		}
	}
	return false;
}

int
cmd_misuse_verb(const struct cmd *cmd, const char *verb, const char *why)
{
	const bool first = lists(cmd->usage, verb);
	const bool second = cmd->more != NULL && lists(cmd->more, verb);

	if (cmd->more == NULL || (first && !second))
		return cmd_misuse(cmd, why);
	fprintf(stderr, "sotto %s: %s. See: sotto %s --help", cmd->name, why,
	    cmd->name);
	if (first == second)
		fprintf(stderr, ", and sotto %s --help", cmd->name);
	fputs(" more\n", stderr);
	return CMD_MISUSE;
}

int
cmd_begin(void)
{
	(void)umask(077);
	if (crypt_init() != ERR_OK)
		return cmd_fail(
		    ERR_IO, "the cryptographic libraries do not start", NULL);
	json_init();
	return CMD_DONE;
}

int
cmd_no_guarded(void)
{
	return cmd_fail(ERR_NOMEM, "no guarded memory can be had",
	    "Allow more locked memory: ulimit -l.");
}

/* What was opened in the place of a closed standard input or output would be
 * read for the one and written over by the other.  These fail instead. */
static void
hold_standard(void)
{
	static const int ways[] = { O_WRONLY, O_RDONLY, O_RDONLY };

	for (int fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", ways[fd]) != fd)
			_exit(CMD_FAILED);
}

/* So that an output whose reader has gone is an error like any other; unlike
 * being ignored, it is not handed on to programs that we start. */
static void
hear_nothing(int signal)
{
	(void)signal;
}

static void
mind_pipes(void)
{
	struct sigaction act = { .sa_handler = hear_nothing,
		.sa_flags = SA_RESTART };

	(void)sigemptyset(&act.sa_mask);
	(void)sigaction(SIGPIPE, &act, NULL);
}

/* Was all of it written that was to be said? */
static int
finish(int status)
{
	const bool lost = fflush(stdout) != 0 || ferror(stdout) != 0;

	if (!lost || status != CMD_DONE)
		return status;
	fputs("sotto: It was done, but what was to be said of it could not be "
	      "written: check where the output goes.\n",
	    stderr);
	return CMD_FAILED;
}

static const struct cmd *
find(const char *name)
{
	for (size_t i = 0; i < COUNT(cmds); i++)
		if (strcmp(name, cmds[i]->name) == 0)
			return cmds[i];
	return NULL;
}

/* The screen that lists what was asked about: `more`, or a verb before or
 * behind the --help that stands at `at`; else the first. */
static int
help(const struct cmd *cmd, char **argv, int at, int argc)
{
	bool more = false;

	for (int i = 3; cmd->more != NULL && i <= at + 1 && i < argc; i++)
		more |= strcmp(argv[i], "more") == 0 ||
		    (lists(cmd->more, argv[i]) && !lists(cmd->usage, argv[i]));
	fputs(more ? cmd->more : cmd->usage, stdout);
	return finish(CMD_DONE);
}

int
main(int argc, char **argv)
{
	const struct cmd *cmd;
	int status;

	if (argc < 2)
		return list(stderr);
	hold_standard();
	if (argv[1][0] != '@')
		mind_pipes();
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "help") == 0)
		return finish(list(stdout));
	if (strcmp(argv[1], "--version") == 0)
		argv[1] += 2;
	if (worker_is_part(argc, argv, parts, &status))
		return status;
	if (argv[1][0] == '@')
		return role_run(argc, argv);
	if ((cmd = find(argv[1])) == NULL) {
		fprintf(stderr,
		    "sotto: there is no such command. See: sotto "
		    "--help\n");
		return CMD_MISUSE;
	}
	for (int i = 2; i < argc && strcmp(argv[i], "--") != 0; i++)
		if (strcmp(argv[i], "--help") == 0)
			return help(cmd, argv, i, argc);
	if (sandbox_no_dump() != ERR_OK)
		return cmd_fail(
		    ERR_SANDBOX, "memory cannot be kept from others", NULL);
	clock_init();
	work_init();
	return finish(cmd->run(argc - 1, argv + 1));
}
