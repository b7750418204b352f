#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/close_range.h>
#include <sys/prctl.h>

#include "base/file.h"
#include "os/channel.h"
#include "os/filter.h"
#include "os/process.h"
#include "os/room.h"
#include "os/view.h"

#define THREADS 64U /* besides the processes that a run may have */
#define OPEN_MAX_FDS 256U
#define FIRST_FREE_FD 10
#define LOCKED_BYTES 65536U /* libgcrypt complains where it has none */
#define BEGIN_MS 10000U
/* The memory that a name and its file take besides the bytes is bounded with
 * their number. */
#define BYTES_A_FILE 1024U
#define FILES_LEAST 64U
#define STACK_BYTES 262144U

#ifdef SOTTO_SANITIZED
/* The leak checker traces, which nobody may in a room. */
int __lsan_is_turned_off(void);
int
__lsan_is_turned_off(void)
{
	return room_is_around();
}
#endif

struct room {
	struct channel *parent;
	struct worker_limits limits;
	struct filter filter;
	int folder;
	int null;
	pid_t pid; /* of what runs; 0: nothing */
	int watch; /* readable when it has ended */
};

/* All that a program learns of its surroundings.  Few arenas: each takes 64 MiB
 * of the addresses that it may have. */
static char *const surroundings[] = { (char[]){ "PATH=/usr/bin:/bin" },
	(char[]){ "HOME=" VIEW_TMP }, (char[]){ "TMPDIR=" VIEW_TMP },
	(char[]){ "LC_ALL=C.UTF-8" }, (char[]){ "TZ=UTC" },
	(char[]){ "MALLOC_ARENA_MAX=2" },
	/* Without /proc it does not find where it lies itself. */
	(char[]){ "LD_ORIGIN_PATH=/usr/lib/libreoffice/program" }, NULL };

static unsigned
files_of(const struct room *r)
{
	const uint64_t n = r->limits.disk / BYTES_A_FILE;

	if (n < FILES_LEAST)
		return FILES_LEAST;
	return n < WORKER_FILES_MAX ? (unsigned)n : WORKER_FILES_MAX;
}

