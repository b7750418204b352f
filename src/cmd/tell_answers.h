/* tell_answers: nothing is answered that the team does not ask. */
#ifndef CMD_TELL_ANSWERS_H
#define CMD_TELL_ANSWERS_H

#include "tell/send.h"
#include "tell/tell.h"

/* Does the line ask what is answered, and are choices among its choices?  It
 * is asked for its questions whether or not there are answers, or it would see
 * who gives some.  CMD_DONE; else it is said on standard error what it asks,
 * and the status returned is the program's. */
int tell_check_answers(struct tell *t, const struct send *s);

#endif
