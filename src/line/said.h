/*
 * said: what the processes behind a sandbox can still say.
 *
 * Their standard error leads nowhere, or one that was taken over could write a
 * source's words into a log.  They tell the warden the number of a sentence,
 * and it says the sentence.
 */
#ifndef LINE_SAID_H
#define LINE_SAID_H

#include <stdint.h>

#include "base/err.h"

/* The number of a sentence; 0 for one that is not in the list. */
uint32_t said_number(const char *sentence);

/* The sentence with this number; NULL when there is none. */
const char *said_sentence(uint32_t number);

#endif
