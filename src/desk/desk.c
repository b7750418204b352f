#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/file.h"
#include "base/wipe.h"
#include "crypt/key.h"
#include "note/json.h"

#include "desk/circles.h"
#include "desk/inside.h"
#include "desk/told.h"
#include "desk/unpack.h"
#include "desk/waiting.h"

const struct about *
desk_about(const struct desk *d)
{
	return &d->about;
}

const uint8_t *
desk_access_seed(const struct desk *d)
{
	return d->vault->access;
}

void
desk_watch(
    struct desk *d, void (*gone)(void *with, const struct conv *c), void *with)
{
	d->gone = gone;
	d->gone_with = with;
}

size_t
desk_count(const struct desk *d)
{
	return d->convs_n;
}

struct conv *
desk_at(const struct desk *d, size_t i)
{
	conv_settle(d->convs[i]);
	return d->convs[i];
}

/* Take the number off that tells writers of the same words apart: "-2" is the
 * second. */
static unsigned
take_number(const char *typed, size_t *n)
{
	uint64_t number;
	size_t at = *n;

	while (at > 0 && typed[at - 1] >= '0' && typed[at - 1] <= '9')
		at--;
	if (at == 0 || at == *n || typed[at - 1] != '-' ||
	    enc_decimal_read(&number, 999999, typed + at, *n - at) != ERR_OK ||
	    number < 2)
		return 1;
	*n = at - 1;
	return (unsigned)number;
}

struct conv *
desk_find(const struct desk *d, const char *typed, size_t n)
{
	const unsigned number = take_number(typed, &n);
	char words[HANDLE_TEXT_BYTES];

	if (handle_read(words, typed, n) != ERR_OK)
		return NULL;
	for (size_t i = 0; i < d->convs_n; i++)
		if (d->convs[i]->older_twins + 1 == number &&
		    strcmp(d->convs[i]->words, words) == 0)
			return desk_at(d, i);
	return NULL;
}

struct conv *
desk_conv_by_id(const struct desk *d, const uint8_t id[static CONV_ID_BYTES])
{
	uint32_t at;

	return tagmap_get(&d->by_id, id, &at) ? d->convs[at] : NULL;
}

struct conv *
desk_conv_known(
    const struct desk *d, const uint8_t owner[static SIGN_PUBLIC_BYTES])
{
	uint8_t id[CONV_ID_BYTES];

	conv_id_of(id, owner, d->vault->salt);
	return desk_conv_by_id(d, id);
}

struct conv *
desk_conv_of(struct desk *d, const uint8_t owner[static SIGN_PUBLIC_BYTES])
{
	struct conv *c = desk_conv_known(d, owner);
	void *list = d->convs;

	if (c != NULL)
		return c;
	if (list_grow(&list, d->convs_n, &d->convs_room, sizeof c) != ERR_OK)
		return NULL;
	d->convs = list;
	if ((c = conv_open(owner, d->vault->salt)) == NULL)
		return NULL;
	if (tagmap_put(&d->by_id, c->id, (uint32_t)d->convs_n) != ERR_OK) {
		conv_close(c);
		return NULL;
	}
	d->convs[d->convs_n++] = c;
	return c;
}

/* After conversations have changed their places. */
static void
find_again(struct desk *d)
{
	tagmap_clear(&d->by_id);
	for (size_t i = 0; i < d->convs_n; i++) {
		const enum err e =
		    tagmap_put(&d->by_id, d->convs[i]->id, (uint32_t)i);

		assert(e == ERR_OK); /* it was there: there is room */
	}
}

void
desk_conv_forget(struct desk *d, struct conv *c)
{
	size_t kept = 0;

	if (d->gone != NULL)
		d->gone(d->gone_with, c);
	for (size_t i = 0; i < d->part_n; i++)
		if (d->part[i].of == c) {
			wipe(d->part[i].key, sizeof d->part[i].key);
			d->part[i].gone = true;
			d->part[i].of = NULL;
		}
	for (size_t i = 0; i < d->convs_n; i++)
		if (d->convs[i] != c)
			d->convs[kept++] = d->convs[i];
	d->convs_n = kept;
	find_again(d);
	conv_close(c);
}

static void
number_twin(struct conv *c, unsigned older)
{
	memcpy(c->handle, c->words, sizeof c->words);
	if (older > 0)
		(void)snprintf(
		    c->handle, sizeof c->handle, "%s-%u", c->words, older + 1);
	c->older_twins = older;
	c->handle_twice = older > 0;
}

