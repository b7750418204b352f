/*
 * fake_line: a line in memory, in place of desk/reach.c: what a desk asks is
 * answered from arrays that the test fills.  Counts what was asked; can lose
 * the connection at the n-th request.
 */
#ifndef FAKE_LINE_H
#define FAKE_LINE_H

#include <assert.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "age/envelope.h"
#include "base/buf.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/hash.h"
#include "desk/reach.h"
#include "letter/tag.h"
#include "team/offer.h"
#include "team/purge.h"

#define FAKE_ROWS 4096U

struct fake_row {
	uint32_t day;
	uint8_t tag[TAG_BYTES];
	uint8_t *bytes;
	size_t n;
	bool withheld; /* named, but never given */
	bool purged;
};

/* What a line that is not honest makes of its answers; NULL: nothing. */
struct fake_lies {
	bool (*hides)(const struct fake_row *row); /* it is not there */
	void (*lists)(struct buf *tags); /* of a day, before they are given */
	void (*gives)(const struct fake_row *row, uint8_t *bytes);
	void (*days)(struct reach_day *days, size_t *n);
	bool (*bends)(void); /* an answer is of no form that there is */
};

struct fake_told {
	size_t certificate_n, note_n; /* 0: nothing */
	uint8_t certificate[CERTIFICATE_MAX], note[KEY_NOTE_MAX];
};

struct fake_line {
	const struct fake_lies *lies; /* NULL: it is honest */
	struct buf certificate, key_note;
	uint32_t day;
	struct fake_row rows[FAKE_ROWS];
	size_t rows_n;
	uint8_t upload[16]; /* the one upload there is */
	uint8_t *parts[8];
	uint32_t parts_n;
	bool committed;
	unsigned asked;
	unsigned lose; /* the n-th request from now on is lost; 0: none */
	bool lose_after; /* ... after it was done */
	bool now;
	unsigned breaths; /* between two letters */
	unsigned choke; /* the n-th of them breaks off; 0: none */
	unsigned take_slots; /* so many puts find their slot taken */
	bool full; /* takes no letter */
	bool old_version; /* takes no other certificate */
	/* What it was given last, for who is another process; NULL. */
	struct fake_told *told;
	bool keeps; /* no purge is taken */
	uint32_t
	    open_from; /* closes no day from this one on; 0: as it should */
	uint32_t keeps_from; /* rows of days before it are gone */
	unsigned purges; /* notes that were taken */
	const char *questions; /* NULL: it is an earlier version's */
};

static struct fake_line fake;

struct reach {
	enum err (*meanwhile)(void *with); /* called at every breath */
	void *with;
	uint8_t ahead[REACH_FETCH_MAX][TAG_BYTES];
	size_t ahead_n;
	struct buf *ahead_out; /* NULL: nothing was asked for ahead */
};

/* Every request: is it the one that is lost, before or after it was done? */
#define ASKED \
	assert(r->ahead_out == NULL); \
	fake.asked++; \
	fake.now = fake.lose > 0 && --fake.lose == 0; \
	if (fake.now && !fake.lose_after) \
		return ERR_CLOSED;
#define ANSWER(e) return fake.now && fake.lose_after ? ERR_CLOSED : (e)

static void
fake_put(
    uint32_t day, const uint8_t tag[static TAG_BYTES], const void *p, size_t n)
{
	struct fake_row *r = &fake.rows[fake.rows_n++];

	assert(fake.rows_n <= FAKE_ROWS);
	r->day = day;
	memcpy(r->tag, tag, TAG_BYTES);
	r->bytes = malloc(n);
	memcpy(r->bytes, p, n);
	r->n = n;
}

/* What it says of itself, read once as long as it says the same. */
static struct offer fake_read;

