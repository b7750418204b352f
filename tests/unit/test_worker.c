/* What a room is good for, how a run ends, and what happens when the machine
 * refuses. */
#include <errno.h>
#include <pthread.h>
#include <seccomp.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "alloc.h"
#include "os/left.h"
#include "worker_kit.h"

/* One where a shell can start programs. */
static struct worker *
shell_room(void)
{
	struct worker_limits l = worker_usual;

	l.processes = 4;
	return room_of(&l);
}

static void
what_is_put_in_is_read_and_the_answer_comes_back(void)
{
	struct worker *w = room();

	OK(worker_put(w, "words", "hello", 5) == ERR_OK);
	OK(worker_put(w, "words", "again", 5) == ERR_TAKEN);
	OK(RUN(w, "cat", "words") == ERR_OK && said_is("hello"));
	OK(worker_end.status == 0 && worker_end.signal == 0 &&
	    worker_end.why[0] == '\0');
	worker_close(w);
	buf_drop(&worker_said);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
	worker_close(NULL);
}

static void
bytes_of_a_descriptor_go_in_whatever_its_position(void)
{
	struct worker *w = room();
	int fd = memfd_create("words", MFD_CLOEXEC);

	OK(fd >= 0 && write(fd, "all of it", 9) == 9);
	OK(lseek(fd, 4, SEEK_SET) == 4);
	OK(worker_put_fd(w, "words", fd) == ERR_OK);
	OK(lseek(fd, 0, SEEK_CUR) == 4);
	OK(RUN(w, "cat", "words") == ERR_OK && said_is("all of it"));
	OK(ftruncate(fd, 0) == 0 && worker_put_fd(w, "none", fd) == ERR_OK);
	OK(RUN(w, "cat", "none") == ERR_OK && said_is(""));
	OK(close(fd) == 0);
	worker_close(w);
}

static void
a_name_is_plain_or_refused(void)
{
	static const char *const bad[] = { "", ".", "..", ".x", "-x", "a/b",
		"/x", "a b", "a\n", "\x7f", "\xc3\xa9" };
	struct worker *w = room();
	char name[WORKER_NAME_MAX + 2];
	uint64_t size;
	int fd;

	for (size_t i = 0; i < COUNT(bad); i++) {
		OK(!worker_name_is_plain(bad[i]));
		OK(worker_put(w, bad[i], "x", 1) == ERR_FORMAT);
		OK(worker_take(w, bad[i], &fd, &size) == ERR_FORMAT);
		OK(worker_remove(w, bad[i]) == ERR_FORMAT);
	}
	memset(name, 'n', sizeof(name));
	name[WORKER_NAME_MAX + 1] = '\0';
	OK(worker_put(w, name, "x", 1) == ERR_FORMAT);
	name[WORKER_NAME_MAX] = '\0';
	OK(worker_put(w, name, "x", 1) == ERR_OK);
	worker_close(w);
}

static void
a_program_is_looked_for_in_one_place_only(void)
{
	static const char *const paths[] = { "/bin/true", "../bin/true",
		"./true", "..", "." };
	struct worker *w = room();

	for (size_t i = 0; i < COUNT(paths); i++)
		OK(RUN(w, paths[i]) == ERR_FORMAT);
	OK(RUN(w, "") == ERR_FORMAT);
	OK(worker_put(w, "true", "#!/bin/sh\n", 10) == ERR_OK);
	OK(RUN(w, "no-such-program-here") == ERR_MISSING);
	OK(RUN(w, "@no-such-part") != ERR_OK);
	OK(RUN(w, "true") == ERR_OK);
	worker_close(w);
}

static void
how_it_ended_is_told(void)
{
	struct worker *w = room();

	OK(RUN(w, "sh", "-c", "printf 'no \\033[1m good\\n' >&2; exit 3") ==
	    ERR_FORMAT);
	OK(worker_end.status == 3 && worker_end.signal == 0);
	OK(strcmp(worker_end.why, "no  [1m good") == 0);
	/* A program that falls over. */
	OK(RUN(w, "perl", "-e", "unpack 'p', pack 'L!', 1") == ERR_FORMAT);
	OK(worker_end.status == -1 && worker_end.signal == SIGSEGV);
	OK(RUN(w, "perl", "-e", "use POSIX; POSIX::abort()") == ERR_FORMAT);
	OK(worker_end.status == -1 && worker_end.signal != 0);
	worker_close(w);
}

