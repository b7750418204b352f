/* Rosters: who spoke when, and which roster may follow which. */
#include <string.h>

#include "alloc.h"
#include "base/buf.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "note/json.h"
#include "t.h"
#include "team/roster.h"

static uint8_t team_seed[32] = { 1 }, team_key[32], key[3][32], old_hash[32];
static struct roster old_one, next_one;

/* Ada has the first device and is an admin, Ben the others and an editor. */
static void
start(void)
{
	struct roster *r = &old_one;

	*r = (struct roster){ .serial = 1, .until = 21000 };
	r->members_n = 2;
	r->members[0] = (struct roster_member){ { 1 }, "Ada", MEMBER_ADMIN };
	r->members[1] = (struct roster_member){ { 2 }, "Ben", MEMBER_EDITOR };
	r->devices_n = 3;
	for (unsigned i = 0; i < 3; i++) {
		uint8_t seed[32] = { (uint8_t)(10 + i) };

		sign_public(key[i], seed);
		memcpy(r->devices[i].key, key[i], 32);
		r->devices[i].member[0] = i == 0 ? 1 : 2;
	}
	r->devices[0].keeper = true;
	r->doors_n = 1;
	memcpy(r->doors[0].name, "all", 4);
	r->doors[0].readers_n = 1;
	r->doors[0].readers[0][0] = 1;
	device_id(r->hands_out, key[0]);
	device_id(r->then, key[0]);
	memset(old_hash, 0x5a, sizeof old_hash);
	next_one = *r;
	next_one.serial = 2;
	memcpy(next_one.previous, old_hash, sizeof old_hash);
}

static struct roster_past
row(unsigned device, uint8_t member, enum member_role role, uint32_t number)
{
	struct roster_past p = { .role = role, .number = number };

	memcpy(p.key, key[device], 32);
	p.member[0] = member;
	if (number > 0)
		memset(p.last, 0x77, sizeof p.last);
	return p;
}

static void
add_row(struct roster *r, struct roster_past p)
{
	r->past[r->past_n++] = p;
}

/* Take the last device off. */
static void
strike(struct roster *r)
{
	r->devices_n--;
}

static enum err
follows(void)
{
	return roster_follows(&next_one, &old_one, old_hash);
}

