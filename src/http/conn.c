#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/wipe.h"

#include "http/inside.h"

#define ACCEPT_ROUND 64
#define DRAIN_MS 5000U /* to ask, for a connection that came before a drain */
#define SLOW_BYTES 256U /* a second */

static const char broke_off[] = "This request broke off before its end.\n";

static void
unlink_conn(struct conn *c)
{
	struct http_server *s = c->server;

	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		s->conns = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	s->by_fd[c->fd] = NULL;
	s->conns_n--;
	s->reserved_n -= c->reserved;
	s->big_n -= c->big;
	wipe_free(c, sizeof *c);
}

/* End a connection that is still ours. */
static void
close_ours(struct conn *c)
{
	const int fd = c->fd;

	loop_unwatch(&c->server->loop, fd);
	unlink_conn(c);
	close(fd);
}

static void
refuse(struct conn *c, unsigned status, const char *sentence)
{
	answer_raw_say(c->server, c->fd, status, sentence);
	close_ours(c);
}

void
conn_count(struct conn *c)
{
	c->since = clock_ms();
	c->moved = c->before = 0;
	c->windows = false;
}

void
conn_wait(struct conn *c)
{
	c->waiting = true;
	c->paused = clock_ms();
	libmhd.suspend_connection(c->mhd);
}

void
conn_wake(struct conn *c)
{
	if (!c->waiting)
		return;
	c->waiting = false;
	c->since += clock_ms() - c->paused;
	libmhd.resume_connection(c->mhd);
	c->server->run[c->big] = true;
}

void
conn_cut(struct conn *c)
{
	if (c->mhd == NULL) {
		close_ours(c);
		return;
	}
	c->cut = true;
	shutdown(c->fd, SHUT_RDWR);
	conn_wake(c);
}

void
conn_started(void *cls, struct MHD_Connection *mhd, void **context,
    enum MHD_ConnectionNotificationCode what)
{
	const union MHD_ConnectionInfo *info;
	struct http_server *s = cls;
	struct conn *c = *context;

	if (what == MHD_CONNECTION_NOTIFY_CLOSED) {
		if (c != NULL) {
			loop_forget(&s->loop, c->fd);
			unlink_conn(c);
		}
		*context = NULL;
		return;
	}
	info =
	    libmhd.get_connection_info(mhd, MHD_CONNECTION_INFO_CONNECTION_FD);
	c = info == NULL ? NULL : s->by_fd[info->connect_fd];
	if (c != NULL)
		c->mhd = mhd;
	*context = c;
}

/* Is nothing left to read, and nothing will come? */
static bool
is_at_end(const struct conn *c)
{
	uint8_t b;

	return recv(c->fd, &b, 1, MSG_PEEK | MSG_DONTWAIT) == 0;
}

void
conn_ended(struct conn *c)
{
	if (c->ends && !c->cut && !c->answered && !c->waiting &&
	    c->phase == PHASE_BODY && c->taken < c->r.length && is_at_end(c))
		answer_raw_say(c->server, c->fd, 400, broke_off);
}

static void
gone_ready(void *with, int fd)
{
	struct conn *c = with;

	(void)fd;
	c->ends = true;
	conn_ended(c);
}

/* The first head is whole: choose the pool and hand over. */
static void
hand_over(struct conn *c, const struct head_peek *peek)
{
	struct http_server *s = c->server;
	struct sockaddr_storage from = { .ss_family = AF_UNIX };
	socklen_t from_n = sizeof from;
	const bool upload = peek->length > HTTP_SMALL_BYTES;
	const int fd = c->fd;

	c->reserved = upload ||
	    (s->machine[0] != '\0' &&
		strncmp(peek->path, s->machine, strlen(s->machine)) == 0);
	if (c->reserved && s->reserved_n >= s->max - s->max / 4 &&
	    !conn_end_slowest(s, PLACE_RESERVED)) {
		c->reserved = false;
		refuse(c, 503, "Too many are here at once; try again.\n");
		return;
	}
	s->reserved_n += c->reserved;
	c->big = upload && s->big_n < s->uploads_max;
	s->big_n += c->big;
	if (loop_watch(&s->loop, fd, LOOP_GONE | LOOP_EDGE, gone_ready, c) !=
	    ERR_OK)
		loop_unwatch(&s->loop, fd); /* it can be done without */
	if (getsockname(fd, (struct sockaddr *)&from, &from_n) != 0)
		from_n = sizeof from.ss_family;
	c->phase = PHASE_HEAD;
	conn_count(c);
	s->run[c->big] = true;
	/* libmicrohttpd closes the socket when it cannot take it. */
	if (libmhd.add_connection(s->daemon[c->big], fd,
		(struct sockaddr *)&from, from_n) != MHD_YES &&
	    s->by_fd[fd] == c) {
		loop_forget(&s->loop, fd);
		unlink_conn(c);
	}
}

static void
peek_ready(void *with, int fd)
{
	struct conn *c = with;
	struct http_server *s = c->server;
	struct head_peek peek;
	ssize_t n;

	n = recv(fd, s->peek, HEAD_PEEK_MAX, MSG_PEEK | MSG_DONTWAIT);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		close_ours(c);
		return;
	}
	head_peek(&peek, s->peek, (size_t)n,
	    (const char(*)[HTTP_NAME_MAX])s->names, s->names_n);
	wipe(s->peek, (size_t)n);
	if (peek.status != 0)
		refuse(c, peek.status, peek.sentence);
	else if (peek.whole)
		hand_over(c, &peek);
	wipe(&peek, sizeof peek);
}

