/*
 * http_peer: the other side of a server under test, in the same thread: the
 * socket it listens on, and a client that lets it turn while it waits.
 */
#ifndef HTTP_PEER_H
#define HTTP_PEER_H

#include <arpa/inet.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "base/buf.h"
#include "base/clock.h"
#include "t.h"

#define ANSWER_MAX (1U << 22U)
#define HOST "Host: line.onion\r\n"

static int listener = -1;
static struct sockaddr_in at;

/* Let the server do what it can: the test's own. */
static void turn(void);

static inline void
turns(unsigned n)
{
	while (n-- > 0)
		turn();
}

static inline void
peer_listen(void)
{
	socklen_t n = sizeof at;

	at = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	OK(bind(listener, (struct sockaddr *)&at, sizeof at) == 0);
	OK(listen(listener, 100) == 0);
	OK(getsockname(listener, (struct sockaddr *)&at, &n) == 0);
}

static inline int
dial(void)
{
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);

	OK(fd >= 0);
	OK(connect(fd, (struct sockaddr *)&at, sizeof at) == 0 ||
	    errno == EINPROGRESS);
	return fd;
}

/* Send `n` bytes, or what the server takes before it goes. */
static inline void
put(int fd, const void *p, size_t n)
{
	const char *c = p;
	ssize_t k;

	while (n > 0) {
		k = send(fd, c, n, MSG_NOSIGNAL);
		if (k < 0 && errno != EAGAIN)
			return;
		if (k > 0) {
			c += k;
			n -= (size_t)k;
		}
		turn();
	}
}

/* Is the answer in `b` whole by its Content-Length? */
static inline bool
is_whole(struct buf *b)
{
	const char *s = buf_str(b);
	const char *body = strstr(s, "\r\n\r\n");
	const char *len = strstr(s, "Content-Length: ");

	return body != NULL && len != NULL &&
	    b->len - (size_t)(body + 4 - s) >= strtoul(len + 16, NULL, 10);
}

/* Read one answer with its head, or up to the end of the connection.  Returns
 * its status, 0 for none; *b is whatever came. */
static inline unsigned
get(int fd, struct buf *b)
{
	static uint8_t piece[65536];
	const uint64_t until = clock_ms() + 5000;
	ssize_t n = 1;

	buf_clear(b);
	while (n != 0 && (b->len == 0 || !is_whole(b))) {
		OK(clock_ms() < until);
		turn();
		n = recv(fd, piece, sizeof piece, 0);
		if (n < 0 && errno != EAGAIN)
			break;
		if (n > 0)
			OK(buf_put(b, piece, (size_t)n) == ERR_OK);
	}
	if (b->len < 12 || memcmp(b->at, "HTTP/1.1 ", 9) != 0)
		return 0;
	return (unsigned)strtoul(buf_str(b) + 9, NULL, 10);
}

#endif
