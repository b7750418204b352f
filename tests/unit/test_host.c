#include <string.h>

#include "base/err.h"
#include "http/host.h"
#include "t.h"

static void
an_onion_service_is_one_in_every_spelling(void)
{
	static const char *const spelled[] = { "http://abc.onion",
		"http://ABC.ONION", "http://abc.onion.", "http://abc.onion/",
		"http://Abc.Onion./", "HTTP://abc.oniON",
		"http://www.abc.onion", "https://abc.onion" };
	struct host h;

	for (size_t i = 0; i < COUNT(spelled); i++) {
		OK(host_read(&h, spelled[i]) == ERR_OK);
		OK(h.onion && !h.loopback && h.port == 0);
		OK(strstr(h.base, "abc.onion") != NULL);
		OK(h.base[strlen(h.base) - 1] == 'n');
	}
	OK(host_read(&h, "http://ABC.onion.:8080/") == ERR_OK);
	OK(h.onion && h.port == 8080);
	OK(strcmp(h.base, "http://abc.onion:8080") == 0);
}

static void
what_only_looks_like_an_onion_service_is_none(void)
{
	static const char *const names[] = { "http://onion", "http://x.onions",
		"http://x.onion.example", "http://xonion", "http://onion.x" };
	struct host h;

	for (size_t i = 0; i < COUNT(names); i++)
		OK(host_read(&h, names[i]) == ERR_OK && !h.onion);
}

static void
only_this_machine_is_loopback(void)
{
	static const struct {
		const char *base;
		bool loopback;
	} rows[] = {
		{ "http://127.0.0.1", true },
		{ "http://127.9.8.7:1", true },
		{ "http://[::1]:8440", true },
		{ "http://localhost:1", true },
		{ "http://LOCALHOST.", true },
		{ "http://a.localhost", true },
		{ "http://127.evil.com", false },
		{ "http://127.0.0.1.example", false },
		{ "http://127.0.0", false },
		{ "http://127.1", false },
		{ "http://128.0.0.1", false },
		{ "http://[::2]", false },
		{ "http://localhost.example", false },
		{ "http://xlocalhost", false },
	};
	struct host h;

	for (size_t i = 0; i < COUNT(rows); i++) {
		OK(host_read(&h, rows[i].base) == ERR_OK);
		OK(h.loopback == rows[i].loopback);
	}
}

static void
what_is_no_address_is_refused(void)
{
	static const char *const bad[] = { "", "abc.onion", "ftp://a",
		"http:/a", "http://", "http:///", "http://.", "http://.onion",
		"http://a..b", "http://a..", "http://u@a", "http://u:p@a",
		"http://a/b", "http://a//", "http://a?b", "http://a#b",
		"http://a b", "http://a%2eonion", "http://a_b",
		"http://\xd1\x8f.onion", "http://a\r\nX: y",
		"http://a:", "http://a:0", "http://a:65536", "http://a:080",
		"http://a:1:2", "http://a:x", "http://[::1", "http://[]",
		"http://[::1]x", "http://[x]", "http://[::1%1]", "http://::1" };
	struct host h = { .port = 7 };
	char longest[HOST_MAX + 2];

	for (size_t i = 0; i < COUNT(bad); i++)
		OK(host_read(&h, bad[i]) == ERR_FORMAT && h.port == 7);
	memset(longest, 'a', sizeof longest);
	memcpy(longest, "http://", 7);
	longest[HOST_MAX + 1] = '\0';
	OK(host_read(&h, longest) == ERR_TOOBIG);
	longest[HOST_MAX] = '\0';
	OK(host_read(&h, longest) == ERR_OK && strcmp(h.base, longest) == 0);
}

T_BEGIN
T(an_onion_service_is_one_in_every_spelling)
T(what_only_looks_like_an_onion_service_is_none)
T(only_this_machine_is_loopback)
T(what_is_no_address_is_refused)
T_END
