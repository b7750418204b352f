#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/wipe.h"
#include "os/channel.h"
#include "os/filter.h"
#include "os/left.h"
#include "os/process.h"
#include "os/room.h"
#include "os/worker.h"

#define SELF "/proc/self/exe"
#define ANSWER_MS 20000U
#define END_MS 5000U /* for what was told to end */
#define ASK_MS 100U /* how often `cancelled` is asked */
#define PIECE 65536U
#define CHUNK (1U << 30)
#define ERROR_MAX (16U << 20) /* of standard error, which is thrown away */

const struct worker_limits worker_usual = {
	.seconds = 60,
	.cpu = 60,
	.memory = UINT64_C(2) << 30,
	.disk = UINT64_C(1) << 30,
	.out = UINT64_C(64) << 20,
	.processes = 1,
};

const struct worker_limits worker_office = {
	.seconds = 120,
	.cpu = 120,
	.memory = UINT64_C(8) << 30,
	.disk = UINT64_C(1) << 30,
	.out = UINT64_C(1) << 20,
	.processes = 16,
	.local = true,
};

struct worker {
	struct worker_limits limits;
	struct channel *room; /* NULL when it has gone */
	int folder;
	struct process process;
};

/* Of one run. */
struct running {
	struct worker *w;
	const struct worker_run *run;
	struct worker_end end;
	struct room_ended ended;
	int out, err; /* our ends; -1 when they are at their end */
	uint64_t said, complained; /* bytes */
	size_t why;
	uint64_t until; /* clock_ms() */
	bool over; /* the room has answered */
	enum err e; /* why we ended it */
	uint8_t *piece;
};

static void
shut(int *fd)
{
	if (*fd >= 0)
		(void)close(*fd);
	*fd = -1;
}

/* The room has gone, or must. */
static void
give_up(struct worker *w)
{
	process_kill(&w->process);
	channel_close(w->room);
	w->room = NULL;
}

/* Start it with a channel as descriptor 3.  Not fork(): a desk has threads and
 * much memory, and nothing of it is to be in the room for even a moment. */
static enum err
spawn(struct process *p, int channel)
{
	static char self[] = "sotto", part[] = ROOM_PART;
	static char *const argv[] = { self, part, NULL };
	char *const nothing[] = { NULL };
	posix_spawn_file_actions_t acts;
	posix_spawnattr_t how;
	sigset_t none, all;
	int error;

	(void)sigemptyset(&none);
	(void)sigfillset(&all);
	if (posix_spawn_file_actions_init(&acts) != 0)
		return ERR_NOMEM;
	if (posix_spawnattr_init(&how) != 0) {
		(void)posix_spawn_file_actions_destroy(&acts);
		return ERR_NOMEM;
	}
	(void)posix_spawnattr_setsigmask(&how, &none);
	(void)posix_spawnattr_setsigdefault(&how, &all);
	error = posix_spawnattr_setflags(&how,
	    POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK |
		POSIX_SPAWN_SETSIGDEF);
	for (int fd = 0; error == 0 && fd < 3; fd++)
		error = posix_spawn_file_actions_addopen(
		    &acts, fd, "/dev/null", O_RDWR, 0);
	if (error == 0)
		error = posix_spawn_file_actions_adddup2(
		    &acts, channel, PROCESS_CHANNEL_FD);
	if (error == 0)
		error = posix_spawn(&p->pid, SELF, &acts, &how, argv, nothing);
	(void)posix_spawnattr_destroy(&how);
	(void)posix_spawn_file_actions_destroy(&acts);
	if (error != 0) {
		p->pid = 0;
		return error == ENOMEM || error == EAGAIN ? ERR_NOMEM : ERR_IO;
	}
	p->watch = (int)syscall(SYS_pidfd_open, p->pid, 0);
	return p->watch < 0 ? ERR_IO : ERR_OK;
}

