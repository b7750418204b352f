#include <string.h>

#include "base/wipe.h"
#include "crypt/crypt.h"
#include "crypt/key.h"
#include "lang/lang.h"

#include "desk/begin.h"
#include "desk/inside.h"
#include "desk/renewal.h"

#define NOTE "renewal" /* the certificate that the line has not got yet */
#define LOST "renewal-lost" /* the serial of another's that came first */

const struct certificate *
renewal_certificate(const struct desk *d)
{
	return &d->certificate;
}

static bool
is_admin(const struct roster *r, const uint8_t *key)
{
	uint8_t id[DEVICE_ID_BYTES];
	const struct roster_device *d;

	device_id(id, key);
	d = roster_device(r, id);
	return d != NULL && roster_member(r, d->member)->role == MEMBER_ADMIN;
}

bool
renewal_is_due(const struct desk *d, const struct roster *next, uint32_t today)
{
	const struct roster *r = d->roster;

	for (size_t i = 0; i < r->devices_n; i++)
		if (is_admin(r, r->devices[i].key) &&
		    !is_admin(next, r->devices[i].key))
			return true;
	return d->certificate.until <= today + RENEWAL_SOON;
}

bool
renewal_gives(const struct desk *d, const struct roster *next)
{
	const struct roster *r = d->roster;

	for (size_t i = 0; i < r->devices_n; i++)
		if (!is_admin(r, r->devices[i].key) &&
		    is_admin(next, r->devices[i].key))
			return true;
	return false;
}

static bool
is_key_of(const uint8_t key[static SIGN_PUBLIC_BYTES], const uint8_t *seed)
{
	uint8_t is[SIGN_PUBLIC_BYTES];

	sign_public(is, seed);
	return memcmp(is, key, sizeof is) == 0;
}

/* Of the keys that wait, those of this line key; NULL. */
static const struct vault_line *
waiting_for(const struct vault *v, const uint8_t key[static SIGN_PUBLIC_BYTES])
{
	for (size_t i = 0; i < v->lines_n; i++)
		if (is_key_of(key, v->lines[i].key))
			return &v->lines[i];
	return NULL;
}

/* The oldest of those that wait go. */
static void
forget_first(struct vault *v, size_t n)
{
	v->lines_n -= n;
	memmove(v->lines, v->lines + n, v->lines_n * sizeof v->lines[0]);
	wipe(v->lines + v->lines_n,
	    (VAULT_LINES - v->lines_n) * sizeof v->lines[0]);
}

static void
add_waiting(struct vault *v, const uint8_t *key, const uint8_t *purge)
{
	struct vault_line *to;

	if (v->lines_n == VAULT_LINES)
		forget_first(v, 1);
	to = &v->lines[v->lines_n++];
	memcpy(to->key, key, sizeof to->key);
	memcpy(to->purge, purge, sizeof to->purge);
}

void
renewal_settle(struct desk *d)
{
	struct vault *v = d->vault;
	const struct vault_line *l;

	if (v->has_line && is_key_of(d->certificate.key, v->line_key))
		return;
	l = waiting_for(v, d->certificate.key);
	v->has_line = l != NULL;
	wipe(v->line_key, sizeof v->line_key);
	wipe(v->purge, sizeof v->purge);
	if (l == NULL)
		return;
	memcpy(v->line_key, l->key, sizeof v->line_key);
	memcpy(v->purge, l->purge, sizeof v->purge);
	forget_first(v, (size_t)(l - v->lines) + 1);
}

void
renewal_take(struct desk *d, const uint8_t key[static SIGN_SEED_BYTES],
    const uint8_t purge[static SIGN_SEED_BYTES])
{
	struct vault *v = d->vault;

	if (desk_role(d) != MEMBER_ADMIN ||
	    (v->has_line && memcmp(v->line_key, key, sizeof v->line_key) == 0))
		return;
	for (size_t i = 0; i < v->lines_n; i++)
		if (memcmp(v->lines[i].key, key, SIGN_SEED_BYTES) == 0)
			return;
	add_waiting(v, key, purge);
	renewal_settle(d);
}

bool
renewal_lacks(const struct desk *d)
{
	return desk_role(d) == MEMBER_ADMIN && !d->vault->has_line;
}

