/*
 * about: what a desk knows of its team that is no secret key, kept sealed in
 * its folder as "about": one JSON object.
 */
#ifndef DESK_ABOUT_H
#define DESK_ABOUT_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "team/keynote.h"
#include "team/roster.h"

struct about {
	uint8_t team[SIGN_PUBLIC_BYTES];
	uint8_t line[LINE_ID_BYTES];
	uint8_t door[DOOR_ID_BYTES];
	uint8_t member[MEMBER_ID_BYTES];
	char name[DOOR_NAME_MAX + 1]; /* of the team */
	char readers[DOOR_READERS_MAX + 1]; /* who reads, may be empty */
	uint32_t until; /* the certificate's */
};

enum err about_write(struct buf *out, const struct about *a) MUST_USE;
enum err about_read(struct about *a, const void *p, size_t n) MUST_USE;

#endif
