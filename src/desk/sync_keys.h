/* sync_keys: the line's keys, as sync_run() sees to them. */
#ifndef DESK_SYNC_KEYS_H
#define DESK_SYNC_KEYS_H

#include "desk/desk.h"
#include "desk/reach.h"
#include "desk/sync.h"

/* Say in `rep` for how long the line has keys, and its certificate; and, from a
 * desk that has the line key, give the line keys for 60 days when those it has
 * run short, or when a chain or a door is new. */
enum err sync_keys(struct desk *d, struct reach *r, const struct offer *o,
    struct sync_report *rep) MUST_USE;

/* The line offers a key that is not ours: from a desk that has the next
 * certificate, and has handed out its keys, give it that with a key note in
 * which nothing of the foreign one is.  rep->certified says that it took it. */
enum err sync_keys_mend(
    struct desk *d, struct reach *r, struct sync_report *rep) MUST_USE;

/* sync_check() of what this desk has just given the line, whose fronts may show
 * what was before for a moment. */
enum err sync_check_given(struct desk *d, uint32_t day, const struct offer **o,
    enum sync_stop *stop) MUST_USE;

/* For how many days from `today` on the line has keys, as the last sync saw it;
 * UINT32_MAX when none has. */
uint32_t sync_keys_left(struct desk *d, uint32_t today);

/* What is worth a word at 21, 7, 2 and 0 days: a sentence for lang_text() in
 * which {1} stands for the days; NULL above. */
const char *sync_keys_text(uint32_t days);

#endif
