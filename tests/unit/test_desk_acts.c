/* A member's acts on an admin's desk, cut off anywhere: by memory that is
 * refused, or by the death of the desk at any change of its disk.  The same act
 * once more, and both desks of the team come to the same, with it done. */
#include <sys/wait.h>

#include "desk/clocks.h"
#include "desk/handing.h"
#include "desk/members.h"
#include "desk_circle.h"
#include "disk.h"

/* The first requests may be for looking around, which can do without. */
#define LOOKING 12U

static struct writer who;

static enum err
restricts(void)
{
	return restrict_to(0, at(0, &who), 3);
}

static bool
is_restricted(unsigned i)
{
	return restrict_stand(many[i], at(i, &who)) == RESTRICT_READS;
}

static enum err
renews(void)
{
	return desk_renew_chain(desk, desk->about.door, day);
}

static enum err
renews_log(void)
{
	return desk_renew_chain(desk, ring_log, day);
}

/* Said, and the same at both; what was begun and not said fills no ring. */
static bool
is_renewed(unsigned i)
{
	const struct ring *r = &many[i]->vault->ring;
	const struct ring *first = &many[0]->vault->ring;
	const uint8_t *door =
	    handing_was_ours(desk, ring_log) ? ring_log : desk->about.door;
	struct age_recipient a, b;

	if (r->chains_n != 3 || !handing_was_ours(desk, door))
		return false;
	OK(chain_recipients(&a, day, 1, &ring_chain_on(r, door, day)->chain) ==
	    ERR_OK);
	OK(chain_recipients(
	       &b, day, 1, &ring_chain_on(first, door, day)->chain) == ERR_OK);
	return age_recipient_is_same(&a, &b);
}

static enum err
ends_it(void)
{
	struct conv *c = at(0, &who);
	const enum err e = clocks_set_outcome(desk, c, OUTCOME_CLOSED);

	return e == ERR_OK ? clocks_hold(desk, c, true) : e;
}

static bool
is_held(unsigned i)
{
	struct clocks_state s;

	clocks_state(many[i], at(i, &who), &s);
	return s.outcome == OUTCOME_CLOSED && s.hold;
}

static enum err
announces(void)
{
	const struct periods p = { 10, 20, 30 };
	const enum err e = clocks_set_periods(desk, &p);
	uint32_t on;

	return e == ERR_OK ? clocks_delete(desk, at(0, &who), &on) : e;
}

static bool
is_announced(unsigned i)
{
	struct clocks_state s;
	struct periods p;

	clocks_periods(many[i], &p);
	clocks_state(many[i], at(i, &who), &s);
	return p.closed == 30 && s.goes == day + CLOCKS_NOTICE && s.asked;
}

static enum err
demotes(void)
{
	const struct roster_come come = { come_many, NULL };
	struct roster *next = calloc(1, sizeof *next);
	enum err e = ERR_NOMEM;

	if (next == NULL)
		return e;
	roster_begin(next, desk->roster, desk_roster_hash(desk), day);
	e = roster_set_role(next, member_of(1), MEMBER_VIEWER, &come);
	if (e == ERR_OK)
		e = members_sign(desk, next, team_seed);
	wipe_free(next, sizeof *next);
	return e;
}

static bool
is_viewer(unsigned i)
{
	return roster_member(many[i]->roster, member_of(1))->role ==
	    MEMBER_VIEWER;
}

static const struct {
	enum err (*act)(void);
	bool (*done)(unsigned i);
} acts[] = {
	{ restricts, is_restricted },
	{ renews, is_renewed },
	{ renews_log, is_renewed },
	{ ends_it, is_held },
	{ announces, is_announced },
	{ demotes, is_viewer },
};

static void
begin_acts(void)
{
	begin_many(1, editors);
	writer_make(&who, 1);
	send(&who, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
}

static void
comes_to_the_same(size_t act)
{
	OK(acts[act].done(0));
	sync_many();
	OK(acts[act].done(1));
	other = many[1];
	are_alike();
	other = NULL;
	for (unsigned i = 0; i < many_n; i++)
		open_one(i);
	OK(acts[act].done(0) && acts[act].done(1));
}

static enum err
act_unless_done(size_t act)
{
	return acts[act].done(0) ? ERR_OK : acts[act].act();
}

static void
refused_memory_loses_no_act(void)
{
	for (size_t i = 0; i < COUNT(acts); i++) {
		enum err e = ERR_NOMEM;
		unsigned n;

		begin_acts();
		for (n = 1; e != ERR_OK; n++) {
			alloc_refuse(n);
			e = acts[i].act();
			alloc_refuse(0);
			OK(e == ERR_OK || e == ERR_NOMEM);
			if (e == ERR_OK && n < LOOKING) {
				end_many();
				begin_acts();
				e = ERR_NOMEM;
				continue;
			}
			if (e == ERR_OK)
				break;
			open_one(0); /* what it kept is whole */
			e = acts[i].done(0) ? ERR_OK : e;
			OK(n < 2000);
		}
		OK(n > 3);
		comes_to_the_same(i);
		end_many();
	}
}

/* A child opens the first desk and acts, and dies at the n-th change of the
 * disk; true when it got to the end. */
static bool
act_and_die(size_t act, unsigned n)
{
	int status = 0;
	pid_t pid;

	desk_close(many[0]);
	many[0] = desk = NULL;
	if ((pid = fork()) == 0) {
		open_one(0);
		disk_die = true;
		disk_countdown = n;
		_exit(acts[act].act() == ERR_OK ? 0 : 1);
	}
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	open_one(0);
	return WEXITSTATUS(status) == 0;
}

static void
whenever_a_desk_dies_the_act_is_done_or_can_be(void)
{
	const unsigned step = t_long() ? 1 : 7;

	for (size_t i = 0; i < COUNT(acts); i++) {
		bool done = false;
		unsigned n;

		for (n = 1; !done; n += step) {
			begin_acts();
			if (!(done = act_and_die(i, n)))
				OK(act_unless_done(i) == ERR_OK);
			comes_to_the_same(i);
			end_many();
			OK(n < 100);
		}
		OK(n > 4);
	}
}

/* What was signed and not said: the desk says it by itself. */
static void
a_roster_that_was_signed_is_said_though_the_desk_died(void)
{
	const unsigned step = t_long() ? 1 : 5;
	bool done = false;
	unsigned n;

	for (n = 1; !done; n += step) {
		begin_acts();
		done = act_and_die(COUNT(acts) - 1, n);
		sync_many();
		OK(many[1]->roster->serial == many[0]->roster->serial);
		end_many();
		OK(n < 100);
	}
	OK(n > 4);
}

T_BEGIN
desk_tests_begin();
T(refused_memory_loses_no_act)
T(whenever_a_desk_dies_the_act_is_done_or_can_be)
T(a_roster_that_was_signed_is_said_though_the_desk_died)
T_END
