/*
 * Many desks of one team and chance: schedules of moves from a seed.
 *
 *	SEED=n	this one alone, its moves printed with VERBOSE=1
 *	RUNS=n	so many, from SEED on; LONG=1: RUNS=1000
 *
 * What moves there are is said by the seed's million.
 */
#include <signal.h>

#include "desk_chance_forge.h"

#define MOVES 60U
#define ROUNDS 14U /* of syncs until nobody has anything new */

static uint64_t seed_now;

static bool
has_forges(uint64_t seed)
{
	return seed >= MANY_FORGES && seed < MANY_KEPT_CIRCLES;
}

/*
 * The end: the line is honest, everybody is awake.
 */

static bool
one_round(void)
{
	bool news = false;

	for (size_t i = 0; i < many_n; i++) {
		struct one *o = &many[i];

		if (!is_in(o))
			continue;
		OK(sync_it(o) == ERR_OK);
		OK(may_stop(o, report.stop));
		o->locked = report.stop != SYNC_GOES;
		news |= report.letters > 0 || report.entries > 0 ||
		    report.given > 0 || report.renewed || report.finished > 0 ||
		    report.sent > 0;
	}
	return news;
}

static void
rest(void)
{
	unsigned n = 0;

	while (one_round())
		OK(++n < ROUNDS);
}

/* Every letter that the line took is at every desk that reads. */
static void
is_whole(const struct one *o)
{
	for (unsigned i = 0; reads(o) && i < letters_n; i++) {
		const struct conv *c =
		    conv_with(o->d, &writers[letters[i].writer]);

		if (is_known_gone(o, letters[i].writer) ||
		    letters[i].row < o->went[letters[i].writer] ||
		    letters[i].by_circle || letters[i].at_lab ||
		    o->partial[letters[i].writer] ||
		    (also.lost != NULL && also.lost(i)) ||
		    has_text(c, letters[i].text))
			continue;
		printf("# desk %d has not %s of %u, of day %u\n",
		    (int)(o - many), letters[i].text, letters[i].writer,
		    fake.rows[letters[i].row].day);
		OK(!"a letter is lost");
	}
}

/* What waits here, but for pieces of what somebody was kept from giving whole:
 * it is made anew then. */
static size_t
waits(const struct desk *d)
{
	struct pieces_part part;
	size_t at = 0, n = d->told_n;

	while (pieces_part(d->pieces, &at, &part))
		n -= part.have;
	return n;
}

/* Answers and drafts of who might not speak any more, and did not know it: what
 * belongs to them waits for a roster that lets them speak from there on. */
static size_t
spoken_too_late(const struct one *o)
{
	struct teamlog_line l;
	size_t n = 0;

	for (size_t i = 0; i < teamlog_count(o->d->log); i++) {
		teamlog_at(o->d->log, i, &l);
		n += (l.kind == EFFECT_REPLY || l.kind == EFFECT_DRAFT) &&
		    l.standing == TEAMLOG_ROLE;
	}
	return n;
}

/* Words of who was struck off before their entry was given. */
static size_t
never_said(void)
{
	size_t n = 0;

	for (size_t i = 0; i < many_n; i++)
		n += many[i].out ? many[i].broken : 0;
	return n;
}

/* Nothing lacks, and nothing waits but words for a conversation that is deleted
 * here, or was not given to this desk, or
 * of one that cannot tell us. */
static void
lacks_nothing(struct one *o)
{
	size_t n = 0;
	bool deleted = false;

	for (unsigned i = 0; i < MANY_WRITERS; i++)
		deleted |= is_gone(o, i) || o->partial[i] ||
		    (also.same_sight != NULL && !also.same_sight(o, o, i));
	OK(teamlog_lacks(o->d->log, NULL, 0, &n) == ERR_OK && n == 0);
	for (size_t i = 0; i < many_n; i++)
		deleted |= is_in(&many[i]) && many[i].locked;
	OK(deleted || waits(o->d) <= spoken_too_late(o) + never_said());
}

/* Was given all that the others have? */
static bool
is_served(const struct one *o)
{
	return is_in(o) && !o->cheated && !o->locked;
}

static void
both_alike(const struct one *a, const struct one *b)
{
	many_alike(a, b);
	talks_alike(a, b);
	circles_alike(a, b);
	doors_alike(a, b);
}

static void
check_all(void)
{
	for (size_t i = 0; i < many_n; i++) {
		struct one *o = &many[i];

		opens_nothing(o, &o->had);
		opens_nothing(o, &o->d->vault->ring);
		circles_closed(o, is_served(o));
		lab_is_closed(o, is_served(o));
		/* Whoever lacked keys asked, and has them. */
		OK(!is_in(o) || !o->locked || o->cheated ||
		    has_forges(seed_now));
		if (!is_served(o))
			continue;
		is_whole(o);
		lacks_nothing(o);
		kept_is_whole(o);
		/* Keys of days gone by are gone; a day without a file counts
		 * when it is two days past. */
		OK(ring_first(&o->d->vault->ring) >= day - 2);
		for (size_t j = 0; j < i; j++)
			if (is_served(&many[j]))
				both_alike(o, &many[j]);
	}
}

static void
all_honest(void)
{
	fake.lies = NULL;
	give_all_rows();
	for (size_t i = 0; i < many_n; i++)
		many[i].asleep = 0;
}

/* A key that did not come is asked for once in seven days, first of who made
 * it. */
