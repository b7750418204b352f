#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "team/content.h"
#include "team/piece.h"
#include "team/pieces.h"

#include "desk/told.h"

#define WAIT_BYTES (16U << 20) /* of notes; the oldest go first */
/* Of them, of one device: nobody's put out those of others. */
#define WAIT_DEVICE (WAIT_BYTES / 4)
/* Of them, of devices that no roster here names: whoever knows a door's key, so
 * every source, can send such, and what is beyond is refused. */
#define STRANGE_BYTES (2U << 20)

/* One note that waits, or the whole that pieces make. */
struct told {
	bool whole, made; /* a whole; made of pieces */
	bool strange; /* no roster here names its device yet */
	bool gone;
	enum piece_what what;
	uint8_t device[DEVICE_ID_BYTES], id[PIECE_ID_BYTES];
	struct buf note;
};

/* Is it of this machine, or of its disk that is full?  Then nothing is settled
 * about what came, and it comes once more; what there is no room for here by
 * our own ceilings is ERR_TOOBIG (tests/unit/test_desk_full.c). */
static bool
is_ours(enum err e)
{
	return err_is_machine(e) || e == ERR_FULL;
}

enum told_kind
told_kind(const void *note, size_t n)
{
	static const struct {
		const char *first;
		enum told_kind kind;
	} rows[] = {
		{ "sotto/1 entry\n", TOLD_ENTRY },
		{ "sotto/1 piece\n", TOLD_PIECE },
		{ "sotto/1 content\n", TOLD_CONTENT },
	};

	for (size_t i = 0; i < COUNT(rows); i++)
		if (n >= strlen(rows[i].first) &&
		    memcmp(note, rows[i].first, strlen(rows[i].first)) == 0)
			return rows[i].kind;
	return TOLD_LETTER;
}

/* Room for a note and for the whole that it may be the last piece of: nothing
 * can fail any more once the pieces have it. */
static enum err
make_room(struct desk *d)
{
	void *list = d->told;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < 2; i++) {
		e = list_grow(
		    &list, d->told_n + i, &d->told_room, sizeof *d->told);
		d->told = list;
	}
	return e;
}

/* Into the room that was made; the note is the list's then. */
static void
put(struct desk *d, struct told *t)
{
	d->told[d->told_n++] = *t;
	buf_init(&t->note, 0);
}

static void
wipe_gone(struct desk *d)
{
	size_t kept = 0;

	for (size_t i = 0; i < d->told_n; i++)
		if (d->told[i].gone)
			buf_drop(&d->told[i].note);
		else
			d->told[kept++] = d->told[i];
	d->told_n = kept;
}

/* A whole has come, or looks again.  What is refused is gone too. */
static enum err
take_whole(struct desk *d, const struct told *t)
{
	switch (t->what) {
	case PIECE_ROSTER:
		return desk_take_roster(d, t->note.at, t->note.len);
	case PIECE_HAND_OUT:
		return told_handout(d, &t->note);
	case PIECE_CONTENT:
		return told_reply(d, &t->note);
	case PIECE_WHATS:
		break;
	}
	return ERR_FORMAT;
}

static void
forget_pieces(struct desk *d, const uint8_t *device, const uint8_t *id)
{
	for (size_t i = 0; i < d->told_n; i++) {
		struct told *t = &d->told[i];

		if (!t->whole && memcmp(t->device, device, 16) == 0 &&
		    memcmp(t->id, id, 16) == 0)
			t->gone = true;
	}
}

/* How a note came here. */
enum way { BY_DOOR, BY_LOG, KEPT };

static enum err
read_piece(
    struct piece *p, const struct desk *d, const struct buf *note, enum way way)
{
	uint8_t by[DEVICE_ID_BYTES];
	const uint8_t *key;
	enum err e;

