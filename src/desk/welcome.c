#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "team/pack.h"

#include "desk/begin.h"
#include "desk/circles.h"
#include "desk/inside.h"
#include "desk/packed.h"
#include "desk/replied.h"
#include "desk/unpack.h"
#include "desk/welcome.h"

/* A welcome while it is taken in. */
struct taking {
	const struct waiting *own;
	const char *dir;
	struct welcome *w;
	bool keep; /* the second time */
	struct pack_reader *reader;
	struct pack_desk desk;
	struct desk *d; /* to be; its folder is open the second time */
	struct teamlog *log; /* what came of it, the first time */
	struct replied answers; /* that were sent, by it */
	struct conv *conv; /* whose records come */
	struct tagmap convs; /* that came; value: 0 */
	struct tagmap passed; /* answers that are not kept: replied_tag() */
};

static const struct roster_member *
member_of(const struct taking *t, const struct roster_device *d)
{
	return roster_member(pack_reader_roster(t->reader), d->member);
}

/* What the desk will know of its team.  The rosters are whole here. */
static void
take_about(struct taking *t)
{
	const struct certificate *c = pack_reader_certificate(t->reader);
	const struct roster *r = pack_reader_roster(t->reader);
	struct about *a = &t->d->about;
	uint8_t id[DEVICE_ID_BYTES];
	const struct roster_device *own;

	device_id(id, t->d->device);
	own = roster_device(r, id); /* the reader saw to it */
	memcpy(a->team, c->team, sizeof a->team);
	memcpy(a->line, c->line, sizeof a->line);
	a->until = c->until;
	memcpy(a->member, own->member, sizeof a->member);
	if (r->doors_n > 0)
		memcpy(a->door, r->doors[0].id, sizeof a->door);
	memcpy(a->name, t->desk.name, sizeof a->name);
	memcpy(a->readers, t->desk.readers, sizeof a->readers);
	team_print(t->d->print, a->team);
}

static enum err
take_desk(struct taking *t, const uint8_t *p, size_t n)
{
	const enum err e = packed_take_desk(t->d->vault, &t->desk, p, n);

	if (e == ERR_OK)
		take_about(t);
	return e;
}

static enum err
take_admin(struct taking *t, const uint8_t *p, size_t n)
{
	return packed_take_admin(t->d->vault, p, n);
}

static enum err
take_chain(struct taking *t, const uint8_t *p, size_t n)
{
	enum err e = circles_take_packed(t->d, p, n, t->keep);

	if (e != ERR_NOTHING)
		return e;
	e = packed_take_chain(t->d->vault, p, n);
	return e == ERR_TAKEN || e == ERR_FULL ? ERR_FORMAT : e;
}

static enum err
take_voice(struct taking *t, const uint8_t *p, size_t n)
{
	const enum err e = packed_take_voice(t->d->vault, p, n);

	return e == ERR_TAKEN ? ERR_FORMAT : e;
}

static enum err
take_entry(struct taking *t, const uint8_t *p, size_t n)
{
	enum err e = packed_entry(t->reader, p, n);

	if (e != ERR_OK)
		return e;
	t->w->entries += !t->keep;
	if (!t->keep)
		return packed_log(&t->log, t->reader, p, n);
	/* As in merge.c. */
	t->d->row = clock_day();
	e = log_keep(t->d, p, n, true);
	t->d->row = 0;
	return e;
}

/* A conversation that has been taken in is not needed in memory.  ERR_DENIED:
 * it has an answer that was not sent.  This desk would send it, and say on the
 * log that it did: who_makes_a_welcome_has_its_reader_send_nothing. */
static enum err
end_conv(struct taking *t)
{
	const bool sends = t->conv != NULL && t->conv->outs_n > 0;

	if (t->conv != NULL)
		desk_conv_forget(t->d, t->conv);
	t->conv = NULL;
	return sends ? ERR_DENIED : ERR_OK;
}

static enum err
take_conversation(struct taking *t, const uint8_t *p, size_t n)
{
	uint8_t id[CONV_ID_BYTES];
	enum err e;

	(void)n;
	if ((e = end_conv(t)) != ERR_OK)
		return e;
	/* The log is whole here. */
	if (t->answers.n == 0 && t->log != NULL &&
	    (e = replied_take(&t->answers, t->log)) != ERR_OK)
		return e;
	conv_id_of(id, p, t->d->vault->salt);
	if (tagmap_get(&t->convs, id, NULL))
		return ERR_FORMAT; /* it would have two files */
	if ((e = tagmap_put(&t->convs, id, 0)) != ERR_OK)
		return e;
	t->conv = desk_conv_of(t->d, p);
	t->w->conversations += !t->keep;
	return t->conv == NULL ? ERR_NOMEM : ERR_OK;
}

