#include <stdlib.h>
#include <string.h>

#include "base/wipe.h"
#include "team/certificate.h"

#include "desk/days.h"
#include "desk/inside.h"
#include "desk/renewal.h"

const struct roster *
desk_roster(const struct desk *d)
{
	return d->roster;
}

const uint8_t *
desk_roster_hash(const struct desk *d)
{
	return d->roster_hash;
}

struct teamlog *
desk_log(struct desk *d)
{
	return d->log;
}

const uint8_t *
desk_device_id(const struct desk *d)
{
	return d->id;
}

struct vault *
desk_vault(struct desk *d)
{
	/* Whoever asks may change the ring. */
	days_forget_keys(d);
	return d->vault;
}

enum err
desk_each_roster(const struct desk *d, struct record_taker taker)
{
	return store_read(d->store, STORE_TEAM, taker);
}

/* Does it come behind the newest? */
static enum err
follows(const struct desk *d, const struct roster *r)
{
	if (d->roster == NULL)
		return r->serial == 1 ? ERR_OK : ERR_FORMAT;
	if (r->serial <= d->roster->serial)
		return ERR_TAKEN;
	if (r->serial > d->roster->serial + 1)
		return ERR_MISSING;
	return roster_follows(r, d->roster, d->roster_hash);
}

/* A note that was kept, or is about to be: `add` keeps it. */
static enum err
take(struct desk *d, const uint8_t *p, size_t n, bool add)
{
	struct roster *r = calloc(1, sizeof *r);
	void *list = d->rosters;
	enum err e;

	if (r == NULL)
		return ERR_NOMEM;
	if ((e = roster_read(r, p, n, d->about.team)) != ERR_OK ||
	    (e = follows(d, r)) != ERR_OK)
		goto out;
	e = list_grow(
	    &list, d->rosters_n, &d->rosters_room, sizeof(struct roster *));
	d->rosters = list;
	if (e != ERR_OK ||
	    (add && (e = store_add(d->store, STORE_TEAM, p, n)) != ERR_OK))
		goto out;
	d->roster = d->rosters[d->rosters_n++] = r;
	r = NULL; /* now the desk's */
	sha256(d->roster_hash, p, n);
out:
	wipe_free(r, sizeof *r);
	return e;
}

enum err
desk_take_roster(struct desk *d, const void *note, size_t n)
{
	enum err e = take(d, note, n, true);

	if (e == ERR_OK)
		e = teamlog_roster(d->log, d->roster);
	return e;
}

static enum err
say_one(struct desk *d, struct effect *f, uint32_t serial, const uint8_t *hash)
{
	*f = (struct effect){ .kind = EFFECT_ROSTER, .number = serial };
	memcpy(f->hash, hash, sizeof f->hash);
	return log_put_effect(d, f);
}

enum err
desk_say_roster(struct desk *d)
{
	struct effect *f = calloc(1, sizeof *f);
	enum err e;

	if (f == NULL)
		return ERR_NOMEM;
	e = say_one(d, f, d->roster->serial, d->roster_hash);
	wipe_free(f, sizeof *f);
	return e;
}

static bool
is_said(struct desk *d, struct effect *f, uint32_t serial)
{
	struct teamlog_line line;

	for (size_t i = teamlog_count(d->log); i-- > 0;) {
		teamlog_at(d->log, i, &line);
		if (line.kind == EFFECT_ROSTER &&
		    effect_read(f, line.kind, line.body, line.body_len) ==
			ERR_OK &&
		    f->number == serial)
			return true;
	}
	return false;
}

/* The first is in nobody's log: every device has it from its welcome. */
enum err
desk_say_rosters(struct desk *d)
{
	struct effect *f;
	enum err e = ERR_OK;

	if (desk_role(d) != MEMBER_ADMIN)
		return ERR_OK;
	if ((f = calloc(1, sizeof *f)) == NULL)
		return ERR_NOMEM;
	for (size_t i = 1; e == ERR_OK && i < d->rosters_n; i++)
		if (!is_said(d, f, d->rosters[i]->serial))
			e = say_one(d, f, d->rosters[i]->serial,
			    i + 1 < d->rosters_n ? d->rosters[i + 1]->previous
						 : d->roster_hash);
	wipe_free(f, sizeof *f);
	return e;
}

static enum err
take_kept(void *who, const uint8_t *p, size_t n)
{
	const enum err e = take(who, p, n, false);

	return e == ERR_TAKEN || e == ERR_MISSING || e == ERR_DENIED
	    ? ERR_FORGED
	    : e;
}

static enum err
load_certificate(struct desk *d)
{
	struct certificate c;
	struct buf b;
	enum err e;

	buf_init(&b, STORE_BLOB_MAX);
	if ((e = store_get(d->store, "certificate", &b)) != ERR_OK ||
	    (e = certificate_read(&c, b.at, b.len)) != ERR_OK)
		goto out;
	d->certificate = c;
	/* The file `about` is written behind it, and may not have been. */
	d->about.until = c.until;
	if (memcmp(c.team, d->about.team, sizeof c.team) != 0)
		e = ERR_FORGED;
	else
		renewal_settle(d);
out:
	buf_drop(&b);
	return e;
}

enum err
team_load(struct desk *d)
{
	enum err e;

	sign_public(d->device, d->vault->device);
	device_id(d->id, d->device);
	if ((d->log = teamlog_open()) == NULL)
		return ERR_NOMEM;
	if ((e = load_certificate(d)) != ERR_OK ||
	    (e = store_load(d->store, STORE_TEAM,
		 (struct record_taker){ take_kept, d })) != ERR_OK)
		return e;
	/* Who was struck off may still look at what is here. */
	if (d->roster == NULL || roster_key(d->roster, d->id) == NULL)
		return ERR_DENIED;
	if ((e = teamlog_roster(d->log, d->roster)) != ERR_OK)
		return e;
	return store_load(
	    d->store, STORE_LOG, (struct record_taker){ log_take, d });
}

void
team_drop(struct desk *d)
{
	for (size_t i = 0; i < d->rosters_n; i++)
		wipe_free(d->rosters[i], sizeof *d->rosters[i]);
	wipe_free(d->rosters, d->rosters_room * sizeof(struct roster *));
	teamlog_close(d->log);
	buf_drop(&d->owed);
	registers_drop(&d->registers);
}

bool
desk_is_own(const struct desk *d, const uint8_t device[static DEVICE_ID_BYTES])
{
	return memcmp(device, d->id, DEVICE_ID_BYTES) == 0;
}

bool
desk_hands_out(const struct desk *d)
{
	return desk_is_own(d, d->roster->hands_out) ||
	    desk_is_own(d, d->roster->then);
}

enum member_role
desk_role(const struct desk *d)
{
	const struct roster_device *device = roster_device(d->roster, d->id);

	return device == NULL ? MEMBER_VIEWER
			      : roster_member(d->roster, device->member)->role;
}

enum desk_reads
desk_reads(const struct desk *d, const uint8_t door[static DOOR_ID_BYTES])
{
	const struct roster_device *device = roster_device(d->roster, d->id);

	for (size_t i = 0; i < d->roster->doors_n; i++) {
		const struct roster_door *at = &d->roster->doors[i];

		if (memcmp(at->id, door, DOOR_ID_BYTES) != 0)
			continue;
		for (size_t j = 0; device != NULL && j < at->readers_n; j++)
			if (memcmp(at->readers[j], device->member,
				MEMBER_ID_BYTES) == 0)
				return DESK_READS;
		return DESK_READS_NOT;
	}
	return DESK_NO_DOOR;
}