/* By the line's days, then by key: alike on all desks, whatever came to which
 * of them first. */
static int
earlier(const struct conv *a, const struct conv *b)
{
	if (a->first_row != b->first_row)
		return a->first_row < b->first_row ? -1 : 1;
	return memcmp(a->box.owner, b->box.owner, sizeof a->box.owner);
}

static int
by_words(const void *p, const void *q)
{
	const struct conv *const *a = p, *const *b = q;
	const int d = strcmp((*a)->words, (*b)->words);

	return d != 0 ? d : earlier(*a, *b);
}

static int
by_name(const void *p, const void *q)
{
	const struct conv *const *a = p, *const *b = q;
	const int d = memcmp((*a)->shape, (*b)->shape, NAME_SHAPE_BYTES);

	return d != 0 ? d : earlier(*a, *b);
}

/* Writers with the same words, and those with names that look the same, lie
 * side by side in `list`, the oldest first, who stays unmarked. */
static void
mark_twins(struct conv **list, size_t n)
{
	unsigned older = 0;

	qsort(list, n, sizeof(struct conv *), by_words);
	for (size_t i = 0; i < n; i++) {
		const bool twin =
		    i > 0 && strcmp(list[i - 1]->words, list[i]->words) == 0;

		older = twin ? older + 1 : 0;
		number_twin(list[i], older);
		list[i]->name_alike = false;
	}
}

static void
mark_names(struct conv **list, size_t n)
{
	size_t named = 0;

	for (size_t i = 0; i < n; i++)
		if (list[i]->name[0] != '\0')
			list[named++] = list[i];
	if (named > 1)
		qsort(list, named, sizeof(struct conv *), by_name);
	for (size_t i = 1; i < named; i++)
		list[i]->name_alike = memcmp(list[i - 1]->shape, list[i]->shape,
					  NAME_SHAPE_BYTES) == 0;
}

enum err
desk_mark_alike(struct desk *d)
{
	struct conv **list = calloc(d->convs_n + 1, sizeof(struct conv *));

	if (list == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < d->convs_n; i++) {
		conv_settle(d->convs[i]);
		list[i] = d->convs[i];
	}
	if (d->convs_n > 0) {
		mark_twins(list, d->convs_n);
		mark_names(list, d->convs_n);
	}
	free(list);
	return ERR_OK;
}

static struct record_part
part_of_record(const struct buf *b)
{
	return (struct record_part){ b == NULL ? NULL : b->at,
		b == NULL ? 0 : b->len };
}

enum err
desk_keep_later(struct desk *d, struct conv *c, const struct buf *items,
    const struct buf *tail)
{
	const struct record_part head = part_of_record(items);
	const struct record_part rest = part_of_record(tail);

	c->where = c->box.key == NULL ? 0 : c->box.record.len;
	if (c->box.key == NULL)
		return store_box_make_later(
		    d->store, &c->box, c->box.owner, head, rest);
	return store_box_add_later(&c->box, head, rest);
}

enum err
desk_keep(struct desk *d, struct conv *c, const struct buf *items,
    const struct buf *tail)
{
	const struct record_part head = part_of_record(items);
	const struct record_part rest = part_of_record(tail);

	c->where = c->box.key == NULL ? 0 : c->box.record.len;
	if (c->box.key == NULL)
		return store_box_make(
		    d->store, &c->box, c->box.owner, head, rest);
	return store_box_add(&c->box, head, rest);
}

enum err
letter_again(struct letter *l, const struct desk *d,
    const uint8_t tag[static TAG_BYTES], const uint8_t *note, size_t n)
{
	const struct letter_place place = {
		.kind = LETTER_FROM,
		.team = d->print,
		.line = d->about.line,
		.tag = tag,
	};

	return letter_read(l, note, n, &place);
}

enum err
reply_again(struct letter *l, const struct desk *d,
    const uint8_t tag[static TAG_BYTES], const uint8_t *note, size_t n)
{
	const struct ring *r = &d->vault->ring;
	uint8_t keys[RING_VOICES][SIGN_PUBLIC_BYTES];
	const struct letter_place place = {
		.kind = LETTER_REPLY,
		.team = d->print,
		.line = d->about.line,
		.tag = tag,
		.keys = (const uint8_t(*)[SIGN_PUBLIC_BYTES])keys,
		.key_count = r->voices_n,
	};

	for (size_t i = 0; i < r->voices_n; i++)
		sign_public(keys[i], r->voices[i].seed);
	return letter_read(l, note, n, &place);
}