/* What the room says next: a descriptor, or what became of a run. */
static enum err
hear(struct worker *w, int *fd, struct room_ended *ended)
{
	struct message m;
	enum err e;

	if ((e = channel_receive_wait(w->room, &m, ANSWER_MS)) != ERR_OK)
		return e == ERR_BUSY || e == ERR_FORMAT ? ERR_CLOSED : e;
	if (fd != NULL && m.type == ROOM_READY && m.fds == 1) {
		*fd = m.fd[0]; /* now the caller's */
		return ERR_OK;
	}
	e = ERR_CLOSED;
	if (m.type == ROOM_ENDED && m.n == sizeof(*ended)) {
		memcpy(ended, m.at, sizeof(*ended));
		e = ended->e < ERR_COUNT ? (enum err)ended->e : ERR_CLOSED;
		if (fd != NULL && e == ERR_OK)
			e = ERR_CLOSED;
	}
	channel_drop_message(&m);
	return e;
}

/* The filter is made here, while the room's process loads its libraries. */
static enum err
send_begin(struct worker *w)
{
	struct message m = { .type = ROOM_BEGIN };
	struct filter filter = { 0 };
	struct buf text;
	enum err e;

	buf_init(&text, CHANNEL_MAX);
	if ((e = filter_make(&filter, &w->limits)) != ERR_OK ||
	    (e = buf_put(&text, &w->limits, sizeof(w->limits))) != ERR_OK ||
	    (e = buf_put(&text, filter.at, filter.n)) != ERR_OK)
		goto out;
	m.at = text.at;
	m.n = text.len;
	e = channel_send(w->room, &m);
out:
	buf_drop(&text);
	filter_drop(&filter);
	return e;
}

static enum err
begin(struct worker *w)
{
	struct room_ended ended;
	enum err e;

	if ((e = send_begin(w)) == ERR_OK)
		e = hear(w, &w->folder, &ended);
	/* It ended before it was told, or before it said why: it is no program
	 * that has rooms. */
	return e == ERR_CLOSED ? ERR_SANDBOX : e;
}

enum err
worker_open(struct worker **worker, const struct worker_limits *limits)
{
	struct worker *w = calloc(1, sizeof(*w));
	int fd[2] = { -1, -1 };
	enum err e;

	if (w == NULL)
		return ERR_NOMEM;
	w->limits = *limits;
	w->folder = -1;
	w->process = (struct process)PROCESS_NONE;
	if ((e = channel_pair(fd)) != ERR_OK)
		goto out;
	e = channel_open(&w->room, fd[0]);
	fd[0] = -1; /* now the channel's */
	if (e != ERR_OK || (e = spawn(&w->process, fd[1])) != ERR_OK)
		goto out;
	shut(&fd[1]);
	if ((e = begin(w)) != ERR_OK)
		goto out;
	*worker = w;
	w = NULL; /* now the caller's */
out:
	shut(&fd[0]);
	shut(&fd[1]);
	worker_close(w);
	return e;
}

void
worker_close(struct worker *w)
{
	struct pollfd p;

	if (w == NULL)
		return;
	shut(&w->folder);
	channel_close(w->room);
	/* It ends by itself, and then all of it has ended. */
	p = (struct pollfd){ .fd = w->process.watch, .events = POLLIN };
	while (
	    w->process.watch >= 0 && poll(&p, 1, END_MS) < 0 && errno == EINTR)
		;
	process_drop(&w->process);
	wipe_free(w, sizeof(*w));
}

bool
worker_name_is_plain(const char *name)
{
	size_t n = strlen(name);

	if (n == 0 || n > WORKER_NAME_MAX || name[0] == '.' || name[0] == '-')
		return false;
	for (size_t i = 0; i < n; i++)
		if (name[i] <= ' ' || name[i] > '~' || name[i] == '/')
			return false;
	return true;
}

/* A new file in the room, to write.  The room makes it: where we are root its
 * memory does not know us. */
static enum err
make_file(struct worker *w, const char *name, int *fd)
{
	const struct message m = {
		.type = ROOM_PUT, .at = (const uint8_t *)name, .n = strlen(name)
	};
	struct room_ended ended;
	enum err e;

	if (!worker_name_is_plain(name))
		return ERR_FORMAT;
	if (w->room == NULL)
		return ERR_CLOSED;
	if ((e = channel_send(w->room, &m)) == ERR_OK)
		e = hear(w, fd, &ended);
	if (e == ERR_CLOSED)
		give_up(w);
	return e;
}

