/*
 * desk_chance: up to six desks of one team on one line in memory, that do what
 * a seed says: write, read, answer, come late, sleep for weeks, join and leave,
 * while the line reorders, repeats, withholds and forges.
 *
 * many_begin() makes the first desk, many_join() another by the real join note,
 * roster and welcome.  Everything random comes from one seed, the keys too, so
 * that what a seed shows it shows again.
 */
#ifndef UNIT_DESK_CHANCE_H
#define UNIT_DESK_CHANCE_H

#include "desk/backup.h"
#include "desk/give.h"
#include "desk/handing.h"
#include "desk/members.h"
#include "desk/pack.h"
#include "desk/restrict.h"
#include "desk/told.h"
#include "desk/waiting.h"
#include "desk/welcome.h"
#include "desk_team.h"

#define MANY 6U /* desks, */
#define MANY_EVER 10U /* with those that were lost */
#define MANY_MEMBERS 4U /* of so many members */
#define MANY_WRITERS 3U
#define MANY_SAID 256U

struct one {
	struct desk *d; /* NULL: it never came */
	char dir[96];
	uint8_t key[SIGN_PUBLIC_BYTES], id[DEVICE_ID_BYTES];
	uint8_t member[MEMBER_ID_BYTES];
	bool out; /* struck off */
	bool lost; /* its folder is gone; nobody opens it any more */
	bool blind; /* reads at the door no more, or never did */
	uint32_t asleep; /* does nothing before this day */
	/* What it held when it was excluded, and the first row that must be
	 * closed to it; 0: not yet. */
	struct ring had;
	size_t since;
	size_t born; /* so many rows lay there when it came */
	bool deleted[MANY_WRITERS]; /* the conversation, here */
	bool partial[MANY_WRITERS]; /* its pack had not all of that */
	/* So many rows lay there when a viewer's desk destroyed it, without a
	 * word; 0: it did not. */
	size_t went[MANY_WRITERS];
	bool unknown; /* no recipient of it was known when chains began */
	bool locked; /* for that it was handed nothing */
	bool cheated; /* the line kept something from it for ever */
	unsigned broken; /* so often it ended between words and their entry */
};

static struct one many[MANY_EVER];
static size_t many_n;
static struct writer writers[MANY_WRITERS];
static uint32_t slots_of; /* the day for which the writers' slots count */
static struct {
	unsigned writer;
	size_t row;
	char text[32];
	bool at_lab; /* written to the second door */
	bool by_circle; /* sealed to this one, */
	uint8_t circle[EFFECT_ID_BYTES];
	unsigned held; /* which these desks (bits) held then */
} letters[MANY_SAID];
static unsigned letters_n, replies_n;

/* The same for a second door (desk_chance_door.h); all NULL: there is none. */
static struct {
	void (*joined)(const struct one *o, const struct one *admin);
	void (*excluded)(const struct roster *r);
	void (*closed)(void);
	void (*ending)(void);
	bool (*apart)(const struct teamlog_line *l);
	/* A letter that the line forgot before any desk fetched it. */
	bool (*lost)(unsigned letter);
	bool (*kept_keys)(const struct one *o);
	/* Rows that a desk gave while keys lacked there: what it has to say is
	 * sealed to those before then (doc/THREATS.md). */
	uint64_t *early;
	bool (*same_sight)(
	    const struct one *a, const struct one *b, unsigned writer);
} also;

/*
 * Chance.
 */
static uint64_t chance, crypt_chance;

static inline uint64_t
stir(uint64_t *s)
{
	uint64_t z = *s += 0x9e3779b97f4a7c15ULL;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9ULL;
	z = (z ^ z >> 27) * 0x94d049bb133111ebULL;
	return z ^ z >> 31;
}

static inline uint32_t
roll(uint32_t n)
{
	return (uint32_t)(stir(&chance) % n);
}

/* In front of the true ones (ld --wrap). */
void __wrap_crypt_random(void *out, size_t n);
uint32_t __wrap_crypt_random_below(uint32_t bound);

