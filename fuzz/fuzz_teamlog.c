/* The team's log: eight bytes say what one of four devices signs next, where it
 * stands and what it cites, or what the next roster says of a device.  However
 * the entries come, two logs stand alike; what is left over is added as it
 * is. */
#include <assert.h>

#include "../tests/unit/team_fake.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define STEP 8U
#define STEPS 20U

static struct made made[STEPS];
static struct roster roster;

static const struct {
	const char *type, *body;
} acts[] = {
	{ "given-up", "{\"day\":1,\"envelopes\":1}" },
	{ "hold",
	    "{\"conversation\":\"000102030405060708090a0b0c0d0e0f\","
	    "\"hold\":true}" },
	{ "junk", "{}" },
	{ "of-tomorrow", "{}" },
};

/* Sign an entry; false when nobody could. */
static bool
act(size_t i, const uint8_t s[static STEP])
{
	const unsigned a = s[5] % COUNT(acts);
	struct made *m = &made[i];

	if (i > 0 && (s[1] & 0x80) == 0)
		made_behind(m, &made[s[1] % i]);
	if (i > 0 && (s[2] & 0x80) == 0)
		made_cite(m, &made[s[2] % i]);
	if (s[3] == 0xff)
		memset(m->entry.heads[m->entry.heads_n++], s[2], 16);
	if (s[4] >= 0xf0)
		m->entry.lamport += s[4] == 0xff ? 1U << 20 : s[4] & 0xfU;
	if (s[6] == 0xff && m->entry.number > 0)
		m->entry.number++;
	return made_end(m, &hands[s[0] % 4], acts[a].type, acts[a].body) ==
	    ERR_OK;
}

/* A device is struck off behind some entry, or only anchored there. */
static void
rule(size_t i, const uint8_t s[static STEP])
{
	const uint8_t *key = hands[s[1] % 4].key;
	struct roster_past *row = &roster.past[roster.past_n];

	if (roster.past_n == ROSTER_PAST || i == 0)
		return;
	*row = (struct roster_past){ .role = s[2] % 3U };
	memcpy(row->key, key, 32);
	row->member[0] = 1 + s[1] % 4;
	row->number = made[s[3] % i].entry.number + 1;
	memcpy(row->last, made[s[3] % i].hash, sizeof row->last);
	roster.past_n++;
	for (size_t d = 0; (s[4] & 1) != 0 && d < roster.devices_n; d++)
		if (memcmp(roster.devices[d].key, key, 32) == 0) {
			roster.devices[d] = roster.devices[--roster.devices_n];
			return;
		}
}

static void
add(struct teamlog *l, size_t i)
{
	assert(made[i].note.len == 0 ||
	    teamlog_add(l, made[i].note.at, made[i].note.len, NULL) == ERR_OK);
}

/* All of them, `by` at a time round and round (`by` has no factor in n). */
static void
add_all(struct teamlog *l, size_t n, size_t by)
{
	for (size_t i = 0; i < n; i++)
		add(l, i * by % n);
}

static void
same(struct teamlog *a, struct teamlog *b)
{
	uint8_t x[SHA256_BYTES], y[SHA256_BYTES];
	struct teamlog_line one, two;

	assert(teamlog_digest(a, x) == ERR_OK);
	assert(teamlog_digest(b, y) == ERR_OK);
	assert(memcmp(x, y, sizeof x) == 0);
	assert(teamlog_count(a) == teamlog_count(b));
	for (size_t i = 0; i < teamlog_count(a); i++) {
		teamlog_at(a, i, &one);
		teamlog_at(b, i, &two);
		assert(memcmp(one.hash, two.hash, SHA256_BYTES) == 0);
		assert(one.standing == two.standing && one.twin == two.twin);
		assert(memcmp(one.waits_for, two.waits_for,
			   sizeof one.waits_for) == 0);
	}
}

static void
same_lacks(struct teamlog *a, struct teamlog *b)
{
	struct teamlog_lack x[4 * STEPS], y[4 * STEPS];
	size_t n, m;

	assert(teamlog_lacks(a, x, COUNT(x), &n) == ERR_OK);
	assert(teamlog_lacks(b, y, COUNT(y), &m) == ERR_OK);
	assert(n == m && memcmp(x, y, n * sizeof *x) == 0);
}

/* A prime of which the count has no factor. */
static size_t
stride(size_t n, uint8_t which)
{
	static const size_t primes[] = { 3, 5, 7, 11, 13 };
	const size_t by = primes[which % COUNT(primes)];

	return n % by == 0 ? 1 : by;
}

static void
run(const uint8_t *p, size_t n, size_t steps)
{
	struct teamlog *a = teamlog_open(), *b = teamlog_open();

	assert(a != NULL && b != NULL);
	assert(teamlog_roster(a, &roster) == ERR_OK);
	for (size_t i = 0; i < steps; i++) {
		const uint8_t *s = p + i * STEP;

		if (s[7] >= 0xe0) {
			rule(i, s);
			assert(teamlog_roster(a, &roster) == ERR_OK);
		} else if (act(i, s)) {
			add(a, i);
		}
	}
	/* Strangers first; then all at once. */
	if (steps > 0)
		add_all(b, steps, stride(steps, p[7]));
	assert(teamlog_roster(b, &roster) == ERR_OK);
	same(a, b);
	same_lacks(a, b);
	if (steps > 0)
		add_all(a, steps, stride(steps, p[6]));
	same(a, b);
	(void)!teamlog_add(a, p + steps * STEP, n - steps * STEP, NULL);
	teamlog_close(a);
	teamlog_close(b);
}

int
LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
	const size_t steps = n / STEP > STEPS ? STEPS : n / STEP;

	assert(crypt_init() == ERR_OK);
	json_init();
	hands_make();
	fake_roster(&roster);
	for (size_t i = 0; i < STEPS; i++)
		made_init(&made[i]);
	run(p, n, steps);
	for (size_t i = 0; i < STEPS; i++)
		made_drop(&made[i]);
	return 0;
}
