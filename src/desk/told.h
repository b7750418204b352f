/*
 * told: what other desks of the team say on the line: pieces, and what they
 * make whole (rosters, hand-outs, words).  Entries of the log are taken in at
 * once (desk/team.h); what is here may have to wait, for the rest of its
 * pieces, for a roster, for the entry that it belongs to, for the conversation.
 * Until then it lies in the folder (`wait`).
 */
#ifndef DESK_TOLD_H
#define DESK_TOLD_H

#include "desk/inside.h"

/* What a note that lay on the line is, by its first line. */
enum told_kind { TOLD_LETTER, TOLD_ENTRY, TOLD_PIECE, TOLD_CONTENT };
enum told_kind told_kind(const void *note, size_t n);

/* Take in a note that opened with the log's key (`by_log`) or with a door's.
 * ERR_OK: it was dealt with; *verdict says how, as sync_open() does. */
enum err told_take(struct desk *d, const struct buf *note, bool by_log,
    enum err *verdict) MUST_USE;

/* Look again at all that waits. */
enum err told_settle(struct desk *d) MUST_USE;

/* Words that wait and belong to the conversation of this signing key go, here
 * and on the disk. */
enum err told_forget(
    struct desk *d, const uint8_t owner[static SIGN_PUBLIC_BYTES]) MUST_USE;

/* What waited when the folder was left; and away with it. */
enum err told_load(struct desk *d) MUST_USE;
void told_drop(struct desk *d);

/* told_reply.c: take in words that another desk gave: of a reply that it sent,
 * or (told_words.c) of what it said to us.  ERR_MISSING: its entry or its
 * conversation is not here. */
enum err told_reply(struct desk *d, const struct buf *note) MUST_USE;

/* told_void.c: is the entry that words of that kind and id belong to here, and
 * without effect whatever roster may come?  They are not waited for: nobody
 * else will show them. */
bool told_is_void(struct desk *d, enum effect_kind kind,
    const uint8_t device[static DEVICE_ID_BYTES],
    const uint8_t id[static EFFECT_ID_BYTES]);

/* Are the words of this answer here, or is it ours and on its way? */
bool told_has_reply(
    const struct conv *conv, const uint8_t id[static LETTER_ID_BYTES]);

/* told_keys.c: a hand-out.  ERR_MISSING: its entry or its roster is not
 * here. */
enum err told_handout(struct desk *d, const struct buf *sealed) MUST_USE;

#endif
