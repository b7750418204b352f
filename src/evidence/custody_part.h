/* custody_part: what the writer and the reader of a chain share. */
#ifndef EVIDENCE_CUSTODY_PART_H
#define EVIDENCE_CUSTODY_PART_H

#include "evidence/custody.h"
#include "note/json.h"

#define CUSTODY_FIRST "sotto/1 custody"
#define CUSTODY_LINE_MAX 16384U
#define CUSTODY_HASH_KEY ",\"hash\":\""
/* What stands behind the bytes that a line's hash is of, with the newline. */
#define CUSTODY_HASH_TAIL \
	(sizeof CUSTODY_HASH_KEY - 1 + (size_t)SHA256_BYTES * 2 + 3)

/* Can the head, or a row of it, be written? */
bool custody_head_fits(const struct custody *c);
bool custody_row_fits(const struct custody *c, size_t i);

/* Append a line with its newline; `hash` is what it ends in. */
enum err custody_put_head(struct buf *out, uint8_t hash[static SHA256_BYTES],
    const struct custody *c) MUST_USE;
/* Row `i` counts from 0.  `hash` comes in as that of the line before. */
enum err custody_put_row(struct buf *out, uint8_t hash[static SHA256_BYTES],
    const struct custody *c, size_t i) MUST_USE;

/* Does the entry behind a row say what the row says? */
enum err custody_check_entry(enum custody_wrong *wrong, const struct custody *c,
    const struct custody_row *row) MUST_USE;

#endif
