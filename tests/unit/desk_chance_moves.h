/*
 * desk_chance_moves: what may happen to the desks of desk_chance.h and to the
 * line between them; any_move() does one, each as often as its weight says.
 */
#ifndef UNIT_DESK_CHANCE_MOVES_H
#define UNIT_DESK_CHANCE_MOVES_H

#include "desk_chance_alike.h"
#include "desk_chance_line.h"
#include "team/pieces.h"
#include "team/roster_edit.h"

/* To whom a source seals that read what it was told, in a letter of this
 * number; NULL: as at first. */
static void (*as_told)(unsigned letter, struct what *what);

/*
 * Moves.
 */

static inline void
move_sync(void)
{
	struct one *o = somebody(roll(8) > 0);
	enum err e;

	if (o == NULL)
		return;
	e = sync_it(o);
	OK(e == ERR_OK &&
	    (report.stop == SYNC_GOES || report.stop == SYNC_FOREIGN_KEY ||
		report.stop == SYNC_NOT_HANDED || report.stop == SYNC_AWAY ||
		report.stop == SYNC_STRUCK_OFF));
}

/* The connection goes at one of the requests, before or after it was done. */
static inline void
move_lost(void)
{
	struct one *o = somebody(true);
	enum err e;

	if (o == NULL)
		return;
	fake.lose = 1 + roll(20);
	fake.lose_after = roll(2) == 0;
	e = sync_it(o);
	fake.lose = 0;
	OK(e == ERR_OK || e == ERR_CLOSED);
	o->broken += e == ERR_CLOSED;
	if (roll(2) == 0)
		many_again(o);
}

static inline bool
is_open(void)
{
	struct offer o;
	bool is;

	offer_init(&o);
	is = key_of(&o, day) != NULL;
	offer_drop(&o);
	return is;
}

static inline void
write_letter(unsigned i, uint8_t id, uint32_t dated)
{
	struct writer *w = &writers[i];
	struct what what;
	uint32_t slot;

	if (slots_of != day)
		for (unsigned j = 0; j < MANY_WRITERS; j++)
			writers[j].slot = 0;
	slots_of = day;
	if (letters_n == MANY_SAID || w->slot >= TAG_SLOTS - 1 || !is_open())
		return;
	/* The last slot of a day is for what comes under another. */
	slot = w->slot;
	if (dated != 0)
		w->slot = TAG_SLOTS - 1;
	letters[letters_n].writer = i;
	letters[letters_n].row = fake.rows_n;
	(void)snprintf(letters[letters_n].text, sizeof letters[0].text,
	    "letter %u", letters_n);
	what = (struct what){
		.text = letters[letters_n].text, .id = id, .dated = dated
	};
	letters[letters_n].by_circle = letters[letters_n].at_lab = false;
	if (as_told != NULL)
		as_told(letters_n, &what);
	send(w, &what);
	if (dated != 0)
		w->slot = slot;
	say("letter of", NULL, i);
	letters_n++;
}

static inline void
move_letter(void)
{
	write_letter(roll(MANY_WRITERS), (uint8_t)(letters_n + 1), 0);
}

/* Other words under an id that there is, or a day that does not fit. */
static uint32_t odd_day; /* one a day */

static inline void
move_odd_letter(void)
{
	if (letters_n == 0)
		return;
	if (roll(2) == 0)
		write_letter(
		    letters[letters_n - 1].writer, (uint8_t)letters_n, 0);
	else if (odd_day != day)
		write_letter(
		    roll(MANY_WRITERS), (uint8_t)(letters_n + 1), day - 5);
	odd_day = day;
}

/* What a stranger can seal to the door's key: notes as other desks give them.
 */
static inline void
move_stranger(void)
{
	static const char *const kinds[] = { "entry", "piece", "content",
		"roster", "hand-out", "nothing" };
	static uint8_t envelope[ENVELOPE_LETTER_BYTES];
	uint8_t tag[TAG_BYTES];
	const struct age_recipient *to;
	struct offer o;
	char note[128];
	int n;

	offer_init(&o);
	if ((to = key_of(&o, day)) != NULL) {
		n = snprintf(note, sizeof note,
		    "sotto/1 %s\n{\"device\":\"%032u\"}\n\n\xe2\x80\x94 device "
		    "AAAA\n",
		    kinds[roll(COUNT(kinds))], roll(9));
		OK(envelope_seal(envelope, sizeof envelope, to,
		       (const uint8_t *)note, (size_t)n) == ERR_OK);
		crypt_random(tag, sizeof tag);
		fake_put(day, tag, envelope, sizeof envelope);
	}
	offer_drop(&o);
}

