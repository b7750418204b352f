/* option: reading options, and what is wrong with one, in words that name it.
 */
#ifndef CMD_OPTION_H
#define CMD_OPTION_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#define OPTION_ROWS 15U

/* A long option: where its value goes, or, of one that takes none, that it was
 * given. */
struct option_row {
	const char *name;
	const char **value; /* NULL: `given` */
	bool *given;
};

/* Read options by a table of at most OPTION_ROWS; a value is taken once.  The
 * words behind them stand from argv[optind] on.  NULL, or what is wrong, as
 * option_wrong() says it. */
const char *option_read(
    int argc, char **argv, const struct option_row *rows, size_t n);

/* The same for a command that takes one word, a folder; *dir is NULL when it is
 * not there. */
const char *option_read_dir(int argc, char **argv,
    const struct option_row *rows, size_t n, const char **dir);

/* Ready getopt_long() for another run; it prints nothing by itself. */
void option_begin(void);

/* What getopt_long() refused when it returned `c`, ':' or '?': names the option
 * as it was typed, without its value, cut when it is long, and with nothing in
 * it that could steer a terminal.  Only when the string of short options begins
 * with ':' can the two be told apart.  The sentence has no full stop, and holds
 * until the next call. */
const char *option_wrong(int c, char **argv, const struct option *longs);

#endif
