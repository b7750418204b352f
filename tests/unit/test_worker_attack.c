/* A hostile program in a room: what it reads, reaches, leaves behind and takes
 * for itself. */
#include <sys/wait.h>

#include "alloc.h"
#include "worker_kit.h"
#include "worker_tries.h"

static char secret[] = "/tmp/sotto-worker-XXXXXX";

/* A desk has files, a variable, descriptors and a socket for its own use. */
static void
be_a_desk(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = mkstemp(secret);

	OK(fd >= 0 && write(fd, "key", 3) == 3 && fchmod(fd, 0644) == 0);
	OK(dup2(fd, 77) == 77 && dup2(fd, 300) == 300); /* not close-on-exec */
	OK(setenv("SOTTO_SECRET", "words", 1) == 0);
	(void)snprintf(
	    a.sun_path + 1, sizeof(a.sun_path) - 1, "sotto-%d", getpid());
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	OK(fd >= 0 && bind(fd, (struct sockaddr *)&a, sizeof(a)) == 0 &&
	    listen(fd, 5) == 0);
}

static enum err
try_kind(const struct worker_limits *limits, const char *kind)
{
	struct worker *w = room_of(limits);
	char pid[32];
	enum err e;

	(void)snprintf(pid, sizeof(pid), "%d", getpid());
	e = RUN(w, "@try", kind, secret, pid);
	if (e != ERR_OK || worker_said.len != 0)
		fprintf(stderr, "%s: %s %d %d: %.*s %s\n", kind, err_name(e),
		    worker_end.status, worker_end.signal, (int)worker_said.len,
		    (const char *)worker_said.at, worker_end.why);
	worker_close(w);
	return e;
}

static bool
gets_nothing(const struct worker_limits *limits, const char *kind)
{
	return try_kind(limits, kind) == ERR_OK && worker_said.len == 0;
}

static void
it_reads_no_file_of_the_desk_the_system_or_other_processes(void)
{
	OK(gets_nothing(&worker_usual, "files"));
	OK(gets_nothing(&worker_office, "files"));
}

static void
it_opens_no_socket_of_any_family(void)
{
	OK(gets_nothing(&worker_usual, "sockets"));
}

static void
local_sockets_reach_nobody_outside(void)
{
	OK(gets_nothing(&worker_office, "local"));
}

static void
it_traces_signals_and_disturbs_nobody(void)
{
	OK(gets_nothing(&worker_usual, "others"));
	OK(gets_nothing(&worker_office, "others"));
}

static void
it_mounts_unshares_and_loads_nothing(void)
{
	OK(gets_nothing(&worker_usual, "system"));
	OK(gets_nothing(&worker_office, "system"));
}

static void
it_leaves_no_link_pipe_device_or_attribute(void)
{
	OK(gets_nothing(&worker_usual, "left"));
}

/* The tries are worth something only if they work outside. */
static void
the_same_things_work_without_a_room(void)
{
	static bool (*const harmless[])(void) = { read_secret, read_passwd,
		read_homes, read_proc, read_desk, map_own_code, inherit,
		inherit_words, any_socket, any_pair, any_socket_but_local,
		reach_desk_socket, leave_links, outlive_parent };
	char folder[] = "/tmp/sotto-tries-XXXXXX";

	OK(mkdtemp(folder) != NULL);
	for (size_t i = 0; i < COUNT(harmless); i++) {
		const int desk = getpid();
		pid_t pid = fork();
		int status = -1;

		OK(pid >= 0);
		if (pid == 0) {
			known.secret = secret;
			known.pid = desk;
			_exit(chdir(folder) == 0 && harmless[i]() ? 0 : 1);
		}
		OK(waitpid(pid, &status, 0) == pid);
		if (status != 0)
			fprintf(stderr, "try %zu\n", i);
		OK(status == 0);
	}
	OK(chdir(folder) == 0);
	(void)unlink("code");
	(void)unlink("result");
	OK(chdir("/") == 0 && rmdir(folder) == 0);
}

/*
 * Time.
 */

