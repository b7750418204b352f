#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/wipe.h"
#include "crypt/key.h"

#include "desk/days.h"
#include "desk/lists.h"
#include "desk/merge.h"
#include "desk/packed.h"
#include "desk/unpack.h"

#define NEW UNPACK_FILE ".new"
#define PIECE (1U << 20)

enum err
unpack_request(struct desk *d, struct buf *note)
{
	const struct roster_device *own = roster_device(d->roster, d->id);
	const struct roster_member *m;
	struct join j;
	enum err e = ERR_OK;

	if (own == NULL)
		return ERR_DENIED;
	m = roster_member(d->roster, own->member);
	memcpy(j.name, m->name, sizeof j.name);
	if (d->vault->ring.once_n == 0) {
		days_forget_keys(d);
		ring_make_once(&d->vault->ring);
		e = desk_save_keys(d);
	}
	if (e == ERR_OK)
		e = ring_once_recipient(&d->vault->ring, &j.recipient);
	return e == ERR_OK ? join_write(note, &j, d->vault->device) : e;
}

static enum err
path_in(char out[static FILE_PATH_MAX], const char *dir, const char *name)
{
	return file_path(out, FILE_PATH_MAX, dir, name);
}

bool
unpack_is_begun(const char *dir)
{
	char path[FILE_PATH_MAX];

	return (path_in(path, dir, UNPACK_FILE) == ERR_OK &&
		   file_is_there(path)) ||
	    (path_in(path, dir, UNPACK_BACKUP) == ERR_OK &&
		file_is_there(path));
}

static enum err
copy(int to, int from)
{
	uint8_t *piece = malloc(PIECE);
	enum err e = piece == NULL ? ERR_NOMEM : ERR_OK;
	ssize_t n = 1;

	while (e == ERR_OK && n > 0) {
		n = read(from, piece, PIECE);
		e = n < 0 ? file_err() : file_write_fd(to, piece, (size_t)n);
	}
	free(piece); /* sealed bytes */
	return e == ERR_OK && fsync(to) != 0 ? file_err() : e;
}

