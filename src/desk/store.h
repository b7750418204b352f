/*
 * store: the desk's folder.  Nothing in it can be read without the key file,
 * and that not without the passphrase.
 *
 *	key      vault.h
 *	lock     so that one desk at a time has the folder
 *	log      record.h: the team's log, one signed entry a record
 *	team     record.h: the notes of all rosters, the first first
 *	wait     record.h: what other desks said and cannot be taken in yet
 *	days     record.h: what was fetched of which day
 *	a/NAME   small sealed things, replaced as a whole
 *	k/HEX    the key of one conversation, and whose it is
 *	c/HEX    record.h: that conversation, under its key
 *	p/HEX    one part of an attachment, as it came from the line
 *
 * HEX are random names.  A conversation is destroyed by overwriting the file
 * with its key.
 */
#ifndef DESK_STORE_H
#define DESK_STORE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/envelope.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypt/sign.h"
#include "desk/keyroom.h"
#include "desk/record.h"

#define STORE_NAME_BYTES 16U /* of a file in c/ and p/ */
#define STORE_BLOB_MAX (1U << 20)

struct store;

/* One conversation's file. */
struct store_box {
	uint8_t name[STORE_NAME_BYTES];
	uint8_t owner[SIGN_PUBLIC_BYTES]; /* the source's signing key */
	struct keyroom *keys; /* the store's */
	uint8_t *key; /* guarded, of `keys` */
	struct store *of;
	uint64_t unsynced; /* the batch that wrote its last record */
	struct record record;
};

/* Make the folders inside `dir`, which is there and empty. */
enum err store_make(const char *dir) MUST_USE;

/* Make a desk of it: keep `about` under the store's key; by this a folder and
 * its key are known to belong together. */
enum err store_begin(
    const char *dir, const uint8_t *key, const void *about, size_t n) MUST_USE;

/* Take the folder.  `key` (RECORD_KEY_BYTES of guarded memory) must outlive
 * the store.  ERR_BUSY when another desk has it, ERR_NOTHING when it is no
 * desk's folder, ERR_FORGED when another key sealed it. */
enum err store_open(
    struct store **s, const char *dir, const uint8_t *key) MUST_USE;
/* The same in two steps, so that the folder is taken before the key file in it
 * is read: `key` may be filled between them. */
enum err store_take(
    struct store **s, const char *dir, const uint8_t *key) MUST_USE;
enum err store_check(struct store *s) MUST_USE;
/* Begin to read the conversations' files in the meantime, sealed as they are;
 * it ends with store_load_boxes().  When it cannot be done they are read then.
 */
void store_read_ahead(struct store *s);
void store_close(struct store *s); /* NULL does nothing */

/* The files of records. */
enum store_list { STORE_LOG, STORE_TEAM, STORE_WAIT, STORE_DAYS, STORE_LISTS };

/* Hand out all records of one; before any is added. */
enum err store_load(
    struct store *s, enum store_list list, struct record_taker taker) MUST_USE;
enum err store_add(
    struct store *s, enum store_list list, const void *p, size_t n) MUST_USE;
/* Hand them out once more. */
enum err store_read(const struct store *s, enum store_list list,
    struct record_taker taker) MUST_USE;
/* Put these records (each behind its u32 length) in place of all; an old file
 * of STORE_WAIT is overwritten. */
enum err store_replace(struct store *s, enum store_list list,
    const uint8_t *items, size_t n) MUST_USE;

/* Small things by name (lower-case letters).  ERR_NOTHING. */
enum err store_put(
    struct store *s, const char *name, const void *p, size_t n) MUST_USE;
/* The same, and what it replaces is overwritten (as far as the disk lets). */
enum err store_put_over(
    struct store *s, const char *name, const void *p, size_t n) MUST_USE;
enum err store_get(struct store *s, const char *name, struct buf *out) MUST_USE;

/* A new conversation, durable with its first record.  A record's tail is not
 * handed out when it is loaded, but read by where the record stands, which was
 * box->record.len before; a tail of no bytes is none.  ERR_NOTHING. */
enum err store_box_make(struct store *s, struct store_box *box,
    const uint8_t owner[static SIGN_PUBLIC_BYTES], struct record_part head,
    struct record_part tail) MUST_USE;
enum err store_box_add(struct store_box *box, struct record_part head,
    struct record_part tail) MUST_USE;

/*
 * Many letters at once.  Between begin and end the two below write and do not
 * sync, and all is synced by the end: only then what they wrote is durable, and
 * may be called tried.  A crash before leaves the records that were there, and
 * some of the new ones.  Everything else is as durable as ever, also meanwhile.
 */

/* Nothing when one is under way. */
void store_batch_begin(struct store *s);
/* ERR_OK also when none is.  ERR_IO: what was written cannot be known to be
 * there; nothing more is taken, until the folder is opened again. */
enum err store_batch_end(struct store *s) MUST_USE;
/* The same, and go on with another when one was under way. */
enum err store_batch_settle(struct store *s) MUST_USE;

/* As store_box_make() and store_box_add(), in a batch; outside of one they are
 * these. */
enum err store_box_make_later(struct store *s, struct store_box *box,
    const uint8_t owner[static SIGN_PUBLIC_BYTES], struct record_part head,
    struct record_part tail) MUST_USE;
enum err store_box_add_later(struct store_box *box, struct record_part head,
    struct record_part tail) MUST_USE;

/* The folder is no desk's before its end: until then nothing that is added to
 * conversations, lists and parts is synced by itself. */
void store_whole_begin(struct store *s);

enum err store_box_tail(
    const struct store_box *box, uint64_t at, struct buf *out) MUST_USE;
/* Hand out its records once more. */
enum err store_box_read(
    const struct store_box *box, struct record_taker taker) MUST_USE;
/* Destroy it, for good. */
enum err store_box_destroy(struct store *s, struct store_box *box) MUST_USE;
void store_box_drop(struct store_box *box);

/* What is done with each conversation when all are loaded: `begin` says where
 * its box is to stay (empty; then to be dropped by store_box_drop(), loaded or
 * not) and who takes its records. */
struct store_boxes {
	enum err (*begin)(void *who,
	    const uint8_t owner[static SIGN_PUBLIC_BYTES],
	    struct store_box **box, struct record_taker *taker);
	void *who;
};
enum err store_load_boxes(
    struct store *s, const struct store_boxes *boxes) MUST_USE;

/* Keep a part under a new name; durable on ERR_OK.  Read it again.  Forget it:
 * overwritten and removed; ERR_OK also when it is not there. */
enum err store_part_put(struct store *s, uint8_t name[static STORE_NAME_BYTES],
    const uint8_t part[static ENVELOPE_PART_BYTES]) MUST_USE;
enum err store_part_get(struct store *s,
    const uint8_t name[static STORE_NAME_BYTES],
    uint8_t part[static ENVELOPE_PART_BYTES]) MUST_USE;
enum err store_part_del(
    struct store *s, const uint8_t name[static STORE_NAME_BYTES]) MUST_USE;

/* Remove parts that nobody knows (a crash left them). */
struct store_known {
	bool (*is_known)(
	    void *who, const uint8_t name[static STORE_NAME_BYTES]);
	void *who;
};
enum err store_sweep_parts(
    struct store *s, const struct store_known *known) MUST_USE;

#endif
