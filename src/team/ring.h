/*
 * ring: the day keys, voices and one-time keys that a device holds, and which
 * of them fits what.  No input or output; desk/vault.h is its disk.
 *
 * A door has one chain at a time and now and then two, for a hand-out brings a
 * new one before the line offers it, and the old one is needed until its last
 * offered day is finished.  The team's log has a chain too, under the door id
 * of zeros (doc/protocol/70-team.md, "Chains of day keys").
 *
 * Everything is by value, so that a ring can lie in guarded memory.
 */
#ifndef TEAM_RING_H
#define TEAM_RING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "base/err.h"
#include "team/chain.h"
#include "team/handout.h"
#include "team/keynote.h"

#define RING_CHAINS 32U
#define RING_VOICES 64U
#define RING_ONCE 4U
#define RING_OFFERED UINT32_MAX /* `last` of a chain that is offered still */
/* The log's old chain is tried beside a new one: a desk that was not handed the
 * new one asks for it with the old. */
#define RING_LOG_DAYS 35U

struct ring_chain {
	uint8_t door[DOOR_ID_BYTES]; /* zeros: the team's log */
	uint32_t first, last; /* days on which it was offered */
	struct chain chain; /* .day is `first` at least */
};

struct ring_voice {
	uint8_t door[DOOR_ID_BYTES];
	uint8_t seed[SIGN_SEED_BYTES];
	uint32_t first, last; /* days, both included */
};

/* Holds secrets: ring_drop() wipes.  All zero is an empty one. */
struct ring {
	size_t chains_n;
	struct ring_chain chains[RING_CHAINS];
	size_t voices_n;
	struct ring_voice voices[RING_VOICES]; /* as they came */
	size_t once_n;
	uint8_t once[RING_ONCE][AGE_SEED_BYTES]; /* the newest last */
};

void ring_drop(struct ring *r); /* wipe */

/* The log's door id. */
extern const uint8_t ring_log[DOOR_ID_BYTES];

/*
 * Adding.  What is here already (same door and seed of the same day) is
 * ERR_TAKEN and changes nothing.
 */
/* ERR_FULL; ERR_FORMAT when its seed is of a day before `first`, or `last` is
 * before `first`. */
enum err ring_add_chain(struct ring *r, const struct ring_chain *c) MUST_USE;

/* The chain of the log that begins with `first` is handed out, or was handed to
 * this desk, on `today`: those that were to end because of it are in use for
 * RING_LOG_DAYS from then on, for others still speak to them.  *changed: were
 * they to end earlier? */
void ring_log_begins(
    struct ring *r, uint32_t first, uint32_t today, bool *changed);

/* Voices of that door that began before end with its first day.  When there is
 * no room the one that ended first goes. */
enum err ring_add_voice(struct ring *r, const struct ring_voice *v) MUST_USE;

/* Forget the chains and voices of that door that begin on this day. */
void ring_forget(
    struct ring *r, const uint8_t door[static DOOR_ID_BYTES], uint32_t first);

/* A new chain from random bytes, offered from `day` on.  ERR_FULL. */
enum err ring_make_chain(struct ring *r,
    const uint8_t door[static DOOR_ID_BYTES], uint32_t day) MUST_USE;

/* A new voice.  Voices before end as above. */
void ring_make_voice(struct ring *r, const uint8_t door[static DOOR_ID_BYTES],
    uint32_t first, uint32_t last);

/*
 * What to seal and sign with.
 */
/* The chain of a door that is offered on `day`, the newest if there are two;
 * NULL. */
const struct ring_chain *ring_chain_on(const struct ring *r,
    const uint8_t door[static DOOR_ID_BYTES], uint32_t day);

/* Is there any chain of that door? */
bool ring_has_chain(
    const struct ring *r, const uint8_t door[static DOOR_ID_BYTES]);

/* To whom entries and hand-outs of `day` are sealed.  ERR_MISSING without a
 * chain of the log for that day, ERR_NOMEM. */
enum err ring_log_recipient(
    const struct ring *r, uint32_t day, struct age_recipient *to) MUST_USE;

/* The voice of a door that holds on `day`, the newest if there are two;
 * NULL. */
const struct ring_voice *ring_voice_on(const struct ring *r,
    const uint8_t door[static DOOR_ID_BYTES], uint32_t day);

/* Is this the public key of one of the door's voices? */
bool ring_has_voice(const struct ring *r,
    const uint8_t door[static DOOR_ID_BYTES],
    const uint8_t key[static SIGN_PUBLIC_BYTES]);

/*
 * Opening.
 */
/* A day of a chain. */
struct ring_key {
	size_t chain; /* its place in `chains` */
	uint32_t day;
};

/* Which keys may open what lies in the row of `row`, one a call: those of the
 * doors first, then the log's; of each chain that was offered then the row's
 * day and the day before.  Begin with *at = 0; false after the last. */
bool ring_next(
    const struct ring *r, uint32_t row, size_t *at, struct ring_key *key);

/* The caller closes it.  ERR_NOMEM. */
enum err ring_identity(struct age_identity **id, const struct ring *r,
    const struct ring_key *key) MUST_USE;

/* The oldest day of which a key is held; UINT32_MAX without any. */
uint32_t ring_first(const struct ring *r);

/* Days before `before` are finished: their seeds are run over, and chains that
 * were offered only then go.  ERR_TOOBIG (chain.h). */
enum err ring_finish(struct ring *r, uint32_t before) MUST_USE;

/*
 * What a line offers.
 */
/* Are the recipients that a line of day `today` offers for a door those of a
 * chain of ours (as far as it reaches)?  ERR_NOTHING when they are of none.  On
 * ERR_OK the door's older chains are known to be offered no longer; *changed
 * says whether that was news.  ERR_NOMEM. */
enum err ring_offered(struct ring *r, const struct key_note_door *door,
    uint32_t today, bool *changed) MUST_USE;

/* Forget the chains and voices of a door; is there anything that was? */
bool ring_forget_door(struct ring *r, const uint8_t door[static DOOR_ID_BYTES]);

/*
 * Hand-outs.
 */
/* A new one-time key; with more than RING_ONCE the oldest goes. */
void ring_make_once(struct ring *r);

/* The recipient of the newest, which this device's entry `recipient` (or its
 * join note) publishes.  ERR_NOTHING without any, ERR_NOMEM. */
enum err ring_once_recipient(
    const struct ring *r, struct age_recipient *to) MUST_USE;

/* Forget all one-time keys but the newest. */
void ring_forget_once(struct ring *r);

/* Open a hand-out with any of the one-time keys; `by->identity` is not looked
 * at.  *once says with which (its place).  Errors as handout_open();
 * ERR_NOKEY when there is none for us. */
enum err ring_open(struct handout *h, size_t *once, const struct ring *r,
    const void *p, size_t n, const struct handout_reader *by) MUST_USE;

/* Is its chain, a door's or the log's, here? */
bool ring_has_handed(const struct ring *r, const struct handout *h);

/* Take in its chain and voice; `began` is the day on which the chain began, by
 * the entry that names the hand-out: one that was given later has a seed of a
 * later day, and would else be taken for the newest.  ERR_TAKEN when both are
 * here; ERR_FULL; ERR_VERSION: the chain of a circle, which this version has
 * not.  Access keys are the caller's. */
enum err ring_take(
    struct ring *r, const struct handout *h, uint32_t began) MUST_USE;

#endif
