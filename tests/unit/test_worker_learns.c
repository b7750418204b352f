/* What a program in a room learns of whose machine it is on: it could leave
 * that in what is made of a document, and that may be published. */
#include <errno.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysinfo.h>
#include <sys/vfs.h>

#include "os/left.h"
#include "worker_kit.h"

/* @learn: what it should not, and did. */
static int
learn(int argc, char **argv)
{
	struct sysinfo machine;
	struct statfs disk;
	int fd = open("/etc/ld.so.cache", O_RDONLY);

	(void)argc;
	(void)argv;
	if (statfs("/usr", &disk) == 0 || (fd >= 0 && fstatfs(fd, &disk) == 0))
		printf("the number of the disk; ");
	if (sysinfo(&machine) == 0)
		printf("memory, load and time since the start; ");
	/* Another room could ask for the same lock, and so be told. */
	if (fd >= 0 && flock(fd, LOCK_EX | LOCK_NB) == 0)
		printf("a lock of the system's; ");
	return fflush(stdout) == 0 ? 0 : 1;
}

static void
it_sees_nothing_that_was_installed_by_hand(void)
{
	static const char *const folders[] = { "/usr/local", "/usr/src" };
	struct worker *w = room();
	struct stat st;

	for (size_t i = 0; i < COUNT(folders); i++) {
		if (lstat(folders[i], &st) != 0 || !S_ISDIR(st.st_mode))
			continue;
		OK(RUN(w, "ls", "-A", folders[i]) == ERR_OK);
		OK(worker_said.len == 0);
	}
	worker_close(w);
}

static void
no_number_of_the_machine_is_told_and_no_lock_is_had(void)
{
	const struct worker_limits *const all[] = { &worker_usual,
		&worker_office };

	for (size_t i = 0; i < COUNT(all); i++) {
		struct worker *w = room_of(all[i]);

		OK(RUN(w, "@learn") == ERR_OK);
		OK(worker_said.len == 0);
		worker_close(w);
	}
}

/* RENAME_WHITEOUT leaves a device behind, which anybody may make. */
static void
no_device_is_left_by_renaming(void)
{
	static const char script[] =
	    "open F, '>', 'a'; close F; my ($a, $b) = ('a', 'b');"
	    "print syscall(316, -100, $a, -100, $b, 4) == 0 ? 'made' : 'no'";
	struct worker *w = room();

#ifdef __x86_64__
	OK(RUN(w, "perl", "-e", script) == ERR_OK);
	OK(said_is("no"));
#else
	(void)script;
#endif
	worker_close(w);
}

static void
a_file_that_has_another_name_is_not_taken(void)
{
	char folder[] = "/tmp/sotto-left-XXXXXX";
	uint64_t size;
	int dir, fd;

	OK(mkdtemp(folder) != NULL);
	dir = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	fd = openat(dir, "one", O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	OK(dir >= 0 && fd >= 0);
	(void)close(fd);
	OK(left_take(dir, "one", &fd, &size) == ERR_OK);
	(void)close(fd);
	OK(linkat(dir, "one", dir, "two", 0) == 0);
	OK(left_take(dir, "one", &fd, &size) == ERR_FORMAT);
	OK(unlinkat(dir, "one", 0) == 0 && unlinkat(dir, "two", 0) == 0);
	(void)close(dir);
	OK(rmdir(folder) == 0);
}

int
main(int argc, char **argv)
{
	static const struct worker_part parts[] = {
		{ "learn", learn },
		{ NULL, NULL },
	};
	int status;

	if (worker_is_part(argc, argv, parts, &status))
		return status;
	clock_init();
	T(it_sees_nothing_that_was_installed_by_hand)
	T(no_number_of_the_machine_is_told_and_no_lock_is_had)
	T(no_device_is_left_by_renaming)
	T(a_file_that_has_another_name_is_not_taken)
	buf_drop(&worker_said);
	return 0;
}
