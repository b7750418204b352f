#include <stdlib.h>
#include <string.h>

#include "desk/inside.h"
#include "desk/members.h"

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
