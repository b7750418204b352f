#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "age/header.h"
#include "base/wipe.h"
#include "crypt/crypt.h"
#include "team/effect.h"
#include "team/handout.h"
#include "team/paper.h"

static const struct paper_kind kind = {
	.kind = "hand-out",
	.signer = "device",
	.max = HANDOUT_PLAIN,
};

/* The log's chain stands under a door id that no door may have. */
static const uint8_t log_door[DOOR_ID_BYTES];

bool
handout_chain_is_log(const struct handout_chain *c)
{
	return c->n == DOOR_ID_BYTES &&
	    memcmp(c->id, log_door, DOOR_ID_BYTES) == 0;
}

void
handout_drop(struct handout *h)
{
	wipe(h, sizeof *h);
}

/* A voice is a door's, the access key comes with the log. */
static bool
fits(const struct handout *h)
{
	const bool is_log = handout_chain_is_log(&h->chain);
	const bool is_door = h->chain.n == DOOR_ID_BYTES && !is_log;

	if (!is_log && !is_door && h->chain.n != HANDOUT_CIRCLE_BYTES)
		return false;
	if (h->has_voice && (!is_door || h->voice.first > h->voice.last))
		return false;
	return ((!h->has_access && !h->has_line) || is_log) &&
	    (!h->has_onion || h->has_access);
}

/* Does the roster know whose chain it is?  Circles stand in the log. */
static bool
has_chain(const struct roster *r, const struct handout_chain *c)
{
	if (c->n != DOOR_ID_BYTES || handout_chain_is_log(c))
		return true;
	for (size_t i = 0; i < r->doors_n; i++)
		if (memcmp(r->doors[i].id, c->id, DOOR_ID_BYTES) == 0)
			return true;
	return false;
}

static void
put_voice(struct json_out *w, const struct handout *h)
{
	json_put_object(w, "voice");
	json_put_hex(w, "seed", h->voice.seed, sizeof h->voice.seed);
	json_put_u64(w, "first", h->voice.first);
	json_put_u64(w, "last", h->voice.last);
	json_put_object_end(w);
}

static void
put_access(struct json_out *w, const struct handout *h)
{
	json_put_object(w, "access");
	json_put_hex(w, "seed", h->access, sizeof h->access);
	if (h->has_onion)
		json_put_hex(w, "onion", h->onion, sizeof h->onion);
	json_put_object_end(w);
}

static void
put_line(struct json_out *w, const struct handout *h)
{
	json_put_object(w, "line");
	json_put_hex(w, "key", h->line.key, sizeof h->line.key);
	json_put_hex(w, "purge", h->line.purge, sizeof h->line.purge);
	json_put_object_end(w);
}

static enum err
put_json(struct buf *json, const struct handout *h, const char *team)
{
	struct json_out w;

	json_begin(&w, json);
	json_put_str(&w, "team", team, strlen(team));
	json_put_hex(&w, "id", h->id, sizeof h->id);
	json_put_hex(&w, "chain", h->chain.id, h->chain.n);
	json_put_u64(&w, "first", h->seed.day);
	json_put_hex(&w, "seed", h->seed.seed, sizeof h->seed.seed);
	if (h->has_voice)
		put_voice(&w, h);
	if (h->has_access)
		put_access(&w, h);
	if (h->has_line)
		put_line(&w, h);
	json_put_u64(&w, "roster", h->roster);
	return json_end(&w);
}

/* The note, filled with NULs. */
static enum err
put_plain(
    struct buf *out, const struct handout *h, const struct handout_maker *by)
{
	struct buf json;
	enum err e;

	buf_init(&json, HANDOUT_PLAIN);
	if ((e = put_json(&json, h, by->team)) == ERR_OK &&
	    (e = paper_sign(out, &kind, &json, by->device_seed)) == ERR_OK)
		e = buf_put_zero(out, HANDOUT_PLAIN - out->len);
	buf_drop(&json);
	return e;
}

/* Whoever may restrict a conversation hands out the key of its circle. */
static bool
may_make_circle(
    const struct roster *r, const uint8_t device[static DEVICE_ID_BYTES])
{
	const struct roster_device *d = roster_device(r, device);
	const struct roster_member *m =
	    d == NULL ? NULL : roster_member(r, d->member);

	return m != NULL && effect_allowed_circle(m->role);
}

/* An admin's device alone hands out the line's keys. */
static bool
may_give_line(
    const struct roster *r, const uint8_t device[static DEVICE_ID_BYTES])
{
	const struct roster_device *d = roster_device(r, device);
	const struct roster_member *m =
	    d == NULL ? NULL : roster_member(r, d->member);

	return m != NULL && m->role == MEMBER_ADMIN;
}

static bool
may_make(const struct roster *r, const struct handout_chain *c,
    const uint8_t device[static DEVICE_ID_BYTES])
{
	if (c->n == HANDOUT_CIRCLE_BYTES)
		return may_make_circle(r, device);
	return memcmp(r->hands_out, device, DEVICE_ID_BYTES) == 0 ||
	    memcmp(r->then, device, DEVICE_ID_BYTES) == 0;
}

