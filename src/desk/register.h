/*
 * register: what the team's log says of each conversation: the last word on
 * every field, and what was read.  A function of the effects and their order
 * alone; letters that are not here yet find it when they come.
 */
#ifndef DESK_REGISTER_H
#define DESK_REGISTER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "desk/conv.h"
#include "desk/register_words.h"
#include "desk/tagmap.h"
#include "team/teamlog.h"

#define REGISTER_MARK_BYTES EFFECT_ID_BYTES
#define REGISTER_SALT_BYTES 32U

/* Of one conversation. */
struct registered {
	uint8_t id[CONV_ID_BYTES];
	bool junk, hold;
	enum effect_outcome outcome;
	uint32_t announced; /* day of destruction; 0: none */
	size_t members_n; /* to whom it is assigned */
	uint8_t members[ROSTER_MEMBERS][MEMBER_ID_BYTES];
	struct register_chain words;
	uint32_t changes; /* effects but `read` */
};

/* A letter to a source that an entry of a device says was sent. */
struct registered_reply {
	uint8_t conversation[CONV_ID_BYTES];
	uint32_t day, slot, n;
};

/* All zero is an empty one. */
struct registers {
	struct registered *list;
	size_t n, room;
	struct tagmap by_id;
	struct tagmap read; /* marks of what was read */
	struct registered_reply *replies;
	size_t replies_n, replies_room;
	struct tagmap by_reply; /* hash of device and letter -> its place */
	struct register_words words;
	uint8_t member[MEMBER_ID_BYTES]; /* ours; not cleared */
};

void registers_clear(struct registers *r);
void registers_drop(struct registers *r);

/* Take in the next effect in order.  ERR_NOMEM. */
enum err registers_take(
    struct registers *r, const struct teamlog_line *line) MUST_USE;

/* What is said of a conversation; NULL: nothing. */
const struct registered *registers_of(
    const struct registers *r, const uint8_t id[static CONV_ID_BYTES]);

/* The letter with this id that this device sent; NULL. */
const struct registered_reply *registers_reply(const struct registers *r,
    const uint8_t device[static DEVICE_ID_BYTES],
    const uint8_t id[static LETTER_ID_BYTES]);

/* How entries name what was read (doc/protocol/70-team.md, "mark"): by its
 * conversation, id, words and files.  A version that another file was sent for
 * has another mark: nobody has read that.  It is made once and kept in `s`.
 * ERR_NOMEM. */
enum err register_mark(uint8_t mark[static REGISTER_MARK_BYTES],
    const struct conv *c, struct said *s,
    const uint8_t salt[static REGISTER_SALT_BYTES]) MUST_USE;

/* Let the conversation's fields alone be as they say. */
void registers_show_fields(const struct registers *r, struct conv *c);
/* Let the conversation be as they say: its fields, and what of it was read. */
void registers_show(const struct registers *r, struct conv *c,
    const uint8_t salt[static REGISTER_SALT_BYTES]);
/* The same of what was not read, after more was. */
void registers_show_unread(const struct registers *r, struct conv *c,
    const uint8_t salt[static REGISTER_SALT_BYTES]);
/* The same for one letter of it; it counts as unread when there is no memory to
 * find out. */
void registers_show_said(const struct registers *r, const struct conv *c,
    struct said *s, const uint8_t salt[static REGISTER_SALT_BYTES]);

#endif
