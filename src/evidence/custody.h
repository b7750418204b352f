/*
 * custody: the chain of what was done with one item of evidence, for whoever
 * gets the evidence and has no desk (doc/protocol/90-evidence.md).
 *
 * A signed note of kind `custody`, signed by the device that exports it and,
 * where the team wants that, by the team key too.  One JSON object a line: a
 * head, then a row for each act.  Each line ends in its own hash and each row
 * names the hash of the line before, so that what is wrong can be named with
 * its line.  Behind the note may stand the entries of the team's log that the
 * rows speak of.
 *
 * The signature proves that nothing was changed since; whose device it is must
 * be known from elsewhere, or from the team key's signature.
 */
#ifndef EVIDENCE_CUSTODY_H
#define EVIDENCE_CUSTODY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypt/hash.h"
#include "crypt/sign.h"
#include "evidence/item.h"
#include "team/effect.h"

#define CUSTODY_MAX (64U << 20) /* bytes of a chain with its entries */
#define CUSTODY_ROWS 4096U
#define CUSTODY_WHO_MAX 100U /* bytes */
#define CUSTODY_WORDS_MAX 2000U

/* What a row says was done: an entry `evidence` or `viewed`, or an act of an
 * entry `custody`, which is CUSTODY_ACTS and the act. */
enum custody_did {
	CUSTODY_RECEIVED, /* this item, an original, was kept */
	CUSTODY_MADE, /* this item was made of its parent */
	CUSTODY_DERIVED, /* another item was made of this one */
	CUSTODY_VIEWED,
	CUSTODY_ACTS,
	CUSTODY_DIDS = CUSTODY_ACTS + ACTS
};

struct custody_row {
	unsigned did; /* below CUSTODY_DIDS */
	uint32_t day;
	uint32_t second; /* 1 + that of the day; 0: unsaid, of an act alone */
	uint8_t item[ITEM_ID_BYTES]; /* of CUSTODY_DERIVED: the other */
	const char *who; /* a name, or what stands for it */
	const char *words; /* "" for none; of an act alone */
	uint8_t entry[SHA256_BYTES]; /* hash of the entry's note */
	uint8_t key[SIGN_PUBLIC_BYTES]; /* with entries: who signed it */
	const void *note; /* with entries: the entry's note */
	size_t note_len;
};

/* One that was read owns strings, rows and notes (in `hold`); one that is to be
 * written borrows them. */
struct custody {
	uint8_t team[SIGN_PUBLIC_BYTES];
	uint8_t item[ITEM_ID_BYTES];
	enum effect_variant kind;
	uint8_t parent[ITEM_ID_BYTES]; /* of what is no original */
	uint8_t device[SIGN_PUBLIC_BYTES]; /* whose key signs; set from it */
	uint32_t day; /* when it was exported */
	bool entries; /* they stand behind it */
	bool has_commitment;
	uint8_t commitment[SHA256_BYTES];
	bool has_file; /* what follows; only with the commitment */
	uint64_t size;
	const char *type;
	uint8_t sha256[SHA256_BYTES], salt[ITEM_SALT_BYTES];
	size_t rows_n;
	const struct custody_row *rows;
	bool by_team; /* of one that was read: the team key signed it too */
	struct arena hold;
};

enum custody_wrong {
	CUSTODY_RIGHT,
	CUSTODY_NO_CHAIN, /* it does not begin as one */
	CUSTODY_LATER, /* it is of a later version */
	CUSTODY_ALTERED, /* a line is not what its hash says */
	CUSTODY_FORM, /* a line is not what a chain has there */
	CUSTODY_EXCHANGED, /* row `row` stands where row `other` must */
	CUSTODY_LEFT_OUT, /* row `row` is not there */
	CUSTODY_TWICE, /* row `row` stands there, which was before */
	CUSTODY_BROKEN, /* a row does not follow the line before it */
	CUSTODY_TOO_MANY, /* more rows than the head says */
	CUSTODY_COMMITMENT, /* it is not of the file that the head names */
	CUSTODY_UNSIGNED, /* a signature's line is not one, or not there */
	CUSTODY_FORGED, /* the device's key did not sign this */
	CUSTODY_FORGED_TEAM, /* nor the team key, as it says */
	CUSTODY_NO_ENTRY, /* the entry of row `row` is not there */
	CUSTODY_OTHER_ENTRY, /* it is not the one that the row names */
	CUSTODY_FORGED_ENTRY, /* the key that the row names did not sign it */
	CUSTODY_ENTRY_SAYS, /* it does not say what the row says */
	CUSTODY_OVER, /* something stands behind the end */
};

struct custody_fault {
	enum custody_wrong wrong;
	size_t line; /* from 1 on */
	size_t row, other; /* numbers of rows, from 1 on */
};

void custody_init(struct custody *c);
void custody_drop(struct custody *c); /* wipes; may be called twice */

/* The word of what was done: "received". */
const char *custody_word(unsigned did);

/* The time of a second of the day, 0 to 86,399: "23:59:59". */
#define CUSTODY_TIME_BYTES 9 /* with its NUL */
void custody_time(char out[static CUSTODY_TIME_BYTES], uint32_t second);

/* Append the chain, with its entries when it has them.  ERR_FORMAT for what no
 * reader takes, ERR_TOOBIG, ERR_NOMEM; `out` is then unchanged. */
enum err custody_write(struct buf *out, const struct custody *c,
    const uint8_t device_seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Have the team key sign a chain that custody_write() made.  ERR_FORMAT for
 * what is no chain with one signature, ERR_TOOBIG, ERR_NOMEM; it is then
 * unchanged.
 */
enum err custody_countersign(struct buf *chain,
    const uint8_t team_seed[static SIGN_SEED_BYTES]) MUST_USE;

/* Read exactly `n` bytes, and check all that can be checked without the file.
 * ERR_FORMAT with what is wrong in `*fault`; ERR_NOMEM, ERR_TOOBIG.  `*c` only
 * on success, then the caller's to custody_drop(). */
enum err custody_read(struct custody *c, struct custody_fault *fault,
    const void *p, size_t n) MUST_USE;

#endif
