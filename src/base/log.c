#include <string.h>
#include <sys/uio.h>

#include "base/log.h"

static const char *process = "sotto";

void
log_as(const char *who)
{
	process = who;
}

static struct iovec
piece(const char *s)
{
	union {
		const char *in;
		void *out;
	} p = { .in = s };

	return (struct iovec){ .iov_base = p.out, .iov_len = strlen(s) };
}

void
log_say_(const char *sentence, enum err e)
{
	const struct iovec line[] = {
		piece(process),
		piece(": "),
		piece(sentence),
		piece(e == ERR_OK ? "" : ": "),
		piece(e == ERR_OK ? "" : err_name(e)),
		piece("\n"),
	};

	/* One call, so that lines of several processes never mix. */
	if (writev(2, line, COUNT(line)) < 0)
		return;
}
