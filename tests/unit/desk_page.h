/*
 * desk_page: a page of a desk with a team (desk_team.h), and requests as its
 * browser makes them.
 */
#ifndef DESK_PAGE_TEST_H
#define DESK_PAGE_TEST_H

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "desk/page_part.h"

#define send team_send /* not that of sockets */
#include "desk_team.h"

static struct page *page;
static bool over;

static inline bool
is_over(void *with)
{
	(void)with;
	return over;
}

static inline void
begin_page(void)
{
	const struct page_opts opts = {
		.desk = desk,
		.reach = reach,
		.every = PAGE_EVERY,
		.is_over = is_over,
	};

	over = false;
	OK(page_open(&page, &opts) == ERR_OK);
}

static inline void
end_page(void)
{
	page_close(page);
	page = NULL;
	end_all();
}

static inline void
turn(void)
{
	OK(page_turn(page, 0) == ERR_OK);
}

/* The frame of the next page, whose warnings are then in `w`. */
static struct page_warnings w;

static inline const char *
next_said(void)
{
	const struct desk_frame f = page_frame(page, &w);

	return f.said == NULL ? "" : f.said;
}

/* Send a request as the browser of this desk would; its socket. */
static inline int
begin_asking(
    unsigned port, const char *method, const char *path, const char *body)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons((uint16_t)port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);
	char text[1024];
	ssize_t n;

	n = snprintf(text, sizeof text,
	    "%s %s HTTP/1.1\r\nHost: %s\r\nCookie: " GUARD_COOKIE
	    "=%s\r\nOrigin: http://%s\r\nContent-Type: "
	    "application/x-www-form-urlencoded\r\nContent-Length: %zu\r\n"
	    "Connection: close\r\n\r\n%s",
	    method, path, page->guard.host, page->guard.cookie,
	    page->guard.host, strlen(body), body);
	if (connect(fd, (struct sockaddr *)&at, sizeof at) == 0 &&
	    write(fd, text, (size_t)n) == n)
		return fd;
	(void)close(fd);
	return -1;
}

/* One page, asked for and read. */
static inline bool
ask(unsigned port, const char *path)
{
	const int fd = begin_asking(port, "GET", path, "");
	char got[4096];
	ssize_t n, all = 0;

	if (fd < 0)
		return false;
	while ((n = read(fd, got, sizeof got)) > 0)
		all += n;
	(void)close(fd);
	return all > 200; /* at the least: go back to the inbox */
}

static inline unsigned
page_port(void)
{
	struct sockaddr_in at;
	socklen_t n = sizeof at;

	OK(getsockname(page->listen, (struct sockaddr *)&at, &n) == 0);
	return ntohs(at.sin_port);
}

#endif