/* Nobody else changes it then. */
static enum err
copy_in(const char *fresh, const char *path)
{
	const int from = open(path, O_RDONLY | O_CLOEXEC);
	int to = -1;
	enum err e;

	if (from < 0)
		return file_err();
	to = open(
	    fresh, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
	e = to < 0 ? file_err() : copy(to, from);
	if (to >= 0)
		(void)close(to);
	(void)close(from);
	return e;
}

/* A pack, or a backup, that is gone through once. */
struct pass {
	bool backup;
	struct merge *merge;
	struct pack_reader *reader;
	size_t once; /* which key opened it */
};

static void
pass_drop(struct pass *p)
{
	pack_reader_close(p->reader);
	merge_close(p->merge);
}

static enum err
go_through(struct pass *p, struct desk *d, const char *path, bool keep)
{
	const struct ring *r = &d->vault->ring;
	uint8_t(*seeds)[AGE_SEED_BYTES] = key_memory(sizeof r->once);
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	enum err e;

	e = fd < 0 ? file_err() : seeds == NULL ? ERR_NOMEM : ERR_OK;
	if (e != ERR_OK)
		goto out;
	memcpy(seeds, r->once, sizeof r->once);
	if ((e = merge_open(&p->merge, d, keep)) != ERR_OK)
		goto out;
	e = p->backup
	    ? pack_backup_reader(&p->reader, merge_taker(p->merge))
	    : pack_reader_open(&p->reader, d->device, merge_taker(p->merge));
	if (e != ERR_OK)
		goto out;
	merge_reads(p->merge, p->reader);
	e = packed_feed_once(p->reader, fd,
	    (const uint8_t(*)[AGE_SEED_BYTES])seeds, r->once_n, &p->once);
	if (e == ERR_OK)
		e = merge_end(p->merge);
out:
	if (fd >= 0)
		(void)close(fd);
	key_memory_free(seeds);
	return e;
}

/* What it says, for people to compare. */
static enum err
say(struct welcome *w, const struct desk *d, const struct pass *p)
{
	const struct merge_said *said = merge_said(p->merge);
	const struct roster *r = pack_reader_roster(p->reader);
	const struct roster_member *m;
	uint8_t hash[SHA256_BYTES];

	m = roster_member(r, roster_device(r, d->id)->member);
	*w = (struct welcome){ .role = m->role };
	memcpy(w->member, m->name, sizeof w->member);
	m = roster_member(r, pack_reader_giver(p->reader)->member);
	memcpy(w->giver, m->name, sizeof w->giver);
	memcpy(w->team, d->print, sizeof w->team);
	memcpy(w->name, d->about.name, sizeof w->name);
	w->day = pack_reader_day(p->reader);
	w->conversations = said->conversations;
	w->entries = said->entries;
	w->parts = said->parts;
	pack_reader_hash(p->reader, hash);
	return join_welcome_code(&w->code, d->about.team, hash);
}

static enum err
look(struct welcome *w, struct desk *d, const char *fresh)
{
	struct pass p = { .merge = NULL };
	enum err e = go_through(&p, d, fresh, false);

	if (e == ERR_OK)
		e = say(w, d, &p);
	pass_drop(&p);
	return e;
}

/* Overwrite what was taken in, or never was; under the other name, so that what
 * is half overwritten is not looked at again. */
static enum err
forget(const struct desk *d, const char *path)
{
	char fresh[FILE_PATH_MAX];
	enum err e = path_in(fresh, d->dir, NEW);

	if (e == ERR_OK && path != NULL && rename(path, fresh) != 0)
		e = file_err();
	if (e == ERR_OK && path != NULL)
		e = file_sync_dir(d->dir);
	if (e == ERR_OK)
		e = record_shred(fresh);
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* The key that opened it makes place for the next, which is published, and what
 * it opened goes. */
static enum err
take_in(struct desk *d, const char *path, bool backup)
{
	struct pass p = { .backup = backup };
	enum err e = go_through(&p, d, path, true);

	if (e == ERR_OK && p.once + 1 == d->vault->ring.once_n) {
		ring_make_once(&d->vault->ring);
		e = desk_save_keys(d);
	}
	pass_drop(&p);
	if (e == ERR_OK && !backup)
		e = lists_settle(d);
	return e == ERR_OK ? forget(d, path) : e;
}

enum err
unpack_take(struct welcome *w, struct desk *d, const char *path,
    const struct welcome_ask *ask)
{
	char fresh[FILE_PATH_MAX], own[FILE_PATH_MAX];
	enum err e;

	if ((e = path_in(fresh, d->dir, NEW)) != ERR_OK ||
	    (e = path_in(own, d->dir, UNPACK_FILE)) != ERR_OK)
		return e;
	if ((e = copy_in(fresh, path)) != ERR_OK ||
	    (e = look(w, d, fresh)) != ERR_OK ||
	    (e = ask->ask(ask->who, w)) != ERR_OK)
		goto out;
	if (rename(fresh, own) != 0) {
		e = file_err();
		goto out;
	}
	if ((e = file_sync_dir(d->dir)) == ERR_OK)
		e = take_in(d, own, false);
out:
	if (e != ERR_OK)
		(void)!forget(d, NULL);
	return e;
}

static bool
is_ours(enum err e)
{
	return err_is_machine(e) || e == ERR_FULL;
}

/* It was checked before it was put here; if the disk has changed it since, it
 * goes, and is asked for again. */
static enum err
resume(struct desk *d, const char *name, bool backup)
{
	struct pass p = { .backup = backup };
	char path[FILE_PATH_MAX];
	enum err e;

	if ((e = path_in(path, d->dir, name)) != ERR_OK || !file_is_there(path))
		return e;
	e = go_through(&p, d, path, false);
	pass_drop(&p);
	if (e == ERR_OK)
		e = take_in(d, path, backup);
	if (e == ERR_FULL) {
		log_say(e, "what was to be taken in waits for room");
		return ERR_OK;
	}
	if (e == ERR_OK || is_ours(e))
		return e;
	log_say(e, "what was to be taken in is damaged, and goes");
	return forget(d, path);
}

enum err
unpack_resume(struct desk *d)
{
	enum err e;

	/* Where overwriting takes room it is done when there is some. */
	if (((e = forget(d, NULL)) != ERR_OK && e != ERR_FULL) ||
	    (e = resume(d, UNPACK_BACKUP, true)) != ERR_OK)
		return e;
	return resume(d, UNPACK_FILE, false);
}
