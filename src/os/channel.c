#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "base/clock.h"
#include "base/enc.h"
#include "base/wipe.h"
#include "os/channel.h"

/* One byte more than any message has, so that a longer one is seen. */
#define IN_BYTES (CHANNEL_HEAD_BYTES + CHANNEL_MAX + 1U)
/* Descriptors taken in at once; more than allowed, so that too many are seen
 * and closed instead of being cut by the kernel. */
#define IN_FDS (CHANNEL_FDS + 2U)

/* A message that waits for the other side. */
struct waiting {
	struct waiting *next;
	int fd[CHANNEL_FDS];
	unsigned fds;
	size_t n;
	uint8_t bytes[]; /* head and payload */
};

struct channel {
	int fd;
	bool broken; /* out of shape once: never read again */
	struct waiting *first, **last;
	size_t waiting; /* bytes */
	size_t had; /* bytes of `in` that hold the last message */
	uint8_t in[IN_BYTES];
};

union control {
	struct cmsghdr align;
	uint8_t bytes[CMSG_SPACE(sizeof(int) * IN_FDS)];
};

static void
close_fds(int *fd, unsigned n)
{
	for (unsigned i = 0; i < n; i++) {
		if (fd[i] >= 0)
			(void)close(fd[i]);
		fd[i] = -1;
	}
}

void
channel_drop_message(struct message *m)
{
	close_fds(m->fd, m->fds);
	m->fds = 0;
}

enum err
channel_open(struct channel **channel, int fd)
{
	struct channel *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		(void)close(fd);
		return ERR_NOMEM;
	}
	c->fd = fd;
	c->last = &c->first;
	*channel = c;
	return ERR_OK;
}

static void
waiting_close(struct waiting *w)
{
	close_fds(w->fd, w->fds);
	wipe_free(w, sizeof(*w) + w->n);
}

void
channel_close(struct channel *c)
{
	if (c == NULL)
		return;
	while (c->first != NULL) {
		struct waiting *w = c->first;

		c->first = w->next;
		waiting_close(w);
	}
	(void)close(c->fd);
	wipe_free(c, sizeof(*c));
}

enum err
channel_pair(int fd[static 2])
{
	static const int room = 2 * CHANNEL_MAX;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK,
		0, fd) != 0)
		return ERR_IO;
	/* Where the system's default would not take a whole message. */
	for (int i = 0; i < 2; i++)
		(void)setsockopt(
		    fd[i], SOL_SOCKET, SO_SNDBUF, &room, sizeof(room));
	return ERR_OK;
}

int
channel_fd(const struct channel *c)
{
	return c->fd;
}

bool
channel_is_waiting(const struct channel *c)
{
	return c->first != NULL;
}

bool
channel_is_crowded(const struct channel *c)
{
	return c->waiting > CHANNEL_CROWDED;
}

/* What sendmsg() and recvmsg() say when they fail. */
static enum err
socket_err(void)
{
	switch (errno) {
	case EAGAIN:
	case ENOBUFS:
		return ERR_NOTHING;
	case EPIPE:
	case ECONNRESET:
	case ENOTCONN:
		return ERR_CLOSED;
	case ENOMEM:
		return ERR_NOMEM;
	default:
		return ERR_IO;
	}
}

