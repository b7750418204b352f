#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "team/pieces.h"

/* Whose wholes, and how much they take. */
struct holder {
	struct holder *next;
	uint8_t device[DEVICE_ID_BYTES];
	size_t sets;
	size_t bytes;
};

/* A whole of which some pieces are here. */
struct set {
	struct set *next; /* added to longer ago */
	struct holder *of;
	uint8_t id[PIECE_ID_BYTES];
	enum piece_what what;
	uint32_t count, have;
	size_t cost; /* what it takes, bookkeeping included */
	size_t last_n; /* bytes of the last piece, when it is here */
	uint8_t *at[PIECE_COUNT];
};

/* What a set takes before its first piece. */
#define SET_COST (sizeof(struct set) + sizeof(struct holder))
static_assert(SET_COST + PIECE_WHOLE_MAX <= PIECES_LEAST,
    "the least limit holds the largest whole");

struct done {
	uint8_t device[DEVICE_ID_BYTES];
	uint8_t id[PIECE_ID_BYTES];
};

struct pieces {
	struct pieces_limit limit;
	size_t held;
	uint64_t out;
	struct set *first; /* added to last */
	struct holder *holders;
	size_t done_n, done_at; /* a ring */
	struct done done[PIECES_DONE];
};

enum err
pieces_open(struct pieces **p, const struct pieces_limit *limit)
{
	struct pieces *got = calloc(1, sizeof *got);

	if (got == NULL)
		return ERR_NOMEM;
	got->limit = *limit;
	if (got->limit.bytes == 0)
		got->limit.bytes = PIECES_BYTES;
	if (got->limit.device_bytes == 0)
		got->limit.device_bytes = PIECES_DEVICE_BYTES;
	assert(got->limit.bytes >= PIECES_LEAST &&
	    got->limit.device_bytes >= PIECES_LEAST);
	*p = got;
	return ERR_OK;
}

static size_t
piece_n(const struct set *s, uint32_t i)
{
	return i + 1 == s->count ? s->last_n : PIECE_BYTES;
}

static void
drop_holder(struct pieces *p, struct holder *h)
{
	struct holder **at = &p->holders;

	while (*at != h)
		at = &(*at)->next;
	*at = h->next;
	wipe_free(h, sizeof *h);
}

/* Take a set out of the list and release it. */
static void
drop_set(struct pieces *p, struct set *s)
{
	struct set **at = &p->first;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	for (uint32_t i = 0; i < s->count; i++)
		if (s->at[i] != NULL)
			wipe_free(s->at[i], piece_n(s, i));
	p->held -= s->cost;
	s->of->bytes -= s->cost;
	if (--s->of->sets == 0)
		drop_holder(p, s->of);
	wipe_free(s, sizeof *s);
}

void
pieces_close(struct pieces *p)
{
	if (p == NULL)
		return;
	while (p->first != NULL)
		drop_set(p, p->first);
	wipe_free(p, sizeof *p);
}

static struct holder *
find_holder(const struct pieces *p, const uint8_t *device)
{
	struct holder *h = p->holders;

	while (h != NULL && memcmp(h->device, device, DEVICE_ID_BYTES) != 0)
		h = h->next;
	return h;
}

static struct set *
find_set(const struct pieces *p, const struct piece *one)
{
	struct set *s = p->first;

	while (s != NULL &&
	    (memcmp(s->id, one->id, PIECE_ID_BYTES) != 0 ||
		memcmp(s->of->device, one->device, DEVICE_ID_BYTES) != 0))
		s = s->next;
	return s;
}

static bool
is_done(const struct pieces *p, const struct piece *one)
{
	for (size_t i = 0; i < p->done_n; i++)
		if (memcmp(p->done[i].id, one->id, PIECE_ID_BYTES) == 0 &&
		    memcmp(p->done[i].device, one->device, DEVICE_ID_BYTES) ==
			0)
			return true;
	return false;
}

static void
remember(struct pieces *p, const struct piece *one)
{
	struct done *d = &p->done[p->done_at];

	memcpy(d->device, one->device, sizeof d->device);
	memcpy(d->id, one->id, sizeof d->id);
	p->done_at = (p->done_at + 1) % PIECES_DONE;
	if (p->done_n < PIECES_DONE)
		p->done_n++;
}

/* The set added to longest ago, of this holder (NULL: of any), but `keep`. */
static struct set *
oldest(const struct pieces *p, const struct holder *of, const struct set *keep)
{
	struct set *found = NULL;

	for (struct set *s = p->first; s != NULL; s = s->next)
		if (s != keep && (of == NULL || s->of == of))
			found = s;
	return found;
}

static const struct holder *
heaviest(const struct pieces *p)
{
	const struct holder *most = p->holders;

	for (const struct holder *h = most; h != NULL; h = h->next)
		if (h->bytes > most->bytes)
			most = h;
	return most;
}

static void
put_out(struct pieces *p, struct set *s)
{
	drop_set(p, s);
	p->out++;
}

