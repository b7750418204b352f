/*
 * Another line key: who is given it, what takes it over, and what does not.
 */
#include <sys/mman.h>
#include <sys/wait.h>

#include "desk_many.h"
#include "disk.h"

#include "desk/handing.h"
#include "desk/members.h"
#include "desk/renewal.h"
#include "team/roster_edit.h"

static const enum member_role roles[] = { MEMBER_ADMIN, MEMBER_EDITOR,
	MEMBER_VIEWER };

/* What `sotto team` does with a roster, but for telling it. */
static void
sign(struct desk *d, struct roster *next, bool renews)
{
	unsigned n;
	bool gives;

	roster_let_hand_out(next, d->id);
	if (renews || renewal_is_due(d, next, day))
		OK(renewal_make(d, team_seed, day, 0) == ERR_OK);
	gives = renews || renewal_waits(d) || renewal_gives(d, next);
	OK(members_sign(d, next, team_seed) == ERR_OK);
	OK(handing_renew(d, day, &n) == ERR_OK);
	if (gives)
		OK(handing_line(d, day) == ERR_OK);
}

static struct roster *
begin_next(struct desk *d)
{
	struct roster *next = calloc(1, sizeof *next);

	OK(next != NULL);
	roster_begin(next, d->roster, d->roster_hash, day);
	return next;
}

static void
end_next(struct roster *next)
{
	wipe_free(next, sizeof *next);
}

static void
renew(struct desk *d)
{
	struct roster *next = begin_next(d);

	sign(d, next, true);
	end_next(next);
}

static void
strike(struct desk *d, const uint8_t *member)
{
	const struct roster_come come = members_come(d);
	struct roster *next = begin_next(d);

	OK(roster_leave(next, member, &come) == ERR_OK);
	sign(d, next, false);
	end_next(next);
}

static void
set_role(struct desk *d, const uint8_t *member, enum member_role role)
{
	const struct roster_come come = members_come(d);
	struct roster *next = begin_next(d);

	OK(roster_set_role(next, member, role, &come) == ERR_OK);
	sign(d, next, false);
	end_next(next);
}

static uint32_t
serial(void)
{
	struct certificate c;

	OK(certificate_read(&c, fake.certificate.at, fake.certificate.len) ==
	    ERR_OK);
	return c.serial;
}

/* Does it hold the key that the line obeys? */
static bool
speaks(const struct desk *d)
{
	uint8_t key[SIGN_PUBLIC_BYTES];
	struct certificate c;

	OK(certificate_read(&c, fake.certificate.at, fake.certificate.len) ==
	    ERR_OK);
	sign_public(key, d->vault->line_key);
	return d->vault->has_line && memcmp(key, c.key, sizeof key) == 0;
}

static bool
has_none(const struct desk *d)
{
	static const uint8_t zeros[SIGN_SEED_BYTES];
	const struct vault *v = d->vault;

	return !v->has_line && v->lines_n == 0 &&
	    memcmp(v->line_key, zeros, sizeof zeros) == 0 &&
	    memcmp(v->purge, zeros, sizeof zeros) == 0 &&
	    memcmp(v->lines, zeros, sizeof zeros) == 0;
}

/* The second had the first's next access key in a hand-out. */
static void
who_is_struck_off_before_the_access_key_turned_loses_that_too(void)
{
	uint8_t had[SIGN_SEED_BYTES];

	begin_many(3, roles);
	strike(many[0], member_of(2));
	sync_one(many[0]);
	sync_one(many[3]);
	OK(many[3]->vault->has_next);
	memcpy(had, many[3]->vault->next_access, sizeof had);
	strike(many[0], member_of(3));
	for (unsigned i = 0; i < 6; i++) {
		set_day(day + 1);
		sync_one(many[0]);
		sync_one(many[1]);
	}
	OK(memcmp(many[0]->vault->access, had, sizeof had) != 0);
	OK(memcmp(many[1]->vault->access, many[0]->vault->access, sizeof had) ==
	    0);
	OK(!many[0]->vault->has_next && !many[1]->vault->has_next);
	end_many();
}

