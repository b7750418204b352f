/*
 * sockets: the two that a line listens on, one for sources and one for desks;
 * and what is said when one cannot be had.
 */
#ifndef LINE_SOCKETS_H
#define LINE_SOCKETS_H

#include "base/err.h"
#include "line/settings.h"
#include "line/warden.h"

#define SOCKETS_DEFAULT "127.0.0.1:8440"

/* Open `fd[0]` for sources and `fd[1]` for desks, at the addresses
 * (os/listen.h) that the options name, else the settings, else SOCKETS_DEFAULT
 * and the one behind it.  Neither is open before the call (-1); after a failure
 * the first may be, and `*f` says in whole sentences what to do. */
enum err sockets_open(int fd[static 2], const struct warden_opts *opts,
    const struct settings *settings, struct warden_fault *f) MUST_USE;

#endif
