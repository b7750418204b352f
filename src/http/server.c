#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wipe.h"

#include "http/inside.h"

#define SCRUB_BYTES (32U * 1024)
#define SWEEP_MS 1000U
#define CONNECTIONS 512U

static void
daemon_ready(void *with, int fd)
{
	struct http_server *s = with;

	for (unsigned i = 0; i < DAEMONS; i++) {
		const union MHD_DaemonInfo *info = libmhd.get_daemon_info(
		    s->daemon[i], MHD_DAEMON_INFO_EPOLL_FD);

		if (info != NULL && info->epoll_fd == fd)
			s->run[i] = true;
	}
}

static enum err
start_daemon(struct http_server *s, unsigned i)
{
	const union MHD_DaemonInfo *info;

	s->daemon[i] =
	    libmhd.start_daemon(MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
		    MHD_ALLOW_SUSPEND_RESUME | MHD_USE_SUPPRESS_DATE_NO_CLOCK,
		0, NULL, NULL, ask_more, s, MHD_OPTION_CONNECTION_MEMORY_LIMIT,
		(size_t)(i == 0 ? HTTP_SMALL_BYTES : HTTP_BIG_BYTES),
		MHD_OPTION_CONNECTION_LIMIT, s->max + 1,
		MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK,
		ask_target, s, MHD_OPTION_NOTIFY_COMPLETED, ask_over, s,
		MHD_OPTION_NOTIFY_CONNECTION, conn_started, s,
		MHD_OPTION_SIGPIPE_HANDLED_BY_APP, 1, MHD_OPTION_END);
	if (s->daemon[i] == NULL)
		return ERR_NOMEM;
	info = libmhd.get_daemon_info(s->daemon[i], MHD_DAEMON_INFO_EPOLL_FD);
	if (info == NULL || info->epoll_fd < 0)
		return ERR_IO;
	return loop_watch(&s->loop, info->epoll_fd, LOOP_IN, daemon_ready, s);
}

static void
listener_ready(void *with, int fd)
{
	conn_accept(with, fd);
}

static void
sweep_due(void *with)
{
	struct http_server *s = with;

	conn_sweep(s);
	for (unsigned i = 0; s->deaf && !s->draining && i < s->listeners; i++)
		if (loop_watch(&s->loop, s->listener[i], LOOP_IN,
			listener_ready, s) != ERR_OK)
			break;
	s->deaf = false;
	http_timer_start(s, &s->sweep, SWEEP_MS);
}

enum err
http_server_open(struct http_server **out, const struct http_server_opts *opts)
{
	struct http_server *s = calloc(1, sizeof *s);
	enum err e = ERR_NOMEM;

	if (s == NULL)
		return ERR_NOMEM;
	s->loop.fd = -1;
	s->handler = *opts->handler;
	s->with = opts->with;
	s->max = opts->connections == 0 ? CONNECTIONS : opts->connections;
	s->uploads_max = opts->uploads == 0 ? HTTP_UPLOADS_MAX : opts->uploads;
	s->arena = opts->arena == 0 ? HTTP_ARENA_MAX : opts->arena;
	s->slow_ms = opts->slow_ms == 0 ? HTTP_SLOW_MS : opts->slow_ms;
	s->bare = opts->bare;
	if (opts->machine != NULL && strlen(opts->machine) < sizeof s->machine)
		memcpy(s->machine, opts->machine, strlen(opts->machine));
	s->by_fd = calloc(LOOP_FD_MAX, sizeof(struct conn *));
	s->peek = malloc(HEAD_PEEK_MAX);
	if (s->by_fd == NULL || s->peek == NULL)
		goto out;
	if ((e = mhd_open()) != ERR_OK || (e = loop_open(&s->loop)) != ERR_OK)
		goto out;
	for (unsigned i = 0; i < DAEMONS; i++)
		if ((e = start_daemon(s, i)) != ERR_OK)
			goto out;
	signal(SIGPIPE, SIG_IGN);
	s->sweep.due = sweep_due;
	s->sweep.with = s;
	http_timer_start(s, &s->sweep, SWEEP_MS);
	*out = s; /* now the caller's */
	s = NULL;
out:
	http_server_close(s);
	return e;
}

