/* What was deleted on the desk goes from the line too. */
#include <sys/wait.h>

#include "desk_team.h"
#include "disk.h"

static unsigned
purged(void)
{
	unsigned n = 0;

	for (size_t i = 0; i < fake.rows_n; i++)
		n += fake.rows[i].purged;
	return n;
}

/* A letter with a file of three parts, one without, one of somebody else; all
 * fetched, the first conversation deleted.  Of its five envelopes four lie in
 * the day's file, and one in that of the day after. */
static void
deleted(void)
{
	const size_t n = 2 * PART_PLAIN + 5;
	uint8_t *file = a_file(n);
	struct writer w, other;

	writer_make(&w, 1);
	writer_make(&other, 2);
	send(&w,
	    &(struct what){ .text = "a film",
		.file = file,
		.file_n = n,
		.file_name = "film.mp4" });
	send(&other, &(struct what){ .text = "stays", .id = 9 });
	set_day(day + 1);
	send(&w, &(struct what){ .text = "more", .id = 2 });
	sync_all();
	OK(desk_count(desk) == 2);
	wipe_free(file, n);
}

static void
delete_first(void)
{
	struct conv *c = desk_at(desk, 0);

	if (strcmp(c->said[0]->text, "stays") == 0)
		c = desk_at(desk, 1);
	OK(desk_delete(desk, c) == ERR_OK);
}

static void
each_day_goes_when_it_may_and_others_stay(void)
{
	size_t entries;

	begin_all();
	deleted();
	delete_first();
	again();
	for (unsigned i = 2; i < 7; i++) {
		set_day(day + 1);
		sync_all();
		OK(report.cleared == 0 && purged() == 0);
	}
	entries = desk_log_count(desk);
	set_day(day + 1);
	again();
	sync_all();
	OK(report.cleared == 4 && purged() == 4 && fake.purges == 1);
	OK(desk_log_count(desk) >= entries + 1);
	set_day(day + 1);
	again();
	sync_all();
	OK(report.cleared == 1 && purged() == 5 && fake.purges == 2);
	sync_all();
	OK(report.cleared == 0 && fake.purges == 2 && desk_count(desk) == 1);
	end_all();
}

static void
what_the_line_keeps_is_asked_for_again(void)
{
	begin_all();
	deleted();
	delete_first();
	set_day(day + 9);
	fake.keeps = true;
	sync_all();
	OK(purged() == 0 && report.cleared == 0);
	fake.keeps = false;
	again();
	sync_all();
	OK(report.cleared == 5 && purged() == 5);
	end_all();
}

static void
a_day_that_is_gone_needs_no_purge(void)
{
	begin_all();
	deleted();
	delete_first();
	for (size_t i = 0; i < fake.rows_n; i++)
		fake.rows[i].day = 0; /* retention took it */
	set_day(day + 9);
	sync_all();
	OK(report.cleared == 0 && purged() == 0 && fake.purges == 0);
	end_all();
}

static bool
delete_and_die(unsigned n)
{
	int status = 0;
	pid_t pid;

	desk_close(desk);
	desk = NULL;
	if ((pid = fork()) == 0) {
		disk_die = true;
		disk_countdown = n;
		OK(desk_open(&desk, dir, WORDS, strlen(WORDS)) == ERR_OK);
		if (desk_count(desk) == 2)
			delete_first();
		_exit(0);
	}
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	open_desk();
	return WEXITSTATUS(status) == 0;
}

static void
whenever_the_desk_dies_what_it_deletes_goes(void)
{
	const unsigned step = t_long() ? 1 : 8;
	bool done = false;
	unsigned n;

	for (n = 1; !done; n += step) {
		begin_all();
		deleted();
		done = delete_and_die(n);
		if (desk_count(desk) == 2)
			delete_first();
		set_day(day + 9);
		sync_all();
		OK(desk_count(desk) == 1 && purged() == 5);
		sync_all();
		OK(report.cleared == 0);
		end_all();
	}
	OK(n > 10);
}

T_BEGIN
desk_tests_begin();
T(each_day_goes_when_it_may_and_others_stay)
T(what_the_line_keeps_is_asked_for_again)
T(a_day_that_is_gone_needs_no_purge)
T(whenever_the_desk_dies_what_it_deletes_goes)
T_END
