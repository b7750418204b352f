/* Every forbidden thing is tried in a child that has entered the sandbox: it
 * must be killed, or told no; and what the process is for still works. */
#include <seccomp.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "base/file.h"
#include "os/channel.h"
#include "os/process.h"
#include "sandbox_tries.h"

static const char *const names[SANDBOX_COUNT] = { "warden", "front", "deriver",
	"keeper" };

static void
enter(enum sandbox which)
{
	const struct sandbox_paths paths = { .folder = folder };

	if (sandbox_prepare() != ERR_OK ||
	    sandbox_enter(which, &paths) != ERR_OK)
		_exit(99);
}

/* The status of a child that did this in its sandbox. */
static int
in_sandbox(enum sandbox which, int (*what)(void))
{
	pid_t pid = fork();
	int status = -1;

	OK(pid >= 0);
	if (pid == 0) {
		enter(which);
		_exit(what());
	}
	OK(waitpid(pid, &status, 0) == pid);
	return status;
}

static bool
was_stopped(int status)
{
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS;
	return WIFEXITED(status) && WEXITSTATUS(status) == TOLD_NO;
}

static void
no_process_can_do_what_is_forbidden_to_it(void)
{
#ifdef SOTTO_SANITIZED
	bool whole = false;
#else
	bool whole = true;
#endif

	for (size_t i = 0; i < COUNT(forbidden); i++)
		for (unsigned s = 0; s < SANDBOX_COUNT; s++) {
			int status;

			if (!(forbidden[i].who & (1U << s)) ||
			    !(whole || forbidden[i].sanitized))
				continue;
			status =
			    in_sandbox((enum sandbox)s, forbidden[i].attempt);
			if (!was_stopped(status))
				fprintf(stderr, "%s could %s: %x\n", names[s],
				    forbidden[i].what, (unsigned)status);
			OK(was_stopped(status));
		}
}

/* The tries are worth something only if they work outside. */
static void
the_same_things_work_without_a_sandbox(void)
{
	static int (*const harmless[])(void) = { try_open, try_open_inside,
		try_openat, try_list, try_socket, try_unix_socket, try_connect,
		try_fast_open, try_fork, try_ftruncate, try_setfl, try_pwrite,
		try_map_file, try_map_code, try_make_code, try_kill, try_stat,
		try_chmod, try_truncate };

	for (size_t i = 0; i < COUNT(harmless); i++) {
		pid_t pid = fork();
		int status = -1;

		OK(pid >= 0);
		if (pid == 0)
			_exit(harmless[i]());
		OK(waitpid(pid, &status, 0) == pid);
		if (!WIFEXITED(status) || WEXITSTATUS(status) != WORKED)
			fprintf(stderr, "try %zu: %x\n", i, (unsigned)status);
		OK(WIFEXITED(status) && WEXITSTATUS(status) == WORKED);
	}
}

