#include <sys/wait.h>

#include "alloc.h"
#include "pool_fake.h"

static char dir[64];

static struct pool *
opened(uint32_t day)
{
	struct pool *pool = NULL;

	OK(pool_open(&pool, dir, &fake_settings, FAKE_NOON(day)) == ERR_OK);
	return pool;
}

static struct pool *
fresh(void)
{
	fake_dir(dir);
	return opened(FAKE_DAY);
}

static void
done(struct pool *pool)
{
	pool_close(pool);
	fake_remove(dir);
}

static void
a_letter_is_there_after_a_restart(void)
{
	struct pool *pool = fresh();

	for (unsigned i = 0; i < 20; i++)
		OK(fake_put(pool, i) == ERR_OK && fake_is_there(pool, i));
	pool_close(pool);
	pool = opened(FAKE_DAY);
	for (unsigned i = 0; i < 20; i++)
		OK(fake_is_there(pool, i));
	OK(!fake_is_there(pool, 20));
	done(pool);
}

static void
the_same_bytes_are_done_and_others_taken(void)
{
	uint8_t tag[POOL_TAG_BYTES], other[POOL_LETTER_BYTES];
	struct pool *pool = fresh();

	OK(fake_put(pool, 1) == ERR_OK && fake_put(pool, 1) == ERR_OK);
	fake_tag(tag, 1);
	fake_fill(other, sizeof other, 'L', 2);
	OK(pool_put(pool, POOL_SOURCE, tag, other) == ERR_TAKEN);
	OK(fake_is_there(pool, 1));
	done(pool);
}

static void
keeper_refuses_what_is_not_an_envelope(void)
{
	const uint8_t tag[POOL_TAG_BYTES] = { 1 };
	uint8_t words[POOL_LETTER_BYTES] = "words on the disk";
	struct pool *pool = fresh();

	OK(pool_put(pool, POOL_SOURCE, tag, words) == ERR_FORMAT);
	OK(pool_get(pool, tag, words) == ERR_NOTHING);
	done(pool);
}

static void
a_batch_is_one_answer(void)
{
	struct pool *pool = fresh();

	OK(pool_begin(pool) == ERR_OK);
	for (unsigned i = 0; i < 16; i++)
		OK(fake_put(pool, i) == ERR_OK);
	OK(fake_put(pool, 3) == ERR_OK);
	OK(pool_end(pool) == ERR_OK);
	for (unsigned i = 0; i < 16; i++)
		OK(fake_is_there(pool, i));
	OK(pool_begin(pool) == ERR_OK && fake_put(pool, 77) == ERR_OK);
	pool_close(pool);
	pool = opened(FAKE_DAY);
	OK(!fake_is_there(pool, 77) && fake_is_there(pool, 15));
	OK(fake_put(pool, 77) == ERR_OK && fake_is_there(pool, 77));
	done(pool);
}

static void
looking_finds_what_is_there_and_nothing_else(void)
{
	uint8_t tags[1000 * POOL_TAG_BYTES], bits[125];
	struct pool *pool = fresh();

	for (unsigned i = 0; i < 1000; i += 7)
		OK(fake_put(pool, i) == ERR_OK);
	pool_now(pool, FAKE_NOON(FAKE_DAY + 1));
	OK(fake_steps(pool) == ERR_OK);
	for (unsigned i = 3; i < 1000; i += 7)
		OK(fake_put(pool, i) == ERR_OK);
	for (unsigned i = 0; i < 1000; i++)
		fake_tag(tags + i * POOL_TAG_BYTES, i);
	/* The same tag asked for twice is answered twice. */
	memcpy(tags + 999 * POOL_TAG_BYTES, tags, POOL_TAG_BYTES);
	OK(pool_look(pool, tags, 1000, bits) == ERR_OK);
	for (unsigned i = 0; i < 999; i++)
		OK((bits[i / 8] >> i % 8 & 1) == (i % 7 == 0 || i % 7 == 3));
	OK((bits[124] >> 7 & 1) == 1);
	done(pool);
}

