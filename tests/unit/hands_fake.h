/* Devices of a made-up team, and a roster of it. */
#ifndef HANDS_FAKE_H
#define HANDS_FAKE_H

#include <string.h>

#include "crypt/sign.h"
#include "team/roster.h"

#define HANDS 7U /* the last one is in no roster at first */

struct hand {
	uint8_t seed[32], key[32], id[DEVICE_ID_BYTES];
};

static struct hand hands[HANDS];

static void
hands_make(void)
{
	for (unsigned i = 0; i < HANDS; i++) {
		memset(hands[i].seed, 0x10 + (int)i, 32);
		sign_public(hands[i].key, hands[i].seed);
		device_id(hands[i].id, hands[i].key);
	}
}

/* Four members: an admin with two devices, an editor, an editor with two, a
 * viewer.  The first device makes hand-outs. */
static void
fake_roster(struct roster *r)
{
	static const uint8_t of[] = { 1, 1, 2, 3, 3, 4 };

	*r = (struct roster){ .serial = 1, .until = 21000 };
	r->members_n = 4;
	for (unsigned i = 0; i < 4; i++) {
		r->members[i].id[0] = (uint8_t)(i + 1);
		r->members[i].name[0] = (char)('A' + i);
		r->members[i].role = i == 0 ? MEMBER_ADMIN
		    : i == 3                ? MEMBER_VIEWER
					    : MEMBER_EDITOR;
	}
	r->devices_n = COUNT(of);
	for (unsigned i = 0; i < COUNT(of); i++) {
		memcpy(r->devices[i].key, hands[i].key, 32);
		r->devices[i].member[0] = of[i];
	}
	r->doors_n = 1;
	memcpy(r->doors[0].name, "all", 4);
	r->doors[0].readers_n = 1;
	r->doors[0].readers[0][0] = 1;
	memcpy(r->hands_out, hands[0].id, DEVICE_ID_BYTES);
	memcpy(r->then, hands[0].id, DEVICE_ID_BYTES);
}

#endif
