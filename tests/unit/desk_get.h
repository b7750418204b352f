/* desk_get: what the desk's page answers, whole. */
#ifndef UNIT_DESK_GET_H
#define UNIT_DESK_GET_H

#include <errno.h>

#include "desk_page.h"

static char got[1U << 18];

/* Ask, and read the answer whole. */
static inline void
get_all(const char *method, const char *path, const char *body)
{
	const int fd = begin_asking(page_port(), method, path, body);
	size_t all = 0;
	ssize_t n = 1;

	OK(fd >= 0 && fcntl(fd, F_SETFL, O_NONBLOCK) == 0);
	while (n != 0) {
		turn();
		n = read(fd, got + all, sizeof got - 1 - all);
		OK(n >= 0 || errno == EAGAIN);
		all += n > 0 ? (size_t)n : 0;
	}
	got[all] = '\0';
	(void)close(fd);
}

static inline void
get(const char *path)
{
	get_all("GET", path, "");
}

static inline void
post(const char *path, const char *body)
{
	get_all("POST", path, body);
}

static inline bool
says(const char *text)
{
	return strstr(got, text) != NULL;
}

#endif
