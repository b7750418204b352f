/*
 * address: where a line is, as it is given to sources: URL#F.
 *
 * URL is what http/host.h reads, or only HOST[:PORT]; F is the fingerprint of
 * the team key, 32 characters of base32.  Without F a source trusts whatever
 * line answers.
 */
#ifndef TELL_ADDRESS_H
#define TELL_ADDRESS_H

#include <stdbool.h>

#include "base/err.h"
#include "http/host.h"
#include "team/certificate.h"

#define ADDRESS_MAX 300U

struct address {
	char base[HOST_MAX + 1]; /* "http://HOST[:PORT]" */
	char f[TEAM_PRINT_BYTES]; /* empty: none was given */
	bool onion; /* can be reached only through Tor */
	bool loopback; /* this machine */
};

/* ERR_FORMAT, ERR_TOOBIG; `*a` is set only on success. */
enum err address_read(struct address *a, const char *s) MUST_USE;

#endif
