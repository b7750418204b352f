/*
 * lists: what a line says of its days, held against itself.
 *
 * A line tells of each day how many letters it has and the digest of their
 * tags, then the tags.  A closed day never changes: what it lists is what it
 * said, now and ever after.  And a line that was on has a file for every day.
 * What does not fit is said, for something was kept back, at least for a time.
 */
#ifndef DESK_LISTS_H
#define DESK_LISTS_H

#include "base/buf.h"
#include "desk/desk.h"
#include "desk/reach.h"

/* Are these tags those of which the line said count and digest?  In any order,
 * and whatever is there more than once counts once.  ERR_NOMEM. */
enum err lists_fit(
    bool *fit, const struct reach_day *day, const struct buf *tags) MUST_USE;

/* How many of the `n` days were closed and whole here and have another digest
 * now? */
uint32_t lists_changed(
    const struct desk *d, const struct reach_day *days, size_t n);

/* Look which days that are not finished here, and are over, the line has no
 * file of: what lay in them never comes here.  They are remembered.  A desk
 * that never fetched has none.  ERR_NOMEM, ERR_IO, ERR_FULL. */
enum err lists_look(struct desk *d, const struct reach_day *days, size_t n,
    uint32_t today) MUST_USE;

/* Does the line have nothing of the days right after this desk fetched last,
 * and did it list days before those that it lists now? */
bool lists_forgot(struct desk *d, const struct reach_day *days, size_t n);

/* A pack was taken in, for what came then: they are named no more.  ERR_NOMEM,
 * ERR_IO, ERR_FULL. */
enum err lists_settle(struct desk *d) MUST_USE;

/* The last run of such days, in the last LISTS_SHOWN days; false: none. */
#define LISTS_SHOWN 60U
bool lists_absent(
    struct desk *d, uint32_t today, uint32_t *first, uint32_t *last);

#endif
