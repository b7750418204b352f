#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "desk/notice.h"
#include "t.h"

#define SAYS_MS 10000U

static char dir[] = "/tmp/sotto-notice-XXXXXX";

/* A notify-send that writes down what it was told. */
static void
make_fake(char script[static 128])
{
	char text[256];
	int n;

	(void)snprintf(script, 128, "%s/notify-send", dir);
	n = snprintf(text, sizeof text,
	    "#!/bin/sh\nprintf '%%s\\n' \"$@\" >%s/now\nmv %s/now %s/said\n",
	    dir, dir, dir);
	OK(file_make(script, text, (size_t)n, 0700) == ERR_OK);
}

static void
a_notice_is_the_sentence_and_nothing_else(void)
{
	const uint64_t until = clock_ms() + SAYS_MS;
	char script[128], said[128], path[256];
	struct buf b;

	buf_init(&b, 1000);
	OK(mkdtemp(dir) != NULL);
	make_fake(script);
	(void)snprintf(said, sizeof said, "%s/said", dir);
	(void)snprintf(path, sizeof path, "%s:/usr/bin:/bin", dir);
	OK(setenv("PATH", path, 1) == 0);
	notice_show("There is something new.");
	while (!file_is_there(said) && clock_ms() < until)
		clock_sleep(10);
	OK(file_read(&b, said) == ERR_OK);
	OK(strcmp(buf_str(&b),
	       "--app-name=sotto\n--\nsotto\nThere is something new.\n") == 0);
	buf_drop(&b);
	/* Where it cannot be shown, nothing happens. */
	OK(unlink(script) == 0 && setenv("PATH", dir, 1) == 0);
	notice_show("There is something new.");
	OK(file_remove_all(dir) == ERR_OK);
}

T_BEGIN
clock_init();
T(a_notice_is_the_sentence_and_nothing_else)
T_END
