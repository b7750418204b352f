/* The keys that a device holds, and which of them fits what. */
#include <stdlib.h>
#include <string.h>

#include "age/envelope.h"
#include "alloc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "t.h"
#include "team/ring.h"

#define TODAY 20780U
#define TEAM "abcdefghijklmnopqrstuvwxyz234567"

static const uint8_t door[] = { 1, 2, 3, 4 }, other[] = { 9, 9, 9, 9 };
static struct ring *ring;

static void
begin(void)
{
	ring = calloc(1, sizeof *ring);
	OK(ring != NULL);
}

static void
end(void)
{
	ring_drop(ring);
	free(ring);
	OK(alloc_held() == 0);
}

/* Which (chain, day) are tried for a row, as text: "0:8 0:7 ". */
static const char *
tried(uint32_t row)
{
	static char text[200];
	struct ring_key key;
	size_t at = 0, n = 0;

	text[0] = '\0';
	while (ring_next(ring, row, &at, &key))
		n += (size_t)snprintf(
		    text + n, sizeof text - n, "%zu:%u ", key.chain, key.day);
	return text;
}

static void
a_row_is_tried_with_its_day_and_the_day_before(void)
{
	begin();
	OK(strcmp(tried(7), "") == 0);
	OK(ring_first(ring) == UINT32_MAX);
	OK(ring_make_chain(ring, ring_log, 5) == ERR_OK);
	OK(ring_make_chain(ring, door, 5) == ERR_OK);
	OK(strcmp(tried(8), "1:8 1:7 0:8 0:7 ") == 0); /* the door's first */
	OK(strcmp(tried(5), "1:5 0:5 ") == 0);
	OK(strcmp(tried(4), "") == 0);
	OK(strcmp(tried(0), "") == 0);
	end();
}

static void
an_old_chain_is_tried_until_its_last_offered_day(void)
{
	begin();
	OK(ring_make_chain(ring, door, 5) == ERR_OK);
	OK(ring_make_chain(ring, door, 10) == ERR_OK);
	ring->chains[0].last = 10;
	OK(strcmp(tried(9), "0:9 0:8 ") == 0);
	OK(strcmp(tried(10), "0:10 0:9 1:10 ") == 0);
	OK(strcmp(tried(11), "0:10 1:11 1:10 ") == 0);
	OK(strcmp(tried(12), "1:12 1:11 ") == 0);
	OK(ring_chain_on(ring, door, 9) == &ring->chains[0]);
	OK(ring_chain_on(ring, door, 10) == &ring->chains[1]);
	OK(ring_chain_on(ring, door, 4) == NULL);
	OK(ring_chain_on(ring, other, 10) == NULL);
	end();
}

static void
a_chain_goes_when_its_last_offered_day_is_finished(void)
{
	uint8_t was[CHAIN_SEED_BYTES];

	begin();
	OK(ring_make_chain(ring, door, 5) == ERR_OK);
	OK(ring_make_chain(ring, door, 20) == ERR_OK);
	memcpy(was, ring->chains[1].chain.seed, sizeof was);
	ring->chains[0].last = 10;
	OK(ring_finish(ring, 10) == ERR_OK);
	OK(ring->chains_n == 2 && ring->chains[0].chain.day == 10);
	OK(ring->chains[1].chain.day == 20); /* not come to yet */
	OK(memcmp(ring->chains[1].chain.seed, was, sizeof was) == 0);
	OK(ring_first(ring) == 10);
	OK(ring_finish(ring, 11) == ERR_OK);
	OK(ring->chains_n == 1 && ring_first(ring) == 20);
	OK(ring->chains[1].chain.day == 0); /* wiped */
	OK(ring_finish(ring, 20 + 4001) == ERR_TOOBIG);
	end();
}

