/*
 * pack: what one desk gives another, so that it can work as one of the team's:
 * the welcome of a new device (doc/protocol/70-team.md, "pack").
 *
 * Here is the plaintext alone.  The caller seals it as one age file to the
 * one-time recipient of a join note (team/join.h), as it comes out, and opens
 * it so; neither side holds more than one record.
 *
 *	sotto/1 pack NEWLINE
 *	records: kind u8, length u32, bytes
 *
 * The kinds stand in a fixed order (pack_kind below).  The last is a signed
 * note of kind `pack` by the giving device with the SHA-256 of all before it.
 * A reader hands records out as they come, but only pack_reader_end() says that
 * they are to be believed: whoever keeps them reads a pack twice, and keeps
 * nothing that the first time did not bear out.
 *
 * A backup has the same form under another first line, `sotto/1 backup`.  A
 * desk makes it for itself: everything that its member may read, and no seed;
 * unless it is the only one of its team, and says so.
 */
#ifndef TEAM_PACK_H
#define TEAM_PACK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "age/envelope.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypt/hash.h"
#include "letter/tag.h"
#include "team/certificate.h"
#include "team/chain.h"
#include "team/handout.h"
#include "team/roster.h"

enum pack_kind {
	PACK_CERTIFICATE = 1, /* one, first: its team key is that of the rest */
	PACK_ROSTER, /* all there were, ascending */
	PACK_DESK, /* one: struct pack_desk */
	PACK_ADMIN, /* for an admin's device: struct pack_admin */
	PACK_CHAIN, /* one at least: struct pack_chain */
	PACK_VOICE, /* not for a viewer's: struct pack_voice */
	PACK_ENTRY, /* the note of an entry */
	PACK_CONVERSATION, /* 32 bytes, its source's signing key; then ... */
	PACK_SAID, /* ... one at least: struct pack_said */
	PACK_PART, /* ... and parts of its files: struct pack_part */
	PACK_END, /* the signed note */
	PACK_BARE, /* of a backup, in place of PACK_DESK: without its keys */
	PACK_KINDS
};

#define PACK_ADDRESS_MAX 300U /* bytes */
#define PACK_KEY_BYTES 32U
#define PACK_CHAIN_LAST UINT32_MAX /* it is offered still */
#define PACK_SAID_MAX ((1U << 20) + 4U)
#define PACK_END_MAX 1024U
#define PACK_PART_HEAD (TAG_BYTES + AGE_FILE_KEY_BYTES)
#define PACK_RECORD_MAX \
	(PACK_PART_HEAD + ENVELOPE_PART_BYTES) /* the largest \
						*/

/* What every desk of the team has.  Holds secrets: pack_desk_drop() wipes. */
struct pack_desk {
	uint8_t salt[PACK_KEY_BYTES];
	uint8_t access[SIGN_SEED_BYTES];
	bool has_next; /* an access key that comes next */
	uint8_t next[SIGN_SEED_BYTES];
	uint32_t serial; /* of the newest key note that was seen */
	char name[DOOR_NAME_MAX + 1]; /* of the team */
	char readers[DOOR_READERS_MAX + 1]; /* who reads, may be empty */
	char line[PACK_ADDRESS_MAX + 1]; /* its addresses, may be empty */
	char desk_line[PACK_ADDRESS_MAX + 1];
};

struct pack_admin {
	uint8_t line_key[SIGN_SEED_BYTES];
	uint8_t purge[SIGN_SEED_BYTES];
};

/* A chain: whose, when it was offered, the oldest seed that is left. */
struct pack_chain {
	struct handout_chain of;
	uint32_t first, last; /* days; PACK_CHAIN_LAST */
	struct chain seed;
};

struct pack_voice {
	uint8_t door[DOOR_ID_BYTES];
	uint8_t seed[SIGN_SEED_BYTES];
	uint32_t first, last; /* days, both included */
};

/* A record of a conversation as its desk keeps it (doc/protocol/80-desk.md);
 * borrowed. */
struct pack_said {
	const uint8_t *head, *tail;
	size_t head_n, tail_n; /* head_n > 0 */
};

/* A part as it came from the line, and the key that opens it; borrowed. */
struct pack_part {
	const uint8_t *tag; /* TAG_BYTES */
	const uint8_t *key; /* AGE_FILE_KEY_BYTES */
	const uint8_t *envelope; /* ENVELOPE_PART_BYTES; NULL: not there */
};

void pack_desk_drop(struct pack_desk *d);
void pack_admin_drop(struct pack_admin *a);
void pack_chain_drop(struct pack_chain *c);
void pack_voice_drop(struct pack_voice *v);

/* Append the bytes of a record.  ERR_FORMAT for what no reader takes,
 * ERR_TOOBIG, ERR_NOMEM; `out` is then unchanged. */
