#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "team/pack.h"

#include "desk/access.h"
#include "desk/doors.h"
#include "desk/inside.h"
#include "desk/members.h"

#define RENEWED "renewed" /* serial of the roster for which it was done */

static void
come_to(void *who, const uint8_t key[static SIGN_PUBLIC_BYTES],
    uint32_t *number, uint8_t last[static ROSTER_LAST_BYTES])
{
	struct desk *d = who;
	struct teamlog_device device;
	uint8_t id[DEVICE_ID_BYTES];

	device_id(id, key);
	*number = 0;
	memset(last, 0, ROSTER_LAST_BYTES);
	if (teamlog_device(desk_log(d), &device, id) != ERR_OK)
		return;
	*number = device.next;
	memcpy(last, device.tip, ROSTER_LAST_BYTES);
}

struct roster_come
members_come(struct desk *d)
{
	return (struct roster_come){ come_to, d };
}

enum err
members_sign(struct desk *d, const struct roster *next,
    const uint8_t team_seed[static SIGN_SEED_BYTES])
{
	uint8_t key[SIGN_PUBLIC_BYTES];
	struct buf note;
	enum err e;

	sign_public(key, team_seed);
	if (memcmp(key, d->about.team, sizeof key) != 0)
		return ERR_NOKEY;
	if (desk_role(d) != MEMBER_ADMIN)
		return ERR_DENIED;
	buf_init(&note, ROSTER_MAX);
	if ((e = roster_write(&note, next, team_seed)) == ERR_OK &&
	    (e = desk_take_roster(d, note.at, note.len)) == ERR_OK)
		e = desk_say_roster(d);
	buf_drop(&note);
	return e;
}

/* Does a device of `was` read there that read there not, or the other way
 * round?  Who came with a device that is new has the keys from its welcome. */
static bool
has_changed(const struct roster *was, const struct roster *now,
    const uint8_t door[static DOOR_ID_BYTES])
{
	struct handout_chain chain = { .n = DOOR_ID_BYTES };

	memcpy(chain.id, door, DOOR_ID_BYTES);
	for (size_t i = 0; i < was->devices_n; i++) {
		const uint8_t *key = was->devices[i].key;

		if (pack_may_read(was, key, &chain) !=
		    pack_may_read(now, key, &chain))
			return true;
	}
	return false;
}

/* The last step behind the roster `from` that wants a new chain; 0: none. */
static uint32_t
due_since(const struct desk *d, uint32_t from,
    const uint8_t door[static DOOR_ID_BYTES])
{
	for (size_t i = d->rosters_n; i-- > from;)
		if (has_changed(d->rosters[i - 1], d->rosters[i], door))
			return d->rosters[i]->serial;
	return 0;
}

/* Has somebody made it already, as the log says: behind the roster's entry? Two
 * desks may, and one does. */
static enum err
is_made(bool *is, const struct desk *d, uint32_t serial, const uint8_t *door)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;
	bool met = false;

	*is = false;
	if (f == NULL)
		return ERR_NOMEM;
	for (size_t i = teamlog_count(d->log); !met && i-- > 0;) {
		teamlog_at(d->log, i, &line);
		if (line.standing != TEAMLOG_EFFECT ||
		    (line.kind != EFFECT_HAND_OUT &&
			line.kind != EFFECT_ROSTER) ||
		    effect_read(f, line.kind, line.body, line.body_len) !=
			ERR_OK)
			continue;
		*is |= line.kind == EFFECT_HAND_OUT &&
		    f->chain_n == DOOR_ID_BYTES &&
		    memcmp(f->chain, door, DOOR_ID_BYTES) == 0;
		met =
		    *is || (line.kind == EFFECT_ROSTER && f->number <= serial);
	}
	wipe_free(f, sizeof *f);
	return ERR_OK;
}

/* Begin another chain where it is due. */
static enum err
renew_one(struct desk *d, uint32_t from, uint32_t today, const uint8_t *door,
    unsigned *made)
{
	const uint32_t since = due_since(d, from, door);
	bool is = false;
	enum err e;

	if (since == 0)
		return ERR_OK;
	if ((e = is_made(&is, d, since, door)) != ERR_OK || is)
		return e;
	if (memcmp(door, ring_log, DOOR_ID_BYTES) == 0)
		access_make(d->vault);
	*made += 1;
	return desk_renew_chain(d, door, today);
}

static bool
hands_out(const struct desk *d)
{
	const uint8_t *id = desk_device_id(d);

	return memcmp(d->roster->hands_out, id, DEVICE_ID_BYTES) == 0 ||
	    memcmp(d->roster->then, id, DEVICE_ID_BYTES) == 0;
}

enum err
members_renew(struct desk *d, uint32_t today, unsigned *n)
{
	const struct roster *r = desk_roster(d);
	uint32_t from = 1; /* the first one's are made with it */
	unsigned made = 0;
	enum err e;

	if (n != NULL)
		*n = 0;
	e = desk_recall_num(d, RENEWED, &from);
	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	if (from == 0 || from >= r->serial || !hands_out(d))
		return ERR_OK;
	e = ERR_OK;
	for (size_t i = 0; e == ERR_OK && i < r->doors_n; i++)
		if (doors_reads(d, &r->doors[i]))
			e = renew_one(d, from, today, r->doors[i].id, &made);
	if (e == ERR_OK)
		e = renew_one(d, from, today, ring_log, &made);
	if (n != NULL)
		*n = made;
	return e == ERR_OK ? desk_remember_num(d, RENEWED, r->serial) : e;
}
