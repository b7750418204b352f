/* A desk that loses its line, or dies, at every step of a sync. */
#include <sys/wait.h>

#include "desk_team.h"
#include "disk.h"

static void
a_lost_connection_loses_no_letter(void)
{
	static const uint8_t file[300] = { 1 };
	const size_t size = sizeof file;
	struct writer w;
	unsigned n;
	enum err e = ERR_CLOSED;

	for (n = 1; e != ERR_OK; n++) {
		begin_all();
		writer_make(&w, 1);
		for (uint8_t i = 0; i < 5; i++)
			send(&w,
			    &(struct what){ .text = "hello",
				.id = i,
				.file = i == 2 ? file : NULL,
				.file_n = size,
				.file_name = "f" });
		fake.lose = n;
		e = sync_run(desk, reach, &report);
		OK(e == ERR_OK || e == ERR_CLOSED);
		fake.lose = 0;
		again();
		sync_all();
		OK(desk_count(desk) == 1 && desk_at(desk, 0)->said_n == 5);
		OK(desk_has_file(desk, conv_file(desk_at(desk, 0), 1)));
		end_all();
	}
	OK(n > 4);
}

/* A child opens the desk and syncs, and dies at the n-th change of the disk;
 * true when it got to the end. */
static bool
sync_and_die(unsigned n)
{
	int status = 0;
	pid_t pid;

	desk_close(desk);
	desk = NULL;
	if ((pid = fork()) == 0) {
		disk_die = true;
		disk_countdown = n;
		if (desk_open(&desk, dir, WORDS, strlen(WORDS)) != ERR_OK ||
		    sync_run(desk, reach, &report) != ERR_OK)
			_exit(1);
		_exit(0);
	}
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	open_desk();
	return WEXITSTATUS(status) == 0;
}

static void
whenever_the_desk_dies_everything_comes(void)
{
	static const uint8_t file[10] = { 5 };
	const uint32_t d = clock_day();
	struct writer w, other;
	bool done = false;
	unsigned n;

	for (n = 1; !done; n++) {
		begin_all();
		writer_make(&w, 1);
		writer_make(&other, 2);
		send(&w, &(struct what){ .text = "one", .id = 1 });
		send(&other, &(struct what){ .text = "two", .id = 2 });
		send(&w,
		    &(struct what){ .text = "three",
			.id = 3,
			.file = file,
			.file_n = sizeof file,
			.file_name = "f" });
		fake.questions = "a text x\n";
		set_day(d + 3);
		done = sync_and_die(n);
		sync_all();
		OK(desk_count(desk) == 2);
		OK(desk_at(desk, 0)->said_n + desk_at(desk, 1)->said_n == 3);
		for (size_t i = 0; i < 2; i++)
			if (desk_at(desk, i)->said_n == 2)
				OK(desk_has_file(
				    desk, conv_file(desk_at(desk, i), 1)));
		again();
		OK(desk_count(desk) == 2 && desk->asked.n == 1);
		end_all();
		OK(n < 200);
	}
	OK(n > 20);
}

T_BEGIN
desk_tests_begin();
T(a_lost_connection_loses_no_letter)
T(whenever_the_desk_dies_everything_comes)
T_END