static enum err
refuse_it(void *arg, const void *bytes, size_t n)
{
	(void)arg;
	(void)bytes;
	(void)n;
	return ERR_FULL;
}

static void
who_does_not_take_the_output_ends_the_run(void)
{
	const char *const argv[] = { "yes", NULL };
	const struct worker_run run = { .argv = argv, .out = refuse_it };
	const char *const quiet[] = { "echo", "x", NULL };
	const struct worker_run thrown_away = { .argv = quiet };
	struct worker *w = room();

	OK(worker_run(w, &run, NULL) == ERR_FULL);
	OK(worker_run(w, &thrown_away, NULL) == ERR_OK);
	worker_close(w);
}

static void
the_room_stays_between_runs_and_what_lies_aside_does_not(void)
{
	struct worker *w = shell_room();

	OK(RUN(w, "sh", "-c",
	       "echo a >kept; echo b >/tmp/gone; echo c >~/.x") == ERR_OK);
	OK(RUN(w, "sh", "-c", "cat kept; echo /tmp/* ~/.x") == ERR_OK);
	OK(said_is("a\n/tmp/* /tmp/.x\n"));
	OK(RUN(w, "cat", "/tmp/.x") == ERR_FORMAT);
	worker_close(w);
}

static enum err
gather(void *arg, const char *name, uint64_t size)
{
	return buf_put_fmt(arg, "%s %u\n", name, (unsigned)size);
}

static void
what_it_left_is_listed_taken_and_removed(void)
{
	struct worker *w = shell_room();
	struct buf names;
	char text[8];
	uint64_t size = 0;
	int fd = -1;

	buf_init(&names, 1000);
	OK(RUN(w, "sh", "-c",
	       "printf two >b; printf three >a; mkdir d; : >.hidden; : >'x y';"
	       "printf 1 >10; printf 2 >2; : >'n\n'") == ERR_OK);
	OK(worker_list(w, gather, &names) == ERR_OK);
	OK(strcmp(buf_str(&names), "10 1\n2 1\na 5\nb 3\n") == 0);
	OK(worker_take(w, "a", &fd, &size) == ERR_OK && size == 5);
	OK(read(fd, text, sizeof(text)) == 5 && memcmp(text, "three", 5) == 0);
	OK((fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0);
	OK(close(fd) == 0);
	OK(worker_take(w, "d", &fd, &size) == ERR_FORMAT);
	OK(worker_take(w, "c", &fd, &size) == ERR_NOTHING);
	OK(worker_remove(w, "a") == ERR_OK);
	OK(worker_remove(w, "a") == ERR_NOTHING);
	OK(worker_take(w, "a", &fd, &size) == ERR_NOTHING);
	buf_drop(&names);
	/* A folder that its owner locked is an error, not a wait. */
	OK(RUN(w, "chmod", "0", ".") == ERR_OK);
	buf_init(&names, 1000);
	(void)!worker_list(w, gather, &names);
	buf_drop(&names);
	worker_close(w);
}

/* Should a link or a pipe ever come to be there: it is not followed, and does
 * not hold us up. */
static void
what_is_no_file_is_neither_opened_nor_listed(void)
{
	char path[] = "/tmp/sotto-left-XXXXXX";
	struct buf names;
	uint64_t size;
	int folder, fd;

	buf_init(&names, 1000);
	OK(mkdtemp(path) != NULL);
	OK((folder = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)) >= 0);
	OK(symlinkat("/etc/passwd", folder, "link") == 0);
	OK(symlinkat("file", folder, "near") == 0);
	OK(mknodat(folder, "pipe", S_IFIFO | 0600, 0) == 0);
	OK(mknodat(folder, "socket", S_IFSOCK | 0600, 0) == 0);
	OK(mknodat(folder, "file", S_IFREG | 0600, 0) == 0);
	OK(left_take(folder, "link", &fd, &size) == ERR_FORMAT);
	OK(left_take(folder, "near", &fd, &size) == ERR_FORMAT);
	OK(left_take(folder, "pipe", &fd, &size) == ERR_FORMAT);
	OK(left_take(folder, "socket", &fd, &size) == ERR_FORMAT);
	OK(left_list(folder, gather, &names) == ERR_OK);
	OK(strcmp(buf_str(&names), "file 0\n") == 0);
	OK(left_remove(folder, "link") == ERR_OK &&
	    left_remove(folder, "near") == ERR_OK &&
	    left_remove(folder, "pipe") == ERR_OK &&
	    left_remove(folder, "socket") == ERR_OK &&
	    left_remove(folder, "file") == ERR_OK);
	OK(close(folder) == 0 && rmdir(path) == 0);
	buf_drop(&names);
}

