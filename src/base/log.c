#include <string.h>
#include <sys/uio.h>

#include "base/log.h"

static const char *process = "sotto";

static void write_line(const char *sentence, enum err e);
static void (*through)(const char *sentence, enum err e) = write_line;

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

static void
write_line(const char *sentence, enum err e)
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

void
log_say_(const char *sentence, enum err e)
{
	if (through != NULL)
		through(sentence, e);
}

void
log_through(void (*say)(const char *sentence, enum err e))
{
	through = say;
}
