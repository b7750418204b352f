/*
 * desk_chance_kept: in schedules from MANY_KEPT on desks make backups, lose
 * their folders and are made again from the last, which may be old; others give
 * each other packs, which are taken in late, twice, or an old one after a
 *newer; a member's second device gets its welcome from the first.
 *
 * What may be lost, and nothing else:
 *	acts that the lost disk alone had: the line was given none of them;
 *	acts that the admin had not fetched when he struck the device off: its
 *	roster says up to which number the device counts, and they are behind
 *	it (shown as such at all desks).
 */
#ifndef UNIT_DESK_CHANCE_KEPT_H
#define UNIT_DESK_CHANCE_KEPT_H

#include "desk/unpack.h"
#include "desk_chance_door.h"

#define MANY_KEPT 4000001U
#define MANY_KEPT_CIRCLES 7000001U /* the same, and who reads changes */
#define KEPT_LOG 2048U
#define KEPT_NAME 16U /* so much of an entry's hash */
#define KEPT_PACKS 8U

/* The last backup of each desk, and what it had then. */
static struct {
	bool has;
	size_t entries_n;
	uint8_t entries[KEPT_LOG][KEPT_NAME];
	bool letters[MANY_SAID];
	/* When the device was struck off: what it counts up to. */
	bool struck;
	uint32_t number;
} kept[MANY_EVER];

/* Packs that were made, and may be taken in yet. */
static struct {
	const struct one *to; /* NULL: none */
	unsigned n;
} packs[KEPT_PACKS];
static unsigned packs_n;
static uint64_t early[FAKE_ROWS / 64];

static inline size_t
place_of(const struct one *o)
{
	return (size_t)(o - many);
}

static inline const char *
kept_file(const char *what, size_t n)
{
	static char path[112];

	(void)snprintf(path, sizeof path, "%s-%s-%zu", dir, what, n);
	return path;
}

/*
 * Backups.
 */

static inline void
note_kept(const struct one *o)
{
	const size_t at = place_of(o);
	struct teamlog_line l;

	kept[at].has = true;
	kept[at].entries_n = 0;
	for (size_t i = 0; i < teamlog_count(o->d->log); i++) {
		teamlog_at(o->d->log, i, &l);
		if (!l.checked || kept[at].entries_n == KEPT_LOG)
			continue;
		memcpy(
		    kept[at].entries[kept[at].entries_n++], l.hash, KEPT_NAME);
	}
	for (unsigned i = 0; i < letters_n; i++)
		kept[at].letters[i] =
		    has_text(conv_with(o->d, &writers[letters[i].writer]),
			letters[i].text);
	for (unsigned i = letters_n; i < MANY_SAID; i++)
		kept[at].letters[i] = false;
}

static inline void
move_backup(void)
{
	const struct age_to to = {
		.words = WORDS, .words_len = sizeof WORDS - 1, .work = 4
	};
	struct one *o = somebody(true);
	struct pack_said_of said;
	struct buf out;

	if (o == NULL)
		return;
	say("makes a backup", o, 0);
	buf_init(&out, 64U << 20);
	OK(pack_keep(o->d, false, &to, age_sink_buf(&out), &said) == ERR_OK);
	OK(file_write(kept_file("backup", place_of(o)), out.at, out.len,
	       0600) == ERR_OK);
	buf_drop(&out);
	note_kept(o);
}

/* Has the line all rosters that this desk signed?  Whoever is lost before that,
 * and had let somebody in, leaves a team that does not know of it: those get a
 * pack of the newcomer, or this joins again (doc/THREATS.md). */
static inline bool
gave_its_rosters(const struct one *o)
{
	struct teamlog_line l;
	uint32_t put = 0;

	OK(desk_recall_num(o->d, "put", &put) != ERR_NOMEM);
	for (size_t i = 0; i < teamlog_count(o->d->log); i++) {
		teamlog_at(o->d->log, i, &l);
		if (l.kind == EFFECT_ROSTER && l.number >= put &&
		    memcmp(l.device, o->id, sizeof o->id) == 0)
			return false;
	}
	return true;
}