static void
come_together(bool asks)
{
	all_honest();
	rest();
	if (also.ending != NULL)
		also.ending();
	set_day(day + 1);
	rest();
	set_day(day + 3);
	rest();
	for (unsigned i = 0; asks && i < 3; i++) {
		set_day(day + 8);
		rest();
	}
}

/* What moves there are in this schedule. */
static void
begin_kind(uint64_t seed)
{
	as_told = NULL;
	memset(&also, 0, sizeof also);
	if (has_forges(seed))
		forge_begin(seed);
	else if (seed >= MANY_KEPT)
		kept_begin(seed);
	else if (seed >= MANY_DOORS)
		doors_begin();
	else if (seed >= MANY_CIRCLES)
		circles_begin();
}

static void (*move_of(uint64_t seed))(void)
{
	return has_forges(seed)    ? forge_move
	    : seed >= MANY_KEPT    ? kept_move
	    : seed >= MANY_DOORS   ? door_move
	    : seed >= MANY_CIRCLES ? circle_move
	    : seed >= MANY_WIDE    ? wide_move
				   : any_move;
}

static void
one_schedule(uint64_t seed)
{
	if (seed >= MANY_ALONE && seed < MANY_FORGES) {
		seed_now = seed;
		alone_schedule(seed);
		seed_now = 0;
		return;
	}
	seed_now = seed;
	many_begin(seed);
	memset(&line, 0, sizeof line);
	odd_day = 0;
	line.shuffles = roll(2) == 0;
	line.repeats = roll(2) == 0;
	line.withholds = roll(2) == 0;
	line.forges = roll(4) == 0;
	fake.lies = &lies;
	begin_kind(seed);
	for (unsigned i = 0; i < MOVES; i++)
		move_of(seed)();
	come_together(seed >= MANY_CIRCLES);
	if (has_forges(seed))
		forge_settle(rest);
	check_all();
	for (size_t i = 0; i < many_n; i++)
		many_again(&many[i]);
	check_all();
	if (has_forges(seed))
		forge_end();
	kept_end();
	many_end();
	seed_now = 0;
}

static void
say_seed(void)
{
	if (seed_now != 0)
		printf("# SEED=%llu VERBOSE=1 %s\n",
		    (unsigned long long)seed_now, "runs it again");
}

static void
say_seed_and_abort(int sig)
{
	(void)sig;
	say_seed();
	fflush(stdout);
	_exit(3);
}

static unsigned long
number(const char *name, unsigned long usual)
{
	const char *v = getenv(name);

	return v == NULL || *v == '\0' ? usual : strtoul(v, NULL, 10);
}

static void
whatever_happens_all_desks_come_to_the_same(void)
{
	const bool is_long = number("LONG", 0) > 0;
	const unsigned long first = number("SEED", 1);
	const unsigned long runs = number("RUNS",
	    getenv("SEED") != NULL ? 1
		: is_long          ? 1000
				   : 10);

	talks = getenv("VERBOSE") != NULL;
	for (unsigned long i = 0; i < runs; i++)
		one_schedule(first + i);
}

static void
and_whatever_they_do_with_a_conversation(void)
{
	const bool is_long = number("LONG", 0) > 0;

	for (unsigned i = 0; getenv("SEED") == NULL && i < (is_long ? 1000 : 3);
	     i++)
		one_schedule(MANY_WIDE + i);
}

static void
and_whoever_is_to_read_it_from_then_on(void)
{
	const bool is_long = number("LONG", 0) > 0;

	for (unsigned i = 0; getenv("SEED") == NULL && i < (is_long ? 300 : 3);
	     i++)
		one_schedule(MANY_CIRCLES + i);
}

static void
and_whichever_door_they_read_at(void)
{
	const bool is_long = number("LONG", 0) > 0;

	for (unsigned i = 0; getenv("SEED") == NULL && i < (is_long ? 200 : 2);
	     i++)
		one_schedule(MANY_DOORS + i);
}

static void
and_whatever_is_lost_restored_and_packed(void)
{
	const bool is_long = number("LONG", 0) > 0;

	for (unsigned i = 0; getenv("SEED") == NULL && i < (is_long ? 200 : 3);
	     i++)
		one_schedule(MANY_KEPT + i);
}

static void
and_restored_whoever_is_to_read_it(void)
{
	const bool is_long = number("LONG", 0) > 0;

	for (unsigned i = 0; getenv("SEED") == NULL && i < (is_long ? 200 : 2);
	     i++)
		one_schedule(MANY_KEPT_CIRCLES + i);
}

static void
a_desk_alone_comes_back_from_its_last_backup(void)
{
	const unsigned runs = number("LONG", 0) > 0 ? 200 : 6;

	for (unsigned i = 0; getenv("SEED") == NULL && i < runs; i++)
		one_schedule(MANY_ALONE + i);
}

static void
and_whatever_the_line_forges_and_forgets(void)
{
	const unsigned runs = number("LONG", 0) > 0 ? 200 : 4;

	for (unsigned i = 0; getenv("SEED") == NULL && i < runs; i++)
		one_schedule(MANY_FORGES + i);
}

T_BEGIN
desk_tests_begin();
(void)atexit(say_seed);
(void)signal(SIGABRT, say_seed_and_abort);
T(whatever_happens_all_desks_come_to_the_same)
T(and_whatever_they_do_with_a_conversation)
T(and_whoever_is_to_read_it_from_then_on)
T(and_whichever_door_they_read_at)
T(and_whatever_is_lost_restored_and_packed)
T(and_restored_whoever_is_to_read_it)
T(a_desk_alone_comes_back_from_its_last_backup)
T(and_whatever_the_line_forges_and_forgets)
T_END
