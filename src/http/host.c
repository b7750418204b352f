#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/enc.h"
#include "base/text.h"

#include "http/host.h"

static bool
begins_with(const char *s, const char *with)
{
	for (; *with != '\0'; s++, with++)
		if (text_lower(*s) != *with)
			return false;
	return true;
}

static bool
ends_with(const char *s, const char *with)
{
	const size_t n = strlen(s), end = strlen(with);

	return n > end && strcmp(s + n - end, with) == 0;
}

/* Only what stands for itself, so that nothing is decoded by anybody. */
static bool
is_name(const char *s)
{
	return s[0] != '\0' && s[0] != '.' && !ends_with(s, ".") &&
	    strstr(s, "..") == NULL &&
	    s[strspn(s, "abcdefghijklmnopqrstuvwxyz0123456789-.")] == '\0';
}

static bool
is_bracketed(const char *s)
{
	const size_t n = strlen(s);
	struct in6_addr six;
	char inside[INET6_ADDRSTRLEN];

	if (n < 4 || n - 2 >= sizeof inside || s[0] != '[' || s[n - 1] != ']')
		return false;
	memcpy(inside, s + 1, n - 2);
	inside[n - 2] = '\0';
	return inet_pton(AF_INET6, inside, &six) == 1;
}

/* `127.evil.example` is a name like any other. */
static bool
is_loopback(const char *s)
{
	struct in_addr four;

	if (inet_pton(AF_INET, s, &four) == 1)
		return s[0] == '1' && strncmp(s, "127.", 4) == 0;
	return strcmp(s, "[::1]") == 0 || strcmp(s, "localhost") == 0 ||
	    ends_with(s, ".localhost");
}

/* Lower case, and without the dot that a name of the public net may end with.
 */
static void
copy_name(char *out, const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = text_lower(s[i]);
	if (n > 1 && out[n - 1] == '.')
		n--;
	out[n] = '\0';
}

static enum err
read_port(uint16_t *port, const char *s, size_t n)
{
	uint64_t got = 0;

	if (enc_decimal_read(&got, UINT16_MAX, s, n) != ERR_OK || got == 0)
		return ERR_FORMAT;
	*port = (uint16_t)got;
	return ERR_OK;
}

enum err
host_read(struct host *h, const char *s)
{
	const char *scheme =
	    begins_with(s, "https://") ? "https://" : "http://";
	const char *at = s + strlen(scheme);
	struct host got = { .port = 0 };
	char name[HOST_MAX + 1];
	size_t n, name_n;
	enum err e;

	if (strlen(s) > HOST_MAX)
		return ERR_TOOBIG;
	if (!begins_with(s, scheme))
		return ERR_FORMAT;
	n = strcspn(at, "/");
	if (at[n] == '/' && at[n + 1] != '\0')
		return ERR_FORMAT;
	name_n = at[0] == '[' ? strcspn(at, "]") + 1 : strcspn(at, ":/");
	if (name_n > n || (name_n < n && at[name_n] != ':'))
		return ERR_FORMAT;
	if (name_n < n &&
	    (e = read_port(&got.port, at + name_n + 1, n - name_n - 1)) !=
		ERR_OK)
		return e;
	copy_name(name, at, name_n);
	if (!is_name(name) && !is_bracketed(name))
		return ERR_FORMAT;
	got.onion = ends_with(name, ".onion");
	got.loopback = is_loopback(name);
	(void)snprintf(got.base, sizeof got.base, "%s%s%.*s", scheme, name,
	    (int)(n - name_n), at + name_n);
	*h = got;
	return ERR_OK;
}
