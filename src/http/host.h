/*
 * host: the address of a line, read once and written in one way.
 *
 *	http://HOST[:PORT]    or https://
 *
 * HOST is a name, an IPv4 address or an IPv6 address in brackets.  However it
 * is spelled (capitals, a dot at its end), it becomes lower case without the
 * dot, so that whether it is an onion service does not depend on the spelling:
 * `X.ONION.` asked of a resolver, or of a Tor that takes it for a name of the
 * public net, would say which line somebody writes to.
 */
#ifndef HTTP_HOST_H
#define HTTP_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/err.h"

#define HOST_MAX 300U /* bytes of what is read */

struct host {
	char base[HOST_MAX + 1]; /* "http://HOST[:PORT]", in the one way */
	uint16_t port; /* 0: none was named */
	bool onion; /* can be reached only through Tor */
	bool loopback; /* this machine, and no name that says so */
};

/* Read a C string; a `/` at its end is no fault.  ERR_FORMAT for anything else,
 * user names, paths and escapes above all; ERR_TOOBIG.  `*h` only on success.
 */
enum err host_read(struct host *h, const char *s) MUST_USE;

#endif
