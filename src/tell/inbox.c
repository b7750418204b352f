#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "crypt/crypt.h"
#include "tell/wire.h"

#include "tell/inbox.h"

#define VOICES (KEY_NOTE_DOORS * KEY_NOTE_VOICES)

void
inbox_init(struct inbox *in)
{
	memset(in, 0, sizeof(*in));
	in->kinds = FOUND_KINDS;
	buf_init(&in->there, INBOX_DAYS_MAX * TAG_DAY_COUNT / 8);
}

void
inbox_init_answers(struct inbox *in)
{
	inbox_init(in);
	in->kinds = 1U << TAG_TO;
}

void
inbox_drop(struct inbox *in)
{
	for (size_t i = 0; i < in->count; i++) {
		found_drop(in->letters[i]);
		wipe_free(in->letters[i], sizeof(struct found));
	}
	wipe_free(in->letters, in->room * sizeof(struct found *));
	buf_drop(&in->there);
	inbox_init(in);
}

bool
inbox_is_there(
    const struct inbox *in, enum tag_kind kind, uint32_t day, uint32_t slot)
{
	size_t i;

	if (day < in->first || day - in->first >= in->days)
		return false;
	i = tag_index(day - in->first, kind, slot);
	return (in->there.at[i / 8] >> (i % 8) & 1) != 0;
}

bool
inbox_is_empty(const struct inbox *in)
{
	for (size_t i = 0; i < in->there.len; i++)
		if (in->there.at[i] != 0)
			return false;
	return true;
}

/* The days that anything can be of. */
static void
choose_days(struct inbox *in, const struct offer *offer)
{
	uint32_t oldest = offer->day;

	for (size_t i = 0; i < offer->note.doors_n; i++) {
		const struct key_note_door *door = offer->note.doors + i;

		for (size_t k = 0; k < door->voices_n; k++)
			if (door->voices[k].first < oldest)
				oldest = door->voices[k].first;
	}
	in->days = offer->day - oldest + 2; /* and the day before it */
	if (in->days < INBOX_DAYS)
		in->days = INBOX_DAYS;
	if (in->days > INBOX_DAYS_MAX)
		in->days = INBOX_DAYS_MAX;
	in->first = offer->day + 1 - in->days;
}

/* Days whose tags one look takes; a whole number of bytes of answer. */
#define LOOK_DAYS (WIRE_LOOK_MAX / TAG_DAY_COUNT)

static enum err
look(struct inbox *in, struct tell *t)
{
	uint8_t(*tags)[TAG_BYTES] = calloc(WIRE_LOOK_MAX, TAG_BYTES);
	enum err e = tags == NULL ? ERR_NOMEM : ERR_OK;

	choose_days(in, &t->offer);
	for (uint32_t at = 0; e == ERR_OK && at < in->days; at += LOOK_DAYS) {
		uint32_t n =
		    in->days - at < LOOK_DAYS ? in->days - at : LOOK_DAYS;

		tag_all(tags, &t->tags, in->first + at, n);
		e = wire_look(t->http, (const uint8_t(*)[TAG_BYTES])tags,
		    (size_t)n * TAG_DAY_COUNT, &in->there);
	}
	wipe_free(tags, (size_t)WIRE_LOOK_MAX * TAG_BYTES);
	return e == ERR_OK ? ERR_OK : tell_fail(t, e, tell_wire_why(e));
}

/* All voice keys that hold on a day. */
static size_t
voices_of(uint8_t keys[VOICES][SIGN_PUBLIC_BYTES], const struct key_note *note,
    uint32_t day)
{
	const uint8_t *key;
	size_t at = 0, n = 0;

	while (n < VOICES && (key = key_note_voice(note, &at, day)) != NULL)
		memcpy(keys[n++], key, SIGN_PUBLIC_BYTES);
	return n;
}

/* Read the plaintext found at a place as what must lie there. */
static enum err
read_at(struct letter *l, const struct tell *t, const struct tag_place *p,
    const uint8_t *plain)
{
	uint8_t keys[VOICES][SIGN_PUBLIC_BYTES], tag[TAG_BYTES];
	char team[TEAM_PRINT_BYTES];
	struct letter_place place = {
		.kind = p->kind == TAG_TO ? LETTER_REPLY : LETTER_KEPT,
		.team = team,
		.line = t->offer.certificate.line,
		.tag = tag,
		.keys = (const uint8_t(*)[SIGN_PUBLIC_BYTES])keys,
		.key_count = 1,
	};

	team_print(team, t->offer.certificate.team);
	tag_at(tag, &t->tags, p->kind, p->day, p->slot);
	if (p->kind == TAG_TO)
		place.key_count = voices_of(keys, &t->offer.note, p->day);
	else
		memcpy(keys[0], t->source.sign_public, SIGN_PUBLIC_BYTES);
	return letter_read(l, plain, ENVELOPE_LETTER_PLAIN, &place);
}

static enum err
make_room(struct inbox *in)
{
	const size_t want = in->room == 0 ? WIRE_GET : 2 * in->room;
	struct found **more;

	if (in->count < in->room)
		return ERR_OK;
	if ((more = calloc(want, sizeof(struct found *))) == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < in->count; i++)
		more[i] = in->letters[i];
	wipe_free(in->letters, in->room * sizeof(struct found *));
	in->letters = more;
	in->room = want;
	return ERR_OK;
}

