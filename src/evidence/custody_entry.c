/* The entries that may stand behind a chain, against its rows. */
#include <string.h>

#include "team/entry.h"

#include "evidence/custody.h"
#include "evidence/custody_part.h"

static bool
same(const uint8_t a[static ITEM_ID_BYTES],
    const uint8_t b[static ITEM_ID_BYTES])
{
	return memcmp(a, b, ITEM_ID_BYTES) == 0;
}

static bool
is_making(const struct custody *c, const struct custody_row *row,
    const struct effect *f)
{
	static const uint8_t none[ITEM_ID_BYTES];

	if (f->day != row->day)
		return false;
	if (row->did == CUSTODY_DERIVED)
		return same(f->id, row->item) && same(f->chain, c->item);
	return same(f->id, c->item) && f->number == (uint32_t)c->kind &&
	    same(f->chain, c->kind == VARIANT_ORIGINAL ? none : c->parent);
}

/* What words an entry has only the team can tell, by its salt. */
static bool
says(const struct custody *c, const struct custody_row *row,
    const struct effect *f)
{
	static const uint8_t none[SHA256_BYTES];

	if (row->did < CUSTODY_VIEWED)
		return is_making(c, row, f);
	if (!same(f->id, c->item) || f->day != row->day)
		return false;
	if (row->did == CUSTODY_VIEWED)
		return true;
	return f->number == row->did - CUSTODY_ACTS &&
	    f->count == row->second &&
	    (row->words[0] == '\0' || memcmp(f->hash, none, sizeof none) != 0);
}

static enum effect_kind
kind_of(const struct custody_row *row)
{
	if (row->did < CUSTODY_VIEWED)
		return EFFECT_EVIDENCE;
	return row->did == CUSTODY_VIEWED ? EFFECT_VIEWED : EFFECT_CUSTODY;
}

/* An error of reading what the entry's device signed: of the machine, or what
 * is wrong. */
static enum err
blame(enum custody_wrong *wrong, enum err e, enum custody_wrong what)
{
	if (e == ERR_NOMEM)
		return e;
	*wrong = what;
	return ERR_OK;
}

enum err
custody_check_entry(enum custody_wrong *wrong, const struct custody *c,
    const struct custody_row *row)
{
	const enum effect_kind kind = kind_of(row);
	uint8_t hash[SHA256_BYTES];
	struct effect f;
	struct entry entry;
	enum err e;

	entry_hash(hash, row->note, row->note_len);
	if (memcmp(hash, row->entry, sizeof hash) != 0)
		return blame(wrong, ERR_OK, CUSTODY_OTHER_ENTRY);
	entry_init(&entry);
	e = entry_read(&entry, row->note, row->note_len, row->key);
	if (e != ERR_OK) {
		e = blame(wrong, e, CUSTODY_FORGED_ENTRY);
		goto out;
	}
	if (effect_kind(entry.type) != kind) {
		*wrong = CUSTODY_ENTRY_SAYS;
		goto out;
	}
	e = effect_read(&f, kind, entry.body.at, entry.body.len);
	if (e != ERR_OK)
		e = blame(wrong, e, CUSTODY_ENTRY_SAYS);
	else if (!says(c, row, &f))
		*wrong = CUSTODY_ENTRY_SAYS;
out:
	entry_drop(&entry);
	return e;
}
