/*
 * replied: that the words of an answer of the team are those that its entry
 * `reply` says, wherever they come from: another desk's `content`, a welcome, a
 * pack, a backup.  The entry has a hash of text and files, as that of a note
 * has (doc/protocol/70-team.md); what else is kept of an answer follows from
 * the entry and is made anew of it.
 */
#ifndef DESK_REPLIED_H
#define DESK_REPLIED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "crypt/hash.h"
#include "desk/register.h"
#include "desk/said.h"
#include "desk/tagmap.h"
#include "team/content.h"
#include "team/teamlog.h"

struct desk;
struct conv;

/* An answer that an entry says was sent. */
struct replied_one {
	struct registered_reply at; /* `member` and `outside` are not set */
	bool effect; /* its entry has effect */
	uint32_t next; /* another of that conversation and id: place + 1 */
};

/* All zero is an empty one. */
struct replied {
	struct replied_one *list;
	size_t n, room;
	struct tagmap by; /* conversation and id -> the last of them */
};

void replied_drop(struct replied *a);

/* Take in all entries `reply` of a log, whatever their standing.  ERR_NOMEM. */
enum err replied_take(struct replied *a, struct teamlog *l) MUST_USE;

/* The name of an id in a conversation. */
void replied_tag(uint8_t tag[static TAG_BYTES],
    const uint8_t conversation[static CONV_ID_BYTES],
    const uint8_t id[static LETTER_ID_BYTES]);

/* The answer of this conversation that has these words, by its id, day, number
 * and hash, one with effect before any other; NULL: no entry says so. */
const struct replied_one *replied_find(const struct replied *a,
    const uint8_t conversation[static CONV_ID_BYTES], const struct said *s,
    const uint8_t salt[static CONTENT_SALT_BYTES]);

/* What its entry says of the words of an answer: HMAC(salt, SHA-256(text) and,
 * of each file in the letter's order, size (u64), hash, and SHA-256(name, NUL,
 * type)). */
void replied_hash(uint8_t hash[static SHA256_BYTES], const struct said *s,
    const uint8_t salt[static CONTENT_SALT_BYTES]);

/* What is kept of the letter that the source got, as the desk that sent it has
 * it, but for `next`: of `words` only text and files count.  The caller closes
 * it; NULL when memory cannot be had.  The conversation has its address. */
struct said *replied_make(const struct desk *d, const struct conv *c,
    const struct registered_reply *at, const struct letter *words);

/* The same of what was kept of it elsewhere. */
struct said *replied_make_again(const struct desk *d, const struct conv *c,
    const struct registered_reply *at, const struct said *s);

/* Is it here with these words, or ours and on its way?  Another device may have
 * said something else under its id. */
bool replied_has(const struct conv *c, const struct said *s);

/* Is it, as it is kept, what the entry makes of its words?  ERR_FORGED,
 * ERR_NOMEM. */
enum err replied_is_as_said(const struct desk *d, const struct conv *c,
    const struct registered_reply *at, const struct said *s) MUST_USE;

#endif
