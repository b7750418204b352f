/*
 * custody_kit: chains of custody for tests, and the lines of one.
 */
#ifndef UNIT_CUSTODY_KIT_H
#define UNIT_CUSTODY_KIT_H

#include <string.h>

#include "base/enc.h"
#include "evidence/custody.h"
#include "t.h"
#include "team/entry.h"

#define KIT_ROWS 5U
#define KIT_DAY 20780U /* 2026-11-23 */

static uint8_t kit_team[SIGN_SEED_BYTES], kit_device[SIGN_SEED_BYTES],
    kit_other[SIGN_SEED_BYTES];
static struct buf kit_notes[KIT_ROWS];

static inline void
kit_begin(void)
{
	memset(kit_team, 6, sizeof kit_team);
	memset(kit_device, 5, sizeof kit_device);
	memset(kit_other, 8, sizeof kit_other);
}

static const struct custody_row kit_rows[KIT_ROWS] = {
	{ .did = CUSTODY_RECEIVED, .day = KIT_DAY - 3, .who = "Night desk" },
	{ .did = CUSTODY_VIEWED, .day = KIT_DAY - 3, .who = "Noční směna" },
	{ .did = CUSTODY_DERIVED, .day = KIT_DAY - 2, .who = "Front" },
	{ .did = CUSTODY_ACTS + ACT_DISCLOSED,
	    .day = KIT_DAY - 1,
	    .second = 1 + 45296,
	    .who = "Night desk",
	    .words = "to Example Group,\non a stick \"B\"" },
	{ .did = CUSTODY_ACTS + ACT_HASHED, .day = KIT_DAY, .who = "Front" },
};

/* What the log would have for a row, signed by the second of two devices for
 * every other row. */
static inline void
kit_entry(struct buf *note, const struct custody_row *row,
    const struct custody *c, unsigned i)
{
	struct effect f = { .kind = EFFECT_CUSTODY, .day = row->day };
	uint8_t key[SIGN_PUBLIC_BYTES];
	struct entry e;

	entry_init(&e);
	sign_public(key, i % 2 == 0 ? kit_device : kit_other);
	device_id(e.device, key);
	e.number = i / 2;
	e.previous[0] = e.number > 0;
	e.lamport = i + 1;
	memset(f.conversation, 0xc0, sizeof f.conversation);
	memcpy(f.id, c->item, sizeof f.id);
	if (row->did >= CUSTODY_ACTS) {
		f.number = row->did - CUSTODY_ACTS;
		f.count = row->second;
		f.hash[0] = row->words[0] != '\0';
	} else if (row->did == CUSTODY_VIEWED) {
		f.kind = EFFECT_VIEWED;
	} else {
		f.kind = EFFECT_EVIDENCE;
		f.hash[0] = 1;
		if (row->did == CUSTODY_DERIVED) {
			f.number = VARIANT_SAFE;
			memcpy(f.id, row->item, sizeof f.id);
			memcpy(f.chain, c->item, sizeof f.chain);
		}
	}
	memcpy(e.type, effect_type(f.kind), strlen(effect_type(f.kind)));
	OK(effect_write(&e.body, &f) == ERR_OK);
	OK(entry_write(note, &e, i % 2 == 0 ? kit_device : kit_other) ==
	    ERR_OK);
	entry_drop(&e);
}

/* The chain of the vectors. */
static inline void
kit_chain(struct custody *c, struct custody_row *rows, bool entries)
{
	custody_init(c);
	sign_public(c->team, kit_team);
	memset(c->item, 0xe1, sizeof c->item);
	c->day = KIT_DAY;
	c->entries = entries;
	c->has_commitment = c->has_file = true;
	c->size = 8;
	c->type = "application/pdf";
	sha256(c->sha256, "the file", 8);
	memset(c->salt, 0x5a, sizeof c->salt);
	item_commitment(c->commitment, c->salt, c->sha256);
	for (unsigned i = 0; i < KIT_ROWS; i++) {
		rows[i] = kit_rows[i];
		if (rows[i].words == NULL)
			rows[i].words = "";
		if (rows[i].did == CUSTODY_DERIVED)
			memset(rows[i].item, 0xe2, sizeof rows[i].item);
		buf_init(&kit_notes[i], ENTRY_MAX);
		kit_entry(&kit_notes[i], &rows[i], c, i);
		entry_hash(rows[i].entry, kit_notes[i].at, kit_notes[i].len);
		sign_public(rows[i].key, i % 2 == 0 ? kit_device : kit_other);
		rows[i].note = kit_notes[i].at;
		rows[i].note_len = kit_notes[i].len;
	}
	c->rows = rows;
	c->rows_n = KIT_ROWS;
}

static inline void
kit_end(void)
{
	for (unsigned i = 0; i < KIT_ROWS; i++)
		buf_drop(&kit_notes[i]);
}

/* The bytes of line `n` (from 1 on) with its newline. */
static inline uint8_t *
kit_line(const struct buf *b, size_t n, size_t *len)
{
	uint8_t *at = b->at, *end = b->at + b->len, *stop;

	for (;; at = stop + 1) {
		stop = memchr(at, '\n', (size_t)(end - at));
		OK(stop != NULL);
		if (--n == 0)
			break;
	}
	*len = (size_t)(stop - at) + 1;
	return at;
}

#endif
