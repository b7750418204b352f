#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/crypt.h"

#include "team/ring.h"

const uint8_t ring_log[DOOR_ID_BYTES];

static bool
is_door(const uint8_t *a, const uint8_t *b)
{
	return memcmp(a, b, DOOR_ID_BYTES) == 0;
}

void
ring_drop(struct ring *r)
{
	wipe(r, sizeof *r);
}

/* Is it the same chain, wherever the two have come to? */
static bool
is_same_chain(const struct ring_chain *a, const struct ring_chain *b)
{
	struct chain x = a->chain, y = b->chain;
	bool same = false;

	if (is_door(a->door, b->door) &&
	    (x.day >= y.day || chain_advance(&x, y.day) == ERR_OK) &&
	    (y.day >= x.day || chain_advance(&y, x.day) == ERR_OK))
		same = crypt_same(x.seed, y.seed, sizeof x.seed);
	chain_drop(&x);
	chain_drop(&y);
	return same;
}

/* The log's chain stands in no key note: desks seal to the newest they have, so
 * an older one is in use until the hand-out has come round. */
static void
end_log_before(struct ring *r, const struct ring_chain *next)
{
	for (size_t i = 0; i < r->chains_n; i++) {
		struct ring_chain *c = &r->chains[i];

		if (is_door(c->door, ring_log) && c->last == RING_OFFERED &&
		    c->first <= next->first)
			c->last = next->first + RING_LOG_DAYS;
	}
}

/* And one that comes behind a newer one is in use only until that. */
static void
end_log_late(struct ring *r, struct ring_chain *c)
{
	for (size_t i = 0; i < r->chains_n; i++) {
		const struct ring_chain *next = &r->chains[i];

		if (next != c && is_door(next->door, ring_log) &&
		    next->first > c->first &&
		    next->first + RING_LOG_DAYS < c->last)
			c->last = next->first + RING_LOG_DAYS;
	}
}

void
ring_log_begins(struct ring *r, uint32_t first, uint32_t today, bool *changed)
{
	*changed = false;
	for (size_t i = 0; i < r->chains_n; i++) {
		struct ring_chain *c = &r->chains[i];

		if (!is_door(c->door, ring_log) || c->last == RING_OFFERED ||
		    c->last < first + RING_LOG_DAYS ||
		    c->last >= today + RING_LOG_DAYS)
			continue;
		c->last = today + RING_LOG_DAYS;
		*changed = true;
	}
}

enum err
ring_add_chain(struct ring *r, const struct ring_chain *c)
{
	if (c->chain.day < c->first || c->last < c->first)
		return ERR_FORMAT;
	for (size_t i = 0; i < r->chains_n; i++)
		if (is_same_chain(&r->chains[i], c))
			return ERR_TAKEN;
	if (r->chains_n == RING_CHAINS)
		return ERR_FULL;
	if (is_door(c->door, ring_log) && c->last == RING_OFFERED)
		end_log_before(r, c);
	r->chains[r->chains_n++] = *c;
	if (is_door(c->door, ring_log) && c->last == RING_OFFERED)
		end_log_late(r, &r->chains[r->chains_n - 1]);
	return ERR_OK;
}

static void
remove_voice(struct ring *r, size_t at)
{
	r->voices_n--;
	memmove(&r->voices[at], &r->voices[at + 1],
	    (r->voices_n - at) * sizeof r->voices[0]);
	wipe(&r->voices[r->voices_n], sizeof r->voices[0]);
}

static void
make_room_for_voice(struct ring *r)
{
	size_t least = 0;

	if (r->voices_n < RING_VOICES)
		return;
	for (size_t i = 1; i < r->voices_n; i++)
		if (r->voices[i].last < r->voices[least].last)
			least = i;
	remove_voice(r, least);
}