/* A conversation that this desk has, and may act in. */
static struct conv *
some_conv(struct one **o, unsigned *writer)
{
	struct conv *c;

	if ((*o = somebody(true)) == NULL ||
	    ((*o)->blind && also.same_sight == NULL))
		return NULL;
	*writer = roll(MANY_WRITERS);
	c = conv_with((*o)->d, &writers[*writer]);
	return c != NULL && (*o)->blind &&
		!doors_reads((*o)->d, doors_of((*o)->d, c))
	    ? NULL
	    : c;
}

static inline void
move_read(void)
{
	unsigned w;
	struct one *o;
	struct conv *c = some_conv(&o, &w);

	if (c == NULL)
		return;
	say("reads", o, w);
	OK(desk_read(o->d, c) == ERR_OK);
}

static inline void
move_junk(void)
{
	unsigned w;
	struct one *o;
	struct conv *c = some_conv(&o, &w);
	const bool was = c != NULL && c->junk;
	enum err e;

	if (c == NULL)
		return;
	say("junk", o, w);
	e = desk_set_junk(o->d, c, !was);
	OK((e == ERR_OK && c->junk != was) || e == ERR_DENIED);
	OK((e == ERR_DENIED) == (desk_role(o->d) == MEMBER_VIEWER));
}

/* Who may not speak, or not there, is told so. */
static inline void
is_said_why(const struct one *o, unsigned writer, enum err e)
{
	const struct conv *c = conv_with(o->d, &writers[writer]);
	const enum restrict_stand stand =
	    c == NULL ? RESTRICT_NOT : restrict_stand(o->d, c);

	OK(e == ERR_OK || e == ERR_DENIED || e == ERR_FULL ||
	    e == ERR_EXPIRED || e == ERR_MISSING);
	OK(e != ERR_DENIED || desk_role(o->d) == MEMBER_VIEWER ||
	    stand == RESTRICT_OUT ||
	    (c != NULL && !doors_reads(o->d, doors_of(o->d, c))));
	OK(e != ERR_MISSING || stand != RESTRICT_NOT);
}

static inline void
answer_by(struct one *o, unsigned w)
{
	struct conv *c = conv_with(o->d, &writers[w]);
	struct reply_report rep;
	char text[32];
	const struct reply what = { .text = text,
		.n = (size_t)snprintf(
		    text, sizeof text, "reply %u", replies_n++) };
	enum err e;

	if (c == NULL)
		return;
	line.asks = o;
	e = reply_send(o->d, reach, c, &what, &rep);
	say("replies", o, (unsigned)e);
	is_said_why(o, w, e);
	OK(e != ERR_OK || rep.stop != SYNC_GOES ||
	    has_text(conv_with(o->d, &writers[w]), text));
}

/* Now and then two desks answer one source before either hears of the other. */
static inline void
move_reply(void)
{
	unsigned w;
	struct one *o;

	if (some_conv(&o, &w) != NULL)
		answer_by(o, w);
	else
		replies_n++;
}

static inline void
move_delete(void)
{
	unsigned w;
	struct one *o;
	struct conv *c = some_conv(&o, &w);
	bool held;
	enum err e;

	if (c == NULL || roll(3) > 0)
		return;
	say("deletes", o, w);
	held = c->hold;
	e = desk_delete(o->d, c);
	OK(e == ERR_OK || e == ERR_DENIED || (held && e == ERR_TAKEN));
	/* It goes on every desk, when that hears of it. */
	for (size_t i = 0; e == ERR_OK && i < MANY_EVER; i++)
		many[i].deleted[w] = true;
}

static inline void
move_again(void)
{
	struct one *o = &many[roll((uint32_t)many_n)];

	say("opens again", o, 0);
	many_again(o);
}

/* A line that hid something of a day for as long as that is not finished has
 * only been slow; for longer, and it is as if it had never come. */
static inline void
go_on(uint32_t days)
{
	set_day(day + days);
	for (size_t i = 0; i < fake.rows_n; i++)
		if (fake.rows[i].day + 2 <= day)
			line.hidden[i / 64] &= ~(1ULL << (i % 64));
}