void
__wrap_crypt_random(void *out, size_t n)
{
	uint8_t *to = out;

	for (uint64_t z; n > 0; n -= n < 8 ? n : 8) {
		z = stir(&crypt_chance);
		memcpy(to, &z, n < 8 ? n : 8);
		to += n < 8 ? n : 8;
	}
}

uint32_t
__wrap_crypt_random_below(uint32_t bound)
{
	return (uint32_t)(stir(&crypt_chance) % bound);
}

/* No power fails here. */
int
fsync(int fd)
{
	(void)fd;
	return 0;
}

int
fdatasync(int fd)
{
	(void)fd;
	return 0;
}

static inline struct desk *
many_open(struct one *o)
{
	struct desk *d = NULL;

	OK(desk_open(&d, o->dir, WORDS, strlen(WORDS)) == ERR_OK);
	return d;
}

static inline void
many_again(struct one *o)
{
	desk_close(o->d);
	o->d = many_open(o);
	desk = many[0].d;
}

static inline void
know(struct one *o)
{
	memcpy(o->key, o->d->device, sizeof o->key);
	memcpy(o->id, o->d->id, sizeof o->id);
	memcpy(o->member, o->d->about.member, sizeof o->member);
}

static inline void
many_begin(uint64_t seed)
{
	chance = seed;
	crypt_chance = ~seed;
	memset(many, 0, sizeof many);
	many_n = 1;
	letters_n = replies_n = 0;
	set_day(23000);
	begin_all();
	memcpy(many[0].dir, dir, sizeof dir);
	many[0].d = desk;
	know(&many[0]);
	for (unsigned i = 0; i < MANY_WRITERS; i++)
		writer_make(&writers[i], (uint8_t)(i + 1));
	slots_of = day;
}

