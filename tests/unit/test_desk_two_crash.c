/* A desk that dies at any change of its disk while it takes in what another
 * gave, or while it gets another passphrase. */
#include <sys/wait.h>

#include "desk_two.h"
#include "disk.h"

/* A child opens the second desk and syncs, and dies at the n-th change of the
 * disk; true when it got to the end.  What it would give is lost with its
 * memory, so the line takes nothing meanwhile. */
static bool
sync_and_die(unsigned n)
{
	int status = 0;
	pid_t pid;

	desk_close(other);
	other = NULL;
	if ((pid = fork()) == 0) {
		disk_die = true;
		disk_countdown = n;
		fake.full = true;
		if (desk_open(&other, other_dir, WORDS, strlen(WORDS)) !=
		    ERR_OK)
			_exit(1);
		_exit(sync_run(other, reach, &report) == ERR_FULL ? 0 : 1);
	}
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	open_other();
	return WEXITSTATUS(status) == 0;
}

/* A letter, an answer to it, a chain of the door and one of the log. */
static void
whenever_a_desk_dies_it_comes_to_the_same(void)
{
	const unsigned step = t_long() ? 1 : 9;
	struct writer w;
	bool done = false;
	unsigned n;

	for (n = 1; !done; n += step) {
		begin_team();
		join(MEMBER_EDITOR);
		sync_both();
		writer_make(&w, 1);
		send(&w, &(struct what){ .text = "hello", .id = 1 });
		sync_one(desk);
		reply(desk, "an answer");
		OK(desk_read(desk, desk_at(desk, 0)) == ERR_OK);
		OK(desk_renew_chain(desk, desk_about(desk)->door, day) ==
		    ERR_OK);
		OK(desk_renew_chain(desk, ring_log, day) == ERR_OK);
		sync_one(desk);
		sync_one(desk);
		done = sync_and_die(n);
		sync_both();
		OK(other->vault->ring.chains_n == 4 && other->told_n == 0);
		OK(desk_at(other, 0)->said_n == 2);
		are_alike();
		open_other();
		OK(other->told_n == 0);
		are_alike();
		end_team();
		OK(n < 400);
	}
	OK(n > 20);
}

/* A child changes the passphrase and dies at the n-th change of the disk. */
static bool
change_and_die(unsigned n)
{
	int status = 0;
	pid_t pid;

	if ((pid = fork()) == 0) {
		disk_die = true;
		if (desk_open(&other, other_dir, WORDS, strlen(WORDS)) !=
		    ERR_OK)
			_exit(1);
		disk_countdown = n;
		_exit(desk_passphrase(other, "new", 3) == ERR_OK ? 0 : 1);
	}
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	return WEXITSTATUS(status) == 0;
}

static bool
opens(const char *words)
{
	struct desk *d = NULL;
	const enum err e = desk_open(&d, other_dir, words, strlen(words));

	OK(e == ERR_OK || e == ERR_NOKEY);
	desk_close(d);
	return e == ERR_OK;
}

static void
whenever_a_change_of_passphrase_dies_exactly_one_opens(void)
{
	unsigned n, old = 0;

	begin_team();
	join(MEMBER_EDITOR);
	sync_both();
	desk_close(other);
	other = NULL;
	for (n = 1; !change_and_die(n); n++) {
		OK(opens(WORDS) != opens("new"));
		old += opens(WORDS);
		if (!opens(WORDS)) {
			OK(desk_open(&other, other_dir, "new", 3) == ERR_OK);
			OK(desk_passphrase(other, WORDS, strlen(WORDS)) ==
			    ERR_OK);
			desk_close(other);
			other = NULL;
		}
		OK(n < 50);
	}
	OK(opens("new") && !opens(WORDS) && old > 1 && n > old + 1);
	OK(desk_open(&other, other_dir, "new", 3) == ERR_OK);
	disk_countdown = 2; /* what is left of others goes first */
	OK(desk_passphrase(other, WORDS, strlen(WORDS)) == ERR_IO);
	disk_countdown = 0;
	OK(strcmp(other->vault->words, "new") == 0);
	end_team();
}

T_BEGIN
desk_tests_begin();
T(whenever_a_desk_dies_it_comes_to_the_same)
T(whenever_a_change_of_passphrase_dies_exactly_one_opens)
T_END
