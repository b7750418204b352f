#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/wipe.h"
#include "crypt/key.h"

#include "desk/circles.h"
#include "desk/days.h"
#include "desk/merge.h"
#include "desk/merge_talk.h"
#include "desk/packed.h"
#include "desk/renewal.h"
#include "desk/told.h"

struct merge {
	struct desk *d;
	const struct pack_reader *reader;
	bool keep;
	struct certificate certificate; /* the newer one's */
	bool newer; /* the pack's is */
	uint32_t rosters; /* that came */
	bool unheard; /* from the last of them on they are not the team's */
	struct pack_desk desk;
	uint32_t serial; /* of the newest key note that this desk has seen */
	bool is_ahead; /* it has seen a later key note than this desk */
	bool is_behind; /* and this one than it */
	uint32_t first; /* the oldest day of a key here, before */
	bool more_chains;
	struct circle *circles; /* that came, in guarded memory */
	size_t circles_n, circles_room;
	struct teamlog *log; /* what comes, while it is only looked at */
	bool talks; /* the log is whole: conversations come */
	struct merge_talk talk;
	struct merge_said said;
};

enum err
merge_open(struct merge **m, struct desk *d, bool keep)
{
	struct merge *got = calloc(1, sizeof *got);

	if (got == NULL)
		return ERR_NOMEM;
	got->d = d;
	got->keep = keep;
	got->first = ring_first(&d->vault->ring);
	merge_talk_init(&got->talk, d, keep, &got->said);
	days_forget_keys(d);
	*m = got;
	return ERR_OK;
}

void
merge_close(struct merge *m)
{
	if (m == NULL)
		return;
	merge_talk_drop(&m->talk);
	teamlog_close(m->log);
	pack_desk_drop(&m->desk);
	key_memory_free(m->circles);
	wipe_free(m, sizeof *m);
}

void
merge_reads(struct merge *m, const struct pack_reader *r)
{
	m->reader = r;
}

const struct merge_said *
merge_said(const struct merge *m)
{
	return &m->said;
}

static enum err
take_certificate(struct merge *m, const uint8_t *p, size_t n)
{
	struct certificate came;
	enum err e;

	m->certificate = m->d->certificate;
	if ((e = certificate_read(&came, p, n)) != ERR_OK)
		return e;
	if (memcmp(came.team, m->d->about.team, sizeof came.team) != 0 ||
	    memcmp(came.line, m->d->about.line, sizeof came.line) != 0)
		return ERR_TAKEN;
	m->newer = came.serial > m->certificate.serial;
	if (m->newer)
		m->certificate = came;
	return m->newer && m->keep ? renewal_keep(m->d, &came, p, n) : ERR_OK;
}

/* The hash of the roster with this serial, which is here. */
static const uint8_t *
hash_of(const struct desk *d, uint32_t serial)
{
	return serial == d->roster->serial ? d->roster_hash
					   : d->rosters[serial]->previous;
}

/* They come from the first on, each following the one before: the reader saw to
 * it.  A lost desk may have signed some that nobody heard of, in whose place
 * the team has others: those of its backup go with it. */
static enum err
take_roster(struct merge *m, const uint8_t *p, size_t n)
{
	uint8_t hash[SHA256_BYTES];

	if (m->unheard)
		return ERR_OK;
	if (++m->rosters > m->d->roster->serial)
		return m->keep ? desk_take_roster(m->d, p, n) : ERR_OK;
	sha256(hash, p, n);
	if (memcmp(hash, hash_of(m->d, m->rosters), sizeof hash) == 0)
		return ERR_OK;
	m->unheard = pack_reader_is_backup(m->reader);
	return m->unheard ? ERR_OK : ERR_FORGED;
}

/* Only where none was ever given. */
static enum err
keep_address(struct merge *m)
{
	struct buf text;
	enum err e;

	buf_init(&text, 4096);
	e = desk_recall(m->d, "address", &text);
	buf_drop(&text);
	return e == ERR_NOTHING ? packed_keep_address(m->d->store, &m->desk)
				: e;
}