enum err
ring_add_voice(struct ring *r, const struct ring_voice *v)
{
	if (v->last < v->first)
		return ERR_FORMAT;
	for (size_t i = 0; i < r->voices_n; i++)
		if (is_door(r->voices[i].door, v->door) &&
		    crypt_same(r->voices[i].seed, v->seed, sizeof v->seed))
			return ERR_TAKEN;
	for (size_t i = 0; i < r->voices_n; i++) {
		struct ring_voice *old = &r->voices[i];

		if (is_door(old->door, v->door) && old->first < v->first &&
		    old->last > v->first)
			old->last = v->first;
	}
	make_room_for_voice(r);
	r->voices[r->voices_n++] = *v;
	return ERR_OK;
}

static void
remove_chain(struct ring *r, size_t at)
{
	r->chains_n--;
	memmove(&r->chains[at], &r->chains[at + 1],
	    (r->chains_n - at) * sizeof r->chains[0]);
	wipe(&r->chains[r->chains_n], sizeof r->chains[0]);
}

void
ring_forget(
    struct ring *r, const uint8_t door[static DOOR_ID_BYTES], uint32_t first)
{
	for (size_t i = r->chains_n; i-- > 0;)
		if (r->chains[i].first == first &&
		    is_door(r->chains[i].door, door))
			remove_chain(r, i);
	for (size_t i = r->voices_n; i-- > 0;)
		if (r->voices[i].first == first &&
		    is_door(r->voices[i].door, door))
			remove_voice(r, i);
}

enum err
ring_make_chain(
    struct ring *r, const uint8_t door[static DOOR_ID_BYTES], uint32_t day)
{
	struct ring_chain c = { .first = day, .last = RING_OFFERED };
	enum err e;

	memcpy(c.door, door, sizeof c.door);
	chain_make(&c.chain, day);
	e = ring_add_chain(r, &c);
	wipe(&c, sizeof c);
	return e;
}

void
ring_make_voice(struct ring *r, const uint8_t door[static DOOR_ID_BYTES],
    uint32_t first, uint32_t last)
{
	struct ring_voice v = { .first = first, .last = last };

	memcpy(v.door, door, sizeof v.door);
	crypt_random(v.seed, sizeof v.seed);
	/* Random bytes are never taken, and room is made. */
	(void)!ring_add_voice(r, &v);
	wipe(&v, sizeof v);
}

const struct ring_chain *
ring_chain_on(const struct ring *r, const uint8_t door[static DOOR_ID_BYTES],
    uint32_t day)
{
	const struct ring_chain *best = NULL;

	for (size_t i = 0; i < r->chains_n; i++) {
		const struct ring_chain *c = &r->chains[i];

		if (is_door(c->door, door) && c->first <= day &&
		    day <= c->last && c->chain.day <= day &&
		    (best == NULL || c->first >= best->first))
			best = c;
	}
	return best;
}

bool
ring_has_chain(const struct ring *r, const uint8_t door[static DOOR_ID_BYTES])
{
	for (size_t i = 0; i < r->chains_n; i++)
		if (is_door(r->chains[i].door, door))
			return true;
	return false;
}

enum err
ring_log_recipient(const struct ring *r, uint32_t day, struct age_recipient *to)
{
	const struct ring_chain *c = ring_chain_on(r, ring_log, day);

	return c == NULL ? ERR_MISSING
			 : chain_recipients(to, day, 1, &c->chain);
}

const struct ring_voice *
ring_voice_on(const struct ring *r, const uint8_t door[static DOOR_ID_BYTES],
    uint32_t day)
{
	const struct ring_voice *best = NULL;

	for (size_t i = 0; i < r->voices_n; i++) {
		const struct ring_voice *v = &r->voices[i];

		if (is_door(v->door, door) && v->first <= day &&
		    day <= v->last && (best == NULL || v->first >= best->first))
			best = v;
	}
	return best;
}

bool
ring_has_voice(const struct ring *r, const uint8_t door[static DOOR_ID_BYTES],
    const uint8_t key[static SIGN_PUBLIC_BYTES])
{
	uint8_t ours[SIGN_PUBLIC_BYTES];

	for (size_t i = 0; i < r->voices_n; i++) {
		if (!is_door(r->voices[i].door, door))
			continue;
		sign_public(ours, r->voices[i].seed);
		if (memcmp(ours, key, sizeof ours) == 0)
			return true;
	}
	return false;
}

