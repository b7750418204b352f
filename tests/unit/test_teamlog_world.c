/*
 * The log of a team in a world that does what it can: desks that are apart for
 * long, a line that reorders, repeats and withholds, devices that lie, forge
 * and sign two histories, roles that change, devices that are struck off and go
 * on.  Whatever happens, desks that have the same notes and the same roster see
 * the same, and it is what a slow reading of the rules says.
 *
 * Every schedule follows from its number: SCHEDULE=n runs that one, LONG=1 many
 * more.
 */
#include "alloc.h"
#include "teamlog_law.h"

struct view {
	struct teamlog_cursor at;
	size_t n;
	unsigned note[NOTES];
};

struct desk {
	struct teamlog *log;
	unsigned roster; /* the newest it knows */
	bool has[NOTES];
	struct view view; /* in order */
	struct view set; /* of sets: it goes on when some come among */
};

static struct desk desks[DESKS];
static unsigned maker[NOTES], rosters_n;
static bool withheld[NOTES];
static uint64_t dice;

static unsigned
roll(unsigned n)
{
	uint64_t z = (dice += 0x9e3779b97f4a7c15U);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9U;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebU;
	return (unsigned)((z ^ (z >> 31)) >> 33) % n;
}

static const struct {
	const char *type, *body;
} acts[] = {
	{ "junk",
	    "{\"conversation\":\"000102030405060708090a0b0c0d0e0f\","
	    "\"junk\":true}" },
	{ "junk",
	    "{\"conversation\":\"000102030405060708090a0b0c0d0e0f\","
	    "\"junk\":false}" },
	{ "hold",
	    "{\"conversation\":\"000102030405060708090a0b0c0d0e0f\","
	    "\"hold\":true}" },
	{ "read",
	    "{\"conversation\":\"000102030405060708090a0b0c0d0e0f\","
	    "\"letters\":[\"000102030405060708090a0b0c0d0e0f\"]}" },
	{ "given-up", "{\"day\":20700,\"envelopes\":4}" },
	{ "hand-out",
	    "{\"chain\":\"00000001\",\"first\":20700,"
	    "\"id\":\"000102030405060708090a0b0c0d0e0f\"}" },
	{ "hold", "{\"conversation\":\"00\"}" }, /* unreadable */
	{ "of-tomorrow", "{}" },
};

static void
desk_add(struct desk *d, unsigned i)
{
	/* Some are checked like any other; the rest saves time. */
	if (i % 16 == 0)
		HOLDS(teamlog_add(d->log, notes[i].note.at, notes[i].note.len,
			  NULL) == ERR_OK);
	else
		HOLDS(teamlog_add_kept(d->log, notes[i].note.at,
			  notes[i].note.len) == ERR_OK);
	d->has[i] = true;
}

/* The number of a note. */
static unsigned
note_of(const uint8_t *hash)
{
	unsigned i = 0;

	while (memcmp(notes[i].hash, hash, SHA256_BYTES) != 0)
		HOLDS(++i <= notes_n);
	return i;
}

/* A new note is the world's from now on.  A liar may have made the very one
 * before. */
static void
made_now(unsigned by, bool keeps)
{
	const unsigned same = note_of(notes[notes_n].hash);

	if (same < notes_n) {
		made_drop(&notes[notes_n]);
	} else {
		maker[notes_n] = by;
		withheld[notes_n] = roll(20) == 0;
		notes_n++;
	}
	if (keeps)
		desk_add(&desks[by], same);
}

static void
act_as_a_desk_does(unsigned by)
{
	struct made *m = &notes[notes_n];
	const unsigned a = roll(COUNT(acts));
	enum err e;

	e = made_next(m, desks[by].log, &hands[by], acts[a].type, acts[a].body);
	/* It has signed two histories, or been struck off, and sees it. */
	if (e == ERR_DENIED || e == ERR_MISSING || e == ERR_NOKEY)
		return;
	HOLDS(e == ERR_OK);
	made_now(by, true);
}

/* Some note of a device; NULL. */
static const struct made *
some_of(unsigned by)
{
	for (unsigned i = 0; notes_n > 0 && i < 8; i++) {
		const unsigned n = roll(notes_n);

		if (maker[n] == by)
			return &notes[n];
	}
	return NULL;
}