static void
an_admin_who_goes_takes_no_key_along_that_the_line_obeys(void)
{
	uint8_t old[SIGN_SEED_BYTES], purge[SIGN_SEED_BYTES];

	begin_many(3, roles);
	OK(serial() == 1 && speaks(many[0]) && speaks(many[1]));
	OK(has_none(many[2]) && has_none(many[3]));
	memcpy(old, many[0]->vault->line_key, sizeof old);
	memcpy(purge, many[0]->vault->purge, sizeof purge);
	strike(many[1], member_of(0));
	OK(renewal_waits(many[1]) && speaks(many[1]));
	sync_one(many[1]);
	OK(report.certified && !report.uncertified && !report.outrun);
	OK(serial() == 2 && speaks(many[1]) && !renewal_waits(many[1]));
	OK(many[1]->vault->lines_n == 0);
	OK(memcmp(many[1]->vault->line_key, old, sizeof old) != 0);
	OK(memcmp(many[1]->vault->purge, purge, sizeof purge) != 0);
	for (unsigned i = 2; i < 4; i++) {
		sync_one(many[i]);
		OK(many[i]->certificate.serial == 2 && has_none(many[i]));
	}
	OK(sync_run(many[0], reach, &report) == ERR_OK);
	OK(report.stop == SYNC_STRUCK_OFF && !speaks(many[0]));
	end_many();
}

static void
other_admins_are_given_it_and_nobody_else(void)
{
	begin_many(3, roles);
	renew(many[0]);
	sync_one(many[0]);
	sync_many();
	OK(serial() == 2 && speaks(many[0]) && speaks(many[1]));
	OK(has_none(many[2]) && has_none(many[3]));
	OK(memcmp(many[0]->vault->purge, many[1]->vault->purge, 32) == 0);
	/* It works: the second admin's is the next note. */
	renew(many[1]);
	sync_many();
	OK(serial() == 3 && speaks(many[0]) && speaks(many[1]));
	/* And they are there after the desks were closed. */
	open_one(0);
	open_one(1);
	OK(speaks(many[0]) && speaks(many[1]));
	OK(many[0]->certificate.serial == 3 &&
	    many[0]->about.until == many[0]->certificate.until);
	end_many();
}

static void
who_becomes_an_admin_gets_the_keys_and_who_is_none_any_more_loses_them(void)
{
	uint8_t member[MEMBER_ID_BYTES];

	begin_many(3, roles);
	memcpy(member, member_of(2), sizeof member);
	set_role(many[0], member, MEMBER_ADMIN);
	sync_one(many[0]);
	sync_one(many[2]);
	OK(serial() == 1 && speaks(many[2]));
	sync_many();
	set_role(many[2], member_of(0), MEMBER_VIEWER);
	sync_one(many[2]);
	OK(serial() == 2 && speaks(many[2]) && !speaks(many[0]));
	sync_one(many[0]);
	OK(has_none(many[0]));
	sync_many();
	OK(speaks(many[1]) && speaks(many[2]) && has_none(many[0]));
	end_many();
}

/* Whoever's hand-out was lost, or had no one-time key, asks for it. */
static void
an_admin_without_the_keys_asks_for_them(void)
{
	struct vault *v;

	begin_many(1, roles);
	v = many[1]->vault;
	v->has_line = false;
	OK(desk_save_keys(many[1]) == ERR_OK);
	open_one(1);
	OK(renewal_lacks(many[1]));
	sync_many();
	OK(speaks(many[1]) && !renewal_lacks(many[1]));
	end_many();
}

/* Neither knows of the other: the line takes one, and the other says that it
 * was for nothing. */
static void
of_two_that_renew_at_once_the_second_is_told(void)
{
	begin_many(1, roles);
	OK(renewal_make(many[0], team_seed, day, 0) == ERR_OK);
	OK(renewal_make(many[1], team_seed, day, 0) == ERR_OK);
	sync_one(many[0]);
	OK(serial() == 2 && report.certified && speaks(many[0]));
	sync_one(many[1]);
	OK(report.outrun && !report.certified && !renewal_waits(many[1]));
	sync_many();
	OK(serial() == 2 && speaks(many[0]) && speaks(many[1]));
	renew(many[1]);
	sync_one(many[1]);
	OK(serial() == 3 && report.certified && !report.outrun);
	sync_many();
	OK(speaks(many[0]) && speaks(many[1]));
	end_many();
}

