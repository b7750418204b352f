#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/close_range.h>
#include <sys/prctl.h>

#include "os/channel.h"
#include "os/process.h"

#define ROLE_NAME_MAX 32
#define FIRST_FREE_FD 10

static int program = -1;

enum err
process_init(void)
{
	int fd;

	if (program >= 0)
		return ERR_OK;
	if ((fd = open("/proc/self/exe", O_PATH | O_CLOEXEC)) < 0)
		return ERR_IO;
	/* Out of the way of what a child gets under fixed numbers. */
	program = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_FREE_FD);
	(void)close(fd);
	return program < 0 ? ERR_IO : ERR_OK;
}

int
process_program(void)
{
	return program;
}

/* Between fork and exec.  Only calls that are safe there; never returns. */
static _Noreturn void
become(int channel, char *const argv[], pid_t parent)
{
	struct sigaction ignore = { .sa_handler = SIG_IGN };
	sigset_t empty;
	int null = open("/dev/null", O_RDWR);

	/* Ctrl-C and a stopping service reach the whole group; the children
	 * end when the warden tells them to, by closing their channel. */
	(void)sigaction(SIGINT, &ignore, NULL);
	(void)sigaction(SIGTERM, &ignore, NULL);
	(void)sigaction(SIGHUP, &ignore, NULL);
	(void)sigaction(SIGPIPE, &ignore, NULL);
	(void)sigemptyset(&empty);
	(void)sigprocmask(SIG_SETMASK, &empty, NULL);
	if (null < 0 || dup2(null, 0) < 0 || dup2(null, 1) < 0 ||
	    prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || getppid() != parent)
		_exit(127);
	/* The channel may be 3 already; dup2() clears close-on-exec only when
	 * it moves. */
	if (channel == PROCESS_CHANNEL_FD
		? fcntl(channel, F_SETFD, 0) != 0
		: dup2(channel, PROCESS_CHANNEL_FD) < 0)
		_exit(127);
	(void)syscall(
	    SYS_close_range, PROCESS_CHANNEL_FD + 1, ~0U, CLOSE_RANGE_CLOEXEC);
	(void)syscall(SYS_execveat, program, "", argv, environ, AT_EMPTY_PATH);
	_exit(127);
}

/* Fork and exec.  `channel` is the child's end. */
static enum err
spawn(struct process *p, int channel, char *const argv[])
{
	pid_t parent = getpid();

	p->pid = fork();
	if (p->pid == 0)
		become(channel, argv, parent);
	if (p->pid < 0) {
		p->pid = 0;
		return ERR_NOMEM;
	}
	p->watch = (int)syscall(SYS_pidfd_open, p->pid, 0);
	return p->watch < 0 ? ERR_IO : ERR_OK;
}

enum err
process_start(struct process *p, const char *name, const char *argument)
{
	static char self[] = "sotto";
	struct process got = PROCESS_NONE;
	char role[ROLE_NAME_MAX];
	char *copy = argument == NULL ? NULL : strdup(argument);
	char *argv[] = { self, role, copy, NULL };
	int fd[2] = { -1, -1 };
	enum err e = ERR_NOMEM;

	assert(program >= 0);
	if (argument != NULL && copy == NULL)
		goto out;
	e = ERR_TOOBIG;
	if ((size_t)snprintf(role, sizeof(role), "@%s", name) >= sizeof(role))
		goto out;
	if ((e = channel_pair(fd)) != ERR_OK)
		goto out;
	got.channel = fd[0];
	if ((e = spawn(&got, fd[1], argv)) != ERR_OK)
		goto out;
	*p = got;
	got = (struct process)PROCESS_NONE;
out:
	process_drop(&got);
	if (fd[1] >= 0)
		(void)close(fd[1]);
	free(copy);
	return e;
}

static void
close_both(struct process *p)
{
	if (p->watch >= 0)
		(void)close(p->watch);
	if (p->channel >= 0)
		(void)close(p->channel);
	p->watch = p->channel = -1;
}

bool
process_has_ended(struct process *p)
{
	int status = 0;

	if (p->pid > 0 && waitpid(p->pid, &status, WNOHANG) != p->pid)
		return false;
	if (p->pid > 0)
		p->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	p->pid = 0;
	close_both(p);
	return true;
}

void
process_kill(struct process *p)
{
	if (p->pid > 0)
		(void)kill(p->pid, SIGKILL);
}

void
process_drop(struct process *p)
{
	process_kill(p);
	if (p->pid > 0)
		while (waitpid(p->pid, NULL, 0) < 0 && errno == EINTR)
			;
	p->pid = 0;
	close_both(p);
}

enum err
process_begin(void)
{
	struct stat st;

	if (fstat(PROCESS_CHANNEL_FD, &st) != 0 || !S_ISSOCK(st.st_mode))
		return ERR_DENIED;
	(void)syscall(SYS_close_range, PROCESS_CHANNEL_FD + 1, ~0U, 0);
	return fcntl(PROCESS_CHANNEL_FD, F_SETFD, FD_CLOEXEC) == 0 ? ERR_OK
								   : ERR_IO;
}

/* A segment that nobody may write to is as the file has it. */
static int
trim_one(struct dl_phdr_info *info, size_t n, void *with)
{
	const uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)n;
	(void)with;
	for (unsigned i = 0; i < info->dlpi_phnum; i++) {
		const ElfW(Phdr) *h = &info->dlpi_phdr[i];
		const uintptr_t begin = info->dlpi_addr + h->p_vaddr;
		const uintptr_t from = begin / page * page;

		if (h->p_type != PT_LOAD || (h->p_flags & PF_W) != 0)
			continue;
		/* Locked pages stay; nothing secret lies in these. */
		if (munlock((void *)from, begin + h->p_memsz - from) == 0)
			(void)madvise((void *)from, begin + h->p_memsz - from,
			    MADV_DONTNEED);
	}
	return 0;
}

void
process_trim(void)
{
	(void)dl_iterate_phdr(trim_one, NULL);
}

enum err
process_mute(void)
{
#ifndef SOTTO_SANITIZED
	/* 0 is /dev/null since the start. */
	if (dup2(STDIN_FILENO, STDERR_FILENO) < 0)
		return ERR_IO;
#endif
	return ERR_OK;
}
