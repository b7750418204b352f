#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "base/enc.h"
#include "os/listen.h"

#define UNIX_PREFIX "unix:"

union address {
	struct sockaddr any;
	struct sockaddr_in four;
	struct sockaddr_in6 six;
	struct sockaddr_un local;
};

static bool
is_unix(const char *address)
{
	return strncmp(address, UNIX_PREFIX, strlen(UNIX_PREFIX)) == 0;
}

static enum err
parse_unix(union address *a, socklen_t *len, const char *path)
{
	size_t n = strlen(path);

	if (n == 0 || n >= sizeof(a->local.sun_path))
		return ERR_FORMAT;
	a->local = (struct sockaddr_un){ .sun_family = AF_UNIX };
	memcpy(a->local.sun_path, path, n);
	*len = sizeof(a->local);
	return ERR_OK;
}

static enum err
parse_host(union address *a, socklen_t *len, char *host, in_port_t port)
{
	size_t n = strlen(host);

	*a = (union address){ .six = { .sin6_family = AF_INET6 } };
	if (n > 2 && host[0] == '[' && host[n - 1] == ']') {
		host[n - 1] = '\0';
		a->six.sin6_port = port;
		*len = sizeof(a->six);
		return inet_pton(AF_INET6, host + 1, &a->six.sin6_addr) == 1
		    ? ERR_OK
		    : ERR_FORMAT;
	}
	a->four = (struct sockaddr_in){ .sin_family = AF_INET };
	a->four.sin_port = port;
	*len = sizeof(a->four);
	return inet_pton(AF_INET, host, &a->four.sin_addr) == 1 ? ERR_OK
								: ERR_FORMAT;
}

static enum err
parse(union address *a, socklen_t *len, const char *address)
{
	const char *colon = strrchr(address, ':');
	char host[INET6_ADDRSTRLEN + 3];
	uint64_t port;
	size_t n;

	if (is_unix(address))
		return parse_unix(a, len, address + strlen(UNIX_PREFIX));
	if (colon == NULL)
		return ERR_FORMAT;
	n = (size_t)(colon - address);
	if (n >= sizeof(host) ||
	    enc_decimal_read(&port, 65535, colon + 1, strlen(colon + 1)) !=
		ERR_OK)
		return ERR_FORMAT;
	memcpy(host, address, n);
	host[n] = '\0';
	return parse_host(a, len, host, htons((uint16_t)port));
}

static enum err
socket_error(void)
{
	if (errno == EADDRINUSE)
		return ERR_TAKEN;
	if (errno == EADDRNOTAVAIL || errno == EAFNOSUPPORT ||
	    errno == ENOENT || errno == ENOTDIR)
		return ERR_NOTHING;
	return errno == EACCES || errno == EPERM || errno == EROFS ? ERR_DENIED
								   : ERR_IO;
}

/* A socket that nobody listens on any more would be in the way. */
static void
clear_path(const union address *a, socklen_t len)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	struct stat st;

	if (fd < 0)
		return;
	if (lstat(a->local.sun_path, &st) == 0 && S_ISSOCK(st.st_mode) &&
	    connect(fd, &a->any, len) != 0 && errno == ECONNREFUSED)
		(void)unlink(a->local.sun_path);
	(void)close(fd);
}

static enum err
bind_and_listen(int s, const union address *a, socklen_t len)
{
	static const int on = 1;

	if (a->any.sa_family != AF_UNIX)
		(void)setsockopt(s, SOL_SOCKET, SO_REUSEADDR, &on, sizeof(on));
	if (bind(s, &a->any, len) != 0)
		return socket_error();
	/* Who may reach the folder and is of our group may connect: a tor that
	 * runs as another user. */
	if (a->any.sa_family == AF_UNIX && chmod(a->local.sun_path, 0660) != 0)
		return ERR_IO;
	return listen(s, LISTEN_QUEUE) == 0 ? ERR_OK : socket_error();
}

enum err
listen_open(int *fd, const char *address)
{
	union address a;
	socklen_t len;
	enum err e;
	int s;

	if ((e = parse(&a, &len, address)) != ERR_OK)
		return e;
	if (a.any.sa_family == AF_UNIX)
		clear_path(&a, len);
	s = socket(
	    a.any.sa_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (s < 0)
		return socket_error();
	if ((e = bind_and_listen(s, &a, len)) != ERR_OK) {
		(void)close(s);
		return e;
	}
	*fd = s;
	return ERR_OK;
}

enum err
listen_address(char out[static LISTEN_ADDRESS_MAX], int fd)
{
	char host[INET6_ADDRSTRLEN];
	union address a = { 0 };
	socklen_t len = sizeof(a);
	bool six;
	int n;

	if (getsockname(fd, &a.any, &len) != 0)
		return ERR_IO;
	if (a.any.sa_family == AF_UNIX) {
		n = snprintf(out, LISTEN_ADDRESS_MAX, UNIX_PREFIX "%s",
		    a.local.sun_path);
		return n > 0 && n < (int)LISTEN_ADDRESS_MAX ? ERR_OK
							    : ERR_TOOBIG;
	}
	six = a.any.sa_family == AF_INET6;
	if (inet_ntop(a.any.sa_family,
		six ? (const void *)&a.six.sin6_addr
		    : (const void *)&a.four.sin_addr,
		host, sizeof(host)) == NULL)
		return ERR_IO;
	(void)snprintf(out, LISTEN_ADDRESS_MAX, six ? "[%s]:%u" : "%s:%u", host,
	    ntohs(six ? a.six.sin6_port : a.four.sin_port));
	return ERR_OK;
}

enum err
listen_next(char out[static LISTEN_ADDRESS_MAX], const char *address)
{
	const char *colon = strrchr(address, ':');
	uint64_t port;
	int n;

	if (is_unix(address)) {
		n = snprintf(out, LISTEN_ADDRESS_MAX, "%s-desk", address);
		return n < (int)LISTEN_ADDRESS_MAX ? ERR_OK : ERR_TOOBIG;
	}
	if (colon == NULL ||
	    enc_decimal_read(&port, 65534, colon + 1, strlen(colon + 1)) !=
		ERR_OK)
		return ERR_FORMAT;
	port += port != 0;
	n = snprintf(out, LISTEN_ADDRESS_MAX, "%.*s:%u", (int)(colon - address),
	    address, (unsigned)port);
	return n < (int)LISTEN_ADDRESS_MAX ? ERR_OK : ERR_TOOBIG;
}