static inline void
move_day(void)
{
	go_on(1 + roll(3));
}

/* Nobody comes for weeks, or two months. */
static inline void
move_weeks(void)
{
	go_on(5 + roll(55));
}

static inline void
move_asleep(void)
{
	struct one *o = somebody(true);

	if (o == NULL || o == an_admin())
		return;
	o->asleep = day + 1 + roll(60);
	say("sleeps", o, o->asleep);
}

static inline void
move_join(void)
{
	static const uint8_t none[MEMBER_ID_BYTES];
	struct one *admin = an_admin();
	const enum member_role role = (enum member_role)roll(3);
	const uint8_t *member = none;
	size_t members = 0;

	if (admin == NULL || many_n >= MANY || letters_n == MANY_SAID ||
	    roll(2) == 0)
		return;
	members = desk_roster(admin->d)->members_n;
	if (members == MANY_MEMBERS || roll(4) == 0)
		member =
		    desk_roster(admin->d)->members[roll((uint32_t)members)].id;
	say("lets in", admin, role);
	many_join(admin, member, role, roll(5) > 0);
	many_note_excluded(admin);
	if (roll(4) > 0)
		(void)sync_it(&many[many_n - 1]);
}

/* Somebody but this admin. */
static const struct one *
another(const struct one *admin)
{
	for (unsigned i = 0; i < 20; i++) {
		const struct one *o = &many[roll((uint32_t)many_n)];

		if (o != admin && is_in(o) &&
		    memcmp(o->member, admin->member, sizeof o->member) != 0)
			return o;
	}
	return NULL;
}

/* The roster changes: leaves, is struck off, another role, reads no more. */
static inline void
move_roster(void)
{
	struct one *admin = an_admin();
	const struct one *o = admin == NULL ? NULL : another(admin);
	struct roster_come come;
	struct roster *r;
	const uint32_t how = roll(4);
	enum err e;

	if (o == NULL || roll(2) == 0)
		return;
	come = members_come(admin->d);
	r = begin_roster(admin);
	if (how == 0)
		e = roster_leave(r, o->member, &come);
	else if (how == 1)
		e = roster_strike(r, o->id, &come);
	else if (how == 2)
		e = roster_set_role(
		    r, o->member, (enum member_role)roll(3), &come);
	else
		e = roster_set_reader(r, r->doors[0].id, o->member, false);
	say("changes the roster for", o, how * 100 + (unsigned)e);
	if (e == ERR_OK) {
		end_roster(admin, r);
		many_note_unknown(admin);
		many_note_excluded(admin);
	} else {
		/* A door must have a reader. */
		OK(e == ERR_TAKEN || e == ERR_DENIED ||
		    (e == ERR_MISSING && r->doors_n > 1));
		wipe_free(r, sizeof *r);
	}
}

static inline void
move_renew(void)
{
	struct one *o = somebody(true);
	enum err e;

	if (o == NULL)
		return;
	e = desk_renew_chain(
	    o->d, roll(3) == 0 ? ring_log : desk_about(o->d)->door, day);
	say("begins a chain", o, (unsigned)e);
	OK(e == ERR_OK || e == ERR_DENIED || e == ERR_FULL);
	if (e == ERR_OK)
		many_note_unknown(o);
}

static const struct {
	unsigned weight;
	void (*move)(void);
} moves[] = {
	{ 30, move_sync },
	{ 4, move_lost },
	{ 10, move_letter },
	{ 2, move_odd_letter },
	{ 2, move_stranger },
	{ 6, move_read },
	{ 4, move_junk },
	{ 8, move_reply },
	{ 1, move_delete },
	{ 3, move_again },
	{ 12, move_day },
	{ 1, move_weeks },
	{ 2, move_asleep },
	{ 8, move_join },
	{ 4, move_roster },
	{ 2, move_renew },
	{ 2, move_hide },
	{ 2, move_withhold },
	{ 4, move_give },
	{ 1, move_alter },
	{ 2, move_foreign },
};

static inline void
any_move(void)
{
	unsigned all = 0, at;

	for (size_t i = 0; i < COUNT(moves); i++)
		all += moves[i].weight;
	at = roll(all);
	for (size_t i = 0; i < COUNT(moves); i++) {
		if (at < moves[i].weight) {
			moves[i].move();
			return;
		}
		at -= moves[i].weight;
	}
}

#endif