/* Hybrid, none twice: a second stanza for one device would be one less for
 * nobody, and a mistake besides. */
static bool
are_recipients(const struct age_recipient *to, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (to[i].kind != AGE_HYBRID)
			return false;
		for (size_t j = 0; j < i; j++)
			if (age_recipient_is_same(&to[i], &to[j]))
				return false;
	}
	return n > 0;
}

/* The identity is forgotten at once, so nobody has it. */
static enum err
make_nobody(struct age_recipient *r)
{
	struct age_identity *id = NULL;
	enum err e;

	if ((e = age_identity_random(&id, AGE_HYBRID)) != ERR_OK)
		return e;
	age_identity_recipient(id, r);
	age_identity_close(id);
	return ERR_OK;
}

/* All 64, in random order: a device that finds its own stanza learns nothing
 * from the place. */
static enum err
fill(struct age_recipient *all, const struct age_recipient *to, size_t n)
{
	struct age_recipient nobody, was;
	enum err e;
	uint32_t j;

	if ((e = make_nobody(&nobody)) != ERR_OK)
		return e;
	for (uint32_t i = 0; i < HANDOUT_STANZAS; i++) {
		was = i < n ? to[i] : nobody;
		j = crypt_random_below(i + 1);
		all[i] = all[j];
		all[j] = was;
	}
	return ERR_OK;
}

static enum err
seal(struct buf *out, const struct buf *plain, const struct age_recipient *to,
    size_t n)
{
	struct age_to all = { .n = HANDOUT_STANZAS };
	struct age_recipient *every = calloc(HANDOUT_STANZAS, sizeof *every);
	enum err e;

	if (every == NULL)
		return ERR_NOMEM;
	all.recipients = every;
	if ((e = fill(every, to, n)) == ERR_OK)
		e = age_seal(out, &all, plain->at, plain->len);
	wipe_free(every, HANDOUT_STANZAS * sizeof *every);
	return e;
}

enum err
handout_seal(struct buf *out, const struct handout *h,
    const struct handout_maker *by, const struct age_recipient *to, size_t n)
{
	uint8_t pub[SIGN_PUBLIC_BYTES];
	struct handout whole = *h;
	const size_t was = out->len;
	struct buf plain;
	enum err e;

	buf_init(&plain, HANDOUT_PLAIN);
	sign_public(pub, by->device_seed);
	device_id(whole.device, pub);
	whole.roster = by->roster->serial;
	e = ERR_DENIED;
	if (!may_make(by->roster, &whole.chain, whole.device) ||
	    !has_chain(by->roster, &whole.chain) ||
	    (whole.has_line && !may_give_line(by->roster, whole.device)))
		goto out;
	e = n > HANDOUT_STANZAS ? ERR_TOOBIG : ERR_FORMAT;
	if (n > HANDOUT_STANZAS || !fits(&whole) || !are_recipients(to, n) ||
	    strlen(by->team) != TEAM_PRINT_CHARS)
		goto out;
	if ((e = put_plain(&plain, &whole, by)) != ERR_OK)
		goto out;
	e = seal(out, &plain, to, n);
	assert(e != ERR_OK || out->len - was == HANDOUT_BYTES);
out:
	buf_drop(&plain);
	handout_drop(&whole);
	return e;
}

/* 64 stanzas of one kind: what was made otherwise would tell something. */
static enum err
check_header(const uint8_t *p, size_t n)
{
	struct header_stanza s;
	struct header h;
	size_t at = 0, count = 0;
	enum err e;

	if (n != HANDOUT_BYTES)
		return ERR_FORMAT;
	n -= HANDOUT_PLAIN + HANDOUT_NOT_HEADER;
	if ((e = header_read(&h, p, n)) != ERR_OK)
		return e;
	for (; header_stanza(&h, &at, &s); count++)
		if (!header_is_arg(&s, 0, "mlkem768x25519"))
			return ERR_FORMAT;
	return count == HANDOUT_STANZAS ? ERR_OK : ERR_FORMAT;
}

static enum err
read_chain(struct handout_chain *c, const struct json *o)
{
	enum err e;

	c->n = DOOR_ID_BYTES;
	if ((e = json_get_hex(o, "chain", c->id, c->n)) == ERR_OK)
		return ERR_OK;
	if (e == ERR_NOMEM)
		return e;
	c->n = HANDOUT_CIRCLE_BYTES;
	return paper_need(json_get_hex(o, "chain", c->id, c->n));
}