/* Who takes the records of the box that is being loaded. */
struct box_taker {
	struct desk *desk;
	struct conv *conv;
};

static enum err
take_box_record(void *who, const uint8_t *p, size_t n)
{
	const struct box_taker *t = who;

	t->conv->where = t->conv->box.record.len;
	return conv_take_record(t->desk, t->conv, p, n);
}

static enum err
begin_box(void *who, const uint8_t owner[static SIGN_PUBLIC_BYTES],
    struct store_box **box, struct record_taker *taker)
{
	struct box_taker *t = who;

	if ((t->conv = desk_conv_of(t->desk, owner)) == NULL)
		return ERR_NOMEM;
	if (t->conv->box.key != NULL)
		return ERR_FORMAT; /* two files of one writer */
	*box = &t->conv->box;
	*taker = (struct record_taker){ take_box_record, t };
	return ERR_OK;
}

static bool
part_known(void *who, const uint8_t name[static STORE_NAME_BYTES])
{
	const struct tagmap *names = who;

	return tagmap_get(names, name, NULL);
}

/* Parts that a crash left without a record. */
static enum err
sweep(struct desk *d)
{
	struct tagmap names = { .slots = NULL };
	const struct store_known known = { part_known, &names };
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < d->part_n; i++)
		if (!d->part[i].gone && part_has_body(&d->part[i]))
			e = tagmap_put(&names, d->part[i].name, 0);
	if (e == ERR_OK)
		e = store_sweep_parts(d->store, &known);
	tagmap_drop(&names);
	return e;
}

/* A conversation without a letter is one whose first record was never
 * finished. */
static enum err
drop_empty(struct desk *d)
{
	enum err e = ERR_OK;

	for (size_t i = d->convs_n; e == ERR_OK && i-- > 0;) {
		struct conv *c = d->convs[i];

		if (c->said_n > 0)
			continue;
		if ((e = store_box_destroy(d->store, &c->box)) == ERR_OK)
			desk_conv_forget(d, c);
	}
	return e;
}

static enum err
load_about(struct desk *d)
{
	struct buf b;
	enum err e;

	buf_init(&b, STORE_BLOB_MAX);
	if ((e = store_get(d->store, "about", &b)) == ERR_OK &&
	    (e = about_read(&d->about, b.at, b.len)) == ERR_OK)
		team_print(d->print, d->about.team);
	buf_drop(&b);
	return e;
}

static int
older(const void *a, const void *b)
{
	const struct conv *const *x = a, *const *y = b;

	return ((*x)->since > (*y)->since) - ((*x)->since < (*y)->since);
}

static enum err
load_all(struct desk *d)
{
	struct box_taker taker = { .desk = d };
	const struct store_boxes boxes = { begin_box, &taker };
	enum err e;

	if ((e = load_about(d)) != ERR_OK || (e = team_load(d)) != ERR_OK ||
	    (e = circles_load(d)) != ERR_OK ||
	    (e = store_load(d->store, STORE_DAYS,
		 (struct record_taker){ desk_take_days, d })) != ERR_OK ||
	    (e = store_load_boxes(d->store, &boxes)) != ERR_OK ||
	    (e = told_load(d)) != ERR_OK || (e = log_apply(d)) != ERR_OK ||
	    (e = drop_empty(d)) != ERR_OK || (e = sweep(d)) != ERR_OK ||
	    (e = asked_load(d)) != ERR_OK)
		return e;
	if (d->convs_n > 1)
		qsort(d->convs, d->convs_n, sizeof *d->convs, older);
	find_again(d);
	if ((e = desk_mark_alike(d)) != ERR_OK ||
	    (e = circles_judge(d)) != ERR_OK)
		return e;
	return unpack_resume(d);
}

enum err
desk_check(const char *dir)
{
	static const uint8_t none[RECORD_KEY_BYTES];
	struct store *s = NULL;
	char path[FILE_PATH_MAX];
	enum err e;

	/* The key first: a line's folder has a lock as well, and who runs the
	 * line has taken it. */
	if ((e = file_path(path, sizeof path, dir, "key")) != ERR_OK)
		return e;
	if (access(path, R_OK) != 0)
		return file_err();
	if ((e = store_take(&s, dir, none)) == ERR_OK)
		store_close(s);
	return e;
}

