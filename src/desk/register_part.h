/* register_part: what the files of the register share; nobody else's. */
#ifndef DESK_REGISTER_PART_H
#define DESK_REGISTER_PART_H

#include "desk/register.h"

/* register_circle.c */
void register_roster(struct registers *r, const struct effect *f);
enum err register_restrict(struct registers *r, struct restricted *is,
    const struct teamlog_line *line, const struct effect *f) MUST_USE;
void register_circles_clear(struct registers *r);
void register_circles_drop(struct registers *r);
/* register_circle.c, for the above: what was said of one conversation, from the
 * newest back, NULL behind the first; does he read at the door, is he there
 * today; and what follows from all that was said. */
struct registered_circle *register_newest(
    const struct registers *r, const struct restricted *of);
struct registered_circle *register_before(
    const struct registers *r, const struct registered_circle *c);
bool register_at_door(const struct registers *r, const uint8_t *conversation,
    const uint8_t *member, bool ever);
bool register_stays(const struct registers *r, const uint8_t *conversation,
    const uint8_t *member);
void register_settle(
    struct registers *r, struct restricted *of, const uint8_t *conversation);
/* A letter went to a source: was it from outside of who reads? */
bool register_told(struct registers *r, const struct teamlog_line *line,
    const struct effect *f);

#endif
