/* Conversations in the store, one by one and many at once. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#include "desk/store_ahead.h"
#include "desk/store_in.h"

#define HEAD_BYTES (RECORD_KEY_BYTES + SIGN_PUBLIC_BYTES)
/* Behind the name of a key that is in a batch. */
#define FRESH ".new"
#define FRESH_BYTES (STORE_HEX_BYTES + sizeof FRESH - 1)

static enum err
take_key(struct store *s, struct store_box *box)
{
	box->keys = &s->keys;
	box->of = s;
	return keyroom_take(&s->keys, &box->key);
}

void
store_box_drop(struct store_box *box)
{
	if (box->key != NULL)
		keyroom_give(box->keys, box->key);
	*box = (struct store_box){ .key = NULL };
}

static enum err
ignore(void *who, const uint8_t *p, size_t n)
{
	(void)who;
	(void)p;
	(void)n;
	return ERR_OK;
}

/* The file with a conversation's key and whose it is. */
static enum err
seal_key(struct buf *out, struct store *s, const struct store_box *box,
    const char *hex)
{
	struct buf head;
	enum err e;

	buf_init(&head, HEAD_BYTES);
	if ((e = buf_put(&head, box->key, RECORD_KEY_BYTES)) == ERR_OK &&
	    (e = buf_put(&head, box->owner, sizeof box->owner)) == ERR_OK)
		e = store_seal(out, s, hex, &head);
	buf_drop(&head);
	return e;
}

/* The key first, then the first record: a key without records is nothing. */
static enum err
box_write(struct store *s, struct store_box *box, struct record_part head,
    struct record_part tail)
{
	const struct record_taker nobody = { ignore, NULL };
	char path[RECORD_PATH_MAX], hex[STORE_HEX_BYTES];
	struct buf key;
	enum err e;

	enc_hex(hex, box->name, sizeof box->name);
	buf_init(&key, HEAD_BYTES + STORE_OVERHEAD);
	if ((e = seal_key(&key, s, box, hex)) != ERR_OK ||
	    (e = store_path(path, s, "k", hex)) != ERR_OK ||
	    (e = file_write(path, key.at, key.len, 0600)) != ERR_OK ||
	    (e = store_path(path, s, "c", hex)) != ERR_OK ||
	    (e = record_load(&box->record, path, box->key, nobody)) != ERR_OK)
		goto out;
	e = record_add_two(&box->record, head, tail);
out:
	buf_drop(&key);
	return e;
}

static enum err
note_fresh(struct store_batch *b, const uint8_t name[static STORE_NAME_BYTES])
{
	const size_t want = b->fresh_room == 0 ? 64 : 2 * b->fresh_room;
	void *wider;

	if (b->fresh_n == b->fresh_room) {
		if ((wider = realloc(b->fresh, want * sizeof b->fresh[0])) ==
		    NULL)
			return ERR_NOMEM;
		b->fresh = wider;
		b->fresh_room = want;
	}
	memcpy(b->fresh[b->fresh_n++], name, STORE_NAME_BYTES);
	return ERR_OK;
}

/* In a batch the key gets its name when all is synced: a conversation whose key
 * has none is nothing. */
static enum err
box_write_later(struct store *s, struct store_box *box, struct record_part head,
    struct record_part tail)
{
	char path[RECORD_PATH_MAX], name[FRESH_BYTES];
	struct buf key;
	enum err e;

	enc_hex(name, box->name, sizeof box->name);
	buf_init(&key, HEAD_BYTES + STORE_OVERHEAD);
	if ((e = seal_key(&key, s, box, name)) != ERR_OK ||
	    (e = store_path(path, s, "c", name)) != ERR_OK ||
	    (e = record_make_later(&box->record, path, box->key)) != ERR_OK)
		goto out;
	if (!s->batch.whole)
		memcpy(name + STORE_HEX_BYTES - 1, FRESH, sizeof FRESH);
	if ((e = store_path(path, s, "k", name)) != ERR_OK ||
	    (e = file_make_later(path, key.at, key.len, 0600)) != ERR_OK ||
	    (e = record_add_later(&box->record, head, tail)) != ERR_OK)
		goto out;
	if (!s->batch.whole)
		e = note_fresh(&s->batch, box->name);
out:
	buf_drop(&key);
	return e;
}

