/* Headers of parts, and the keys that they give. */
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "desk/circles.h"
#include "desk/days.h"
#include "desk/sync_files.h"

#define FETCH_BYTES (REACH_FETCH_MAX * (4U + ENVELOPE_LETTER_BYTES))

/* Files of one letter, one behind the other, that came together. */
struct group {
	struct conv *conv;
	struct said *said;
	uint32_t row; /* of the day that is gone through */
	size_t from, to; /* the first of them lacks */
};

/* Groups that are asked for with one request. */
struct some {
	size_t n;
	struct group of[REACH_FETCH_MAX];
};

/* Parts whose headers are asked for with one request. */
struct chunk {
	struct conv *conv;
	size_t n;
	struct said_file *file[REACH_FETCH_MAX];
	uint8_t tags[REACH_FETCH_MAX][TAG_BYTES];
};

enum err
sync_part_key(struct desk *d, const struct conv *c, uint32_t row,
    uint8_t key[static AGE_FILE_KEY_BYTES], const uint8_t *header)
{
	struct age_identity *id;
	struct ring_key with;
	size_t at = 0;
	enum err e = ERR_NOKEY;

	while (e == ERR_NOKEY && ring_next(&d->vault->ring, row, &at, &with))
		if ((e = days_identity(d, &with, &id)) == ERR_OK)
			e = envelope_file_key(key, id, header);
	return e == ERR_NOKEY ? circles_file_key(key, d, c, row, header) : e;
}

/* One key, for the record that speaks of a chunk's.  What opens with none of
 * ours is marked: nothing else can ever lie there. */
static enum err
take_header(struct desk *d, const struct chunk *k, size_t i,
    const uint8_t *header, struct buf *items)
{
	struct part_here p = { .of = k->conv };
	enum err e;

	/* The first conversation that names it has it. */
	if (part_find(d, k->tags[i]) != NULL)
		return ERR_OK;
	memcpy(p.tag, k->tags[i], sizeof p.tag);
	e = sync_part_key(d, k->conv, k->file[i]->row, p.key, header);
	if (e == ERR_OK)
		e = part_put(items, &p);
	else if (!err_is_machine(e)) {
		k->file[i]->forged = true;
		e = ERR_OK;
	}
	wipe(&p, sizeof p);
	return e;
}

/* `got` is the answer to the chunk.  Kept first, then known. */
static enum err
take_headers(struct desk *d, struct chunk *k, const uint8_t *got, bool *lacks)
{
	struct buf items;
	enum err e = ERR_OK;

	buf_init(&items, RECORD_MAX);
	for (size_t i = 0; e == ERR_OK && i < k->n; i++) {
		const uint32_t len = enc_get_u32(got);

		if (len == ENVELOPE_HEADER_BYTES)
			e = take_header(d, k, i, got + 4, &items);
		else
			*lacks = true;
		got += 4 + len;
	}
	if (e == ERR_OK && items.len > 0 &&
	    (e = desk_keep(d, k->conv, &items, NULL)) == ERR_OK)
		e = conv_take_record(d, k->conv, items.at, items.len);
	k->n = 0;
	buf_drop(&items);
	return e;
}

/* Ask for a chunk; ERR_NOTHING: some of it is not on the line. */
static enum err
fetch_chunk(struct desk *d, struct reach *r, struct chunk *k)
{
	struct buf got;
	bool lacks = false;
	enum err e = ERR_OK;

	if (k->n == 0)
		return ERR_OK;
	buf_init(&got, FETCH_BYTES);
	if ((e = reach_fetch(r, (const uint8_t(*)[TAG_BYTES])k->tags, k->n,
		 &got)) == ERR_OK &&
	    (e = take_headers(d, k, got.at, &lacks)) == ERR_OK && lacks)
		e = ERR_NOTHING;
	buf_drop(&got);
	return e;
}

/* Is the key of part `j`, as it came with this letter, not here? */
static bool
lacks_key(const struct desk *d, const struct said_file *f, uint32_t j,
    uint8_t tag[static TAG_BYTES])
{
	tag_part(tag, f->parts, f->first + j);
	return part_find(d, tag) == NULL;
}

/* A file that came with several letters is asked for with each, until it is
 * here. */
static bool
is_wanted(const struct desk *d, const struct said_file *f, uint32_t row)
{
	uint8_t tag[TAG_BYTES];

	if (f->row != row || f->forged || desk_has_file(d, f))
		return false;
	for (uint32_t j = 0; j < f->count; j++)
		if (lacks_key(d, f, j, tag))
			return true;
	return false;
}

/* The rest of a file into chunks, which are asked for when they are full. */
static enum err
fetch_file(
    struct desk *d, struct reach *r, struct chunk *k, struct said_file *f)
{
	enum err e = ERR_OK;

