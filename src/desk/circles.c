#include <stdlib.h>
#include <string.h>

#include "age/envelope.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/key.h"

#include "desk/circles.h"
#include "desk/packed.h"

#define NAME "circles"
#define FROM "circles-from" /* which device made the welcome they came in */
#define ROW_BYTES (CIRCLE_ID_BYTES + CONV_ID_BYTES + 4U + CHAIN_SEED_BYTES)
#define IDS 8U /* identities that are kept of one */

struct held {
	struct circle is;
	uint8_t of[CONV_ID_BYTES]; /* zeros: of a pack, not looked up yet */
	struct {
		uint32_t term;
		struct age_identity *id;
	} ids[IDS];
};

struct circles {
	size_t n, room;
	struct held *list; /* guarded */
};

static void
forget_ids(struct held *h)
{
	for (size_t i = 0; i < IDS; i++) {
		age_identity_close(h->ids[i].id);
		h->ids[i].id = NULL;
	}
}

static void
empty(struct circles *all)
{
	for (size_t i = 0; i < all->n; i++)
		forget_ids(&all->list[i]);
	key_memory_free(all->list);
	*all = (struct circles){ .n = 0 };
}

void
circles_drop(struct desk *d)
{
	if (d->circles == NULL)
		return;
	empty(d->circles);
	free(d->circles);
	d->circles = NULL;
}

/* Guarded memory does not grow: a larger piece takes its place. */
static enum err
make_room(struct circles *all)
{
	const size_t want = all->room == 0 ? 8 : 2 * all->room;
	struct held *list;

	if (all->n < all->room)
		return ERR_OK;
	if ((list = key_memory(want * sizeof *list)) == NULL)
		return ERR_NOMEM;
	if (all->n > 0)
		memcpy(list, all->list, all->n * sizeof *list);
	key_memory_free(all->list);
	all->list = list;
	all->room = want;
	return ERR_OK;
}

static enum err
add(struct circles *all, const struct circle *c, const uint8_t *of)
{
	enum err e;

	if (all->n == CIRCLES_MAX)
		return ERR_FULL;
	if ((e = make_room(all)) != ERR_OK)
		return e;
	all->list[all->n] = (struct held){ .is = *c };
	memcpy(all->list[all->n++].of, of, CONV_ID_BYTES);
	return ERR_OK;
}

static void
take_away(struct circles *all, size_t i)
{
	forget_ids(&all->list[i]);
	all->list[i] = all->list[--all->n];
	wipe(&all->list[all->n], sizeof all->list[0]);
}

static enum err
read_rows(struct circles *all, const struct buf *b)
{
	struct circle c;
	enum err e = b->len % ROW_BYTES == 0 ? ERR_OK : ERR_FORMAT;

	for (size_t at = 0; e == ERR_OK && at < b->len; at += ROW_BYTES) {
		const uint8_t *of = b->at + at + CIRCLE_ID_BYTES;
		const uint8_t *p = of + CONV_ID_BYTES;

		memcpy(c.id, b->at + at, sizeof c.id);
		c.chain.day = enc_get_u32(p);
		memcpy(c.chain.seed, p + 4, CHAIN_SEED_BYTES);
		e = c.chain.day % CIRCLE_DAYS == 0 ? add(all, &c, of)
						   : ERR_FORMAT;
	}
	circle_drop(&c);
	return e;
}

