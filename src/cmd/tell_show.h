/* tell_show: what a source reads, for people or as JSON. */
#ifndef CMD_TELL_SHOW_H
#define CMD_TELL_SHOW_H

#include <stdbool.h>

#include "tell/inbox.h"

struct tell_show {
	bool json;
	const char *to; /* save files there; NULL: do not */
};

/* Print the letters to standard output, their files saved first.  t->why says
 * what failed. */
enum err tell_show(struct tell *t, const struct inbox *in,
    const struct tell_show *how) MUST_USE;

/* Print the team's questions, and how to answer them. */
enum err tell_show_questions(
    struct tell *t, const struct tell_questions *q, bool json) MUST_USE;

#endif
