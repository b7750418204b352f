/*
 * outlet: the parts of one upload, sealed as the bytes of files come and
 * appended to the upload's descriptor.  No plaintext is kept but a SHA-256
 * block, no ciphertext but one piece.
 */
#ifndef FRONT_OUTLET_H
#define FRONT_OUTLET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "age/envelope.h"
#include "base/buf.h"
#include "base/err.h"
#include "crypt/hash.h"
#include "front/request.h"

struct outlet {
	struct front_request *r;
	void (*ready)(void *with); /* after outlet_add() said ERR_BUSY */
	void *with;
	uint8_t id[FRONT_UPLOAD_ID_BYTES];
	const struct age_recipient *to; /* the caller's */
	struct envelope_sealer *sealer; /* of the part that is coming */
	struct sha256 *hash; /* of the file that is coming */
	struct buf out;
	int fd; /* the front's */
	uint32_t room; /* parts that may still be appended */
	uint32_t parts; /* appended, whole ones */
	size_t eaten; /* of the bytes that come again */
	bool asking;
	enum err err; /* what the keeper said, or writing */
};

/* An upload of a random id, to which nothing was asked or written yet. */
void outlet_init(
    struct outlet *o, struct front_request *r, const struct age_recipient *to);
void outlet_drop(struct outlet *o); /* may be called twice */

/* Begin a file.  ERR_NOMEM. */
enum err outlet_file(struct outlet *o) MUST_USE;

/* The next bytes of the file.  ERR_BUSY: a descriptor is being asked for; the
 * same bytes must come again after `ready` was called.  ERR_FULL and other
 * failures stay: nothing can be appended any more. */
enum err outlet_add(struct outlet *o, const uint8_t *p, size_t n) MUST_USE;

/* The file is whole: its last part is filled and written. */
enum err outlet_end(
    struct outlet *o, uint8_t sha256[static SHA256_BYTES]) MUST_USE;

#endif