static int
road_of_front(void)
{
	struct channel *c[2] = { NULL };
	struct message m = { .type = 1, .id = 2 };
	void *p = malloc(10000000);
	int got;

	if (p == NULL || write(append_fd, "x", 1) != 1)
		return 2;
	free(p);
	got = accept4(listen_fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
	if (got >= 0 || errno != EAGAIN)
		return 3;
	/* No pair can be made any more: this one is from before. */
	if (channel_open(&c[0], 60) != ERR_OK ||
	    channel_open(&c[1], 61) != ERR_OK ||
	    channel_send(c[0], &m) != ERR_OK ||
	    channel_receive_wait(c[1], &m, 1000) != ERR_OK)
		return 4;
	channel_close(c[0]);
	channel_close(c[1]);
	return 0;
}

static int
road_of_keeper(void)
{
	char path[80], other[80];
	struct buf b;
	int fd;

	(void)snprintf(path, sizeof(path), "%s/new", folder);
	(void)snprintf(other, sizeof(other), "%s/newer", folder);
	buf_init(&b, 100);
	if (file_make(path, "words", 5, 0600) != ERR_OK)
		return 2;
	if (rename(path, other) != 0 || file_read(&b, other) != ERR_OK)
		return 3;
	buf_drop(&b);
	if ((fd = open(other, O_RDWR | O_CLOEXEC)) < 0 ||
	    ftruncate(fd, 1) != 0 || fsync(fd) != 0 || close(fd) != 0 ||
	    unlink(other) != 0 || file_sync_dir(folder) != ERR_OK)
		return 4;
	return 0;
}

static int
road_of_warden(void)
{
	struct process p = { .watch = -1, .channel = -1 };
	struct channel *c;
	struct message m;

	if (process_start(&p, "hello", NULL) != ERR_OK)
		return 2;
	if (channel_open(&c, p.channel) != ERR_OK)
		return 3;
	p.channel = -1;
	if (channel_receive_wait(c, &m, 10000) != ERR_OK || m.type != 77)
		return 4;
	channel_close(c);
	process_drop(&p);
	return 0;
}

static void
the_allowed_road_of_every_process_still_works(void)
{
	static int (*const roads[SANDBOX_COUNT])(void) = {
		[SANDBOX_WARDEN] = road_of_warden,
		[SANDBOX_FRONT] = road_of_front,
		[SANDBOX_DERIVER] = NULL,
		[SANDBOX_KEEPER] = road_of_keeper,
	};

	for (unsigned s = 0; s < SANDBOX_COUNT; s++) {
		int status;

		if (roads[s] == NULL)
			continue;
		status = in_sandbox((enum sandbox)s, roads[s]);
		if (status != 0)
			fprintf(stderr, "%s: %x\n", names[s], (unsigned)status);
		OK(status == 0);
	}
}

static int
look_prepared(void)
{
	struct rlimit core;

	if (getrlimit(RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
		return 2;
	if (prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0)
		return 3;
	return 0;
}

static void
a_prepared_process_leaves_no_core_and_is_not_looked_into(void)
{
	pid_t pid = fork();
	int status = -1;

	OK(pid >= 0);
	if (pid == 0)
		_exit(sandbox_prepare() == ERR_OK ? look_prepared() : 1);
	OK(waitpid(pid, &status, 0) == pid && status == 0);
}

/* A machine that lacks a call of the sandbox. */
static int
enter_without(const char *call)
{
	scmp_filter_ctx f = seccomp_init(SCMP_ACT_ALLOW);

	if (f == NULL ||
	    seccomp_rule_add(f, SCMP_ACT_ERRNO(ENOSYS),
		seccomp_syscall_resolve_name(call), 0) != 0 ||
	    seccomp_load(f) != 0)
		return 2;
	return sandbox_enter(SANDBOX_FRONT, NULL) == ERR_SANDBOX ? 0 : 1;
}

static void
where_the_sandbox_cannot_be_had_it_is_said(void)
{
	static const char *const calls[] = { "landlock_create_ruleset",
		"landlock_restrict_self", "seccomp" };

	for (size_t i = 0; i < COUNT(calls); i++) {
		pid_t pid = fork();
		int status = -1;

		OK(pid >= 0);
		if (pid == 0)
			_exit(enter_without(calls[i]));
		OK(waitpid(pid, &status, 0) == pid);
		if (status != 0)
			fprintf(stderr, "%s: %x\n", calls[i], (unsigned)status);
		OK(status == 0);
	}
}

/* A child of the warden: it becomes a keeper under the warden's rules. */
static int
hello(void)
{
	struct message m = { .type = 77 };
	struct channel *c;

	if (process_begin() != ERR_OK || sandbox_prepare() != ERR_OK ||
	    sandbox_enter(SANDBOX_FRONT, NULL) != ERR_OK ||
	    channel_open(&c, PROCESS_CHANNEL_FD) != ERR_OK ||
	    channel_send(c, &m) != ERR_OK)
		return 1;
	if (channel_receive_wait(c, &m, 10000) != ERR_CLOSED)
		return 1;
	channel_close(c);
	return 0;
}

/* A socket that listens on a free port of loopback. */
static int
listen_tcp(void)
{
	const struct sockaddr_in a = {
		.sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	OK(fd >= 0 && bind(fd, (const struct sockaddr *)&a, sizeof(a)) == 0);
	OK(listen(fd, 8) == 0);
	return fd;
}

static void
set_up(void)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd[2];

	OK(mkdtemp(folder) != NULL && process_init() == ERR_OK);
	(void)snprintf(inside, sizeof(inside), "%s/file", folder);
	OK(file_make(inside, "words", 5, 0600) == ERR_OK);
	append_fd = open(inside, O_WRONLY | O_APPEND | O_CLOEXEC);
	file_fd = open(inside, O_RDONLY | O_CLOEXEC);
	listen_fd =
	    socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	(void)snprintf(a.sun_path, sizeof(a.sun_path), "%s/socket", folder);
	OK(append_fd >= 0 && file_fd >= 0 && listen_fd >= 0);
	OK(bind(listen_fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	OK(listen(listen_fd, 8) == 0);
	tcp_fd = listen_tcp();
	target_fd = listen_tcp();
	OK(channel_pair(fd) == ERR_OK);
	OK(dup2(fd[0], 60) == 60 && dup2(fd[1], 61) == 61);
}

static void
clean_up(void)
{
	char path[80];

	(void)snprintf(path, sizeof(path), "%s/socket", folder);
	(void)unlink(path);
	(void)unlink(inside);
	(void)rmdir(folder);
}

static void
tests(void)
{
	T(no_process_can_do_what_is_forbidden_to_it)
	T(the_allowed_road_of_every_process_still_works)
	T(a_prepared_process_leaves_no_core_and_is_not_looked_into)
	T(where_the_sandbox_cannot_be_had_it_is_said)
	T(the_same_things_work_without_a_sandbox)
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "@hello") == 0)
		return hello();
	set_up();
	tests();
	clean_up();
	return 0;
}