static void
an_absent_letter_is_shown_as_one_sealed_to_nobody(void)
{
	uint8_t tags[3 * POOL_TAG_BYTES], out[3 * POOL_LETTER_BYTES];
	struct pool *pool = fresh();

	OK(fake_put(pool, 1) == ERR_OK);
	for (unsigned i = 0; i < 3; i++)
		fake_tag(tags + i * POOL_TAG_BYTES, i);
	OK(pool_show(pool, tags, 3, out) == ERR_OK);
	OK(out[1] == 'N' && out[POOL_LETTER_BYTES + 1] == 'L' &&
	    out[2 * POOL_LETTER_BYTES + 1] == 'N');
	OK(memcmp(out, out + 2 * POOL_LETTER_BYTES, POOL_LETTER_BYTES) != 0);
	done(pool);
}

static void
a_second_open_of_the_same_folder_is_refused(void)
{
	struct pool *pool = fresh(), *second = NULL;

	OK(pool_open(&second, dir, &fake_settings, FAKE_NOON(FAKE_DAY)) ==
	    ERR_BUSY);
	OK(fake_put(pool, 1) == ERR_OK);
	done(pool);
}

static void
a_pool_may_lie_behind_a_link(void)
{
	char link[80];
	struct pool *pool = fresh();

	OK(fake_put(pool, 1) == ERR_OK);
	pool_close(pool);
	pool = NULL;
	(void)snprintf(link, sizeof link, "%s.link", dir);
	OK(symlink(dir, link) == 0);
	OK(pool_open(&pool, link, &fake_settings, FAKE_NOON(FAKE_DAY)) ==
	    ERR_OK);
	OK(fake_is_there(pool, 1));
	OK(unlink(link) == 0);
	done(pool);
}

static void
letter_and_parts_become_visible_together(void)
{
	struct pool *pool = fresh();

	OK(fake_upload(pool, 1, 3) == ERR_OK);
	OK(!fake_part_is_there(pool, 1, 0) && !fake_is_there(pool, 1));
	OK(fake_commit(pool, 1, 3) == ERR_OK);
	for (unsigned round = 0; round < 3; round++) {
		OK(fake_is_there(pool, 1));
		for (uint32_t j = 0; j < 3; j++)
			OK(fake_part_is_there(pool, 1, j));
		OK(!fake_part_is_there(pool, 1, 3));
		pool_close(pool);
		pool = opened(FAKE_DAY + round);
		OK(fake_steps(pool) == ERR_OK);
	}
	done(pool);
}

static void
missing_parts_change_nothing(void)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0, 0, 0, 0, 0, 0, 0, 1 };
	struct pool_upload u;
	struct pool *pool = fresh();

	OK(fake_commit(pool, 1, 1) == ERR_MISSING);
	OK(fake_upload(pool, 1, 2) == ERR_OK);
	OK(fake_commit(pool, 1, 3) == ERR_MISSING);
	OK(!fake_is_there(pool, 1));
	OK(pool_upload_state(pool, id, &u) == ERR_OK);
	OK(u.state == POOL_UPLOAD_OPEN && u.parts == 2 && u.fd == -1);
	OK(fake_upload(pool, 1, 3) == ERR_OK);
	OK(fake_commit(pool, 1, 3) == ERR_OK);
	done(pool);
}

static void
slot_taken_keeps_parts(void)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 }, tag[POOL_TAG_BYTES], secret[32];
	uint8_t letter[POOL_LETTER_BYTES];
	struct pool_commit c = { POOL_SOURCE, id, 2, secret, tag, letter };
	struct pool *pool = fresh();
	struct pool_upload u;

	OK(fake_put(pool, 5) == ERR_OK);
	OK(fake_upload(pool, 1, 2) == ERR_OK);
	enc_put_u64(id, 1);
	fake_tag(tag, 5);
	fake_secret(secret, 5);
	fake_fill(letter, sizeof letter, 'L', 6);
	OK(pool_upload_commit(pool, &c) == ERR_TAKEN);
	OK(pool_upload_state(pool, id, &u) == ERR_OK);
	OK(u.state == POOL_UPLOAD_OPEN && u.parts == 2);
	/* Sealed anew for the next slot, the same parts. */
	OK(fake_commit(pool, 1, 2) == ERR_OK);
	OK(fake_is_there(pool, 1) && fake_part_is_there(pool, 1, 1));
	OK(fake_is_there(pool, 5));
	done(pool);
}