/* @stay WORD: cannot be asked to end; and a child of a child of it. */
static int
stay(int argc, char **argv)
{
	struct sigaction no = { .sa_handler = SIG_IGN };
	sigset_t all;

	(void)argc;
	(void)argv;
	(void)sigfillset(&all);
	(void)sigprocmask(SIG_BLOCK, &all, NULL);
	for (int s = 1; s < 65; s++)
		(void)sigaction(s, &no, NULL);
	for (unsigned i = 0; i < 3; i++)
		if (fork() == 0 && setsid() >= 0 && fork() == 0)
			(void)raise(SIGSTOP);
	while (pause() < 0)
		;
	return 1;
}

/* @leave WORD: is done at once, but not its child, which holds the output. */
static int
leave(int argc, char **argv)
{
	(void)argc;
	if (fork() == 0 && fork() == 0 && setsid() >= 0)
		return stay(argc, argv);
	return 0;
}

static const struct worker_limits many = { .seconds = 1,
	.cpu = 5,
	.memory = UINT64_C(1) << 30,
	.disk = 4U << 20,
	.out = 1U << 20,
	.processes = 8 };

static void
nothing_outlives_its_time(void)
{
	const char *word = own_word("stay");
	struct worker *w = room_of(&many);
	uint64_t began = clock_ms();

	OK(RUN(w, "@stay", word) == ERR_EXPIRED);
	OK(clock_ms() - began >= 1000 && clock_ms() - began < 5000);
	OK(!runs(word));
	OK(RUN(w, "true") == ERR_OK); /* the room still works */
	worker_close(w);
}

static void
nothing_outlives_the_program_that_was_run(void)
{
	const char *word = own_word("leave");
	struct worker *w = room_of(&many);

	OK(RUN(w, "@leave", word) == ERR_OK);
	OK(!runs(word));
	worker_close(w);
}

static bool
say_stop(void *arg)
{
	return wait_for_word(arg, true);
}

static void
nothing_outlives_being_cancelled(void)
{
	char word[64];
	struct worker_limits l = many;
	struct worker_run run = { .cancelled = say_stop, .arg = word };
	const char *const argv[] = { "@stay", word, NULL };
	struct worker *w;

	l.seconds = 30;
	(void)snprintf(word, sizeof(word), "%s", own_word("cancel"));
	w = room_of(&l);
	run.argv = argv;
	OK(worker_run(w, &run, NULL) == ERR_CLOSED);
	OK(!runs(word));
	worker_close(w);
}

static void
nothing_outlives_a_desk_that_was_killed(void)
{
	const char *word = own_word("orphan");
	struct worker_limits l = many;
	pid_t pid = fork();

	OK(pid >= 0);
	if (pid == 0) {
		l.seconds = 30;
		(void)RUN(room_of(&l), "@stay", word);
		_exit(1);
	}
	OK(wait_for_word(word, true));
	OK(kill(pid, SIGKILL) == 0 && waitpid(pid, NULL, 0) == pid);
	OK(wait_for_word(word, false));
}

static void
the_processor_is_not_turned_for_ever(void)
{
	struct worker_limits l = worker_usual;
	struct worker *w;

	l.cpu = 1;
	l.seconds = 30;
	w = room_of(&l);
	OK(RUN(w, "perl", "-e", "$SIG{XCPU} = 'IGNORE'; 1 while 1") ==
	    ERR_EXPIRED);
	OK(worker_end.signal == SIGKILL);
	worker_close(w);
}

/*
 * Shares.
 */

static void
it_says_no_more_than_it_may(void)
{
	struct worker_limits l = worker_usual;
	struct worker *w;

	l.out = 1000000;
	w = room_of(&l);
	OK(RUN(w, "perl", "-e", "print 'x' x 1000000") == ERR_OK);
	OK(worker_said.len == 1000000);
	OK(RUN(w, "perl", "-e", "print 'x' x 1000001") == ERR_TOOBIG);
	OK(worker_said.len <= 1000000);
	OK(RUN(w, "yes") == ERR_TOOBIG);
	/* Nor of standard error, of which only the beginning is kept. */
	OK(RUN(w, "perl", "-e", "print STDERR 'x' x 65536 while 1") ==
	    ERR_TOOBIG);
	OK(strlen(worker_end.why) == WORKER_WHY_BYTES - 1);
	worker_close(w);
}

