/*
 * The pool against a model of it in memory, under random operations; with each
 * allocation refused once; and with true envelopes.
 */
#include "age/envelope.h"
#include "alloc.h"
#include "pool_quick.h"

#define NUMBERS 200U
#define ROUNDS 3000U
#define RETENTION 4U

static struct pool_settings settings;

/* ---- random operations ---- */

struct one {
	bool there, deleted;
	uint32_t day;
	uint32_t parts; /* committed with it */
	uint32_t uploaded, synced; /* whole parts of its upload */
	bool begun, committed;
	uint32_t since; /* day on which the upload began, or was committed */
};

static struct one model[NUMBERS];
static uint64_t seed;

static uint32_t
below(uint32_t n)
{
	seed = seed * 6364136223846793005U + 1442695040888963407U;
	return (uint32_t)(seed >> 33U) % n;
}

static void
do_put(struct pool *pool, uint32_t i)
{
	const enum err want = !model[i].there ? ERR_OK
	    : model[i].deleted                ? ERR_TAKEN
					      : ERR_OK;

	OK(fake_put(pool, i) == want);
	if (!model[i].there) {
		model[i].there = true;
		model[i].day = pool_today(pool);
	}
}

static void
do_put_other(struct pool *pool, uint32_t i)
{
	uint8_t tag[POOL_TAG_BYTES], letter[POOL_LETTER_BYTES];

	if (!model[i].there)
		return;
	fake_tag(tag, i);
	fake_fill(letter, sizeof letter, 'L', i + 100000U);
	OK(pool_put(pool, POOL_DESK, tag, letter) == ERR_TAKEN);
}

static void
do_batch(struct pool *pool, uint32_t i)
{
	OK(pool_begin(pool) == ERR_OK);
	for (uint32_t k = i; k < i + 5U && k < NUMBERS; k++)
		do_put(pool, k);
	OK(pool_end(pool) == ERR_OK);
}

static void
do_delete(struct pool *pool, uint32_t i)
{
	uint8_t opening[POOL_OPENING_BYTES];

	fake_opening(opening, i);
	OK(pool_delete(pool, opening, 1) == ERR_OK);
	model[i].deleted = model[i].there;
}

static void
do_upload(struct pool *pool, uint32_t i)
{
	const uint32_t n = model[i].uploaded + below(2);

	OK(fake_upload(pool, i, n) == ERR_OK);
	if (model[i].committed)
		return;
	if (!model[i].begun)
		model[i].since = pool_today(pool);
	model[i].begun = true;
	model[i].uploaded = n;
}

static void
do_commit(struct pool *pool, uint32_t i)
{
	struct one *m = &model[i];
	const uint32_t n = below(3);
	const enum err e = fake_commit(pool, i, n);

	if (m->committed) {
		OK(e == ERR_OK);
	} else if (n > m->uploaded) {
		OK(e == ERR_MISSING);
	} else if (m->there) {
		OK(e == ERR_TAKEN);
	} else {
		OK(e == ERR_OK);
		*m = (struct one){ .there = true,
			.day = pool_today(pool),
			.parts = n,
			.committed = true,
			.since = pool_today(pool) };
	}
}

/* Noon to noon: what was begun yesterday still lives, for less than an hour. */
static void
do_day(struct pool *pool)
{
	struct one *m;

	pool_now(pool, FAKE_NOON(pool_today(pool) + 1U) + 1800U);
	OK(pool_tick(pool) == ERR_OK && fake_steps(pool) == ERR_OK);
	for (uint32_t i = 0; i < NUMBERS; i++) {
		m = &model[i];
		m->synced = m->uploaded;
		if (m->there && pool_today(pool) - m->day > RETENTION) {
			m->there = m->deleted = false;
			m->parts = 0;
		}
		if ((m->begun || m->committed) &&
		    pool_today(pool) - m->since >= 2U) {
			m->begun = m->committed = false;
			m->uploaded = m->synced = 0;
		}
	}
}

