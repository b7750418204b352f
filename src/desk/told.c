#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "team/content.h"
#include "team/piece.h"
#include "team/pieces.h"

#include "desk/told.h"

#define WAIT_BYTES (16U << 20) /* of notes; the oldest go first */

/* One note that waits, or the whole that pieces make. */
struct told {
	bool whole, made; /* a whole; made of pieces */
	bool gone;
	enum piece_what what;
	uint8_t device[DEVICE_ID_BYTES], id[PIECE_ID_BYTES];
	struct buf note;
};

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

static bool
is_ours(enum err e)
{
	return e == ERR_NOMEM || e == ERR_IO;
}

/* A place in the list, zeroed; its note is empty. */
static enum err
add(struct desk *d, struct told **t, size_t max)
{
	void *list = d->told;
	enum err e;

	e = list_grow(&list, d->told_n, &d->told_room, sizeof *d->told);
	d->told = list;
	if (e != ERR_OK)
		return e;
	*t = &d->told[d->told_n++];
	**t = (struct told){ .whole = false };
	buf_init(&(*t)->note, max);
	return ERR_OK;
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

/* The whole that has no more pieces to wait for. */
static enum err
made_whole(struct desk *d, const struct piece *p, const struct buf *whole)
{
	struct told *t;
	enum err e;

	if ((e = add(d, &t, PIECE_WHOLE_MAX)) != ERR_OK)
		return e;
	t->whole = t->made = true;
	t->what = p->what;
	memcpy(t->device, p->device, sizeof t->device);
	memcpy(t->id, p->id, sizeof t->id);
	return buf_put(&t->note, whole->at, whole->len);
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

/* Put a note in the list; a piece is put to the others.  *verdict: why it is
 * refused; it is then not in the list. */
static enum err
take_piece(struct desk *d, const struct buf *note, enum err *verdict)
{
	uint8_t by[DEVICE_ID_BYTES];
	const uint8_t *key = NULL;
	struct piece p;
	struct buf whole;
	struct told *t;
	enum err e = ERR_OK;

	piece_init(&p);
	buf_init(&whole, PIECE_WHOLE_MAX);
	*verdict = piece_by(by, note->at, note->len);
	if (*verdict == ERR_OK && (key = roster_key(d->roster, by)) == NULL)
		*verdict = ERR_DENIED;
	if (*verdict == ERR_OK)
		*verdict = piece_read(&p, note->at, note->len, key);
	if (*verdict == ERR_OK)
		*verdict = pieces_add(d->pieces, &p, &whole);
	if (*verdict != ERR_OK)
		goto out;
	if ((e = add(d, &t, PIECE_MAX)) != ERR_OK)
		goto out;
	t->what = p.what;
	memcpy(t->device, p.device, sizeof t->device);
	memcpy(t->id, p.id, sizeof t->id);
	e = buf_put(&t->note, note->at, note->len);
	if (e == ERR_OK && whole.len > 0)
		e = made_whole(d, &p, &whole);
out:
	if (is_ours(*verdict))
		e = *verdict;
	piece_drop(&p);
	buf_drop(&whole);
	return e;
}

static enum err
take_content(struct desk *d, const struct buf *note)
{
	struct told *t;
	enum err e;

	if ((e = add(d, &t, CONTENT_MAX)) != ERR_OK)
		return e;
	t->whole = true;
	t->what = PIECE_CONTENT;
	return buf_put(&t->note, note->at, note->len);
}

/* The kind of what a piece is of must fit the key that opened it. */
static bool
fits(const struct desk *d, bool by_log)
{
	return d->told_n > 0 &&
	    (d->told[d->told_n - 1].what != PIECE_CONTENT) == by_log;
}

static enum err
take(struct desk *d, const struct buf *note, enum err *verdict)
{
	*verdict = ERR_OK;
	return told_kind(note->at, note->len) == TOLD_PIECE
	    ? take_piece(d, note, verdict)
	    : take_content(d, note);
}

enum err
told_take(
    struct desk *d, const struct buf *note, bool by_log, enum err *verdict)
{
	const enum told_kind kind = told_kind(note->at, note->len);
	const size_t had = d->told_n;
	bool fresh;
	enum err e;

	*verdict = ERR_DENIED;
	if (kind == TOLD_ENTRY) {
		if (by_log)
			*verdict =
			    desk_take_entry(d, note->at, note->len, &fresh);
		return is_ours(*verdict) ? *verdict : ERR_OK;
	}
	if (kind == TOLD_CONTENT && by_log)
		return ERR_OK;
	if ((e = take(d, note, verdict)) != ERR_OK || *verdict != ERR_OK)
		return e;
	if (!fits(d, by_log)) {
		*verdict = ERR_DENIED;
		for (size_t i = had; i < d->told_n; i++)
			d->told[i].gone = true;
		wipe_gone(d);
		return ERR_OK;
	}
	return store_add(d->store, STORE_WAIT, note->at, note->len);
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
	buf_drop(&out);
	return e;
}

/* Whoever sends what never becomes whole gets no more room than this. */
static void
bound(struct desk *d)
{
	size_t all = 0;

	for (size_t i = d->told_n; i-- > 0;) {
		all += d->told[i].note.len;
		if (all > WAIT_BYTES)
			d->told[i].gone = true;
	}
}

enum err
told_settle(struct desk *d)
{
	bool again = true, any = false;
	enum err e = ERR_OK;

	/* A roster may be what a hand-out waits for, an entry what words do. */
	while (again) {
		if ((e = log_show(d)) != ERR_OK)
			return e;
		again = false;
		for (size_t i = 0; i < d->told_n; i++) {
			struct told *t = &d->told[i];

			if (!t->whole || t->gone)
				continue;
			e = take_whole(d, t);
			if (is_ours(e))
				return e;
			if (e == ERR_MISSING)
				continue;
			again = t->gone = true;
			if (t->made)
				forget_pieces(d, t->device, t->id);
		}
		any |= again;
	}
	bound(d);
	for (size_t i = 0; !any && i < d->told_n; i++)
		any = d->told[i].gone;
	if (!any)
		return ERR_OK;
	wipe_gone(d);
	return write_again(d);
}

static enum err
take_kept(void *who, const uint8_t *p, size_t n)
{
	struct buf note;
	enum err e, verdict;

	buf_init(&note, n);
	if ((e = buf_put(&note, p, n)) == ERR_OK)
		e = take(who, &note, &verdict);
	buf_drop(&note);
	return e;
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