/* Room for `n` bytes more of this device; `keep` is what they are for. */
static void
make_room(
    struct pieces *p, const uint8_t *device, const struct set *keep, size_t n)
{
	const struct holder *h;
	struct set *s;

	/* Its holder goes with its last set. */
	while ((h = find_holder(p, device)) != NULL &&
	    h->bytes + n > p->limit.device_bytes) {
		s = oldest(p, h, keep);
		assert(s != NULL);
		put_out(p, s);
	}
	while (p->held + n > p->limit.bytes) {
		if ((s = oldest(p, heaviest(p), keep)) == NULL)
			s = oldest(p, NULL, keep);
		assert(s != NULL);
		put_out(p, s);
	}
}

/* An empty set in front; NULL when memory cannot be had. */
static struct set *
new_set(struct pieces *p, const struct piece *one)
{
	struct holder *h = find_holder(p, one->device);
	struct set *s = calloc(1, sizeof *s);

	if (s == NULL)
		return NULL;
	if (h == NULL) {
		if ((h = calloc(1, sizeof *h)) == NULL) {
			wipe_free(s, sizeof *s);
			return NULL;
		}
		memcpy(h->device, one->device, sizeof h->device);
		h->next = p->holders;
		p->holders = h;
	}
	memcpy(s->id, one->id, sizeof s->id);
	s->what = one->what;
	s->count = one->count;
	s->cost = SET_COST;
	s->of = h;
	s->next = p->first;
	p->first = s;
	p->held += s->cost;
	h->bytes += s->cost;
	h->sets++;
	return s;
}

static void
to_front(struct pieces *p, struct set *s)
{
	struct set **at = &p->first;

	while (*at != s)
		at = &(*at)->next;
	*at = s->next;
	s->next = p->first;
	p->first = s;
}

/* Keep a piece that is not the last to come. */
static enum err
keep(struct pieces *p, struct set *s, const struct piece *one)
{
	const size_t n = one->bytes.len;
	uint8_t *copy;

	make_room(p, one->device, s, n + (s == NULL ? SET_COST : 0));
	if ((copy = malloc(n)) == NULL)
		return ERR_NOMEM;
	if (s == NULL && (s = new_set(p, one)) == NULL) {
		wipe_free(copy, n);
		return ERR_NOMEM;
	}
	memcpy(copy, one->bytes.at, n);
	s->at[one->index] = copy;
	if (one->index + 1 == s->count)
		s->last_n = n;
	s->have++;
	s->cost += n;
	s->of->bytes += n;
	p->held += n;
	to_front(p, s);
	return ERR_OK;
}

/* The pieces that are here and the one that lacked, behind each other; there is
 * no set for a whole of one piece. */
static size_t
join(uint8_t *at, const struct set *s, const struct piece *one)
{
	size_t n = 0, len;

	for (uint32_t i = 0; i < one->count; i++) {
		const uint8_t *from = one->bytes.at;

		len = one->bytes.len;
		if (s != NULL && i != one->index) {
			from = s->at[i];
			len = piece_n(s, i);
		}
		memcpy(at + n, from, len);
		n += len;
	}
	return n;
}

static enum err
finish(
    struct pieces *p, struct set *s, const struct piece *one, struct buf *whole)
{
	uint8_t id[PIECE_ID_BYTES], *at;
	enum err e;
	size_t n;

	e = buf_room(whole, (size_t)one->count * PIECE_BYTES, &at);
	if (e != ERR_OK)
		return e;
	n = join(at, s, one);
	if (s != NULL)
		drop_set(p, s);
	piece_id(id, one->what, at, n);
	if (memcmp(id, one->id, sizeof id) != 0) {
		wipe(at, n);
		return ERR_FORGED;
	}
	whole->len += n;
	remember(p, one);
	return ERR_OK;
}

enum err
pieces_add(struct pieces *p, const struct piece *one, struct buf *whole)
{
	struct set *s;

	assert(one->count > 0 && one->count <= PIECE_COUNT &&
	    one->index < one->count && one->bytes.len > 0 &&
	    one->bytes.len <= PIECE_BYTES);
	if (is_done(p, one))
		return ERR_TAKEN;
	if ((s = find_set(p, one)) != NULL) {
		if (s->what != one->what || s->count != one->count)
			return ERR_DENIED;
		if (s->at[one->index] != NULL)
			return ERR_TAKEN;
	}
	if ((s == NULL ? 0 : s->have) + 1 == one->count)
		return finish(p, s, one, whole);
	return keep(p, s, one);
}

bool
pieces_part(const struct pieces *p, size_t *at, struct pieces_part *part)
{
	const struct set *s = p->first;

	for (size_t i = 0; i < *at && s != NULL; i++)
		s = s->next;
	if (s == NULL)
		return false;
	(*at)++;
	memcpy(part->device, s->of->device, sizeof part->device);
	memcpy(part->id, s->id, sizeof part->id);
	part->what = s->what;
	part->count = s->count;
	part->have = s->have;
	return true;
}

size_t
pieces_held(const struct pieces *p)
{
	return p->held;
}

uint64_t
pieces_out(const struct pieces *p)
{
	return p->out;
}