/* Has an admin's desk that is there the newest roster, to sign the next? */
static inline bool
is_missed_by_nobody(const struct one *lost)
{
	const uint32_t newest = newest_roster();
	bool has = false;

	for (size_t i = 0; i < many_n; i++) {
		const struct one *o = &many[i];

		has |= is_in(o) && o != lost &&
		    desk_role(o->d) == MEMBER_ADMIN &&
		    desk_roster(o->d)->serial == newest;
	}
	return has && gave_its_rosters(lost);
}

/* A folder is gone, with what it had not given to the line. */
static inline void
move_lose(void)
{
	struct one *o = somebody(true);

	if (o == NULL || many_n == MANY_EVER || !is_missed_by_nobody(o))
		return;
	say("is lost", o, kept[place_of(o)].has);
	o->lost = true;
}

static inline struct one *
some_lost(void)
{
	const size_t from = roll((uint32_t)many_n);

	for (size_t i = 0; i < many_n; i++) {
		struct one *o = &many[(from + i) % many_n];

		if (o->lost && !o->out)
			return o;
	}
	return NULL;
}

/* What the new roster says of the device that it strikes off. */
static inline void
note_struck(const struct one *o, const struct roster *r)
{
	const size_t at = place_of(o);

	OK(r->past_n > 0);
	for (size_t i = r->past_n; i-- > 0;)
		if (memcmp(r->past[i].key, o->key, sizeof o->key) == 0) {
			kept[at].struck = true;
			kept[at].number = r->past[i].number;
			return;
		}
	OK(!"no row says how far it came");
}

/* An admin's desk strikes the lost one off. */
static inline enum err
strike_lost(struct one *admin, const struct one *o)
{
	const struct roster_come come = members_come(admin->d);
	struct roster *r = begin_roster(admin);
	const enum err e = roster_strike(r, o->id, &come);

	say("strikes off a lost", o, (unsigned)e);
	OK(e == ERR_OK || e == ERR_DENIED);
	if (e == ERR_OK) {
		note_struck(o, r);
		end_roster(admin, r);
		many_note_unknown(admin);
		many_note_excluded(admin);
		OK(o->out);
	} else {
		wipe_free(r, sizeof *r);
	}
	return e;
}

/* All that the backup had is there again, but for what the team destroyed and
 * what stood at the end of a device's chain that is behind its number. */
static inline void
has_its_backup(const struct one *o, const struct one *lost)
{
	const size_t at = place_of(lost);

	for (size_t i = 0; i < kept[at].entries_n; i++)
		OK(teamlog_has(o->d->log, kept[at].entries[i]));
	for (unsigned i = 0; i < letters_n; i++) {
		const unsigned w = letters[i].writer;

		if (kept[at].letters[i] && !is_gone(o, w))
			OK(has_text(
			    conv_with(o->d, &writers[w]), letters[i].text));
	}
}

/* The member has a new device, from the backup of the lost one if there is one;
 * an admin takes it in. */
static inline void
restore(struct one *admin, struct one *lost)
{
	const bool has = kept[place_of(lost)].has;
	const struct roster_member *m =
	    roster_member(desk_roster(admin->d), lost->member);
	struct waiting *own;
	struct join request;
	struct roster *r;
	struct one *o;

	if (m == NULL || many_n == MANY_EVER)
		return;
	own = waiting_new();
	o = many_waits(
	    own, &request, has ? kept_file("backup", place_of(lost)) : NULL);
	r = begin_roster(admin);
	OK(roster_join(r, request.key, roster_member(r, m->id), true) ==
	    ERR_OK);
	end_roster(admin, r);
	many_welcome(o, admin, own, &request);
	say("is restored", o, has);
	OK(memcmp(o->id, lost->id, sizeof o->id) != 0);
	OK(!unpack_is_begun(o->dir));
	if (has)
		has_its_backup(o, lost);
	many_note_excluded(admin);
}