static inline void
many_end(void)
{
	for (size_t i = 1; i < many_n; i++) {
		desk_close(many[i].d);
		(void)nftw(many[i].dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	}
	wipe(many, sizeof many);
	end_all();
}

/*
 * Who is who.
 */
static inline bool
is_in(const struct one *o)
{
	return o->d != NULL && !o->out && !o->lost;
}

static inline bool
reads(const struct one *o)
{
	return is_in(o) && !o->blind;
}

static inline uint32_t
newest_roster(void)
{
	uint32_t serial = 0;

	for (size_t i = 0; i < many_n; i++)
		if (desk_roster(many[i].d)->serial > serial)
			serial = desk_roster(many[i].d)->serial;
	return serial;
}

/* An admin's desk that has all rosters, or NULL. */
static inline struct one *
an_admin(void)
{
	const uint32_t newest = newest_roster();

	for (size_t i = 0; i < many_n; i++)
		if (is_in(&many[i]) && many[i].asleep <= day &&
		    desk_role(many[i].d) == MEMBER_ADMIN &&
		    desk_roster(many[i].d)->serial == newest)
			return &many[i];
	return NULL;
}

static inline enum err
not_asked(void *who, const struct welcome *w)
{
	(void)who;
	(void)w;
	return ERR_OK;
}

static inline struct roster *
begin_roster(const struct one *admin)
{
	struct roster *r = calloc(1, sizeof *r);

	OK(r != NULL);
	roster_begin(r, desk_roster(admin->d), desk_roster_hash(admin->d), day);
	return r;
}

/* The admin's desk signs; what a member must not read on gets new keys. */
static inline void
end_roster(struct one *admin, struct roster *r)
{
	OK(members_sign(admin->d, r, team_seed) == ERR_OK);
	OK(handing_renew(admin->d, day, NULL) == ERR_OK);
	wipe_free(r, sizeof *r);
}

static inline void
pack_for(struct one *giver, const struct join *request, const char *file)
{
	struct pack_said_of said;
	struct buf out;

	buf_init(&out, 64U << 20);
	OK(pack_give(giver->d, request, age_sink_buf(&out), &said) == ERR_OK);
	OK(file_write(file, out.at, out.len, 0600) == ERR_OK);
	buf_drop(&out);
}

/* Was it ever said, as far as this desk heard, who reads what a writer wrote?
 */
static inline bool
was_restricted(const struct one *o, unsigned writer)
{
	uint8_t id[CONV_ID_BYTES];

	conv_id_of(id, writers[writer].s.sign_public, o->d->vault->salt);
	return registers_restricted(&o->d->registers, id) != NULL;
}

/* A device that waits in a folder of its own, with this backup (NULL: none)
 * beside. */
static inline struct one *
many_waits(struct waiting *own, struct join *request, const char *backup)
{
	const struct age_with with = { .words = WORDS,
		.words_len = sizeof WORDS - 1 };
	struct one *o = &many[many_n++];
	struct backup_said said;
	struct buf note;
	int fd;

	*o = (struct one){ .d = NULL };
	(void)snprintf(o->dir, sizeof o->dir, "%s-%zu", dir, many_n);
	OK(own != NULL && mkdir(o->dir, 0700) == 0);
	OK(waiting_make(own, "Night desk", WORDS, strlen(WORDS)) == ERR_OK);
	if (backup == NULL) {
		OK(waiting_save(own, o->dir) == ERR_OK);
	} else {
		OK((fd = open(backup, O_RDONLY)) >= 0);
		OK(backup_wait(&said, o->dir, own, fd, &with) == ERR_OK);
		(void)close(fd);
	}
	buf_init(&note, JOIN_MAX);
	OK(waiting_join(&note, own) == ERR_OK);
	OK(join_read(request, note.at, note.len) == ERR_OK);
	buf_drop(&note);
	return o;
}

/* The roster names it: `giver` makes its welcome. */
static inline void
many_welcome(struct one *o, struct one *giver, struct waiting *own,
    const struct join *request)
{
	const struct welcome_ask ask = { not_asked, NULL };
	struct welcome w;
	char file[112];

	(void)snprintf(file, sizeof file, "%s-welcome", dir);
	pack_for(giver, request, file);
	OK(welcome_take(&w, o->dir, own, file, &ask) == ERR_OK);
	(void)remove(file);
	waiting_close(own);
	o->d = many_open(o);
	memcpy(o->deleted, giver->deleted, sizeof o->deleted);
	o->cheated = giver->cheated; /* its pack has what it has */
	o->born = fake.rows_n;
	for (unsigned i = 0; i < MANY_WRITERS; i++)
		o->partial[i] = giver->partial[i] || giver->went[i] > 0 ||
		    was_restricted(giver, i);
	know(o);
	o->blind = desk_reads(o->d, desk_about(o->d)->door) != DESK_READS;
	if (also.joined != NULL)
		also.joined(o, giver);
}

/* A device of that member (all zero: of a new one), as the commands do it. */
static inline void
many_join(struct one *admin, const uint8_t member[static MEMBER_ID_BYTES],
    enum member_role role, bool at_door)
{
	static const uint8_t none[MEMBER_ID_BYTES];
	struct roster_member m = { .role = role };
	struct roster *r = begin_roster(admin);
	struct waiting *own = waiting_new();
	struct join request;
	struct one *o = many_waits(own, &request, NULL);

	memcpy(m.id, member, sizeof m.id);
	if (memcmp(member, none, sizeof none) == 0)
		m.id[0] = (uint8_t)many_n;
	(void)snprintf(m.name, sizeof m.name, "member %zu", many_n);
	if (roster_member(r, m.id) != NULL) {
		m = *roster_member(r, m.id);
		at_door = false; /* as it is */
	}
	OK(roster_join(r, request.key, &m, true) == ERR_OK);
	if (at_door)
		OK(roster_set_reader(r, r->doors[0].id, m.id, true) == ERR_OK);
	end_roster(admin, r);
	many_welcome(o, admin, own, &request);
}

/* What an excluded desk has today, it may have copied. */
static inline void
exclude(struct one *o)
{
	o->had = o->d->vault->ring;
	o->since = 0;
}

/* Whoever lost what in the roster that this desk signed. */
static inline void
many_note_excluded(const struct one *admin)
{
	const struct roster *r = desk_roster(admin->d);

	for (size_t i = 0; i < many_n; i++) {
		struct one *o = &many[i];
		const bool out = roster_device(r, o->id) == NULL;
		const bool blind = out ||
		    roster_reader(&r->doors[0], o->member) ==
			r->doors[0].readers_n;

		if ((out && !o->out) || (blind && !o->blind))
			exclude(o);
		o->out = out;
		o->blind = blind;
	}
	if (also.excluded != NULL)
		also.excluded(r);
}

/* Has this desk an entry with the other's one-time recipient? */
static inline bool
knows_recipient(const struct one *o, const struct one *of)
{
	struct teamlog_line l;

	for (size_t i = teamlog_count(o->d->log); i-- > 0;) {
		teamlog_at(o->d->log, i, &l);
		if (l.kind == EFFECT_RECIPIENT &&
		    l.standing == TEAMLOG_EFFECT &&
		    memcmp(l.device, of->id, sizeof of->id) == 0)
			return true;
	}
	return false;
}

/* This desk began chains. */
static inline void
many_note_unknown(const struct one *o)
{
	for (size_t i = 0; i < many_n; i++)
		many[i].unknown |= !knows_recipient(o, &many[i]);
}

/*
 * What must not be opened.
 */

/* Are the keys that the line gives sources today at that door none of this
 * ring's? */
static inline bool
is_foreign(const struct ring *ring, size_t door)
{
	struct ring *copy = malloc(sizeof *copy);
	struct offer o;
	bool changed;
	enum err e;

	OK(copy != NULL);
	*copy = *ring;
	offer_init(&o);
	(void)key_of(&o, day);
	e = door < o.note.doors_n
	    ? ring_offered(copy, &o.note.doors[door], day, &changed)
	    : ERR_OK;
	offer_drop(&o);
	wipe_free(copy, sizeof *copy);
	return e == ERR_NOTHING;
}

/* After a sync of this desk: is the new chain handed out and offered, so that
 * all from now on is closed to those who are excluded? */
static inline void
many_note_closed(const struct one *by)
{
	const struct roster *r = desk_roster(by->d);

	if (memcmp(r->hands_out, by->id, sizeof by->id) != 0 ||
	    r->devices_n < 2 || !give_is_handed_out(by->d))
		return;
	for (size_t i = 0; i < many_n; i++) {
		struct one *o = &many[i];

		if (o->had.chains_n > 0 && o->since == 0 &&
		    (o->out || o->blind) && is_foreign(&o->had, 0))
			o->since = fake.rows_n;
	}
	if (also.closed != NULL)
		also.closed();
}

static inline bool
opens(const struct ring_chain *c, uint32_t on, const struct fake_row *row)
{
	static uint8_t plain[ENVELOPE_LETTER_PLAIN];
	const size_t i = (size_t)(row - fake.rows);
	struct age_identity *id;
	enum err e;

	if (c->chain.day > on || row->n != ENVELOPE_LETTER_BYTES)
		return false;
	if (also.early != NULL && also.early[i / 64] >> (i % 64) & 1)
		return false;
	OK(chain_identity(&id, &c->chain, on) == ERR_OK);
	e = envelope_open(plain, id, row->bytes, row->n);
	age_identity_close(id);
	return e == ERR_OK;
}

/* Every key of the first door against every row from its `since` on.  The log's
 * keys are not tried: who is still a member has them, and a desk that was not
 * handed the log's new chain yet speaks to the old one (doc/THREATS.md). */
static inline void
opens_nothing(const struct one *o, const struct ring *ring)
{
	for (size_t i = o->since; o->since > 0 && i < fake.rows_n; i++)
		for (size_t c = 0; c < ring->chains_n; c++) {
			const struct ring_chain *with = &ring->chains[c];

			if (memcmp(with->door, desk_roster(desk)->doors[0].id,
				DOOR_ID_BYTES) != 0)
				continue;
			OK(!opens(with, fake.rows[i].day, &fake.rows[i]));
			OK(!opens(with, fake.rows[i].day - 1, &fake.rows[i]));
		}
}

#endif
