#include <stddef.h>

#include "base/err.h"

static const struct {
	const char *name;
	const char *text;
} words[ERR_COUNT] = {
	[ERR_OK] = { "ok", "all is well" },
	[ERR_NOMEM] = { "nomem", "there is not enough memory" },
	[ERR_TOOBIG] = { "toobig", "it is larger than allowed" },
	[ERR_SHORT] = { "short", "it is cut short" },
	[ERR_FORMAT] = { "format", "it is not in the expected form" },
	[ERR_FORGED] = { "forged", "its signature or seal is broken" },
	[ERR_IO] = { "io", "the system refused to read or write" },
	[ERR_NOTHING] = { "nothing", "there is no such thing" },
	[ERR_TAKEN] = { "taken", "something else is in its place" },
	[ERR_MISSING] = { "missing", "a piece of it is missing" },
	[ERR_FULL] = { "full", "there is no room left" },
	[ERR_BUSY] = { "busy", "there is too much to do just now" },
	[ERR_NOKEY] = { "nokey", "no key at hand opens it" },
	[ERR_EXPIRED] = { "expired", "its time is over or has not come" },
	[ERR_DENIED] = { "denied", "that is not allowed" },
	[ERR_CLOSED] = { "closed", "the other side has gone" },
	[ERR_VERSION] = { "version", "it is of a version not known here" },
	[ERR_SANDBOX] = { "sandbox", "this system lacks the sandbox" },
};

const char *
err_name(enum err e)
{
	return (unsigned)e < ERR_COUNT ? words[e].name : "unknown";
}

const char *
err_text(enum err e)
{
	return (unsigned)e < ERR_COUNT ? words[e].text : "something is wrong";
}

bool
err_is_machine(enum err e)
{
	return e == ERR_NOMEM || e == ERR_IO;
}
