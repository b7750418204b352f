/*
 * restrict: a conversation is read by named members alone from now on.
 *
 * An entry `restrict` names them and a circle (team/circle.h), whose key goes
 * to their devices as a hand-out by the desk that restricted it.  From then on
 * letters to the source say to seal to the circle (`next`), and what desks tell
 * each other of the conversation is sealed to it.  What was read before stays
 * read.  doc/protocol/70-team.md, "Circles".
 */
#ifndef DESK_RESTRICT_H
#define DESK_RESTRICT_H

#include "desk/inside.h"

enum restrict_stand {
	RESTRICT_NOT, /* whoever reads at its door reads it */
	RESTRICT_READS, /* this desk's member does, and its key is here */
	RESTRICT_WAITS, /* he does, and the key has not come */
	RESTRICT_OUT /* he does not */
};
enum restrict_stand restrict_stand(const struct desk *d, const struct conv *c);

/* struct register_doors of a desk: `who` is it. */
bool restrict_reads_at(
    void *who, const uint8_t *conversation, const uint8_t *member, bool ever);

/* A letter of a source was taken in.  By a door to which it did not write
 * before others read: what has effect is to be found again. */
void restrict_came(struct desk *d, const struct conv *c, const struct said *s);

/* Who reads it; NULL: whoever reads at its door, and it never was otherwise. */
const struct restricted *restrict_of(
    const struct desk *d, const struct conv *c);

/* To the `n` members alone from now on; with none, to all who read at the door,
 * as at first.  `day` is the line's.  An admin who does not read it may leave
 * out some of those who do; they make its next key.
 *	ERR_DENIED	this member may not: a viewer, or he does not read it
 *	ERR_NOTHING	one is not of the team, or does not read at its door
 *	ERR_MISSING	this desk's member is not among them: whoever hands on
 *			the key has it
 *	ERR_TAKEN	they and nobody else read it already
 *	ERR_FULL	this device said so often who reads it that nothing more
 *			of that has effect
 * and those of the log. */
enum err desk_restrict(struct desk *d, const struct conv *c,
    const uint8_t (*members)[MEMBER_ID_BYTES], size_t n, uint32_t day) MUST_USE;

/* Before this desk gives what it has: new keys for circles of which a device is
 * gone, and hand-outs that a crash left unsaid. */
enum err restrict_renew(struct desk *d, uint32_t day) MUST_USE;

/* Say that the key of a circle goes to its members; `f` is for the entry. */
struct circle;
enum err restrict_hand_out(
    struct desk *d, struct effect *f, const struct circle *c) MUST_USE;

/* Add to `lack` the names of the entries of circles whose keys did not come;
 * and give those that others lack.  Errors of the log. */
void restrict_lacks(struct desk *d, struct effect *f, uint32_t today);
enum err restrict_again(struct desk *d, uint32_t today) MUST_USE;

/* To whom what desks tell each other of `c` is sealed on `day`: ERR_NOTHING:
 * whoever reads at the door, also when this desk's member never read `c` while
 * it was restricted.  ERR_MISSING: the key is not here, or this desk's member
 * reads it no more: nobody is told.  ERR_NOMEM. */
enum err restrict_recipient(const struct desk *d, const struct conv *c,
    uint32_t day, struct age_recipient *to) MUST_USE;

/* Say in a letter to the source where to seal from now on: in one that is sent
 * on `day`.  ERR_NOTHING: it says nothing.  ERR_MISSING: the key is not here,
 * or not for this desk.  ERR_NOMEM. */
enum err restrict_next(const struct desk *d, const struct conv *c, uint32_t day,
    struct letter *l) MUST_USE;

/* Was the letter sealed to all who read at the door, after it had been
 * restricted? */
bool restrict_is_open(
    const struct desk *d, const struct conv *c, const struct said *s);

/* Was an answer sent by somebody who does not read the conversation? */
bool restrict_is_outside(
    const struct desk *d, const struct conv *c, const struct said *s);

/* May this member be given what this desk has of a conversation?  Who reads it
 * today; once all at the door do again, who always did. */
bool restrict_may_have(const struct desk *d,
    const uint8_t id[static CONV_ID_BYTES],
    const uint8_t member[static MEMBER_ID_BYTES]);

/* Is what becomes of it not for this desk's member to say?  Others read it, and
 * he does not, by nothing that was said. */
bool restrict_is_kept(const struct desk *d, const struct conv *c);

/* What is to be done about a restricted conversation on `today`. */
enum restrict_todo {
	RESTRICT_FINE,
	RESTRICT_TELL, /* its source has not been told: answer it */
	RESTRICT_REPEAT /* and will have forgotten soon: answer it again */
};
enum restrict_todo restrict_todo(
    const struct desk *d, const struct conv *c, uint32_t today);

/* Was who reads it ever said, whatever that came to?  ERR_NOMEM. */
enum err restrict_was_said(
    const struct desk *d, const struct conv *c, bool *is) MUST_USE;

/* All at the door read it, and its source may still seal to fewer: the last
 * answer of effect stands before what was said of that, or before one that has
 * none. */
bool restrict_tell_door(const struct desk *d, const struct conv *c);

/* The sentence that is proposed as an answer then; English, in the
 * catalogue. */
const char *restrict_proposal(void);

/* The line lists these days: how long it keeps what lies there. */
enum err restrict_look(
    struct desk *d, uint32_t oldest, uint32_t today) MUST_USE;

#endif