static inline void
move_restore(void)
{
	struct one *admin = an_admin(), *lost = some_lost();

	if (admin == NULL || lost == NULL)
		return;
	if (roll(4) > 0)
		(void)sync_it(admin);
	if ((admin = an_admin()) == NULL || strike_lost(admin, lost) != ERR_OK)
		return;
	if (roll(4) > 0)
		restore(admin, lost);
	/* Somebody finds the disk, and lets it run. */
	if (roll(3) == 0)
		lost->lost = false;
}

/* Whoever is lost still is struck off. */
static inline void
kept_ending(void)
{
	struct one *admin, *lost;

	while ((lost = some_lost()) != NULL && (admin = an_admin()) != NULL)
		OK(strike_lost(admin, lost) == ERR_OK);
}

/*
 * Packs.
 */

static inline void
make_pack(struct one *to, const struct one *from)
{
	const unsigned at = packs_n % KEPT_PACKS;
	struct pack_said_of said;
	struct buf note, out;
	struct join j;
	enum err e;

	buf_init(&note, JOIN_MAX);
	buf_init(&out, 64U << 20);
	e = unpack_request(to->d, &note);
	if (e == ERR_DENIED) /* it knows that it was struck off */
		goto out;
	OK(e == ERR_OK && join_read(&j, note.at, note.len) == ERR_OK);
	e = pack_give(from->d, &j, age_sink_buf(&out), &said);
	say("packs for", to, (unsigned)e);
	OK(e == ERR_OK || e == ERR_DENIED || e == ERR_NOTHING);
	if (e != ERR_OK)
		goto out;
	OK(file_write(kept_file("pack", at), out.at, out.len, 0600) == ERR_OK);
	packs[at].to = to;
	packs_n++;
out:
	buf_drop(&note);
	buf_drop(&out);
}

static inline void
move_pack(void)
{
	struct one *to = somebody(true), *from = somebody(true);

	if (to == NULL || from == NULL || to == from)
		return;
	make_pack(to, from);
}

/* Nothing of it may be damaged; its key may be forgotten, and its maker may not
 * speak any more. */
static inline enum err
take_pack(struct one *o, size_t at)
{
	const struct welcome_ask ask = { not_asked, NULL };
	struct welcome w;
	const enum err e = unpack_take(&w, o->d, kept_file("pack", at), &ask);

	say("unpacks", o, (unsigned)e);
	OK(e == ERR_OK || e == ERR_NOKEY || e == ERR_DENIED);
	OK(!unpack_is_begun(o->dir));
	return e;
}

static inline void
move_unpack(void)
{
	const struct welcome_ask ask = { not_asked, NULL };
	const size_t at = roll(KEPT_PACKS);
	struct one *o;
	struct welcome w;

	if (packs[at].to == NULL)
		return;
	o = &many[place_of(packs[at].to)];
	if (!is_in(o) || o->asleep > day || take_pack(o, at) != ERR_OK)
		return;
	/* Its key is kept until the next was published. */
	if (roll(2) == 0) {
		OK(unpack_take(&w, o->d, kept_file("pack", at), &ask) ==
		    ERR_OK);
		OK(w.entries == 0 && w.parts == 0);
	}
}

/*
 * Others.
 */

/* A second device of a member gets its welcome from the first, which heard of
 * the roster. */
static inline void
move_second(void)
{
	struct one *admin = an_admin(), *first = somebody(true), *o;
	struct waiting *own;
	struct join request;
	struct roster *r;

	if (admin == NULL || first == NULL || many_n >= MANY ||
	    desk_role(first->d) == MEMBER_VIEWER ||
	    desk_roster(admin->d)->serial != desk_roster(first->d)->serial)
		return;
	own = waiting_new();
	o = many_waits(own, &request, NULL);
	r = begin_roster(admin);
	OK(roster_join(r, request.key, roster_member(r, first->member), true) ==
	    ERR_OK);
	end_roster(admin, r);
	(void)sync_it(admin);
	(void)sync_it(first);
	if (desk_roster(first->d)->serial != desk_roster(admin->d)->serial)
		first = admin;
	say("welcomes a second device", first, 0);
	many_welcome(o, first, own, &request);
	many_note_excluded(admin);
}

