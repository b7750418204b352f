#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "alloc.h"
#include "base/clock.h"
#include "os/channel.h"
#include "os/cursor.h"
#include "os/loop.h"
#include "os/process.h"
#include "os/wipe_malloc.h"
#include "t.h"

static void
two(struct channel *c[2])
{
	int fd[2];

	OK(channel_pair(fd) == ERR_OK);
	OK(channel_open(&c[0], fd[0]) == ERR_OK);
	OK(channel_open(&c[1], fd[1]) == ERR_OK);
}

static struct message
message_of(uint16_t type, const void *p, size_t n)
{
	return (struct message){ .type = type, .id = 7, .at = p, .n = n };
}

static void
a_message_arrives_as_it_was_sent(void)
{
	static uint8_t big[CHANNEL_MAX];
	struct channel *c[2];
	struct message m;

	two(c);
	memset(big, 'x', sizeof(big));
	OK(channel_receive(c[1], &m) == ERR_NOTHING);
	m = message_of(9, big, sizeof(big));
	OK(channel_send(c[0], &m) == ERR_OK);
	m = message_of(10, NULL, 0);
	OK(channel_send(c[0], &m) == ERR_OK);
	OK(channel_receive_wait(c[1], &m, 1000) == ERR_OK);
	OK(m.type == 9 && m.id == 7 && m.n == sizeof(big) && m.fds == 0);
	OK(memcmp(m.at, big, sizeof(big)) == 0);
	OK(channel_flush_wait(c[0], 1000) == ERR_OK);
	OK(channel_receive(c[1], &m) == ERR_OK);
	OK(m.type == 10 && m.n == 0);
	channel_close(c[0]);
	OK(channel_receive(c[1], &m) == ERR_CLOSED);
	channel_close(c[1]);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
what_the_other_side_does_not_take_waits_in_order(void)
{
	static uint8_t some[60000];
	struct channel *c[2];
	struct message m;
	unsigned sent = 0, got = 0;
	enum err e;

	two(c);
	for (;;) {
		m = message_of((uint16_t)sent, some, sizeof(some));
		if ((e = channel_send(c[0], &m)) != ERR_OK)
			break;
		sent++;
	}
	OK(e == ERR_TOOBIG && channel_is_waiting(c[0]));
	OK(channel_is_crowded(c[0]));
	OK(sent * sizeof(some) >= CHANNEL_WAITING_MAX - sizeof(some));
	while (got < sent) {
		while (channel_receive(c[1], &m) == ERR_OK) {
			OK(m.type == got && m.n == sizeof(some));
			got++;
		}
		OK(channel_flush(c[0]) == ERR_OK);
	}
	OK(!channel_is_waiting(c[0]) && !channel_is_crowded(c[0]));
	channel_close(c[0]);
	channel_close(c[1]);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static int
open_fds(void)
{
	int n = 0;

	for (int fd = 0; fd < 256; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return n;
}

static void
descriptors_travel_and_none_is_left_open(void)
{
	int before = open_fds();
	struct channel *c[2];
	struct message m = message_of(1, "x", 1);
	int p[2];
	char got = 0;

	two(c);
	OK(pipe(p) == 0 && write(p[1], "y", 1) == 1);
	m.fd[m.fds++] = p[0];
	OK(channel_send(c[0], &m) == ERR_OK);
	OK(fcntl(p[0], F_GETFD) < 0);
	OK(channel_receive(c[1], &m) == ERR_OK);
	OK(m.fds == 1 && fcntl(m.fd[0], F_GETFD) == FD_CLOEXEC);
	OK(read(m.fd[0], &got, 1) == 1 && got == 'y');
	channel_drop_message(&m);
	/* One that is never received, and one that cannot be sent. */
	m = message_of(1, "x", 1);
	m.fd[m.fds++] = p[1];
	OK(channel_send(c[0], &m) == ERR_OK);
	channel_close(c[1]);
	m = message_of(1, "x", 1);
	OK((m.fd[m.fds++] = open("/dev/null", O_RDONLY)) >= 0);
	OK(channel_send(c[0], &m) == ERR_CLOSED);
	channel_close(c[0]);
	OK(open_fds() == before);
}

/* Send bytes and descriptors that no channel would send. */
static void
send_raw(int to, const void *p, size_t n, unsigned fds)
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(int) * 8)];
	} control;
	struct iovec iov;
	struct msghdr h = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *c;
	int fd[8];

	iov.iov_base = (void *)(uintptr_t)p;
	iov.iov_len = n;
	memset(&control, 0, sizeof(control));
	for (unsigned i = 0; i < fds; i++)
		fd[i] = 2;
	if (fds > 0) {
		h.msg_control = control.bytes;
		h.msg_controllen = CMSG_SPACE(sizeof(int) * fds);
		c = CMSG_FIRSTHDR(&h);
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * fds);
		memcpy(CMSG_DATA(c), fd, sizeof(int) * fds);
	}
	OK(sendmsg(to, &h, MSG_NOSIGNAL) == (ssize_t)n);
}

