#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "desk/conv.h"

static int
compare(uint64_t a, uint64_t b)
{
	return (a > b) - (a < b);
}

/* By the place of the letter it came with, and there. */
static int
by_origin(const struct said_file *f, const struct said_file *g)
{
	int d;

	if ((d = compare(f->day, g->day)) != 0 ||
	    (d = compare(f->slot, g->slot)) != 0 ||
	    (d = memcmp(f->parts, g->parts, sizeof f->parts)) != 0)
		return d;
	return compare(f->index, g->index);
}

static int
same_file(const struct said_file *f, const struct said_file *g)
{
	const int d = memcmp(f->sha256, g->sha256, sizeof f->sha256);

	return d != 0 ? d : compare(f->size, g->size);
}

static int
sort_refs(const void *p, const void *q)
{
	const struct conv_ref *a = p, *b = q;
	int d;

	if ((d = same_file(a->file, b->file)) != 0 ||
	    (d = compare(a->place, b->place)) != 0)
		return d;
	return by_origin(a->file, b->file);
}

static int
sort_files(const void *p, const void *q)
{
	const struct said_file *f = p, *g = q;

	return f->again != g->again ? f->again - g->again : by_origin(f, g);
}

/* All files of the versions said[from] to said[to], the same side by side. */
static size_t
gather_files(struct conv *c, size_t from, size_t to)
{
	size_t n = 0;

	for (size_t i = from; i < to; i++)
		for (size_t j = 0; j < c->said[i]->files_all; j++)
			c->refs[n++] =
			    (struct conv_ref){ &c->said[i]->files[j], i };
	if (n > 0)
		qsort(c->refs, n, sizeof *c->refs, sort_refs);
	return n;
}

static bool
goes_on(const struct conv *c, size_t i, size_t n)
{
	return i + 1 < n &&
	    same_file(c->refs[i].file, c->refs[i + 1].file) == 0;
}

/* Each leads to the next of the same, the last to the first. */
static void
ring_files(struct conv *c, size_t n)
{
	for (size_t i = 0, first = 0; i < n; i++)
		if (goes_on(c, i, n)) {
			c->refs[i].file->other = c->refs[i + 1].file;
		} else {
			c->refs[i].file->other =
			    i == first ? NULL : c->refs[first].file;
			first = i + 1;
		}
}

/* The files of the versions said[from] to said[to]: each stands with the
 * earliest that has it. */
static void
unite_files(struct conv *c, size_t from, size_t to)
{
	const size_t n = gather_files(c, from, to);

	for (size_t i = 0; i < n; i++)
		c->refs[i].file->again = i > 0 && goes_on(c, i - 1, n);
	for (size_t i = from; i < to; i++) {
		struct said *s = c->said[i];

		if (s->files_all == 0)
			continue;
		qsort(s->files, s->files_all, sizeof *s->files, sort_files);
		for (s->files_n = 0; s->files_n < s->files_all; s->files_n++)
			if (s->files[s->files_n].again)
				break;
	}
	/* They have moved. */
	ring_files(c, gather_files(c, from, to));
}

/* The name that the latest letter with one has; a misdated one names nobody who
 * has a name. */
static void
choose_name(struct conv *c)
{
	const char *name = NULL;

	for (size_t i = 0; i < c->said_n; i++) {
		const bool dated = i < c->apart;

		if (c->said[i]->name != NULL && (dated || name == NULL))
			name = c->said[i]->name;
	}
	if (name == NULL)
		return;
	c->name_marks = name_chosen(c->name, name, strlen(name));
	name_shape(c->shape, c->name);
}

void
conv_settle(struct conv *c)
{
	if (c->settled)
		return;
	for (size_t i = 0; i < c->said_n; i++)
		c->order[i] = &c->all[i]->at;
	c->apart =
	    conversation_order(c->order, c->order + c->said_room, c->said_n);
	for (size_t i = 0; i < c->said_n; i++) {
		/* The item is the first thing in what was said. */
		void *whole = c->order[i];
		struct said *s = whole;

		c->said[i] = s;
		s->misdated = s->at.misdated;
		s->other_version = s->at.version;
		s->missing = s->at.missing;
	}
	for (size_t i = 0, to; i < c->said_n; i = to) {
		for (to = i + 1; to < c->said_n; to++)
			if (c->said[to]->at.first != c->said[i]->at.first)
				break;
		if (to > i + 1 || c->said[i]->united)
			unite_files(c, i, to);
	}
	choose_name(c);
	c->settled = true;
}

_Static_assert(offsetof(struct said, at) == 0, "the item is the first thing");