enum err
circles_load(struct desk *d)
{
	struct buf b;
	enum err e;

	if ((d->circles = calloc(1, sizeof *d->circles)) == NULL)
		return ERR_NOMEM;
	buf_init(&b, STORE_BLOB_MAX);
	if ((e = store_get(d->store, NAME, &b)) == ERR_OK)
		e = read_rows(d->circles, &b);
	buf_drop(&b);
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* The file before is overwritten: it holds seeds that must be forgotten. */
static enum err
save(struct desk *d)
{
	struct buf b;
	enum err e = ERR_OK;

	buf_init(&b, STORE_BLOB_MAX);
	for (size_t i = 0; e == ERR_OK && i < d->circles->n; i++) {
		const struct held *h = &d->circles->list[i];
		const struct circle *c = &h->is;

		if ((e = buf_put(&b, c->id, sizeof c->id)) == ERR_OK &&
		    (e = buf_put(&b, h->of, sizeof h->of)) == ERR_OK &&
		    (e = buf_put_u32(&b, c->chain.day)) == ERR_OK)
			e = buf_put(&b, c->chain.seed, CHAIN_SEED_BYTES);
	}
	if (e == ERR_OK)
		e = store_put_over(d->store, NAME, b.at, b.len);
	buf_drop(&b);
	return e;
}

size_t
circles_count(const struct desk *d)
{
	return d->circles->n;
}

const struct circle *
circles_at(const struct desk *d, size_t i)
{
	return &d->circles->list[i].is;
}

const struct circle *
circles_find(const struct desk *d, const uint8_t id[static CIRCLE_ID_BYTES])
{
	for (size_t i = 0; i < d->circles->n; i++)
		if (memcmp(d->circles->list[i].is.id, id, CIRCLE_ID_BYTES) == 0)
			return &d->circles->list[i].is;
	return NULL;
}

/* How many are held that were made by the device of this one. */
static size_t
made_by(const struct circles *all, const uint8_t *id)
{
	size_t n = 0;

	for (size_t i = 0; i < all->n; i++)
		n += memcmp(all->list[i].is.id, id, CIRCLE_BY_BYTES) == 0;
	return n;
}

bool
circles_crowded(const struct desk *d, uint8_t device[static CIRCLE_BY_BYTES])
{
	const struct circles *all = d->circles;

	/* Of fewer there is no device with so many. */
	for (size_t i = 0; i + CIRCLES_DEVICE <= all->n; i++)
		if (made_by(all, all->list[i].is.id) >= CIRCLES_DEVICE) {
			memcpy(device, all->list[i].is.id, CIRCLE_BY_BYTES);
			return true;
		}
	return false;
}

/* Nobody's leave no room for those of others. */
bool
circles_has_room(const struct desk *d, const uint8_t id[static CIRCLE_ID_BYTES])
{
	return d->circles->n < CIRCLES_MAX &&
	    made_by(d->circles, id) < CIRCLES_DEVICE;
}

enum err
circles_put(struct desk *d, const struct circle *c,
    const uint8_t of[static CONV_ID_BYTES])
{
	enum err e;

	if (circles_find(d, c->id) != NULL)
		return ERR_TAKEN;
	if (!circles_has_room(d, c->id))
		return ERR_FULL;
	if ((e = add(d->circles, c, of)) != ERR_OK)
		return e;
	if ((e = save(d)) != ERR_OK)
		take_away(d->circles, d->circles->n - 1);
	return e;
}

enum err
circles_take_packed(struct desk *d, const uint8_t *p, size_t n, bool keep)
{
	static const uint8_t unknown[CONV_ID_BYTES];
	struct circle c;
	enum err e = packed_circle(&c, p, n);

	if (e != ERR_OK || !keep)
		return e;
	/* A desk that is being made has read nothing yet. */
	if (d->circles == NULL)
		e = circles_load(d);
	if (e == ERR_OK)
		e = circles_put(d, &c, unknown);
	circle_drop(&c);
	return e == ERR_TAKEN ? ERR_OK : e;
}

bool
circles_is_of(const struct desk *d, const struct registered_circle *of,
    const uint8_t device[static DEVICE_ID_BYTES])
{
	const struct roster_device *by = roster_device(d->roster, device);

	return memcmp(of->device, device, DEVICE_ID_BYTES) == 0 ||
	    (by != NULL && registers_names(of, by->member));
}

bool
circles_may_pack(const struct desk *d, const struct registered_circle *of,
    const uint8_t device[static DEVICE_ID_BYTES])
{
	const struct roster_device *by = roster_device(d->roster, device);
	const struct restricted *r =
	    registers_restricted(&d->registers, of->conversation);

	return circles_is_of(d, of, device) ||
	    (by != NULL && r != NULL && r->is && restricted_has(r, by->member));
}

enum err
circles_welcomed_by(
    struct desk *d, const uint8_t device[static DEVICE_ID_BYTES])
{
	return d->circles == NULL
	    ? ERR_OK
	    : store_put(d->store, FROM, device, DEVICE_ID_BYTES);
}

/* Those that whoever made the welcome may not have handed over go: what the
 * source writes would be sealed to a key of his. */
static void
judge(struct desk *d, const uint8_t *by)
{
	static const uint8_t unknown[CONV_ID_BYTES];

	for (size_t i = d->circles->n; i-- > 0;) {
		struct held *h = &d->circles->list[i];
		const struct registered_circle *of;

		if (memcmp(h->of, unknown, sizeof unknown) != 0)
			continue;
		of = registers_circle(&d->registers, h->is.id, NULL);
		if (of != NULL && circles_may_pack(d, of, by))
			memcpy(h->of, of->conversation, sizeof h->of);
		else
			take_away(d->circles, i);
	}
}

enum err
circles_judge(struct desk *d)
{
	struct buf by;
	enum err e;

	buf_init(&by, STORE_BLOB_MAX);
	e = store_get(d->store, FROM, &by);
	if (e == ERR_OK && by.len == DEVICE_ID_BYTES) {
		judge(d, by.at);
		if ((e = save(d)) == ERR_OK)
			e = store_put(d->store, FROM, "", 0);
	}
	buf_drop(&by);
	/* On a full disk it is judged again the next time. */
	return e == ERR_NOTHING || e == ERR_FULL ? ERR_OK : e;
}

/* Made once and kept: every envelope is tried with it. */
static enum err
identity(struct held *h, uint32_t term, struct age_identity **id)
{
	const size_t i = term / CIRCLE_DAYS % IDS;
	struct age_identity *made;
	enum err e;

	if (h->ids[i].id == NULL || h->ids[i].term != term) {
		if ((e = circle_identity(&made, &h->is, term)) != ERR_OK)
			return e;
		age_identity_close(h->ids[i].id);
		h->ids[i].id = made;
		h->ids[i].term = term;
	}
	*id = h->ids[i].id;
	return ERR_OK;
}

/* What is tried, and where it goes. */
struct trying {
	uint32_t row;
	const uint8_t *sealed;
	uint8_t *out;
	bool header; /* of a part: its file key is wanted */
};

static enum err
try_one(struct held *h, const struct trying *t)
{
	struct age_identity *id;
	uint32_t at = 0, term;
	enum err e = ERR_NOKEY;

	while (e == ERR_NOKEY && circle_next(&h->is, t->row, &at, &term)) {
		if ((e = identity(h, term, &id)) != ERR_OK)
			break;
		e = t->header ? envelope_file_key(t->out, id, t->sealed)
			      : envelope_open(t->out, id, t->sealed,
				    ENVELOPE_LETTER_BYTES);
	}
	return e;
}

/* What a pack brought says its conversation by the log. */
static const uint8_t *
conversation_of(const struct desk *d, struct held *h)
{
	static const uint8_t none[CONV_ID_BYTES];
	const struct registered_circle *c;

	if (memcmp(h->of, none, sizeof none) != 0)
		return h->of;
	if ((c = registers_circle(&d->registers, h->is.id, NULL)) == NULL)
		return NULL;
	memcpy(h->of, c->conversation, sizeof h->of);
	return h->of;
}

const uint8_t *
circles_of(struct desk *d, size_t i)
{
	return conversation_of(d, &d->circles->list[i]);
}

static bool
is_of(const struct desk *d, struct held *h, const struct conv *c)
{
	const uint8_t *of = conversation_of(d, h);

	return of != NULL && memcmp(of, c->id, CONV_ID_BYTES) == 0;
}

enum err
circles_open(uint8_t *plain, struct desk *d, uint32_t row,
    const uint8_t *envelope, struct circles_key *with)
{
	const struct trying t = { row, envelope, plain, false };
	enum err e = ERR_NOKEY;

	for (size_t i = 0; e == ERR_NOKEY && i < d->circles->n; i++) {
		struct held *h = &d->circles->list[i];
		const uint8_t *of = conversation_of(d, h);

		if (of != NULL && (e = try_one(h, &t)) == ERR_OK)
			*with = (struct circles_key){ h->is.id, of };
	}
	return e;
}

enum err
circles_file_key(uint8_t *key, struct desk *d, const struct conv *c,
    uint32_t row, const uint8_t *header)
{
	const struct trying t = { row, header, key, true };
	enum err e = ERR_NOKEY;

	for (size_t i = 0; e == ERR_NOKEY && i < d->circles->n; i++)
		if (is_of(d, &d->circles->list[i], c))
			e = try_one(&d->circles->list[i], &t);
	return e;
}

enum err
circles_finish(struct desk *d, const struct circle_line *line)
{
	bool any = false, changed;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < d->circles->n; i++) {
		struct held *h = &d->circles->list[i];

		e = circle_finish(&h->is, line, &changed);
		if (changed)
			forget_ids(h);
		any |= changed;
	}
	return e == ERR_OK && any ? save(d) : e;
}

bool
circles_has(const struct desk *d, const struct conv *c)
{
	for (size_t i = 0; i < d->circles->n; i++)
		if (is_of(d, &d->circles->list[i], c))
			return true;
	return false;
}

enum err
circles_forget(struct desk *d, const struct conv *c)
{
	bool any = false;

	for (size_t i = d->circles->n; i-- > 0;)
		if (is_of(d, &d->circles->list[i], c)) {
			take_away(d->circles, i);
			any = true;
		}
	return any ? save(d) : ERR_OK;
}
