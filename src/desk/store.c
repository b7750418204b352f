#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/enc.h"
#include "base/log.h"
#include "base/wipe.h"
#include "crypt/aead.h"
#include "crypt/crypt.h"

#include "desk/store_in.h"

static const char *const folders[] = { "a", "c", "k", "p" };

enum err
store_path(char out[static RECORD_PATH_MAX], const struct store *s,
    const char *folder, const char *name)
{
	int n = snprintf(out, RECORD_PATH_MAX, "%s/%s%s%s", s->dir, folder,
	    folder[0] == '\0' ? "" : "/", name);

	return n < 0 || (size_t)n >= RECORD_PATH_MAX ? ERR_TOOBIG : ERR_OK;
}

static enum err
hex_path(char out[static RECORD_PATH_MAX], const struct store *s,
    const char *folder, const uint8_t name[static STORE_NAME_BYTES])
{
	char hex[STORE_HEX_BYTES];

	enc_hex(hex, name, STORE_NAME_BYTES);
	return store_path(out, s, folder, hex);
}

enum err
store_make(const char *dir)
{
	char path[RECORD_PATH_MAX];
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < COUNT(folders); i++)
		if ((e = file_path(path, sizeof path, dir, folders[i])) ==
		    ERR_OK)
			e = file_make_dir(path);
	if (e == ERR_OK)
		e = file_path(path, sizeof path, dir, "lock");
	if (e == ERR_OK)
		e = file_make(path, "", 0, 0600);
	return e;
}