static void
do_reopen(struct pool **pool)
{
	const uint32_t day = pool_today(*pool);

	static const char *const boots[] = { "one", "two" };
	static unsigned at;
	const bool power = below(2) == 0;

	pool_close(*pool);
	settings.boot = !power ? settings.boot : boots[at++ % 2U];
	OK(pool_open(pool, dir, &settings, FAKE_NOON(day) + 1800U) == ERR_OK);
	for (uint32_t i = 0; power && i < NUMBERS; i++)
		model[i].uploaded = model[i].synced;
}

static void
compare_uploads(struct pool *pool, uint32_t i)
{
	uint8_t id[POOL_UPLOAD_BYTES] = { 0 };
	struct pool_upload u;

	enc_put_u64(id, i);
	OK(pool_upload_state(pool, id, &u) == ERR_OK);
	OK(u.state ==
	    (model[i].committed      ? POOL_UPLOAD_COMMITTED
		    : model[i].begun ? POOL_UPLOAD_OPEN
				     : POOL_UPLOAD_UNKNOWN));
	OK(u.parts == model[i].uploaded);
}

static void
compare_all(struct pool *pool)
{
	uint8_t tags[NUMBERS * POOL_TAG_BYTES], bits[(NUMBERS + 7U) / 8U];
	const struct one *m;
	uint8_t one;

	for (uint32_t i = 0; i < NUMBERS; i++)
		fake_tag(tags + (size_t)i * POOL_TAG_BYTES, i);
	OK(pool_look(pool, tags, NUMBERS, bits) == ERR_OK);
	for (uint32_t i = 0; i < NUMBERS; i++) {
		m = &model[i];
		OK((bits[i / 8U] >> i % 8U & 1U) == m->there);
		/* One alone is searched for another way. */
		OK(pool_look(pool, tags + (size_t)i * POOL_TAG_BYTES, 1,
		       &one) == ERR_OK);
		OK(one == m->there);
		OK(fake_is_there(pool, i) == (m->there && !m->deleted));
		for (uint32_t j = 0; j < 2; j++)
			OK(fake_part_is_there(pool, i, j) ==
			    (m->there && !m->deleted && j < m->parts));
		compare_uploads(pool, i);
	}
}

static void
any_sequence_does_what_the_model_does(void)
{
	struct pool *pool;
	uint32_t i;
	bool more;

	crypt_random(&seed, sizeof seed);
	(void)fprintf(stderr, "seed %ju\n", (uintmax_t)seed);
	fake_dir(dir);
	OK(pool_open(&pool, dir, &settings, FAKE_NOON(FAKE_DAY) + 1800U) ==
	    ERR_OK);
	for (uint32_t round = 0; round < ROUNDS; round++) {
		i = below(NUMBERS);
		switch (below(16)) {
		case 0:
		case 1:
		case 2:
			do_put(pool, i);
			break;
		case 3:
			do_put_other(pool, i);
			break;
		case 4:
		case 5:
			do_batch(pool, i);
			break;
		case 6:
		case 7:
			do_delete(pool, i);
			break;
		case 8:
		case 9:
		case 10:
			do_upload(pool, i);
			break;
		case 11:
		case 12:
			do_commit(pool, i);
			break;
		case 13:
			OK(pool_step(pool, &more) == ERR_OK);
			break;
		case 14:
			if (below(8) == 0)
				do_reopen(&pool);
			break;
		default:
			if (below(10) == 0)
				do_day(pool);
			break;
		}
		if (round % 200U == 199U)
			compare_all(pool);
	}
	do_reopen(&pool);
	compare_all(pool);
	pool_close(pool);
	fake_remove(dir);
}

/* ---- every allocation refused ---- */

static uint8_t looked[100 * POOL_TAG_BYTES], bits[13];

static enum err
story(struct pool **pool, unsigned i)
{
	const struct pool_list list = { FAKE_DAY, POOL_LETTER, NULL, looked,
		100 };
	uint8_t opening[POOL_OPENING_BYTES];
	struct pool_day day;
	size_t n;
	enum err e;

	switch (i) {
	case 0:
		return pool_open(pool, dir, &settings, FAKE_NOON(FAKE_DAY));
	case 1:
		return fake_put(*pool, 1);
	case 2:
		return pool_look(*pool, looked, 100, bits);
	case 3:
		return fake_commit(*pool, 100, 1);
	case 4:
		return pool_day_at(*pool, 0, &day);
	case 5:
		fake_opening(opening, 1);
		if ((e = pool_delete(*pool, opening, 1)) != ERR_OK)
			return e;
		return fake_steps(*pool);
	case 6:
		return pool_tick(*pool);
	case 7:
		return pool_day_tags(*pool, &list, &n);
	default:
		/* A refusal puts the long work off to the next tick. */
		pool_now(*pool, FAKE_NOON(FAKE_DAY + 1));
		if ((e = pool_tick(*pool)) != ERR_OK)
			return e;
		return fake_steps(*pool);
	}
}