static enum err
send_now(int to, struct iovec *iov, size_t iovs, const int *fd, unsigned fds)
{
	union control control;
	struct msghdr h = { .msg_iov = iov, .msg_iovlen = iovs };
	struct cmsghdr *c;
	ssize_t n;

	if (fds > 0) {
		memset(&control, 0, sizeof(control));
		h.msg_control = control.bytes;
		h.msg_controllen = CMSG_SPACE(sizeof(int) * fds);
		c = &control.align; /* the first, and only one */
		c->cmsg_level = SOL_SOCKET;
		c->cmsg_type = SCM_RIGHTS;
		c->cmsg_len = CMSG_LEN(sizeof(int) * fds);
		memcpy(CMSG_DATA(c), fd, sizeof(int) * fds);
	}
	do
		n = sendmsg(to, &h, MSG_NOSIGNAL | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	return n < 0 ? socket_err() : ERR_OK;
}

/* Keep a copy for later.  The descriptors become the copy's. */
static enum err
keep(struct channel *c, const uint8_t *head, const struct message *m)
{
	size_t n = CHANNEL_HEAD_BYTES + m->n;
	struct waiting *w;

	if (c->waiting + n > CHANNEL_WAITING_MAX)
		return ERR_TOOBIG;
	if ((w = calloc(1, sizeof(*w) + n)) == NULL)
		return ERR_NOMEM;
	w->n = n;
	memcpy(w->bytes, head, CHANNEL_HEAD_BYTES);
	if (m->n > 0)
		memcpy(w->bytes + CHANNEL_HEAD_BYTES, m->at, m->n);
	memcpy(w->fd, m->fd, sizeof(w->fd));
	w->fds = m->fds;
	*c->last = w;
	c->last = &w->next;
	c->waiting += n;
	return ERR_OK;
}

static struct iovec
piece(const void *p, size_t n)
{
	union {
		const void *in;
		void *out;
	} u = { .in = p };

	return (struct iovec){ .iov_base = u.out, .iov_len = n };
}

enum err
channel_send(struct channel *c, const struct message *m)
{
	struct message mine = *m;
	uint8_t head[CHANNEL_HEAD_BYTES];
	struct iovec iov[2];
	enum err e = ERR_NOTHING;

	assert(m->n <= CHANNEL_MAX && m->fds <= CHANNEL_FDS);
	enc_put_u16(head, m->type);
	enc_put_u32(head + 2, m->id);
	iov[0] = piece(head, sizeof(head));
	iov[1] = piece(m->at, m->n);
	/* What waits goes first. */
	if (c->first == NULL)
		e = send_now(c->fd, iov, 2, m->fd, m->fds);
	if (e == ERR_NOTHING && (e = keep(c, head, &mine)) == ERR_OK)
		return ERR_OK; /* its descriptors wait with it */
	channel_drop_message(&mine);
	return e;
}

enum err
channel_flush(struct channel *c)
{
	struct waiting *w;
	struct iovec iov;
	enum err e;

	while ((w = c->first) != NULL) {
		iov = piece(w->bytes, w->n);
		if ((e = send_now(c->fd, &iov, 1, w->fd, w->fds)) != ERR_OK)
			return e == ERR_NOTHING ? ERR_OK : e;
		if ((c->first = w->next) == NULL)
			c->last = &c->first;
		c->waiting -= w->n;
		waiting_close(w);
	}
	return ERR_OK;
}

/* Take the descriptors out of a message; false when there are too many or
 * something else came along. */
static bool
take_fds(struct message *m, struct msghdr *h)
{
	bool good = true;
	int fd[IN_FDS];
	unsigned n;

	for (struct cmsghdr *c = CMSG_FIRSTHDR(h); c != NULL;
	     c = CMSG_NXTHDR(h, c)) {
		if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) {
			good = false;
			continue;
		}
		n = (unsigned)((c->cmsg_len - CMSG_LEN(0)) / sizeof(int));
		n = n < IN_FDS ? n : IN_FDS;
		memcpy(fd, CMSG_DATA(c), n * sizeof(int));
		for (unsigned i = 0; i < n; i++)
			if (m->fds < CHANNEL_FDS) {
				m->fd[m->fds++] = fd[i];
			} else {
				(void)close(fd[i]);
				good = false;
			}
	}
	return good && (h->msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0;
}

/* Scrub what the last message left. */
static void
forget(struct channel *c)
{
	wipe(c->in, c->had);
	c->had = 0;
}

enum err
channel_receive(struct channel *c, struct message *m)
{
	struct message got = { .fd = { -1, -1 } };
	struct iovec iov = { .iov_base = c->in, .iov_len = sizeof(c->in) };
	union control control;
	struct msghdr h = {
		.msg_iov = &iov,
		.msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes),
	};
	ssize_t n;

	if (c->broken)
		return ERR_FORMAT;
	forget(c);
	do
		n = recvmsg(c->fd, &h, MSG_CMSG_CLOEXEC | MSG_DONTWAIT);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return socket_err();
	c->had = (size_t)n;
	if (!take_fds(&got, &h) || (n > 0 && n < (int)CHANNEL_HEAD_BYTES) ||
	    (size_t)n > CHANNEL_HEAD_BYTES + CHANNEL_MAX ||
	    (n == 0 && got.fds > 0)) {
		channel_drop_message(&got);
		c->broken = true;
		return ERR_FORMAT;
	}
	if (n == 0) /* the end, or an empty message, which nobody sends */
		return ERR_CLOSED;
	got.type = enc_get_u16(c->in);
	got.id = enc_get_u32(c->in + 2);
	got.at = c->in + CHANNEL_HEAD_BYTES;
	got.n = (size_t)n - CHANNEL_HEAD_BYTES;
	*m = got;
	return ERR_OK;
}

/* Wait for `what` until `until`; ERR_BUSY when the time is over. */
static enum err
wait_for(const struct channel *c, short what, uint64_t until)
{
	struct pollfd p = { .fd = c->fd, .events = what };
	uint64_t now = clock_ms();

	if (now >= until)
		return ERR_BUSY;
	if (poll(&p, 1, (int)(until - now)) < 0 && errno != EINTR)
		return ERR_IO;
	return ERR_OK;
}

enum err
channel_receive_wait(struct channel *c, struct message *m, unsigned ms)
{
	uint64_t until = clock_ms() + ms;
	enum err e, w;

	while ((e = channel_receive(c, m)) == ERR_NOTHING)
		if ((w = wait_for(c, POLLIN, until)) != ERR_OK)
			return w;
	return e;
}

enum err
channel_flush_wait(struct channel *c, unsigned ms)
{
	uint64_t until = clock_ms() + ms;
	enum err e;

	while ((e = channel_flush(c)) == ERR_OK && channel_is_waiting(c))
		if ((e = wait_for(c, POLLOUT, until)) != ERR_OK)
			return e;
	return e;
}
