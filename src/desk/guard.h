/*
 * guard: who may talk to the desk's page.
 *
 * The page is served on loopback, where every program of the machine and every
 * site in any browser can knock.  So it answers only to a name nobody can
 * guess, `<32 hex>.localhost:PORT`; only to the one browser that brought the
 * one-time code, which it turned into a cookie; and takes a form only from a
 * page of its own (Origin).  RFC 6265bis for the cookie, RFC 6761 section 6.3
 * for names under localhost.
 */
#ifndef DESK_GUARD_H
#define DESK_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

#define GUARD_SECRET_CHARS 32U
#define GUARD_HOST_BYTES 64U
#define GUARD_COOKIE "sotto-desk"
#define GUARD_LINE_BYTES 160U

struct guard {
	char host[GUARD_HOST_BYTES]; /* NAME.localhost:PORT */
	char code[GUARD_SECRET_CHARS + 1]; /* empty once it was used */
	char cookie[GUARD_SECRET_CHARS + 1];
};

/* New secrets for this port. */
void guard_init(struct guard *g, unsigned port);

/* Wipe. */
void guard_drop(struct guard *g);

/* Is this the code?  It is right once only. */
bool guard_redeem(struct guard *g, const char *code, size_t n);

/* Write the value of the Set-Cookie header that follows a right code. */
void guard_cookie(const struct guard *g, char out[static GUARD_LINE_BYTES]);

/* May a request with these headers (NULL: absent) be answered?  `changes`:
 * it is a POST.  ERR_DENIED without the cookie, ERR_FORGED for a form of
 * another origin. */
enum err guard_check(const struct guard *g, bool changes, const char *cookies,
    const char *origin) MUST_USE;

/* Write the address to open, code included: http://HOST/open?CODE */
void guard_address(const struct guard *g, char out[static GUARD_LINE_BYTES]);

#endif