	for (uint32_t j = 0; e == ERR_OK && j < f->count && !f->forged; j++) {
		if (!lacks_key(d, f, j, k->tags[k->n]))
			continue;
		k->file[k->n++] = f;
		if (k->n == REACH_FETCH_MAX)
			e = fetch_chunk(d, r, k);
	}
	return e;
}

enum err
sync_headers_of(
    struct desk *d, struct reach *r, struct conv *c, struct said_file *f)
{
	struct chunk k = { .conv = c };
	enum err e = fetch_file(d, r, &k, f);

	return e == ERR_OK ? fetch_chunk(d, r, &k) : e;
}

/* The parts of a letter became visible at once, so that where one lacks, those
 * behind it do. */
static enum err
fetch_group(struct desk *d, struct reach *r, const struct group *g)
{
	struct chunk k = { .conv = g->conv };
	enum err e = ERR_OK;

	for (size_t i = g->from; e == ERR_OK && i < g->to; i++)
		if (is_wanted(d, &g->said->files[i], g->row))
			e = fetch_file(d, r, &k, &g->said->files[i]);
	if (e == ERR_OK)
		e = fetch_chunk(d, r, &k);
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* The first part of a group's first file whose key lacks. */
static void
first_part(
    uint8_t tag[static TAG_BYTES], const struct desk *d, const struct group *g)
{
	const struct said_file *f = &g->said->files[g->from];

	for (uint32_t j = 0; j < f->count; j++)
		if (lacks_key(d, f, j, tag))
			return;
}

/* What was asked gives the first key of a group, and says that there is more.
 */
static enum err
begin_group(struct desk *d, struct reach *r, const struct group *g,
    const uint8_t *tag, const uint8_t *got)
{
	struct chunk k = { .conv = g->conv, .n = 1 };
	bool lacks = false;
	enum err e;

	k.file[0] = &g->said->files[g->from];
	memcpy(k.tags[0], tag, TAG_BYTES);
	e = take_headers(d, &k, got, &lacks);
	return e == ERR_OK && !lacks ? fetch_group(d, r, g) : e;
}

/* Ask which of these groups have anything on the line, and fetch those: a
 * letter that names files it never had costs a part of one request. */
static enum err
fetch_some(struct desk *d, struct reach *r, struct some *some)
{
	uint8_t tags[REACH_FETCH_MAX][TAG_BYTES];
	const uint8_t *p;
	struct buf got;
	enum err e;

	if (some->n == 0)
		return ERR_OK;
	for (size_t i = 0; i < some->n; i++)
		first_part(tags[i], d, &some->of[i]);
	buf_init(&got, FETCH_BYTES);
	e = reach_fetch(r, (const uint8_t(*)[TAG_BYTES])tags, some->n, &got);
	p = got.at;
	for (size_t i = 0; e == ERR_OK && i < some->n; i++) {
		e = begin_group(d, r, &some->of[i], tags[i], p);
		p += 4 + enc_get_u32(p);
	}
	buf_drop(&got);
	some->n = 0;
	return e;
}

/* The next files of a letter that came together, from the first that lacks;
 * false when there are none. */
static bool
next_group(const struct desk *d, struct group *g)
{
	const struct said *s = g->said;

	for (g->from = g->to; g->from < s->files_all &&
	     !is_wanted(d, &s->files[g->from], g->row);)
		g->from++;
	g->to = g->from;
	while (g->to < s->files_all &&
	    memcmp(s->files[g->to].parts, s->files[g->from].parts,
		TAG_PARTS_BYTES) == 0)
		g->to++;
	return g->from < s->files_all;
}

static enum err
sync_said(struct desk *d, struct reach *r, struct group g, struct some *some)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && next_group(d, &g)) {
		some->of[some->n++] = g;
		if (some->n == REACH_FETCH_MAX)
			e = fetch_some(d, r, some);
	}
	return e;
}

enum err
sync_headers(struct desk *d, struct reach *r, uint32_t row)
{
	struct some some = { .n = 0 };
	enum err e = ERR_OK;

	/* Nothing may move while it is gone through. */
	for (size_t i = 0; i < d->convs_n; i++)
		conv_settle(d->convs[i]);

	for (size_t i = 0; i < d->convs_n; i++) {
		struct conv *c = d->convs[i];

		for (size_t j = 0; e == ERR_OK && j < c->said_n; j++)
			if (!c->said[j]->ours)
				e = sync_said(d, r,
				    (struct group){ .conv = c,
					.said = c->said[j],
					.row = row },
				    &some);
	}
	return e == ERR_OK ? fetch_some(d, r, &some) : e;
}
