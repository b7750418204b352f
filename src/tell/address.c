#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "http/host.h"

#include "tell/address.h"

static enum err
read_print(char f[static TEAM_PRINT_BYTES], const char *s)
{
	if (strlen(s) != TEAM_PRINT_CHARS)
		return ERR_FORMAT;
	for (size_t i = 0; i < TEAM_PRINT_CHARS; i++)
		f[i] = text_lower(s[i]);
	f[TEAM_PRINT_CHARS] = '\0';
	if (strspn(f, "abcdefghijklmnopqrstuvwxyz234567") != TEAM_PRINT_CHARS)
		return ERR_FORMAT;
	return ERR_OK;
}

enum err
address_read(struct address *a, const char *s)
{
	const size_t n = strcspn(s, "#");
	struct address got = { .onion = false };
	char url[HOST_MAX + 1];
	struct host host;
	enum err e;
	int did;

	/* An onion service and a machine's own line need no more than plain
	 * HTTP, everything is sealed. */
	did = snprintf(url, sizeof url, "%s%.*s",
	    memmem(s, n, "://", 3) == NULL ? "http://" : "", (int)n, s);
	if (strlen(s) > ADDRESS_MAX || did < 0 || (size_t)did >= sizeof url)
		return ERR_TOOBIG;
	if (s[n] == '#' && (e = read_print(got.f, s + n + 1)) != ERR_OK)
		return e;
	if ((e = host_read(&host, url)) != ERR_OK)
		return e;
	got.onion = host.onion;
	got.loopback = host.loopback;
	memcpy(got.base, host.base, sizeof got.base);
	*a = got;
	return ERR_OK;
}
