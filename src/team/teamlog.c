#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"

#include "team/teamlog_part.h"

#define ROOM_LEAST 64U

struct teamlog *
teamlog_open(void)
{
	struct teamlog *l = calloc(1, sizeof *l);

	if (l != NULL)
		names_init(&l->names);
	return l;
}

void
teamlog_item_free(struct item *it)
{
	if (it != NULL)
		wipe_free(it, it->size);
}

void
teamlog_close(struct teamlog *l)
{
	if (l == NULL)
		return;
	for (size_t i = 0; i < l->n; i++)
		teamlog_item_free(l->items[i]);
	for (size_t i = 0; i < l->devices_n; i++)
		wipe_free(l->devices[i], sizeof *l->devices[i]);
	wipe_free(l->devices, l->devices_room * sizeof *l->devices);
	wipe_free(l->by_id, l->devices_room * sizeof *l->by_id);
	wipe_free(l->items, l->room * sizeof *l->items);
	wipe_free(l->spare, l->room * sizeof *l->spare);
	wipe_free(l->told, l->room * sizeof *l->told);
	names_drop(&l->names);
	wipe_free(l, sizeof *l);
}

struct item *
teamlog_item(
    const struct teamlog *l, const uint8_t name[static TEAMLOG_NAME_BYTES])
{
	const struct names_slot *s = names_find(&l->names, NAME_ENTRY, name);

	return s == NULL ? NULL : s->what;
}

struct device *
teamlog_device_known(
    const struct teamlog *l, const uint8_t id[static DEVICE_ID_BYTES])
{
	const struct names_slot *s = names_find(&l->names, NAME_DEVICE, id);

	return s == NULL ? NULL : s->what;
}

/* A list of twice the length, the old one's things in it. */
static enum err
longer(void **list, size_t each, size_t n, size_t room)
{
	void *more = calloc(room, each);

	if (more == NULL)
		return ERR_NOMEM;
	if (n > 0)
		memcpy(more, *list, n * each);
	wipe_free(*list, n * each);
	*list = more;
	return ERR_OK;
}

static enum err
devices_room(struct teamlog *l)
{
	const size_t was = l->devices_room;
	const size_t room = was == 0 ? ROOM_LEAST : was * 2;
	void *all = l->devices, *by_id = l->by_id;
	enum err e;

	if (l->devices_n < was)
		return ERR_OK;
	if ((e = longer(&by_id, sizeof *l->by_id, was, room)) != ERR_OK)
		return e;
	l->by_id = by_id;
	e = longer(&all, sizeof *l->devices, was, room);
	l->devices = all;
	if (e == ERR_OK)
		l->devices_room = room;
	return e;
}

static void
put_by_id(struct teamlog *l, struct device *d)
{
	size_t i = l->devices_n;

	for (; i > 0 && memcmp(l->by_id[i - 1]->id, d->id, sizeof d->id) > 0;
	     i--)
		l->by_id[i] = l->by_id[i - 1];
	l->by_id[i] = d;
}

enum err
teamlog_device_have(struct teamlog *l, struct device **d,
    const uint8_t id[static DEVICE_ID_BYTES])
{
	struct device *made;
	enum err e;

	if ((*d = teamlog_device_known(l, id)) != NULL)
		return ERR_OK;
	if ((e = names_room(&l->names, 1)) != ERR_OK ||
	    (e = devices_room(l)) != ERR_OK)
		return e;
	if ((made = calloc(1, sizeof *made)) == NULL)
		return ERR_NOMEM;
	memcpy(made->id, id, DEVICE_ID_BYTES);
	made->fork = NO_FORK;
	made->place = (uint32_t)l->devices_n;
	put_by_id(l, made);
	l->devices[l->devices_n++] = made;
	names_have(&l->names, NAME_DEVICE, id)->what = made;
	*d = made;
	return ERR_OK;
}

const uint8_t *
teamlog_edge(const struct item *it, size_t i)
{
	if (i > 0)
		return it->heads[i - 1];
	return it->number == 0 ? NULL : it->previous;
}