/* Whatever lies in a row was sealed on its day or the day before. */
static bool
fits(const struct ring_chain *c, uint32_t row, uint32_t back)
{
	const uint32_t day = row - back;

	return back <= row && c->first <= day && day <= c->last &&
	    c->chain.day <= day;
}

bool
ring_next(const struct ring *r, uint32_t row, size_t *at, struct ring_key *key)
{
	/* Places to look at: all chains twice (the doors', then the log's),
	 * each with two days. */
	while (*at < 4 * r->chains_n) {
		const bool log = *at >= 2 * r->chains_n;
		const size_t i = *at / 2 % r->chains_n;
		const uint32_t back = *at % 2;
		const struct ring_chain *c = &r->chains[i];

		(*at)++;
		if (is_door(c->door, ring_log) != log || !fits(c, row, back))
			continue;
		*key = (struct ring_key){ i, row - back };
		return true;
	}
	return false;
}

enum err
ring_identity(
    struct age_identity **id, const struct ring *r, const struct ring_key *key)
{
	return chain_identity(id, &r->chains[key->chain].chain, key->day);
}

uint32_t
ring_first(const struct ring *r)
{
	uint32_t first = UINT32_MAX;

	for (size_t i = 0; i < r->chains_n; i++)
		if (r->chains[i].chain.day < first)
			first = r->chains[i].chain.day;
	return first;
}

enum err
ring_finish(struct ring *r, uint32_t before)
{
	size_t kept = 0;
	enum err e;

	for (size_t i = 0; i < r->chains_n; i++)
		if (r->chains[i].chain.day < before &&
		    (e = chain_advance(&r->chains[i].chain, before)) != ERR_OK)
			return e;
	for (size_t i = 0; i < r->chains_n; i++)
		if (r->chains[i].last >= before)
			r->chains[kept++] = r->chains[i];
	wipe(&r->chains[kept], (r->chains_n - kept) * sizeof r->chains[0]);
	r->chains_n = kept;
	return ERR_OK;
}

bool
ring_forget_door(struct ring *r, const uint8_t door[static DOOR_ID_BYTES])
{
	const size_t chains = r->chains_n, voices = r->voices_n;
	size_t kept = 0;

	for (size_t i = 0; i < chains; i++)
		if (!is_door(r->chains[i].door, door))
			r->chains[kept++] = r->chains[i];
	wipe(&r->chains[kept], (chains - kept) * sizeof r->chains[0]);
	r->chains_n = kept;
	for (size_t i = voices; i-- > 0;)
		if (is_door(r->voices[i].door, door))
			remove_voice(r, i);
	return r->chains_n < chains || r->voices_n < voices;
}

/* Are the recipients of the days that the chain still reaches its own? */
static enum err
compare(
    const struct ring_chain *c, const struct key_note_door *door, bool *same)
{
	const uint32_t skip =
	    c->chain.day > door->first ? c->chain.day - door->first : 0;
	struct age_recipient *want;
	uint32_t n;
	enum err e;

	*same = skip >= door->recipients_n;
	if (*same)
		return ERR_OK;
	n = (uint32_t)door->recipients_n - skip;
	if ((want = calloc(n, sizeof *want)) == NULL)
		return ERR_NOMEM;
	e = chain_recipients(want, door->first + skip, n, &c->chain);
	*same = e == ERR_OK;
	for (uint32_t i = 0; *same && i < n; i++)
		*same = age_recipient_is_same(
		    &want[i], &door->recipients[skip + i]);
	wipe_free(want, n * sizeof *want);
	return e == ERR_NOMEM ? e : ERR_OK;
}

/* Older ones of this door are offered until today, when it was seen. */
static bool
end_before(struct ring *r, size_t offered, uint32_t today)
{
	const struct ring_chain *now = &r->chains[offered];
	bool changed = false;

	for (size_t i = 0; i < r->chains_n; i++) {
		struct ring_chain *c = &r->chains[i];

		if (i == offered || !is_door(c->door, now->door) ||
		    c->last != RING_OFFERED || c->first > now->first ||
		    (c->first == now->first && i > offered))
			continue;
		c->last = today > c->first ? today : c->first;
		changed = true;
	}
	return changed;
}

