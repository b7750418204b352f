/* What a roster says of the time before, and whether one follows another. */
#include <string.h>

#include "team/roster.h"

static bool
same_key(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, SIGN_PUBLIC_BYTES) == 0;
}

static const struct roster_device *
device_of(const struct roster *r, const uint8_t *key)
{
	for (size_t i = 0; i < r->devices_n; i++)
		if (same_key(r->devices[i].key, key))
			return &r->devices[i];
	return NULL;
}

/* The last row of a key, which has its greatest number; NULL. */
static const struct roster_past *
newest_row(const struct roster *r, const uint8_t *key)
{
	for (size_t i = r->past_n; i > 0; i--)
		if (same_key(r->past[i - 1].key, key))
			return &r->past[i - 1];
	return NULL;
}

/* The row that judges the entry with this number; NULL: none does. */
static const struct roster_past *
row_at(const struct roster *r, const uint8_t *key, uint32_t number)
{
	for (size_t i = 0; i < r->past_n; i++)
		if (r->past[i].number > number && same_key(r->past[i].key, key))
			return &r->past[i];
	return NULL;
}

enum roster_says
roster_role_at(const struct roster *r,
    const uint8_t key[static SIGN_PUBLIC_BYTES], uint32_t number,
    const uint8_t **member, enum member_role *role)
{
	const struct roster_past *p = row_at(r, key, number);
	const struct roster_device *d;

	if (p != NULL) {
		*member = p->member;
		*role = p->role;
		return ROSTER_ROLE;
	}
	if ((d = device_of(r, key)) != NULL) {
		*member = d->member;
		*role = roster_member(r, d->member)->role;
		return ROSTER_ROLE;
	}
	return newest_row(r, key) == NULL ? ROSTER_UNKNOWN : ROSTER_GONE;
}

const uint8_t *
roster_key(const struct roster *r, const uint8_t id[static DEVICE_ID_BYTES])
{
	const struct roster_device *d = roster_device(r, id);
	uint8_t mine[DEVICE_ID_BYTES];

	if (d != NULL)
		return d->key;
	for (size_t i = 0; i < r->past_n; i++) {
		device_id(mine, r->past[i].key);
		if (memcmp(mine, id, sizeof mine) == 0)
			return r->past[i].key;
	}
	return NULL;
}

static bool
same_row(const struct roster_past *a, const struct roster_past *b)
{
	return same_key(a->key, b->key) && a->number == b->number &&
	    a->role == b->role &&
	    memcmp(a->member, b->member, MEMBER_ID_BYTES) == 0 &&
	    memcmp(a->last, b->last, ROSTER_LAST_BYTES) == 0;
}

/* Does a new row say of a device of the old roster what it was there? */
static bool
row_is_true(const struct roster *old, const struct roster_past *row)
{
	const struct roster_past *before = newest_row(old, row->key);
	const struct roster_device *d = device_of(old, row->key);

	return d != NULL &&
	    memcmp(d->member, row->member, MEMBER_ID_BYTES) == 0 &&
	    roster_member(old, d->member)->role == row->role &&
	    (before == NULL || row->number >= before->number);
}

static bool
past_follows(const struct roster *next, const struct roster *old)
{
	if (next->past_n < old->past_n)
		return false;
	for (size_t i = 0; i < old->past_n; i++)
		if (!same_row(&next->past[i], &old->past[i]))
			return false;
	for (size_t i = old->past_n; i < next->past_n; i++)
		if (!row_is_true(old, &next->past[i]))
			return false;
	return true;
}

/* Does the device speak for the same member in the same role as before? */
static bool
stays(const struct roster *next, const struct roster *old,
    const struct roster_device *was)
{
	const struct roster_device *is = device_of(next, was->key);

	return is != NULL &&
	    memcmp(is->member, was->member, MEMBER_ID_BYTES) == 0 &&
	    roster_member(next, is->member)->role ==
	    roster_member(old, was->member)->role;
}

static bool
has_new_row(const struct roster *next, const struct roster *old,
    const struct roster_device *d)
{
	for (size_t i = old->past_n; i < next->past_n; i++)
		if (same_key(next->past[i].key, d->key))
			return true;
	return false;
}

static bool
devices_follow(const struct roster *next, const struct roster *old)
{
	for (size_t i = 0; i < old->devices_n; i++)
		if (!stays(next, old, &old->devices[i]) &&
		    !has_new_row(next, old, &old->devices[i]))
			return false;
	for (size_t i = 0; i < next->devices_n; i++) {
		const uint8_t *key = next->devices[i].key;

		if (device_of(old, key) == NULL &&
		    newest_row(next, key) != NULL)
			return false;
	}
	return true;
}

enum err
roster_follows(const struct roster *next, const struct roster *old,
    const uint8_t old_hash[static SHA256_BYTES])
{
	if (next->serial <= old->serial || next->serial - old->serial != 1 ||
	    memcmp(next->previous, old_hash, SHA256_BYTES) != 0)
		return ERR_DENIED;
	return past_follows(next, old) && devices_follow(next, old)
	    ? ERR_OK
	    : ERR_DENIED;
}
