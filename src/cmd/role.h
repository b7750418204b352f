/* role: the parts in which the program executes itself. */
#ifndef CMD_ROLE_H
#define CMD_ROLE_H

/* Run as `sotto @NAME [ARGUMENT]`, started by the warden.  Returns a status. */
int role_run(int argc, char **argv);

#endif