static void
a_roster_comes_back_with_keepers_and_past(void)
{
	static struct roster got;
	struct buf b;

	start();
	add_row(&old_one, row(1, 2, MEMBER_VIEWER, 4));
	add_row(&old_one, row(1, 3, MEMBER_ADMIN, 4));
	add_row(&old_one, row(2, 9, MEMBER_EDITOR, 0));
	buf_init(&b, ROSTER_MAX);
	OK(roster_write(&b, &old_one, team_seed) == ERR_OK);
	OK(roster_read(&got, b.at, b.len, team_key) == ERR_OK);
	OK(memcmp(&got, &old_one, sizeof got) == 0);
	old_one.past[1].number = 3; /* falls */
	OK(roster_write(&b, &old_one, team_seed) == ERR_FORMAT);
	old_one.past[1].number = 0; /* and yet names an entry before */
	old_one.past_n = 2;
	OK(roster_write(&b, &old_one, team_seed) == ERR_FORMAT);
	buf_drop(&b);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

/* The longest names, every row there may be. */
static void
the_greatest_roster_fits_its_note(void)
{
	static struct roster got;
	struct roster *r = &old_one;
	struct buf b;

	start();
	r->members_n = ROSTER_MEMBERS;
	r->devices_n = ROSTER_DEVICES;
	r->doors_n = KEY_NOTE_DOORS;
	r->past_n = ROSTER_PAST;
	for (unsigned i = 0; i < ROSTER_MEMBERS; i++) {
		memset(r->members[i].name, '"', MEMBER_NAME_MAX);
		r->members[i].id[0] = (uint8_t)(i + 1);
		r->members[i].role = MEMBER_VIEWER;
	}
	for (unsigned i = 3; i < ROSTER_DEVICES; i++) {
		memset(r->devices[i].key, (int)i + 1, 32);
		r->devices[i].member[0] = 1;
	}
	for (unsigned i = 0; i < KEY_NOTE_DOORS; i++) {
		r->doors[i].id[0] = (uint8_t)(i + 1);
		memset(r->doors[i].name, '"', DOOR_NAME_MAX);
		memset(r->doors[i].says, '"', DOOR_READERS_MAX);
		r->doors[i].closed = UINT32_MAX;
		r->doors[i].readers_n = ROSTER_MEMBERS;
		for (unsigned j = 0; j < ROSTER_MEMBERS; j++)
			r->doors[i].readers[j][0] = (uint8_t)(j + 1);
	}
	for (unsigned i = 0; i < ROSTER_PAST; i++)
		r->past[i] = row(1, 2, MEMBER_VIEWER, UINT32_MAX);
	buf_init(&b, ROSTER_MAX);
	OK(roster_write(&b, r, team_seed) == ERR_OK);
	OK(roster_read(&got, b.at, b.len, team_key) == ERR_OK);
	OK(memcmp(&got, r, sizeof got) == 0);
	buf_drop(&b);
}

static void
an_entry_is_judged_by_its_number(void)
{
	static const struct {
		unsigned device;
		uint32_t number;
		enum roster_says says;
		uint8_t member;
		enum member_role role;
	} rows[] = {
		{ 0, 0, ROSTER_ROLE, 1, MEMBER_ADMIN },
		{ 0, UINT32_MAX, ROSTER_ROLE, 1, MEMBER_ADMIN },
		{ 1, 0, ROSTER_ROLE, 7, MEMBER_VIEWER },
		{ 1, 3, ROSTER_ROLE, 7, MEMBER_VIEWER },
		{ 1, 4, ROSTER_ROLE, 2, MEMBER_ADMIN },
		{ 1, 8, ROSTER_ROLE, 2, MEMBER_ADMIN },
		{ 1, 9, ROSTER_ROLE, 2, MEMBER_EDITOR },
		{ 2, 4, ROSTER_ROLE, 2, MEMBER_EDITOR },
		{ 2, 5, ROSTER_GONE, 0, 0 },
		{ 2, UINT32_MAX, ROSTER_GONE, 0, 0 },
	};
	const uint8_t *member;
	enum member_role role;
	uint8_t id[DEVICE_ID_BYTES];

	start();
	strike(&old_one);
	add_row(&old_one, row(1, 7, MEMBER_VIEWER, 4));
	add_row(&old_one, row(2, 2, MEMBER_EDITOR, 5));
	/* Twice in one place: nothing was written between. */
	add_row(&old_one, row(1, 8, MEMBER_ADMIN, 4));
	add_row(&old_one, row(1, 2, MEMBER_ADMIN, 9));
	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(roster_role_at(&old_one, key[rows[i].device], rows[i].number,
		       &member, &role) == rows[i].says);
		if (rows[i].says == ROSTER_ROLE)
			OK(member[0] == rows[i].member && role == rows[i].role);
	}
	OK(roster_role_at(&old_one, team_key, 0, &member, &role) ==
	    ROSTER_UNKNOWN);
	for (unsigned i = 0; i < 3; i++) {
		device_id(id, key[i]);
		OK(memcmp(roster_key(&old_one, id), key[i], 32) == 0);
	}
	device_id(id, team_key);
	OK(roster_key(&old_one, id) == NULL);
}

