/*
 * desk_chance_forge: in schedules from MANY_FORGES on the line does to the
 * desks of desk_chance.h whatever a line can, and forgets what lies there long.
 *
 *	to one desk, of a row: other bytes, noise, another row's envelope, one
 *	for somebody else (two desks have two things under one tag)
 *	the envelope of a row once more, under another tag, in another row
 *	letters for another team or line, or under another's tag
 *	noise; sealings to nobody
 *	a list of a day that is cut; a digest, or a count, that is another's
 *	a day that is not listed; a list of days that is cut
 *	an answer that breaks off
 *	a key note that was replaced
 *
 * In every second of them it keeps FORGE_KEEPS days, and desks are away longer.
 *
 * What must hold: no desk believes any of it, each says what it met, at once
 * where the line contradicts itself, else when another desk has read what never
 * came; and with a pack of one that has it all come to the same.
 */
#ifndef UNIT_DESK_CHANCE_FORGE_H
#define UNIT_DESK_CHANCE_FORGE_H

#include "desk/days.h"
#include "desk/missed.h"
#include "desk/withheld.h"
#include "desk_chance_alone.h"

#define MANY_FORGES 6000001U
#define FORGE_KEEPS 40U /* days */
#define FORGE_CHEATS 48U

enum forge_body {
	FORGE_BENT,
	FORGE_NOISE,
	FORGE_OTHER_ROW,
	FORGE_NOBODYS,
	FORGE_BODIES
};

static struct {
	/* What some desks get in the place of a row. */
	struct {
		const struct one *to;
		size_t row;
		enum forge_body body;
	} cheats[FORGE_CHEATS];
	size_t cheats_n;
	bool forgets;
	/* For one sync: */
	uint32_t cut; /* so many tags of each list */
	uint32_t cut_day; /* a closed day of which it was */
	uint32_t days; /* 1: digest, 2: count, 3: not there, 4: cut */
	uint32_t bent_day; /* the day of which, */
	bool bends; /* an answer breaks off */
	bool bent; /* it did */
	/* Of these desks, as bits: what other desks gave was something else
	 * for them; letters never came there. */
	unsigned of_team, kept[MANY_SAID];
	struct buf note; /* a key note of before; empty: none */
	struct writer stranger;
	uint32_t stranger_day;
} forge;

/*
 * What the line says.
 */

static inline void
forge_other_row(const struct fake_row *row, uint8_t *bytes)
{
	const struct fake_row *o = &fake.rows[roll((uint32_t)fake.rows_n)];

	if (o->n == row->n)
		memcpy(bytes, o->bytes, o->n);
}

static inline void
forge_nobodys(uint8_t *bytes)
{
	OK(envelope_seal(bytes, ENVELOPE_LETTER_BYTES, &writers[0].reply,
	       (const uint8_t *)"x", 1) == ERR_OK);
}

/* Of the letters of a row, or (row: SIZE_MAX) of a day. */
static inline void
keeps_from(const struct one *o, size_t row, uint32_t on)
{
	bool letter = false;

	for (unsigned i = 0; i < letters_n; i++) {
		const bool is = letters[i].row == row ||
		    (row == SIZE_MAX && fake.rows[letters[i].row].day == on);

		forge.kept[i] |= is ? 1U << place_of(o) : 0;
		letter |= is;
	}
	if (!letter || row == SIZE_MAX)
		forge.of_team |= 1U << place_of(o);
}

static inline void
forge_gives(const struct fake_row *row, uint8_t *bytes)
{
	for (size_t i = 0; i < forge.cheats_n; i++) {
		if (forge.cheats[i].to != line.asks ||
		    forge.cheats[i].row != (size_t)(row - fake.rows))
			continue;
		say("  gives something else", line.asks,
		    (unsigned)forge.cheats[i].row);
		keeps_from(line.asks, forge.cheats[i].row, 0);
		if (forge.cheats[i].body == FORGE_BENT)
			bytes[roll(ENVELOPE_LETTER_BYTES)] ^=
			    (uint8_t)(1 + roll(255));
		else if (forge.cheats[i].body == FORGE_NOISE)
			crypt_random(bytes, ENVELOPE_LETTER_BYTES);
		else if (forge.cheats[i].body == FORGE_OTHER_ROW)
			forge_other_row(row, bytes);
		else
			forge_nobodys(bytes);
		return;
	}
}

static inline void
forge_lists(struct buf *tags)
{
	const struct fake_row *row = tags->len > 0 ? find(tags->at) : NULL;
	const size_t n = tags->len / TAG_BYTES;

	if (row != NULL && forge.cut > 0) {
		tags->len -= (n < forge.cut ? n : forge.cut) * TAG_BYTES;
		if (row->day < fake.day)
			forge.cut_day = row->day;
	}
	lists(tags);
}

