#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/wipe.h"
#include "crypt/crypt.h"

#include "desk/backup.h"
#include "desk/begin.h"
#include "desk/handing.h"
#include "desk/members.h"
#include "desk/packed.h"
#include "desk/renewal.h"
#include "desk/unpack.h"

/* A backup while it is read. */
struct reading {
	struct desk *d; /* to be, in memory */
	struct pack_reader *reader;
	struct pack_desk desk;
	uint8_t roster_hash[SHA256_BYTES]; /* of the last that came */
	uint8_t owner[SIGN_PUBLIC_BYTES]; /* of the conversation that comes */
	bool keys; /* it holds seeds */
	/* The second time: */
	struct store *store; /* takes certificate and rosters; NULL */
	struct age_sealer *again; /* takes the plaintext */
	struct backup_said said;
};

static enum err
reading_begin(struct reading *r)
{
	*r = (struct reading){ .keys = false };
	if ((r->d = calloc(1, sizeof *r->d)) == NULL ||
	    (r->d->vault = vault_new()) == NULL ||
	    (r->d->log = teamlog_open()) == NULL)
		return ERR_NOMEM;
	return ERR_OK;
}

static void
reading_drop(struct reading *r)
{
	age_sealer_close(r->again);
	pack_reader_close(r->reader);
	store_close(r->store);
	pack_desk_drop(&r->desk);
	desk_close(r->d);
	wipe(r, sizeof *r);
}

static enum err
take_certificate(struct reading *r, const uint8_t *p, size_t n)
{
	const struct certificate *c = pack_reader_certificate(r->reader);
	struct about *a = &r->d->about;

	memcpy(a->team, c->team, sizeof a->team);
	memcpy(a->line, c->line, sizeof a->line);
	a->until = c->until;
	team_print(r->d->print, a->team);
	return r->store == NULL ? ERR_OK
				: store_put(r->store, "certificate", p, n);
}

static enum err
take_roster(struct reading *r, const uint8_t *p, size_t n)
{
	sha256(r->roster_hash, p, n);
	return r->store == NULL ? ERR_OK
				: store_add(r->store, STORE_TEAM, p, n);
}

static void
take_names(struct reading *r)
{
	struct about *a = &r->d->about;

	memcpy(a->name, r->desk.name, sizeof a->name);
	memcpy(a->readers, r->desk.readers, sizeof a->readers);
}

static enum err
take_bare(struct reading *r, const uint8_t *p, size_t n)
{
	const enum err e = pack_bare_read(&r->desk, p, n);

	if (e != ERR_OK)
		return e;
	memcpy(r->d->vault->salt, r->desk.salt, sizeof r->desk.salt);
	take_names(r);
	return ERR_OK;
}

static enum err
take_desk(struct reading *r, const uint8_t *p, size_t n)
{
	const enum err e = packed_take_desk(r->d->vault, &r->desk, p, n);

	if (e != ERR_OK)
		return e;
	r->keys = true;
	take_names(r);
	return ERR_OK;
}

static enum err
take_admin(struct reading *r, const uint8_t *p, size_t n)
{
	return packed_take_admin(r->d->vault, p, n);
}

/* The second time all of the ring is there. */
static enum err
take_chain(struct reading *r, const uint8_t *p, size_t n)
{
	const enum err e = packed_take_chain(r->d->vault, p, n);

	return e == ERR_TAKEN && r->again != NULL ? ERR_OK : e;
}

static enum err
take_voice(struct reading *r, const uint8_t *p, size_t n)
{
	const enum err e = packed_take_voice(r->d->vault, p, n);

	return e == ERR_TAKEN && r->again != NULL ? ERR_OK : e;
}

/* How far each device has come a roster wants to know (members_come()). */
static enum err
take_entry(struct reading *r, const uint8_t *p, size_t n)
{
	enum err e;

	if ((e = packed_entry(r->reader, p, n)) != ERR_OK)
		return e;
	if (r->said.entries++ == 0 &&
	    (e = teamlog_roster(r->d->log, pack_reader_roster(r->reader))) !=
		ERR_OK)
		return e;
	return r->keys ? teamlog_add_kept(r->d->log, p, n) : ERR_OK;
}

static enum err
take_conversation(struct reading *r, const uint8_t *p, size_t n)
{
	(void)n;
	memcpy(r->owner, p, sizeof r->owner);
	r->said.conversations++;
	return ERR_OK;
}

static enum err
take_said(struct reading *r, const uint8_t *p, size_t n)
{
	struct pack_said s;

	return packed_said(&s, r->d, r->owner, p, n);
}