/* @words A B: says them. */
static int
words(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("%s|", argv[i]);
	return fflush(stdout) == 0 ? 0 : 1;
}

static void
a_part_of_the_program_runs_in_a_room(void)
{
	struct worker *w = room();

	OK(RUN(w, "@words", "one", "", "two words") == ERR_OK);
	OK(said_is("@words|one||two words|"));
	worker_close(w);
}

static void
a_part_does_not_run_without_a_room(void)
{
	static char self[] = "sotto", name[] = "@words", other[] = "@other";
	const struct worker_part parts[] = { { "words", words },
		{ NULL, NULL } };
	int status = 0;

	OK(worker_is_part(2, (char *[]){ self, name, NULL }, parts, &status));
	OK(status != 0);
	OK(!worker_is_part(2, (char *[]){ self, other, NULL }, parts, &status));
	OK(!worker_is_part(1, (char *[]){ self, NULL }, parts, &status));
}

static void *
use_rooms(void *arg)
{
	struct worker **left = arg;
	const char *const argv[] = { "true", NULL };
	const struct worker_run run = { .argv = argv };

	for (unsigned i = 0; i < 4; i++) {
		struct worker *w = room();

		OK(worker_run(w, &run, NULL) == ERR_OK);
		worker_close(w);
	}
	*left = room();
	return NULL;
}

static void
threads_have_rooms_of_their_own_that_outlive_them(void)
{
	struct worker *left[4] = { NULL };
	pthread_t thread[4];

	for (size_t i = 0; i < COUNT(thread); i++)
		OK(pthread_create(&thread[i], NULL, use_rooms, &left[i]) == 0);
	for (size_t i = 0; i < COUNT(thread); i++)
		OK(pthread_join(thread[i], NULL) == 0);
	for (size_t i = 0; i < COUNT(thread); i++) {
		OK(RUN(left[i], "echo", "here") == ERR_OK && said_is("here\n"));
		worker_close(left[i]);
	}
}

