/*
 * envelope: an age file of one of two exact sizes, with exactly one stanza of
 * the kind mlkem768x25519, not armored; the plaintext is filled with NULs.
 *
 *	22	"age-encryption.org/v1" and a line feed
 *	18	"-> mlkem768x25519 "
 *	1,495	encapsulated key, base64 without padding, line feed
 *	44	sealed file key, base64 without padding, line feed
 *	48	"--- ", MAC in base64 without padding, line feed
 *	16	nonce
 *	...	chunks of 65,536 bytes and the last, shorter one, 16 more each
 */
#ifndef AGE_ENVELOPE_H
#define AGE_ENVELOPE_H

#include <stddef.h>
#include <stdint.h>

#include "age/age.h"
#include "base/buf.h"
#include "base/err.h"

#define ENVELOPE_HEADER_BYTES 1627U
#define ENVELOPE_LETTER_BYTES 16384U
#define ENVELOPE_LETTER_PLAIN 14725U
#define ENVELOPE_PART_BYTES 1048576U
#define ENVELOPE_PART_PLAIN 1046677U

/* How much plaintext an envelope of `size` bytes holds; `size` is one of the
 * two (anything else is a broken invariant, here and below). */
size_t envelope_plain(size_t size);

/* Is it of one of the two sizes, and its header of the exact form?  No key is
 * needed; whether it opens cannot be seen.  ERR_FORMAT. */
enum err envelope_check(const uint8_t *p, size_t n) MUST_USE;
enum err envelope_check_header(
    const uint8_t header[static ENVELOPE_HEADER_BYTES]) MUST_USE;

/* Seal `n` bytes, filled with NULs, into `size` bytes at `out`.  ERR_TOOBIG
 * when they do not fit, ERR_FORMAT for a recipient of another kind or that is
 * no key, ERR_NOMEM. */
enum err envelope_seal(uint8_t *out, size_t size,
    const struct age_recipient *to, const uint8_t *plain, size_t n) MUST_USE;

/* Open one: envelope_plain(size) bytes go to `plain`.  ERR_FORMAT, ERR_NOKEY
 * when it was sealed to another, ERR_FORGED when it was altered; `plain` then
 * holds zeros. */
enum err envelope_open(uint8_t *plain, const struct age_identity *id,
    const uint8_t *in, size_t size) MUST_USE;

/* Open the header alone and take the file key, which opens this one envelope.
 * Errors as above. */
enum err envelope_file_key(uint8_t file_key[static AGE_FILE_KEY_BYTES],
    const struct age_identity *id,
    const uint8_t header[static ENVELOPE_HEADER_BYTES]) MUST_USE;

/* Open with a file key kept from before; ERR_FORGED when it is another's. */
enum err envelope_open_keyed(uint8_t *plain,
    const uint8_t file_key[static AGE_FILE_KEY_BYTES], const uint8_t *in,
    size_t size) MUST_USE;

/* A true sealing of NULs to a recipient whose identity nobody has, no two the
 * same.  The recipient is made once a process. */
enum err envelope_nobody(uint8_t *out, size_t size) MUST_USE;

/*
 * Sealing as bytes come, no plaintext kept: each call appends what is then
 * sure to `out`, in all exactly `size` bytes (the first call the header too).
 * After a failure the sealer can only be closed.
 */
struct envelope_sealer;
enum err envelope_sealer_open(struct envelope_sealer **s,
    const struct age_recipient *to, size_t size) MUST_USE;
/* How many bytes of plaintext still fit. */
size_t envelope_sealer_room(const struct envelope_sealer *s);
/* ERR_TOOBIG when `n` bytes do not fit there or in `out`; then nothing was
 * done. */
enum err envelope_sealer_add(struct envelope_sealer *s, struct buf *out,
    const void *p, size_t n) MUST_USE;
/* Fill with NULs and end. */
enum err envelope_sealer_end(
    struct envelope_sealer *s, struct buf *out) MUST_USE;
void envelope_sealer_close(struct envelope_sealer *s); /* NULL: nothing */

#endif
