/* desk_chance_line: a line that lies to the desks of desk_chance.h. */
#ifndef UNIT_DESK_CHANCE_LINE_H
#define UNIT_DESK_CHANCE_LINE_H

#include "desk/doors.h"
#include "desk_chance_alike.h"

static bool talks; /* VERBOSE */

/* What the line does in this schedule, and to whom. */
static struct {
	bool shuffles, repeats, withholds, forges;
	struct one *asks;
	uint64_t hidden[FAKE_ROWS / 64];
	size_t altered; /* this row, once; 0: none */
	bool lied;
} line;

static inline bool
hides(const struct fake_row *row)
{
	const size_t i = (size_t)(row - fake.rows);

	return line.hidden[i / 64] >> (i % 64) & 1;
}

static inline void
lists(struct buf *tags)
{
	const uint32_t n = (uint32_t)(tags->len / TAG_BYTES);
	uint8_t keep[TAG_BYTES];

	for (uint32_t i = n; line.shuffles && i > 1; i--) {
		uint8_t *a = tags->at + (size_t)(i - 1) * TAG_BYTES;
		uint8_t *b = tags->at + (size_t)roll(i) * TAG_BYTES;

		memcpy(keep, a, TAG_BYTES);
		memmove(a, b, TAG_BYTES);
		memcpy(b, keep, TAG_BYTES);
	}
	if (line.repeats && n > 0) {
		memcpy(keep, tags->at + (size_t)roll(n) * TAG_BYTES, TAG_BYTES);
		OK(buf_put(tags, keep, TAG_BYTES) == ERR_OK);
	}
}

/* Whoever gets it so counts it as looked at: it has it never. */
static inline void
gives(const struct fake_row *row, uint8_t *bytes)
{
	if (line.altered == 0 || (size_t)(row - fake.rows) != line.altered)
		return;
	bytes[roll(ENVELOPE_LETTER_BYTES)] ^= (uint8_t)(1 + roll(255));
	line.asks->cheated = line.lied = true;
	line.altered = 0;
}

static const struct fake_lies lies = { hides, lists, gives, NULL, NULL };

static inline void
say(const char *what, const struct one *o, unsigned n)
{
	if (talks)
		printf("  %u %s %d %u\n", day, what,
		    o == NULL ? -1 : (int)(o - many), n);
}

/* A desk that is awake, of those still in the team or of all. */
static inline struct one *
somebody(bool member)
{
	for (unsigned i = 0; i < 20; i++) {
		struct one *o = &many[roll((uint32_t)many_n)];

		if (o->asleep <= day && !o->lost && (is_in(o) || !member))
			return o;
	}
	return NULL;
}

/* A desk whose one-time recipient has not come to the one who hands out when
 * chains begin gets no hand-out: it stops, and says so. */
static inline bool
may_stop(const struct one *o, enum sync_stop stop)
{
	return stop == SYNC_GOES || stop == SYNC_NOT_HANDED ||
	    (stop == SYNC_FOREIGN_KEY &&
		(!is_in(o) || o->unknown || line.withholds || line.forges ||
		    (also.kept_keys != NULL && also.kept_keys(o)))) ||
	    (stop == SYNC_AWAY && fake.keeps_from > 0) ||
	    (stop == SYNC_STRUCK_OFF && !is_in(o));
}

/* The writers, as bits, of whom something is on this desk. */
static inline unsigned
whose(const struct one *o)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < MANY_WRITERS; i++) {
		const struct conv *c = conv_with(o->d, &writers[i]);

		bits |= c != NULL && c->said_n > 0 ? 1U << i : 0;
	}
	return bits;
}

/* What a viewer's desk had and has no more went by an announcement that is in
 * force there, on its day and when its week was over, or all know of it. */
static inline void
note_went(struct one *o, unsigned had)
{
	const unsigned went = had & ~whose(o);

	for (unsigned i = 0; i < MANY_WRITERS; i++) {
		const struct registered *one;
		uint8_t id[CONV_ID_BYTES];

		if ((went >> i & 1) == 0 || is_known_gone(o, i))
			continue;
		conv_id_of(id, writers[i].s.sign_public, o->d->vault->salt);
		one = registers_of(&o->d->registers, id);
		OK(one != NULL && registered_has(&one->announced));
		OK(one->announced.day <= day && one->announced.said + 7 <= day);
		OK(report.clocks.destroyed > 0);
		o->went[i] = fake.rows_n;
	}
}