enum err pack_desk_write(struct buf *out, const struct pack_desk *d) MUST_USE;
enum err pack_bare_write(struct buf *out, const struct pack_desk *d) MUST_USE;
enum err pack_admin_write(struct buf *out, const struct pack_admin *a) MUST_USE;
enum err pack_chain_write(struct buf *out, const struct pack_chain *c) MUST_USE;
enum err pack_voice_write(struct buf *out, const struct pack_voice *v) MUST_USE;
enum err pack_said_write(struct buf *out, const struct pack_said *s) MUST_USE;
enum err pack_part_write(struct buf *out, const struct pack_part *p) MUST_USE;

/* Read all `n` bytes of one, which has one spelling.  ERR_FORMAT, ERR_TOOBIG,
 * ERR_NOMEM; the output only on success. */
enum err pack_desk_read(
    struct pack_desk *d, const uint8_t *p, size_t n) MUST_USE;
enum err pack_bare_read(
    struct pack_desk *d, const uint8_t *p, size_t n) MUST_USE;
enum err pack_admin_read(
    struct pack_admin *a, const uint8_t *p, size_t n) MUST_USE;
enum err pack_chain_read(
    struct pack_chain *c, const uint8_t *p, size_t n) MUST_USE;
enum err pack_voice_read(
    struct pack_voice *v, const uint8_t *p, size_t n) MUST_USE;
enum err pack_said_read(
    struct pack_said *s, const uint8_t *p, size_t n) MUST_USE;
enum err pack_part_read(
    struct pack_part *r, const uint8_t *p, size_t n) MUST_USE;

/* May a device of this roster have that chain?  Its member must read at the
 * door; all have the log's.  Circles are not judged here. */
bool pack_may_read(const struct roster *r,
    const uint8_t key[static SIGN_PUBLIC_BYTES],
    const struct handout_chain *chain);

/*
 * Writing.
 */

struct pack_writer;

/* Begin: the first line goes to the sink.  ERR_NOMEM, or what the sink said. */
enum err pack_writer_open(struct pack_writer **w, struct age_sink out) MUST_USE;

enum err pack_backup_open(struct pack_writer **w, struct age_sink out) MUST_USE;

/* The next record, not PACK_END.  ERR_FORMAT when that kind cannot stand here
 * or has no such length; or what the sink said. */
enum err pack_writer_put(struct pack_writer *w, enum pack_kind kind,
    const void *p, size_t n) MUST_USE;

/* Who gives it to whom. */
struct pack_maker {
	const uint8_t *device_seed; /* SIGN_SEED_BYTES */
	const char *team; /* F */
	const uint8_t *to; /* the key of the device that is to have it */
	uint32_t roster; /* the serial of the newest one in it */
	uint32_t day;
};

/* The last record; `hash` takes the SHA-256 of the whole plaintext, of which a
 * welcome's code is made. */
enum err pack_writer_end(struct pack_writer *w, const struct pack_maker *by,
    uint8_t hash[static SHA256_BYTES]) MUST_USE;
void pack_writer_close(struct pack_writer *w); /* NULL does nothing */

/*
 * Reading.
 */

/* Who gets the records, PACK_END excepted.  An error it returns ends the work
 * and is handed on. */
struct pack_taker {
	enum err (*take)(
	    void *who, enum pack_kind kind, const uint8_t *p, size_t n);
	void *who;
};

struct pack_reader;

/* For the device with this key.  ERR_NOMEM. */
enum err pack_reader_open(struct pack_reader **r,
    const uint8_t key[static SIGN_PUBLIC_BYTES],
    struct pack_taker taker) MUST_USE;

/* A backup, of whatever team; its maker is the one that it is for. */
enum err pack_backup_reader(
    struct pack_reader **r, struct pack_taker taker) MUST_USE;
bool pack_reader_is_backup(const struct pack_reader *r);

/*
 * The next bytes of the plaintext, in pieces of any size.
 *	ERR_FORMAT, ERR_TOOBIG	no pack, or one with a mistake in it
 *	ERR_VERSION		a later version's
 *	ERR_FORGED		a signature is wrong, or rosters do not follow
 *	ERR_NOTHING		its newest roster does not name the device
 *	ERR_DENIED		the one who made it may not; or it gives what
 *				the device may not have; or it is for another
 * After an error every call returns it again.
 */
enum err pack_reader_add(
    struct pack_reader *r, const void *p, size_t n) MUST_USE;

/* It ends here: ERR_SHORT when that is too early.  Only ERR_OK says that what
 * was handed out is what the giving device signed. */
enum err pack_reader_end(struct pack_reader *r) MUST_USE;
void pack_reader_close(struct pack_reader *r); /* wipes; NULL does nothing */

/* What is known behind the rosters, to be believed after the end. */
const struct certificate *pack_reader_certificate(const struct pack_reader *r);
const struct roster *pack_reader_roster(const struct pack_reader *r);

/* After pack_reader_end() has returned ERR_OK: the SHA-256 of the plaintext,
 * who made it (borrowed), and on which day. */
void pack_reader_hash(
    const struct pack_reader *r, uint8_t hash[static SHA256_BYTES]);
const struct roster_device *pack_reader_giver(const struct pack_reader *r);
uint32_t pack_reader_day(const struct pack_reader *r);

#endif
