/* Memory is refused, or the disk fails, while a team's line key and its roster
 * change: nothing is lost of what waits, nothing wrong is given away, and the
 * desks come to the same. */
#include "desk_many.h"
#include "disk.h"

#include "desk/handing.h"
#include "desk/members.h"
#include "desk/renewal.h"
#include "team/roster_edit.h"

static const enum member_role roles[] = { MEMBER_ADMIN, MEMBER_EDITOR };

static struct vault_line was[VAULT_LINES];

/* What waits to be seen on the line. */
static void
note_lines(void)
{
	memcpy(was, desk->vault->lines, sizeof was);
}

static bool
has_lines(size_t n)
{
	return desk->vault->lines_n == n &&
	    memcmp(was, desk->vault->lines, sizeof was) == 0;
}

static void
a_renewal_that_failed_leaves_the_keys_that_wait(void)
{
	enum err e = ERR_NOMEM;
	bool struck = true;

	begin_team();
	note_lines();
	for (unsigned n = 1; e != ERR_OK; n++) {
		OK(has_lines(0) && !renewal_waits(desk));
		alloc_refuse(n);
		e = renewal_make(desk, team_seed, day, 0);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	OK(renewal_waits(desk) && desk->vault->lines_n == 1);
	for (unsigned n = 1; struck; n++) {
		const size_t lines = desk->vault->lines_n;

		note_lines();
		disk_countdown = n;
		e = renewal_make(desk, team_seed, day, 0);
		struck = disk_countdown == 0;
		disk_countdown = 0;
		OK(e == ERR_OK || e == ERR_IO);
		/* The certificate may be there though its folder failed. */
		OK(has_lines(lines) || desk->vault->lines_n > 1);
		OK(renewal_waits(desk));
		again();
		OK(renewal_waits(desk));
	}
	again();
	OK(renewal_waits(desk));
	sync_one(desk);
	OK(report.certified && desk->certificate.serial > 1);
	end_all();
}

/* A hand-out has the keys that wait, or there is none: never the former ones,
 * or zeros. */
static void
other_keys_than_those_that_wait_are_not_given(void)
{
	uint8_t key[SIGN_SEED_BYTES], purge[SIGN_SEED_BYTES];
	enum err e = ERR_NOMEM;
	bool has;

	begin_team();
	OK(renewal_make(desk, team_seed, day, 0) == ERR_OK);
	for (unsigned n = 1; e != ERR_OK; n++) {
		has = false;
		alloc_refuse(n);
		e = renewal_keys(desk, &has, key, purge);
		alloc_refuse(0);
		OK(e == ERR_OK || (e == ERR_NOMEM && !has));
	}
	OK(has);
	OK(memcmp(key, desk->vault->lines[0].key, sizeof key) == 0);
	OK(memcmp(purge, desk->vault->lines[0].purge, sizeof purge) == 0);
	end_all();
}

static void
strike(struct desk *d, const uint8_t *member)
{
	const struct roster_come come = members_come(d);
	struct roster *next = calloc(1, sizeof *next);
	enum err e = ERR_NOMEM;
	unsigned given;

	OK(next != NULL);
	roster_begin(next, d->roster, d->roster_hash, day);
	OK(roster_leave(next, member, &come) == ERR_OK);
	roster_let_hand_out(next, d->id);
	OK(renewal_make(d, team_seed, day, 0) == ERR_OK);
	OK(members_sign(d, next, team_seed) == ERR_OK);
	for (unsigned n = 1; e != ERR_OK; n += 1 + n / 4) {
		alloc_refuse(n);
		if ((e = handing_renew(d, day, &given)) == ERR_OK)
			e = handing_line(d, day);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	wipe_free(next, sizeof *next);
}

static void
sync_refused(unsigned i)
{
	const unsigned part = t_long() ? 32 : 4;
	enum err e = ERR_NOMEM;

	for (unsigned n = 1; e != ERR_OK; n += 1 + n / part) {
		alloc_refuse(n);
		e = sync_run(many[i], reach, &report);
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
	}
	OK(report.stop == SYNC_GOES);
}

static bool
is_the_same(unsigned a, unsigned b)
{
	uint8_t x[SHA256_BYTES], y[SHA256_BYTES];

	OK(teamlog_digest(many[a]->log, x) == ERR_OK);
	OK(teamlog_digest(many[b]->log, y) == ERR_OK);
	return memcmp(x, y, sizeof x) == 0 &&
	    desk_count(many[a]) == desk_count(many[b]);
}

static void
a_roster_that_changes_where_memory_lacks_comes_to_the_same(void)
{
	const struct vault *v, *o;
	struct writer w;

	begin_many(2, roles);
	writer_make(&w, 1);
	send(&w, &(struct what){ .text = "hello", .id = 1 });
	sync_many();
	strike(many[0], member_of(2));
	for (unsigned i = 0; i < 8; i++) {
		sync_refused(0);
		sync_refused(1);
		set_day(day + 1);
	}
	many_n = 2;
	sync_many();
	v = many[0]->vault;
	o = many[1]->vault;
	OK(is_the_same(0, 1));
	OK(many[0]->certificate.serial == 2 && v->has_line && o->has_line);
	OK(memcmp(v->line_key, o->line_key, sizeof v->line_key) == 0);
	OK(memcmp(v->purge, o->purge, sizeof v->purge) == 0);
	OK(memcmp(v->access, o->access, sizeof v->access) == 0);
	OK(v->lines_n == 0 && o->lines_n == 0 && !v->has_next && !o->has_next);
	many_n = 3;
	end_many();
}

T_BEGIN
desk_tests_begin();
T(a_renewal_that_failed_leaves_the_keys_that_wait)
T(other_keys_than_those_that_wait_are_not_given)
T(a_roster_that_changes_where_memory_lacks_comes_to_the_same)
T_END