static inline enum err
sync_it(struct one *o)
{
	const bool silent = desk_role(o->d) == MEMBER_VIEWER;
	const unsigned had = whose(o);
	const size_t from = fake.rows_n;
	enum err e;

	line.asks = o;
	e = sync_run(o->d, reach, &report);
	if (silent)
		note_went(o, had);
	say("synced", o, (unsigned)e * 100 + report.stop);
	for (size_t i = from; also.early != NULL && i < fake.rows_n; i++)
		if (report.stop == SYNC_NOT_HANDED)
			also.early[i / 64] |= 1ULL << (i % 64);
	if (e == ERR_OK && report.stop == SYNC_GOES)
		many_note_closed(o);
	return e;
}

/*
 * What it does.
 */

/* Rows of the last days are not there, or there again. */
static inline void
move_hide(void)
{
	if (!line.withholds)
		return;
	for (size_t i = 0; i < fake.rows_n; i++)
		if (fake.rows[i].day == day && roll(3) == 0)
			line.hidden[i / 64] |= 1ULL << (i % 64);
	say("hides", NULL, 0);
}

static inline void
show_all(void)
{
	memset(line.hidden, 0, sizeof line.hidden);
}

static inline void
move_withhold(void)
{
	if (!line.withholds)
		return;
	for (size_t i = 0; i < fake.rows_n; i++)
		if (fake.rows[i].day + 3 > day && roll(4) == 0)
			fake.rows[i].withheld = true;
	say("withholds", NULL, 0);
}

static inline void
give_all_rows(void)
{
	for (size_t i = 0; i < fake.rows_n; i++)
		fake.rows[i].withheld = false;
}

/* What was named and not given comes now. */
static inline void
move_give(void)
{
	give_all_rows();
	show_all();
}

static inline void
move_alter(void)
{
	if (line.forges && fake.rows_n > 1)
		line.altered = fake.rows_n - 1 -
		    roll(fake.rows_n > 6 ? 5 : (uint32_t)fake.rows_n - 1);
}

/* A reader's desk that is awake. */
static inline struct one *
a_reader(void)
{
	for (unsigned i = 0; i < 20; i++) {
		struct one *o = somebody(true);

		if (o != NULL && reads(o))
			return o;
	}
	return NULL;
}

static inline void
show_keys(struct one *o, const struct buf *note)
{
	struct buf was;

	buf_init(&was, KEY_NOTE_MAX);
	OK(buf_put(&was, fake.key_note.at, fake.key_note.len) == ERR_OK);
	buf_clear(&fake.key_note);
	OK(buf_put(&fake.key_note, note->at, note->len) == ERR_OK);
	line.asks = o;
	OK(sync_run(o->d, reach, &report) == ERR_OK);
	say("is shown false keys", o, report.stop);
	OK(report.stop == SYNC_FOREIGN_KEY || report.stop == SYNC_NOT_HANDED ||
	    (report.stop == SYNC_AWAY && fake.keeps_from > 0));
	OK(sync_stop_text(report.stop) != NULL);
	/* That it was not handed the keys it says to the others. */
	OK(report.letters == 0 &&
	    (report.given == 0 || report.stop == SYNC_NOT_HANDED));
	buf_clear(&fake.key_note);
	OK(buf_put(&fake.key_note, was.at, was.len) == ERR_OK);
	buf_drop(&was);
}

/* Keys of another chain, signed with the line's own key by who stole it. */
static inline void
move_foreign(void)
{
	struct one *o = a_reader();
	struct vault *v;
	struct buf note;

	if (o == NULL || !many[0].d->vault->has_line || roll(2) == 0)
		return;
	OK((v = vault_new()) != NULL);
	*v = *many[0].d->vault;
	v->ring.chains_n = v->ring.voices_n = 0;
	OK(ring_make_chain(&v->ring, desk_about(desk)->door, day) == ERR_OK);
	ring_make_voice(&v->ring, desk_about(desk)->door, day, day + 90);
	buf_init(&note, KEY_NOTE_MAX);
	OK(doors_key_note(&note,
	       &(struct doors_note){ .roster = desk_roster(many[0].d),
		   .about = &desk->about,
		   .vault = v,
		   .serial = 4000,
		   .today = day }) == ERR_OK);
	show_keys(o, &note);
	buf_drop(&note);
	vault_close(v);
}

#endif
