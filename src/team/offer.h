/*
 * offer: what GET /v1/line answers.
 *
 *	CERTIFICATE (a signed note)
 *	--
 *	KEY NOTE (a signed note)
 *	--
 *	day N
 *
 * A line `--` cannot stand inside a signed note of ours (text lines begin with
 * "sotto/1" or "{", signature lines with an em dash).
 */
#ifndef TEAM_OFFER_H
#define TEAM_OFFER_H

#include "base/buf.h"
#include "crypt/hash.h"
#include "team/certificate.h"
#include "team/keynote.h"

#define OFFER_MAX (CERTIFICATE_MAX + KEY_NOTE_MAX + 64U)

struct offer {
	struct certificate certificate;
	struct key_note note;
	uint32_t day; /* the line's today */
	uint8_t hash[SHA256_BYTES]; /* SHA-256 of all before that */
	bool ended; /* the certificate has, before that day */
};

/*
 * A certificate and the key note that its key signed, as one thing: the two
 * notes with a line `--` between them.  So a line is given another line key
 * with its first key note, and so it keeps them, in one file: no crash leaves
 * the one without the other.
 */
#define OFFER_PAIR_MAX (CERTIFICATE_MAX + KEY_NOTE_MAX + 3U)

struct offer_pair {
	const uint8_t *certificate; /* borrowed; NULL: a key note alone */
	size_t certificate_n;
	const uint8_t *note;
	size_t note_n;
};

/* Where the two stand in `n` bytes; nothing in them is checked. */
void offer_pair(struct offer_pair *pair, const void *p, size_t n);

/* Append both.  ERR_TOOBIG, ERR_NOMEM; `out` is then unchanged. */
enum err offer_pair_write(
    struct buf *out, const struct offer_pair *pair) MUST_USE;

/* Append the body from the two notes' bytes. */
enum err offer_write(struct buf *out, const struct buf *certificate,
    const struct buf *key_note, uint32_t day) MUST_USE;

void offer_init(struct offer *o);
void offer_drop(struct offer *o);

/* Read a body and check what can be checked from it alone: both signatures,
 * one line id, a certificate that has not ended on its day.  `f` (F_n
 * characters, NULL for none) must be the fingerprint of its team key, or
 * ERR_FORGED.  ERR_EXPIRED past `until`.  `*o` only on success. */
enum err offer_read(struct offer *o, const void *p, size_t n, const char *f,
    size_t f_n) MUST_USE;

/* The same of one whose certificate may have ended: o->ended says so.  For
 * those who can give the line another. */
enum err offer_look(struct offer *o, const void *p, size_t n, const char *f,
    size_t f_n) MUST_USE;

/* Is this body of the very notes that `o` was read from?  Then they hold as
 * they did, and its day alone is read, and whether the certificate has ended.
 * ERR_NOTHING: it is another; ERR_FORMAT; `o` is then unchanged. */
enum err offer_again(struct offer *o, const void *p, size_t n) MUST_USE;

/* Is the line's day at most one away from ours? */
bool offer_agrees(const struct offer *o, uint32_t today);

#endif