/* Keep it; settle() puts all in order. */
static enum err
keep(struct inbox *in, struct letter *l, const struct tag_place *p)
{
	struct found *f;
	enum err e;

	if ((e = make_room(in)) != ERR_OK)
		return e;
	if ((f = calloc(1, sizeof(*f))) == NULL)
		return ERR_NOMEM;
	found_take(f, l, p, 0);
	in->letters[in->count++] = f;
	return ERR_OK;
}

/* Open what came from a place.  What does not open was deleted (an envelope
 * sealed to nobody lies there now): nothing is said of it. */
static enum err
open_at(struct inbox *in, struct tell *t, const struct tag_place *p,
    const uint8_t *envelope, uint8_t *plain)
{
	struct letter l;
	enum err e;

	letter_init(&l, LETTER_REPLY);
	e = envelope_open(plain, t->reply, envelope, ENVELOPE_LETTER_BYTES);
	if (e == ERR_OK) {
		e = read_at(&l, t, p, plain);
		if (e == ERR_OK)
			e = keep(in, &l, p);
		else if (e != ERR_NOMEM)
			in->strange++;
	}
	letter_drop(&l);
	wipe(plain, ENVELOPE_LETTER_PLAIN);
	return e == ERR_NOMEM ? e : ERR_OK;
}

/* Fetch the places from the `from`-th newest on, always as six letters; `all`
 * takes how many places there are. */
static enum err
fetch_six(struct inbox *in, struct tell *t, size_t from, size_t *all)
{
	const struct tag_range range = { .first = in->first,
		.days = in->days,
		.kinds = in->kinds,
		.skip = from };
	uint8_t tags[WIRE_GET][TAG_BYTES];
	struct tag_place found[WIRE_GET];
	uint8_t *plain = malloc(ENVELOPE_LETTER_PLAIN);
	struct buf six;
	size_t n;
	enum err e = ERR_NOMEM;

	buf_init(&six, (size_t)WIRE_GET * ENVELOPE_LETTER_BYTES);
	if (plain == NULL)
		goto out;
	crypt_random(tags, sizeof(tags));
	*all = tag_there(found, WIRE_GET, in->there.at, &range);
	n = *all - from < WIRE_GET ? *all - from : WIRE_GET;
	for (size_t i = 0; i < n; i++)
		tag_at(tags[i], &t->tags, found[i].kind, found[i].day,
		    found[i].slot);
	e = wire_get(t->http, (const uint8_t(*)[TAG_BYTES])tags, &six);
	for (size_t i = 0; e == ERR_OK && i < n; i++)
		e = open_at(in, t, found + i,
		    six.at + i * ENVELOPE_LETTER_BYTES, plain);
out:
	if (e != ERR_OK)
		t->why = tell_wire_why(e);
	buf_drop(&six);
	wipe_free(plain, ENVELOPE_LETTER_PLAIN);
	return e;
}

static enum err
settle(struct inbox *in, struct tell *t)
{
	struct conversation_item **room =
	    calloc(2 * in->count + 1, sizeof(struct conversation_item *));

	if (room == NULL)
		return tell_fail(t, ERR_NOMEM, tell_wire_why(ERR_NOMEM));
	found_order(&in->said, in->letters, room, in->count, in->older == 0);
	free(room);
	return ERR_OK;
}

/* Of answers alone, until six were read: whoever once had their tags can fill
 * the slots with what is none, and the source would not be told where to seal.
 */
static bool
goes_on(const struct inbox *in, size_t looked)
{
	return in->kinds == 1U << TAG_TO && in->count < WIRE_GET &&
	    looked < INBOX_ROUNDS * (size_t)WIRE_GET;
}

enum err
inbox_open(struct inbox *in, struct tell *t, bool all)
{
	size_t at = 0, there;
	enum err e;

	if ((e = look(in, t)) != ERR_OK)
		return e;
	do {
		e = fetch_six(in, t, at, &there);
		at += WIRE_GET;
	} while (e == ERR_OK && at < there && (all || goes_on(in, at)));
	if (e != ERR_OK)
		return e;
	in->older = at < there ? there - at : 0;
	return settle(in, t);
}

enum err
inbox_delete(const struct inbox *in, struct tell *t)
{
	uint8_t openings[WIRE_DELETE][TAG_OPENING_BYTES];
	const size_t all = (size_t)in->days * TAG_DAY_COUNT;
	size_t n = 0;
	enum err e = ERR_OK;

	crypt_random(openings, sizeof(openings));
	for (size_t i = 0; e == ERR_OK && i < all; i++) {
		uint32_t day = in->first + (uint32_t)(i / TAG_DAY_COUNT);
		size_t rest = i % TAG_DAY_COUNT;
		enum tag_kind kind = (enum tag_kind)(rest / TAG_SLOTS);
		uint32_t slot = (uint32_t)(rest % TAG_SLOTS);

		if (inbox_is_there(in, kind, day, slot))
			tag_opening(openings[n++], &t->tags, kind, day, slot);
		if (n < WIRE_DELETE && i + 1 < all)
			continue;
		/* Always so many, filled with random ones. */
		e = wire_delete(
		    t->http, (const uint8_t(*)[TAG_OPENING_BYTES])openings);
		crypt_random(openings, sizeof(openings));
		n = 0;
	}
	wipe(openings, sizeof(openings));
	return e == ERR_OK ? ERR_OK : tell_fail(t, e, tell_wire_why(e));
}
