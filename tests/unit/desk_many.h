/*
 * desk_many: a team of several members with a desk each, on one line in memory.
 * A test begins with begin_many(), which makes `many[0]` (the first desk, an
 * admin's) and as many others as roles are given, and ends with end_many().
 */
#ifndef UNIT_DESK_MANY_H
#define UNIT_DESK_MANY_H

#include "desk_two.h"

#define MANY 5U

static struct desk *many[MANY];
static char many_dir[MANY][80];
static unsigned many_n;
static bool many_apart; /* who joins now does not read at the door */

static inline void
open_one(unsigned i)
{
	desk_close(many[i]);
	many[i] = NULL;
	OK(desk_open(&many[i], many_dir[i], WORDS, strlen(WORDS)) == ERR_OK);
	if (i == 0)
		desk = many[0];
}

/* The member of that place, who reads at the door. */
static inline void
name_member(struct roster *r, unsigned i, enum member_role role)
{
	struct roster_member *m = &r->members[r->members_n++];

	memset(m->id, 0x70 + (int)i, sizeof m->id);
	(void)snprintf(m->name, sizeof m->name, "member %u", i);
	m->role = role;
	if (!many_apart)
		memcpy(r->doors[0].readers[r->doors[0].readers_n++], m->id,
		    sizeof m->id);
}

/* Another device, of this member; with NULL of a new one. */
static inline void
join_device(enum member_role role, const uint8_t *member)
{
	const unsigned i = many_n++;
	struct vault *v = vault_new();
	struct about about = *desk_about(desk);
	struct roster *r = next_roster();
	struct roster_device *device = &r->devices[r->devices_n++];
	struct buf note;

	(void)snprintf(many_dir[i], sizeof many_dir[i], "%s-%u", dir, i);
	memcpy(other_dir, many_dir[i], sizeof other_dir);
	*v = *desk->vault;
	crypt_random(v->storage, sizeof v->storage);
	crypt_random(v->device, sizeof v->device);
	v->has_line = role == MEMBER_ADMIN;
	if (role == MEMBER_VIEWER)
		v->ring.voices_n = 0;
	v->ring.once_n = 0;
	ring_make_once(&v->ring);
	if (member == NULL)
		name_member(r, i, role);
	memcpy(about.member,
	    member == NULL ? r->members[r->members_n - 1].id : member,
	    sizeof about.member);
	sign_public(device->key, v->device);
	device->keeper = i == 1; /* with the first, two */
	memcpy(device->member, about.member, sizeof device->member);
	buf_init(&note, ROSTER_MAX);
	sign_roster(r, &note);
	buf_drop(&note);
	make_other(v, &about);
	vault_close(v);
	open_one(i);
}

/* Another member, with a device; the rest hear of it when they sync. */
static inline void
join_one(enum member_role role)
{
	join_device(role, NULL);
}

/* All of them, until nobody has anything new for another. */
static inline void
sync_many(void)
{
	bool news = true;

	while (news) {
		news = false;
		for (unsigned i = 0; i < many_n; i++) {
			sync_one(many[i]);
			news |= report.entries > 0 || report.given > 0;
		}
	}
}

static inline void
begin_many(unsigned n, const enum member_role *roles)
{
	begin_team();
	many[0] = desk;
	memcpy(many_dir[0], dir, sizeof dir);
	many_n = 1;
	for (unsigned i = 0; i < n; i++)
		join_one(roles[i]);
	sync_many();
}

static inline void
end_many(void)
{
	for (unsigned i = 1; i < many_n; i++) {
		desk_close(many[i]);
		many[i] = NULL;
		(void)nftw(many_dir[i], remove_one, 8, FTW_DEPTH | FTW_PHYS);
	}
	end_all();
	many[0] = NULL;
}

static inline const uint8_t *
member_of(unsigned i)
{
	return roster_device(many[i]->roster, many[i]->id)->member;
}

#endif