static enum err
make(struct store *s, struct store_box *box, const uint8_t *owner,
    struct record_part head, struct record_part tail)
{
	const bool later = s->batch.turn != 0;
	enum err e;

	if ((e = s->broken ? ERR_IO : take_key(s, box)) != ERR_OK)
		return e;
	crypt_random(box->name, sizeof box->name);
	crypt_random(box->key, RECORD_KEY_BYTES);
	memcpy(box->owner, owner, sizeof box->owner);
	e = later ? box_write_later(s, box, head, tail)
		  : box_write(s, box, head, tail);
	if (e == ERR_OK && later) {
		box->unsynced = s->batch.turn;
		s->batch.written = true;
	}
	/* What cannot go now goes when the folder is opened next. */
	if (e != ERR_OK && store_box_destroy(s, box) != ERR_OK)
		box->record.broken = true;
	return e;
}

enum err
store_box_make_later(struct store *s, struct store_box *box,
    const uint8_t owner[static SIGN_PUBLIC_BYTES], struct record_part head,
    struct record_part tail)
{
	struct store_box got = { .key = NULL };
	const enum err e = make(s, &got, owner, head, tail);

	if (e == ERR_OK) {
		*box = got;
		/* A record borrows its key, which stays where it is. */
		got.key = NULL; /* now the caller's */
	}
	store_box_drop(&got);
	return e;
}

enum err
store_box_make(struct store *s, struct store_box *box,
    const uint8_t owner[static SIGN_PUBLIC_BYTES], struct record_part head,
    struct record_part tail)
{
	enum err e = store_box_make_later(s, box, owner, head, tail);

	if (e == ERR_OK && !s->batch.whole &&
	    (e = store_batch_settle(s)) != ERR_OK)
		store_box_drop(box);
	return e;
}

enum err
store_box_add_later(
    struct store_box *box, struct record_part head, struct record_part tail)
{
	struct store_batch *b = &box->of->batch;
	enum err e;

	if (box->of->broken)
		return ERR_IO;
	if (b->turn == 0)
		return record_add_two(&box->record, head, tail);
	if (box->unsynced == b->turn && !b->whole &&
	    (e = record_sync(&box->record)) != ERR_OK)
		return e;
	if ((e = record_add_later(&box->record, head, tail)) != ERR_OK)
		return e;
	box->unsynced = b->turn;
	b->written = true;
	return ERR_OK;
}

enum err
store_box_add(
    struct store_box *box, struct record_part head, struct record_part tail)
{
	struct store *s = box->of;
	enum err e;

	if (s->batch.whole)
		return store_box_add_later(box, head, tail);
	/* Its key may have no name yet. */
	if (box->unsynced == s->batch.turn &&
	    (e = store_batch_settle(s)) != ERR_OK)
		return e;
	return s->broken ? ERR_IO : record_add_two(&box->record, head, tail);
}

void
store_batch_begin(struct store *s)
{
	if (s->batch.turn == 0)
		s->batch.turn = ++s->batch.turns;
}

void
store_whole_begin(struct store *s)
{
	store_batch_begin(s);
	s->batch.whole = true;
}

/* The keys of new conversations get their names, when all else is there. */
static enum err
name_fresh(struct store *s)
{
	char from[RECORD_PATH_MAX], to[RECORD_PATH_MAX], name[FRESH_BYTES];
	enum err e;

	for (size_t i = 0; i < s->batch.fresh_n; i++) {
		enc_hex(name, s->batch.fresh[i], STORE_NAME_BYTES);
		if ((e = store_path(to, s, "k", name)) != ERR_OK)
			return e;
		memcpy(name + STORE_HEX_BYTES - 1, FRESH, sizeof FRESH);
		if ((e = store_path(from, s, "k", name)) != ERR_OK)
			return e;
		if (rename(from, to) != 0)
			return ERR_IO;
	}
	if (s->batch.fresh_n == 0)
		return ERR_OK;
	s->batch.fresh_n = 0;
	if ((e = store_path(to, s, "", "k")) != ERR_OK)
		return e;
	return file_sync_dir(to);
}

