/* The doors of a roster: opened, closed, called otherwise. */
#include <string.h>

#include "base/text.h"

#include "team/roster_door.h"
#include "team/roster_edit.h"

void
roster_remove_door(struct roster *r, size_t i)
{
	r->doors_n--;
	memmove(&r->doors[i], &r->doors[i + 1],
	    (r->doors_n - i) * sizeof r->doors[0]);
	memset(&r->doors[r->doors_n], 0, sizeof r->doors[0]);
}

static bool
is_called(
    const struct roster *r, const char *name, const struct roster_door * not )
{
	for (size_t i = 0; i < r->doors_n; i++)
		if (&r->doors[i] !=
		    not &&text_same_nocase(r->doors[i].name, name))
			return true;
	return false;
}

/* Of those that were closed long enough ago, the first. */
static bool
make_room(struct roster *r, uint32_t today)
{
	size_t best = KEY_NOTE_DOORS;

	if (r->doors_n < KEY_NOTE_DOORS)
		return true;
	for (size_t i = 0; i < r->doors_n; i++) {
		const uint32_t closed = r->doors[i].closed;

		if (closed != 0 && today >= closed &&
		    today - closed >= ROSTER_CLOSED_DAYS &&
		    (best == KEY_NOTE_DOORS || closed < r->doors[best].closed))
			best = i;
	}
	if (best < KEY_NOTE_DOORS)
		roster_remove_door(r, best);
	return best < KEY_NOTE_DOORS;
}

enum err
roster_open_door(struct roster *r, const struct roster_door *is, uint32_t today)
{
	if (roster_door(r, is->id) != NULL || is_called(r, is->name, NULL))
		return ERR_TAKEN;
	if (!make_room(r, today))
		return ERR_TOOBIG;
	r->doors[r->doors_n++] = *is;
	return ERR_OK;
}

static struct roster_door *
find(struct roster *r, const uint8_t *id)
{
	for (size_t i = 0; i < r->doors_n; i++)
		if (memcmp(r->doors[i].id, id, DOOR_ID_BYTES) == 0)
			return &r->doors[i];
	return NULL;
}

enum err
roster_close_door(
    struct roster *r, const uint8_t door[static DOOR_ID_BYTES], uint32_t day)
{
	struct roster_door *d = find(r, door);
	size_t open = 0;

	if (d == NULL)
		return ERR_NOTHING;
	if ((d->closed != 0) == (day != 0))
		return ERR_TAKEN;
	for (size_t i = 0; i < r->doors_n; i++)
		open += r->doors[i].closed == 0;
	if (day != 0 && open == 1)
		return ERR_DENIED;
	d->closed = day;
	return ERR_OK;
}

/* `out` is zeros behind its end, as a roster that was read is. */
static void
put_text(char *out, size_t room, const char *text)
{
	memset(out, 0, room);
	memcpy(out, text, strlen(text));
}

enum err
roster_say_door(struct roster *r, const uint8_t door[static DOOR_ID_BYTES],
    const char *name, const char *says)
{
	struct roster_door *d = find(r, door);

	if (d == NULL)
		return ERR_NOTHING;
	if ((name != NULL && strlen(name) > DOOR_NAME_MAX) ||
	    (says != NULL && strlen(says) > DOOR_READERS_MAX))
		return ERR_TOOBIG;
	if ((name == NULL || strcmp(d->name, name) == 0) &&
	    (says == NULL || strcmp(d->says, says) == 0))
		return ERR_TAKEN;
	if (name != NULL && is_called(r, name, d))
		return ERR_TAKEN;
	if (name != NULL)
		put_text(d->name, sizeof d->name, name);
	if (says != NULL)
		put_text(d->says, sizeof d->says, says);
	return ERR_OK;
}

static bool
reads(
    const struct roster *r, const struct roster_door *d, const uint8_t *device)
{
	const struct roster_device *is = roster_device(r, device);

	return is != NULL && roster_reader(d, is->member) < d->readers_n;
}

bool
roster_hands_read(const struct roster *r, const struct roster_door *d)
{
	return reads(r, d, r->hands_out) || reads(r, d, r->then);
}
