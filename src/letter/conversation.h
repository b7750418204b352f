/*
 * conversation: many letters that were read, of one signing key, as one view.
 *
 * Letters of one kind and id are one message in versions: an equal text stands
 * once, differing texts all stand, files are united by SHA-256 and size;
 * nothing is dropped.  A message stands at its earliest version.  Letters (and
 * kept copies) are in the order of day and slot, replies of n; a reply stands
 * before the letter that says it was read, otherwise by day, on the same day
 * behind.  Misdated versions stand apart, as messages of their own.
 *
 * Pure: no clock, no keys, no files.  Everything but the arrays is borrowed
 * from the letters, which must outlive it.
 */
#ifndef LETTER_CONVERSATION_H
#define LETTER_CONVERSATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/err.h"
#include "letter/letter.h"

/* A letter and where it was found. */
struct conversation_found {
	const struct letter *letter;
	uint32_t row; /* day of the row it lies in */
	uint32_t
	    slot; /* of its tag; 0 when not known (a desk, of a source's) */
};

/* The return address that is used; others are marked. */
struct conversation_address {
	struct age_recipient reply;
	uint8_t k[SOURCE_K_BYTES];
};

struct conversation_text {
	const char *text;
	size_t len;
	bool more; /* cut; the whole is file 0 of `found` */
	const struct conversation_found *found;
};

struct conversation_file {
	const struct letter_file *file;
	bool is_text; /* the whole of a text that was cut */
	const struct conversation_found *found; /* whose parts it is in */
	size_t index; /* among the files of that letter */
};

struct conversation_message {
	enum letter_kind kind;
	uint8_t id[LETTER_ID_BYTES];
	uint32_t day; /* of the earliest version, and its slot */
	uint32_t slot;
	uint32_t last_day; /* of the latest: later when it was sent again */
	uint32_t n; /* LETTER_REPLY: the least of its versions */
	uint32_t seen; /* LETTER_FROM: the greatest of its versions */
	bool misdated;
	bool address_differs; /* a version has another recipient or k */
	size_t version_count;
	const struct conversation_found **versions; /* earliest first */
	size_t text_count; /* at least one; more: edited, show all */
	struct conversation_text *texts;
	size_t file_count;
	struct conversation_file *files;
};

struct conversation {
	struct conversation_message *messages; /* oldest first */
	size_t count;
	struct conversation_message *misdated;
	size_t misdated_count;
	uint32_t greatest_n; /* of all replies; 0 when there are none */
	uint32_t greatest_seen; /* that the source says to have read */
	bool has_address; /* known, or of the first letter */
	struct conversation_address address;
	const struct age_recipient *next; /* of the reply of greatest n that
					     has one; NULL */
	struct arena hold;
};

/* Put together `n` letters.  `known` is the address in use, NULL to take that
 * of the earliest letter.  All letters of a source must have one signing key
 * (a broken invariant otherwise).  ERR_NOMEM; `*c` is set only on success and
 * is then the caller's to conversation_drop(). */
enum err conversation_build(struct conversation *c,
    const struct conversation_found *found, size_t n,
    const struct conversation_address *known) MUST_USE;

/* Release.  May be called twice. */
void conversation_drop(struct conversation *c);

#endif
