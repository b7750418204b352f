#include <stdio.h>
#include <string.h>
#include <sys/statvfs.h>

#include "lang/lang.h"
#include "team/roster_keep.h"

#include "desk/inside.h"
#include "desk/keep.h"
#include "desk/readers.h"

#define LEAVE_BYTES (UINT64_C(1) << 30)

const char *const keep_lacks_text =
    LANG_N("Fewer than two desks keep the files that come through a door: when "
	   "one is lost, so may they be. An admin names another: sotto team "
	   "keeper.");

const char *const keep_full_text =
    LANG_N("This machine's disk is nearly full. Files that this desk should "
	   "keep are still on the line alone, for as long as it keeps them: "
	   "{1}. Make room, then fetch.");

static bool
has_keeper(const struct roster *r, const uint8_t *member)
{
	for (size_t i = 0; i < r->devices_n; i++)
		if (r->devices[i].keeper &&
		    memcmp(r->devices[i].member, member, MEMBER_ID_BYTES) == 0)
			return true;
	return false;
}

/* Who reads it; of those the members who have a keeper, how many; and does this
 * desk's? */
struct keepers {
	const struct roster_member *of[ROSTER_MEMBERS];
	size_t n;
	bool reads;
};

static void
keepers_of(struct keepers *k, const struct desk *d, const struct conv *c)
{
	const struct roster *r = d->roster;
	struct readers readers;

	k->n = 0;
	k->reads = false;
	readers_list(&readers, d, c);
	for (size_t i = 0; i < readers.n; i++) {
		const uint8_t *id = readers.list[i].id;

		if (!readers.list[i].reads)
			continue;
		k->reads |= memcmp(id, d->about.member, MEMBER_ID_BYTES) == 0;
		if (has_keeper(r, id))
			k->of[k->n++] = roster_member(r, id);
	}
}

bool
keep_is_ours(const struct desk *d, const struct conv *c)
{
	const struct roster_device *own = roster_device(d->roster, d->id);
	struct keepers k;

	keepers_of(&k, d, c);
	return k.reads && ((own != NULL && own->keeper) || k.n == 0);
}

void
keep_names(const struct desk *d, const struct conv *c,
    char out[static KEEP_NAMES_BYTES])
{
	const struct roster_device *own = roster_device(d->roster, d->id);
	struct keepers k;
	size_t len = 0;

	keepers_of(&k, d, c);
	out[0] = '\0';
	for (size_t i = 0; i < k.n; i++) {
		const size_t more = strlen(k.of[i]->name) + 2;

		if (len + more >= KEEP_NAMES_BYTES ||
		    (own != NULL && own->keeper &&
			memcmp(k.of[i]->id, own->member, MEMBER_ID_BYTES) == 0))
			continue;
		len += (size_t)snprintf(out + len, KEEP_NAMES_BYTES - len,
		    "%s%s", len == 0 ? "" : ", ", k.of[i]->name);
	}
}

bool
keep_lacks(const struct desk *d)
{
	return roster_keepers_lack(d->roster);
}

bool
keep_has_room(const struct desk *d)
{
	struct statvfs v;
	uint64_t all, left;

	/* What cannot be known is found out by writing. */
	if (statvfs(d->dir, &v) != 0)
		return true;
	all = (uint64_t)v.f_blocks * v.f_frsize / 10;
	left = (uint64_t)v.f_bavail * v.f_frsize;
	return left >=
	    ENVELOPE_PART_BYTES + (all < LEAVE_BYTES ? all : LEAVE_BYTES);
}

uint64_t
keep_bytes(const struct desk *d)
{
	uint64_t n = 0;

	for (size_t i = 0; i < d->part_n; i++)
		n += !d->part[i].gone && part_has_body(&d->part[i]);
	return n * ENVELOPE_PART_BYTES;
}