/* Any place, any citation, at times any lamport: whatever a key can sign. */
static void
act_as_a_liar_does(unsigned by)
{
	struct made *m = &notes[notes_n];
	const struct made *before = some_of(roll(20) == 0 ? roll(DESKS) : by);
	const unsigned a = roll(COUNT(acts));

	if (before != NULL && roll(8) > 0)
		made_behind(m, before);
	for (unsigned i = roll(3); i > 0 && notes_n > 0; i--)
		made_cite(m, &notes[roll(notes_n)]);
	if (roll(6) == 0)
		m->entry.lamport =
		    roll(2) == 0 ? UINT64_MAX >> 1 : 1 + roll(20);
	if (roll(10) == 0 && m->entry.heads_n < ENTRY_HEADS)
		memset(m->entry.heads[m->entry.heads_n++], (int)roll(256), 16);
	if (m->entry.lamport > UINT64_MAX >> 1)
		m->entry.lamport = UINT64_MAX >> 1;
	if (roll(15) == 0 && m->entry.number > 0)
		m->entry.number += 1 + roll(3);
	HOLDS(made_end(m, &hands[by], acts[a].type, acts[a].body) == ERR_OK);
	made_now(by, roll(2) == 0 && by < DESKS);
}

/* What is not signed by whom it says leaves no trace. */
static void
forge(struct desk *d)
{
	const unsigned as = roll(DESKS);
	struct teamlog_refused was, is;
	struct made m;

	made_init(&m);
	memcpy(m.entry.device, hands[as].id, DEVICE_ID_BYTES);
	memcpy(m.entry.type, "given-up", 9);
	m.entry.lamport = 1;
	HOLDS(buf_put_str(&m.entry.body, "{\"day\":1,\"envelopes\":1}") ==
	    ERR_OK);
	HOLDS(entry_write(&m.note, &m.entry, hands[(as + 1) % DESKS].seed) ==
	    ERR_OK);
	teamlog_refused(d->log, &was);
	HOLDS(teamlog_add(d->log, m.note.at, m.note.len, NULL) == ERR_FORGED);
	teamlog_refused(d->log, &is);
	HOLDS(is.forged == was.forged + 1);
	made_drop(&m);
}

static void
add_past(struct roster *r, const struct roster *old, unsigned device,
    const struct desk *admin)
{
	struct roster_past *p = &r->past[r->past_n++];
	const struct roster_device *d = roster_device(old, hands[device].id);
	struct teamlog_device now = { .next = 0 };

	memcpy(p->key, d->key, 32);
	memcpy(p->member, d->member, MEMBER_ID_BYTES);
	p->role = roster_member(old, d->member)->role;
	if (teamlog_device(admin->log, &now, hands[device].id) == ERR_OK) {
		p->number = now.next;
		memcpy(p->last, now.tip, sizeof p->last);
	}
	/* An admin who knows less now than then says no less. */
	for (size_t i = 0; i + 1 < r->past_n; i++)
		if (memcmp(r->past[i].key, p->key, 32) == 0 &&
		    r->past[i].number >= p->number) {
			p->number = r->past[i].number;
			memcpy(p->last, r->past[i].last, sizeof p->last);
		}
}

static void
strike(struct roster *r, const struct roster *old, unsigned device,
    const struct desk *admin)
{
	for (size_t i = 0; i < r->devices_n; i++)
		if (memcmp(r->devices[i].key, hands[device].key, 32) == 0) {
			add_past(r, old, device, admin);
			r->devices[i] = r->devices[--r->devices_n];
			return;
		}
}

static void
change_role(struct roster *r, const struct roster *old, unsigned member,
    const struct desk *admin)
{
	for (unsigned i = 0; i < HANDS; i++) {
		const struct roster_device *d = roster_device(old, hands[i].id);

		if (d != NULL && d->member[0] == member + 1)
			add_past(r, old, i, admin);
	}
	r->members[member].role = (enum member_role)roll(3);
}