static inline void
move_words(void)
{
	struct one *o = somebody(false);

	if (o == NULL)
		return;
	/* The same again: many_open() knows no other. */
	OK(desk_passphrase(o->d, WORDS, strlen(WORDS)) == ERR_OK);
	many_again(o);
}

/* Whoever has just been made again goes on writing. */
static inline void
move_note(void)
{
	struct one *o = many_n > 0 ? &many[many_n - 1] : NULL;

	if (o == NULL || !is_in(o) || o->asleep > day)
		return;
	for (unsigned i = 0; i < MANY_WRITERS; i++) {
		struct conv *c = conv_with(o->d, &writers[i]);

		if (c != NULL && doors_reads(o->d, doors_of(o->d, c)))
			do_note(o, c);
	}
	(void)sync_it(o);
}

static inline void
kept_move(void)
{
	static void (*const acts[])(void) = { move_backup, move_backup,
		move_lose, move_lose, move_restore, move_restore, move_restore,
		move_pack, move_pack, move_unpack, move_unpack, move_second,
		move_words, move_letter, move_letter, move_letter, move_note };

	if (roll(5) < 2)
		acts[roll(COUNT(acts))]();
	else if (also.same_sight != NULL)
		door_move();
	else if (as_told == seal_as_told)
		circle_move();
	else
		wide_move();
}

/* What a lost disk did not give to the line is in its backup, and behind the
 * number up to which it counts. */
static inline bool
kept_apart(const struct teamlog_line *l)
{
	for (size_t i = 0; i < many_n; i++)
		if (kept[i].struck && l->number >= kept[i].number &&
		    memcmp(l->device, many[i].id, DEVICE_ID_BYTES) == 0)
			return true;
	return false;
}

static inline void
kept_begin(uint64_t seed)
{
	memset(kept, 0, sizeof kept);
	memset(packs, 0, sizeof packs);
	packs_n = 0;
	if (seed >= MANY_KEPT_CIRCLES)
		circles_begin();
	else if (seed % 2 == 0)
		doors_begin();
	also.ending = kept_ending;
	also.apart = kept_apart;
	memset(early, 0, sizeof early);
	also.early = early;
}

static inline void
kept_end(void)
{
	for (size_t i = 0; i < MANY_EVER; i++)
		if (kept[i].has)
			(void)remove(kept_file("backup", i));
	for (size_t i = 0; i < packs_n && i < KEPT_PACKS; i++)
		(void)remove(kept_file("pack", i));
	memset(kept, 0, sizeof kept);
	packs_n = 0;
}

/*
 * What must hold.
 */

static inline void
nobody_forked(const struct one *o)
{
	struct teamlog_device device;

	for (size_t i = 0; i < teamlog_devices(o->d->log); i++) {
		teamlog_device_at(o->d->log, i, &device);
		OK(!device.forked);
	}
}

/* Each act of a device that was lost, up to where the roster says that it
 * counts, is there and has effect; what comes behind has none. */
static inline void
stands_as_said(const struct one *o, const struct one *lost)
{
	const uint32_t number = kept[place_of(lost)].number;
	struct teamlog_device device;
	struct teamlog_line l;

	if (number == 0)
		return;
	OK(teamlog_device(o->d->log, &device, lost->id) == ERR_OK);
	OK(device.next >= number && device.named);
	for (size_t i = 0; i < teamlog_count(o->d->log); i++) {
		teamlog_at(o->d->log, i, &l);
		if (memcmp(l.device, lost->id, sizeof lost->id) == 0)
			OK((l.standing == TEAMLOG_GONE) ==
			    (l.number >= number));
	}
}

static inline void
kept_is_whole(const struct one *o)
{
	nobody_forked(o);
	for (size_t i = 0; i < many_n; i++)
		if (kept[i].struck)
			stands_as_said(o, &many[i]);
}

#endif