static int
room_process(void)
{
	char path[64], text[64] = "";
	int fd;

	(void)snprintf(
	    path, sizeof(path), "/proc/self/task/%d/children", getpid());
	OK((fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0);
	OK(read(fd, text, sizeof(text) - 1) >= 0 && close(fd) == 0);
	return (int)strtol(text, NULL, 10);
}

static void
a_room_that_has_gone_is_said(void)
{
	struct worker *w = room();

	OK(kill(room_process(), SIGKILL) == 0);
	OK(RUN(w, "true") == ERR_CLOSED);
	OK(RUN(w, "true") == ERR_CLOSED);
	OK(worker_put(w, "x", "x", 1) == ERR_CLOSED);
	worker_close(w);
	OK(room_process() == 0);
}

static void
what_does_not_fit_the_room_is_refused(void)
{
	struct worker_limits small = worker_usual;
	static uint8_t much[300000];
	struct worker *w;

	small.disk = 200000;
	w = room_of(&small);
	OK(worker_put(w, "much", much, sizeof(much)) == ERR_FULL);
	OK(worker_remove(w, "much") == ERR_OK);
	OK(worker_put(w, "less", much, 100000) == ERR_OK);
	worker_close(w);
}

/* Everything once; the first error. */
static enum err
whole_road(void)
{
	const char *const argv[] = { "cp", "in", "out", NULL };
	const struct worker_run run = { .argv = argv };
	struct worker *w = NULL;
	struct buf names;
	uint64_t size;
	int fd = -1;
	enum err e;

	buf_init(&names, 1000);
	if ((e = worker_open(&w, &worker_usual)) != ERR_OK ||
	    (e = worker_put(w, "in", "word", 4)) != ERR_OK ||
	    (e = worker_run(w, &run, NULL)) != ERR_OK ||
	    (e = worker_list(w, gather, &names)) != ERR_OK ||
	    (e = worker_take(w, "out", &fd, &size)) != ERR_OK)
		goto out;
	OK(size == 4);
out:
	if (fd >= 0)
		OK(close(fd) == 0);
	worker_close(w);
	buf_drop(&names);
	return e;
}

static void
refused_memory_breaks_no_room(void)
{
	unsigned n = 1;
	enum err e;

	buf_drop(&worker_said);
	do {
		alloc_refuse(n++);
		e = whole_road();
		alloc_refuse(0);
		OK(e == ERR_OK || e == ERR_NOMEM);
		OK(alloc_held() == 0 && alloc_dirty() == 0);
	} while (e != ERR_OK && n < 200);
	OK(e == ERR_OK && n > 5);
}

static unsigned
open_fds(void)
{
	unsigned n = 0;

	for (int fd = 0; fd < 400; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void
descriptors_that_cannot_be_had_break_no_room(void)
{
	const unsigned had = open_fds();
	struct rlimit was, now;
	enum err e = ERR_IO;

	OK(getrlimit(RLIMIT_NOFILE, &was) == 0);
	for (unsigned n = 3; n < 60 && e != ERR_OK; n++) {
		now = was;
		now.rlim_cur = n;
		OK(setrlimit(RLIMIT_NOFILE, &now) == 0);
		e = whole_road();
		OK(setrlimit(RLIMIT_NOFILE, &was) == 0);
		OK(open_fds() == had && room_process() == 0);
	}
	OK(e == ERR_OK);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

/* A system without this call: what is the answer, and did anything run? */
static int
without(const char *call)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);
	struct worker *w = NULL;
	const char *const argv[] = { "touch", "/room/ran", NULL };
	const struct worker_run run = { .argv = argv };
	uint64_t size;
	int fd;
	enum err e;

	if (f == NULL || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return 90;
	if (strcmp(call, "seccomp") == 0) {
		const struct scmp_arg_cmp is =
		    SCMP_A0_32(SCMP_CMP_EQ, PR_SET_SECCOMP);

		if (seccomp_rule_add(
			f, SCMP_ACT_ERRNO(EINVAL), SCMP_SYS(prctl), 1, is) != 0)
			return 91;
	} else if (seccomp_rule_add(f, SCMP_ACT_ERRNO(EPERM),
		       seccomp_syscall_resolve_name(call), 0) != 0)
		return 92;
	if (seccomp_load(f) != 0)
		return 93;
	seccomp_release(f);
	if ((e = worker_open(&w, &worker_usual)) != ERR_OK)
		return (int)e;
	e = worker_run(w, &run, NULL);
	if (worker_take(w, "ran", &fd, &size) == ERR_OK)
		return 94;
	worker_close(w);
	return (int)e;
}

static void
where_any_wall_cannot_be_had_nothing_runs(void)
{
	static const char *const walls[] = { "unshare", "mount", "open_tree",
		"mount_setattr", "move_mount", "pivot_root", "umount2",
		"sethostname", "clone", "close_range",
		"landlock_create_ruleset", "landlock_add_rule",
		"landlock_restrict_self", "seccomp", "prlimit64" };

	for (size_t i = 0; i < COUNT(walls); i++) {
		pid_t pid = fork();
		int status = -1;

		OK(pid >= 0);
		if (pid == 0)
			_exit(without(walls[i]));
		OK(waitpid(pid, &status, 0) == pid);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != ERR_SANDBOX)
			fprintf(stderr, "without %s: %x\n", walls[i],
			    (unsigned)status);
		OK(WIFEXITED(status) && WEXITSTATUS(status) == ERR_SANDBOX);
	}
}

static void
tests(void)
{
	T(what_is_put_in_is_read_and_the_answer_comes_back)
	T(bytes_of_a_descriptor_go_in_whatever_its_position)
	T(a_name_is_plain_or_refused)
	T(a_program_is_looked_for_in_one_place_only)
	T(how_it_ended_is_told)
	T(who_does_not_take_the_output_ends_the_run)
	T(the_room_stays_between_runs_and_what_lies_aside_does_not)
	T(what_it_left_is_listed_taken_and_removed)
	T(what_is_no_file_is_neither_opened_nor_listed)
	T(a_part_of_the_program_runs_in_a_room)
	T(a_part_does_not_run_without_a_room)
	T(threads_have_rooms_of_their_own_that_outlive_them)
	T(a_room_that_has_gone_is_said)
	T(what_does_not_fit_the_room_is_refused)
	T(refused_memory_breaks_no_room)
	T(descriptors_that_cannot_be_had_break_no_room)
	T(where_any_wall_cannot_be_had_nothing_runs)
}

int
main(int argc, char **argv)
{
	static const struct worker_part parts[] = {
		{ "words", words },
		{ NULL, NULL },
	};
	int status;

	if (worker_is_part(argc, argv, parts, &status))
		return status;
	clock_init();
	tests();
	return 0;
}
