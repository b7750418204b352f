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
#include "team/certificate.h"
#include "team/keynote.h"

#define OFFER_MAX (CERTIFICATE_MAX + KEY_NOTE_MAX + 64U)

struct offer {
	struct certificate certificate;
	struct key_note note;
	uint32_t day; /* the line's today */
};

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

/* Is the line's day at most one away from ours? */
bool offer_agrees(const struct offer *o, uint32_t today);

#endif