enum err
worker_put(struct worker *w, const char *name, const void *bytes, size_t n)
{
	int fd = -1;
	enum err e;

	if ((e = make_file(w, name, &fd)) != ERR_OK)
		return e;
	e = file_write_fd(fd, bytes, n);
	shut(&fd);
	return e;
}

enum err
worker_put_fd(struct worker *w, const char *name, int from)
{
	off_t at = 0;
	ssize_t n;
	int fd = -1;
	enum err e;

	if ((e = make_file(w, name, &fd)) != ERR_OK)
		return e;
	/* From memory to memory, without ever being here. */
	while ((n = sendfile(fd, from, &at, CHUNK)) != 0 && e == ERR_OK)
		if (n < 0 && errno != EINTR)
			e = file_err();
	shut(&fd);
	return e;
}

/* How standard error begins; what is not printable is a space. */
static void
note(struct running *r, const uint8_t *p, size_t n)
{
	for (size_t i = 0; i < n && r->why < sizeof(r->end.why) - 1; i++)
		r->end.why[r->why++] =
		    (char)(p[i] > ' ' && p[i] <= '~' ? p[i] : ' ');
}

static enum err
take_out(struct running *r, size_t n)
{
	r->said += n;
	if (r->said > r->w->limits.out)
		return ERR_TOOBIG;
	return r->run->out == NULL ? ERR_OK
				   : r->run->out(r->run->arg, r->piece, n);
}

static enum err
take_err(struct running *r, size_t n)
{
	note(r, r->piece, n);
	r->complained += n;
	return r->complained > ERROR_MAX ? ERR_TOOBIG : ERR_OK;
}

/* Read one piece of one of the two. */
static enum err
drain(struct running *r, int *fd)
{
	ssize_t n = read(*fd, r->piece, PIECE);

	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? ERR_OK : ERR_IO;
	if (n == 0) {
		shut(fd);
		return ERR_OK;
	}
	return fd == &r->out ? take_out(r, (size_t)n) : take_err(r, (size_t)n);
}

/* It is to end now, for this reason if there was none before. */
static enum err
end_it(struct running *r, enum err why)
{
	const struct message m = { .type = ROOM_STOP };

	if (r->e != ERR_OK)
		return ERR_OK;
	r->e = why;
	shut(&r->out);
	shut(&r->err);
	r->until = clock_ms() + END_MS;
	/* What is over needs no telling: the room may have gone by now. */
	return r->over ? ERR_OK : channel_send(r->w->room, &m);
}

/* Has its time come? */
static enum err
mind(struct running *r)
{
	if (clock_ms() >= r->until) {
		if (r->e != ERR_OK)
			return ERR_CLOSED; /* it does not even end */
		return end_it(r, ERR_EXPIRED);
	}
	if (r->e == ERR_OK && r->run->cancelled != NULL &&
	    r->run->cancelled(r->run->arg))
		return end_it(r, ERR_CLOSED);
	return ERR_OK;
}

static int
wait_ms(const struct running *r)
{
	const uint64_t now = clock_ms();
	const uint64_t left = r->until > now ? r->until - now : 0;
	const uint64_t most = r->run->cancelled != NULL ? ASK_MS : 60000U;

	return (int)(left < most ? left : most);
}

/* Wait for something to happen, and do what it asks for. */
static enum err
turn(struct running *r)
{
	struct pollfd p[3] = {
		{ .fd = r->over ? -1 : channel_fd(r->w->room),
		    .events = POLLIN },
		{ .fd = r->out, .events = POLLIN },
		{ .fd = r->err, .events = POLLIN },
	};
	enum err e = ERR_OK;

	if (poll(p, 3, wait_ms(r)) < 0 && errno != EINTR)
		return ERR_IO;
	if (p[0].revents != 0) {
		e = hear(r->w, NULL, &r->ended);
		if (e == ERR_CLOSED)
			return e;
		r->over = true;
		if (r->ended.e != ERR_OK)
			return end_it(r, e);
	}
	e = ERR_OK;
	if (p[1].revents != 0)
		e = drain(r, &r->out);
	if (e == ERR_OK && p[2].revents != 0)
		e = drain(r, &r->err);
	if (e != ERR_OK)
		return end_it(r, e);
	return mind(r);
}

