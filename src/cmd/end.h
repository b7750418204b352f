/*
 * end: a command that goes on until it is told to end (Ctrl-C, kill, the
 * terminal closed) and then tidies up.  Children hear the terminal too and end
 * by themselves.
 */
#ifndef CMD_END_H
#define CMD_END_H

#include <stdbool.h>

/* From now on such a signal ends nothing but is remembered; a call that waits
 * is broken off by it. */
void end_hear(void);
bool end_is_here(void);

#endif
