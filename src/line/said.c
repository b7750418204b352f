#include <string.h>

#include "base/err.h"
#include "line/said.h"

/* Every log_say() of the processes after READY; tools/lint.sh looks that none
 * is missing. */
static const char *const sentences[] = {
	"something that has no number was said",
	"ended",
	"cannot start",
	"a client was refused",
	"a client could not be taken in",
	"the warden could not be told",
	"the front cannot warm up",
	"the front ends",
	"the front cannot begin",
	"the front cannot listen",
	"tickets could not be handed on",
	"tickets could not be taken over",
	"a new key note cannot be read",
};

uint32_t
said_number(const char *sentence)
{
	for (uint32_t i = 1; i < COUNT(sentences); i++)
		if (strcmp(sentences[i], sentence) == 0)
			return i;
	return 0;
}

const char *
said_sentence(uint32_t number)
{
	return number < COUNT(sentences) ? sentences[number] : NULL;
}
