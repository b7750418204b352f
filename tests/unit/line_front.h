/*
 * line_front: a front that does what the test tells it, for playing the
 * attacker.  It is a real process of the line, in the real sandbox; the test
 * reaches it through its listening socket.
 *
 * An order is one frame over the connection, and so is what came of it:
 *	order   kind u8, type u16, id u32, n u32, n bytes
 *	result  enum err u8, type u16, id u32, descriptors u8, n u32, n bytes
 */
#ifndef LINE_FRONT_H
#define LINE_FRONT_H

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/un.h>
#include <unistd.h>

#include <linux/filter.h>

#include "base/buf.h"
#include "base/enc.h"
#include "line/start.h"
#include "t.h"

#define ORDER_HEAD 11U
#define RESULT_HEAD 12U
#define FRAME_MAX (CHANNEL_MAX + 64U)

enum order {
	ORDER_KEEPER = 'k', /* send this, wait for the answer */
	ORDER_KEEPER_ONLY = 'K', /* send this */
	ORDER_DERIVER = 'd',
	ORDER_WHO = 'p', /* our process */
	ORDER_WRITE = 'w', /* to the descriptor that came last */
	ORDER_CLOSE = 'c', /* that descriptor */
	ORDER_FILL = 'F', /* u32: so many MiB to that descriptor */
	ORDER_OPEN = 'o', /* a file: forbidden */
	ORDER_SETFL = 's', /* on that descriptor: forbidden */
	ORDER_HEIRLOOM = 'h', /* what the front before has left us */
	ORDER_NOTE = 'n', /* the key note we would show */
	ORDER_WARDEN = 'W', /* send this */
	ORDER_ERROR = 'e', /* write to standard error */
	ORDER_SHUT = 'S', /* the listening socket: forbidden */
	ORDER_SHUT_HIGH = 'H', /* the same with more bits: forbidden */
	ORDER_FILTER = 'f', /* what comes to it: forbidden */
	ORDER_END = 'E', /* shut a descriptor that is no listening socket */
};

static int lf_held = -1;
static uint8_t lf_heirloom[64];
static size_t lf_heirloom_n;

static inline bool
lf_all(int fd, void *p, size_t n, bool out)
{
	uint8_t *at = p;

	while (n > 0) {
		ssize_t got =
		    out ? send(fd, at, n, MSG_NOSIGNAL) : recv(fd, at, n, 0);
		struct pollfd w = { .fd = fd,
			.events = out ? POLLOUT : POLLIN };

		if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
			if (poll(&w, 1, 20000) <= 0)
				return false;
			continue;
		}
		if (got <= 0)
			return false;
		at += got;
		n -= (size_t)got;
	}
	return true;
}

static inline void
lf_hear(struct line_front *f)
{
	unsigned heard;
	struct talk t;
	char who[16];

	if (line_front_hear(f, &heard) != ERR_OK)
		_exit(0);
	if (heard & LINE_HEARD_RETIRE) {
		t = talk_of(TALK_HEIRLOOM, 0);
		t.n = (size_t)snprintf(who, sizeof(who), "%d", (int)getpid());
		t.bytes = (const uint8_t *)who;
		if (talk_send(f->after, f->role, f->role, &t) != ERR_OK)
			_exit(1);
		line_front_gave(f);
	}
	if (f->before != NULL &&
	    talk_receive(f->before, f->role, f->role, &t) == ERR_OK &&
	    t.n <= sizeof(lf_heirloom)) {
		memcpy(lf_heirloom, t.bytes, t.n);
		lf_heirloom_n = t.n;
	}
}

/* Send what the test wrote, whatever it is, and wait for what comes. */
static inline enum err
lf_send(struct channel *c, const uint8_t *head, const struct buf *body,
    struct message *m, bool wait)
{
	*m = (struct message){
		.type = enc_get_u16(head + 1),
		.id = enc_get_u32(head + 3),
		.at = body->at,
		.n = body->len,
	};
	enum err e = c == NULL ? ERR_MISSING : channel_send(c, m);