static void
resumed_upload_other_bytes(void)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 }, half[POOL_PART_BYTES / 2];
	struct pool *pool = fresh();
	struct pool_upload u;

	enc_put_u64(id, 1);
	OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_OK);
	OK(u.parts == 0 && u.room > 0);
	fake_append(u.fd, 1, 0);
	fake_append(u.fd, 1, 1);
	memset(half, 7, sizeof half);
	OK(file_write_fd(u.fd, half, sizeof half) == ERR_OK);
	(void)close(u.fd);
	(void)close(u.eye);
	OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_OK);
	/* The broken one is gone, the whole ones stay whatever comes. */
	OK(u.parts == 2);
	fake_append(u.fd, 1, 2);
	(void)close(u.fd);
	(void)close(u.eye);
	OK(fake_commit(pool, 1, 3) == ERR_OK);
	for (uint32_t j = 0; j < 3; j++)
		OK(fake_part_is_there(pool, 1, j));
	/* Once more, with other bytes: done, and nothing is sent twice. */
	OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_OK);
	OK(u.state == POOL_UPLOAD_COMMITTED && u.fd == -1);
	OK(fake_commit(pool, 1, 3) == ERR_OK);
	done(pool);
}

static void
who_could_still_append_is_waited_for(void)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 };
	struct pool *pool = fresh();
	struct pool_upload u;

	enc_put_u64(id, 1);
	OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_OK);
	fake_append(u.fd, 1, 0);
	OK(fake_commit(pool, 1, 1) == ERR_BUSY);
	OK(pool_upload_end(pool, id) == ERR_BUSY);
	(void)close(u.fd);
	OK(fake_commit(pool, 1, 1) == ERR_OK);
	OK(fake_part_is_there(pool, 1, 0));
	(void)close(u.eye);
	done(pool);
}

static void
parts_behind_what_is_committed_go(void)
{
	struct pool *pool = fresh();

	OK(fake_upload(pool, 1, 3) == ERR_OK);
	OK(fake_commit(pool, 1, 1) == ERR_OK);
	OK(fake_part_is_there(pool, 1, 0) && !fake_part_is_there(pool, 1, 1));
	OK(fake_upload(pool, 2, 2) == ERR_OK);
	OK(fake_commit(pool, 2, 0) == ERR_OK && fake_is_there(pool, 2));
	OK(fake_commit(pool, 3, 0) == ERR_OK && fake_is_there(pool, 3));
	pool_close(pool);
	pool = opened(FAKE_DAY);
	OK(fake_is_there(pool, 1) && fake_is_there(pool, 3));
	done(pool);
}

static void
a_part_that_is_no_envelope_is_refused(void)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 };
	static uint8_t words[POOL_PART_BYTES];
	struct pool *pool = fresh();
	struct pool_upload u;

	enc_put_u64(id, 1);
	OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_OK);
	fake_append(u.fd, 1, 0);
	OK(file_write_fd(u.fd, words, sizeof words) == ERR_OK);
	(void)close(u.fd);
	(void)close(u.eye);
	OK(fake_commit(pool, 1, 2) == ERR_FORMAT);
	OK(!fake_is_there(pool, 1));
	done(pool);
}

static void
an_upload_without_a_whole_part_takes_no_place(void)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 };
	struct pool *pool = fresh();
	struct pool_upload u;

	for (unsigned i = 0; i < POOL_UPLOADS_MAX + 2; i++) {
		enc_put_u64(id, 1000 + i);
		OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_OK);
		OK(write(u.fd, "broken", 6) == 6);
		(void)close(u.fd);
		(void)close(u.eye);
		OK(pool_upload_end(pool, id) == ERR_OK);
	}
	OK(pool_upload_state(pool, id, &u) == ERR_OK);
	OK(u.state == POOL_UPLOAD_UNKNOWN);
	OK(fake_upload(pool, 1, 1) == ERR_OK);
	enc_put_u64(id, 1);
	OK(pool_upload_end(pool, id) == ERR_OK);
	OK(pool_upload_state(pool, id, &u) == ERR_OK);
	OK(u.state == POOL_UPLOAD_OPEN && u.parts == 1);
	OK(fake_commit(pool, 1, 1) == ERR_OK);
	OK(pool_upload_end(pool, id) == ERR_OK);
	OK(pool_upload_state(pool, id, &u) == ERR_OK);
	OK(u.state == POOL_UPLOAD_COMMITTED);
	done(pool);
}

