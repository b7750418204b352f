/*
 * access: the key by which a line knows a desk of the team, and how it becomes
 * another when a device is struck off.
 *
 * The next one is handed out with the log's new chain.  The line is told of it
 * when every other device has shown, by publishing a new one-time recipient,
 * that it has opened a hand-out since, or a week later: who was away for longer
 * joins again.  A desk takes it into use when it sees that the line has.
 */
#ifndef DESK_ACCESS_H
#define DESK_ACCESS_H

#include "desk/inside.h"

#define ACCESS_WAIT_DAYS 7U

/* Make the next one; not saved.  False: one is waiting. */
bool access_make(struct vault *v);
/* What is next was made under this roster: noted when it is saved, so that a
 * desk that ends before makes one more and not one less.  ERR_NOMEM, ERR_IO,
 * ERR_FULL. */
enum err access_came(struct desk *d, uint32_t roster) MUST_USE;

/* The roster under which the newest that is in use was made: who was struck off
 * since may have it.  False: none of those that began was another, or one is
 * waiting. */
bool access_made_under(struct desk *d, uint32_t *roster);

/* Is it time to tell the line? */
bool access_is_due(struct desk *d, uint32_t today);

/* The seed of ours with which the line is asked when its note says this key;
 * NULL: it is none of ours. */
const uint8_t *access_seed_of(
    const struct desk *d, const uint8_t key[static SIGN_PUBLIC_BYTES]);

/* A note that was judged to be the team's says this key: the next one is in use
 * from then on.  What a foreign one says changes nothing here
 * (a_foreign_note_has_no_access_key_taken_into_use).  ERR_NOMEM, ERR_IO,
 * ERR_FULL of saving it. */
enum err access_offered(
    struct desk *d, const uint8_t key[static SIGN_PUBLIC_BYTES]) MUST_USE;

/* It was told; the next one is in use. */
enum err access_turn(struct desk *d) MUST_USE;

#endif
