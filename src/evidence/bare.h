/*
 * bare: the pixels of a picture file and nothing else that is in it.
 *
 * Takes what our own programs make: JPEG (ITU-T T.81: baseline or progressive,
 * 8 bits, one or three components) and PNG (RFC 2083: gray or RGB, 1 or 8 bits,
 * not interlaced).  Of a JPEG every APPn and comment and all behind its end
 * stays behind; of a PNG only the pixels' own stream is taken.  No pixel is
 * decoded, so what comes out shows the same.
 */
#ifndef EVIDENCE_BARE_H
#define EVIDENCE_BARE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"

#define BARE_MAX (64U << 20) /* bytes of one picture */
#define BARE_SIDE_MAX 65500U /* pixels */

struct bare {
	bool jpeg; /* a whole JPEG file; else a zlib stream of PNG rows */
	uint32_t width, height; /* pixels, none is 0 */
	unsigned colors; /* 1: gray, 3: RGB */
	unsigned bits; /* of a color: 1 or 8 */
	struct buf data;
};

void bare_init(struct bare *b);
void bare_drop(struct bare *b); /* may be called twice */

/* Take the pixels of exactly `n` bytes; on failure `b` is empty.  ERR_FORMAT
 * for another kind of picture, ERR_SHORT for a cut one, ERR_TOOBIG,
 * ERR_NOMEM. */
enum err bare_read(struct bare *b, const uint8_t *p, size_t n) MUST_USE;

/* Append a picture file that holds the pixels and what they need to be shown
 * (palette, transparency), and nothing else: a JPEG as above, a PNG of any kind
 * by its critical chunks (RFC 2083 4.1) and tRNS.  ERR_FORMAT, ERR_SHORT,
 * ERR_TOOBIG, ERR_NOMEM; `out` may then hold a part. */
enum err bare_file(struct buf *out, const uint8_t *p, size_t n) MUST_USE;

#endif
