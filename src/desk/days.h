/*
 * days: which envelopes of which day were tried, which days are finished, and
 * the keys that go with them.  Used by sync only.
 */
#ifndef DESK_DAYS_H
#define DESK_DAYS_H

#include "desk/inside.h"
#include "desk/reach.h"
#include "desk/sync.h"

/* Remembers the day on which the newest one-time key was made. */
#define DAYS_ONCE "once"

/* What is found out about one day, until it is written down. */
struct days_batch {
	uint32_t day;
	enum item kind; /* ITEM_TRIED or ITEM_NOKEY */
	bool log_only; /* what the log's keys open is taken alone */
	uint64_t since; /* clock_ms() when the first of it came */
	struct sync_report *rep;
	struct buf items; /* that go to `days` next */
	struct buf tried; /* tags that do */
};

void days_batch_init(
    struct days_batch *b, uint32_t day, struct sync_report *rep);
void days_batch_drop(struct days_batch *b);

/* Envelope dealt with; refused for a reason. */
enum err days_put_tried(
    struct days_batch *b, const uint8_t tag[static TAG_BYTES]) MUST_USE;
enum err days_put_refused(struct days_batch *b,
    const uint8_t tag[static TAG_BYTES], enum err why) MUST_USE;

/* What no key of ours opens: tried, unless other desks may yet bring one; these
 * are tried when days_end_later() was called, but for those that lie in rows
 * of `from` on: a key that is known to be lacking may open them. */
enum err days_put_nokey(struct desk *d, struct days_batch *b,
    const uint8_t tag[static TAG_BYTES]) MUST_USE;
enum err days_end_later(struct desk *d, uint32_t from) MUST_USE;

/* A key is about to be kept that may open what lay in rows from this day on:
 * what no key opened of them is tried again. */
enum err days_try_again(struct desk *d, uint32_t from) MUST_USE;

/* Was it tried, as far as is known? */
bool days_is_tried(const struct desk *d, const uint8_t tag[static TAG_BYTES]);

/* Of `tags`, those that were not tried: how many; and call them tried, which
 * an entry says. */
size_t days_untried(const struct desk *d, const struct buf *tags);
enum err days_give_up(
    struct desk *d, struct days_batch *b, const struct buf *tags) MUST_USE;

/* A day that is over, and that the line keeps open, counts as closed, which an
 * entry says. */
enum err days_close(struct desk *d, struct reach_day *day) MUST_USE;

/* Something comes that may wait for the others of the batch to be synced. */
void days_begin_batch(struct desk *d, struct days_batch *b);
/* Have there been as many, or as long, as may be lost and fetched again? */
bool days_batch_is_full(const struct days_batch *b);
/* Make what was taken in durable; then write down what was found. */
enum err days_end_batch(struct desk *d, struct days_batch *b) MUST_USE;

/* This closed day needs no look again; does it? */
enum err days_put_whole(struct desk *d, const struct reach_day *day) MUST_USE;
bool days_is_whole(const struct desk *d, const struct reach_day *day);

/* The oldest day whose key we still have. */
uint32_t days_first(const struct desk *d);

/* The identity of a day of a chain, kept for the next call; not to be closed.
 * ERR_NOMEM.  The other wipes all that are kept: before the ring changes. */
enum err days_identity(struct desk *d, const struct ring_key *key,
    struct age_identity **id) MUST_USE;
void days_forget_keys(struct desk *d);

/* Finish the days that can be: their keys go, for good, and with them what was
 * noted of them. */
enum err days_finish(struct desk *d, const struct reach_day *days, size_t n,
    uint32_t today, uint32_t *finished) MUST_USE;

/* Write `days` anew without what is of no use any more. */
enum err days_compact(struct desk *d) MUST_USE;

#endif
