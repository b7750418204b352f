/* cmd: one record a subcommand; main.c holds the table of them. */
#ifndef CMD_CMD_H
#define CMD_CMD_H

#include "base/err.h"

/* Exit statuses. */
#define CMD_DONE 0
#define CMD_FAILED 1
#define CMD_MISUSE 2

/* Where Tor takes connections unless told otherwise. */
#define CMD_TOR "127.0.0.1:9050"

struct cmd {
	const char *name;
	const char *what; /* half a line, for the list of commands */
	const char *usage; /* all of `sotto NAME --help`, a screen at most */
	const char *more; /* the same of `sotto NAME --help more`; NULL */
	/* argv[0] is the name; --help was dealt with.  Returns a status. */
	int (*run)(int argc, char **argv);
};

/* All of them; main.c holds the order in which they are listed. */
extern const struct cmd cmd_backup;
extern const struct cmd cmd_clean;
extern const struct cmd cmd_custody;
extern const struct cmd cmd_demo;
extern const struct cmd cmd_desk;
extern const struct cmd cmd_init;
extern const struct cmd cmd_join;
extern const struct cmd cmd_open;
extern const struct cmd cmd_restore;
extern const struct cmd cmd_seal;
extern const struct cmd cmd_serve;
extern const struct cmd cmd_team;
extern const struct cmd cmd_tell;
extern const struct cmd cmd_version;

/* Say "sotto: WHAT: why", and what to do if `todo` is not NULL, on standard
 * error.  Returns CMD_FAILED. */
int cmd_fail(enum err e, const char *what, const char *todo);

/* Say that the command was misused, and how to read its help.  Returns
 * CMD_MISUSE. */
int cmd_misuse(const struct cmd *cmd, const char *why);

/* The same of one of its verbs: names the screen of the help that lists it, or
 * both when both do, or neither. */
int cmd_misuse_verb(const struct cmd *cmd, const char *verb, const char *why);

/* Before a command reads or makes what is secret: what it makes nobody else may
 * read, and the libraries are ready.  CMD_DONE, or said why not. */
int cmd_begin(void);

/* Say that memory for keys cannot be had.  Returns CMD_FAILED. */
int cmd_no_guarded(void);

#endif
