#include <string.h>

#include "team/roster_edit.h"
#include "team/roster_keep.h"

static bool
reads(const struct roster_door *d, const struct roster_device *device)
{
	return roster_reader(d, device->member) < d->readers_n;
}

static size_t
count(const struct roster *r, const struct roster_door *d, bool keepers)
{
	size_t n = 0;

	for (size_t i = 0; i < r->devices_n; i++)
		n += reads(d, &r->devices[i]) &&
		    (r->devices[i].keeper || !keepers);
	return n;
}

bool
roster_keepers_lack(const struct roster *r)
{
	if (r->members_n <= ROSTER_KEEPERS)
		return false;
	for (size_t i = 0; i < r->doors_n; i++) {
		const size_t keepers = count(r, &r->doors[i], true);

		if (keepers < ROSTER_KEEPERS &&
		    keepers < count(r, &r->doors[i], false))
			return true;
	}
	return false;
}

/* Has a member a keeper already? */
static bool
keeps(const struct roster *r, const uint8_t *member)
{
	for (size_t i = 0; i < r->devices_n; i++)
		if (r->devices[i].keeper &&
		    memcmp(r->devices[i].member, member, MEMBER_ID_BYTES) == 0)
			return true;
	return false;
}

/* How many members who read there have one. */
static size_t
members(const struct roster *r, const struct roster_door *d)
{
	size_t n = 0;

	for (size_t i = 0; i < d->readers_n; i++)
		n += keeps(r, d->readers[i]);
	return n;
}

/* Whom it shall be of, the best first. */
enum { OTHER_EDITOR, OTHER_MEMBER, ANY, PASSES };

static bool
suits(const struct roster *r, const struct roster_device *d, unsigned pass)
{
	if (d->keeper || (pass < ANY && keeps(r, d->member)))
		return false;
	return pass > OTHER_EDITOR ||
	    roster_member(r, d->member)->role != MEMBER_VIEWER;
}

static bool
is_enough(const struct roster *r, const struct roster_door *d, unsigned pass)
{
	return (pass == ANY ? count(r, d, true) : members(r, d)) >=
	    ROSTER_KEEPERS;
}

static size_t
name_at(struct roster *r, const struct roster_door *d)
{
	size_t n = 0;

	for (unsigned pass = 0; pass < PASSES; pass++)
		for (size_t i = 0; i < r->devices_n; i++) {
			struct roster_device *device = &r->devices[i];

			if (is_enough(r, d, pass))
				break;
			if (!reads(d, device) || !suits(r, device, pass))
				continue;
			device->keeper = true;
			n++;
		}
	return n;
}

size_t
roster_name_keepers(struct roster *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->doors_n; i++)
		if (count(r, &r->doors[i], true) < ROSTER_KEEPERS ||
		    members(r, &r->doors[i]) < ROSTER_KEEPERS)
			n += name_at(r, &r->doors[i]);
	return n;
}

enum err
roster_set_keeper(
    struct roster *r, const uint8_t id[static DEVICE_ID_BYTES], bool is)
{
	const struct roster_device *d = roster_device(r, id);

	if (d == NULL)
		return ERR_NOTHING;
	if (d->keeper == is)
		return ERR_TAKEN;
	r->devices[d - r->devices].keeper = is;
	return ERR_OK;
}