/* Tell the room; the descriptors of the program's ends go along. */
static enum err
tell(struct running *r, int out, int err)
{
	struct message m = { .type = ROOM_RUN, .fd = { out, err }, .fds = 2 };
	struct buf words;
	enum err e = ERR_OK;

	buf_init(&words, CHANNEL_MAX);
	for (size_t i = 0; e == ERR_OK && r->run->argv[i] != NULL; i++)
		e = i == ROOM_ARGS_MAX ? ERR_TOOBIG
				       : buf_put(&words, r->run->argv[i],
					     strlen(r->run->argv[i]) + 1);
	if (e == ERR_OK) {
		m.at = words.at;
		m.n = words.len;
		e = channel_send(r->w->room, &m);
	} else
		channel_drop_message(&m);
	buf_drop(&words);
	return e;
}

static enum err
open_pipes(struct running *r)
{
	int out[2] = { -1, -1 }, err[2] = { -1, -1 };

	if (pipe2(out, O_CLOEXEC) != 0)
		return file_err();
	if (pipe2(err, O_CLOEXEC) != 0) {
		shut(&out[0]);
		shut(&out[1]);
		return file_err();
	}
	r->out = out[0];
	r->err = err[0];
	if (fcntl(r->out, F_SETFL, O_NONBLOCK) != 0 ||
	    fcntl(r->err, F_SETFL, O_NONBLOCK) != 0) {
		shut(&out[1]);
		shut(&err[1]);
		return ERR_IO;
	}
	return tell(r, out[1], err[1]);
}

/* What became of it. */
static enum err
verdict(struct running *r)
{
	r->end.status = r->ended.status;
	r->end.signal = r->ended.signal;
	while (r->why > 0 && r->end.why[r->why - 1] == ' ')
		r->end.why[--r->why] = '\0';
	if (r->e != ERR_OK)
		return r->e;
	if (r->end.signal != 0 && r->ended.cpu != 0)
		return ERR_EXPIRED;
	return r->end.signal != 0 || r->end.status != 0 ? ERR_FORMAT : ERR_OK;
}

enum err
worker_run(
    struct worker *w, const struct worker_run *run, struct worker_end *end)
{
	struct running r = {
		.w = w,
		.run = run,
		.out = -1,
		.err = -1,
		.until = clock_ms() + (uint64_t)w->limits.seconds * 1000U,
	};
	enum err e = ERR_NOMEM;

	assert(run->argv[0] != NULL);
	if (w->room == NULL)
		return ERR_CLOSED;
	if ((r.piece = malloc(PIECE)) == NULL)
		return ERR_NOMEM;
	if ((e = open_pipes(&r)) != ERR_OK)
		goto out;
	while (e == ERR_OK && (!r.over || r.out >= 0 || r.err >= 0))
		e = turn(&r);
	if (e == ERR_OK)
		e = verdict(&r);
	else
		give_up(w);
out:
	shut(&r.out);
	shut(&r.err);
	wipe_free(r.piece, PIECE);
	if (end != NULL)
		*end = r.end;
	return e;
}

enum err
worker_take(struct worker *w, const char *name, int *fd, uint64_t *size)
{
	return left_take(w->folder, name, fd, size);
}

enum err
worker_list(struct worker *w,
    enum err (*each)(void *arg, const char *name, uint64_t size), void *arg)
{
	return left_list(w->folder, each, arg);
}

enum err
worker_remove(struct worker *w, const char *name)
{
	return left_remove(w->folder, name);
}

bool
worker_is_part(
    int argc, char **argv, const struct worker_part *parts, int *status)
{
	if (argc < 2 || argv[1][0] != '@')
		return false;
	if (strcmp(argv[1], ROOM_PART) == 0) {
		*status = room_main();
		return true;
	}
	for (; parts->name != NULL; parts++)
		if (strcmp(argv[1] + 1, parts->name) == 0) {
			/* Nobody starts one by hand, without a room around. */
			*status = room_is_around()
			    ? parts->run(argc - 1, argv + 1)
			    : 1;
			return true;
		}
	return false;
}