/* A hand-out names no chain twice, wherever each has come to. */
static void
what_is_here_is_not_added_again(void)
{
	struct ring_chain c;
	struct ring_voice v;

	begin();
	OK(ring_make_chain(ring, door, 5) == ERR_OK);
	c = ring->chains[0];
	OK(ring_add_chain(ring, &c) == ERR_TAKEN);
	OK(ring_finish(ring, 9) == ERR_OK);
	OK(ring_add_chain(ring, &c) == ERR_TAKEN);
	memcpy(c.door, other, sizeof c.door);
	OK(ring_add_chain(ring, &c) == ERR_OK);
	c.chain.day = 4;
	OK(ring_add_chain(ring, &c) == ERR_FORMAT);
	ring_make_voice(ring, door, 5, 50);
	v = ring->voices[0];
	OK(ring_add_voice(ring, &v) == ERR_TAKEN && ring->voices_n == 1);
	v.seed[0] ^= 1;
	v.first = 51;
	OK(ring_add_voice(ring, &v) == ERR_FORMAT);
	while (ring->chains_n < RING_CHAINS)
		OK(ring_make_chain(ring, other, 5) == ERR_OK);
	OK(ring_make_chain(ring, other, 5) == ERR_FULL);
	end();
}

static void
the_newest_voice_of_the_door_speaks(void)
{
	uint8_t key[SIGN_PUBLIC_BYTES];

	begin();
	OK(ring_voice_on(ring, door, 9) == NULL);
	ring_make_voice(ring, door, 5, 50);
	ring_make_voice(ring, other, 5, 50);
	ring_make_voice(ring, door, 20, 70);
	OK(ring->voices[0].last == 20 && ring->voices[1].last == 50);
	OK(ring_voice_on(ring, door, 19) == &ring->voices[0]);
	OK(ring_voice_on(ring, door, 20) == &ring->voices[2]);
	OK(ring_voice_on(ring, door, 71) == NULL);
	sign_public(key, ring->voices[0].seed);
	OK(ring_has_voice(ring, door, key) &&
	    !ring_has_voice(ring, other, key));
	for (uint32_t i = 0; i < RING_VOICES; i++)
		ring_make_voice(ring, other, 100 + i, 1000);
	OK(ring->voices_n == RING_VOICES);
	OK(ring_voice_on(ring, door, 20) == NULL); /* had ended first */
	end();
}

/* What a line of that day would offer. */
static struct key_note_door
offered(const struct ring_chain *c, uint32_t first)
{
	struct key_note_door d = { .first = first, .recipients_n = 3 };

	memcpy(d.id, c->door, sizeof d.id);
	d.recipients = calloc(3, sizeof *d.recipients);
	OK(chain_recipients(d.recipients, first, 3, &c->chain) == ERR_OK);
	return d;
}

static void
a_chain_that_the_line_offers_ends_those_before(void)
{
	struct key_note_door old, new;
	bool changed;

	begin();
	OK(ring_make_chain(ring, door, 5) == ERR_OK);
	OK(ring_make_chain(ring, door, 9) == ERR_OK);
	OK(ring_make_chain(ring, other, 5) == ERR_OK);
	old = offered(&ring->chains[0], 8);
	new = offered(&ring->chains[1], 10);
	OK(ring_offered(ring, &old, 9, &changed) == ERR_OK && !changed);
	OK(ring->chains[0].last == RING_OFFERED);
	OK(ring_offered(ring, &new, 11, &changed) == ERR_OK && changed);
	OK(ring->chains[0].last == 11);
	OK(ring->chains[2].last == RING_OFFERED);
	OK(ring_offered(ring, &new, 12, &changed) == ERR_OK && !changed);
	OK(ring->chains[0].last == 11);
	/* What is finished is not compared; the rest must be the same. */
	OK(ring_finish(ring, 11) == ERR_OK);
	OK(ring_offered(ring, &new, 12, &changed) == ERR_OK);
	new.recipients[2].key[0] ^= 1;
	OK(ring_offered(ring, &new, 12, &changed) == ERR_NOTHING);
	memcpy(new.id, other, sizeof other);
	OK(ring_offered(ring, &new, 12, &changed) == ERR_NOTHING);
	memset(new.id, 7, sizeof new.id);
	OK(ring_offered(ring, &new, 12, &changed) == ERR_NOTHING);
	wipe_free(old.recipients, 3 * sizeof *old.recipients);
	wipe_free(new.recipients, 3 * sizeof *new.recipients);
	end();
}

