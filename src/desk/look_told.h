/* look_told: what the line said of its keys and questions to this desk, at the
 * last sync; kept as a/look-told: "SERIAL HEX HEX". */
#ifndef DESK_LOOK_TOLD_H
#define DESK_LOOK_TOLD_H

#include "crypt/hash.h"
#include "desk/desk.h"
#include "desk/seen.h"

struct look_heard {
	uint32_t serial; /* of the key note */
	uint8_t keys[SHA256_BYTES]; /* struct offer's hash */
	uint8_t questions[SHA256_BYTES]; /* zeros: none were told */
};

/* ERR_NOTHING before the first sync; ERR_FORMAT. */
enum err look_told_load(struct desk *d, struct look_heard *h) MUST_USE;

/* Is this another key note of the same serial? */
void look_told_keys(struct seen_list *l, const struct look_heard *told,
    uint32_t serial, const uint8_t keys[static SHA256_BYTES]);

#endif
