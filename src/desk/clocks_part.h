/* clocks_part: what the files of desk/clocks.h share; nobody else's. */
#ifndef DESK_CLOCKS_PART_H
#define DESK_CLOCKS_PART_H

#include "desk/clocks.h"
#include "desk/inside.h"

/* Of a conversation's letters: how many of the source's are meant by an entry,
 * how many are not, and how many of ours are. */
struct clocks_count {
	size_t meant, newer, ours;
};

/* The day on which the period of its outcome ends; 0: it has none. */
uint32_t clocks_end(const struct desk *d, const struct conv *c);

/* The day on which a notice takes effect here; 1: at once. */
uint32_t clocks_day_of(const struct desk *d, const struct registered_notice *n);

/* Read the entry that says which letters a notice means; f->last is then the
 * day on which that was said, f->count the last row of which any is meant. */
enum err clocks_meant(const struct desk *d, const struct registered_notice *n,
    struct effect *f) MUST_USE;

enum err clocks_count(const struct desk *d, struct conv *c,
    const struct effect *f, struct clocks_count *n) MUST_USE;

/* Name the letters that are here in `f`. */
enum err clocks_put_meant(
    struct desk *d, struct conv *c, struct effect *f) MUST_USE;

/* Announce a day; 0 takes it back. */
enum err clocks_announce(struct desk *d, struct conv *c, uint32_t day,
    enum effect_outcome why, uint32_t today) MUST_USE;

#endif