enum err
desk_open(struct desk **d, const char *dir, const char *words, size_t n)
{
	struct desk *got = calloc(1, sizeof *got);
	char path[FILE_PATH_MAX];
	enum err e;

	e = ERR_NOMEM;
	if (got == NULL || (got->vault = vault_new()) == NULL)
		goto out;
	e = ERR_TOOBIG;
	if (strlen(dir) >= sizeof got->dir)
		goto out;
	memcpy(got->dir, dir, strlen(dir) + 1);
	if ((e = vault_words(got->vault, words, n)) != ERR_OK ||
	    (e = file_path(path, sizeof path, dir, "key")) != ERR_OK ||
	    (e = store_take(&got->store, dir, got->vault->storage)) != ERR_OK)
		goto out;
	store_read_ahead(got->store);
	if ((e = vault_load(got->vault, path)) != ERR_OK ||
	    (e = store_check(got->store)) != ERR_OK ||
	    (e = load_all(got)) != ERR_OK)
		goto out;
	/* A welcome that was killed at its very end left it. */
	(void)!waiting_end(dir);
	*d = got;
	got = NULL; /* now the caller's */
out:
	desk_close(got);
	return e;
}

void
desk_close(struct desk *d)
{
	if (d == NULL)
		return;
	for (size_t i = 0; i < d->convs_n; i++)
		conv_close(d->convs[i]);
	wipe_free(d->convs, d->convs_room * sizeof *d->convs);
	for (size_t i = 0; i < COUNT(d->keys); i++)
		age_identity_close(d->keys[i].id);
	told_drop(d);
	circles_drop(d);
	team_drop(d);
	asked_drop(&d->asked);
	sync_forget_offer(d);
	tagmap_drop(&d->came);
	tagmap_drop(&d->by_id);
	tagmap_drop(&d->tried);
	tagmap_drop(&d->nokey);
	tagmap_drop(&d->later);
	tagmap_drop(&d->parts);
	wipe_free(d->part, d->part_room * sizeof *d->part);
	wipe_free(d->whole, d->whole_room * sizeof *d->whole);
	wipe_free(d->clears, d->clears_room * sizeof *d->clears);
	store_close(d->store);
	vault_close(d->vault);
	wipe_free(d, sizeof *d);
}

enum err
desk_save_keys(struct desk *d)
{
	char path[FILE_PATH_MAX];
	enum err e;

	/* What a key opened is on the disk before it goes. */
	if ((e = store_batch_settle(d->store)) != ERR_OK ||
	    (e = file_path(path, sizeof path, d->dir, "key")) != ERR_OK)
		return e;
	return vault_save(d->vault, path);
}

enum err
desk_passphrase(struct desk *d, const char *words, size_t n)
{
	struct vault *v = d->vault;
	char *old = key_memory(sizeof v->words);
	enum err e;

	if (old == NULL)
		return ERR_NOMEM;
	memcpy(old, v->words, sizeof v->words);
	if ((e = vault_words(v, words, n)) == ERR_OK)
		e = desk_save_keys(d);
	if (e != ERR_OK)
		memcpy(v->words, old, sizeof v->words);
	key_memory_free(old);
	return e;
}

enum err
desk_remember(struct desk *d, const char *what, const char *text)
{
	return store_put(d->store, what, text, strlen(text));
}

enum err
desk_recall(struct desk *d, const char *what, struct buf *out)
{
	return store_get(d->store, what, out);
}

enum err
desk_remember_num(struct desk *d, const char *what, uint32_t n)
{
	char text[16];

	(void)snprintf(text, sizeof text, "%u", n);
	return desk_remember(d, what, text);
}

enum err
desk_recall_num(struct desk *d, const char *what, uint32_t *n)
{
	struct buf text;
	uint64_t v;
	enum err e;

	buf_init(&text, 16);
	if ((e = desk_recall(d, what, &text)) == ERR_OK)
		e = enc_decimal_read(
		    &v, UINT32_MAX, (const char *)text.at, text.len);
	if (e == ERR_OK)
		*n = (uint32_t)v;
	buf_drop(&text);
	return e;
}