	*m = (struct message){ .type = 0 };
	return e == ERR_OK && wait ? channel_receive_wait(c, m, 10000) : e;
}

static inline enum err
lf_obey(struct line_front *f, const uint8_t *head, const struct buf *body,
    struct message *m)
{
	static struct sock_filter none = { BPF_RET | BPF_K, 0, 0, 0 };
	static const struct sock_fprog all = { 1, &none };
	static char who[16], mib[1U << 20];
	enum err e;

	*m = (struct message){ .type = 0 };
	switch (head[0]) {
	case ORDER_KEEPER:
	case ORDER_KEEPER_ONLY:
		e = lf_send(f->keeper, head, body, m, head[0] == ORDER_KEEPER);
		if (m->fds > 0)
			lf_held = m->fd[0];
		return e;
	case ORDER_DERIVER:
		return lf_send(f->deriver, head, body, m, true);
	case ORDER_WHO:
		m->n = (size_t)snprintf(who, sizeof(who), "%d", (int)getpid());
		m->at = (const uint8_t *)who;
		return ERR_OK;
	case ORDER_WRITE:
		for (size_t done = 0; done < body->len;) {
			ssize_t n =
			    write(lf_held, body->at + done, body->len - done);

			if (n <= 0)
				return ERR_IO;
			done += (size_t)n;
		}
		return ERR_OK;
	case ORDER_FILL:
		for (uint32_t n = enc_get_u32(body->at); n > 0; n--)
			if (write(lf_held, mib, sizeof(mib)) !=
			    (ssize_t)sizeof(mib))
				return ERR_IO;
		return ERR_OK;
	case ORDER_CLOSE:
		return close(lf_held) == 0 ? ERR_OK : ERR_IO;
	case ORDER_OPEN:
		return open("/etc/passwd", O_RDONLY) < 0 ? ERR_DENIED : ERR_OK;
	case ORDER_SETFL:
		return fcntl(lf_held, F_SETFL, 0) < 0 ? ERR_DENIED : ERR_OK;
	case ORDER_HEIRLOOM:
		m->at = lf_heirloom;
		m->n = lf_heirloom_n;
		return ERR_OK;
	case ORDER_WARDEN:
		return lf_send(f->warden, head, body, m, false);
	case ORDER_ERROR:
		return write(2, body->at, body->len) < 0 ? ERR_IO : ERR_OK;
	case ORDER_SHUT:
		return shutdown(f->listen, SHUT_RDWR) < 0 ? ERR_DENIED : ERR_OK;
	case ORDER_SHUT_HIGH:
		return syscall(SYS_shutdown, (1ULL << 32) | (unsigned)f->listen,
			   SHUT_RDWR) < 0
		    ? ERR_DENIED
		    : ERR_OK;
	case ORDER_FILTER:
		return setsockopt(f->listen, SOL_SOCKET, SO_ATTACH_FILTER, &all,
			   sizeof(all)) < 0
		    ? ERR_DENIED
		    : ERR_OK;
	case ORDER_END:
		/* No socket, so it fails; but it is no reason to be killed. */
		return shutdown(0, SHUT_WR) < 0 && errno == ENOTSOCK ? ERR_OK
								     : ERR_IO;
	case ORDER_NOTE:
		m->at = f->key_note.at;
		m->n = f->key_note.len < CHANNEL_MAX ? f->key_note.len
						     : CHANNEL_MAX;
		return ERR_OK;
	default:
		return ERR_FORMAT;
	}
}