static enum err
take_part(struct reading *r, const uint8_t *p, size_t n)
{
	struct pack_part part;

	r->said.parts++;
	return packed_part(&part, p, n);
}

static enum err (*const rows[PACK_KINDS])(
    struct reading *r, const uint8_t *p, size_t n) = {
	[PACK_CERTIFICATE] = take_certificate,
	[PACK_ROSTER] = take_roster,
	[PACK_DESK] = take_desk,
	[PACK_BARE] = take_bare,
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

static enum err
add(void *who, const void *p, size_t n)
{
	struct reading *r = who;
	enum err e = pack_reader_add(r->reader, p, n);

	return e == ERR_OK && r->again != NULL ? age_sealer_add(r->again, p, n)
					       : e;
}

/* Once through. */
static enum err
pass(struct reading *r, int fd, const struct age_with *with)
{
	enum err e;

	pack_reader_close(r->reader);
	r->reader = NULL;
	r->said = (struct backup_said){ .day = 0 };
	e = pack_backup_reader(&r->reader, (struct pack_taker){ take, r });
	if (e == ERR_OK)
		e = packed_open(fd, with, (struct age_sink){ add, r });
	return e == ERR_OK ? pack_reader_end(r->reader) : e;
}

static void
say(struct backup_said *said, const struct reading *r)
{
	const struct roster_device *by = pack_reader_giver(r->reader);
	const struct roster_member *m;

	*said = r->said;
	m = roster_member(pack_reader_roster(r->reader), by->member);
	memcpy(said->member, m->name, sizeof said->member);
	memcpy(said->team, r->d->print, sizeof said->team);
	memcpy(said->name, r->desk.name, sizeof said->name);
	said->day = pack_reader_day(r->reader);
	said->alone = r->keys;
}

enum err
backup_look(struct backup_said *said, int fd, const struct age_with *with)
{
	struct reading r;
	enum err e;

	if ((e = reading_begin(&r)) == ERR_OK &&
	    (e = pass(&r, fd, with)) == ERR_OK)
		say(said, &r);
	reading_drop(&r);
	return e;
}

static enum err
put(void *who, const void *p, size_t n)
{
	return file_write_fd(*(const int *)who, p, n);
}

/* The second time: once more sealed, to the new device alone, and the same to
 * the last byte. */
static enum err
seal_again(struct reading *r, int to, const uint8_t *once, int fd,
    const struct age_with *with)
{
	uint8_t was[SHA256_BYTES], is[SHA256_BYTES];
	struct age_identity *id = NULL;
	struct age_recipient recipient;
	const struct age_to sealed = { .recipients = &recipient, .n = 1 };
	enum err e;

	pack_reader_hash(r->reader, was);
	if ((e = age_identity_from_seed(&id, AGE_HYBRID, once)) != ERR_OK)
		return e;
	age_identity_recipient(id, &recipient);
	age_identity_close(id);
	e = age_sealer_open(&r->again, &sealed, (struct age_sink){ put, &to });
	if (e != ERR_OK || (e = pass(r, fd, with)) != ERR_OK ||
	    (e = age_sealer_end(r->again)) != ERR_OK)
		return e;
	pack_reader_hash(r->reader, is);
	if (memcmp(was, is, sizeof was) != 0)
		return ERR_FORGED; /* another file than the one looked at */
	return fsync(to) == 0 ? ERR_OK : file_err();
}

static enum err
put_beside(struct reading *r, const char *dir, const uint8_t *once, int fd,
    const struct age_with *with)
{
	char path[FILE_PATH_MAX];
	enum err e;
	int to;

	if ((e = file_path(path, sizeof path, dir, UNPACK_BACKUP)) != ERR_OK)
		return e;
	to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (to < 0)
		return file_err();
	e = seal_again(r, to, once, fd, with);
	(void)close(to);
	return e;
}

enum err
backup_wait(struct backup_said *said, const char *dir, struct waiting *own,
    int fd, const struct age_with *with)
{
	struct reading r;
	enum err e;

	if ((e = reading_begin(&r)) != ERR_OK ||
	    (e = pass(&r, fd, with)) != ERR_OK ||
	    (e = put_beside(&r, dir, own->recipient, fd, with)) != ERR_OK)
		goto out;
	own->has_team = true;
	memcpy(own->team, r.d->about.team, sizeof own->team);
	if ((e = waiting_save(own, dir)) == ERR_OK)
		say(said, &r);
out:
	reading_drop(&r);
	return e;
}

/* The new device on, the old one off, as far as the backup knows it. */
static enum err
next_roster(struct reading *r, struct buf *note, const struct backup_alone *as)
{
	const struct roster *now = pack_reader_roster(r->reader);
	const struct roster_device *old = pack_reader_giver(r->reader);
	const struct roster_come come = members_come(r->d);
	struct roster *next = calloc(1, sizeof *next);
	uint8_t id[DEVICE_ID_BYTES];
	enum err e = ERR_NOMEM;

	if (next == NULL)
		return e;
	device_id(id, old->key);
	memcpy(r->d->about.member, old->member, MEMBER_ID_BYTES);
	if (now->doors_n > 0)
		memcpy(r->d->about.door, now->doors[0].id, DOOR_ID_BYTES);
	sign_public(r->d->device, r->d->vault->device);
	roster_begin(next, now, r->roster_hash, as->today);
	if ((e = roster_join(next, r->d->device,
		 roster_member(now, old->member), true)) == ERR_OK &&
	    (e = roster_strike(next, id, &come)) == ERR_OK)
		e = roster_write(note, next, as->team_seed);
	wipe_free(next, sizeof *next);
	return e;
}

static enum err
keep_rest(struct reading *r)
{
	char serial[16];
	enum err e;

	if ((e = packed_keep_address(r->store, &r->desk)) != ERR_OK ||
	    r->desk.serial == 0)
		return e;
	(void)snprintf(serial, sizeof serial, "%u", r->desk.serial);
	return store_put(r->store, "serial", serial, strlen(serial));
}

/* Everything but the key file, which is last. */
static enum err
make_desk(struct reading *r, const char *dir, const struct backup_alone *as,
    int fd, const struct age_with *with)
{
	struct vault *v = r->d->vault;
	char path[FILE_PATH_MAX];
	struct buf note;
	enum err e;

	crypt_random(v->storage, sizeof v->storage);
	crypt_random(v->device, sizeof v->device);
	ring_make_once(&v->ring);
	buf_init(&note, ROSTER_MAX);
	if ((e = vault_words(v, as->words, strlen(as->words))) != ERR_OK ||
	    (e = next_roster(r, &note, as)) != ERR_OK ||
	    (e = begin_store(&r->store, dir, v->storage, &r->d->about)) !=
		ERR_OK ||
	    (e = put_beside(r, dir, v->ring.once[0], fd, with)) != ERR_OK ||
	    (e = store_add(r->store, STORE_TEAM, note.at, note.len)) !=
		ERR_OK ||
	    (e = keep_rest(r)) != ERR_OK ||
	    (e = file_path(path, sizeof path, dir, "key")) != ERR_OK)
		goto out;
	e = vault_save(v, path);
out:
	buf_drop(&note);
	return e;
}

/* Take in what lies beside, and say what was done: whoever gets the old device
 * reads nothing that comes after.  The lost device, or one that was made of the
 * same backup, may have given the line certificates since; a team makes no more
 * than one on a day. */
static enum err
open_once(const char *dir, const struct backup_alone *as, uint32_t made)
{
	const uint32_t ahead = as->today > made ? as->today - made : 0;
	struct desk *d = NULL;
	enum err e;

	e = desk_open(&d, dir, as->words, strlen(as->words));
	if (e == ERR_OK && unpack_is_begun(dir))
		e = ERR_FULL;
	if (e == ERR_OK)
		e = renewal_make(d, as->team_seed, as->today, ahead);
	if (e == ERR_OK)
		e = desk_say_roster(d);
	if (e == ERR_OK)
		e = handing_renew(d, as->today, NULL);
	desk_close(d);
	return e;
}

enum err
backup_alone(struct backup_said *said, const char *dir,
    const struct backup_alone *as, int fd, const struct age_with *with)
{
	uint8_t key[SIGN_PUBLIC_BYTES];
	struct reading r;
	uint32_t made = 0;
	enum err e;

	sign_public(key, as->team_seed);
	if ((e = reading_begin(&r)) == ERR_OK)
		e = pass(&r, fd, with);
	if (e == ERR_OK && !r.keys)
		e = ERR_MISSING;
	if (e == ERR_OK && memcmp(key, r.d->about.team, sizeof key) != 0)
		e = ERR_TAKEN;
	if (e == ERR_OK)
		e = make_desk(&r, dir, as, fd, with);
	if (e == ERR_OK) {
		say(said, &r);
		made = said->day;
	}
	reading_drop(&r);
	return e == ERR_OK ? open_once(dir, as, made) : e;
}