	if ((e = piece_by(by, note->at, note->len)) != ERR_OK)
		return e;
	if ((key = roster_key(d->roster, by)) == NULL)
		return ERR_NOTHING;
	if ((e = piece_read(p, note->at, note->len, key)) != ERR_OK)
		return e;
	/* What it is a piece of must fit the key that opened it. */
	return way != KEPT && (p->what != PIECE_CONTENT) != (way == BY_LOG)
	    ? ERR_DENIED
	    : ERR_OK;
}

static struct told
told_of(const struct piece *p, size_t max)
{
	struct told t = { .what = p->what };

	memcpy(t.device, p->device, sizeof t.device);
	memcpy(t.id, p->id, sizeof t.id);
	buf_init(&t.note, max);
	return t;
}

/* Put a note into the list, as `one` says it is. */
static enum err
put_note(struct desk *d, struct told *one, const struct buf *note)
{
	enum err e;

	buf_init(&one->note, CONTENT_MAX);
	if ((e = make_room(d)) == ERR_OK &&
	    (e = buf_put(&one->note, note->at, note->len)) == ERR_OK)
		put(d, one);
	buf_drop(&one->note);
	return e;
}

/* A note of a device that a roster to come may name: it may lie beside that
 * roster on the line, and come first. */
static enum err
take_strange(struct desk *d, const struct buf *note, bool whole)
{
	struct told one = {
		.whole = whole, .strange = true, .what = PIECE_CONTENT
	};
	size_t all = note->len;

	for (size_t i = 0; i < d->told_n; i++)
		if (d->told[i].strange && !d->told[i].gone)
			all += d->told[i].note.len;
	if (all > STRANGE_BYTES)
		return ERR_TOOBIG;
	return put_note(d, &one, note);
}

/* Put a piece in the list and to the others of its whole; the last one brings
 * the whole too.  On failure it is in neither. */
static enum err
add_piece(struct desk *d, const struct buf *note, const struct piece *p)
{
	struct told one = told_of(p, PIECE_MAX);
	struct told whole = told_of(p, PIECE_WHOLE_MAX);
	enum err e;

	whole.whole = whole.made = true;
	if ((e = make_room(d)) == ERR_OK &&
	    (e = buf_put(&one.note, note->at, note->len)) == ERR_OK &&
	    (e = pieces_add(d->pieces, p, &whole.note)) == ERR_OK) {
		put(d, &one);
		if (whole.note.len > 0)
			put(d, &whole);
	}
	buf_drop(&one.note);
	buf_drop(&whole.note);
	return e;
}

static enum err
take_piece(struct desk *d, const struct buf *note, enum way way)
{
	struct piece p;
	enum err e;

	piece_init(&p);
	if ((e = read_piece(&p, d, note, way)) == ERR_OK)
		e = add_piece(d, note, &p);
	else if (e == ERR_NOTHING)
		e = take_strange(d, note, false);
	piece_drop(&p);
	return e;
}

/* What was given twice waits once. */
static bool
waits_here(const struct desk *d, const struct buf *note)
{
	for (size_t i = 0; i < d->told_n; i++) {
		const struct told *t = &d->told[i];

		if (t->whole && !t->made && !t->strange && !t->gone &&
		    t->note.len == note->len &&
		    memcmp(t->note.at, note->at, note->len) == 0)
			return true;
	}
	return false;
}

/* Its signature is looked at before it takes any room. */
static enum err
take_content(struct desk *d, const struct buf *note)
{
	struct told one = { .whole = true, .what = PIECE_CONTENT };
	uint8_t by[DEVICE_ID_BYTES];
	struct content c;
	const uint8_t *key;
	enum err e;

	if ((e = content_by(by, note->at, note->len)) != ERR_OK)
		return e;
	if ((key = roster_key(d->roster, by)) == NULL)
		return take_strange(d, note, true);
	if ((e = content_read(&c, note->at, note->len, key)) != ERR_OK)
		return e;
	content_drop(&c);
	if (waits_here(d, note))
		return ERR_OK;
	memcpy(one.device, by, sizeof one.device);
	return put_note(d, &one, note);
}

