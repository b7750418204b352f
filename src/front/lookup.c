#include <assert.h>
#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"
#include "base/work.h"
#include "crypt/crypt.h"
#include "front/lookup.h"

/* Days whose tags fit one message. */
#define DAYS_AT_ONCE (FRONT_LOOK_MAX / TAG_DAY_COUNT)

static void
finish(struct lookup *l, enum err e)
{
	l->next(l->p, e);
}

static bool
is_there(
    const struct lookup *l, uint32_t day, enum tag_kind kind, uint32_t slot)
{
	const size_t i = tag_index(day, kind, slot);

	return ((unsigned)l->bits[i / 8] >> i % 8 & 1U) != 0;
}

/* The voice keys of a door that hold on a day; returns how many. */
static size_t
voices_of(const struct key_note_door *d, uint32_t day,
    uint8_t (*keys)[SIGN_PUBLIC_BYTES])
{
	size_t n = 0;

	for (size_t i = 0; i < d->voices_n; i++)
		if (d->voices[i].first <= day && day <= d->voices[i].last)
			memcpy(keys[n++], d->voices[i].key, SIGN_PUBLIC_BYTES);
	return n;
}

/* The place that is read, and what came of it. */
struct opened {
	const struct tag_place *place;
	struct letter letter;
	size_t door;
};

static enum err
read_reply(struct lookup *l, struct opened *o, const uint8_t *plain,
    struct letter_place where)
{
	const struct key_note *keys = &l->p->r->line->keys;
	uint8_t voices[KEY_NOTE_VOICES][SIGN_PUBLIC_BYTES];
	enum err e = ERR_NOKEY;

	for (size_t i = 0; i < keys->doors_n && e != ERR_OK; i++) {
		where.key_count =
		    voices_of(&keys->doors[i], o->place->day, voices);
		where.keys = (const uint8_t(*)[SIGN_PUBLIC_BYTES])voices;
		e = letter_read(
		    &o->letter, plain, ENVELOPE_LETTER_PLAIN, &where);
		o->door = i;
	}
	return e;
}

static void
tag_here(uint8_t tag[static TAG_BYTES], const struct lookup *l,
    const struct tag_place *place)
{
	tag_at(tag, &l->keys, place->kind, place->day, place->slot);
}

/* Read what an envelope held.  What is not signed by the voice, or says that
 * it belongs elsewhere, is not shown. */
static enum err
read_letter(struct lookup *l, struct opened *o, const uint8_t *plain)
{
	const struct certificate *c = &l->p->r->line->certificate;
	uint8_t own[1][SIGN_PUBLIC_BYTES], tag[TAG_BYTES];
	char team[TEAM_PRINT_BYTES];
	struct letter_place where = {
		.kind = o->place->kind == TAG_TO ? LETTER_REPLY : LETTER_KEPT,
		.team = team,
		.line = c->line,
		.tag = tag,
	};

	team_print(team, c->team);
	tag_here(tag, l, o->place);
	if (where.kind == LETTER_REPLY)
		return read_reply(l, o, plain, where);
	memcpy(own[0], l->source.sign_public, sizeof own[0]);
	where.keys = (const uint8_t(*)[SIGN_PUBLIC_BYTES])own;
	where.key_count = 1;
	return letter_read(&o->letter, plain, ENVELOPE_LETTER_PLAIN, &where);
}

/* Open the envelope of the i-th place; those behind are nobody's, and are
 * opened like the others. */
static enum err
open_one(struct lookup *l, size_t i, const uint8_t *envelope, uint8_t *plain)
{
	struct opened o = { .place = &l->places[i] };
	struct found *f;

	work_did(WORK_OPEN, 1);
	if (envelope_open(plain, l->identity, envelope,
		ENVELOPE_LETTER_BYTES) != ERR_OK ||
	    i >= l->fetched || l->letter_count == FRONT_GET)
		return ERR_OK;
	if ((f = arena_get(&l->p->r->arena, sizeof *f)) == NULL)
		return ERR_NOMEM;
	if (read_letter(l, &o, plain) != ERR_OK)
		return ERR_OK;
	found_take(f, &o.letter, o.place, o.door);
	l->letters[l->letter_count++] = f;
	return ERR_OK;
}