/* Answers whose entry has no effect are not shown by who comes in now. */
static enum err
look_at_answer(struct taking *t, const struct said *s)
{
	const struct replied_one *by =
	    replied_find(&t->answers, t->conv->id, s, t->d->vault->salt);
	uint8_t tag[TAG_BYTES];

	if (by == NULL || !t->conv->has_address)
		return ERR_FORGED;
	replied_tag(tag, t->conv->id, s->id);
	if (!by->effect)
		return tagmap_put(&t->passed, tag, 0);
	return replied_is_as_said(t->d, t->conv, &by->at, s);
}

static enum err
look_at_told(struct taking *t, const struct item_at *i)
{
	struct said *s;
	size_t used;
	enum err e = said_read(&s, i->p, i->n, &used);

	if (e != ERR_OK)
		return e;
	e = look_at_answer(t, s);
	said_close(s);
	return e;
}

static enum err
look_at_sent(struct taking *t, const struct item_at *i)
{
	const struct conv_out *o =
	    i->n == LETTER_ID_BYTES ? conv_out_find(t->conv, i->p) : NULL;

	return o == NULL ? ERR_FORMAT : look_at_answer(t, o->said);
}

/* Each answer that was sent must be one that the log says. */
static enum err
look_at_answers(struct taking *t, const struct pack_said *s)
{
	struct item_at i;
	size_t at = 0;
	enum err e = ERR_OK;

	while (e == ERR_OK && item_next(&i, s->head, s->head_n, &at) == ERR_OK)
		if (i.kind == ITEM_TOLD)
			e = look_at_told(t, &i);
		else if (i.kind == ITEM_SENT)
			e = look_at_sent(t, &i);
	return e;
}

/* Each begins with its id, but for what another desk sent: behind the flags. */
static bool
is_passed(const struct taking *t, const struct item_at *i)
{
	const size_t at = i->kind == ITEM_TOLD ? 1 : 0;
	uint8_t tag[TAG_BYTES];

	if ((i->kind != ITEM_TOLD && i->kind != ITEM_WAY &&
		i->kind != ITEM_SENT && i->kind != ITEM_OVER) ||
	    i->n < at + LETTER_ID_BYTES)
		return false;
	replied_tag(tag, t->conv->id, i->p + at);
	return tagmap_get(&t->passed, tag, NULL);
}

static enum err
keep_said(struct taking *t, const struct pack_said *s)
{
	struct buf head, rest;
	struct item_at i;
	size_t at = 0;
	enum err e = ERR_OK;

	buf_init(&head, RECORD_MAX);
	buf_init(&rest, RECORD_MAX);
	while (e == ERR_OK && item_next(&i, s->head, s->head_n, &at) == ERR_OK)
		if (!is_passed(t, &i) &&
		    (e = item_put(&head, i.kind, i.n)) == ERR_OK)
			e = buf_put(&head, i.p, i.n);
	if (e == ERR_OK && head.len > 0 &&
	    (e = buf_put(&rest, s->tail, s->tail_n)) == ERR_OK)
		e = desk_keep(t->d, t->conv, &head, &rest);
	buf_drop(&head);
	buf_drop(&rest);
	return e;
}

static enum err
take_said(struct taking *t, const uint8_t *p, size_t n)
{
	struct pack_said s;
	enum err e = packed_said(&s, t->d, t->conv->box.owner, p, n);

	if (e != ERR_OK)
		return e;
	if (t->keep)
		return keep_said(t, &s);
	/* As it is read when the desk is opened: before anything is kept. */
	if ((e = look_at_answers(t, &s)) != ERR_OK)
		return e;
	return conv_take_record(t->d, t->conv, s.head, s.head_n);
}

static enum err
take_part(struct taking *t, const uint8_t *p, size_t n)
{
	struct pack_part part;
	enum err e;

	if ((e = packed_part(&part, p, n)) != ERR_OK)
		return e;
	t->w->parts += !t->keep && part.envelope != NULL;
	return t->keep ? packed_keep_part(t->d, t->conv, &part) : ERR_OK;
}