static enum err
take(struct desk *d, const struct buf *note, enum way way)
{
	if (told_kind(note->at, note->len) == TOLD_PIECE)
		return take_piece(d, note, way);
	return way == BY_LOG ? ERR_DENIED : take_content(d, note);
}

/* Write the notes that wait still, in place of all. */
static enum err
write_again(struct desk *d)
{
	struct buf out;
	enum err e = ERR_OK;

	buf_init(&out, SIZE_MAX / 4);
	for (size_t i = 0; e == ERR_OK && i < d->told_n; i++) {
		const struct told *t = &d->told[i];

		if (t->made)
			continue;
		if ((e = buf_put_u32(&out, (uint32_t)t->note.len)) == ERR_OK)
			e = buf_put(&out, t->note.at, t->note.len);
	}
	if (e == ERR_OK)
		e = store_replace(d->store, STORE_WAIT, out.at, out.len);
	d->told_unkept = e != ERR_OK;
	buf_drop(&out);
	return e;
}

static enum err
take_entry(struct desk *d, const struct buf *note, enum way way)
{
	bool fresh;

	return way == BY_LOG ? desk_take_entry(d, note->at, note->len, &fresh)
			     : ERR_DENIED;
}

enum err
told_take(
    struct desk *d, const struct buf *note, bool by_log, enum err *verdict)
{
	const enum way way = by_log ? BY_LOG : BY_DOOR;
	const bool is_entry = told_kind(note->at, note->len) == TOLD_ENTRY;
	const size_t was = d->told_n;
	enum err e;

	*verdict = is_entry ? take_entry(d, note, way) : take(d, note, way);
	if (is_ours(*verdict))
		return *verdict;
	/* It may be here, and its like of before not on the disk. */
	if (d->told_unkept)
		return write_again(d);
	if (*verdict != ERR_OK || is_entry || d->told_n == was)
		return ERR_OK;
	e = store_add(d->store, STORE_WAIT, note->at, note->len);
	d->told_unkept = e != ERR_OK;
	return e;
}

/* How much of each device waits; all that any roster names, with those of
 * before. */
struct shares {
	size_t n;
	struct {
		uint8_t device[DEVICE_ID_BYTES];
		size_t all;
	} of[ROSTER_DEVICES + ROSTER_PAST];
};

/* That of this device; NULL when there is no place for another. */
static size_t *
share_of(struct shares *s, const uint8_t *device)
{
	for (size_t i = 0; i < s->n; i++)
		if (memcmp(s->of[i].device, device, DEVICE_ID_BYTES) == 0)
			return &s->of[i].all;
	if (s->n == COUNT(s->of))
		return NULL;
	memcpy(s->of[s->n].device, device, DEVICE_ID_BYTES);
	return &s->of[s->n++].all;
}

/* Of one device the oldest go first. */
static void
bound_each(struct desk *d)
{
	struct shares shares = { .n = 0 };

	for (size_t i = d->told_n; i-- > 0;) {
		struct told *t = &d->told[i];
		size_t *all =
		    t->gone || t->strange ? NULL : share_of(&shares, t->device);

		if (all == NULL || (*all += t->note.len) <= WAIT_DEVICE)
			continue;
		t->gone = d->crowded = true;
		memcpy(d->crowd, t->device, sizeof d->crowd);
	}
}

/* Whoever sends what never becomes whole gets no more room than this. */
static void
bound(struct desk *d)
{
	size_t all = 0;

	bound_each(d);
	for (size_t i = d->told_n; i-- > 0;) {
		all += d->told[i].gone ? 0 : d->told[i].note.len;
		if (all > WAIT_BYTES)
			d->told[i].gone = true;
	}
}

static bool
is_named(const struct desk *d, const struct told *t)
{
	uint8_t by[DEVICE_ID_BYTES];
	const enum err e = t->whole ? content_by(by, t->note.at, t->note.len)
				    : piece_by(by, t->note.at, t->note.len);

	return e == ERR_OK && roster_key(d->roster, by) != NULL;
}