/* Bytes a second that a body comes with; UINT64_MAX for what is none or is too
 * young to be judged. */
static uint64_t
pace(const struct conn *c, uint64_t now)
{
	const uint64_t slow_ms = c->server->slow_ms;
	const uint64_t ms = now - c->since + (c->windows ? slow_ms : 0);

	if (c->phase != PHASE_BODY || c->cut || c->answered || c->waiting ||
	    ms < slow_ms / 6)
		return UINT64_MAX;
	return (c->before + c->moved) * 1000 / ms;
}

static bool
has_place(const struct conn *c, enum place place)
{
	return place == PLACE_CONN ||
	    (place == PLACE_RESERVED ? c->reserved : c->r.upload);
}

bool
conn_end_slowest(struct http_server *s, enum place place)
{
	static const char others[] =
	    "Others waited for this place, and here it went very slowly, so "
	    "it was ended. What had come whole is kept; send the rest again.\n";
	const uint64_t now = clock_ms();
	uint64_t least = HTTP_PLACE_BYTES;
	struct conn *slowest = NULL;

	for (struct conn *c = s->conns; c != NULL; c = c->next)
		if (has_place(c, place) && pace(c, now) < least) {
			least = pace(c, now);
			slowest = c;
		}
	if (slowest == NULL)
		return false;
	s->uploads_n -= slowest->r.upload;
	s->reserved_n -= slowest->reserved;
	slowest->r.upload = slowest->reserved = false;
	answer_raw_say(s, slowest->fd, 503, others);
	conn_cut(slowest);
	return true;
}

/* Make room by ending the connection that has been idle longest. */
static bool
evict(struct http_server *s)
{
	struct conn *oldest = NULL;

	for (struct conn *c = s->conns; c != NULL; c = c->next)
		if (!c->cut && c->phase <= PHASE_HEAD && !c->begun &&
		    (oldest == NULL || c->since < oldest->since))
			oldest = c;
	if (oldest == NULL || clock_ms() - oldest->since < 1000)
		return conn_end_slowest(s, PLACE_CONN);
	conn_cut(oldest);
	return true;
}

static void
conn_new(struct http_server *s, int fd)
{
	struct conn *c;

	if (s->conns_n >= s->max && !evict(s)) {
		answer_raw_say(
		    s, fd, 503, "Too many are here at once; try again.\n");
		close(fd);
		return;
	}
	if (fd >= LOOP_FD_MAX || (c = calloc(1, sizeof *c)) == NULL) {
		close(fd);
		return;
	}
	c->server = s;
	c->fd = fd;
	c->since = clock_ms();
	c->next = s->conns;
	if (s->conns != NULL)
		s->conns->prev = c;
	s->conns = c;
	s->conns_n++;
	s->by_fd[fd] = c;
	if (loop_watch(&s->loop, fd, LOOP_IN | LOOP_EDGE, peek_ready, c) !=
	    ERR_OK) {
		close_ours(c);
		return;
	}
	peek_ready(c, fd);
}

void
conn_accept(struct http_server *s, int listener)
{
	int fd;

	for (int i = 0; i < ACCEPT_ROUND; i++) {
		fd =
		    accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
		if (fd < 0 &&
		    (errno == EMFILE || errno == ENFILE || errno == ENOMEM ||
			errno == ENOBUFS)) {
			/* Until the next sweep, or we would spin. */
			s->deaf = true;
			loop_unwatch(&s->loop, listener);
		}
		if (fd < 0)
			return;
		conn_new(s, fd);
	}
}

/* Is this connection too slow to be kept? */
static bool
is_slow(struct conn *c, uint64_t now)
{
	const uint64_t slow_ms = c->server->slow_ms, moved = c->moved;
	const uint64_t least = SLOW_BYTES * slow_ms / 1000;

	if (c->waiting)
		return false;
	if (c->phase == PHASE_WORK) {
		conn_count(c);
		return false;
	}
	if (c->phase == PHASE_ANSWER && c->allowed > 0)
		return now - c->since > c->allowed;
	if (c->phase <= PHASE_HEAD && c->server->draining &&
	    now - c->since >= DRAIN_MS)
		return true;
	if (now - c->since < slow_ms)
		return false;
	/* A head is at most as long as what must come in a minute. */
	if (c->phase <= PHASE_HEAD || c->moved < least)
		return true;
	conn_count(c);
	c->before = moved;
	c->windows = true;
	return false;
}

/* Has the client ended its side in the middle of a body?  libmicrohttpd does
 * not see it when the end came together with the last bytes: it waits for an
 * edge that was there already. */
static bool
has_ended(const struct conn *c)
{
	return c->phase == PHASE_BODY && !c->waiting && c->moved == c->swept &&
	    is_at_end(c);
}

void
conn_sweep(struct http_server *s)
{
	static const char slow[] =
	    "This request came too slowly and was given up.\n";
	const uint64_t now = clock_ms();
	struct conn *c, *next;

	for (c = s->conns; c != NULL; c = next) {
		bool ended;

		next = c->next;
		ended = !c->cut && has_ended(c);
		c->swept = c->moved;
		if (c->cut || (!ended && !is_slow(c, now)))
			continue;
		if (c->phase == PHASE_PEEK ||
		    (c->phase == PHASE_BODY && !c->answered))
			answer_raw_say(s, c->fd, ended ? 400 : 408,
			    ended ? broke_off : slow);
		conn_cut(c);
	}
}
