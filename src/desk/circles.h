/*
 * circles: the keys of restricted conversations that this desk holds, beside
 * the ring: they are many, and live as long as their conversation.
 *
 * They lie in the folder as `a/circles` (doc/protocol/80-desk.md), which no
 * backup and no pack for somebody else may hold; in memory they are guarded.
 */
#ifndef DESK_CIRCLES_H
#define DESK_CIRCLES_H

#include "desk/inside.h"
#include "team/circle.h"

#define CIRCLES_MAX 8192U
#define CIRCLES_DEVICE 2048U /* of them, made by one device */

/* Read them when the folder is opened; and away with them. */
enum err circles_load(struct desk *d) MUST_USE;
void circles_drop(struct desk *d);

/* Would there be room for another of the device that made this one? */
bool circles_has_room(
    const struct desk *d, const uint8_t id[static CIRCLE_ID_BYTES]);

/* Keep that of a conversation (zeros: the log will say of which).  ERR_TAKEN:
 * it is here; ERR_FULL, also when its device has made CIRCLES_DEVICE. */
enum err circles_put(struct desk *d, const struct circle *c,
    const uint8_t of[static CONV_ID_BYTES]) MUST_USE;

/* Did this device name it, or is it of a member whom its `restrict` names? */
bool circles_is_of(const struct desk *d, const struct registered_circle *of,
    const uint8_t device[static DEVICE_ID_BYTES]);

/* May it pack it for others?  Who reads the conversation may, too. */
bool circles_may_pack(const struct desk *d, const struct registered_circle *of,
    const uint8_t device[static DEVICE_ID_BYTES]);

/* One that came in a welcome, if its record is one's: it is kept when `keep`.
 * ERR_NOTHING for any other chain.  Who made the welcome is known at its end:
 * circles_welcomed_by().  Whether he may is judged by the log, when that is
 * read for the first time: circles_judge(), before any of them is used. */
enum err circles_take_packed(
    struct desk *d, const uint8_t *p, size_t n, bool keep) MUST_USE;
enum err circles_welcomed_by(
    struct desk *d, const uint8_t device[static DEVICE_ID_BYTES]) MUST_USE;
enum err circles_judge(struct desk *d) MUST_USE;

/* Is there a device of which no more are kept?  `device` is the beginning of
 * its id. */
bool circles_crowded(
    const struct desk *d, uint8_t device[static CIRCLE_BY_BYTES]);

/* Those that are held, i < circles_count(); by id, NULL. */
size_t circles_count(const struct desk *d);
const struct circle *circles_at(const struct desk *d, size_t i);
const uint8_t *circles_of(struct desk *d, size_t i); /* conversation; NULL */
const struct circle *circles_find(
    const struct desk *d, const uint8_t id[static CIRCLE_ID_BYTES]);

/* Which one opened, and the conversation that it is of; borrowed until circles
 * are added. */
struct circles_key {
	const uint8_t *circle, *of;
};

/* Open what lies in a row with any of them.  ERR_NOKEY, ERR_NOMEM; *with only
 * on success. */
enum err circles_open(uint8_t *plain, struct desk *d, uint32_t row,
    const uint8_t *envelope, struct circles_key *with) MUST_USE;

/* The file key of a part of this conversation, from its header.  Errors as
 * above. */
enum err circles_file_key(uint8_t *key, struct desk *d, const struct conv *c,
    uint32_t row, const uint8_t *header) MUST_USE;

/* Days went by: keys that nothing can come for any more go, for good. */
enum err circles_finish(
    struct desk *d, const struct circle_line *line) MUST_USE;

/* Is any key of this conversation here? */
bool circles_has(const struct desk *d, const struct conv *c);

/* The conversation is destroyed: so are its keys. */
enum err circles_forget(struct desk *d, const struct conv *c) MUST_USE;

#endif
