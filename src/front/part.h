/*
 * part: the body of one part, to and from the line, at constant memory.
 *
 * To the line: upload id, number of the part, then the envelope.  Its header is
 * checked before a byte is written, and its last byte is held back until the
 * whole body is known to be right; what broke off is cut by the keeper.
 */
#ifndef FRONT_PART_H
#define FRONT_PART_H

#include "front/inside.h"

#define PART_HEAD (FRONT_UPLOAD_ID_BYTES + 4U)
#define PART_BODY (PART_HEAD + ENVELOPE_PART_BYTES)

void part_begin(struct front_request *r);
size_t part_body(struct front_request *r, const uint8_t *p, size_t n);
void part_end(struct front_request *r, enum err how);

void part_get_begin(struct front_request *r);
size_t part_get_body(struct front_request *r, const uint8_t *p, size_t n);
void part_get_end(struct front_request *r, enum err how);

#endif