enum err
store_batch_end(struct store *s)
{
	struct store_batch *b = &s->batch;
	enum err e = s->broken ? ERR_IO : ERR_OK;

	if (b->turn == 0)
		return e;
	if (e == ERR_OK && (b->written || b->whole)) {
		if ((e = file_sync_all(s->dir)) == ERR_OK)
			e = name_fresh(s);
		s->broken = e != ERR_OK;
		e = s->broken ? ERR_IO : ERR_OK;
	}
	b->turn = 0;
	b->written = b->whole = false;
	return e;
}

enum err
store_batch_settle(struct store *s)
{
	const bool under_way = s->batch.turn != 0 && !s->batch.whole;
	enum err e = ERR_OK;

	if (under_way && (e = store_batch_end(s)) == ERR_OK)
		store_batch_begin(s);
	return e;
}

enum err
store_box_tail(const struct store_box *box, uint64_t at, struct buf *out)
{
	return record_tail(&box->record, at, out);
}

enum err
store_box_read(const struct store_box *box, struct record_taker taker)
{
	struct record again;

	return record_load(&again, box->record.path, box->key, taker);
}

enum err
store_box_destroy(struct store *s, struct store_box *box)
{
	char hex[STORE_HEX_BYTES], fresh[FRESH_BYTES], path[RECORD_PATH_MAX];
	enum err e;

	enc_hex(hex, box->name, sizeof box->name);
	memcpy(fresh, hex, sizeof hex);
	memcpy(fresh + STORE_HEX_BYTES - 1, FRESH, sizeof FRESH);
	/* What is synced later must not bring it back. */
	if ((e = store_batch_settle(s)) != ERR_OK ||
	    (e = store_forget(s, "k", hex)) != ERR_OK ||
	    (e = store_forget(s, "c", hex)) != ERR_OK ||
	    (e = store_forget(s, "k", fresh)) != ERR_OK ||
	    (e = store_path(path, s, "", "k")) != ERR_OK)
		return e;
	return file_sync_dir(path);
}

/* A key file that was overwritten and is still there: destroying stopped at it.
 * No nonce is zero. */
static bool
was_destroyed(const struct buf *sealed)
{
	static const uint8_t zero[XAEAD_NONCE_BYTES];

	return sealed->len >= sizeof zero &&
	    memcmp(sealed->at, zero, sizeof zero) == 0;
}

/* `head` is what the key's file holds. */
static enum err
load_box(struct store *s, const char *hex, const struct buf *head,
    struct record_front front, const struct store_boxes *boxes)
{
	char path[RECORD_PATH_MAX];
	struct record_taker taker;
	struct store_box *box;
	enum err e;

	if (head->len != HEAD_BYTES)
		return ERR_FORMAT;
	e = boxes->begin(boxes->who, head->at + RECORD_KEY_BYTES, &box, &taker);
	if (e != ERR_OK || (e = take_key(s, box)) != ERR_OK ||
	    (e = store_path(path, s, "c", hex)) != ERR_OK ||
	    (e = enc_hex_read(box->name, sizeof box->name, hex, strlen(hex))) !=
		ERR_OK)
		return e;
	memcpy(box->key, head->at, RECORD_KEY_BYTES);
	memcpy(box->owner, head->at + RECORD_KEY_BYTES, sizeof box->owner);
	return record_load_read(&box->record, path, box->key, taker, front);
}

/* The file of a key, when it was not read ahead. */
static enum err
read_key(struct buf *sealed, const struct store *s, const char *hex)
{
	char path[RECORD_PATH_MAX];
	enum err e;

	if ((e = store_path(path, s, "k", hex)) != ERR_OK)
		return e;
	return file_read(sealed, path);
}