static void
a_line_that_takes_no_certificate_goes_on_as_it_was_and_it_is_said(void)
{
	begin_many(1, roles);
	fake.old_version = true;
	renew(many[0]);
	sync_one(many[0]);
	OK(report.uncertified && !report.certified && serial() == 1);
	OK(speaks(many[0]) && renewal_waits(many[0]));
	sync_one(many[1]);
	OK(speaks(many[1]));
	fake.old_version = false;
	sync_one(many[0]);
	OK(report.certified && !report.uncertified && serial() == 2);
	sync_many();
	OK(speaks(many[0]) && speaks(many[1]));
	end_many();
}

/* The line is made to show this certificate, with a note that its key signed.
 */
static enum sync_stop
shown(const uint8_t *team, uint32_t number, const uint8_t *key)
{
	struct certificate c = { .serial = number, .until = day + 400 };
	struct vault_line line = { .key = { 0 } };
	struct doors_note n = { .vault = desk->vault,
		.about = &desk->about,
		.roster = desk->roster,
		.serial = 99,
		.today = day,
		.line = &line };
	const struct certificate was = desk->certificate;

	memcpy(line.key, key, sizeof line.key);
	memcpy(line.purge, desk->vault->purge, sizeof line.purge);
	memcpy(c.line, desk->about.line, sizeof c.line);
	sign_public(c.key, key);
	buf_clear(&fake.certificate);
	OK(certificate_write(&fake.certificate, &c, team) == ERR_OK);
	buf_clear(&fake.key_note);
	OK(doors_key_note(&fake.key_note, &n) == ERR_OK);
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_GOES ||
	    memcmp(&was, &desk->certificate, sizeof was) == 0);
	return report.stop;
}

static void
a_desk_takes_over_what_its_team_signed_and_nothing_else(void)
{
	static const uint8_t other_team[SIGN_SEED_BYTES] = { 5 },
			     own[SIGN_SEED_BYTES] = { 6 };
	uint8_t old[SIGN_SEED_BYTES];

	begin_team();
	memcpy(old, desk->vault->line_key, sizeof old);
	renew(desk);
	sync_one(desk);
	OK(desk->certificate.serial == 2);
	OK(shown(other_team, 3, own) == SYNC_OTHER_TEAM);
	OK(shown(team_seed, 1, old) == SYNC_OLD_CERTIFICATE);
	OK(shown(team_seed, 2, own) == SYNC_TWO_CERTIFICATES);
	OK(shown(team_seed, 2, old) == SYNC_TWO_CERTIFICATES);
	OK(speaks(desk) == false && desk->vault->has_line);
	OK(shown(team_seed, 3, own) == SYNC_GOES);
	OK(desk->certificate.serial == 3 && has_none(desk));
	desk_close(desk);
	open_desk();
	OK(desk->certificate.serial == 3 && has_none(desk));
	OK(shown(team_seed, 2, desk->vault->line_key) == SYNC_OLD_CERTIFICATE);
	/* The team key is there: another is made, and all is well. */
	OK(shown(team_seed, 3, own) == SYNC_GOES);
	renew(desk);
	sync_one(desk);
	OK(serial() == 4 && speaks(desk));
	end_team();
}

static void
copy_folder(const char *from, const char *to)
{
	char cp[] = "cp", how[] = "-a", a[96], b[96];
	char *argv[] = { cp, how, a, b, NULL };
	int status = -1;
	pid_t pid;

	(void)snprintf(a, sizeof a, "%s", from);
	(void)snprintf(b, sizeof b, "%s", to);
	if ((pid = fork()) == 0) {
		(void)execv("/bin/cp", argv);
		_exit(1);
	}
	OK(waitpid(pid, &status, 0) == pid && status == 0);
}