/* A roster came: does it name who sent what waits for it? */
static enum err
take_named(struct desk *d)
{
	const size_t n = d->told_n;
	enum err e = ERR_OK;

	for (size_t i = 0; i < n && !is_ours(e); i++) {
		struct told t = d->told[i]; /* the list may move */

		if (!t.strange || t.gone || !is_named(d, &t))
			continue;
		d->told[i].gone = true;
		e = take(d, &t.note, KEPT);
		if (is_ours(e))
			d->told[i].gone = false;
	}
	return is_ours(e) ? e : ERR_OK;
}

/* All that is whole, once. */
static enum err
settle_once(struct desk *d, bool *again)
{
	enum err e;

	*again = false;
	for (size_t i = 0; i < d->told_n; i++) {
		struct told *t = &d->told[i];

		if (!t->whole || t->strange || t->gone)
			continue;
		e = take_whole(d, t);
		if (is_ours(e))
			return e;
		if (e == ERR_MISSING)
			continue;
		*again = t->gone = true;
		if (t->made)
			forget_pieces(d, t->device, t->id);
	}
	return ERR_OK;
}

enum err
told_settle(struct desk *d)
{
	bool again = true, any = false;
	enum err e;

	/* A roster may be what a hand-out waits for, an entry what words do. */
	while (again) {
		if ((e = log_show(d)) != ERR_OK ||
		    (e = take_named(d)) != ERR_OK ||
		    (e = settle_once(d, &again)) != ERR_OK)
			return e;
		any |= again;
	}
	bound(d);
	for (size_t i = 0; !any && i < d->told_n; i++)
		any = d->told[i].gone;
	if (!any && !d->told_unkept)
		return ERR_OK;
	wipe_gone(d);
	return write_again(d);
}

/* Are these words of that conversation?  What nobody has signed yet is looked
 * at when its device is known. */
static bool
is_of(const struct desk *d, const struct told *t, const uint8_t *owner)
{
	uint8_t by[DEVICE_ID_BYTES];
	const uint8_t *key;
	struct content c;
	bool is;

	if (!t->whole || t->what != PIECE_CONTENT ||
	    content_by(by, t->note.at, t->note.len) != ERR_OK ||
	    (key = roster_key(d->roster, by)) == NULL)
		return false;
	content_init(&c);
	is = content_read(&c, t->note.at, t->note.len, key) == ERR_OK &&
	    memcmp(c.conversation, owner, sizeof c.conversation) == 0;
	content_drop(&c);
	return is;
}

enum err
told_forget(struct desk *d, const uint8_t owner[static SIGN_PUBLIC_BYTES])
{
	bool any = false;

	for (size_t i = 0; i < d->told_n; i++) {
		struct told *t = &d->told[i];

		if (!is_of(d, t, owner))
			continue;
		any = t->gone = true;
		if (t->made)
			forget_pieces(d, t->device, t->id);
	}
	if (!any)
		return ERR_OK;
	wipe_gone(d);
	return write_again(d);
}

static enum err
take_kept(void *who, const uint8_t *p, size_t n)
{
	struct buf note;
	enum err e;

	buf_init(&note, n);
	if ((e = buf_put(&note, p, n)) == ERR_OK)
		e = take(who, &note, KEPT);
	buf_drop(&note);
	return is_ours(e) ? e : ERR_OK;
}

enum err
told_load(struct desk *d)
{
	const struct pieces_limit usual = { 0, 0 };
	enum err e;

	if ((e = pieces_open(&d->pieces, &usual)) != ERR_OK)
		return e;
	return store_load(
	    d->store, STORE_WAIT, (struct record_taker){ take_kept, d });
}

void
told_drop(struct desk *d)
{
	for (size_t i = 0; i < d->told_n; i++)
		buf_drop(&d->told[i].note);
	wipe_free(d->told, d->told_room * sizeof *d->told);
	pieces_close(d->pieces);
}
