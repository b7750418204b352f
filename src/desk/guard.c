#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "base/wipe.h"
#include "crypt/crypt.h"

#include "desk/guard.h"

#define SCHEME "http://"

static void
secret(char out[static GUARD_SECRET_CHARS + 1])
{
	uint8_t raw[GUARD_SECRET_CHARS / 2];

	crypt_random(raw, sizeof raw);
	enc_hex(out, raw, sizeof raw);
	wipe(raw, sizeof raw);
}

void
guard_init(struct guard *g, unsigned port)
{
	char name[GUARD_SECRET_CHARS + 1];

	secret(name);
	secret(g->code);
	secret(g->cookie);
	(void)snprintf(g->host, sizeof g->host, "%s.localhost:%u", name, port);
	wipe(name, sizeof name);
}

void
guard_drop(struct guard *g)
{
	wipe(g, sizeof *g);
}

bool
guard_redeem(struct guard *g, const char *code, size_t n)
{
	/* An empty code was used before; 32 characters never equal it. */
	if (g->code[0] == '\0' || n != GUARD_SECRET_CHARS ||
	    !crypt_same(code, g->code, n))
		return false;
	wipe(g->code, sizeof g->code);
	return true;
}

void
guard_cookie(const struct guard *g, char out[static GUARD_LINE_BYTES])
{
	(void)snprintf(out, GUARD_LINE_BYTES,
	    GUARD_COOKIE "=%s; HttpOnly; SameSite=Strict; Path=/", g->cookie);
}

void
guard_address(const struct guard *g, char out[static GUARD_LINE_BYTES])
{
	(void)snprintf(
	    out, GUARD_LINE_BYTES, SCHEME "%s/open?%s", g->host, g->code);
}

/* Does the Cookie header carry ours?  Pairs are separated by "; ". */
static bool
has_cookie(const struct guard *g, const char *cookies)
{
	const size_t name = strlen(GUARD_COOKIE "=");
	const char *at, *end;
	bool has = false;

	for (at = cookies; at != NULL; at = *end == '\0' ? NULL : end + 1) {
		at += strspn(at, " ");
		end = at + strcspn(at, ";");
		if ((size_t)(end - at) == name + GUARD_SECRET_CHARS &&
		    strncmp(at, GUARD_COOKIE "=", name) == 0 &&
		    crypt_same(at + name, g->cookie, GUARD_SECRET_CHARS))
			has = true;
	}
	return has;
}

enum err
guard_check(const struct guard *g, bool changes, const char *cookies,
    const char *origin)
{
	const size_t scheme = strlen(SCHEME);

	if (cookies == NULL || !has_cookie(g, cookies))
		return ERR_DENIED;
	if (!changes)
		return ERR_OK;
	if (origin == NULL || strncmp(origin, SCHEME, scheme) != 0 ||
	    strcmp(origin + scheme, g->host) != 0)
		return ERR_FORGED;
	return ERR_OK;
}
