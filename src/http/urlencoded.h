/*
 * urlencoded: application/x-www-form-urlencoded, the other half of form.h.
 *
 * `name=value` joined by `&`; `+` is a space and %XX a byte.  Every field has a
 * name and a `=`; what stands unescaped is visible ASCII.
 */
#ifndef HTTP_URLENCODED_H
#define HTTP_URLENCODED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "http/form.h"

#define URLENCODED_RUN 512U /* decoded bytes handed out at once, at most */

/* Held by value; nothing in it is allocated. */
struct urlencoded {
	int state;
	enum err failed;
	unsigned fields;
	unsigned escape; /* digits of a %XX still to come */
	uint8_t digit; /* value of the first */
	size_t name_len;
	size_t run_len;
	char name[FORM_NAME_MAX + 1];
	uint8_t run[URLENCODED_RUN];
};

void urlencoded_init(struct urlencoded *u);

/* As form_next() and form_end(). */
enum err urlencoded_next(struct urlencoded *u, const uint8_t **p, size_t *n,
    struct form_piece *piece) MUST_USE;
enum err urlencoded_end(
    struct urlencoded *u, struct form_piece *piece) MUST_USE;

#endif