static void
it_keeps_no_more_than_the_room_holds(void)
{
	static const char *const fill[] = {
		/* One file, and one where there is a hole in it. */
		"open F, '>', 'f'; binmode F; $| = 1; $n = 0;"
		"while (syswrite F, 'x' x 65536) { $n++ } print $n <= 64 ? 'no' : 'more'",
		"open F, '>', '/tmp/f'; $n = 0; while (syswrite F, 'x' x 65536)"
		"{ $n++ } print $n <= 64 ? 'no' : 'more'",
		"$SIG{XFSZ} = 'IGNORE'; open F, '>', 's';"
		"print truncate(F, 1 << 40) ? 'more' : 'no'",
		/* Many. */
		"$n = 0; while (open F, '>', \"/tmp/m$n\") { $n++ }"
		"print $n <= 4096 ? 'no' : 'more'",
		"$n = 0; while (mkdir \"/tmp/d$n\") { $n++ }"
		"print $n <= 4096 ? 'no' : 'more'",
	};
	struct worker *w = room_of(&many);

	for (size_t i = 0; i < COUNT(fill); i++) {
		OK(RUN(w, "perl", "-e", fill[i]) == ERR_OK);
		if (!said_is("no"))
			fprintf(stderr, "fill %zu\n", i);
		OK(said_is("no"));
	}
	OK(worker_put(w, "late", "x", 1) == ERR_FULL);
	OK(RUN(w, "true") == ERR_OK);
	worker_close(w);
}

static void
it_has_no_more_memory_than_it_may(void)
{
	struct worker_limits l = worker_usual;
	struct worker *w;

	l.memory = 256U << 20;
	w = room_of(&l);
	OK(RUN(w, "perl", "-e", "$x = 'x' x (1 << 26); print 'fine'") ==
	    ERR_OK);
	OK(RUN(w, "perl", "-e", "$x = 'x' x (1 << 28); print 'more'") ==
	    ERR_FORMAT);
	OK(worker_said.len == 0);
	worker_close(w);
}

static void
it_has_no_more_processes_than_it_may(void)
{
	static const char bomb[] = "$n = 0; while (defined($p = fork)) {"
				   "if (!$p) { sleep 100 } $n++ } print $n";
	struct worker *w = room();
	unsigned long n;

	OK(RUN(w, "perl", "-e", bomb) == ERR_OK && said_is("0"));
	worker_close(w);
	w = room_of(&many);
	OK(RUN(w, "perl", "-e", bomb) == ERR_OK);
	OK(buf_str(&worker_said) != NULL);
	n = strtoul(buf_str(&worker_said), NULL, 10);
	OK(n > 0 && n <= 8 + 64);
	/* All of them, each making more. */
	OK(RUN(w, "perl", "-e", "fork while 1") == ERR_EXPIRED);
	OK(RUN(w, "true") == ERR_OK);
	worker_close(w);
}

static void
its_descriptors_are_counted(void)
{
	struct worker *w = room();

	OK(RUN(w, "perl", "-e",
	       "$n = 0; while (open my $f, '<', '/dev/null') { push @f, $f; $n++ }"
	       "print $n < 256 ? 'no' : 'more'") == ERR_OK);
	OK(said_is("no"));
	worker_close(w);
}

static void
a_program_that_reads_or_writes_nothing_holds_up_nobody(void)
{
	struct worker *w = room_of(&many);
	uint64_t began = clock_ms();

	/* Its own end of the pipe set to wait, and closed. */
	OK(RUN(w, "perl", "-e",
	       "use Fcntl; fcntl(STDOUT, F_SETFL, 0); close STDOUT; sleep 100") ==
	    ERR_EXPIRED);
	OK(RUN(w, "perl", "-e",
	       "use Fcntl; fcntl(STDOUT, F_SETFL, O_NONBLOCK|O_APPEND);"
	       "syswrite STDOUT, 'x'; kill 'STOP', $$; sleep 100") ==
	    ERR_EXPIRED);
	OK(clock_ms() - began < 9000);
	worker_close(w);
}

static void
the_first_process_is_not_killed_from_within(void)
{
	struct worker *w = room_of(&many);

	OK(RUN(w, "perl", "-e",
	       "if (!fork) { kill 'KILL', 1; kill 'KILL', -1; exit }"
	       "wait; print 'here'") == ERR_OK);
	OK(said_is("here"));
	worker_close(w);
}