static inline const struct offer *
fake_offer(void)
{
	struct buf body;
	enum err e;

	buf_init(&body, OFFER_MAX);
	e = offer_write(&body, &fake.certificate, &fake.key_note, fake.day);
	assert(e == ERR_OK);
	if (offer_again(&fake_read, body.at, body.len) != ERR_OK ||
	    fake_read.ended) {
		offer_drop(&fake_read);
		e = offer_read(&fake_read, body.at, body.len, NULL, 0);
		assert(e == ERR_OK);
	}
	buf_drop(&body);
	return &fake_read;
}

static void
fake_drop(void)
{
	offer_drop(&fake_read);
	for (size_t i = 0; i < fake.rows_n; i++)
		wipe_free(fake.rows[i].bytes, fake.rows[i].n);
	for (uint32_t i = 0; i < fake.parts_n; i++)
		wipe_free(fake.parts[i], ENVELOPE_PART_BYTES);
	buf_drop(&fake.certificate);
	buf_drop(&fake.key_note);
	memset(&fake, 0, sizeof fake);
}

static bool
is_hidden(const struct fake_row *row)
{
	return row->day < fake.keeps_from ||
	    (fake.lies != NULL && fake.lies->hides != NULL &&
		fake.lies->hides(row));
}

static struct fake_row *
find(const uint8_t tag[static TAG_BYTES])
{
	for (size_t i = 0; i < fake.rows_n; i++)
		if (fake.rows[i].day >= fake.keeps_from &&
		    memcmp(fake.rows[i].tag, tag, TAG_BYTES) == 0)
			return &fake.rows[i];
	return NULL;
}

enum err
reach_open(struct reach **r, const struct reach_opts *opts)
{
	(void)opts;
	*r = calloc(1, sizeof **r);
	return *r == NULL ? ERR_NOMEM : ERR_OK;
}

void
reach_close(struct reach *r)
{
	free(r);
}

void
reach_sign_with(struct reach *r, const uint8_t *access_seed)
{
	(void)r;
	(void)access_seed;
}

enum err
reach_breathe(struct reach *r)
{
	fake.breaths++;
	if (fake.choke > 0 && --fake.choke == 0)
		return ERR_SHORT;
	return r->meanwhile == NULL ? ERR_OK : r->meanwhile(r->with);
}

void
reach_meanwhile(struct reach *r, enum err (*meanwhile)(void *with), void *with)
{
	r->meanwhile = meanwhile;
	r->with = with;
}

enum err
reach_line(struct reach *r, struct buf *out)
{
	ASKED
	return offer_write(out, &fake.certificate, &fake.key_note, fake.day);
}

enum err
reach_questions(struct reach *r, struct buf *out)
{
	ASKED
	return fake.questions == NULL ? ERR_NOTHING
				      : buf_put_str(out, fake.questions);
}

static int
fake_compare(const void *a, const void *b)
{
	return memcmp(a, b, TAG_BYTES);
}

static struct reach_day
day_of(uint32_t day)
{
	static uint8_t tags[FAKE_ROWS][TAG_BYTES];
	struct reach_day d = { .day = day,
		.closed = day < fake.day &&
		    (fake.open_from == 0 || day < fake.open_from) };

	for (size_t i = 0; i < fake.rows_n; i++) {
		if (fake.rows[i].day != day ||
		    fake.rows[i].n != ENVELOPE_LETTER_BYTES ||
		    is_hidden(&fake.rows[i]))
			continue;
		memcpy(tags[d.count++], fake.rows[i].tag, TAG_BYTES);
	}
	if (d.count == 0)
		return d;
	qsort(tags, d.count, sizeof *tags, fake_compare);
	sha256(d.digest, tags, (size_t)d.count * TAG_BYTES);
	return d;
}

enum err
reach_days(struct reach *r, struct reach_day *days, size_t *n)
{
	uint32_t first = fake.day;

	ASKED
	*n = 0;
	for (size_t i = 0; i < fake.rows_n; i++)
		if (fake.rows[i].day < first)
			first = fake.rows[i].day;
	for (uint32_t day = first; day <= fake.day; day++) {
		struct reach_day d = day_of(day);

		if (d.count > 0)
			days[(*n)++] = d;
	}
	if (fake.lies != NULL && fake.lies->days != NULL)
		fake.lies->days(days, n);
	return ERR_OK;
}