static enum err
load_key(struct store *s, const uint8_t name[static STORE_NAME_BYTES],
    const struct store_ahead_file *ahead, const struct store_boxes *boxes)
{
	char hex[STORE_HEX_BYTES];
	struct buf sealed, head;
	enum err e;

	enc_hex(hex, name, STORE_NAME_BYTES);
	buf_init(&sealed, HEAD_BYTES + STORE_OVERHEAD);
	buf_init(&head, HEAD_BYTES + 1);
	e = ahead->key_n == sealed.limit
	    ? buf_put(&sealed, ahead->key, ahead->key_n)
	    : read_key(&sealed, s, hex);
	if (e != ERR_OK)
		goto out;
	if (was_destroyed(&sealed))
		e = store_forget(s, "k", hex);
	else if ((e = store_unseal(&head, s, hex, &sealed)) == ERR_OK)
		e = load_box(s, hex, &head, ahead->front, boxes);
out:
	buf_drop(&head);
	buf_drop(&sealed);
	return e;
}

static enum err
note_name(struct store *s, const char *hex, const void *with)
{
	uint8_t name[STORE_NAME_BYTES];
	enum err e;

	(void)with;
	e = enc_hex_read(name, sizeof name, hex, strlen(hex));
	return e == ERR_OK ? buf_put(&s->names, name, sizeof name) : e;
}

static enum err
list_names(struct store *s)
{
	const struct store_walk keys = { note_name, NULL };

	buf_drop(&s->names);
	buf_init(&s->names, SIZE_MAX);
	return store_walk(s, "k", &keys);
}

void
store_box_names_drop(struct store *s)
{
	store_ahead_end(s->ahead);
	s->ahead = NULL;
	buf_drop(&s->names);
}

void
store_read_ahead(struct store *s)
{
	if (s->ahead == NULL && list_names(s) == ERR_OK)
		s->ahead = store_ahead_begin(s->dir, &s->names);
}

/* A conversation whose key is gone was being destroyed, or never began. */
static enum err
walk_orphan(struct store *s, const char *hex, const void *with)
{
	char path[RECORD_PATH_MAX];
	enum err e;

	(void)with;
	if ((e = store_path(path, s, "k", hex)) != ERR_OK)
		return e;
	return file_is_there(path) ? ERR_OK : store_forget(s, "c", hex);
}

/* Keys that were never given their names: a batch was cut off. */
static enum err
sweep_fresh(struct store *s)
{
	char path[RECORD_PATH_MAX];
	const struct dirent *d;
	enum err e;
	DIR *dir;

	if ((e = store_path(path, s, "", "k")) != ERR_OK)
		return e;
	if ((dir = opendir(path)) == NULL)
		return file_err();
	while (e == ERR_OK && (d = readdir(dir)) != NULL)
		if (strlen(d->d_name) == FRESH_BYTES - 1 &&
		    strcmp(d->d_name + STORE_HEX_BYTES - 1, FRESH) == 0)
			e = store_forget(s, "k", d->d_name);
	(void)closedir(dir);
	return e;
}

static enum err
load_keys(struct store *s, const struct store_boxes *boxes)
{
	const struct store_ahead_file none = { .key_n = 0 };
	enum err e = ERR_OK;

	if (s->ahead == NULL)
		e = list_names(s);
	for (size_t i = 0; e == ERR_OK && i < s->names.len / STORE_NAME_BYTES;
	     i++)
		e = load_key(s, s->names.at + i * STORE_NAME_BYTES,
		    s->ahead == NULL ? &none : store_ahead_take(s->ahead, i),
		    boxes);
	return e;
}

enum err
store_load_boxes(struct store *s, const struct store_boxes *boxes)
{
	const struct store_walk orphans = { walk_orphan, NULL };
	enum err e;

	/* By the keys: after a power cut the conversation may be gone and the
	 * overwritten key's name still be there. */
	if ((e = sweep_fresh(s)) == ERR_OK)
		e = load_keys(s, boxes);
	store_box_names_drop(s);
	return e == ERR_OK ? store_walk(s, "c", &orphans) : e;
}