/* Room for one more entry in every list. */
static enum err
items_room(struct teamlog *l)
{
	const size_t room = l->room == 0 ? ROOM_LEAST : l->room * 2;
	struct item **items, **spare;
	struct told *told;

	if (l->n < l->room)
		return ERR_OK;
	items = calloc(room, sizeof *items);
	spare = calloc(room, sizeof *spare);
	told = calloc(room, sizeof *told);
	if (items == NULL || spare == NULL || told == NULL) {
		free(items);
		free(spare);
		free(told);
		return ERR_NOMEM;
	}
	if (l->n > 0) {
		memcpy(items, l->items, l->n * sizeof *items);
		memcpy(told, l->told, l->told_n * sizeof *told);
	}
	wipe_free(l->items, l->room * sizeof *l->items);
	wipe_free(l->spare, l->room * sizeof *l->spare);
	wipe_free(l->told, l->room * sizeof *l->told);
	l->items = items;
	l->spare = spare;
	l->told = told;
	l->room = room;
	return ERR_OK;
}

/* Where in an item its heads begin. */
static size_t
heads_at(const struct entry *en)
{
	return sizeof(struct item) + (1 + en->heads_n) * sizeof(struct edge);
}

/* What an entry with a note of n bytes takes. */
static size_t
size_of(const struct entry *en, size_t n)
{
	return heads_at(en) + en->heads_n * ENTRY_HEAD_BYTES + n;
}

/* A copy of an entry and its note, in one piece. */
static struct item *
item_of(const struct entry *en, const uint8_t *note, size_t n)
{
	const size_t heads = heads_at(en);
	const size_t text = size_of(en, 0);
	struct item *it = calloc(1, text + n);
	const uint8_t *end;

	if (it == NULL)
		return NULL;
	it->size = text + n;
	it->edges = (struct edge *)(void *)(it + 1);
	it->heads = (void *)((uint8_t *)it + heads);
	it->note = (uint8_t *)it + text;
	memcpy(it->note, note, n);
	it->note_len = n;
	it->heads_n = en->heads_n;
	if (it->heads_n > 0)
		memcpy(it->heads, en->heads, it->heads_n * ENTRY_HEAD_BYTES);
	memcpy(it->previous, en->previous, sizeof it->previous);
	memcpy(it->type, en->type, sizeof it->type);
	it->number = en->number;
	it->lamport = en->lamport;
	it->kind = effect_kind(en->type);
	/* The body is the last of the second line but for a brace. */
	end = memchr(note, '\n', n);
	end = memchr(end + 1, '\n', n - (size_t)(end + 1 - note));
	it->body_len = en->body.len;
	it->body = it->note + (end - note) - 1 - it->body_len;
	return it;
}

/* What another entry of that number means. */
static void
take_place(struct teamlog *l, struct item *it)
{
	uint8_t name[NAME_BYTES] = { 0 };
	struct device *d = it->device;
	struct names_slot *s;

	enc_put_u32(name, d->place);
	enc_put_u32(name + 4, it->number);
	s = names_have(&l->names, NAME_PLACE, name);
	if (s->what == NULL) {
		s->what = it;
		return;
	}
	((struct item *)s->what)->twin = it->twin = true;
	if (it->number < d->fork) {
		d->fork = it->number;
		l->judge = true;
	}
	for (size_t i = 0; i < d->rows; i++)
		if (it->number >= d->row[i].number &&
		    it->number < d->row[i].fork) {
			d->row[i].fork = it->number;
			l->judge = true;
		}
}

static void
may_be_ready(struct teamlog *l, struct item *it)
{
	if (it->missing > 0 || !it->checked || !it->device->named)
		return;
	it->next = l->ready;
	l->ready = it;
}

/* Give it its place among the others, and note what it waits for. */
static void
tie(struct teamlog *l, struct item *it)
{
	struct device *d = it->device;
	const uint8_t *name;

	names_have(&l->names, NAME_ENTRY, it->hash)->what = it;
	d->kept++;
	if (it->checked) {
		take_place(l, it);
		if (it->number >= d->greatest)
			d->greatest = (uint64_t)it->number + 1;
	} else {
		l->strangers += it->size;
	}
	for (size_t i = 0; i <= it->heads_n; i++) {
		struct names_slot *s;
		const struct item *on;

		if ((name = teamlog_edge(it, i)) == NULL)
			continue;
		s = names_have(&l->names, NAME_ENTRY, name);
		on = s->what;
		if (on != NULL && on->delivered)
			continue;
		it->edges[i] = (struct edge){ it, s->wait };
		s->wait = &it->edges[i];
		it->missing++;
	}
	may_be_ready(l, it);
}

