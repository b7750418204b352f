#include <stdio.h>
#include <string.h>

#include "base/text.h"

#include "tell/address.h"

/* Host names, numbers and ports: nothing that could end the URL early. */
static bool
is_host(const char *s, size_t n)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz"
				      "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789.-:[]";

	return n > 0 && strspn(s, allowed) >= n;
}

/* Does the host (before its port) end or begin so? */
static bool
ends_with(const char *host, size_t n, const char *end)
{
	size_t len = strlen(end);

	if (n < len)
		return false;
	for (size_t i = 0; i < len; i++)
		if (text_lower(host[n - len + i]) != end[i])
			return false;
	return true;
}

static bool
is_loopback(const char *host, size_t n)
{
	return (n >= 4 && strncmp(host, "127.", 4) == 0) ||
	    (n == 5 && strncmp(host, "[::1]", 5) == 0) ||
	    (n == 9 && strncmp(host, "localhost", 9) == 0) ||
	    ends_with(host, n, ".localhost");
}

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

/* Without the scheme; an onion service and a machine's own line need none but
 * plain HTTP, everything is sealed. */
static const char *
after_scheme(const char *s, const char **scheme)
{
	*scheme = "http://";
	if (strncmp(s, "http://", 7) == 0)
		return s + 7;
	if (strncmp(s, "https://", 8) == 0) {
		*scheme = "https://";
		return s + 8;
	}
	return s;
}

enum err
address_read(struct address *a, const char *s)
{
	const char *scheme, *host = after_scheme(s, &scheme);
	struct address got = { .onion = false };
	size_t n = strcspn(host, "/#"), name;
	const char *rest = host + n;

	if (strlen(s) > ADDRESS_MAX)
		return ERR_TOOBIG;
	if (!is_host(host, n))
		return ERR_FORMAT;
	if (*rest == '/')
		rest++;
	if (*rest == '#' && read_print(got.f, rest + 1) != ERR_OK)
		return ERR_FORMAT;
	if (*rest != '#' && *rest != '\0')
		return ERR_FORMAT;
	name = host[0] == '[' ? strcspn(host, "]") + 1 : strcspn(host, ":/#");
	got.onion = ends_with(host, name < n ? name : n, ".onion");
	got.loopback = is_loopback(host, name < n ? name : n);
	(void)snprintf(
	    got.base, sizeof(got.base), "%s%.*s", scheme, (int)n, host);
	*a = got;
	return ERR_OK;
}