static void
a_message_out_of_shape_ends_its_sender_for_good(void)
{
	static uint8_t long_one[CHANNEL_HEAD_BYTES + CHANNEL_MAX + 100];
	static const struct {
		size_t n;
		unsigned fds;
	} rows[] = {
		{ 1, 0 },
		{ CHANNEL_HEAD_BYTES - 1, 0 },
		{ CHANNEL_HEAD_BYTES + CHANNEL_MAX + 1, 0 },
		{ sizeof(long_one), 0 },
		{ 0, 1 },
		{ CHANNEL_HEAD_BYTES, CHANNEL_FDS + 1 },
		{ CHANNEL_HEAD_BYTES, 8 },
	};
	int before = open_fds();
	struct channel *c;
	struct message m;
	int fd[2];

	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(channel_pair(fd) == ERR_OK);
		OK(channel_open(&c, fd[1]) == ERR_OK);
		send_raw(fd[0], long_one, rows[i].n, rows[i].fds);
		send_raw(fd[0], long_one, CHANNEL_HEAD_BYTES, 0);
		OK(channel_receive(c, &m) == ERR_FORMAT);
		OK(channel_receive(c, &m) == ERR_FORMAT);
		channel_close(c);
		(void)close(fd[0]);
	}
	OK(open_fds() == before);
}

static void
a_cursor_past_the_end_stays_bad(void)
{
	struct cursor c;

	cursor_init(&c, (const uint8_t *)"\1\0\0\0\2xy", 7);
	OK(cursor_u8(&c) == 1 && cursor_u32(&c) == 2);
	OK(cursor_end(&c) == ERR_FORMAT);
	OK(memcmp(cursor_bytes(&c, 2), "xy", 2) == 0);
	OK(cursor_end(&c) == ERR_OK);
	OK(cursor_bytes(&c, 1) == NULL && cursor_bytes(&c, 0) == NULL);
	OK(cursor_u8(&c) == 0 && cursor_u32(&c) == 0);
	OK(cursor_end(&c) == ERR_FORMAT);
}

static void
refused_memory_breaks_no_channel(void)
{
	static uint8_t some[60000];
	struct channel *c[2];
	struct message m = message_of(1, some, sizeof(some));
	int fd[2];
	enum err e;

	OK(channel_pair(fd) == ERR_OK);
	alloc_refuse(1);
	OK(channel_open(&c[0], fd[0]) == ERR_NOMEM);
	OK(fcntl(fd[0], F_GETFD) < 0 && close(fd[1]) == 0);
	two(c);
	do {
		alloc_refuse(1);
		e = channel_send(c[0], &m);
		alloc_refuse(0);
	} while (e == ERR_OK);
	OK(e == ERR_NOMEM && !channel_is_waiting(c[0]));
	channel_close(c[0]);
	channel_close(c[1]);
	OK(alloc_held() == 0 && alloc_dirty() == 0);
}

static void
waiting_ends_with_what_is_ready_or_with_the_time(void)
{
	int p[2];
	struct loop_watch w[3] = { { .fd = -1, .want = LOOP_READ } };
	bool ready;

	OK(pipe(p) == 0);
	w[1] = (struct loop_watch){ .fd = p[0], .want = LOOP_READ };
	w[2] = (struct loop_watch){ .fd = p[1], .want = LOOP_WRITE };
	OK(loop_wait(w, 2, 1, &ready) == ERR_OK && !ready);
	OK(loop_wait(w, 3, 1000, &ready) == ERR_OK && ready);
	OK(w[0].got == 0 && w[1].got == 0 && w[2].got == LOOP_WRITE);
	OK(close(p[1]) == 0);
	OK(loop_wait(w, 2, 1000, &ready) == ERR_OK && ready);
	OK(w[1].got == LOOP_READ);
	OK(close(p[0]) == 0);
}

static void
signals_come_as_a_descriptor(void)
{
	int fd;

	OK(loop_signals(&fd) == ERR_OK);
	OK(loop_signal(fd) == 0);
	OK(kill(getpid(), SIGHUP) == 0 && kill(getpid(), SIGTERM) == 0);
	OK(loop_signal(fd) + loop_signal(fd) == SIGHUP + SIGTERM);
	OK(loop_signal(fd) == 0 && close(fd) == 0);
}

