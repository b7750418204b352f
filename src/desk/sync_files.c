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

/* The key that opens a part, by the days its letter's row allows. */
static enum err
part_key(
    struct desk *d, const struct group *g, uint8_t *key, const uint8_t *header)
{
	struct age_identity *id;
	struct ring_key with;
	size_t at = 0;
	enum err e = ERR_NOKEY;

	while (e == ERR_NOKEY && ring_next(&d->vault->ring, g->row, &at, &with))
		if ((e = days_identity(d, &with, &id)) == ERR_OK)
			e = envelope_file_key(key, id, header);
	return e == ERR_NOKEY
	    ? circles_file_key(key, d, g->conv, g->row, header)
	    : e;
}

static enum err
part_opens(const uint8_t *key, const struct buf *part)
{
	uint8_t *plain = malloc(ENVELOPE_PART_PLAIN);
	enum err e;

	if (plain == NULL)
		return ERR_NOMEM;
	e = envelope_open_keyed(plain, key, part->at, part->len);
	wipe_free(plain, ENVELOPE_PART_PLAIN);
	return e;
}

/* The part first, then the record that speaks of it. */
static enum err
keep_part(
    struct desk *d, struct conv *c, struct part_here *p, const struct buf *part)
{
	struct buf items;
	enum err e;

	p->of = c;
	buf_init(&items, 128);
	if ((e = store_part_put(d->store, p->name, part->at)) == ERR_OK &&
	    (e = part_put(&items, p)) == ERR_OK &&
	    (e = desk_keep(d, c, &items, NULL)) == ERR_OK)
		e = part_add(d, p);
	buf_drop(&items);
	return e;
}

/* Does the part open with a key of ours?  ERR_NOKEY and others say no. */
static enum err
open_part(struct desk *d, const struct group *g, struct part_here *p,
    const struct buf *part)
{
	enum err e = part_key(d, g, p->key, part->at);

	return e == ERR_OK ? part_opens(p->key, part) : e;
}

/* ERR_NOTHING: it is not on the line.  ERR_FORGED: what lies there opens with
 * no key of ours; nothing else can ever lie there. */
static enum err
fetch_part(
    struct desk *d, struct reach *r, const struct group *g, struct part_here *p)
{
	struct buf part;
	enum err e;

	buf_init(&part, ENVELOPE_PART_BYTES);
	if ((e = reach_part(r, p->tag, &part)) != ERR_OK)
		goto out;
	e = open_part(d, g, p, &part);
	if (e == ERR_OK)
		e = keep_part(d, g->conv, p, &part);
	else if (e != ERR_NOMEM && e != ERR_IO)
		e = ERR_FORGED;
out:
	buf_drop(&part);
	return e;
}

static enum err
fetch_file(struct desk *d, struct reach *r, const struct group *g,
    const struct said_file *f)
{
	struct part_here p;
	enum err e = ERR_OK;

	for (uint32_t j = 0; e == ERR_OK && j < f->count; j++) {
		p = (struct part_here){ .of = g->conv };
		tag_part(p.tag, f->parts, f->first + j);
		if (part_of(d, f, j) == NULL)
			e = fetch_part(d, r, g, &p);
		wipe(&p, sizeof p);
	}
	return e;
}

/* A file that came with several letters is asked for with each, until it is
 * here. */
static bool
is_wanted(const struct desk *d, const struct said_file *f, uint32_t row)
{
	return f->row == row && !f->forged && !desk_has_file(d, f);
}

/* The parts of a letter became visible at once, so that where one lacks, those
 * behind it do. */
static enum err
fetch_group(
    struct desk *d, struct reach *r, const struct group *g, uint32_t *files)
{
	enum err e = ERR_OK;

	for (size_t k = g->from; e == ERR_OK && k < g->to; k++) {
		struct said_file *f = &g->said->files[k];

		if (!is_wanted(d, f, g->row))
			continue;
		e = fetch_file(d, r, g, f);
		*files += e == ERR_OK;
		f->forged = e == ERR_FORGED;
		if (e == ERR_FORGED)
			e = ERR_OK;
	}
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* The first part of a group's first file that lacks. */
static void
first_part(
    uint8_t tag[static TAG_BYTES], const struct desk *d, const struct group *g)
{
	const struct said_file *f = &g->said->files[g->from];

	for (uint32_t j = 0; j < f->count; j++) {
		tag_part(tag, f->parts, f->first + j);
		if (part_of(d, f, j) == NULL)
			return;
	}
}

/* Ask which of these groups have anything on the line, and fetch those: a
 * letter that names files it never had costs a part of one request. */
static enum err
fetch_some(struct desk *d, struct reach *r, struct some *some, uint32_t *files)
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
		const uint32_t len = enc_get_u32(p);

		if (len != 0)
			e = fetch_group(d, r, &some->of[i], files);
		p += 4 + len;
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
sync_said(struct desk *d, struct reach *r, struct group g, struct some *some,
    uint32_t *files)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && next_group(d, &g)) {
		some->of[some->n++] = g;
		if (some->n == REACH_FETCH_MAX)
			e = fetch_some(d, r, some, files);
	}
	return e;
}

enum err
sync_files(struct desk *d, struct reach *r, uint32_t row, uint32_t *files)
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
				    &some, files);
	}
	return e == ERR_OK ? fetch_some(d, r, &some, files) : e;
}
