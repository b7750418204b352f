/*
 * tag: under what letters and parts lie.
 *
 * Integers are big-endian.  For day d and slot s, both written as u32:
 *	from  D = HKDF(root, "sotto/1 from" || d || s)   source to team
 *	to    D = HKDF(k,    "sotto/1 to"   || d || s)   team to source
 *	own   D = HKDF(root, "sotto/1 own"  || d || s)   a source's kept copy
 *	tag   = SHA-256("sotto/1 tag"   || D), first 16 bytes
 *	T     = SHA-256("sotto/1 parts" || D)
 *	part  = SHA-256("sotto/1 part"  || T || j), first 16 bytes
 * D is the opening: whoever shows it may delete the letter and its parts.
 */
#ifndef LETTER_TAG_H
#define LETTER_TAG_H

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"
#include "crypt/hash.h"
#include "letter/source.h"

#define TAG_BYTES 16U
#define TAG_OPENING_BYTES 32U
#define TAG_PARTS_BYTES 32U /* T */
#define TAG_SLOTS 16U
#define TAG_DAY_COUNT (TAG_KIND_COUNT * TAG_SLOTS) /* 48 tags a day */

enum tag_kind { TAG_FROM, TAG_TO, TAG_OWN, TAG_KIND_COUNT };

/* The extracted secrets.  Secret; tag_keys_drop() wipes. */
struct tag_keys {
	struct hkdf kinds[TAG_KIND_COUNT];
	unsigned has; /* bit 1 << kind */
};

/* All three kinds, for whoever is the source. */
void tag_keys_init(struct tag_keys *t, const struct source *s);

/* Only `to`, for a desk. */
void tag_keys_init_to(
    struct tag_keys *t, const uint8_t k[static SOURCE_K_BYTES]);

/* Wipe.  May be called twice. */
void tag_keys_drop(struct tag_keys *t);

/* The opening of one place; slot < TAG_SLOTS.  Secret. */
void tag_opening(uint8_t opening[static TAG_OPENING_BYTES],
    const struct tag_keys *t, enum tag_kind kind, uint32_t day, uint32_t slot);

/* The tag of an opening. */
void tag_of(uint8_t tag[static TAG_BYTES],
    const uint8_t opening[static TAG_OPENING_BYTES]);

/* Opening and tag in one. */
void tag_at(uint8_t tag[static TAG_BYTES], const struct tag_keys *t,
    enum tag_kind kind, uint32_t day, uint32_t slot);

/* All tags of a source (its keys of all kinds) of `days` days from `first` on:
 * days * TAG_DAY_COUNT of them, by day, then kind, then slot (tag_index()). */
void tag_all(uint8_t (*tags)[TAG_BYTES], const struct tag_keys *t,
    uint32_t first, uint32_t days);

/* Where tag_all() puts a place of day `first + i`. */
size_t tag_index(uint32_t i, enum tag_kind kind, uint32_t slot);

/*
 * The answer to tag_all()'s tags: a bit each, bit 0 of byte 0 the first.
 */
/* The lowest free slot of day `first + i`, where a source puts a letter; and
 * the one above the highest taken, where a desk puts a reply.  TAG_SLOTS when
 * there is none. */
uint32_t tag_slot_free(const uint8_t *bits, uint32_t i, enum tag_kind kind);
uint32_t tag_slot_above(const uint8_t *bits, uint32_t i, enum tag_kind kind);

/* Days and kinds to look through. */
struct tag_range {
	uint32_t first; /* as tag_all() was asked */
	uint32_t days;
	unsigned kinds; /* 1 << kind */
	size_t skip;
};

struct tag_place {
	enum tag_kind kind;
	uint32_t day;
	uint32_t slot;
	size_t index; /* among tag_all()'s tags */
};

/* What is there of these kinds, newest first (by day, then slot, then kind):
 * passes over `skip` and writes at most `max` to `out`; returns how many there
 * are in all. */
size_t tag_there(struct tag_place *out, size_t max, const uint8_t *bits,
    const struct tag_range *range);

/* T of a letter, and the tag of its part j (counted through all files). */
void tag_parts(uint8_t parts[static TAG_PARTS_BYTES],
    const uint8_t opening[static TAG_OPENING_BYTES]);
void tag_part(uint8_t tag[static TAG_BYTES],
    const uint8_t parts[static TAG_PARTS_BYTES], uint32_t j);

#endif
