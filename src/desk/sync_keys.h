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

/* For how many days from `today` on the line has keys, as the last sync saw it;
 * UINT32_MAX when none has. */
uint32_t sync_keys_left(struct desk *d, uint32_t today);

/* What is worth a word at 21, 7, 2 and 0 days: a sentence for lang_text() in
 * which {1} stands for the days; NULL above. */
const char *sync_keys_text(uint32_t days);

#endif