/* The folder as it was before, put back. */
static void
an_older_copy_of_a_desk_has_no_say(void)
{
	uint8_t old[SIGN_SEED_BYTES];
	char copy[96];

	begin_team();
	(void)snprintf(copy, sizeof copy, "%s-copy", dir);
	copy_folder(dir, copy);
	memcpy(old, desk->vault->line_key, sizeof old);
	renew(desk);
	sync_one(desk);
	desk_close(desk);
	desk = NULL;
	(void)nftw(dir, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	copy_folder(copy, dir);
	(void)nftw(copy, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	open_desk();
	OK(desk->certificate.serial == 1);
	sync_one(desk);
	OK(desk->certificate.serial == 2 && has_none(desk));
	OK(memcmp(desk->vault->line_key, old, sizeof old) != 0);
	OK(!report.certified && !report.renewed);
	end_team();
}

static void
its_end_is_said_and_even_after_it_it_can_be_renewed(void)
{
	begin_team();
	set_day(day + 1139);
	sync_one(desk);
	OK(report.certificate_days == 61);
	set_day(day + 1);
	sync_one(desk);
	OK(report.certificate_days == 60);
	set_day(day + 61);
	OK(sync_run(desk, reach, &report) == ERR_OK);
	OK(report.stop == SYNC_ENDED);
	renew(desk);
	sync_one(desk);
	OK(report.certified && serial() == 2 &&
	    report.certificate_days == 1200);
	sync_one(desk);
	OK(speaks(desk));
	end_team();
}

/* A child renews and syncs, and dies at the n-th change of its disk; true when
 * it came to the end.  The line is of this process. */
static bool
renew_and_die(unsigned n, struct fake_told *told)
{
	int status = 0;
	pid_t pid;

	desk_close(desk);
	desk = NULL;
	told->certificate_n = told->note_n = 0;
	if ((pid = fork()) == 0) {
		bool done;

		fake.told = told;
		disk_die = true;
		disk_countdown = n;
		set_day(day + 1); /* another end than that before */
		if (desk_open(&desk, dir, WORDS, strlen(WORDS)) != ERR_OK ||
		    renewal_make(desk, team_seed, day, 0) != ERR_OK)
			_exit(1);
		done = sync_run(desk, reach, &report) == ERR_OK;
		_exit(done && report.certified ? 0 : 1);
	}
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	if (told->certificate_n > 0) {
		buf_clear(&fake.certificate);
		buf_clear(&fake.key_note);
		OK(buf_put(&fake.certificate, told->certificate,
		       told->certificate_n) == ERR_OK);
		OK(buf_put(&fake.key_note, told->note, told->note_n) == ERR_OK);
	}
	open_desk();
	OK(desk_about(desk)->until == desk->certificate.until);
	return WEXITSTATUS(status) == 0;
}

static void
whenever_it_dies_the_line_has_one_key_and_the_desk_that(void)
{
	struct fake_told *told = mmap(NULL, sizeof *told,
	    PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	const unsigned step = t_long() ? 1 : 5;
	bool done = false;
	unsigned n, with = 0, without = 0;

	OK(told != MAP_FAILED);
	for (n = 1; !done; n += step) {
		begin_team();
		done = renew_and_die(n, told);
		if (told->certificate_n > 0)
			with++;
		else
			without++;
		sync_one(desk);
		sync_one(desk);
		OK(speaks(desk) && serial() <= 2 && !report.outrun);
		OK(!renewal_waits(desk));
		OK(desk->certificate.serial == serial());
		/* And it can once more. */
		renew(desk);
		sync_one(desk);
		OK(report.certified && speaks(desk));
		end_team();
		OK(n < 200);
	}
	OK(with > 1 && without > 1);
	OK(munmap(told, sizeof *told) == 0);
}

T_BEGIN
desk_tests_begin();
T(who_is_struck_off_before_the_access_key_turned_loses_that_too)
T(an_admin_who_goes_takes_no_key_along_that_the_line_obeys)
T(other_admins_are_given_it_and_nobody_else)
T(who_becomes_an_admin_gets_the_keys_and_who_is_none_any_more_loses_them)
T(an_admin_without_the_keys_asks_for_them)
T(of_two_that_renew_at_once_the_second_is_told)
T(a_line_that_takes_no_certificate_goes_on_as_it_was_and_it_is_said)
T(a_desk_takes_over_what_its_team_signed_and_nothing_else)
T(an_older_copy_of_a_desk_has_no_say)
T(its_end_is_said_and_even_after_it_it_can_be_renewed)
T(whenever_it_dies_the_line_has_one_key_and_the_desk_that)
T_END