static void
a_roster_that_takes_a_device_off_says_up_to_where_it_spoke(void)
{
	start();
	OK(follows() == ERR_OK);
	strike(&next_one);
	OK(follows() == ERR_DENIED);
	add_row(&next_one, row(1, 2, MEMBER_EDITOR, 5)); /* of the other one */
	OK(follows() == ERR_DENIED);
	next_one.past[0] = row(2, 2, MEMBER_ADMIN, 5); /* never was */
	OK(follows() == ERR_DENIED);
	next_one.past[0] = row(2, 1, MEMBER_EDITOR, 5); /* not his */
	OK(follows() == ERR_DENIED);
	next_one.past[0] = row(2, 2, MEMBER_EDITOR, 5);
	OK(follows() == ERR_OK);
	next_one.past[0] = row(2, 2, MEMBER_EDITOR, 0);
	OK(follows() == ERR_OK);
}

static void
a_role_that_changes_needs_a_row_for_each_device(void)
{
	start();
	next_one.members[1].role = MEMBER_VIEWER;
	OK(follows() == ERR_DENIED);
	add_row(&next_one, row(1, 2, MEMBER_EDITOR, 5));
	OK(follows() == ERR_DENIED);
	add_row(&next_one, row(2, 2, MEMBER_EDITOR, 0));
	OK(follows() == ERR_OK);
	next_one.members[1].role = MEMBER_EDITOR;
	next_one.past_n = 0;
	OK(follows() == ERR_OK);
	next_one.devices[2].member[0] = 1; /* now Ada's */
	OK(follows() == ERR_DENIED);
	add_row(&next_one, row(2, 2, MEMBER_EDITOR, 8));
	OK(follows() == ERR_OK);
}

static void
what_was_said_of_the_past_is_not_said_otherwise_later(void)
{
	start();
	add_row(&old_one, row(1, 2, MEMBER_VIEWER, 5));
	OK(follows() == ERR_DENIED); /* dropped */
	add_row(&next_one, row(1, 2, MEMBER_EDITOR, 5));
	OK(follows() == ERR_DENIED); /* changed */
	next_one.past[0] = row(1, 2, MEMBER_VIEWER, 5);
	OK(follows() == ERR_OK);
	next_one.past[0].last[0] ^= 1;
	OK(follows() == ERR_DENIED); /* another history */
	next_one.past[0].last[0] ^= 1;
	add_row(&next_one, row(1, 2, MEMBER_EDITOR, 4));
	OK(follows() == ERR_DENIED); /* into the time before */
	next_one.past[1] = row(1, 2, MEMBER_EDITOR, 5);
	OK(follows() == ERR_OK);
}

static void
who_was_struck_off_comes_back_with_a_new_key_only(void)
{
	start();
	strike(&old_one);
	add_row(&old_one, row(2, 2, MEMBER_EDITOR, 5));
	add_row(&next_one, row(2, 2, MEMBER_EDITOR, 5));
	OK(follows() == ERR_DENIED);
	memset(next_one.devices[2].key, 9, 32);
	OK(follows() == ERR_OK);
	/* Nor does a row speak for it beyond what it had. */
	strike(&next_one);
	OK(follows() == ERR_OK);
	add_row(&next_one, row(2, 2, MEMBER_EDITOR, 500));
	OK(follows() == ERR_DENIED);
}

static void
a_roster_neither_goes_back_nor_skips(void)
{
	start();
	next_one.serial = 1;
	OK(follows() == ERR_DENIED);
	next_one.serial = 3;
	OK(follows() == ERR_DENIED);
	next_one.serial = 2;
	next_one.previous[31] ^= 1;
	OK(follows() == ERR_DENIED);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
sign_public(team_key, team_seed);
T(a_roster_comes_back_with_keepers_and_past)
T(the_greatest_roster_fits_its_note)
T(an_entry_is_judged_by_its_number)
T(a_roster_that_takes_a_device_off_says_up_to_where_it_spoke)
T(a_role_that_changes_needs_a_row_for_each_device)
T(what_was_said_of_the_past_is_not_said_otherwise_later)
T(who_was_struck_off_comes_back_with_a_new_key_only)
T(a_roster_neither_goes_back_nor_skips)
T_END