static void
every_refused_allocation_leaves_all_as_it_was(void)
{
	const unsigned held = alloc_held();
	struct pool *pool = NULL;
	unsigned refused = 0;
	enum err e;

	fake_dir(dir);
	for (unsigned i = 0; i < 9; i++) {
		if (i == 3)
			OK(fake_upload(pool, 100, 1) == ERR_OK);
		e = ERR_NOMEM;
		for (unsigned n = 1; e == ERR_NOMEM; n++) {
			alloc_refuse(n);
			e = story(&pool, i);
			alloc_refuse(0);
			OK(e == ERR_OK || e == ERR_NOMEM);
			OK(i > 0 || e == ERR_OK || alloc_held() == held);
			refused += e == ERR_NOMEM;
			if (i >= 3)
				OK(fake_is_there(pool, 100) ==
				    (i > 3 || e == 0));
		}
	}
	OK(refused > 10);
	OK(!fake_is_there(pool, 1) && fake_part_is_there(pool, 100, 0));
	pool_close(pool);
	OK(alloc_held() == held && alloc_dirty() == 0);
	fake_remove(dir);
}

/* ---- true envelopes ---- */

static void
true_envelopes_are_kept_filled_in_and_replaced(void)
{
	const struct pool_settings real = {
		.capacity = 1ULL << 30U,
		.fill_letters = 8,
		.fill_parts = 1,
		.check = envelope_check_header,
		.nobody = envelope_nobody,
	};
	uint8_t letter[POOL_LETTER_BYTES], got[POOL_LETTER_BYTES];
	uint8_t tags[16 * POOL_TAG_BYTES], opening[POOL_OPENING_BYTES];
	const struct pool_list list = { FAKE_DAY, POOL_LETTER, NULL, tags, 16 };
	struct pool *pool;
	size_t n;

	fake_dir(dir);
	OK(pool_open(&pool, dir, &real, FAKE_NOON(FAKE_DAY)) == ERR_OK);
	OK(envelope_nobody(letter, sizeof letter) == ERR_OK);
	fake_tag(tags, 1);
	OK(pool_put(pool, POOL_SOURCE, tags, letter) == ERR_OK);
	OK(pool_get(pool, tags, got) == ERR_OK);
	OK(memcmp(letter, got, sizeof got) == 0);
	letter[0] ^= 1U;
	fake_tag(tags, 2);
	OK(pool_put(pool, POOL_SOURCE, tags, letter) == ERR_FORMAT);
	fake_tag(tags, 1);
	fake_opening(opening, 1);
	OK(pool_delete(pool, opening, 1) == ERR_OK);
	letter[0] ^= 1U;
	OK(pool_get(pool, tags, got) == ERR_OK);
	OK(memcmp(letter, got, sizeof got) != 0);
	pool_now(pool, FAKE_NOON(FAKE_DAY + 1));
	OK(fake_steps(pool) == ERR_OK);
	OK(pool_day_tags(pool, &list, &n) == ERR_OK && n == 8);
	for (size_t i = 0; i < n; i++) {
		OK(pool_get(pool, tags + i * POOL_TAG_BYTES, got) == ERR_OK);
		OK(envelope_check(got, sizeof got) == ERR_OK);
	}
	pool_close(pool);
	fake_remove(dir);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
settings = fake_settings;
settings.retention = RETENTION;
settings.fill_letters = 4;
settings.fill_parts = 0;
T(any_sequence_does_what_the_model_does)
T(every_refused_allocation_leaves_all_as_it_was)
T(true_envelopes_are_kept_filled_in_and_replaced)
T_END
