/* clean_say: what sotto clean says of a file. */
#ifndef CMD_CLEAN_SAY_H
#define CMD_CLEAN_SAY_H

#include <stdbool.h>

#include "evidence/clean.h"

struct clean_told {
	const char *file; /* as it was named */
	const char *path; /* of the copy; "" when there is none */
	enum err e; /* how it ended */
	bool json;
};

/* Say it, on standard output; why it failed, without --json, on standard
 * error.  False when it could not be written. */
bool clean_say(const struct clean *c, const struct clean_told *told);

#endif
