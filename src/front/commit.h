/*
 * commit: a letter of the source, sealed and put into the first free slot of
 * the day, with its parts if it has any, and with a kept copy if one is wanted.
 */
#ifndef FRONT_COMMIT_H
#define FRONT_COMMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "front/page.h"
#include "letter/source.h"
#include "letter/tag.h"

struct commit {
	struct page *p;
	void (*next)(struct page *p, enum err e);
	struct letter letter; /* the caller fills in what it says */
	struct age_recipient to; /* the day key of the door, unless ... */
	bool restricted; /* ... the caller has set it */
	bool keep; /* keep a copy of the text */
	uint32_t parts; /* appended to the upload */
	uint8_t upload[FRONT_UPLOAD_ID_BYTES];

	struct source source;
	struct tag_keys keys;
	uint32_t day, slot;
	enum tag_kind kind; /* the letter, then its copy */
	uint8_t *sealed; /* one letter */
};

/* Begin a letter of p->who: everything is set but text, name, answers, files
 * and, where they matter, id (random) and seen. */
void commit_init(struct commit *c, struct page *p);

/* Seal and put it.  `next` is called once, at once or later: ERR_OK, ERR_TAKEN
 * (all sixteen slots of today are), ERR_EXPIRED (no key for today), ERR_FULL,
 * ERR_CLOSED (not known whether it arrived), ... */
void commit_begin(struct commit *c, void (*next)(struct page *p, enum err e));

void commit_drop(struct commit *c); /* wipes */

#endif