void
http_server_close(struct http_server *s)
{
	struct conn *c, *next;

	if (s == NULL)
		return;
	for (c = s->conns; c != NULL; c = next) {
		next = c->next;
		conn_cut(c);
	}
	for (unsigned i = 0; i < DAEMONS; i++)
		if (s->daemon[i] != NULL)
			libmhd.stop_daemon(s->daemon[i]);
	for (unsigned i = 0; i < s->fixed_n; i++)
		libmhd.destroy_response(s->fixed[i].response);
	loop_close(&s->loop);
	free(s->by_fd);
	wipe_free(s->peek, HEAD_PEEK_MAX);
	wipe_free(s, sizeof *s);
}

enum err
http_server_name(struct http_server *s, const char *name)
{
	const size_t n = strlen(name);

	if (n >= HTTP_NAME_MAX || s->names_n == HTTP_NAMES_MAX)
		return ERR_TOOBIG;
	memcpy(s->names[s->names_n++], name, n + 1);
	return ERR_OK;
}

enum err
http_server_listen(struct http_server *s, int fd)
{
	enum err e;

	if (s->listeners == LISTENERS)
		return ERR_TOOBIG;
	e = loop_watch(&s->loop, fd, LOOP_IN, listener_ready, s);
	if (e == ERR_OK)
		s->listener[s->listeners++] = fd;
	return e;
}

void
http_server_unlisten(struct http_server *s, int fd)
{
	for (unsigned i = 0; i < s->listeners; i++)
		if (s->listener[i] == fd) {
			loop_unwatch(&s->loop, fd);
			s->listener[i] = s->listener[--s->listeners];
			return;
		}
}

void
http_server_drain(struct http_server *s)
{
	struct conn *c, *next;

	s->draining = true;
	for (unsigned i = 0; i < s->listeners; i++)
		loop_unwatch(&s->loop, s->listener[i]);
	for (c = s->conns; c != NULL; c = next) {
		next = c->next;
		/* One that has not asked yet may do so; see conn_sweep(). */
		if (c->phase == PHASE_HEAD && c->served)
			conn_cut(c);
	}
}

unsigned
http_server_open_requests(const struct http_server *s)
{
	return s->requests_n;
}

/* Run those daemons that have something to do. */
static void
run_daemons(struct http_server *s)
{
	MHD_UNSIGNED_LONG_LONG ms;

	for (unsigned i = 0; i < DAEMONS; i++) {
		if (s->run[i]) {
			s->run[i] = false;
			libmhd.run(s->daemon[i]);
		}
		if (libmhd.get_timeout(s->daemon[i], &ms) == MHD_YES && ms == 0)
			s->run[i] = true;
	}
}

enum err
http_server_turn(struct http_server *s, unsigned ms)
{
	const bool busy = s->run[0] || s->run[1];
	enum err e;

	s->words = s->loop.guested = false;
	e = loop_turn(&s->loop, busy ? 0 : ms);
	run_daemons(s);
	if (s->words || s->loop.guested)
		wipe_stack(SCRUB_BYTES);
	return e;
}

enum err
http_server_run(struct http_server *s)
{
	enum err e = ERR_OK;

	while (e == ERR_OK && !(s->draining && s->conns == NULL))
		e = http_server_turn(s, SWEEP_MS);
	return e;
}

enum err
http_watch(struct http_server *s, int fd, bool write,
    void (*ready)(void *with, int fd), void *with)
{
	return loop_watch(&s->loop, fd,
	    LOOP_IN | LOOP_GUEST | (write ? LOOP_OUT : 0), ready, with);
}

void
http_unwatch(struct http_server *s, int fd)
{
	loop_unwatch(&s->loop, fd);
}

void
http_timer_start(struct http_server *s, struct http_timer *t, unsigned ms)
{
	loop_timer_start(&s->loop, t, clock_ms() + ms);
}

void
http_timer_stop(struct http_server *s, struct http_timer *t)
{
	loop_timer_stop(&s->loop, t);
}