static enum err
read_voice(struct handout *h, const struct json *o)
{
	const struct json *v;
	enum err e;

	if ((e = json_get_object(o, "voice", &v)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_OK : e;
	h->has_voice = true;
	if ((e = json_get_hex(
		 v, "seed", h->voice.seed, sizeof h->voice.seed)) != ERR_OK ||
	    (e = json_get_u32(v, "first", UINT32_MAX, &h->voice.first)) !=
		ERR_OK)
		return paper_need(e);
	return paper_need(json_get_u32(v, "last", UINT32_MAX, &h->voice.last));
}

static enum err
read_access(struct handout *h, const struct json *o)
{
	const struct json *v;
	enum err e;

	if ((e = json_get_object(o, "access", &v)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_OK : e;
	h->has_access = true;
	e = json_get_hex(v, "seed", h->access, sizeof h->access);
	if (e != ERR_OK)
		return paper_need(e);
	e = json_get_hex(v, "onion", h->onion, sizeof h->onion);
	h->has_onion = e == ERR_OK;
	return e == ERR_NOTHING ? ERR_OK : e;
}

static enum err
read_line(struct handout *h, const struct json *o)
{
	const struct json *v;
	enum err e;

	if ((e = json_get_object(o, "line", &v)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_OK : e;
	h->has_line = true;
	e = json_get_hex(v, "key", h->line.key, sizeof h->line.key);
	if (e == ERR_OK)
		e = json_get_hex(
		    v, "purge", h->line.purge, sizeof h->line.purge);
	return paper_need(e);
}

static enum err
fields(struct handout *h, const struct json *o)
{
	enum err e;

	if ((e = json_get_hex(o, "id", h->id, sizeof h->id)) != ERR_OK ||
	    (e = json_get_u32(o, "first", UINT32_MAX, &h->seed.day)) !=
		ERR_OK ||
	    (e = json_get_hex(o, "seed", h->seed.seed, sizeof h->seed.seed)) !=
		ERR_OK ||
	    (e = json_get_u32(o, "roster", UINT32_MAX, &h->roster)) != ERR_OK)
		return paper_need(e);
	if ((e = read_chain(&h->chain, o)) != ERR_OK ||
	    (e = read_voice(h, o)) != ERR_OK ||
	    (e = read_access(h, o)) != ERR_OK ||
	    (e = read_line(h, o)) != ERR_OK)
		return e;
	return fits(h) ? ERR_OK : ERR_FORMAT;
}

/* One of those that may make such a hand-out signed it. */
static enum err
check_maker(
    struct handout *h, const struct paper *paper, const struct roster *r)
{
	uint8_t id[DEVICE_ID_BYTES];
	enum err e, worst = ERR_DENIED;

	for (size_t i = 0; i < r->devices_n; i++) {
		device_id(id, r->devices[i].key);
		if (!may_make(r, &h->chain, id))
			continue;
		e = note_check(&paper->note, kind.signer, r->devices[i].key);
		if (e == ERR_OK) {
			memcpy(h->device, id, sizeof h->device);
			return ERR_OK;
		}
		if (e == ERR_FORGED)
			worst = e;
	}
	return worst;
}

static const struct roster *
find_roster(const struct handout_reader *by, uint32_t serial)
{
	for (size_t i = 0; i < by->rosters_n; i++)
		if (by->rosters[i]->serial == serial)
			return by->rosters[i];
	return NULL;
}

static enum err
check(struct handout *h, const struct paper *paper,
    const struct handout_reader *by)
{
	const struct roster *r;
	const char *team;
	struct buf json;
	size_t n;
	enum err e;

	if ((e = json_get_str(
		 paper->json, "team", TEAM_PRINT_CHARS, &team, &n)) != ERR_OK)
		return paper_need(e);
	if (strcmp(team, by->team) != 0)
		return ERR_DENIED;
	if ((r = find_roster(by, h->roster)) == NULL)
		return ERR_MISSING;
	if ((e = check_maker(h, paper, r)) != ERR_OK)
		return e;
	if (!has_chain(r, &h->chain))
		return ERR_DENIED;
	buf_init(&json, HANDOUT_PLAIN);
	if ((e = put_json(&json, h, team)) == ERR_OK)
		e = paper_exact(paper, &json);
	buf_drop(&json);
	if (e != ERR_OK)
		return e;
	if (h->has_line && !may_give_line(r, h->device))
		return ERR_DENIED;
	return (uint64_t)h->seed.day + HANDOUT_BACK < by->today ||
		h->seed.day > (uint64_t)by->today + CHAIN_AHEAD
	    ? ERR_EXPIRED
	    : ERR_OK;
}

enum err
handout_read(struct handout *h, const uint8_t *p, size_t n,
    const struct handout_reader *by)
{
	struct paper paper = { .json = NULL };
	struct handout got = { .roster = 0 };
	size_t len;
	enum err e;

	if ((e = paper_unfill(&len, p, n)) != ERR_OK)
		return e;
	if ((e = paper_read(&paper, &kind, p, len)) != ERR_OK)
		goto out;
	if ((e = fields(&got, paper.json)) != ERR_OK)
		goto out;
	if ((e = check(&got, &paper, by)) == ERR_OK)
		*h = got;
out:
	paper_drop(&paper);
	handout_drop(&got);
	return e;
}

enum err
handout_open(
    struct handout *h, const void *p, size_t n, const struct handout_reader *by)
{
	const struct age_with with = { .ids = &by->identity, .n = 1 };
	struct buf plain;
	enum err e;

	buf_init(&plain, HANDOUT_PLAIN);
	if ((e = check_header(p, n)) == ERR_OK &&
	    (e = age_open(&plain, &with, p, n)) == ERR_OK)
		e = handout_read(h, plain.at, plain.len, by);
	buf_drop(&plain);
	return e;
}