static void
the_logs_old_chain_is_tried_for_five_weeks_beside_the_new(void)
{
	struct age_recipient to, want;

	begin();
	OK(ring_log_recipient(ring, 6, &to) == ERR_MISSING);
	OK(ring_make_chain(ring, ring_log, 5) == ERR_OK);
	OK(ring_make_chain(ring, ring_log, 20) == ERR_OK);
	OK(ring->chains[0].last == 20 + RING_LOG_DAYS);
	OK(ring->chains[1].last == RING_OFFERED);
	OK(ring_log_recipient(ring, 20, &to) == ERR_OK);
	OK(chain_recipients(&want, 20, 1, &ring->chains[1].chain) == ERR_OK);
	OK(age_recipient_is_same(&to, &want));
	OK(strcmp(tried(21), "0:21 0:20 1:21 1:20 ") == 0);
	OK(strcmp(tried(57), "1:57 1:56 ") == 0);
	end();
}

static void
a_one_time_key_is_the_newest_until_another_is_made(void)
{
	struct age_recipient a, b;

	begin();
	OK(ring_once_recipient(ring, &a) == ERR_NOTHING);
	ring_make_once(ring);
	OK(ring_once_recipient(ring, &a) == ERR_OK);
	ring_forget_once(ring);
	OK(ring->once_n == 1);
	for (unsigned i = 0; i < 5; i++)
		ring_make_once(ring);
	OK(ring->once_n == RING_ONCE);
	OK(ring_once_recipient(ring, &a) == ERR_OK);
	ring_forget_once(ring);
	OK(ring->once_n == 1 && ring->once[1][0] == 0);
	OK(ring_once_recipient(ring, &b) == ERR_OK);
	OK(age_recipient_is_same(&a, &b));
	end();
}

/* A team of one desk that hands out, and what it handed out. */
struct maker {
	uint8_t seed[SIGN_SEED_BYTES];
	struct roster roster;
	struct handout h;
	struct buf sealed;
};

static void
hand_out(struct maker *m, const struct age_recipient *to)
{
	const struct handout_maker by = {
		.team = TEAM, .device_seed = m->seed, .roster = &m->roster
	};

	buf_clear(&m->sealed);
	OK(handout_seal(&m->sealed, &m->h, &by, to, 1) == ERR_OK);
}

static struct maker *
maker_make(void)
{
	struct maker *m = calloc(1, sizeof *m);

	OK(m != NULL);
	m->roster.serial = 1;
	m->roster.devices_n = m->roster.doors_n = 1;
	sign_public(m->roster.devices[0].key, m->seed);
	device_id(m->roster.hands_out, m->roster.devices[0].key);
	memcpy(m->roster.doors[0].id, door, sizeof door);
	m->h.chain.n = DOOR_ID_BYTES;
	memcpy(m->h.chain.id, door, sizeof door);
	chain_make(&m->h.seed, TODAY);
	m->h.has_voice = true;
	memset(m->h.voice.seed, 6, sizeof m->h.voice.seed);
	m->h.voice.first = TODAY;
	m->h.voice.last = TODAY + 400;
	buf_init(&m->sealed, HANDOUT_BYTES);
	return m;
}

static void
a_hand_out_brings_chain_and_voice_once(void)
{
	struct maker *m = maker_make();
	const struct roster *rosters[] = { &m->roster };
	const struct handout_reader by = {
		.team = TEAM, .rosters = rosters, .rosters_n = 1, .today = TODAY
	};
	struct age_recipient to, stranger;
	struct handout got;
	size_t once = 9;

	begin();
	ring_make_once(ring);
	OK(ring_once_recipient(ring, &stranger) == ERR_OK);
	hand_out(m, &stranger);
	ring_drop(ring);
	OK(ring_open(&got, &once, ring, m->sealed.at, m->sealed.len, &by) ==
	    ERR_NOKEY);
	ring_make_once(ring);
	OK(ring_once_recipient(ring, &to) == ERR_OK);
	OK(ring_open(&got, &once, ring, m->sealed.at, m->sealed.len, &by) ==
	    ERR_NOKEY);
	hand_out(m, &to);
	ring_make_once(ring); /* opened with one that is not the newest */
	OK(ring_open(&got, &once, ring, m->sealed.at, m->sealed.len, &by) ==
	    ERR_OK);
	OK(once == 0);
	OK(ring_take(ring, &got, got.seed.day) == ERR_OK);
	OK(ring->chains_n == 1 && ring->voices_n == 1);
	OK(ring_chain_on(ring, door, TODAY) != NULL);
	OK(ring_voice_on(ring, door, TODAY + 400) != NULL);
	OK(ring_take(ring, &got, got.seed.day) == ERR_TAKEN);
	/* The same chain with a voice that goes on. */
	got.voice.seed[0] ^= 1;
	got.voice.first += 300;
	OK(ring_take(ring, &got, got.seed.day) == ERR_OK);
	OK(ring->chains_n == 1 && ring->voices_n == 2);
	got.chain.n = HANDOUT_CIRCLE_BYTES;
	OK(ring_take(ring, &got, got.seed.day) == ERR_VERSION);
	handout_drop(&got);
	buf_drop(&m->sealed);
	wipe_free(m, sizeof *m);
	end();
}

