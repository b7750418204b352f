/* register_part: what the files of the register share; nobody else's. */
#ifndef DESK_REGISTER_PART_H
#define DESK_REGISTER_PART_H

#include "desk/register.h"

/* register_circle.c */
void register_roster(struct registers *r, const struct effect *f);
enum err register_restrict(struct registers *r, struct restricted *is,
    const struct teamlog_line *line, const struct effect *f) MUST_USE;
/* A letter went to a source: was it from outside of who reads? */
bool register_told(struct registers *r, const struct teamlog_line *line,
    const struct effect *f);

#endif
