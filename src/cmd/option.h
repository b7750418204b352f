/* option: what is wrong with an option, in words that name it. */
#ifndef CMD_OPTION_H
#define CMD_OPTION_H

#include <getopt.h>

/* Ready getopt_long() for another run; it prints nothing by itself. */
void option_begin(void);

/* What getopt_long() refused when it returned `c`, ':' or '?': names the option
 * as it was typed, without its value, cut when it is long, and with nothing in
 * it that could steer a terminal.  Only when the string of short options begins
 * with ':' can the two be told apart.  The sentence has no full stop, and holds
 * until the next call. */
const char *option_wrong(int c, char **argv, const struct option *longs);

#endif
