/*
 * circle: the keys of a conversation that is restricted to named members.
 *
 * A circle is a chain (team/chain.h) of which only every CIRCLE_DAYS-th day is
 * used: what is sealed to the circle on day d is sealed to the identity of its
 * *term*, the greatest multiple of CIRCLE_DAYS that is not above d.  A source
 * seals to the term of the answer it read last, for as long as that lies on the
 * line; so the key of a term lives until no answer of it can lie there any
 * more, and every desk of the circle finds it without having been told which
 * answers were sent.
 */
#ifndef TEAM_CIRCLE_H
#define TEAM_CIRCLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "base/err.h"
#include "team/chain.h"
#include "team/roster.h"

#define CIRCLE_ID_BYTES 16U
#define CIRCLE_DAYS 28U
/* The least that an answer is thought to lie on a line, and the most; and how
 * many days after that what was sealed to it may still come. */
#define CIRCLE_LIES 90U
#define CIRCLE_LIES_MAX 400U
#define CIRCLE_LATE 3U

/* Holds a secret; by value, so that it can lie in guarded memory. */
struct circle {
	uint8_t id[CIRCLE_ID_BYTES];
	struct chain chain; /* its day is the first day of a term */
};

/* The first day of the term that `day` is in. */
uint32_t circle_term(uint32_t day);

/* A new one from random bytes, to be used from `day` on, of the device that
 * makes it.  Its id begins with CIRCLE_BY_BYTES of that device's, so that
 * nobody else can give a key of his own out under it. */
#define CIRCLE_BY_BYTES 8U
void circle_make(struct circle *c, uint32_t day,
    const uint8_t device[static DEVICE_ID_BYTES]);

/* Can it be of this device? */
bool circle_is_by(const uint8_t id[static CIRCLE_ID_BYTES],
    const uint8_t device[static DEVICE_ID_BYTES]);
void circle_drop(struct circle *c); /* wipe */

/* To whom is sealed on `day`.  ERR_EXPIRED for a term before those it has,
 * ERR_TOOBIG (chain.h), ERR_NOMEM. */
enum err circle_recipient(
    struct age_recipient *to, const struct circle *c, uint32_t day) MUST_USE;

/* Which terms may open what lies in the row of `row`, the newest first, one a
 * call.  Begin with *at = 0; false after the last. */
bool circle_next(
    const struct circle *c, uint32_t row, uint32_t *at, uint32_t *term);

/* The caller closes it.  Errors as circle_recipient(). */
enum err circle_identity(
    struct age_identity **id, const struct circle *c, uint32_t term) MUST_USE;

/* Where a line stands, as a desk has seen it. */
struct circle_line {
	uint32_t finished; /* the first day that is not finished */
	uint32_t oldest; /* the oldest day that it lists */
};

/* Run forward past the terms that nothing can come for any more; *changed says
 * whether any went.  ERR_TOOBIG. */
enum err circle_finish(
    struct circle *c, const struct circle_line *line, bool *changed) MUST_USE;

#endif