/* The first device stays, or nobody could make hand-outs. */
static void
change_roster(void)
{
	const struct roster *old = &rosters[rosters_n - 1];
	struct roster *r = &rosters[rosters_n];
	const struct desk *admin = &desks[roll(2)];
	uint8_t hash[SHA256_BYTES] = { 7 };

	if (rosters_n == ROSTERS)
		return;
	*r = *old;
	r->serial++;
	memcpy(r->previous, hash, sizeof hash);
	if (roll(2) == 0) {
		strike(r, old, 1 + roll(DESKS - 1), admin);
	} else if (roll(2) == 0) {
		change_role(r, old, 1 + roll(3), admin);
	} else if (roster_device(old, hands[6].id) == NULL &&
	    roster_key(old, hands[6].id) == NULL) {
		memcpy(r->devices[r->devices_n].key, hands[6].key, 32);
		memset(r->devices[r->devices_n].member, 0, MEMBER_ID_BYTES);
		r->devices[r->devices_n++].member[0] = 3;
	}
	HOLDS(roster_follows(r, old, hash) == ERR_OK);
	rosters_n++;
}

static void
desk_roster(struct desk *d, unsigned roster)
{
	d->roster = roster;
	HOLDS(teamlog_roster(d->log, &rosters[roster]) == ERR_OK);
}

/* Some of what others gave away comes, in any order, some of it again. */
static void
receive(struct desk *d)
{
	for (unsigned i = 1 + roll(24); notes_n > 0 && i > 0; i--) {
		const unsigned n = roll(notes_n);

		if (!withheld[n])
			desk_add(d, n);
	}
}

static void
view_again(struct desk *d, struct view *v)
{
	struct teamlog_line line;

	v->n = 0;
	for (size_t i = 0; i < teamlog_count(d->log); i++) {
		teamlog_at(d->log, i, &line);
		if (line.standing == TEAMLOG_EFFECT)
			v->note[v->n++] = note_of(line.hash);
	}
	teamlog_cursor_now(d->log, &v->at);
}

static void
view_go_on(struct desk *d, struct view *v, bool of_sets)
{
	const enum teamlog_news news = teamlog_news(d->log, &v->at);
	struct teamlog_line line;

	if (news == TEAMLOG_AGAIN || (news == TEAMLOG_AMONG && !of_sets)) {
		view_again(d, v);
		return;
	}
	while (teamlog_take(d->log, &v->at, &line)) {
		HOLDS(line.standing == TEAMLOG_EFFECT);
		HOLDS(v->n < NOTES);
		v->note[v->n++] = note_of(line.hash);
	}
}

static void
one_step(void)
{
	struct desk *d = &desks[roll(DESKS)];
	const unsigned by = (unsigned)(d - desks), what = roll(40);

	if (what < 20)
		act_as_a_desk_does(by);
	else if (what < 23)
		act_as_a_liar_does(roll(HANDS));
	else if (what < 24)
		forge(d);
	else if (what < 25)
		change_roster();
	else if (what < 28)
		desk_roster(d, d->roster + roll(rosters_n - d->roster));
	else
		receive(d);
	if (roll(3) == 0) {
		view_go_on(d, &d->view, false);
		view_go_on(d, &d->set, true);
	}
}

static void
check_against_the_slow_one(struct desk *d)
{
	struct teamlog_line line, before;
	size_t n = 0;

	judge_slowly(&rosters[d->roster], d->has);
	for (unsigned i = 0; i < notes_n; i++) {
		HOLDS(teamlog_has(d->log, notes[i].hash) == d->has[i]);
		n += d->has[i];
		if (!d->has[i])
			continue;
		HOLDS(teamlog_find(d->log, &line, notes[i].hash) == ERR_OK);
		HOLDS(line.standing == judged[i].standing);
		HOLDS(line.note_len == notes[i].note.len);
		if (judged[i].known)
			HOLDS(line.twin ==
			    signed_twice(
				notes[i].entry.device, notes[i].entry.number));
	}
	HOLDS(teamlog_count(d->log) == n);
	for (size_t i = 0; i < n; i++) {
		teamlog_at(d->log, i, &line);
		HOLDS(i == 0 || teamlog_order(&before, &line) < 0);
		before = line;
	}
}

