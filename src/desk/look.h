/*
 * look: once a day a desk looks at its line as a source would, and compares.
 *
 * It goes through the pages as Tor Browser does (doc/protocol/60-http.md, "A
 * desk's look"): the first page, new words, three of them typed back, the page
 * to write on; it writes nothing.  Then, over another circuit, it asks what
 * `sotto tell --questions` asks.  Nothing of it says that it is a desk: no key,
 * no header of ours, pauses as long as people take, and never at the time of a
 * fetch.  What it should see is drawn by this program (seen.h).
 *
 * What differs is kept until a member has looked at it.  What a line tells
 * desks is remembered at every sync, and compared with what it told a source
 * between two of them: only what it told desks before and after alike is held
 * against it, so that a change of the settings is no alarm.
 */
#ifndef DESK_LOOK_H
#define DESK_LOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "crypt/hash.h"
#include "desk/desk.h"
#include "desk/look_walk.h"
#include "desk/seen.h"
#include "team/offer.h"

#define LOOK_WANTED_MAX 64U
#define LOOK_STATE_MAX (256U << 10)

/* What is kept between looks, sealed as a/look; hold it on the heap. */
struct look_state {
	uint64_t next; /* the second at which the next one is due; 0: none is */
	uint32_t day; /* of the last whole look; 0: there was none */
	uint32_t failing; /* the day since which none came through; 0 */
	bool has_line; /* `ours` and `now` are set */
	struct seen_line ours; /* settings that are wanted so */
	struct seen_line now; /* as they were seen last */
	struct seen_list found; /* what differs, or did and was not looked at */
	uint32_t gone[SEEN_FOUND_MAX]; /* the day it was gone; 0: it is there */
	uint8_t wanted[LOOK_WANTED_MAX][SEEN_ID_BYTES];
	size_t wanted_n;
	/* What `tell` was given in the last look, until a sync has judged it.
	 */
	bool waits;
	uint32_t serial;
	uint8_t keys[SHA256_BYTES], questions[SHA256_BYTES];
};

/* Read and write it; `*s` only on success.  ERR_FORMAT, ERR_VERSION, ERR_NOMEM.
 */
enum err look_state_read(
    struct look_state *s, const void *p, size_t n) MUST_USE;
enum err look_state_write(struct buf *out, const struct look_state *s) MUST_USE;

/* The desk's own: an empty one before the first look; the caller's, to
 * look_free(). */
enum err look_load(struct desk *d, struct look_state **s) MUST_USE;
enum err look_keep(struct desk *d, const struct look_state *s) MUST_USE;
void look_free(struct look_state *s); /* NULL does nothing */

/* What was found now, `today`: what stands already keeps its day; what is not
 * there any more is kept too, until a member has seen it.  Of a look that broke
 * off (`all_came` is false) nobody knows what is not there. */
void look_merge(struct look_state *s, const struct seen_list *new,
    uint32_t today, bool all_came);

/* How many differences there are that a member has not settled; `*since` the
 * day of the oldest; and since when no look came through although fetches did
 * (0: it does, or only since today). */
struct look_news {
	unsigned found;
	uint32_t since;
	uint32_t failing;
};
enum err look_news(struct desk *d, struct look_news *news) MUST_USE;

/* What a member is shown of it, in 16 hex digits and a NUL: all that differs
 * and the settings.  What comes between is told apart by it. */
#define LOOK_SHOWN_BYTES 17U
enum err look_shown(
    char out[static LOOK_SHOWN_BYTES], const struct look_state *s) MUST_USE;

/* A member has looked at all that differs, which was `shown` so: what can be
 * wanted is from now on, and what is gone goes.  `*left` says how many cannot
 * be wanted.  ERR_TAKEN: something else stands by now, and nothing was done. */
enum err look_accept(
    struct desk *d, const char *shown, unsigned *left) MUST_USE;

/* Draw the time of the next look: some time of the day after this one, or,
 * after a failure, within hours. */
enum err look_plan(struct desk *d, bool failed) MUST_USE;
/* When it is due, a second; drawn now when there was none. */
enum err look_due(struct desk *d, uint64_t *at) MUST_USE;

/* A sync heard this from the line, and its questions (NULL: it told none):
 * remember it, and judge what a source was told meanwhile. */
enum err look_told(struct desk *d, const struct offer *o,
    const struct buf *questions) MUST_USE;

/*
 * One look, step by step.
 */

struct look;

/* Make ready.  The address is the desk's last.  `pages` draw what should be
 * seen.  ERR_NOTHING: the desk has no address yet; ERR_DENIED: an onion service
 * and no Tor; ERR_VERSION, ERR_FORMAT, ERR_NOMEM. */
enum err look_open(
    struct look **l, struct desk *d, const struct seen_pages *pages) MUST_USE;
void look_close(struct look *l); /* NULL does nothing */

/* Is the line on this machine?  Then nobody needs to wait for anything. */
bool look_is_near(const struct look *l);

/* While a request waits: as reach_meanwhile(). */
void look_meanwhile(
    struct look *l, enum err (*meanwhile)(void *with), void *with);

/* Ask for the next thing.  ERR_OK: `*wait` milliseconds to the next step, or
 * `*over`: it went through, and what differs is kept.  Anything else: it did
 * not come through, which look_failed() keeps; what differs of what had come is
 * kept here, for whoever has the line chooses when it breaks off. */
enum err look_step(struct look *l, uint64_t *wait, bool *over) MUST_USE;

/* look_judge.c: what is made of all that came; the list is the caller's. */
struct look_all {
	const struct desk *d;
	const struct seen_pages *pages;
	const struct offer *offer; /* what `tell` was given */
	const struct look_got *questions;
	const struct look_got *got; /* SEEN_PAGES of them, */
	const struct seen_own *own; /* as many */
	bool onion;
};
enum err look_judge(struct seen_list *found, struct seen_line *now,
    const struct look_state *s, const struct look_all *all) MUST_USE;

/* The time of the next one is drawn, and since when they fail is kept. */
enum err look_failed(struct desk *d) MUST_USE;

#endif