static inline void
forge_days(struct reach_day *days, size_t *n)
{
	const size_t at = *n == 0 ? 0 : roll((uint32_t)*n);

	if (*n == 0 || forge.days == 0)
		return;
	forge.bent_day = days[at].closed ? days[at].day : 0;
	if (forge.days == 1)
		days[at].digest[roll(SHA256_BYTES)] ^= 1;
	else if (forge.days == 2)
		days[at].count++;
	for (size_t i = at;
	     forge.days > 2 && i < (forge.days == 3 ? at + 1 : *n); i++)
		keeps_from(line.asks, SIZE_MAX, days[i].day);
	if (forge.days == 3)
		memmove(&days[at], &days[at + 1], (--*n - at) * sizeof *days);
	else if (forge.days == 4)
		*n = at;
}

static inline bool
forge_bends(void)
{
	forge.bent |= forge.bends;
	return forge.bends && roll(2) == 0;
}

static const struct fake_lies forge_lies = { .hides = hides,
	.lists = forge_lists,
	.gives = forge_gives,
	.days = forge_days,
	.bends = forge_bends };

/*
 * Moves.
 */

static inline void
move_cheat(void)
{
	struct one *o = &many[roll((uint32_t)many_n)];
	const uint32_t back =
	    roll(fake.rows_n < 12 ? (uint32_t)fake.rows_n + 1 : 12);

	if (forge.cheats_n == FORGE_CHEATS || back == 0)
		return;
	forge.cheats[forge.cheats_n].to = o;
	forge.cheats[forge.cheats_n].row = fake.rows_n - back;
	forge.cheats[forge.cheats_n].body = (enum forge_body)roll(FORGE_BODIES);
	forge.cheats_n++;
}

/* The next row is another for one desk. */
static inline void
move_cheat_next(void)
{
	struct one *o = &many[roll((uint32_t)many_n)];

	if (forge.cheats_n == FORGE_CHEATS)
		return;
	forge.cheats[forge.cheats_n].to = o;
	forge.cheats[forge.cheats_n].row = fake.rows_n;
	forge.cheats[forge.cheats_n].body = (enum forge_body)roll(FORGE_BODIES);
	forge.cheats_n++;
	move_letter();
}

static inline void
move_replay(void)
{
	const uint32_t back =
	    roll(fake.rows_n < 30 ? (uint32_t)fake.rows_n + 1 : 30);
	uint8_t tag[TAG_BYTES];
	const struct fake_row *row;

	if (back == 0 || fake.rows_n + 64 > FAKE_ROWS)
		return;
	row = &fake.rows[fake.rows_n - back];
	if (row->n != ENVELOPE_LETTER_BYTES)
		return;
	crypt_random(tag, sizeof tag);
	fake_put(day, tag, row->bytes, row->n);
	say("replays", NULL, (unsigned)(row - fake.rows));
}