static enum err
take_certificate(struct taking *t, const uint8_t *p, size_t n)
{
	return t->keep ? store_put(t->d->store, "certificate", p, n) : ERR_OK;
}

static enum err
take_roster(struct taking *t, const uint8_t *p, size_t n)
{
	return t->keep ? store_add(t->d->store, STORE_TEAM, p, n) : ERR_OK;
}

static enum err (*const rows[PACK_KINDS])(
    struct taking *t, const uint8_t *p, size_t n) = {
	[PACK_CERTIFICATE] = take_certificate,
	[PACK_ROSTER] = take_roster,
	[PACK_DESK] = take_desk,
	[PACK_ADMIN] = take_admin,
	[PACK_CHAIN] = take_chain,
	[PACK_VOICE] = take_voice,
	[PACK_ENTRY] = take_entry,
	[PACK_CONVERSATION] = take_conversation,
	[PACK_SAID] = take_said,
	[PACK_PART] = take_part,
};

static enum err
take(void *who, enum pack_kind kind, const uint8_t *p, size_t n)
{
	return rows[kind](who, p, n);
}

/* Open and read the whole file once. */
static enum err
read_once(struct taking *t, int fd)
{
	const struct pack_taker taker = { take, t };
	size_t once;
	enum err e, ended;

	pack_reader_close(t->reader);
	t->reader = NULL;
	tagmap_clear(&t->convs);
	e = pack_reader_open(&t->reader, t->d->device, taker);
	if (e == ERR_OK)
		e = packed_feed_once(
		    t->reader, fd, &t->own->recipient, 1, &once);
	ended = end_conv(t);
	return e == ERR_OK ? ended : e;
}

/* The first time: what it says, for people to compare. */
static enum err
look(struct taking *t, int fd, uint8_t hash[static SHA256_BYTES])
{
	struct welcome *w = t->w;
	const struct roster_member *m;
	uint8_t id[DEVICE_ID_BYTES];
	enum err e;

	*w = (struct welcome){ .day = 0 };
	if ((e = read_once(t, fd)) != ERR_OK)
		return e;
	if (t->own->has_team &&
	    memcmp(t->own->team, t->d->about.team, sizeof t->own->team) != 0)
		return ERR_NOTHING;
	pack_reader_hash(t->reader, hash);
	device_id(id, t->d->device);
	m = member_of(t, roster_device(pack_reader_roster(t->reader), id));
	memcpy(w->member, m->name, sizeof w->member);
	w->role = m->role;
	m = member_of(t, pack_reader_giver(t->reader));
	memcpy(w->giver, m->name, sizeof w->giver);
	memcpy(w->team, t->d->print, sizeof w->team);
	memcpy(w->name, t->desk.name, sizeof w->name);
	w->day = pack_reader_day(t->reader);
	return join_welcome_code(&w->code, t->d->about.team, hash);
}

/* A desk to be, in memory: its own keys alone. */
static enum err
begin(struct taking *t)
{
	struct vault *v;
	enum err e;

	if ((t->d = calloc(1, sizeof *t->d)) == NULL ||
	    (v = t->d->vault = vault_new()) == NULL)
		return ERR_NOMEM;
	if (strlen(t->dir) >= sizeof t->d->dir)
		return ERR_TOOBIG;
	memcpy(t->d->dir, t->dir, strlen(t->dir) + 1);
	e = vault_words(v, t->own->words, strlen(t->own->words));
	memcpy(v->storage, t->own->storage, sizeof v->storage);
	memcpy(v->device, t->own->device, sizeof v->device);
	v->ring.once_n = 1;
	memcpy(v->ring.once[0], t->own->recipient, sizeof v->ring.once[0]);
	sign_public(t->d->device, v->device);
	return e;
}

static bool
is_left_over(const char *name)
{
	return strcmp(name, ".") != 0 && strcmp(name, "..") != 0 &&
	    strcmp(name, "waiting") != 0 && strcmp(name, UNPACK_BACKUP) != 0;
}

static enum err
remove_any(const char *dir, const char *name)
{
	char path[FILE_PATH_MAX];
	enum err e;

	if ((e = file_path(path, sizeof path, dir, name)) != ERR_OK)
		return e;
	if (unlink(path) == 0)
		return ERR_OK;
	return file_remove_all(path);
}