/* What has seen the later key note knows which access key holds. */
static void
keep_access(struct merge *m)
{
	struct vault *v = m->d->vault;
	const struct pack_desk *p = &m->desk;

	if (m->is_ahead) {
		packed_put_access(v, p); /* its serial: end_serial() */
	} else if (p->has_next && !v->has_next &&
	    memcmp(v->access, p->access, sizeof v->access) == 0) {
		memcpy(v->next_access, p->next, sizeof v->next_access);
		v->has_next = true;
	}
}

/* The welcome that made this desk has what is newer. */
static bool
is_backup(const struct merge *m)
{
	return pack_reader_is_backup(m->reader);
}

static enum err
take_bare(struct merge *m, const uint8_t *p, size_t n)
{
	enum err e;

	if ((e = pack_bare_read(&m->desk, p, n)) != ERR_OK)
		return e;
	return memcmp(m->desk.salt, m->d->vault->salt, sizeof m->desk.salt) == 0
	    ? ERR_OK
	    : ERR_FORGED;
}

static enum err
take_desk(struct merge *m, const uint8_t *p, size_t n)
{
	uint32_t serial = 0;
	enum err e;

	if ((e = pack_desk_read(&m->desk, p, n)) != ERR_OK)
		return e;
	if (memcmp(m->desk.salt, m->d->vault->salt, sizeof m->desk.salt) != 0)
		return ERR_FORGED;
	if (is_backup(m))
		return ERR_OK;
	e = desk_recall_num(m->d, "serial", &serial);
	if (e != ERR_OK && e != ERR_NOTHING)
		return e;
	m->serial = serial;
	m->is_ahead = m->desk.serial > serial;
	m->is_behind = m->desk.serial < serial;
	if (!m->keep)
		return ERR_OK;
	keep_access(m);
	return keep_address(m);
}

static bool
is_line_key(const struct merge *m, const uint8_t *seed)
{
	uint8_t key[SIGN_PUBLIC_BYTES];

	sign_public(key, seed);
	return memcmp(key, m->certificate.key, sizeof key) == 0;
}

/* The line's key is the one that the newer certificate names. */
static enum err
take_admin(struct merge *m, const uint8_t *p, size_t n)
{
	struct vault *v = m->d->vault;
	struct pack_admin a;
	bool right;
	enum err e;

	if ((e = pack_admin_read(&a, p, n)) != ERR_OK)
		return e;
	right = !is_backup(m) && is_line_key(m, a.line_key);
	if (!right && m->newer && !is_backup(m))
		e = ERR_FORGED;
	if (right && m->keep && desk_role(m->d) == MEMBER_ADMIN &&
	    !(v->has_line && is_line_key(m, v->line_key))) {
		memcpy(v->line_key, a.line_key, sizeof v->line_key);
		memcpy(v->purge, a.purge, sizeof v->purge);
		v->has_line = true;
	}
	pack_admin_drop(&a);
	return e;
}

/* By the newest roster that is here now. */
static bool
may_have(const struct merge *m, const uint8_t *door)
{
	struct handout_chain of = { .n = DOOR_ID_BYTES };

	memcpy(of.id, door, DOOR_ID_BYTES);
	return pack_may_read(m->d->roster, m->d->device, &of);
}

/* Whoever packed before the last key note held it to be in use still; what is
 * here has a newer one, and let go of the older when it was time. */
static bool
is_over(const struct merge *m, const struct ring_chain *c)
{
	const struct ring *r = &m->d->vault->ring;

	for (size_t i = 0; m->is_behind && i < r->chains_n; i++)
		if (memcmp(r->chains[i].door, c->door, sizeof c->door) == 0 &&
		    r->chains[i].first > c->first)
			return true;
	return false;
}

