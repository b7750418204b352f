/* A team of as many devices as a roster holds. */
#include "desk_many.h"

#include "desk/give.h"
#include "desk/handing.h"
#include "team/roster_edit.h"

/* Devices of the first desk's member that were welcomed and never seen. */
static void
add_devices(size_t n)
{
	struct roster *r = next_roster();
	struct age_recipient to;
	struct age_identity *id;
	struct buf note;

	for (size_t i = 0; i < n; i++) {
		struct roster_device *device = &r->devices[r->devices_n++];
		uint8_t seed[SIGN_SEED_BYTES], name[DEVICE_ID_BYTES];

		crypt_random(seed, sizeof seed);
		sign_public(device->key, seed);
		memcpy(device->member, r->members[0].id, MEMBER_ID_BYTES);
		device_id(name, device->key);
		OK(age_identity_random(&id, AGE_HYBRID) == ERR_OK);
		age_identity_recipient(id, &to);
		age_identity_close(id);
		OK(give_joined(desk, name, &to) == ERR_OK);
	}
	buf_init(&note, ROSTER_MAX);
	sign_roster(r, &note);
	buf_drop(&note);
}

/* A hand-out is for 64 devices. */
static void
the_last_of_very_many_devices_is_handed_keys_like_the_first(void)
{
	const uint8_t *door;
	struct writer w;

	begin_many(0, NULL);
	add_devices(ROSTER_DEVICES - 2);
	join_one(MEMBER_ADMIN);
	sync_many();
	OK(many[0]->roster->devices_n == ROSTER_DEVICES);
	door = many[0]->roster->doors[0].id;
	set_day(day + 1);
	OK(desk_renew_chain(many[0], door, day) == ERR_OK);
	OK(desk_renew_chain(many[0], ring_log, day) == ERR_OK);
	sync_one(many[0]);
	sync_one(many[1]);
	OK(report.lacking == 0);
	OK(ring_chain_on(&many[1]->vault->ring, door, day)->first == day);
	OK(ring_chain_on(&many[1]->vault->ring, ring_log, day)->first == day);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "to all", .id = 1 });
	sync_one(many[1]);
	OK(desk_count(many[1]) == 1);
	end_many();
}

T_BEGIN
desk_tests_begin();
T(the_last_of_very_many_devices_is_handed_keys_like_the_first)
T_END