static void fetch(struct lookup *l);

static void
choose(struct lookup *l)
{
	const struct tag_range range = { .first = l->first,
		.days = l->days,
		.kinds = l->kinds,
		.skip = l->from };

	l->fetched = 0;
	l->count = tag_there(l->places, FRONT_GET, l->bits, &range);
	if (l->from < l->count)
		l->fetched = l->count - l->from;
	if (l->fetched > FRONT_GET)
		l->fetched = FRONT_GET;
}

/* Of answers alone: whoever once had their tags can fill the slots with what is
 * none, and the source would not be told where to seal. */
static bool
goes_on(struct lookup *l)
{
	if (l->kinds != 1U << TAG_TO || l->letter_count == FRONT_GET ||
	    l->from + l->fetched >= l->count || ++l->rounds >= LOOKUP_ROUNDS)
		return false;
	l->from += l->fetched;
	choose(l);
	fetch(l);
	return true;
}

static void
got(struct front_request *r, void *with, const struct front_reply *reply)
{
	struct conversation_item *room[2 * FRONT_GET];
	struct lookup *l = with;
	uint8_t *plain;
	enum err e = reply->e;

	if (e == ERR_OK &&
	    reply->n != (size_t)FRONT_GET * ENVELOPE_LETTER_BYTES)
		e = ERR_IO;
	if (l->plain == NULL)
		l->plain = arena_get(&r->arena, ENVELOPE_LETTER_PLAIN);
	plain = l->plain;
	if (e == ERR_OK && plain == NULL)
		e = ERR_NOMEM;
	for (size_t i = 0; i < FRONT_GET && e == ERR_OK; i++)
		e = open_one(l, i, reply->p + i * ENVELOPE_LETTER_BYTES, plain);
	if (plain != NULL)
		wipe(plain, ENVELOPE_LETTER_PLAIN);
	if (e == ERR_OK && goes_on(l))
		return;
	found_order(&l->said, l->letters, room, l->letter_count,
	    l->from == 0 && l->count <= FRONT_GET);
	finish(l, e);
}

static void
fetch(struct lookup *l)
{
	uint8_t tags[FRONT_GET * FRONT_TAG_BYTES];

	crypt_random(tags, sizeof tags);
	for (size_t i = 0; i < l->fetched; i++)
		tag_here(tags + i * TAG_BYTES, l, &l->places[i]);
	front_get(l->p->r, tags, got, l);
	wipe(tags, sizeof tags);
}

static void
list(struct lookup *l)
{
	struct tag_range range = {
		.first = l->first, .days = l->days, .kinds = 1U << TAG_FROM
	};
	struct tag_place last;

	l->wrote = tag_there(&last, 1, l->bits, &range) > 0;
	if (l->wrote)
		l->wrote_day = last.day;
	choose(l);
	fetch(l);
}

static void look(struct lookup *l);

static void
looked(struct front_request *r, void *with, const struct front_reply *reply)
{
	struct lookup *l = with;
	uint32_t days = l->days - l->asked;

	(void)r;
	if (days > DAYS_AT_ONCE)
		days = DAYS_AT_ONCE;
	if (reply->e != ERR_OK || reply->n != days * TAG_DAY_COUNT / 8) {
		finish(l, reply->e == ERR_OK ? ERR_IO : reply->e);
		return;
	}
	memcpy(l->bits + l->asked * TAG_DAY_COUNT / 8, reply->p, reply->n);
	l->asked += days;
	if (l->asked < l->days)
		look(l);
	else
		list(l);
}

_Static_assert(TAG_DAY_COUNT % 8 == 0, "a day's bits are whole bytes");

