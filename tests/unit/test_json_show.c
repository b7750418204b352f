/* What others wrote steers no terminal, also as JSON. */
#include <string.h>
#include <unistd.h>

#include "note/json.h"
#include "t.h"

static void
json_shows_no_character_that_a_terminal_obeys(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "", "" },
		{ "{\"a\":\"b\"}\n", "{\"a\":\"b\"}\n" },
		{ "\"a\xc2\x9b"
		  "31m\"",
		    "\"a\\u009b31m\"" },
		{ "\xc2\x80\xc2\x9f\xc2\xa0", "\\u0080\\u009f\xc2\xa0" },
		{ "\xc4\x80\xe2\x82\x9b", "\xc4\x80\xe2\x82\x9b" },
	};

	for (size_t i = 0; i < COUNT(rows); i++) {
		char got[64];
		ssize_t n;
		int fd[2];

		OK(pipe(fd) == 0);
		OK(json_show(fd[1], rows[i].in, strlen(rows[i].in)) == ERR_OK);
		OK(close(fd[1]) == 0);
		n = read(fd[0], got, sizeof got);
		OK(n == (ssize_t)strlen(rows[i].out) &&
		    memcmp(got, rows[i].out, (size_t)n) == 0);
		OK(close(fd[0]) == 0);
	}
}

T_BEGIN
T(json_shows_no_character_that_a_terminal_obeys)
T_END