static void
calls_of_another_architecture_kill(void)
{
#if defined(__x86_64__) && !defined(SOTTO_SANITIZED)
	struct worker *w = room();

	OK(RUN(w, "@thirty-two") == ERR_FORMAT);
	OK(worker_end.signal == SIGSYS);
	worker_close(w);
#endif
}

/* getpid() of 32 bits. */
static int
thirty_two(int argc, char **argv)
{
	long n = 20;

	(void)argc;
	(void)argv;
#if defined(__x86_64__)
	__asm__ volatile("int $0x80" : "+a"(n) : : "memory");
#endif
	return n > 0 ? 0 : 1;
}

/* Is this in what a process may write? */
static bool
has_in_memory(int pid, const char *word, size_t n)
{
	char path[64], line[512];
	unsigned long from, to;
	bool found = false;
	FILE *maps;
	int mem;

	(void)snprintf(path, sizeof(path), "/proc/%d/mem", pid);
	OK((mem = open(path, O_RDONLY | O_CLOEXEC)) >= 0);
	(void)snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	OK((maps = fopen(path, "re")) != NULL);
	while (!found && fgets(line, sizeof(line), maps) != NULL) {
		char *rest;

		from = strtoul(line, &rest, 16);
		to = strtoul(rest + 1, &rest, 16);
		/* Shadow memory of sanitizers is larger than any machine. */
		for (; rest[2] == 'w' && to - from < (64U << 20) && !found &&
		     from < to;
		     from += 4096) {
			char page[4096];

			found = pread(mem, page, sizeof(page), (off_t)from) ==
				sizeof(page) &&
			    memmem(page, sizeof(page), word, n) != NULL;
		}
	}
	(void)fclose(maps);
	(void)close(mem);
	return found;
}

/* The process of the room, our only child. */
static int
room_process(void)
{
	char path[64], text[64] = "";
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/self/task/%d/children",
	    (int)syscall(SYS_gettid));
	OK((fd = open(path, O_RDONLY | O_CLOEXEC)) >= 0);
	OK(read(fd, text, sizeof(text) - 1) > 0 && close(fd) == 0);
	return (int)strtol(text, NULL, 10);
}

static void
the_room_has_nothing_of_the_desks_memory(void)
{
	static char key[33];
	struct worker *w;

	/* Not in the program, which the room has as well. */
	for (size_t i = 0; i < 32; i++)
		key[i] = (char)('a' + (i * 7 + (size_t)getpid()) % 26);
	w = room();
	OK(RUN(w, "true") == ERR_OK);
	OK(has_in_memory(getpid(), key, 32));
	OK(!has_in_memory(room_process(), key, 32));
	worker_close(w);
}

static void
tests(void)
{
	T(it_reads_no_file_of_the_desk_the_system_or_other_processes)
	T(it_opens_no_socket_of_any_family)
	T(local_sockets_reach_nobody_outside)
	T(it_traces_signals_and_disturbs_nobody)
	T(it_mounts_unshares_and_loads_nothing)
	T(it_leaves_no_link_pipe_device_or_attribute)
	T(the_same_things_work_without_a_room)
	T(nothing_outlives_its_time)
	T(nothing_outlives_the_program_that_was_run)
	T(nothing_outlives_being_cancelled)
	T(nothing_outlives_a_desk_that_was_killed)
	T(the_processor_is_not_turned_for_ever)
	T(it_says_no_more_than_it_may)
	T(it_keeps_no_more_than_the_room_holds)
	T(it_has_no_more_memory_than_it_may)
	T(it_has_no_more_processes_than_it_may)
	T(its_descriptors_are_counted)
	T(a_program_that_reads_or_writes_nothing_holds_up_nobody)
	T(the_first_process_is_not_killed_from_within)
	T(calls_of_another_architecture_kill)
	T(the_room_has_nothing_of_the_desks_memory)
}

int
main(int argc, char **argv)
{
	static const struct worker_part parts[] = {
		{ "try", try_all },
		{ "stay", stay },
		{ "leave", leave },
		{ "thirty-two", thirty_two },
		{ NULL, NULL },
	};
	int status;

	if (worker_is_part(argc, argv, parts, &status))
		return status;
	clock_init();
	be_a_desk();
	tests();
	(void)unlink(secret);
	return 0;
}
