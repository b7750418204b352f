#include <assert.h>
#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>

#include "os/loop.h"

enum err
loop_wait(struct loop_watch *w, unsigned n, uint64_t ms, bool *ready)
{
	struct pollfd p[LOOP_MAX];
	int got;

	assert(n <= LOOP_MAX);
	for (unsigned i = 0; i < n; i++) {
		p[i] = (struct pollfd){ .fd = w[i].fd };
		if (w[i].want & LOOP_READ)
			p[i].events |= POLLIN;
		if (w[i].want & LOOP_WRITE)
			p[i].events |= POLLOUT;
		w[i].got = 0;
	}
	got = poll(p, n, ms < INT_MAX ? (int)ms : INT_MAX);
	*ready = got > 0;
	if (got < 0)
		return errno == EINTR ? ERR_OK : ERR_IO;
	for (unsigned i = 0; i < n; i++) {
		if (p[i].revents & (POLLIN | POLLHUP | POLLERR | POLLNVAL))
			w[i].got |= LOOP_READ;
		if (p[i].revents & POLLOUT)
			w[i].got |= LOOP_WRITE;
	}
	return ERR_OK;
}

enum err
loop_signals(int *fd)
{
	sigset_t set;

	(void)sigemptyset(&set);
	(void)sigaddset(&set, SIGTERM);
	(void)sigaddset(&set, SIGINT);
	(void)sigaddset(&set, SIGHUP);
	if (signal(SIGPIPE, SIG_IGN) == SIG_ERR ||
	    sigprocmask(SIG_BLOCK, &set, NULL) != 0)
		return ERR_IO;
	*fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return *fd < 0 ? ERR_IO : ERR_OK;
}

int
loop_signal(int fd)
{
	struct signalfd_siginfo info;

	if (read(fd, &info, sizeof(info)) != (ssize_t)sizeof(info))
		return 0;
	return (int)info.ssi_signo;
}