static void
look(struct lookup *l)
{
	uint32_t days = l->days - l->asked;
	uint8_t(*tags)[TAG_BYTES];

	if (days > DAYS_AT_ONCE)
		days = DAYS_AT_ONCE;
	tags = arena_get(
	    &l->p->r->arena, (size_t)days * TAG_DAY_COUNT * TAG_BYTES);
	if (tags == NULL) {
		finish(l, ERR_NOMEM);
		return;
	}
	tag_all(tags, &l->keys, l->first + l->asked, days);
	front_look(l->p->r, tags[0], (size_t)days * TAG_DAY_COUNT, looked, l);
}

/* NULL when memory cannot be had; `next` was then called. */
static struct lookup *
prepare(struct page *p, void (*next)(struct page *p, enum err e))
{
	struct lookup *l = arena_get(&p->r->arena, sizeof *l);

	assert(p->lookup == NULL);
	if ((p->lookup = l) == NULL)
		goto fail;
	l->p = p;
	l->next = next;
	l->kinds = FOUND_KINDS;
	l->days = p->r->line->settings->retention + 2;
	l->first = clock_day() + 1 - l->days;
	source_init(&l->source, p->who.root);
	tag_keys_init(&l->keys, &l->source);
	l->bits = arena_get(&p->r->arena, l->days * TAG_DAY_COUNT / 8);
	if (l->bits != NULL &&
	    age_identity_from_seed(
		&l->identity, AGE_HYBRID, l->source.reply_seed) == ERR_OK)
		return l;
fail:
	next(p, ERR_NOMEM);
	return NULL;
}

void
lookup_open(
    struct page *p, size_t from, void (*next)(struct page *p, enum err e))
{
	struct lookup *l = prepare(p, next);

	if (l == NULL)
		return;
	l->from = from;
	look(l);
}

void
lookup_answers(struct page *p, void (*next)(struct page *p, enum err e))
{
	struct lookup *l = prepare(p, next);

	if (l == NULL)
		return;
	l->kinds = 1U << TAG_TO;
	look(l);
}

/* Where a reply with this tag would lie. */
static void
find_place(struct lookup *l, const uint8_t tag[static TAG_BYTES])
{
	uint8_t at[TAG_BYTES];

	for (uint32_t d = 0; d < l->days; d++)
		for (uint32_t s = 0; s < TAG_SLOTS; s++) {
			tag_at(at, &l->keys, TAG_TO, l->first + d, s);
			if (l->fetched == 0 && crypt_same(at, tag, sizeof at))
				l->places[l->fetched++] =
				    (struct tag_place){ .kind = TAG_TO,
					    .day = l->first + d,
					    .slot = s };
		}
}

void
lookup_one(struct page *p, const uint8_t tag[static TAG_BYTES],
    void (*next)(struct page *p, enum err e))
{
	struct lookup *l = prepare(p, next);

	if (l == NULL)
		return;
	find_place(l, tag);
	fetch(l);
}

size_t
lookup_openings(const struct lookup *l, size_t *at,
    uint8_t (*openings)[TAG_OPENING_BYTES], size_t max)
{
	size_t n = 0;
	enum tag_kind kind;
	uint32_t day, slot;

	for (; *at < (size_t)l->days * TAG_DAY_COUNT && n < max; ++*at) {
		day = (uint32_t)(*at / TAG_DAY_COUNT);
		kind = (enum tag_kind)(*at % TAG_DAY_COUNT / TAG_SLOTS);
		slot = (uint32_t)(*at % TAG_SLOTS);
		if (is_there(l, day, kind, slot))
			tag_opening(openings[n++], &l->keys, kind,
			    l->first + day, slot);
	}
	return n;
}

void
lookup_drop(struct lookup *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->letter_count; i++)
		found_drop(l->letters[i]);
	age_identity_close(l->identity);
	tag_keys_drop(&l->keys);
	source_drop(&l->source);
	wipe(l, sizeof *l);
}