/* What one that was interrupted left, none of which ever was a desk. */
static enum err
clean(const char *dir)
{
	const struct dirent *d;
	enum err e = ERR_OK;
	DIR *folder;

	if ((folder = opendir(dir)) == NULL)
		return file_err();
	while (e == ERR_OK && (d = readdir(folder)) != NULL)
		if (is_left_over(d->d_name))
			e = remove_any(dir, d->d_name);
	(void)closedir(folder);
	return e;
}

static enum err
make_folder(struct taking *t)
{
	enum err e;

	if ((e = clean(t->dir)) != ERR_OK ||
	    (e = begin_store(&t->d->store, t->dir, t->d->vault->storage,
		 &t->d->about)) != ERR_OK)
		return e;
	store_whole_begin(t->d->store);
	return ERR_OK;
}

/* The line's addresses, and the key note that was seen. */
static enum err
keep_rest(struct taking *t)
{
	enum err e;

	if ((e = packed_keep_address(t->d->store, &t->desk)) != ERR_OK ||
	    t->desk.serial == 0)
		return e;
	return desk_remember_num(t->d, "serial", t->desk.serial);
}

/* The second time; the key last. */
static enum err
keep(struct taking *t, int fd, const uint8_t hash[static SHA256_BYTES])
{
	char path[FILE_PATH_MAX];
	uint8_t now[SHA256_BYTES], by[DEVICE_ID_BYTES];
	enum err e;

	t->keep = true;
	ring_drop(&t->d->vault->ring);
	t->d->vault->ring.once_n = 1;
	memcpy(t->d->vault->ring.once[0], t->own->recipient, AGE_SEED_BYTES);
	if ((e = make_folder(t)) != ERR_OK || (e = read_once(t, fd)) != ERR_OK)
		return e;
	pack_reader_hash(t->reader, now);
	if (memcmp(now, hash, sizeof now) != 0)
		return ERR_FORGED; /* another file than the one looked at */
	device_id(by, pack_reader_giver(t->reader)->key);
	if ((e = circles_welcomed_by(t->d, by)) != ERR_OK ||
	    (e = keep_rest(t)) != ERR_OK ||
	    (e = store_batch_end(t->d->store)) != ERR_OK ||
	    (e = file_path(path, sizeof path, t->dir, "key")) != ERR_OK ||
	    (e = file_sync_dir(t->dir)) != ERR_OK)
		return e;
	return vault_save(t->d->vault, path);
}

static enum err
take_in(struct taking *t, int fd, const struct welcome_ask *ask)
{
	uint8_t hash[SHA256_BYTES];
	enum err e;

	if ((e = begin(t)) != ERR_OK || (e = look(t, fd, hash)) != ERR_OK ||
	    (e = ask->ask(ask->who, t->w)) != ERR_OK)
		return e;
	if ((e = keep(t, fd, hash)) == ERR_OK)
		return waiting_end(t->dir);
	/* What was begun goes now, or else when it is tried again. */
	store_close(t->d->store);
	t->d->store = NULL;
	(void)!clean(t->dir);
	return e;
}

/* One at a time. */
static enum err
lock(int *fd, const char *dir)
{
	char path[FILE_PATH_MAX];
	enum err e;

	if ((e = file_path(path, sizeof path, dir, "key")) != ERR_OK)
		return e;
	if (file_is_there(path))
		return ERR_TAKEN;
	if ((e = file_path(path, sizeof path, dir, "waiting")) != ERR_OK)
		return e;
	if ((*fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW)) < 0)
		return file_err();
	return flock(*fd, LOCK_EX | LOCK_NB) == 0 ? ERR_OK : ERR_BUSY;
}

enum err
welcome_take(struct welcome *w, const char *dir, const struct waiting *own,
    const char *path, const struct welcome_ask *ask)
{
	struct taking t = { .own = own, .dir = dir, .w = w };
	int held = -1, fd = -1;
	enum err e;

	if ((e = lock(&held, dir)) != ERR_OK)
		goto out;
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0) {
		e = file_err();
		goto out;
	}
	e = take_in(&t, fd, ask);
out:
	if (fd >= 0)
		(void)close(fd);
	if (held >= 0)
		(void)close(held);
	pack_reader_close(t.reader);
	pack_desk_drop(&t.desk);
	tagmap_drop(&t.convs);
	tagmap_drop(&t.passed);
	replied_drop(&t.answers);
	teamlog_close(t.log);
	desk_close(t.d);
	return e;
}