/* Is what it names as the entry before really that? */
static bool
chain_fits(struct teamlog *l, struct item *it)
{
	if (it->number == 0)
		return true;
	it->before = teamlog_item(l, it->previous);
	return it->before->device == it->device &&
	    it->before->number == it->number - 1 &&
	    memcmp(it->before->hash, it->previous, SHA256_BYTES) == 0;
}

static uint64_t
lamport_due(const struct teamlog *l, const struct item *it)
{
	uint64_t greatest = 0;

	for (size_t i = 0; i <= it->heads_n; i++) {
		const uint8_t *name = teamlog_edge(it, i);
		const struct item *on =
		    name == NULL ? NULL : teamlog_item(l, name);

		if (on != NULL && on->lamport > greatest)
			greatest = on->lamport;
	}
	return greatest + 1;
}

/* All that it stands on is delivered. */
static void
deliver(struct teamlog *l, struct item *it)
{
	struct names_slot *s;
	struct edge *edge;

	it->bad_chain = !chain_fits(l, it);
	it->bad_lamport = !it->bad_chain && it->lamport != lamport_due(l, it);
	if (it->bad_chain || it->bad_lamport)
		return;
	it->delivered = true;
	it->device->delivered++;
	s = names_find(&l->names, NAME_ENTRY, it->hash);
	for (edge = s->wait; edge != NULL; edge = edge->next) {
		edge->who->missing--;
		may_be_ready(l, edge->who);
	}
	s->wait = NULL;
	if (s->anchor)
		l->judge = true;
	teamlog_judge_one(l, it);
}

static void
deliver_ready(struct teamlog *l)
{
	struct item *it;

	while ((it = l->ready) != NULL) {
		l->ready = it->next;
		deliver(l, it);
	}
}

static void
forget_links(struct teamlog *l)
{
	names_clear(&l->names);
	l->strangers = 0;
	l->ours = NULL;
	for (size_t i = 0; i < l->devices_n; i++) {
		struct device *d = l->devices[i];

		d->fork = NO_FORK;
		d->greatest = d->kept = d->delivered = 0;
		d->tip = d->spoken = NULL;
		for (size_t j = 0; j < d->rows; j++)
			d->row[j].fork = NO_FORK;
		names_have(&l->names, NAME_DEVICE, d->id)->what = d;
	}
	for (size_t i = 0; i < l->n; i++) {
		struct item *it = l->items[i];

		it->missing = 0;
		it->before = NULL;
		it->span = NULL;
		it->delivered = it->bad_chain = it->bad_lamport = false;
		it->twin = it->anchored = false;
	}
}

void
teamlog_link_all(struct teamlog *l)
{
	static const uint8_t none[ROSTER_LAST_BYTES];

	l->judge = true;
	forget_links(l);
	for (size_t i = 0; i < l->devices_n; i++)
		for (size_t j = 0; j < l->devices[i]->rows; j++) {
			const struct row *row = &l->devices[i]->row[j];

			if (memcmp(row->last, none, sizeof none) != 0)
				names_have(&l->names, NAME_ENTRY, row->last)
				    ->anchor = true;
		}
	for (size_t i = 0; i < l->n; i++)
		tie(l, l->items[i]);
	deliver_ready(l);
}

/* Bytes that may be a note. */
struct raw {
	const uint8_t *p;
	size_t n;
	bool kept; /* this desk has seen them checked */
	uint8_t hash[SHA256_BYTES];
};

/* Read the note as its device's, or, of a stranger, for its form alone. */
static enum err
read_entry(struct entry *en, const struct device *d, const struct raw *raw)
{
	enum err e;

	e = d != NULL && d->named && !raw->kept
	    ? entry_read(en, raw->p, raw->n, d->key)
	    : entry_form(en, raw->p, raw->n);
	return e == ERR_TOOBIG ? ERR_FORMAT : e;
}

static enum err
look_at_body(struct item *it, const struct entry *en)
{
	const struct json *body;
	struct effect effect;
	enum err e;

	if (it->kind == EFFECT_UNKNOWN)
		return ERR_OK;
	effect.chain_n = 0;
	if ((e = entry_fields(en, &body)) == ERR_OK)
		e = effect_take(&effect, it->kind, body);
	it->bad_body = e != ERR_OK;
	it->of_circle = e == ERR_OK && it->kind == EFFECT_HAND_OUT &&
	    effect.chain_n == EFFECT_ID_BYTES;
	return e == ERR_NOMEM ? e : ERR_OK;
}