static void
check_what_lacks(struct desk *d)
{
	struct teamlog_lack lacks[NOTES];
	size_t n;

	HOLDS(teamlog_lacks(d->log, lacks, COUNT(lacks), &n) == ERR_OK);
	HOLDS(n <= COUNT(lacks));
	what_lacks();
	for (size_t i = 0; i < n; i++)
		HOLDS(is_lacking(lacks[i].name));
	HOLDS(n == lacking_n);
}

static void
check_views(struct desk *d)
{
	struct view whole = { .n = 0 };

	view_again(d, &whole);
	view_go_on(d, &d->view, false);
	view_go_on(d, &d->set, true);
	HOLDS(d->view.n == whole.n && d->set.n == whole.n);
	HOLDS(memcmp(d->view.note, whole.note, whole.n * sizeof *whole.note) ==
	    0);
	for (size_t i = 0; i < whole.n; i++) {
		unsigned n = 0;

		for (size_t j = 0; j < whole.n; j++)
			n += d->set.note[j] == whole.note[i];
		HOLDS(n == 1);
	}
}

/* Everybody gets all, in an order of their own. */
static void
bring_all(struct desk *d, bool withheld_too)
{
	unsigned left = 0, order[NOTES];

	for (unsigned i = 0; i < notes_n; i++)
		if (!withheld[i] || withheld_too || maker[i] == 0)
			order[left++] = i;
	while (left > 0) {
		const unsigned i = roll(left), n = order[i];

		order[i] = order[--left];
		desk_add(d, n);
		if (roll(16) == 0)
			desk_add(d, n);
		if (roll(24) == 0)
			view_go_on(d, &d->view, false);
		if (left == notes_n / 2)
			desk_roster(d, rosters_n - 1);
	}
	desk_roster(d, rosters_n - 1);
}

static void
all_agree(void)
{
	uint8_t first[SHA256_BYTES], other[SHA256_BYTES];

	for (unsigned i = 0; i < DESKS; i++)
		bring_all(&desks[i], true);
	HOLDS(teamlog_digest(desks[0].log, first) == ERR_OK);
	check_against_the_slow_one(&desks[0]);
	for (unsigned i = 0; i < DESKS; i++) {
		HOLDS(teamlog_digest(desks[i].log, other) == ERR_OK);
		HOLDS(memcmp(first, other, sizeof first) == 0);
		check_views(&desks[i]);
	}
}

static void
run_schedule(uint64_t number)
{
	schedule = number;
	dice = number * 0x2545f4914f6cdd1dU;
	notes_n = 0;
	fake_roster(&rosters[0]);
	rosters_n = 1;
	memset(desks, 0, sizeof desks);
	for (unsigned i = 0; i < NOTES; i++)
		made_init(&notes[i]);
	for (unsigned i = 0; i < DESKS; i++) {
		HOLDS((desks[i].log = teamlog_open()) != NULL);
		desk_roster(&desks[i], 0);
	}
	for (unsigned i = 20 + roll(120); i > 0 && notes_n < NOTES; i--)
		one_step();
	for (unsigned i = 0; i < DESKS; i += 2) {
		check_against_the_slow_one(&desks[i]);
		check_what_lacks(&desks[i]);
		check_views(&desks[i]);
	}
	all_agree();
	for (unsigned i = 0; i < DESKS; i++)
		teamlog_close(desks[i].log);
	for (unsigned i = 0; i < NOTES; i++)
		made_drop(&notes[i]);
	HOLDS(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
desks_with_the_same_notes_see_the_same_whatever_happened(void)
{
	const char *one = getenv("SCHEDULE");
#ifdef SOTTO_SANITIZED
	const uint64_t n = t_long() ? 5000 : 300;
#else
	const uint64_t n = t_long() ? 50000 : 1000;
#endif

	if (one != NULL) {
		run_schedule(strtoull(one, NULL, 10));
		return;
	}
	for (uint64_t i = 1; i <= n; i++)
		run_schedule(i);
}

T_BEGIN
OK(crypt_init() == ERR_OK);
json_init();
hands_make();
T(desks_with_the_same_notes_see_the_same_whatever_happened)
T_END