/* What opens with the door's key, and is not for this team, line or tag. */
static inline void
move_elsewhere(void)
{
	static const char team[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct what what = { .text = "elsewhere", .id = 200 };
	const uint32_t how = roll(3);

	if (forge.stranger_day != day)
		forge.stranger.slot = 0;
	forge.stranger_day = day;
	if (!is_open() || forge.stranger.slot >= TAG_SLOTS - 1)
		return;
	what.other_line = how == 0;
	what.other_tag = how == 1;
	what.other_team = how == 2 ? team : NULL;
	send(&forge.stranger, &what);
	say("puts what is elsewhere's", NULL, how);
}

static inline void
move_noise(void)
{
	static uint8_t bytes[ENVELOPE_LETTER_BYTES];
	uint8_t tag[TAG_BYTES];

	if (roll(2) == 0)
		crypt_random(bytes, sizeof bytes);
	else
		forge_nobodys(bytes);
	crypt_random(tag, sizeof tag);
	fake_put(day, tag, bytes, sizeof bytes);
}

/* A list that is cut, of a day that is closed and was not whole here, is said.
 */
static inline void
move_cut_list(void)
{
	struct one *o = somebody(true);

	if (o == NULL)
		return;
	forge.cut = 1 + roll(3);
	forge.cut_day = 0;
	OK(sync_it(o) == ERR_OK);
	say("is given lists that are cut", o, forge.cut_day);
	if (report.stop == SYNC_GOES && forge.cut_day != 0)
		OK(withheld_n(o->d, &report, WITHHELD_MISFIT) > 0);
	forge.cut = 0;
}

static inline void
move_bend_days(void)
{
	struct one *o = somebody(true);
	const uint32_t how = 1 + roll(4);
	uint32_t first;

	if (o == NULL)
		return;
	forge.days = how;
	forge.bent_day = 0;
	first = days_first(o->d);
	OK(sync_it(o) == ERR_OK);
	forge.days = 0;
	say("is given days that are bent", o, how * 100000 + forge.bent_day);
	if (report.stop != SYNC_GOES || how > 2 || forge.bent_day < first)
		return;
	OK(withheld_n(o->d, &report, WITHHELD_MISFIT) +
		withheld_n(o->d, &report, WITHHELD_CHANGED) >
	    0);
}

static inline void
move_break_off(void)
{
	struct one *o = somebody(true);
	enum err e;

	if (o == NULL)
		return;
	forge.bends = true;
	forge.bent = false;
	e = sync_it(o);
	forge.bends = false;
	OK(e == ERR_OK || e == ERR_FORMAT);
	if (roll(2) == 0)
		many_again(o);
}

static inline uint32_t
serial_of(const struct buf *note)
{
	struct certificate c;
	struct key_note k;
	uint32_t serial;

	OK(certificate_read(&c, fake.certificate.at, fake.certificate.len) ==
	    ERR_OK);
	OK(key_note_read(&k, note->at, note->len, &c) == ERR_OK);
	serial = k.serial;
	key_note_drop(&k);
	return serial;
}

/* One that was replaced: who saw a newer one stops, and says so. */
static inline void
move_old_note(void)
{
	struct one *o = somebody(true);
	uint32_t seen = 0;
	struct buf now;

	if (forge.note.len == 0 || roll(4) == 0) {
		buf_clear(&forge.note);
		OK(buf_put(&forge.note, fake.key_note.at, fake.key_note.len) ==
		    ERR_OK);
		return;
	}
	if (o == NULL)
		return;
	OK(desk_recall_num(o->d, "serial", &seen) != ERR_NOMEM);
	now = fake.key_note;
	fake.key_note = forge.note;
	if (serial_of(&fake.key_note) < seen) {
		OK(sync_it(o) == ERR_OK);
		say("is shown an old note", o, report.stop);
		OK(report.stop != SYNC_GOES && report.letters == 0);
		OK(sync_stop_text(report.stop) != NULL);
	}
	forge.note = fake.key_note;
	fake.key_note = now;
}

static inline void
move_long_away(void)
{
	struct one *o = somebody(true);

	if (o == NULL || o == an_admin() || !forge.forgets)
		return;
	o->asleep = day + FORGE_KEEPS + roll(30);
	say("is long away", o, o->asleep);
}

static inline void
forge_move(void)
{
	static void (*const acts[])(void) = { move_cheat, move_cheat,
		move_cheat_next, move_cheat_next, move_replay, move_replay,
		move_elsewhere, move_noise, move_cut_list, move_bend_days,
		move_bend_days, move_break_off, move_old_note, move_old_note,
		move_long_away, move_read };

	if (roll(3) == 0)
		acts[roll(COUNT(acts))]();
	else
		any_move();
	if (forge.forgets && day > FORGE_KEEPS)
		fake.keeps_from = day - FORGE_KEEPS;
}

/* No desk of those who read has it: the line forgot it, or kept it from all
 * that were there. */
static inline bool
forge_lost(unsigned i)
{
	const bool forgot = fake.rows[letters[i].row].day < fake.keeps_from;
	const struct writer *w = &writers[letters[i].writer];

	for (size_t j = 0; j < many_n; j++)
		if (reads(&many[j]) &&
		    ((!forgot && many[j].born <= letters[i].row &&
			 (forge.kept[i] >> j & 1) == 0) ||
			has_text(conv_with(many[j].d, w), letters[i].text)))
			return false;
	return true;
}

/* Did it get something else in the place of what other desks gave?  Without the
 * entry of a hand-out it takes the line's new keys for a thief's, and says so;
 * a pack brings them. */
static inline bool
forge_kept_keys(const struct one *o)
{
	return forge.of_team >> place_of(o) & 1;
}

static inline void
forge_begin(uint64_t seed)
{
	memset(&forge, 0, sizeof forge);
	memset(packs, 0, sizeof packs);
	packs_n = 0;
	buf_init(&forge.note, KEY_NOTE_MAX);
	writer_make(&forge.stranger, 77);
	forge.forgets = seed % 2 == 0;
	line.forges = false; /* ... as in the other rows */
	fake.lies = &forge_lies;
	also.lost = forge_lost;
	also.kept_keys = forge_kept_keys;
}

static inline void
forge_end(void)
{
	buf_drop(&forge.note);
	for (size_t i = 0; i < packs_n && i < KEPT_PACKS; i++)
		(void)remove(kept_file("pack", i));
	packs_n = 0;
}

/*
 * What must hold when the line is honest again.
 */

/* Everybody reads all that there is. */
static inline void
all_read(void)
{
	for (size_t i = 0; i < many_n; i++)
		for (unsigned w = 0; w < MANY_WRITERS; w++) {
			struct one *o = &many[i];
			struct conv *c =
			    is_in(o) ? conv_with(o->d, &writers[w]) : NULL;

			if (c != NULL && reads(o))
				OK(desk_read(o->d, c) == ERR_OK);
		}
}

/* Is nothing of any conversation to be destroyed, or destroyed, here? */
static inline bool
keeps_all(const struct one *o)
{
	for (unsigned w = 0; w < MANY_WRITERS; w++) {
		const struct registered *is;
		uint8_t id[CONV_ID_BYTES];

		conv_id_of(id, writers[w].s.sign_public, o->d->vault->salt);
		is = registers_of(&o->d->registers, id);
		if (is_gone(o, w) ||
		    (is != NULL &&
			(registered_has(&is->announced) ||
			    registered_has(&is->doomed))))
			return false;
	}
	return true;
}

enum forge_who {
	WHO_EVER, /* may have read it once, also who is not there any more */
	WHO_READS, /* and has read it now */
	WHO_PACKS /* and may pack */
};

static inline bool
is_who(const struct one *o, enum forge_who who)
{
	return who == WHO_EVER ||
	    (reads(o) && !o->locked &&
		(who == WHO_READS || desk_role(o->d) != MEMBER_VIEWER));
}

/* Letters that this desk has not, and one of those has. */
static inline uint32_t
lacks_letters(const struct one *o, enum forge_who who)
{
	uint32_t n = 0;

	for (unsigned i = 0; i < letters_n; i++) {
		const struct writer *w = &writers[letters[i].writer];
		bool others = false;

		if (is_gone(o, letters[i].writer) ||
		    has_text(conv_with(o->d, w), letters[i].text))
			continue;
		for (size_t j = 0; j < many_n; j++)
			others |= &many[j] != o && is_who(&many[j], who) &&
			    has_text(conv_with(many[j].d, w), letters[i].text);
		n += others;
	}
	return n;
}

/* Each desk names what lacks there, and only that. */
static inline void
forge_is_named(void)
{
	for (size_t i = 0; i < many_n; i++) {
		const struct one *o = &many[i];
		uint32_t n;

		if (!reads(o) || o->locked || !keeps_all(o))
			continue;
		OK(missed_count(o->d, &n) == ERR_OK);
		say("names as missed", o, n);
		if (n < lacks_letters(o, WHO_READS) ||
		    n > lacks_letters(o, WHO_EVER))
			printf("# desk %zu lacks %u to %u, names %u\n", i,
			    lacks_letters(o, WHO_READS),
			    lacks_letters(o, WHO_EVER), n);
		OK(n >= lacks_letters(o, WHO_READS));
		OK(n <= lacks_letters(o, WHO_EVER));
	}
}

/* Whoever lacks something is given a pack of each other desk. */
static inline void
forge_packs(void)
{
	for (size_t i = 0; i < many_n; i++)
		for (size_t j = 0; j < many_n; j++) {
			struct one *o = &many[i];
			const unsigned at = packs_n % KEPT_PACKS;

			if (i == j || !is_in(o) || !is_in(&many[j]) ||
			    many[j].locked ||
			    (!o->locked && lacks_letters(o, WHO_PACKS) == 0))
				continue;
			make_pack(o, &many[j]);
			if (packs_n % KEPT_PACKS != at)
				(void)take_pack(o, at);
		}
}

static inline bool
has_packer(const struct one *o)
{
	for (size_t i = 0; i < many_n; i++)
		if (&many[i] != o && is_in(&many[i]) && !many[i].locked &&
		    desk_role(many[i].d) != MEMBER_VIEWER)
			return true;
	return false;
}

static inline void
forge_settle(void (*rest)(void))
{
	all_read();
	rest();
	for (unsigned i = 0; i < 2; i++) {
		set_day(day + 1);
		rest();
	}
	forge_is_named();
	/* Twice: who could not fetch before the first may have what another
	 * lacks. */
	for (unsigned i = 0; i < 2; i++) {
		forge_packs();
		rest();
		set_day(day + 1);
		all_read();
		rest();
		forge_is_named();
	}
	for (size_t i = 0; i < many_n; i++)
		OK(!is_in(&many[i]) || !many[i].locked ||
		    !has_packer(&many[i]));
	/* What viewers alone have nobody can pack: it is named, and lacks. */
	for (size_t i = 0; i < many_n; i++)
		if (reads(&many[i]) && !many[i].locked) {
			OK(lacks_letters(&many[i], WHO_PACKS) == 0);
			many[i].cheated =
			    lacks_letters(&many[i], WHO_READS) > 0;
		}
}

#endif