enum err
renewal_forget(struct desk *d)
{
	struct vault *v = d->vault;

	if (desk_role(d) == MEMBER_ADMIN || (!v->has_line && v->lines_n == 0))
		return ERR_OK;
	v->has_line = false;
	wipe(v->line_key, sizeof v->line_key);
	wipe(v->purge, sizeof v->purge);
	forget_first(v, v->lines_n);
	return desk_save_keys(d);
}

void
renewal_init(struct renewal *r)
{
	*r = (struct renewal){ .keys = NULL };
	buf_init(&r->note, CERTIFICATE_MAX);
}

void
renewal_drop(struct renewal *r)
{
	buf_drop(&r->note);
	renewal_init(r);
}

/* One that does not follow any more was given, or another came first. */
enum err
renewal_load(struct renewal *r, const struct desk *d)
{
	enum err e;

	if (d->vault->lines_n == 0)
		return ERR_NOTHING;
	if ((e = store_get(d->store, NOTE, &r->note)) != ERR_OK ||
	    (e = certificate_read(&r->certificate, r->note.at, r->note.len)) !=
		ERR_OK)
		return e;
	r->keys = waiting_for(d->vault, r->certificate.key);
	return r->keys != NULL &&
		certificate_follows(&r->certificate, &d->certificate) == ERR_OK
	    ? ERR_OK
	    : ERR_NOTHING;
}

bool
renewal_waits(const struct desk *d)
{
	struct renewal r;
	bool is;

	renewal_init(&r);
	is = desk_role(d) == MEMBER_ADMIN && renewal_load(&r, d) == ERR_OK;
	renewal_drop(&r);
	return is;
}

bool
renewal_has_keys(const struct desk *d)
{
	return desk_role(d) == MEMBER_ADMIN &&
	    (d->vault->has_line || renewal_waits(d));
}

enum err
renewal_keys(const struct desk *d, bool *has,
    uint8_t key[static SIGN_SEED_BYTES], uint8_t purge[static SIGN_SEED_BYTES])
{
	const struct vault *v = d->vault;
	struct renewal r;
	enum err e = ERR_NOTHING;

	renewal_init(&r);
	*has = false;
	if (desk_role(d) == MEMBER_ADMIN)
		e = renewal_load(&r, d);
	if (e == ERR_OK) {
		*has = true;
		memcpy(key, r.keys->key, SIGN_SEED_BYTES);
		memcpy(purge, r.keys->purge, SIGN_SEED_BYTES);
	} else if (e == ERR_NOTHING && desk_role(d) == MEMBER_ADMIN &&
	    v->has_line) {
		*has = true;
		memcpy(key, v->line_key, SIGN_SEED_BYTES);
		memcpy(purge, v->purge, SIGN_SEED_BYTES);
	}
	renewal_drop(&r);
	return e == ERR_NOTHING ? ERR_OK : e;
}

/* The serial behind all that this desk knows of. */
static enum err
next_serial(const struct desk *d, uint32_t ahead, uint32_t *serial)
{
	struct renewal r;
	enum err e;

	renewal_init(&r);
	*serial = d->certificate.serial;
	e = renewal_load(&r, d);
	if (e == ERR_OK)
		*serial = r.certificate.serial;
	renewal_drop(&r);
	if (e == ERR_NOTHING)
		e = ERR_OK;
	if (e == ERR_OK && ahead >= UINT32_MAX - *serial)
		e = ERR_FULL;
	*serial += ahead + 1;
	return e;
}

/* Keys for it are the newest of those that wait. */
static enum err
make_for(struct desk *d, struct certificate *c, const uint8_t *team_seed)
{
	struct vault *v = d->vault;
	struct vault_line *keys;
	struct buf note;
	enum err e;

	buf_init(&note, CERTIFICATE_MAX);
	if (v->lines_n == VAULT_LINES)
		forget_first(v, 1);
	keys = &v->lines[v->lines_n++];
	crypt_random(keys->key, sizeof keys->key);
	crypt_random(keys->purge, sizeof keys->purge);
	memcpy(c->line, d->about.line, sizeof c->line);
	sign_public(c->key, keys->key);
	/* The keys first: a certificate without them could not be used. */
	if ((e = certificate_write(&note, c, team_seed)) == ERR_OK &&
	    (e = desk_save_keys(d)) == ERR_OK)
		e = store_put(d->store, NOTE, note.at, note.len);
	buf_drop(&note);
	return e;
}