/* One desk at a time. */
static enum err
take_lock(struct store *s)
{
	char path[RECORD_PATH_MAX];
	enum err e;

	if ((e = store_path(path, s, "", "lock")) != ERR_OK)
		return e;
	s->lock = open(path, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (s->lock < 0)
		return file_err();
	return flock(s->lock, LOCK_EX | LOCK_NB) == 0 ? ERR_OK : ERR_BUSY;
}

/* The wrong key would take every file's only record for a torn end, so it must
 * show at something that is never torn. */
enum err
store_check(struct store *s)
{
	struct buf about;
	enum err e;

	buf_init(&about, STORE_BLOB_MAX);
	e = store_get(s, "about", &about);
	buf_drop(&about);
	return e;
}

enum err
store_begin(const char *dir, const uint8_t *key, const void *about, size_t n)
{
	struct store s = { .key = key, .lock = -1 };

	if (strlen(dir) > RECORD_PATH_MAX - STORE_HEX_BYTES - 8)
		return ERR_TOOBIG;
	memcpy(s.dir, dir, strlen(dir) + 1);
	return store_put(&s, "about", about, n);
}

enum err
store_take(struct store **s, const char *dir, const uint8_t *key)
{
	struct store *got;
	enum err e;

	if (strlen(dir) > RECORD_PATH_MAX - STORE_HEX_BYTES - 8)
		return ERR_TOOBIG;
	if ((got = calloc(1, sizeof *got)) == NULL)
		return ERR_NOMEM;
	memcpy(got->dir, dir, strlen(dir) + 1);
	got->key = key;
	got->lock = -1;
	if ((e = take_lock(got)) != ERR_OK)
		goto out;
	*s = got;
	got = NULL; /* now the caller's */
out:
	store_close(got);
	return e;
}

enum err
store_open(struct store **s, const char *dir, const uint8_t *key)
{
	struct store *got;
	enum err e;

	if ((e = store_take(&got, dir, key)) != ERR_OK)
		return e;
	if ((e = store_check(got)) == ERR_OK)
		*s = got; /* now the caller's */
	else
		store_close(got);
	return e;
}

void
store_close(struct store *s)
{
	if (s == NULL)
		return;
	store_box_names_drop(s);
	if (s->lock >= 0)
		(void)close(s->lock);
	keyroom_drop(&s->keys);
	free(s->batch.fresh); /* names */
	wipe_free(s, sizeof *s);
}

static const char *const lists[STORE_LISTS] = {
	[STORE_LOG] = "log",
	[STORE_TEAM] = "team",
	[STORE_WAIT] = "wait",
	[STORE_DAYS] = "days",
};

enum err
store_load(struct store *s, enum store_list list, struct record_taker taker)
{
	char path[RECORD_PATH_MAX];
	enum err e;

	if ((e = store_path(path, s, "", lists[list])) != ERR_OK)
		return e;
	return record_load(&s->lists[list], path, s->key, taker);
}

enum err
store_add(struct store *s, enum store_list list, const void *p, size_t n)
{
	const struct record_part one = { p, n }, none = { NULL, 0 };

	if (s->broken)
		return ERR_IO;
	return s->batch.whole ? record_add_later(&s->lists[list], one, none)
			      : record_add(&s->lists[list], p, n);
}

enum err
store_read(
    const struct store *s, enum store_list list, struct record_taker taker)
{
	struct record again;

	return record_load(&again, s->lists[list].path, s->key, taker);
}

enum err
store_replace(
    struct store *s, enum store_list list, const uint8_t *items, size_t n)
{
	struct record *r = &s->lists[list];
	/* What waits may be words of a conversation. */
	int old = list != STORE_WAIT
	    ? -1
	    : open(r->path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	/* What goes here may be what a batch has brought. */
	enum err e = store_batch_settle(s);

	if (e == ERR_OK)
		e = record_replace(r, items, n);
	/* The new one stands, so failing to reach the old one is no failure of
	 * the whole; it lies there sealed. */
	if (e == ERR_OK && old >= 0 && record_overwrite(old) != ERR_OK)
		log_say(ERR_IO, "an old file was not overwritten");
	if (old >= 0)
		(void)close(old);
	return e;
}

enum err
store_seal(struct buf *out, const struct store *s, const char *name,
    const struct buf *plain)
{
	uint8_t *to;
	enum err e;

	if ((e = buf_room(out, STORE_OVERHEAD + plain->len, &to)) != ERR_OK)
		return e;
	crypt_random(to, XAEAD_NONCE_BYTES);
	xaead_seal(to + XAEAD_NONCE_BYTES, s->key, to, name, strlen(name),
	    plain->at, plain->len);
	out->len += STORE_OVERHEAD + plain->len;
	return ERR_OK;
}

enum err
store_unseal(struct buf *out, const struct store *s, const char *name,
    const struct buf *sealed)
{
	uint8_t *to;
	enum err e;

	if (sealed->len < STORE_OVERHEAD)
		return ERR_SHORT;
	if ((e = buf_room(out, sealed->len - STORE_OVERHEAD + 1, &to)) !=
	    ERR_OK)
		return e;
	e = xaead_unseal(to, s->key, sealed->at, name, strlen(name),
	    sealed->at + XAEAD_NONCE_BYTES, sealed->len - XAEAD_NONCE_BYTES);
	if (e == ERR_OK)
		out->len += sealed->len - STORE_OVERHEAD;
	return e;
}

/* Write a sealed file; its name within the folder is bound to it. */
static enum err
put_file(struct store *s, const char *folder, const char *name,
    const struct buf *plain)
{
	char path[RECORD_PATH_MAX];
	struct buf sealed;
	enum err e;

	buf_init(&sealed, STORE_BLOB_MAX + STORE_OVERHEAD);
	if ((e = store_path(path, s, folder, name)) == ERR_OK &&
	    (e = store_seal(&sealed, s, name, plain)) == ERR_OK)
		e = file_write(path, sealed.at, sealed.len, 0600);
	buf_drop(&sealed);
	return e;
}

static enum err
get_file(struct store *s, const char *folder, const char *name, struct buf *out)
{
	char path[RECORD_PATH_MAX];
	struct buf sealed;
	enum err e;

	buf_init(&sealed, STORE_BLOB_MAX + STORE_OVERHEAD);
	if ((e = store_path(path, s, folder, name)) == ERR_OK &&
	    (e = file_read(&sealed, path)) == ERR_OK)
		e = store_unseal(out, s, name, &sealed);
	buf_drop(&sealed);
	return e;
}

enum err
store_put(struct store *s, const char *name, const void *p, size_t n)
{
	struct buf plain;
	enum err e;

	buf_init(&plain, STORE_BLOB_MAX);
	e = s->broken ? ERR_IO : buf_put(&plain, p, n);
	if (e == ERR_OK)
		e = put_file(s, "a", name, &plain);
	buf_drop(&plain);
	return e;
}

enum err
store_put_over(struct store *s, const char *name, const void *p, size_t n)
{
	char path[RECORD_PATH_MAX];
	enum err e;
	int old;

	if ((e = store_path(path, s, "a", name)) != ERR_OK)
		return e;
	old = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	e = store_put(s, name, p, n);
	/* As in store_replace(). */
	if (e == ERR_OK && old >= 0 && record_overwrite(old) != ERR_OK)
		log_say(ERR_IO, "an old file was not overwritten");
	if (old >= 0)
		(void)close(old);
	return e;
}

enum err
store_get(struct store *s, const char *name, struct buf *out)
{
	return get_file(s, "a", name, out);
}

enum err
store_forget(const struct store *s, const char *folder, const char *hex)
{
	char path[RECORD_PATH_MAX];
	enum err e;

	if ((e = store_path(path, s, folder, hex)) != ERR_OK)
		return e;
	e = record_shred(path);
	return e == ERR_NOTHING ? ERR_OK : e;
}

enum err
store_walk(struct store *s, const char *folder, const struct store_walk *w)
{
	uint8_t name[STORE_NAME_BYTES];
	char path[RECORD_PATH_MAX];
	const struct dirent *d;
	enum err e;
	DIR *dir;

	if ((e = store_path(path, s, "", folder)) != ERR_OK)
		return e;
	if ((dir = opendir(path)) == NULL)
		return file_err();
	while (e == ERR_OK && (d = readdir(dir)) != NULL)
		if (enc_hex_read(name, sizeof name, d->d_name,
			strlen(d->d_name)) == ERR_OK)
			e = w->each(s, d->d_name, w->with);
	(void)closedir(dir);
	return e;
}

enum err
store_part_put(struct store *s, uint8_t name[static STORE_NAME_BYTES],
    const uint8_t part[static ENVELOPE_PART_BYTES])
{
	uint8_t got[STORE_NAME_BYTES];
	char path[RECORD_PATH_MAX];
	enum err e;

	crypt_random(got, sizeof got);
	if ((e = hex_path(path, s, "p", got)) != ERR_OK)
		return e;
	e = s->batch.whole
	    ? file_make_later(path, part, ENVELOPE_PART_BYTES, 0600)
	    : file_make(path, part, ENVELOPE_PART_BYTES, 0600);
	if (e == ERR_OK)
		memcpy(name, got, sizeof got);
	return e;
}

enum err
store_part_get(struct store *s, const uint8_t name[static STORE_NAME_BYTES],
    uint8_t part[static ENVELOPE_PART_BYTES])
{
	char path[RECORD_PATH_MAX];
	struct buf b;
	enum err e;

	buf_init(&b, ENVELOPE_PART_BYTES);
	if ((e = hex_path(path, s, "p", name)) != ERR_OK ||
	    (e = file_read(&b, path)) != ERR_OK)
		goto out;
	e = ERR_SHORT;
	if (b.len != ENVELOPE_PART_BYTES)
		goto out;
	memcpy(part, b.at, b.len);
	e = ERR_OK;
out:
	buf_drop(&b);
	return e;
}

enum err
store_part_del(struct store *s, const uint8_t name[static STORE_NAME_BYTES])
{
	char hex[STORE_HEX_BYTES];

	enc_hex(hex, name, STORE_NAME_BYTES);
	return store_forget(s, "p", hex);
}

static enum err
walk_part(struct store *s, const char *hex, const void *with)
{
	const struct store_known *known = with;
	uint8_t name[STORE_NAME_BYTES];

	if (enc_hex_read(name, sizeof name, hex, strlen(hex)) != ERR_OK)
		return ERR_FORMAT;
	return known->is_known(known->who, name) ? ERR_OK
						 : store_forget(s, "p", hex);
}

enum err
store_sweep_parts(struct store *s, const struct store_known *known)
{
	const struct store_walk parts = { walk_part, known };

	return store_walk(s, "p", &parts);
}