static enum err
add_circle(struct merge *m, const struct circle *c)
{
	const size_t want = m->circles_room == 0 ? 8 : 2 * m->circles_room;
	struct circle *list;

	if (m->circles_n == CIRCLES_MAX)
		return ERR_FULL;
	if (m->circles_n == m->circles_room) {
		if ((list = key_memory(want * sizeof *list)) == NULL)
			return ERR_NOMEM;
		if (m->circles_n > 0)
			memcpy(list, m->circles, m->circles_n * sizeof *list);
		key_memory_free(m->circles);
		m->circles = list;
		m->circles_room = want;
	}
	m->circles[m->circles_n++] = *c;
	return ERR_OK;
}

/* Whose they are the log says, which comes behind them. */
static enum err
take_circle(struct merge *m, const uint8_t *p, size_t n)
{
	struct circle c;
	enum err e = packed_circle(&c, p, n);

	if (e != ERR_OK)
		return e;
	if (m->keep && !is_backup(m))
		e = add_circle(m, &c);
	circle_drop(&c);
	return e;
}

/* Who is not of a circle could put in a key of his own:
 * who_is_not_of_a_circle_packs_no_key_of_it. */
static enum err
keep_circles(struct merge *m)
{
	struct desk *d = m->d;
	uint8_t by[DEVICE_ID_BYTES];
	enum err e = ERR_OK;

	device_id(by, pack_reader_giver(m->reader)->key);
	for (size_t i = 0; e == ERR_OK && i < m->circles_n; i++) {
		const struct circle *c = &m->circles[i];
		const struct registered_circle *of =
		    registers_circle(&d->registers, c->id, NULL);

		if (of == NULL || circles_find(d, c->id) != NULL ||
		    !circles_may_pack(d, of, by))
			continue;
		/* As of one that was handed out. */
		e = days_try_again(d, of->day - (of->day > 0));
		if (e == ERR_OK)
			e = circles_put(d, c, of->conversation);
	}
	return e;
}

static enum err
take_chain(struct merge *m, const uint8_t *p, size_t n)
{
	struct ring_chain to = { .first = 0 };
	enum err e = take_circle(m, p, n);

	if (e != ERR_NOTHING)
		return e;
	e = packed_chain(&to, p, n);
	if (e == ERR_OK && m->keep && !is_backup(m) && !is_over(m, &to) &&
	    may_have(m, to.door)) {
		e = ring_add_chain(&m->d->vault->ring, &to);
		m->more_chains |= e == ERR_OK;
	}
	wipe(&to, sizeof to);
	return e == ERR_TAKEN ? ERR_OK : e;
}

static enum err
take_voice(struct merge *m, const uint8_t *p, size_t n)
{
	struct ring_voice to = { .first = 0 };
	enum err e = packed_voice(&to, p, n);

	if (e == ERR_OK && m->keep && !is_backup(m) && may_have(m, to.door) &&
	    desk_role(m->d) != MEMBER_VIEWER)
		e = ring_add_voice(&m->d->vault->ring, &to);
	wipe(&to, sizeof to);
	return e == ERR_TAKEN ? ERR_OK : e;
}

static enum err
take_entry(struct merge *m, const uint8_t *p, size_t n)
{
	uint8_t hash[SHA256_BYTES];
	bool fresh;
	enum err e;

	if ((e = packed_entry(m->reader, p, n)) != ERR_OK)
		return e;
	entry_hash(hash, p, n);
	m->said.entries += !teamlog_has(m->d->log, hash);
	if (!m->keep)
		return packed_log(&m->log, m->reader, p, n);
	/* What it announces begins today here: what day it names anybody may
	 * have chosen. */
	m->d->row = clock_day();
	e = desk_take_entry(m->d, p, n, &fresh);
	m->d->row = 0;
	return e;
}

/* Rosters and log are whole here: what they say goes first. */
static enum err
begin_talk(struct merge *m)
{
	struct teamlog *log = m->keep ? m->d->log : m->log;
	enum err e = m->keep ? log_show(m->d) : ERR_OK;

	m->talk.own = is_backup(m);
	if (e == ERR_OK && log != NULL)
		e = replied_take(&m->talk.answers, log);
	m->talks = e == ERR_OK;
	return e;
}