enum err
reach_tags(struct reach *r, uint32_t day, struct buf *tags)
{
	enum err e = ERR_OK;

	ASKED
	for (size_t i = 0; e == ERR_OK && i < fake.rows_n; i++)
		if (fake.rows[i].day == day &&
		    fake.rows[i].n == ENVELOPE_LETTER_BYTES &&
		    !is_hidden(&fake.rows[i]))
			e = buf_put(tags, fake.rows[i].tag, TAG_BYTES);
	if (e == ERR_OK && fake.lies != NULL && fake.lies->lists != NULL)
		fake.lies->lists(tags);
	return e;
}

enum err
reach_fetch(struct reach *r, const uint8_t (*tags)[TAG_BYTES], size_t n,
    struct buf *out)
{
	enum err e = ERR_OK;

	ASKED
	if (fake.lies != NULL && fake.lies->bends != NULL && fake.lies->bends())
		return ERR_FORMAT;
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		const struct fake_row *row = find(tags[i]);
		size_t len =
		    row == NULL || row->withheld || is_hidden(row) ? 0 : row->n;

		if (len == ENVELOPE_PART_BYTES)
			len = ENVELOPE_HEADER_BYTES;
		e = buf_put_u32(out, (uint32_t)len);
		if (e == ERR_OK && len > 0)
			e = buf_put(out, row->bytes, len);
		if (e == ERR_OK && len == ENVELOPE_LETTER_BYTES &&
		    fake.lies != NULL && fake.lies->gives != NULL)
			fake.lies->gives(row, out->at + out->len - len);
	}
	return e;
}

void
reach_fetch_begin(struct reach *r, const uint8_t (*tags)[TAG_BYTES], size_t n,
    struct buf *out)
{
	assert(r->ahead_out == NULL && n > 0 && n <= REACH_FETCH_MAX);
	memcpy(r->ahead, tags, n * TAG_BYTES);
	r->ahead_n = n;
	r->ahead_out = out;
}

enum err
reach_fetch_end(struct reach *r)
{
	struct buf *out = r->ahead_out;

	assert(out != NULL);
	r->ahead_out = NULL;
	return reach_fetch(
	    r, (const uint8_t(*)[TAG_BYTES])r->ahead, r->ahead_n, out);
}

void
reach_fetch_break(struct reach *r)
{
	r->ahead_out = NULL;
}

enum err
reach_part(
    struct reach *r, const uint8_t tag[static TAG_BYTES], struct buf *out)
{
	const struct fake_row *row = find(tag);

	ASKED
	return row == NULL ? ERR_NOTHING : buf_put(out, row->bytes, row->n);
}

enum err
reach_look(struct reach *r, const uint8_t (*tags)[TAG_BYTES], size_t n,
    struct buf *bits)
{
	uint8_t got[64] = { 0 };

	ASKED
	for (size_t i = 0; i < n; i++)
		if (find(tags[i]) != NULL)
			got[i / 8] |= (uint8_t)(1U << (i % 8));
	return buf_put(bits, got, (n + 7) / 8);
}

static enum err
put_letter(const uint8_t *tag, const uint8_t *letter)
{
	const struct fake_row *row = find(tag);

	if (fake.full)
		return ERR_FULL;
	if (fake.take_slots > 0) {
		fake.take_slots--;
		return ERR_TAKEN;
	}
	if (row == NULL)
		fake_put(fake.day, tag, letter, ENVELOPE_LETTER_BYTES);
	else if (memcmp(row->bytes, letter, ENVELOPE_LETTER_BYTES) != 0)
		return ERR_TAKEN;
	return ERR_OK;
}

