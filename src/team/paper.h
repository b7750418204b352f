/*
 * paper: what all signed notes of the team have in common on their way in and
 * out (one kind, one key's name, one JSON object).  Used inside team/ only.
 */
#ifndef TEAM_PAPER_H
#define TEAM_PAPER_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "crypt/sign.h"
#include "note/json.h"
#include "note/note.h"

#define PAPER_DEVICE_BYTES 16U /* the id of a device (team/roster.h) */

/* Which note: its first line's kind, the name of the key that signs it, and
 * the greatest length. */
struct paper_kind {
	const char *kind;
	const char *signer;
	size_t max;
};

/* Append a note with the JSON in `json`, signed.  ERR_TOOBIG past the kind's
 * length, ERR_NOMEM; `out` is then unchanged. */
enum err paper_sign(struct buf *out, const struct paper_kind *kind,
    const struct buf *json,
    const uint8_t seed[static SIGN_SEED_BYTES]) MUST_USE;

/* A note that was read: borrowed text, and its object, which
 * paper_drop() releases. */
struct paper {
	struct note note;
	struct json *json;
	const char *text; /* of the JSON */
	size_t text_len;
};

/* Read form, kind and JSON; the signature must still be checked. */
enum err paper_read(struct paper *paper, const struct paper_kind *kind,
    const void *p, size_t n) MUST_USE;

/* The same with the signature checked first.  ERR_FORGED also when the signer
 * is missing. */
enum err paper_read_by(struct paper *paper, const struct paper_kind *kind,
    const void *p, size_t n,
    const uint8_t pub[static SIGN_PUBLIC_BYTES]) MUST_USE;

enum err paper_check(const struct paper *paper, const struct paper_kind *kind,
    const uint8_t pub[static SIGN_PUBLIC_BYTES]) MUST_USE;

void paper_drop(struct paper *paper);

/* Is it spelled as `json`, with one signature?  For kinds that have one
 * spelling: write what was read once more and compare.  ERR_FORMAT. */
enum err paper_exact(
    const struct paper *paper, const struct buf *json) MUST_USE;

/* The bytes of the field `device` of a note, nothing checked but its form: to
 * find the key with which to read it. */
enum err paper_by(uint8_t device[static PAPER_DEVICE_BYTES],
    const struct paper_kind *kind, const void *p, size_t n) MUST_USE;

/* How many of the `n` bytes stand before the NULs that fill them up; ERR_FORMAT
 * when something stands behind the first. */
enum err paper_unfill(size_t *len, const uint8_t *p, size_t n) MUST_USE;

/* A required field: ERR_NOTHING becomes ERR_FORMAT. */
enum err paper_need(enum err e) MUST_USE;

/* Copy a required string of at most `max` bytes into max + 1. */
enum err paper_str(
    char *out, const struct json *o, const char *key, size_t max) MUST_USE;

#endif