static enum err
take_talk(struct merge *m, enum pack_kind kind, const uint8_t *p, size_t n)
{
	const enum err e = m->talks ? ERR_OK : begin_talk(m);

	return e == ERR_OK ? merge_talk_take(&m->talk, kind, p, n) : e;
}

static enum err
take(void *who, enum pack_kind kind, const uint8_t *p, size_t n)
{
	static enum err (*const rows[PACK_KINDS])(
	    struct merge * m, const uint8_t *p, size_t n) = {
		[PACK_CERTIFICATE] = take_certificate,
		[PACK_ROSTER] = take_roster,
		[PACK_DESK] = take_desk,
		[PACK_ADMIN] = take_admin,
		[PACK_CHAIN] = take_chain,
		[PACK_VOICE] = take_voice,
		[PACK_ENTRY] = take_entry,
		[PACK_BARE] = take_bare,
	};

	return rows[kind] == NULL ? take_talk(who, kind, p, n)
				  : rows[kind](who, p, n);
}

struct pack_taker
merge_taker(struct merge *m)
{
	return (struct pack_taker){ take, m };
}

/* Whoever made it must speak by the newer of the rosters, here and in it. */
static enum err
look_at_maker(const struct merge *m)
{
	const struct roster *r = m->d->roster;
	const struct roster_device *by;
	uint8_t id[DEVICE_ID_BYTES];

	if (is_backup(m) || m->rosters >= r->serial)
		return ERR_OK; /* the reader looked at that */
	device_id(id, pack_reader_giver(m->reader)->key);
	by = roster_device(r, id);
	return by != NULL && roster_member(r, by->member)->role != MEMBER_VIEWER
	    ? ERR_OK
	    : ERR_DENIED;
}

/* With more chains what was tried is tried once more; what was finished stays
 * so. */
static enum err
end_keys(struct merge *m)
{
	struct desk *d = m->d;
	enum err e = ERR_OK;

	if (m->more_chains) {
		if (m->first != UINT32_MAX)
			e = ring_finish(&d->vault->ring, m->first);
		tagmap_clear(&d->tried);
		tagmap_clear(&d->nokey);
		tagmap_clear(&d->later);
		d->whole_n = 0;
		d->turn++;
		if (e == ERR_OK)
			e = days_compact(d);
	}
	return e == ERR_OK ? desk_save_keys(d) : e;
}

/* Whoever packs may say any serial, and this desk would take no key note below
 * it: as far as an admin's entry says that there was one, and no further. */
static enum err
end_serial(struct merge *m)
{
	struct effect *f = calloc(1, sizeof *f);
	struct teamlog_line line;
	uint32_t known = 0;

	if (f == NULL)
		return ERR_NOMEM;
	for (size_t i = 0; i < teamlog_count(m->d->log); i++) {
		teamlog_at(m->d->log, i, &line);
		if (line.standing == TEAMLOG_EFFECT &&
		    line.kind == EFFECT_KEY_NOTE &&
		    effect_read(f, line.kind, line.body, line.body_len) ==
			ERR_OK &&
		    f->number > known)
			known = f->number;
	}
	wipe_free(f, sizeof *f);
	if (known > m->desk.serial)
		known = m->desk.serial;
	return known > m->serial ? desk_remember_num(m->d, "serial", known)
				 : ERR_OK;
}

enum err
merge_end(struct merge *m)
{
	enum err e;

	if (!m->keep)
		return look_at_maker(m);
	if ((e = log_show(m->d)) != ERR_OK || (e = keep_circles(m)) != ERR_OK ||
	    (m->is_ahead && (e = end_serial(m)) != ERR_OK) ||
	    (e = merge_talk_end(&m->talk)) != ERR_OK ||
	    (e = told_settle(m->d)) != ERR_OK ||
	    (e = desk_mark_alike(m->d)) != ERR_OK)
		return e;
	return end_keys(m);
}
