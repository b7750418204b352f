/*
 * packed: a pack as it is read from its file, and what is seen to of each
 * record before anything of it is kept; for a desk to be (welcome.h) and for
 * one that is (unpack.h).
 */
#ifndef DESK_PACKED_H
#define DESK_PACKED_H

#include "team/circle.h"
#include "team/pack.h"

#include "desk/inside.h"

/* Open the age file behind `fd`, from its first byte, and hand out its
 * plaintext.  Errors of age_opener_add() and of the sink; ERR_IO. */
enum err packed_open(
    int fd, const struct age_with *with, struct age_sink out) MUST_USE;

/* The same with the seeds of one-time identities, the last first, for a reader,
 * to the end; *once says which it was.  ERR_NOKEY: none of them, and the reader
 * has seen nothing. */
enum err packed_feed_once(struct pack_reader *r, int fd,
    const uint8_t (*seeds)[AGE_SEED_BYTES], size_t n, size_t *once) MUST_USE;

/* Is it signed by a device of the pack's rosters?  ERR_FORGED. */
enum err packed_entry(
    const struct pack_reader *r, const uint8_t *p, size_t n) MUST_USE;

/* Take one that was so seen to into a log that is judged by the newest of these
 * rosters: *log is made with the first, and the caller's to close.  What is no
 * entry is refused: ERR_FORMAT, ERR_VERSION; ERR_NOMEM, ERR_TOOBIG. */
enum err packed_log(struct teamlog **log, const struct pack_reader *r,
    const uint8_t *p, size_t n) MUST_USE;

/* Read a record of what was said: every letter in it must be of the source
 * `owner`, to this team and line, and say what is kept of it.  ERR_FORGED,
 * ERR_FORMAT.  It borrows `p`. */
enum err packed_said(struct pack_said *s, const struct desk *d,
    const uint8_t owner[static SIGN_PUBLIC_BYTES], const uint8_t *p,
    size_t n) MUST_USE;

/* Read a part, which its key must open when its body is there.  It borrows `p`.
 */
enum err packed_part(
    struct pack_part *part, const uint8_t *p, size_t n) MUST_USE;

/* Keep it for a conversation. */
enum err packed_keep_part(
    struct desk *d, struct conv *c, const struct pack_part *part) MUST_USE;

/* The circle of a chain that is one's; ERR_NOTHING for any other. */
enum err packed_circle(struct circle *to, const uint8_t *p, size_t n) MUST_USE;

/* What a desk's ring makes of any other chain, or of a voice. */
enum err packed_chain(
    struct ring_chain *to, const uint8_t *p, size_t n) MUST_USE;
enum err packed_voice(
    struct ring_voice *to, const uint8_t *p, size_t n) MUST_USE;

/* Which access keys hold; and where the line is, unless it does not say. */
void packed_put_access(struct vault *v, const struct pack_desk *desk);
enum err packed_keep_address(
    struct store *s, const struct pack_desk *desk) MUST_USE;

/* Into the vault of a desk to be: what `desk` says, which is the caller's
 * to drop; the line's keys; a chain or a voice, ERR_TAKEN and ERR_FULL as of
 * its ring. */
enum err packed_take_desk(struct vault *v, struct pack_desk *desk,
    const uint8_t *p, size_t n) MUST_USE;
enum err packed_take_admin(
    struct vault *v, const uint8_t *p, size_t n) MUST_USE;
enum err packed_take_chain(
    struct vault *v, const uint8_t *p, size_t n) MUST_USE;
enum err packed_take_voice(
    struct vault *v, const uint8_t *p, size_t n) MUST_USE;

#endif