enum err
reach_put_letter(struct reach *r, const uint8_t tag[static TAG_BYTES],
    const uint8_t letter[static ENVELOPE_LETTER_BYTES])
{
	enum err e;

	ASKED
	e = put_letter(tag, letter);
	ANSWER(e);
}

enum err
reach_state(struct reach *r, const uint8_t u[static 16], uint32_t *parts,
    bool *committed)
{
	const bool known = memcmp(u, fake.upload, 16) == 0;

	ASKED
	*parts = known && !fake.committed ? fake.parts_n : 0;
	*committed = known && fake.committed;
	return ERR_OK;
}

enum err
reach_put_part(struct reach *r,
    const uint8_t body[static REACH_PART_HEAD + ENVELOPE_PART_BYTES])
{
	ASKED
	memcpy(fake.upload, body, 16);
	assert(enc_get_u32(body + 16) == fake.parts_n);
	fake.parts[fake.parts_n] = malloc(ENVELOPE_PART_BYTES);
	memcpy(fake.parts[fake.parts_n++], body + REACH_PART_HEAD,
	    ENVELOPE_PART_BYTES);
	ANSWER(ERR_OK);
}

enum err
reach_commit(struct reach *r, const uint8_t body[static REACH_COMMIT_BYTES])
{
	const uint8_t *secret = body + 20, *tag = body + 52;
	uint8_t part[TAG_BYTES];
	enum err e;

	ASKED
	if (fake.committed)
		return ERR_OK;
	if (enc_get_u32(body + 16) > fake.parts_n)
		return ERR_MISSING;
	e = put_letter(tag, tag + TAG_BYTES);
	for (uint32_t j = 0; e == ERR_OK && j < fake.parts_n; j++) {
		tag_part(part, secret, j);
		fake_put(fake.day, part, fake.parts[j], ENVELOPE_PART_BYTES);
	}
	fake.committed = e == ERR_OK;
	ANSWER(e);
}

static void
tell_other(void)
{
	struct fake_told *t = fake.told;

	memcpy(t->certificate, fake.certificate.at, fake.certificate.len);
	memcpy(t->note, fake.key_note.at, fake.key_note.len);
	t->note_n = fake.key_note.len;
	t->certificate_n = fake.certificate.len;
}

enum err
reach_put_note(struct reach *r, const struct buf *note)
{
	struct offer_pair pair;
	enum err e = ERR_OK;

	ASKED
	offer_pair(&pair, note->at, note->len);
	if (pair.certificate != NULL) {
		if (fake.old_version)
			return ERR_FORMAT;
		buf_clear(&fake.certificate);
		e = buf_put(
		    &fake.certificate, pair.certificate, pair.certificate_n);
	}
	buf_clear(&fake.key_note);
	if (e == ERR_OK)
		e = buf_put(&fake.key_note, pair.note, pair.note_n);
	if (e == ERR_OK && fake.told != NULL)
		tell_other();
	ANSWER(e);
}

static enum err
purge_all(const struct purge *p)
{
	for (unsigned set = 0; set < 2; set++)
		for (size_t i = 0; i < p->tags_n; i++) {
			struct fake_row *row = find(p->tags[i]);

			if (row == NULL)
				continue;
			if (fake.keeps || row->day != p->day ||
			    row->day + PURGE_AGE > fake.day)
				return ERR_DENIED;
			row->purged = set == 1;
		}
	fake.purges++;
	return ERR_OK;
}

enum err
reach_purge(struct reach *r, const struct buf *note)
{
	struct certificate c;
	struct key_note k;
	struct purge p;
	enum err e;

	ASKED
	e = certificate_read(&c, fake.certificate.at, fake.certificate.len);
	assert(e == ERR_OK);
	e = key_note_read(&k, fake.key_note.at, fake.key_note.len, &c);
	assert(e == ERR_OK);
	if ((e = purge_read(&p, note->at, note->len, &k)) == ERR_OK) {
		e = purge_all(&p);
		purge_drop(&p);
	}
	key_note_drop(&k);
	ANSWER(e);
}

#endif