/* Where memory is short the system takes it from here first. */
static void
be_first_to_go(void)
{
	int fd = open("/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);

	if (fd < 0)
		return;
	(void)!write(fd, "1000", 4);
	(void)close(fd);
}

static enum err
answer(struct room *r, const struct room_ended *ended)
{
	const struct message m = {
		.type = ROOM_ENDED,
		.at = (const uint8_t *)ended,
		.n = sizeof(*ended),
	};

	return channel_send(r->parent, &m);
}

static enum err
refuse(struct room *r, enum err why)
{
	return answer(r, &(struct room_ended){ .e = (uint32_t)why });
}

/* Hand out a descriptor, which is the parent's from then on. */
static enum err
hand(struct room *r, int fd)
{
	const struct message m = {
		.type = ROOM_READY, .fd = { fd, -1 }, .fds = 1
	};

	return channel_send(r->parent, &m);
}

/*
 * The first process of a run.
 */

static enum err
limit(int what, uint64_t n)
{
	const struct rlimit l = { n, n };

	return setrlimit((__rlimit_resource_t)what, &l) == 0 ? ERR_OK
							     : ERR_SANDBOX;
}

static enum err
limit_all(const struct worker_limits *l, bool part)
{
	const struct rlimit cpu = { l->cpu, l->cpu + 1 };
	const struct {
		int what;
		uint64_t n;
	} all[] = {
		{ RLIMIT_FSIZE, l->disk },
		{ RLIMIT_NOFILE, OPEN_MAX_FDS },
		/* The room itself is one. */
		{ RLIMIT_NPROC, 1 + l->processes + THREADS },
		{ RLIMIT_CORE, 0 },
		{ RLIMIT_MEMLOCK, LOCKED_BYTES },
		{ RLIMIT_MSGQUEUE, 0 },
		{ RLIMIT_RTPRIO, 0 },
		{ RLIMIT_SIGPENDING, 256 },
		{ RLIMIT_AS, l->memory },
	};

	(void)part;
	for (size_t i = 0; i < COUNT(all); i++) {
#ifdef SOTTO_SANITIZED
		if (part && all[i].what == RLIMIT_AS)
			continue;
#endif
		if (limit(all[i].what, all[i].n) != ERR_OK)
			return ERR_SANDBOX;
	}
	return setrlimit(RLIMIT_CPU, &cpu) == 0 ? ERR_OK : ERR_SANDBOX;
}

/* It dies with the room; the room may have gone before that was said. */
static enum err
die_with_room(int report)
{
	struct pollfd p = { .fd = report };

	if (prctl(PR_SET_PDEATHSIG, SIGKILL) != 0 || poll(&p, 1, 0) != 0)
		return ERR_SANDBOX;
	return setsid() < 0 ? ERR_SANDBOX : ERR_OK;
}

/* Empty input, the two pipes, and nothing else past execution. */
static enum err
hold_only(const struct room *r, const struct message *m)
{
	if (dup2(r->null, 0) < 0 || dup2(m->fd[0], 1) < 0 ||
	    dup2(m->fd[1], 2) < 0)
		return ERR_SANDBOX;
	return syscall(SYS_close_range, 3, ~0U, CLOSE_RANGE_CLOEXEC) == 0
	    ? ERR_OK
	    : ERR_SANDBOX;
}

static enum err
confine(const struct room *r, const struct message *m, int report, bool part)
{
	enum err e;

	if ((e = die_with_room(report)) != ERR_OK ||
	    (e = view_tmp(r->limits.disk, files_of(r))) != ERR_OK ||
	    (e = hold_only(r, m)) != ERR_OK)
		return e;
	if (chdir(VIEW_ROOM) != 0)
		return ERR_SANDBOX;
	if ((e = limit_all(&r->limits, part)) != ERR_OK ||
	    (e = view_bound(part ? process_program() : -1, r->limits.local)) !=
		ERR_OK)
		return e;
	return filter_enter(&r->filter);
}

/* What the first process is told; it has the room's memory until it executes,
 * and the room waits for that. */
struct order {
	const struct room *r;
	const struct message *m;
	char **argv;
	int report[2];
};

static int
become(void *with)
{
	static char self[] = "sotto";
	const struct order *o = with;
	const struct room *r = o->r;
	char **argv = o->argv;
	const int report = o->report[1];
	const bool part = argv[1][0] == '@';
	char path[sizeof("/usr/bin/") + WORKER_NAME_MAX];
	uint8_t said;

	(void)close(o->report[0]);
	said = (uint8_t)confine(r, o->m, report, part);
	if (said == ERR_OK) {
		argv[0] = self;
		if (part)
			(void)syscall(SYS_execveat, process_program(), "", argv,
			    surroundings, AT_EMPTY_PATH);
		(void)snprintf(path, sizeof(path), "/usr/bin/%s", argv[1]);
		if (!part)
			(void)execve(path, argv + 1, surroundings);
		said = errno == ENOENT ? ERR_MISSING : ERR_SANDBOX;
	}
	(void)!write(report, &said, 1);
	_exit(127);
}

/*
 * The room.
 */

/* argv[0] stays free.  Every string ends inside the message. */
static enum err
read_argv(const struct message *m, char *argv[static ROOM_ARGS_MAX + 2])
{
	union {
		const uint8_t *in;
		char *out;
	} u = { .in = m->at }; /* execve() promises not to write to it */
	size_t n = 0;

	if (m->fds != 2 || m->n == 0 || m->at[m->n - 1] != '\0')
		return ERR_FORMAT;
	for (size_t at = 0; at < m->n; at += strlen(u.out + at) + 1) {
		if (n == ROOM_ARGS_MAX)
			return ERR_TOOBIG;
		argv[++n] = u.out + at;
	}
	argv[n + 1] = NULL;
	return strlen(argv[1]) > WORKER_NAME_MAX ||
		strchr(argv[1], '/') != NULL || argv[1][0] == '.' ||
		argv[1][0] == '\0'
	    ? ERR_FORMAT
	    : ERR_OK;
}

static enum err
start(struct room *r, const struct message *m)
{
	static _Alignas(64) uint8_t stack[STACK_BYTES];
	char *argv[ROOM_ARGS_MAX + 2];
	struct order o = { .r = r, .m = m, .argv = argv };
	int watch = -1;
	uint8_t said = ERR_OK;
	ssize_t n;
	pid_t pid;
	enum err e;

	if ((e = read_argv(m, argv)) != ERR_OK)
		return e;
	if (pipe2(o.report, O_CLOEXEC) != 0)
		return ERR_IO;
	pid = clone(become, stack + sizeof(stack),
	    CLONE_VM | CLONE_VFORK | CLONE_NEWPID | CLONE_NEWNS | CLONE_NEWIPC |
		CLONE_PIDFD | SIGCHLD,
	    &o, &watch);
	(void)close(o.report[1]);
	if (pid < 0) {
		e = errno == ENOMEM ? ERR_NOMEM : ERR_SANDBOX;
		goto out;
	}
	r->pid = pid;
	r->watch = watch;
	while ((n = read(o.report[0], &said, 1)) < 0 && errno == EINTR)
		;
	e = n == 1 ? (enum err)said : ERR_OK;
out:
	(void)close(o.report[0]);
	return e;
}

/* Reap what ran. */
static void
reap(struct room *r, struct room_ended *ended)
{
	struct rusage used = { 0 };
	int status = 0;

	while (wait4(r->pid, &status, 0, &used) < 0 && errno == EINTR)
		;
	(void)close(r->watch);
	r->pid = 0;
	r->watch = -1;
	ended->status = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
	ended->signal = WIFSIGNALED(status) ? WTERMSIG(status) : 0;
	ended->cpu = used.ru_utime.tv_sec + used.ru_stime.tv_sec >=
	    (time_t)r->limits.cpu;
}

static void
stop(struct room *r)
{
	if (r->pid != 0)
		(void)kill(r->pid, SIGKILL);
}

static enum err
run(struct room *r, struct message *m)
{
	struct room_ended gone;
	enum err e = r->pid != 0 ? ERR_BUSY : start(r, m);

	channel_drop_message(m);
	if (e == ERR_OK)
		return ERR_OK;
	if (e != ERR_BUSY && r->pid != 0)
		reap(r, &gone);
	return refuse(r, e);
}

static enum err
put(struct room *r, const struct message *m)
{
	char name[WORKER_NAME_MAX + 1];
	int fd;

	if (m->n == 0 || m->n >= sizeof(name))
		return refuse(r, ERR_FORMAT);
	memcpy(name, m->at, m->n);
	name[m->n] = '\0';
	if (!worker_name_is_plain(name))
		return refuse(r, ERR_FORMAT);
	fd = openat(r->folder, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	return fd < 0 ? refuse(r, file_err()) : hand(r, fd);
}

static enum err
hear(struct room *r)
{
	struct message m;
	enum err e;

	if ((e = channel_receive(r->parent, &m)) != ERR_OK)
		return e == ERR_NOTHING ? ERR_OK : e;
	switch (m.type) {
	case ROOM_PUT:
		e = put(r, &m);
		break;
	case ROOM_RUN:
		return run(r, &m);
	case ROOM_STOP:
		stop(r);
		break;
	default:
		e = ERR_FORMAT;
	}
	channel_drop_message(&m);
	return e;
}

static enum err
serve(struct room *r)
{
	for (;;) {
		struct pollfd p[2] = {
			{ .fd = channel_fd(r->parent), .events = POLLIN },
			{ .fd = r->pid != 0 ? r->watch : -1, .events = POLLIN },
		};
		struct room_ended ended = { 0 };
		enum err e = ERR_OK;

		if (poll(p, 2, -1) < 0 && errno != EINTR)
			return ERR_IO;
		if (p[1].revents != 0) {
			reap(r, &ended);
			e = answer(r, &ended);
		} else if (p[0].revents != 0)
			e = hear(r);
		if (e == ERR_OK)
			e = channel_flush(r->parent);
		if (e != ERR_OK)
			return e;
	}
}

/* Up to the first word to the parent. */
static enum err
begin(struct room *r)
{
	struct message m;
	enum err e;

	if ((e = channel_receive_wait(r->parent, &m, BEGIN_MS)) != ERR_OK)
		return e;
	if (m.type != ROOM_BEGIN || m.n <= sizeof(r->limits))
		return ERR_FORMAT;
	memcpy(&r->limits, m.at, sizeof(r->limits));
	r->filter.n = m.n - sizeof(r->limits);
	if ((r->filter.at = malloc(r->filter.n)) == NULL)
		return ERR_NOMEM;
	memcpy(r->filter.at, m.at + sizeof(r->limits), r->filter.n);
	be_first_to_go();
	if ((e = view_enter(r->limits.disk, files_of(r))) != ERR_OK)
		return e;
	r->null = open("/dev/null", O_RDWR | O_CLOEXEC);
	r->folder = open(VIEW_ROOM, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (r->null < 0 || r->folder < 0)
		return ERR_SANDBOX;
	return hand(r, fcntl(r->folder, F_DUPFD_CLOEXEC, FIRST_FREE_FD));
}

int
room_main(void)
{
	struct room r = { .folder = -1, .null = -1, .watch = -1 };
	struct room_ended gone;
	enum err e;

	if (process_begin() != ERR_OK || process_init() != ERR_OK ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    channel_open(&r.parent, PROCESS_CHANNEL_FD) != ERR_OK)
		return 1;
	if ((e = begin(&r)) != ERR_OK)
		(void)!refuse(&r, e);
	else
		e = serve(&r);
	stop(&r);
	if (r.pid != 0)
		reap(&r, &gone);
	filter_drop(&r.filter);
	channel_close(r.parent);
	return e == ERR_CLOSED ? 0 : 1;
}

bool
room_is_around(void)
{
	struct stat st;

	return getpid() == 1 && stat(VIEW_ROOM, &st) == 0 &&
	    prctl(PR_GET_SECCOMP, 0, 0, 0, 0) != 0;
}
