/* Who reads at the doors to which a source wrote: only they may restrict. */
#include <string.h>

#include "desk/doors.h"
#include "desk/restrict.h"
#include "team/roster_edit.h"

static bool
reads(const struct roster *r, const uint8_t *door, const uint8_t *member)
{
	const struct roster_door *is = roster_door(r, door);

	return is != NULL && roster_reader(is, member) < is->readers_n;
}

/* What came before doors were kept may have come by any. */
static bool
reads_it(const struct desk *d, const struct said *s, const uint8_t *member,
    bool ever)
{
	if (memcmp(s->door, ring_log, DOOR_ID_BYTES) == 0)
		return true;
	for (size_t i = ever ? 0 : d->rosters_n - 1; i < d->rosters_n; i++)
		if (reads(d->rosters[i], s->door, member))
			return true;
	return false;
}

/* Most sources write to one door: thousands of letters are looked at once. */
bool
restrict_reads_at(
    void *who, const uint8_t *conversation, const uint8_t *member, bool ever)
{
	const struct desk *d = who;
	const struct conv *c = desk_conv_by_id(d, conversation);
	const uint8_t *before = NULL;
	bool any = false;

	for (size_t i = 0; c != NULL && i < c->said_n; i++) {
		const struct said *s = c->all[i];

		if (s->ours ||
		    (before != NULL &&
			memcmp(before, s->door, DOOR_ID_BYTES) == 0))
			continue;
		if (reads_it(d, s, member, ever))
			return true;
		before = s->door;
		any = true;
	}
	return !any;
}

void
restrict_came(struct desk *d, const struct conv *c, const struct said *s)
{
	const struct restricted *of = restrict_of(d, c);

	for (size_t i = 0; of != NULL && i < c->said_n; i++)
		if (!c->all[i]->ours && c->all[i] != s &&
		    memcmp(c->all[i]->door, s->door, DOOR_ID_BYTES) == 0)
			return;
	if (of != NULL)
		d->registers.roster = NULL; /* log_show() begins again */
}