/* This program stands for sotto: executed again with @echo it answers what it
 * is told, then looks what it holds. */
static int
echo(void)
{
	struct channel *c;
	struct message m;

	if (process_begin() != ERR_OK ||
	    channel_open(&c, PROCESS_CHANNEL_FD) != ERR_OK)
		return 1;
	while (channel_receive_wait(c, &m, 10000) == ERR_OK) {
		m.id = (uint32_t)open_fds();
		if (channel_send(c, &m) != ERR_OK)
			return 1;
	}
	channel_close(c);
	return 0;
}

static void
a_child_is_the_same_program_and_holds_only_its_channel(void)
{
	struct process p = { .watch = -1, .channel = -1 };
	int extra = open("/dev/null", O_RDONLY); /* not close-on-exec */
	struct channel *c;
	struct message m = message_of(5, "hello", 5);
	struct loop_watch w;
	bool ready;

	OK(extra >= 0);
	OK(process_init() == ERR_OK);
	OK(process_start(&p, "echo", NULL) == ERR_OK);
	OK(channel_open(&c, p.channel) == ERR_OK);
	p.channel = -1;
	OK(channel_send(c, &m) == ERR_OK);
	OK(channel_receive_wait(c, &m, 10000) == ERR_OK);
	OK(m.type == 5 && m.n == 5 && memcmp(m.at, "hello", 5) == 0);
	OK(m.id == 4); /* 0, 1, 2 and the channel */
	OK(!process_has_ended(&p));
	OK(kill(p.pid, SIGTERM) == 0 && kill(p.pid, SIGINT) == 0);
	OK(channel_send(c, &m) == ERR_OK);
	OK(channel_receive_wait(c, &m, 10000) == ERR_OK);
	channel_close(c);
	w = (struct loop_watch){ .fd = p.watch, .want = LOOP_READ };
	OK(loop_wait(&w, 1, 10000, &ready) == ERR_OK && ready);
	OK(process_has_ended(&p) && p.pid == 0 && p.watch == -1);
	process_drop(&p);
	OK(close(extra) == 0);
}

static void
a_child_dies_with_its_parent(void)
{
	struct process p = { .watch = -1, .channel = -1 };
	struct pollfd f;
	int told[2];
	pid_t parent;
	char c;

	OK(pipe(told) == 0 && process_init() == ERR_OK);
	OK((parent = fork()) >= 0);
	if (parent == 0) {
		/* The child keeps `told` as its standard error. */
		if (dup2(told[1], 2) < 0 ||
		    process_start(&p, "echo", NULL) != ERR_OK)
			_exit(1);
		(void)pause();
		_exit(1);
	}
	OK(close(told[1]) == 0);
	OK(kill(parent, SIGKILL) == 0);
	OK(waitpid(parent, NULL, 0) == parent);
	f = (struct pollfd){ .fd = told[0], .events = POLLIN };
	OK(poll(&f, 1, 10000) == 1 && read(told[0], &c, 1) == 0);
	OK(close(told[0]) == 0);
}

/* volatile: the block is looked at after it was given back. */
static void
given_back_memory_is_wiped_once_asked_for(void)
{
#ifndef SOTTO_SANITIZED
	volatile unsigned char *p;
	volatile uintptr_t at; /* so that no compiler sees the use after free */
	pid_t pid;
	int status;

	OK((pid = fork()) >= 0);
	if (pid == 0) {
		wipe_malloc_on();
		at = (uintptr_t)malloc(1000);
		memset((void *)at, 'x', 1000);
		free((void *)at);
		p = (volatile unsigned char *)at;
		/* The allocator's own links take the first bytes. */
		for (int i = 32; i < 900; i++)
			if (p[i] == 'x')
				_exit(1);
		_exit(wipe_malloc_is_on() ? 0 : 1);
	}
	OK(waitpid(pid, &status, 0) == pid && status == 0);
#endif
	OK(!wipe_malloc_is_on());
}

static void
tests(void)
{
	T(a_message_arrives_as_it_was_sent)
	T(what_the_other_side_does_not_take_waits_in_order)
	T(descriptors_travel_and_none_is_left_open)
	T(a_message_out_of_shape_ends_its_sender_for_good)
	T(a_cursor_past_the_end_stays_bad)
	T(refused_memory_breaks_no_channel)
	T(waiting_ends_with_what_is_ready_or_with_the_time)
	T(given_back_memory_is_wiped_once_asked_for)
	T(a_child_is_the_same_program_and_holds_only_its_channel)
	T(a_child_dies_with_its_parent)
	T(signals_come_as_a_descriptor)
}

int
main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "@echo") == 0)
		return echo();
	clock_init();
	tests();
	return 0;
}
