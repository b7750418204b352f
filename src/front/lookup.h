/*
 * lookup: what lies on the line for the source of a page.
 *
 * All slots of all three kinds for retention + 2 days are looked for in one
 * request (more than 170 days in several), then exactly six letters are
 * fetched and exactly six openings tried, whether there are any or not.  No
 * state is kept between pages.
 */
#ifndef FRONT_LOOKUP_H
#define FRONT_LOOKUP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "front/page.h"
#include "letter/found.h"
#include "letter/source.h"
#include "letter/tag.h"

struct lookup {
	struct page *p;
	void (*next)(struct page *p, enum err e);
	struct source source;
	struct tag_keys keys;
	struct age_identity *identity;

	uint32_t first, days; /* the days looked at */
	uint32_t asked; /* of them, so far */
	uint8_t *bits; /* a bit a place, as tag_all() orders them */

	size_t count; /* places of replies and copies */
	bool wrote; /* letters of the source are there; the last of ... */
	uint32_t wrote_day; /* ... this day */

	unsigned kinds; /* of letters that are fetched */
	size_t from; /* the first place to fetch */
	struct tag_place places[FRONT_GET]; /* from there on, newest first */
	size_t fetched; /* places that were, at most six */
	uint8_t *plain; /* room for what one envelope holds */
	unsigned rounds; /* how often six were fetched */
	struct found *letters[FRONT_GET]; /* those that opened and read */
	size_t letter_count;
	struct found_said said; /* what they say together */
};

/* Look for what belongs to p->who, from the `from`-th newest on, and keep it as
 * p->lookup, which goes with the page.  `next` is called once: ERR_OK,
 * ERR_NOMEM, or what the keeper said.  A page has one lookup. */
void lookup_open(
    struct page *p, size_t from, void (*next)(struct page *p, enum err e));

/* The same of answers alone, the newest six that the voice signed: before
 * something is sent, so that neither copies of its own nor what somebody put
 * into the slots hides where the source is to seal.  LOOKUP_ROUNDS times six
 * are looked at. */
#define LOOKUP_ROUNDS 24U
void lookup_answers(struct page *p, void (*next)(struct page *p, enum err e));

/* Fetch one letter alone (among five that nobody has), by its tag, which must
 * be that of a reply to this source: for its files.  As lookup_open(). */
void lookup_one(struct page *p, const uint8_t tag[static TAG_BYTES],
    void (*next)(struct page *p, enum err e));

/* Wipe and release; page_drop() calls it.  NULL does nothing. */
void lookup_drop(struct lookup *l);

/* The openings of all letters there, of every kind, `max` at a time from `*at`
 * on (begin with 0); returns how many it wrote, 0 after the last. */
size_t lookup_openings(const struct lookup *l, size_t *at,
    uint8_t (*openings)[TAG_OPENING_BYTES], size_t max);

#endif