static void
an_upload_dies_after_a_day_and_is_remembered_as_long(void)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 };
	const uint64_t noon = FAKE_NOON(FAKE_DAY);
	struct pool *pool = fresh();
	struct pool_upload u;

	OK(fake_upload(pool, 1, 1) == ERR_OK);
	OK(fake_upload(pool, 2, 1) == ERR_OK && fake_commit(pool, 2, 1) == 0);
	pool_now(pool, noon + 86399U);
	OK(pool_tick(pool) == ERR_OK);
	enc_put_u64(id, 1);
	OK(pool_upload_state(pool, id, &u) == ERR_OK);
	OK(u.state == POOL_UPLOAD_OPEN && u.parts == 1);
	enc_put_u64(id, 2);
	OK(pool_upload_state(pool, id, &u) == ERR_OK);
	OK(u.state == POOL_UPLOAD_COMMITTED);
	pool_now(pool, noon + 90001U);
	OK(pool_tick(pool) == ERR_OK);
	enc_put_u64(id, 1);
	OK(pool_upload_state(pool, id, &u) == ERR_OK);
	OK(u.state == POOL_UPLOAD_UNKNOWN);
	pool_now(pool, noon + 2U * 86400U);
	OK(pool_tick(pool) == ERR_OK);
	enc_put_u64(id, 2);
	OK(pool_upload_state(pool, id, &u) == ERR_OK);
	OK(u.state == POOL_UPLOAD_UNKNOWN);
	OK(fake_is_there(pool, 2));
	done(pool);
}

static void
what_an_upload_has_synced_outlives_a_power_cut(void)
{
	struct pool_settings booted = fake_settings;
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 };
	struct pool *pool = fresh();
	struct pool_upload u;

	booted.boot = "another";

	OK(fake_upload(pool, 1, 2) == ERR_OK && pool_tick(pool) == ERR_OK);
	OK(fake_upload(pool, 1, 3) == ERR_OK);
	pool_close(pool);
	pool = NULL;
	OK(pool_open(&pool, dir, &booted, FAKE_NOON(FAKE_DAY)) == ERR_OK);
	enc_put_u64(id, 1);
	OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_OK);
	OK(u.parts == 2);
	(void)close(u.fd);
	(void)close(u.eye);
	OK(fake_upload(pool, 1, 3) == ERR_OK && fake_commit(pool, 1, 3) == 0);
	OK(fake_part_is_there(pool, 1, 2));
	done(pool);
}

/* The keeper starts again while the front is in the middle of a part. */
static void
an_upload_goes_on_over_a_restart_of_the_keeper(void)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 }, *p;
	struct pool *pool = fresh();
	struct pool_upload u;

	OK((p = calloc(1, POOL_PART_BYTES)) != NULL);
	fake_fill(p, POOL_PART_BYTES, 'L', 1001);
	enc_put_u64(id, 1);
	OK(pool_upload_begin(pool, POOL_SOURCE, id, &u) == ERR_OK);
	fake_append(u.fd, 1, 0);
	OK(file_write_fd(u.fd, p, 1000) == ERR_OK);
	pool_close(pool);
	pool = opened(FAKE_DAY);
	OK(file_write_fd(u.fd, p + 1000, POOL_PART_BYTES - 1000U) == ERR_OK);
	(void)close(u.fd);
	(void)close(u.eye);
	OK(fake_commit(pool, 1, 2) == ERR_OK);
	OK(fake_part_is_there(pool, 1, 0) && fake_part_is_there(pool, 1, 1));
	wipe_free(p, POOL_PART_BYTES);
	done(pool);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(a_letter_is_there_after_a_restart)
T(the_same_bytes_are_done_and_others_taken)
T(keeper_refuses_what_is_not_an_envelope)
T(a_batch_is_one_answer)
T(looking_finds_what_is_there_and_nothing_else)
T(an_absent_letter_is_shown_as_one_sealed_to_nobody)
T(a_second_open_of_the_same_folder_is_refused)
T(a_pool_may_lie_behind_a_link)
T(letter_and_parts_become_visible_together)
T(missing_parts_change_nothing)
T(slot_taken_keeps_parts)
T(resumed_upload_other_bytes)
T(who_could_still_append_is_waited_for)
T(parts_behind_what_is_committed_go)
T(a_part_that_is_no_envelope_is_refused)
T(an_upload_without_a_whole_part_takes_no_place)
T(an_upload_dies_after_a_day_and_is_remembered_as_long)
T(what_an_upload_has_synced_outlives_a_power_cut)
T(an_upload_goes_on_over_a_restart_of_the_keeper)
T_END
