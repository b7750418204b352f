/* Bodies of parts, of files that this desk keeps or that a member opens. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"

#include "desk/keep.h"
#include "desk/sync_files.h"

#define FETCH_BYTES (REACH_FETCH_MAX * (4U + ENVELOPE_LETTER_BYTES))
/* So long for files, then what is new has its turn. */
#define FILES_MS (5U * 60 * 1000)

/* A file that is to come here. */
struct want {
	struct conv *conv;
	struct said_file *file;
};

struct wants {
	struct want *of;
	size_t n, room;
	uint64_t until;
	bool full; /* the disk */
};

/* Does it open, and is it what its header said when its day was here?  If the
 * line gave another header then, the day may still be here. */
static enum err
part_opens(struct desk *d, const struct want *w, struct part_here *p,
    const struct buf *part)
{
	uint8_t *plain = malloc(ENVELOPE_PART_PLAIN);
	enum err e = ERR_NOMEM;

	if (plain == NULL)
		return e;
	e = envelope_open_keyed(plain, p->key, part->at, part->len);
	if (e != ERR_OK && e != ERR_NOMEM &&
	    (e = sync_part_key(d, w->conv, w->file->row, p->key, part->at)) ==
		ERR_OK)
		e = envelope_open_keyed(plain, p->key, part->at, part->len);
	wipe_free(plain, ENVELOPE_PART_PLAIN);
	return e == ERR_OK || e == ERR_NOMEM || e == ERR_IO ? e : ERR_FORGED;
}

/* The part first, then the record that speaks of it; with the conversation that
 * has its key, and goes with that. */
static enum err
keep_part(struct desk *d, struct part_here *p, const struct buf *part)
{
	struct conv *c = desk_conv_known(d, p->of->box.owner);
	struct buf items;
	enum err e;

	buf_init(&items, 128);
	if (c == NULL)
		return ERR_NOTHING;
	if ((e = store_part_put(d->store, p->name, part->at)) == ERR_OK &&
	    (e = part_put(&items, p)) == ERR_OK &&
	    (e = desk_keep(d, c, &items, NULL)) == ERR_OK)
		e = part_add(d, p);
	buf_drop(&items);
	return e;
}

static enum err
fetch_part(struct desk *d, struct reach *r, const struct want *w,
    const struct part_here *known)
{
	struct part_here p = *known;
	struct buf part;
	enum err e;

	buf_init(&part, ENVELOPE_PART_BYTES);
	if (!keep_has_room(d))
		e = ERR_FULL;
	else if ((e = reach_part(r, p.tag, &part)) == ERR_OK &&
	    (e = part_opens(d, w, &p, &part)) == ERR_OK)
		e = keep_part(d, &p, &part);
	buf_drop(&part);
	wipe(&p, sizeof p);
	return e;
}

/* The parts that lack, as long as there is time; ERR_SHORT: it was over. */
static enum err
fetch_file(
    struct desk *d, struct reach *r, const struct want *w, uint64_t until)
{
	const struct said_file *f = w->file;
	const struct part_here *p;
	uint8_t tag[TAG_BYTES];
	enum err e = ERR_OK;

	for (uint32_t j = 0; e == ERR_OK && j < f->count; j++) {
		if (part_of(d, f, j) != NULL)
			continue;
		if (clock_ms() >= until)
			return ERR_SHORT;
		tag_part(tag, f->parts, f->first + j);
		p = part_find(d, tag);
		e = p == NULL ? ERR_NOTHING : fetch_part(d, r, w, p);
	}
	return e;
}

/* Whole texts are letters; they come to everybody. */
static bool
is_wanted(const struct desk *d, const struct conv *c, const struct said_file *f)
{
	uint8_t tag[TAG_BYTES];

	if (f->forged || desk_has_file(d, f) ||
	    (!f->is_text && !keep_is_ours(d, c)))
		return false;
	for (uint32_t j = 0; j < f->count; j++) {
		tag_part(tag, f->parts, f->first + j);
		if (part_of(d, f, j) == NULL && part_find(d, tag) == NULL)
			return false; /* it never was on the line, whole */
	}
	return true;
}

static enum err
add_want(struct wants *w, struct conv *c, struct said_file *f)
{
	void *list = w->of;
	enum err e = list_grow(&list, w->n, &w->room, sizeof *w->of);

	w->of = list;
	if (e == ERR_OK)
		w->of[w->n++] = (struct want){ c, f };
	return e;
}

static enum err
gather_said(struct desk *d, struct conv *c, struct said *s, uint32_t oldest,
    struct wants *w)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && !s->ours && i < s->files_all; i++)
		if (s->files[i].row >= oldest && is_wanted(d, c, &s->files[i]))
			e = add_want(w, c, &s->files[i]);
	return e;
}

static enum err
gather(struct desk *d, uint32_t oldest, struct wants *w)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < d->convs_n; i++) {
		struct conv *c = d->convs[i];

		conv_settle(c);
		for (size_t j = 0; e == ERR_OK && j < c->said_n; j++)
			e = gather_said(d, c, c->said[j], oldest, w);
	}
	return e;
}