/* One connection, order by order. */
static inline void
lf_serve(struct line_front *f, int fd)
{
	static uint8_t bytes[FRAME_MAX];
	uint8_t head[ORDER_HEAD], result[RESULT_HEAD];
	struct message m;
	struct buf body = { .at = bytes };
	enum err e;

	while (lf_all(fd, head, sizeof(head), false)) {
		body.len = enc_get_u32(head + 7);
		if (body.len > sizeof(bytes) ||
		    !lf_all(fd, bytes, body.len, false))
			break;
		lf_hear(f);
		e = lf_obey(f, head, &body, &m);
		result[0] = (uint8_t)e;
		enc_put_u16(result + 1, m.type);
		enc_put_u32(result + 3, m.id);
		result[7] = (uint8_t)m.fds;
		enc_put_u32(result + 8, (uint32_t)m.n);
		if (!lf_all(fd, result, sizeof(result), true) ||
		    (m.n > 0 &&
			!lf_all(fd, (void *)(uintptr_t)m.at, m.n, true)))
			break;
	}
	(void)close(fd);
}

/* The process. */
static inline int
lf_main(enum role role)
{
	static struct line_front f;
	struct pollfd w[3];
	int fd;

	if (line_start_front(&f, role) != ERR_OK)
		return 1;
	while (!f.retired) { /* and no uploads to end */
		w[0] = (struct pollfd){ f.listen, POLLIN, 0 };
		w[1] = (struct pollfd){ channel_fd(f.warden), POLLIN, 0 };
		w[2] = (struct pollfd){
			f.before == NULL ? -1 : channel_fd(f.before), POLLIN, 0
		};
		if (poll(w, 3, -1) < 0)
			return 1;
		if (w[1].revents != 0 || w[2].revents != 0) {
			lf_hear(&f);
			if (w[2].revents & POLLHUP) {
				channel_close(f.before);
				f.before = NULL;
			}
		}
		if (w[0].revents == 0 || f.retired)
			continue;
		fd =
		    accept4(f.listen, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
		if (fd >= 0)
			lf_serve(&f, fd);
	}
	return 0;
}

/*
 * The test's side.
 */
struct came {
	enum err e;
	uint16_t type;
	unsigned fds;
	size_t n;
	uint8_t at[FRAME_MAX];
};

static inline int
lf_connect(const char *path)
{
	struct sockaddr_un a = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	OK(fd >= 0 && strlen(path) < sizeof(a.sun_path));
	memcpy(a.sun_path, path, strlen(path));
	OK(connect(fd, (struct sockaddr *)&a, sizeof(a)) == 0);
	return fd;
}

/* Pieces of one thing have one id: the next order has the last one's. */
static bool lf_goes_on;

/* Give an order; what came of it is in *c.  ERR_CLOSED when the front died of
 * it. */
static inline enum err
lf_raw(int fd, enum order order, uint16_t type, const struct buf *body,
    struct came *c)
{
	uint8_t head[ORDER_HEAD], result[RESULT_HEAD];
	static uint32_t id;

	head[0] = (uint8_t)order;
	enc_put_u16(head + 1, type);
	id += !lf_goes_on;
	lf_goes_on = false;
	enc_put_u32(head + 3, id);
	enc_put_u32(head + 7, body == NULL ? 0 : (uint32_t)body->len);
	*c = (struct came){ .e = ERR_CLOSED };
	if (!lf_all(fd, head, sizeof(head), true) ||
	    (body != NULL && !lf_all(fd, body->at, body->len, true)) ||
	    !lf_all(fd, result, sizeof(result), false))
		return ERR_CLOSED;
	c->e = (enum err)result[0];
	c->type = enc_get_u16(result + 1);
	c->fds = result[7];
	c->n = enc_get_u32(result + 8);
	OK(c->n <= sizeof(c->at));
	if (!lf_all(fd, c->at, c->n, false))
		c->e = ERR_CLOSED;
	if (c->e == ERR_OK && c->type != 0)
		OK(enc_get_u32(result + 3) == id);
	return c->e;
}

/* Have the front say a right message to the keeper or deriver. */
static inline enum err
lf_talk(int fd, enum order order, const struct talk *t, struct came *c)
{
	struct buf body;
	enum err e;

	buf_init(&body, FRAME_MAX);
	OK(talk_write(&body, t) == ERR_OK);
	e = lf_raw(fd, order, (uint16_t)t->kind, &body, c);
	buf_drop(&body);
	return e;
}

#endif