/* Make the item of a note whose hash is new here. */
static enum err
make(struct item **it, const struct teamlog *l, const struct raw *raw)
{
	uint8_t id[DEVICE_ID_BYTES];
	const struct device *d;
	struct entry en;
	enum err e;

	entry_init(&en);
	if ((e = entry_device(id, raw->p, raw->n)) != ERR_OK)
		goto out;
	d = teamlog_device_known(l, id);
	if ((e = read_entry(&en, d, raw)) != ERR_OK)
		goto out;
	e = ERR_NOMEM;
	if ((*it = item_of(&en, raw->p, raw->n)) == NULL)
		goto out;
	(*it)->checked = d != NULL && d->named;
	memcpy((*it)->hash, raw->hash, SHA256_BYTES);
	e = look_at_body(*it, &en);
out:
	entry_drop(&en);
	return e;
}

static enum err
room_for(const struct teamlog *l, size_t size, bool checked)
{
	if (!checked && l->strangers + size > TEAMLOG_STRANGERS)
		return ERR_FULL;
	return l->n >= TEAMLOG_ENTRIES ? ERR_TOOBIG : ERR_OK;
}

/* Everything that can fail comes before anything changes. */
static enum err
put(struct teamlog *l, struct item *it)
{
	uint8_t id[DEVICE_ID_BYTES];
	struct device *d = NULL;
	enum err e;

	if ((e = room_for(l, it->size, it->checked)) != ERR_OK ||
	    (e = entry_device(id, it->note, it->note_len)) != ERR_OK ||
	    (e = items_room(l)) != ERR_OK ||
	    (e = names_room(&l->names, 4 + it->heads_n)) != ERR_OK ||
	    (e = teamlog_device_have(l, &d, id)) != ERR_OK)
		return e;
	it->device = d;
	l->items[l->n++] = it;
	tie(l, it);
	deliver_ready(l);
	return ERR_OK;
}

static enum err
count_refused(struct teamlog *l, enum err e)
{
	switch ((unsigned)e) {
	case ERR_FORGED:
		l->refused.forged++;
		return e;
	case ERR_FULL:
		l->refused.strangers++;
		return e;
	case ERR_NOMEM:
	case ERR_TAKEN:
	case ERR_TOOBIG:
		return e;
	default:
		l->refused.format++;
		return e == ERR_VERSION ? e : ERR_FORMAT;
	}
}

enum err
teamlog_room(struct teamlog *l, const struct entry *en, size_t n)
{
	const struct device *d = teamlog_device_known(l, en->device);
	const enum err e = room_for(l, size_of(en, n), d != NULL && d->named);

	return e == ERR_OK ? e : count_refused(l, e);
}

static enum err
add(struct teamlog *l, const struct raw *raw, bool *fresh)
{
	struct item *it = teamlog_item(l, raw->hash);
	enum err e;

	if (it != NULL)
		return memcmp(it->hash, raw->hash, SHA256_BYTES) == 0
		    ? ERR_OK
		    : ERR_TAKEN;
	if ((e = make(&it, l, raw)) != ERR_OK || (e = put(l, it)) != ERR_OK) {
		teamlog_item_free(it);
		return count_refused(l, e);
	}
	*fresh = true;
	return ERR_OK;
}

static enum err
add_note(struct teamlog *l, struct raw raw, bool *fresh)
{
	bool is_new = false;
	enum err e;

	if (raw.n > ENTRY_MAX)
		return count_refused(l, ERR_FORMAT);
	entry_hash(raw.hash, raw.p, raw.n);
	e = add(l, &raw, &is_new);
	if (fresh != NULL)
		*fresh = is_new;
	return e;
}

enum err
teamlog_add(struct teamlog *l, const void *note, size_t n, bool *fresh)
{
	return add_note(l, (struct raw){ .p = note, .n = n }, fresh);
}

enum err
teamlog_add_kept(struct teamlog *l, const void *note, size_t n)
{
	return add_note(
	    l, (struct raw){ .p = note, .n = n, .kept = true }, NULL);
}

bool
teamlog_has(
    const struct teamlog *l, const uint8_t name[static TEAMLOG_NAME_BYTES])
{
	return teamlog_item(l, name) != NULL;
}

void
teamlog_refused(const struct teamlog *l, struct teamlog_refused *r)
{
	*r = l->refused;
}