/* Texts, then what the line forgets first; of one day the small first. */
static int
compare(const void *a, const void *b)
{
	const struct said_file *f = ((const struct want *)a)->file;
	const struct said_file *g = ((const struct want *)b)->file;

	if (f->is_text != g->is_text)
		return f->is_text ? -1 : 1;
	if (f->row != g->row)
		return f->row < g->row ? -1 : 1;
	return f->size < g->size ? -1 : f->size > g->size;
}

/* The first part of it that is not here. */
static void
first_part(uint8_t tag[static TAG_BYTES], const struct desk *d,
    const struct said_file *f)
{
	uint32_t j = 0;

	while (j + 1 < f->count && part_of(d, f, j) != NULL)
		j++;
	tag_part(tag, f->parts, f->first + j);
}

/* Which of the next files have anything on the line?  A source may have taken
 * its letter back. */
static enum err
look(struct desk *d, struct reach *r, const struct want *w, size_t n,
    bool lies[static REACH_FETCH_MAX])
{
	uint8_t tags[REACH_FETCH_MAX][TAG_BYTES];
	struct buf got;
	const uint8_t *p;
	enum err e;

	for (size_t i = 0; i < n; i++)
		first_part(tags[i], d, w[i].file);
	buf_init(&got, FETCH_BYTES);
	e = reach_fetch(r, (const uint8_t(*)[TAG_BYTES])tags, n, &got);
	p = got.at;
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		lies[i] = enc_get_u32(p) != 0;
		p += 4 + enc_get_u32(p);
	}
	buf_drop(&got);
	return e;
}

/* What is one file's fault holds no other up. */
static enum err
fetch_next(struct desk *d, struct reach *r, struct wants *w,
    const struct want *of, struct sync_report *rep)
{
	enum err e;

	/* It may have come as part of another. */
	if (desk_has_file(d, of->file))
		return ERR_OK;
	if (w->full || clock_ms() >= w->until) {
		rep->files_wait++;
		return ERR_OK;
	}
	e = fetch_file(d, r, of, w->until);
	rep->files += e == ERR_OK;
	if (e == ERR_FORGED)
		of->file->forged = true;
	if (e == ERR_FULL)
		w->full = true;
	rep->files_gone += e == ERR_NOTHING;
	if (e == ERR_FULL || (e == ERR_SHORT && clock_ms() >= w->until)) {
		rep->files_wait++;
		e = ERR_OK;
	}
	return e == ERR_FORGED || e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
fetch_some(struct desk *d, struct reach *r, struct wants *w, size_t at,
    struct sync_report *rep)
{
	const size_t n =
	    w->n - at < REACH_FETCH_MAX ? w->n - at : REACH_FETCH_MAX;
	bool lies[REACH_FETCH_MAX];
	enum err e;

	if (w->full || clock_ms() >= w->until) {
		rep->files_wait += (uint32_t)n;
		return ERR_OK;
	}
	e = look(d, r, w->of + at, n, lies);
	for (size_t i = 0; e == ERR_OK && i < n; i++) {
		rep->files_gone += !lies[i];
		if (lies[i])
			e = fetch_next(d, r, w, &w->of[at + i], rep);
	}
	return e;
}

enum err
sync_bodies(
    struct desk *d, struct reach *r, uint32_t oldest, struct sync_report *rep)
{
	struct wants w = { .until = clock_ms() + FILES_MS };
	enum err e = gather(d, oldest, &w);

	if (w.n > 1)
		qsort(w.of, w.n, sizeof *w.of, compare);
	for (size_t at = 0; e == ERR_OK && at < w.n; at += REACH_FETCH_MAX)
		e = fetch_some(d, r, &w, at, rep);
	rep->files_full = w.full;
	wipe_free(w.of, w.room * sizeof *w.of);
	return e;
}

/* As it came with one letter. */
static enum err
fetch_as(
    struct desk *d, struct reach *r, struct conv *c, const struct said_file *f)
{
	struct said_file one = *f;
	const struct want w = { c, &one };
	enum err e;

	one.other = NULL;
	e = sync_headers_of(d, r, c, &one);
	if (e == ERR_OK && one.forged)
		e = ERR_FORGED;
	return e == ERR_OK ? fetch_file(d, r, &w, UINT64_MAX) : e;
}

enum err
sync_fetch_file(
    struct desk *d, struct reach *r, struct conv *c, const struct said_file *f)
{
	const struct said_file *as = f;
	enum err e, got;

	if (desk_has_file(d, f))
		return ERR_OK;
	e = ERR_NOTHING;
	do {
		got = fetch_as(d, r, c, as);
		if (got != ERR_NOTHING && got != ERR_FORGED)
			return got;
		if (got == ERR_FORGED)
			e = got;
		as = as->other;
	} while (as != NULL && as != f);
	return e;
}