/* Its seed is of the day on which it was given: of one that began later too. */
static void
a_chain_that_comes_late_is_not_the_newest(void)
{
	struct maker *m = maker_make();
	const struct ring_chain *on;
	struct handout newer = { .chain = m->h.chain };

	begin();
	chain_make(&newer.seed, TODAY);
	OK(ring_take(ring, &newer, TODAY) == ERR_OK);
	OK(ring_take(ring, &m->h, TODAY - 34) == ERR_OK);
	OK(ring->chains_n == 2 && ring->chains[1].first == TODAY - 34);
	on = ring_chain_on(ring, door, TODAY);
	OK(on == &ring->chains[0]);
	handout_drop(&newer);
	buf_drop(&m->sealed);
	wipe_free(m, sizeof *m);
	end();
}

static void
what_is_sealed_to_a_day_opens_with_one_of_the_keys(void)
{
	static uint8_t sealed[ENVELOPE_LETTER_BYTES],
	    plain[ENVELOPE_LETTER_PLAIN];
	struct age_recipient to;
	struct age_identity *id;
	struct ring_key key;
	unsigned opened = 0;
	size_t at = 0;

	begin();
	OK(ring_make_chain(ring, door, TODAY - 3) == ERR_OK);
	OK(ring_make_chain(ring, ring_log, TODAY - 3) == ERR_OK);
	OK(ring_log_recipient(ring, TODAY - 1, &to) == ERR_OK);
	OK(envelope_seal(sealed, sizeof sealed, &to, (const uint8_t *)"x", 1) ==
	    ERR_OK);
	while (ring_next(ring, TODAY, &at, &key)) {
		OK(ring_identity(&id, ring, &key) == ERR_OK);
		if (envelope_open(plain, id, sealed, sizeof sealed) == ERR_OK) {
			OK(key.chain == 1 && key.day == TODAY - 1);
			opened++;
		}
		age_identity_close(id);
	}
	OK(opened == 1);
	end();
}

static void
refused_memory_changes_nothing(void)
{
	struct key_note_door d;
	struct ring was;
	enum err e = ERR_NOMEM;
	bool changed;
	unsigned n;

	begin();
	OK(ring_make_chain(ring, door, 5) == ERR_OK);
	OK(ring_make_chain(ring, door, 9) == ERR_OK);
	d = offered(&ring->chains[1], 10);
	was = *ring;
	for (n = 1; e != ERR_OK; n++) {
		alloc_refuse(n);
		e = ring_offered(ring, &d, 11, &changed);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		OK(alloc_dirty() == 0);
		OK(e == ERR_OK || memcmp(&was, ring, sizeof was) == 0);
	}
	OK(n > 2 && changed);
	wipe_free(d.recipients, 3 * sizeof *d.recipients);
	end();
}

T_BEGIN
OK(crypt_init() == ERR_OK);
T(a_row_is_tried_with_its_day_and_the_day_before)
T(an_old_chain_is_tried_until_its_last_offered_day)
T(a_chain_goes_when_its_last_offered_day_is_finished)
T(what_is_here_is_not_added_again)
T(the_newest_voice_of_the_door_speaks)
T(a_chain_that_the_line_offers_ends_those_before)
T(the_logs_old_chain_is_tried_for_five_weeks_beside_the_new)
T(a_one_time_key_is_the_newest_until_another_is_made)
T(a_hand_out_brings_chain_and_voice_once)
T(a_chain_that_comes_late_is_not_the_newest)
T(what_is_sealed_to_a_day_opens_with_one_of_the_keys)
T(refused_memory_changes_nothing)
T_END
