#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"

#include "cmd/child.h"

#define SELF "/proc/self/exe"
#define ARGS_MAX 24
#define IN_MAX 65536U
#define STOP_MS 5000U

extern char **environ;

/* Start it with these two descriptors as its input and output. */
static enum err
spawn(const char *const *argv, int in, int out, pid_t *pid)
{
	union {
		const char *const *given;
		char *const *taken;
	} same; /* posix_spawn() promises not to write to them */
	const char *args[ARGS_MAX + 2] = { "sotto" };
	posix_spawn_file_actions_t acts;
	size_t n;
	int error;

	for (n = 0; argv[n] != NULL; n++) {
		assert(n < ARGS_MAX);
		args[n + 1] = argv[n];
	}
	same.given = args;
	if (posix_spawn_file_actions_init(&acts) != 0)
		return ERR_NOMEM;
	if ((error = posix_spawn_file_actions_adddup2(&acts, in, 0)) == 0 &&
	    (error = posix_spawn_file_actions_adddup2(&acts, out, 1)) == 0)
		error =
		    posix_spawn(pid, SELF, &acts, NULL, same.taken, environ);
	(void)posix_spawn_file_actions_destroy(&acts);
	if (error == 0)
		return ERR_OK;
	errno = error;
	return file_err();
}

static void
shut(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

enum err
child_run(const char *const *argv, const void *in, size_t n, struct buf *out)
{
	int give[2] = { -1, -1 }, take[2] = { -1, -1 }, status;
	pid_t pid = 0;
	enum err e;

	assert(n <= IN_MAX);
	if (pipe2(give, O_CLOEXEC) != 0 || pipe2(take, O_CLOEXEC) != 0) {
		e = file_err();
		goto out;
	}
	/* It fits the pipe, so nobody waits for anybody; a child that does not
	 * read it is told from its status. */
	if ((e = file_write_fd(give[1], in, n)) != ERR_OK)
		goto out;
	shut(&give[1]);
	if ((e = spawn(argv, give[0], take[1], &pid)) != ERR_OK)
		goto out;
	shut(&take[1]);
	e = file_read_fd(out, take[0]);
	shut(&take[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (e == ERR_OK && (!WIFEXITED(status) || WEXITSTATUS(status) != 0))
		e = ERR_DENIED;
out:
	for (size_t i = 0; i < 2; i++) {
		shut(&give[i]);
		shut(&take[i]);
	}
	return e;
}

enum err
child_start(const char *const *argv, pid_t *pid, int *out)
{
	int take[2], null;
	enum err e;

	if ((null = open("/dev/null", O_RDONLY | O_CLOEXEC)) < 0)
		return file_err();
	if (pipe2(take, O_CLOEXEC) != 0) {
		e = file_err();
		(void)close(null);
		return e;
	}
	e = spawn(argv, null, take[1], pid);
	(void)close(null);
	(void)close(take[1]);
	if (e == ERR_OK)
		*out = take[0];
	else
		(void)close(take[0]);
	return e;
}

bool
child_has_ended(pid_t *pid)
{
	if (*pid != 0 && waitpid(*pid, NULL, WNOHANG) == *pid)
		*pid = 0;
	return *pid == 0;
}

void
child_stop(pid_t *pid)
{
	const uint64_t until = clock_ms() + STOP_MS;

	if (*pid == 0)
		return;
	(void)kill(*pid, SIGTERM);
	while (!child_has_ended(pid) && clock_ms() < until)
		clock_sleep(10);
	if (*pid == 0)
		return;
	(void)kill(*pid, SIGKILL);
	(void)waitpid(*pid, NULL, 0);
	*pid = 0;
}
