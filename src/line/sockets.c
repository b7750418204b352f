#include <string.h>
#include <unistd.h>

#include "line/sockets.h"
#include "os/listen.h"

#define ASK_20 20U /* times for two ports in a row */

struct asked {
	const char *address;
	const char *what; /* which one, for people */
};

static bool
is_unix(const char *address)
{
	return strncmp(address, "unix:", 5) == 0;
}

static struct asked
sources_of(const struct warden_opts *opts, const struct settings *settings)
{
	if (opts->listen != NULL)
		return (
		    struct asked){ opts->listen, "the address to listen on" };
	if (settings->listen[0] != '\0')
		return (struct asked){ settings->listen,
			"the address to listen on, in the file `settings`" };
	return (struct asked){ SOCKETS_DEFAULT,
		"the address to listen on, " SOCKETS_DEFAULT };
}

/* No address: the one behind that of sources. */
static struct asked
desks_of(const struct warden_opts *opts, const struct settings *settings)
{
	if (opts->listen_desk != NULL)
		return (struct asked){ opts->listen_desk,
			"the address to listen on for desks" };
	if (settings->listen_desk[0] != '\0')
		return (struct asked){ settings->listen_desk,
			"the address to listen on for desks, in the file "
			"`settings`" };
	return (struct asked){ NULL,
		"the address to listen on for desks, the next port" };
}

static const char *
why_not(enum err e, bool local)
{
	switch ((int)e) {
	case ERR_FORMAT:
		return "It is no address: write A.B.C.D:PORT, [IPv6]:PORT or "
		       "unix:PATH. A port is at most 65535, names are not "
		       "looked up, and a path has at most 107 bytes.";
	case ERR_TAKEN:
		return local ? "Another program listens there, or a file is in "
			       "the way: give another path."
			     : "Another program listens there: give another "
			       "port.";
	case ERR_NOTHING:
		return local ? "There is no such folder: make it first."
			     : "This machine has no such address: give one of "
			       "its own, as 127.0.0.1:PORT.";
	case ERR_DENIED:
		return local ? "You may not make a socket there: give a path "
			       "where you may."
			     : "You may not listen there: give a port from "
			       "1024 on.";
	default:
		return "The system does not let this program listen there: "
		       "give another address.";
	}
}

static enum err
fail(struct warden_fault *f, enum err e, const char *what, const char *todo)
{
	*f = (struct warden_fault){ what, todo, 0, true };
	return e;
}

static enum err
open_one(int *fd, const struct asked *a, struct warden_fault *f)
{
	const enum err e = listen_open(fd, a->address);

	return e == ERR_OK
	    ? ERR_OK
	    : fail(f, e, a->what, why_not(e, is_unix(a->address)));
}

static enum err
open_next(int fd[static 2], struct asked *desks, struct warden_fault *f)
{
	char next[LISTEN_ADDRESS_MAX], real[LISTEN_ADDRESS_MAX];
	enum err e;

	if ((e = listen_address(real, fd[0])) != ERR_OK ||
	    (e = listen_next(next, real)) != ERR_OK)
		return fail(f, e, desks->what,
		    "There is none behind that of sources: give "
		    "--listen-desk.");
	desks->address = next;
	e = open_one(&fd[1], desks, f);
	desks->address = NULL;
	return e;
}

enum err
sockets_open(int fd[static 2], const struct warden_opts *opts,
    const struct settings *settings, struct warden_fault *f)
{
	const struct asked sources = sources_of(opts, settings);
	struct asked desks = desks_of(opts, settings);
	const size_t n = strlen(sources.address);
	unsigned tries =
	    n > 2 && strcmp(sources.address + n - 2, ":0") == 0 ? ASK_20 : 1;
	enum err e;

	if (desks.address != NULL && tries == 1 &&
	    strcmp(sources.address, desks.address) == 0)
		return fail(f, ERR_TAKEN, desks.what,
		    "It is that of sources: the two want an address each.");
	/* Behind a port that was free by chance the next one may not be. */
	do {
		if (fd[0] >= 0)
			(void)close(fd[0]);
		fd[0] = -1;
		if ((e = open_one(&fd[0], &sources, f)) != ERR_OK)
			return e;
		e = desks.address != NULL ? open_one(&fd[1], &desks, f)
					  : open_next(fd, &desks, f);
	} while (e == ERR_TAKEN && --tries > 0);
	return e;
}