/* A file may be there though writing it failed at its end. */
static bool
waits_as(const struct desk *d, uint32_t serial)
{
	struct renewal r;
	bool is;

	renewal_init(&r);
	is = renewal_load(&r, d) == ERR_OK && r.certificate.serial == serial;
	renewal_drop(&r);
	return is;
}

enum err
renewal_make(struct desk *d, const uint8_t team_seed[static SIGN_SEED_BYTES],
    uint32_t today, uint32_t ahead)
{
	struct certificate c = { .until = today + BEGIN_CERTIFICATE_DAYS };
	struct vault *v = d->vault;
	const size_t n = v->lines_n;
	struct vault_line *was;
	enum err e;

	if (!is_key_of(d->about.team, team_seed))
		return ERR_NOKEY;
	if ((e = next_serial(d, ahead, &c.serial)) != ERR_OK)
		return e;
	if ((was = key_memory(sizeof v->lines)) == NULL)
		return ERR_NOMEM;
	memcpy(was, v->lines, sizeof v->lines);
	if ((e = make_for(d, &c, team_seed)) != ERR_OK &&
	    !waits_as(d, c.serial)) {
		memcpy(v->lines, was, sizeof v->lines);
		v->lines_n = n;
		(void)!desk_save_keys(d);
	}
	key_memory_free(was);
	return e;
}

/* Was ours for nothing?  Whoever else renews at the same time may not know who
 * had to go. */
static enum err
look_at_ours(struct desk *d, const struct certificate *c)
{
	struct renewal r;
	enum err e;

	renewal_init(&r);
	e = renewal_load(&r, d);
	if (e == ERR_OK && r.certificate.serial <= c->serial &&
	    certificate_follows(&r.certificate, c) != ERR_NOTHING)
		e = desk_remember_num(d, LOST, c->serial);
	renewal_drop(&r);
	return e == ERR_NOTHING ? ERR_OK : e;
}

bool
renewal_is_lost(struct desk *d)
{
	uint32_t serial;

	return desk_recall_num(d, LOST, &serial) == ERR_OK &&
	    serial == d->certificate.serial;
}

enum err
renewal_keep(
    struct desk *d, const struct certificate *c, const uint8_t *note, size_t n)
{
	struct about about = d->about;
	struct buf text;
	enum err e;

	buf_init(&text, 4096);
	about.until = c->until;
	if ((e = look_at_ours(d, c)) == ERR_OK &&
	    (e = about_write(&text, &about)) == ERR_OK &&
	    (e = store_put(d->store, "certificate", note, n)) == ERR_OK &&
	    (e = store_put(d->store, "about", text.at, text.len)) == ERR_OK) {
		d->about = about;
		d->certificate = *c;
		renewal_settle(d);
		e = desk_save_keys(d);
	}
	buf_drop(&text);
	return e;
}

enum err
renewal_look(struct desk *d, const struct certificate *shown,
    const struct offer_pair *note, enum sync_stop *stop)
{
	const enum err e = certificate_follows(shown, &d->certificate);

	*stop = SYNC_GOES;
	switch ((int)e) {
	case ERR_OK:
		return renewal_keep(
		    d, shown, note->certificate, note->certificate_n);
	case ERR_NOTHING:
		return ERR_OK;
	case ERR_EXPIRED:
		*stop = SYNC_OLD_CERTIFICATE;
		return ERR_OK;
	case ERR_TAKEN:
		*stop = SYNC_TWO_CERTIFICATES;
		return ERR_OK;
	default:
		*stop = SYNC_OTHER_TEAM;
		return ERR_OK;
	}
}

const char *
renewal_text(enum renewal_says what)
{
	static const char *const text[] = {
		[RENEWAL_ENDS] = LANG_N(
		    "The line's certificate ends in {1} days; sources are "
		    "refused then. An admin renews it with the team key: sotto "
		    "team renew."),
		[RENEWAL_REFUSED] = LANG_N(
		    "The line did not take the team's new certificate, so that "
		    "its former key counts still. If the server runs an "
		    "earlier version of sotto, let it be brought up to date; "
		    "the next fetch tries again."),
		[RENEWAL_OUTRUN] = LANG_N(
		    "Another certificate of the team came before the one that "
		    "this desk made, so that whoever was to lose the line key "
		    "may have it still. Run sotto team renew once more."),
	};

	return text[what];
}
