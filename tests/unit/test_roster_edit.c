/* The next roster: whatever is made follows the one before. */
#include <string.h>

#include "alloc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "hands_fake.h"
#include "note/json.h"
#include "t.h"
#include "team/roster_edit.h"
#include "team/roster_keep.h"

static struct roster old_one, next_one;
static uint8_t hash[SHA256_BYTES] = { 0x5a };

/* Of every device: five entries, but of the last one none. */
static void
come_to(void *who, const uint8_t key[static SIGN_PUBLIC_BYTES],
    uint32_t *number, uint8_t last[static ROSTER_LAST_BYTES])
{
	(void)who;
	*number = memcmp(key, hands[5].key, 32) == 0 ? 0 : 5;
	memset(last, *number == 0 ? 0 : 0x77, ROSTER_LAST_BYTES);
}

static const struct roster_come come = { come_to, NULL };

static void
start(void)
{
	fake_roster(&old_one);
	roster_begin(&next_one, &old_one, hash, 20000);
}

/* It follows, and a desk reads it. */
static bool
holds(void)
{
	static struct roster got;
	static const uint8_t team[32] = { 1 };
	uint8_t key[32];
	struct buf note;
	bool is;

	buf_init(&note, ROSTER_MAX);
	sign_public(key, team);
	is = roster_write(&note, &next_one, team) == ERR_OK &&
	    roster_read(&got, note.at, note.len, key) == ERR_OK &&
	    roster_follows(&got, &old_one, hash) == ERR_OK;
	buf_drop(&note);
	return is;
}

static void
the_next_one_begins_as_the_last_was(void)
{
	start();
	OK(next_one.serial == 2 && next_one.until == 20000 + ROSTER_DAYS);
	OK(memcmp(next_one.previous, hash, sizeof hash) == 0);
	OK(holds());
}

static void
a_new_member_comes_with_a_device(void)
{
	const struct roster_member m = { { 9 }, "Nia", MEMBER_EDITOR };

	start();
	OK(roster_join(&next_one, hands[6].key, &m, true) == ERR_OK);
	OK(next_one.members_n == 5 && next_one.devices_n == 7);
	OK(strcmp(next_one.members[4].name, "Nia") == 0);
	OK(next_one.devices[6].keeper);
	OK(holds());
	OK(roster_join(&next_one, hands[6].key, &m, true) == ERR_TAKEN);
}

static void
a_member_gets_a_second_device(void)
{
	start();
	OK(roster_join(&next_one, hands[6].key, &old_one.members[1], false) ==
	    ERR_OK);
	OK(next_one.members_n == 4 && next_one.devices_n == 7);
	OK(holds());
}

static void
a_device_that_was_struck_off_never_comes_back(void)
{
	start();
	OK(roster_strike(&next_one, hands[2].id, &come) == ERR_OK);
	OK(next_one.devices_n == 5 && next_one.past_n == 1);
	OK(next_one.past[0].number == 5 && next_one.past[0].last[0] == 0x77);
	OK(next_one.past[0].role == MEMBER_EDITOR);
	OK(holds());
	OK(roster_join(&next_one, hands[2].key, &old_one.members[1], false) ==
	    ERR_DENIED);
	OK(roster_strike(&next_one, hands[2].id, &come) == ERR_NOTHING);
}

static void
who_leaves_is_gone_from_every_place(void)
{
	start();
	OK(roster_set_reader(&next_one, old_one.doors[0].id,
	       old_one.members[2].id, true) == ERR_OK);
	OK(roster_leave(&next_one, old_one.members[2].id, &come) == ERR_OK);
	OK(next_one.members_n == 3 && next_one.devices_n == 4);
	OK(next_one.past_n == 2 && next_one.doors[0].readers_n == 1);
	OK(roster_member(&next_one, old_one.members[2].id) == NULL);
	OK(holds());
	OK(roster_leave(&next_one, old_one.members[2].id, &come) ==
	    ERR_NOTHING);
}

static void
another_device_hands_out_when_that_one_goes(void)
{
	start();
	OK(roster_strike(&next_one, hands[0].id, &come) == ERR_OK);
	OK(memcmp(next_one.hands_out, hands[1].id, DEVICE_ID_BYTES) == 0);
	OK(memcmp(next_one.then, hands[1].id, DEVICE_ID_BYTES) == 0);
	OK(holds());
}

static void
the_last_admin_stays(void)
{
	static struct roster was;

	start();
	was = next_one;
	OK(roster_leave(&next_one, old_one.members[0].id, &come) == ERR_DENIED);
	OK(roster_set_role(&next_one, old_one.members[0].id, MEMBER_EDITOR,
	       &come) == ERR_DENIED);
	OK(memcmp(&was, &next_one, sizeof was) == 0);
	OK(roster_strike(&next_one, hands[0].id, &come) == ERR_OK);
	OK(roster_strike(&next_one, hands[1].id, &come) == ERR_DENIED);
	OK(holds());
}

static void
another_role_leaves_what_was_as_it_was(void)
{
	const uint8_t *member;
	enum member_role role;

	start();
	OK(roster_set_role(&next_one, old_one.members[2].id, MEMBER_ADMIN,
	       &come) == ERR_OK);
	OK(next_one.past_n == 2);
	OK(roster_role_at(&next_one, hands[3].key, 4, &member, &role) ==
	    ROSTER_ROLE);
	OK(role == MEMBER_EDITOR);
	OK(roster_role_at(&next_one, hands[3].key, 5, &member, &role) ==
	    ROSTER_ROLE);
	OK(role == MEMBER_ADMIN);
	OK(holds());
	OK(roster_set_role(&next_one, old_one.members[2].id, MEMBER_ADMIN,
	       &come) == ERR_TAKEN);
	OK(roster_set_role(&next_one, hands[0].id, MEMBER_ADMIN, &come) ==
	    ERR_NOTHING);
}

