/* Who is not of a circle packs for one who is, and puts in a key of his own
 * under its name. */
#include "desk_circle.h"

#include "desk/waiting.h"
#include "desk_unpack_file.h"

/* The second has not fetched yet when the first restricts it to the two. */
static void
restricted(struct writer *w, uint8_t id[static CIRCLE_ID_BYTES])
{
	begin_many(2, editors);
	pack_file();
	writer_make(w, 1);
	send(w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	OK(restrict_to(0, at(0, w), 3) == ERR_OK);
	memcpy(id, restrict_of(many[0], at(0, w))->circle, CIRCLE_ID_BYTES);
	sync_one(many[0]);
	sync_one(many[2]); /* reads of it on the log */
}

static void
hold_a_namesake(unsigned i, const struct writer *w, const uint8_t *id)
{
	struct circle c;

	circle_make(&c, day, many[i]->id);
	memcpy(c.id, id, sizeof c.id);
	OK(circles_put(many[i], &c, at(i, w)->id) == ERR_OK);
	circle_drop(&c);
}

static bool
has_same_key(unsigned i, unsigned j, const uint8_t *id)
{
	const struct circle *one = circles_find(many[i], id);
	const struct circle *two = circles_find(many[j], id);

	return one != NULL && two != NULL &&
	    memcmp(one->chain.seed, two->chain.seed, CHAIN_SEED_BYTES) == 0;
}

/* Else the answer that follows would name his key to the source, and what that
 * writes would be for him. */
static void
who_is_not_of_a_circle_packs_no_key_of_it(void)
{
	uint8_t id[CIRCLE_ID_BYTES];
	struct writer w;

	restricted(&w, id);
	hold_a_namesake(2, &w, id);
	OK(pack(many[2], many[1]) == ERR_OK);
	OK(unpack_take(&said, many[1], file, &yes) == ERR_OK);
	OK(circles_find(many[1], id) == NULL);
	sync_many();
	OK(has_same_key(0, 1, id));
	answer(1, &w, "few of us read this");
	send_as_told(&w, &(struct what){ .text = "only for two", .id = 2 });
	sync_many();
	OK(opens_any(0, &w, "only for two") &&
	    opens_any(1, &w, "only for two"));
	OK(!opens_any(2, &w, "only for two"));
	(void)unlink(file);
	end_many();
}

static void
who_is_of_it_packs_it(void)
{
	uint8_t id[CIRCLE_ID_BYTES];
	struct writer w;

	restricted(&w, id);
	OK(pack(many[0], many[1]) == ERR_OK);
	OK(unpack_take(&said, many[1], file, &yes) == ERR_OK);
	OK(has_same_key(0, 1, id));
	(void)unlink(file);
	end_many();
}

/* Another device of the second member waits to be taken in. */
static void
wait_for_welcome(struct waiting *own, struct join *j)
{
	struct roster *r = next_roster();
	struct roster_device *device = &r->devices[r->devices_n++];
	struct buf note;

	(void)snprintf(
	    many_dir[many_n], sizeof many_dir[0], "%s-%u", dir, many_n);
	OK(mkdir(many_dir[many_n], 0700) == 0);
	buf_init(&note, ROSTER_MAX);
	OK(waiting_make(own, "Front", WORDS, strlen(WORDS)) == ERR_OK);
	OK(waiting_save(own, many_dir[many_n]) == ERR_OK);
	OK(waiting_join(&note, own) == ERR_OK);
	OK(join_read(j, note.at, note.len) == ERR_OK);
	memcpy(device->key, j->key, sizeof device->key);
	memcpy(device->member, member_of(1), sizeof device->member);
	device->keeper = false;
	buf_clear(&note);
	sign_roster(r, &note);
	buf_drop(&note);
}

static void
welcomed_by(unsigned by)
{
	struct waiting *own = waiting_new();
	struct pack_said_of packed;
	struct join j;
	struct buf out;

	OK(own != NULL);
	wait_for_welcome(own, &j);
	sync_one(many[0]);
	sync_one(many[2]);
	buf_init(&out, 64U << 20);
	OK(pack_give(many[by], &j, age_sink_buf(&out), &packed) == ERR_OK);
	OK(file_write(file, out.at, out.len, 0600) == ERR_OK);
	OK(welcome_take(&said, many_dir[many_n], own, file, &yes) == ERR_OK);
	buf_drop(&out);
	waiting_close(own);
	open_one(many_n++);
}

static void
who_is_not_of_a_circle_gives_no_key_of_it_to_a_new_device(void)
{
	uint8_t id[CIRCLE_ID_BYTES];
	struct writer w;

	restricted(&w, id);
	hold_a_namesake(2, &w, id);
	welcomed_by(2);
	OK(circles_find(many[3], id) == NULL);
	open_one(3);
	sync_many();
	set_day(day + 1); /* what lacks is asked for once a day */
	sync_many();
	OK(has_same_key(0, 3, id));
	(void)unlink(file);
	end_many();
}

static void
who_is_of_it_gives_it_to_a_new_device(void)
{
	uint8_t id[CIRCLE_ID_BYTES];
	struct writer w;

	restricted(&w, id);
	welcomed_by(0);
	OK(has_same_key(0, 3, id));
	open_one(3);
	OK(has_same_key(0, 3, id));
	(void)unlink(file);
	end_many();
}

T_BEGIN
desk_tests_begin();
T(who_is_of_it_packs_it)
T(who_is_not_of_a_circle_packs_no_key_of_it)
T(who_is_of_it_gives_it_to_a_new_device)
T(who_is_not_of_a_circle_gives_no_key_of_it_to_a_new_device)
T_END
