/* A desk that dies at any change of its disk while it says words of evidence,
 * or takes them in. */
#include <sys/wait.h>

#include "desk_evidence.h"
#include "disk.h"

static int
say_all(void)
{
	open_desk();
	disk_die = true;
	for (size_t i = 0; i < COUNT(evidence); i++)
		if (say_by(desk, evidence[i], 1, "said") != ERR_OK)
			return 1;
	return 0;
}

/* What it would give is lost with its memory, so the line takes nothing. */
static int
take_all(void)
{
	enum err e;

	disk_die = true;
	fake.full = true;
	if (desk_open(&other, other_dir, WORDS, strlen(WORDS)) != ERR_OK)
		return 1;
	e = sync_run(other, reach, &report);
	return e == ERR_OK || e == ERR_FULL ? 0 : 1;
}

/* A child does it and dies at the n-th change; true when it got to the end. */
static bool
do_and_die(int (*act)(void), unsigned n)
{
	int status = 0;
	pid_t pid;

	if ((pid = fork()) == 0) {
		disk_countdown = n;
		_exit(act());
	}
	OK(waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	OK(WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == 77);
	return WEXITSTATUS(status) == 0;
}

/* What was said of each kind is there, with its words, or nothing is. */
static void
whole_or_nothing(struct desk *d)
{
	for (size_t i = 0; i < COUNT(evidence); i++)
		OK(words_at(d, evidence[i])[0] == '\0' ||
		    is_same(words_at(d, evidence[i]), "said|"));
}

static void
all_is_there(struct desk *d)
{
	for (size_t i = 0; i < COUNT(evidence); i++)
		OK(is_same(words_at(d, evidence[i]), "said|"));
}

static void
whenever_a_desk_dies_no_entry_is_without_its_words(void)
{
	const unsigned step = t_long() ? 1 : 2;
	struct writer who;
	bool done = false;
	unsigned n;

	for (n = 1; !done; n += step) {
		begin_talk(&who, MEMBER_EDITOR);
		desk_close(desk);
		desk = NULL;
		done = do_and_die(say_all, n);
		open_desk();
		whole_or_nothing(desk);
		sync_both();
		whole_or_nothing(other);
		are_alike();
		end_team();
		OK(n < 100);
	}
	OK(n > 6);
}

static void
whenever_one_dies_that_takes_them_in_it_comes_to_the_same(void)
{
	const unsigned step = t_long() ? 1 : 5;
	struct writer who;
	bool done = false;
	unsigned n;

	for (n = 1; !done; n += step) {
		begin_talk(&who, MEMBER_EDITOR);
		for (size_t i = 0; i < COUNT(evidence); i++)
			OK(say_by(desk, evidence[i], 1, "said") == ERR_OK);
		sync_one(desk);
		desk_close(other);
		other = NULL;
		done = do_and_die(take_all, n);
		open_other();
		sync_both();
		all_is_there(other);
		OK(other->told_n == 0);
		are_alike();
		end_team();
		OK(n < 400);
	}
	OK(n > 10);
}

T_BEGIN
desk_tests_begin();
T(whenever_a_desk_dies_no_entry_is_without_its_words)
T(whenever_one_dies_that_takes_them_in_it_comes_to_the_same)
T_END