static void
an_admin_who_becomes_an_editor_hands_out_no_more(void)
{
	start();
	OK(roster_set_role(&next_one, old_one.members[2].id, MEMBER_ADMIN,
	       &come) == ERR_OK);
	OK(roster_set_role(&next_one, old_one.members[0].id, MEMBER_EDITOR,
	       &come) == ERR_OK);
	OK(memcmp(next_one.hands_out, hands[3].id, DEVICE_ID_BYTES) == 0);
	OK(memcmp(next_one.then, hands[4].id, DEVICE_ID_BYTES) == 0);
	OK(holds());
}

static void
who_reads_at_a_door_is_set_and_taken_back(void)
{
	static const uint8_t no_door[] = { 9, 9, 9, 9 };
	const uint8_t *door = old_one.doors[0].id;

	start();
	OK(roster_set_reader(&next_one, door, old_one.members[1].id, true) ==
	    ERR_OK);
	OK(roster_set_reader(&next_one, door, old_one.members[1].id, true) ==
	    ERR_TAKEN);
	OK(roster_reader(&next_one.doors[0], old_one.members[1].id) == 1);
	OK(roster_set_reader(&next_one, door, old_one.members[0].id, false) ==
	    ERR_OK);
	OK(roster_reader(&next_one.doors[0], old_one.members[1].id) == 0);
	OK(roster_set_reader(&next_one, door, old_one.members[0].id, false) ==
	    ERR_TAKEN);
	OK(roster_set_reader(&next_one, no_door, old_one.members[0].id, true) ==
	    ERR_NOTHING);
	OK(roster_set_reader(&next_one, door, no_door, true) == ERR_NOTHING);
	OK(holds());
}

static void
what_has_no_room_is_refused(void)
{
	const struct roster_member m = { { 9 }, "Nia", MEMBER_EDITOR };

	start();
	next_one.members_n = ROSTER_MEMBERS;
	OK(roster_join(&next_one, hands[6].key, &m, true) == ERR_TOOBIG);
	next_one.members_n = 4;
	next_one.past_n = ROSTER_PAST - 1;
	OK(roster_leave(&next_one, old_one.members[2].id, &come) == ERR_TOOBIG);
	OK(next_one.past_n == ROSTER_PAST - 1 && next_one.devices_n == 6);
	next_one.devices_n = ROSTER_DEVICES;
	OK(roster_join(&next_one, hands[6].key, &old_one.members[0], true) ==
	    ERR_TOOBIG);
}

static void
refused_memory_changes_nothing(void)
{
	start();
	alloc_refuse(1);
	OK(roster_strike(&next_one, hands[2].id, &come) == ERR_NOMEM);
	alloc_refuse(1);
	OK(roster_leave(&next_one, old_one.members[1].id, &come) == ERR_NOMEM);
	alloc_refuse(1);
	OK(roster_set_role(&next_one, old_one.members[1].id, MEMBER_ADMIN,
	       &come) == ERR_NOMEM);
	alloc_refuse(0);
	OK(next_one.devices_n == 6 && next_one.past_n == 0);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static bool
keeps(unsigned device)
{
	return roster_device(&next_one, hands[device].id)->keeper;
}

/* Of different members, an editor's before a viewer's, and where they read. */
static void
two_devices_that_read_at_a_door_keep_its_files(void)
{
	start();
	/* One member reads there, with two devices. */
	OK(roster_keepers_lack(&next_one));
	OK(roster_name_keepers(&next_one) == 2 && keeps(0) && keeps(1));
	OK(!roster_keepers_lack(&next_one));
	OK(roster_name_keepers(&next_one) == 0);
	/* The viewer comes, and a third member: it becomes one as well. */
	OK(roster_set_reader(&next_one, next_one.doors[0].id,
	       old_one.members[3].id, true) == ERR_OK);
	OK(roster_set_reader(&next_one, next_one.doors[0].id,
	       old_one.members[2].id, true) == ERR_OK);
	OK(roster_name_keepers(&next_one) == 1 && keeps(3));
	OK(!keeps(2) && !keeps(4) && !keeps(5));
	OK(holds());
	/* One is struck off, two are set aside by hand. */
	OK(roster_strike(&next_one, hands[3].id, &come) == ERR_OK);
	OK(roster_set_keeper(&next_one, hands[0].id, false) == ERR_OK);
	OK(roster_set_keeper(&next_one, hands[0].id, false) == ERR_TAKEN);
	OK(roster_set_keeper(&next_one, hands[3].id, true) == ERR_NOTHING);
	OK(roster_keepers_lack(&next_one));
	OK(roster_name_keepers(&next_one) == 1 && keeps(4));
	/* A viewer's when there is no other member. */
	OK(roster_leave(&next_one, old_one.members[2].id, &come) == ERR_OK);
	OK(roster_name_keepers(&next_one) == 1 && keeps(5) && keeps(1));
	OK(!roster_keepers_lack(&next_one) && holds());
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
hands_make();
T(the_next_one_begins_as_the_last_was)
T(a_new_member_comes_with_a_device)
T(a_member_gets_a_second_device)
T(a_device_that_was_struck_off_never_comes_back)
T(who_leaves_is_gone_from_every_place)
T(another_device_hands_out_when_that_one_goes)
T(the_last_admin_stays)
T(another_role_leaves_what_was_as_it_was)
T(an_admin_who_becomes_an_editor_hands_out_no_more)
T(who_reads_at_a_door_is_set_and_taken_back)
T(what_has_no_room_is_refused)
T(refused_memory_changes_nothing)
T(two_devices_that_read_at_a_door_keep_its_files)
T_END