enum err
ring_offered(struct ring *r, const struct key_note_door *door, uint32_t today,
    bool *changed)
{
	bool same = false;
	enum err e;

	*changed = false;
	/* The newest first: it is the likeliest. */
	for (size_t i = r->chains_n; i-- > 0;) {
		if (!is_door(r->chains[i].door, door->id) ||
		    is_door(door->id, ring_log))
			continue;
		if ((e = compare(&r->chains[i], door, &same)) != ERR_OK)
			return e;
		if (!same)
			continue;
		*changed = end_before(r, i, today);
		return ERR_OK;
	}
	return ERR_NOTHING;
}

void
ring_make_once(struct ring *r)
{
	if (r->once_n == RING_ONCE) {
		memmove(r->once[0], r->once[1],
		    (RING_ONCE - 1) * sizeof r->once[0]);
		r->once_n--;
	}
	crypt_random(r->once[r->once_n++], AGE_SEED_BYTES);
}

enum err
ring_once_recipient(const struct ring *r, struct age_recipient *to)
{
	struct age_identity *id = NULL;
	enum err e;

	if (r->once_n == 0)
		return ERR_NOTHING;
	e = age_identity_from_seed(&id, AGE_HYBRID, r->once[r->once_n - 1]);
	if (e != ERR_OK)
		return e;
	age_identity_recipient(id, to);
	age_identity_close(id);
	return ERR_OK;
}

void
ring_forget_once(struct ring *r)
{
	if (r->once_n < 2)
		return;
	memcpy(r->once[0], r->once[r->once_n - 1], sizeof r->once[0]);
	wipe(r->once[1], (RING_ONCE - 1) * sizeof r->once[0]);
	r->once_n = 1;
}

enum err
ring_open(struct handout *h, size_t *once, const struct ring *r, const void *p,
    size_t n, const struct handout_reader *by)
{
	struct handout_reader with = *by;
	struct age_identity *id;
	enum err e = ERR_NOKEY;

	for (size_t i = r->once_n; e == ERR_NOKEY && i-- > 0;) {
		id = NULL;
		e = age_identity_from_seed(&id, AGE_HYBRID, r->once[i]);
		if (e != ERR_OK)
			return e;
		with.identity = id;
		e = handout_open(h, p, n, &with);
		age_identity_close(id);
		*once = i;
	}
	return e;
}

bool
ring_has_handed(const struct ring *r, const struct handout *h)
{
	struct ring_chain c = { .first = h->seed.day, .chain = h->seed };
	bool has = false;

	memcpy(c.door, h->chain.id, sizeof c.door);
	for (size_t i = 0; !has && i < r->chains_n; i++)
		has = is_same_chain(&r->chains[i], &c);
	wipe(&c, sizeof c);
	return has;
}

enum err
ring_take(struct ring *r, const struct handout *h, uint32_t began)
{
	struct ring_chain c = { .first =
				    began < h->seed.day ? began : h->seed.day,
		.last = RING_OFFERED,
		.chain = h->seed };
	struct ring_voice v = { .first = h->voice.first,
		.last = h->voice.last };
	enum err e, voice = ERR_TAKEN;

	if (h->chain.n != DOOR_ID_BYTES)
		return ERR_VERSION;
	memcpy(c.door, h->chain.id, sizeof c.door);
	memcpy(v.door, h->chain.id, sizeof v.door);
	memcpy(v.seed, h->voice.seed, sizeof v.seed);
	e = ring_add_chain(r, &c);
	if (h->has_voice && (e == ERR_OK || e == ERR_TAKEN))
		voice = ring_add_voice(r, &v);
	wipe(&c, sizeof c);
	wipe(&v, sizeof v);
	return e == ERR_TAKEN ? voice : e;
}
