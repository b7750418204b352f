/* scan: words and numbers in a line that a program printed. */
#ifndef EVIDENCE_SCAN_H
#define EVIDENCE_SCAN_H

#include <stdbool.h>

/* Behind blanks comes this word, or a decimal number (digits, maybe a point and
 * digits; at most 15 of them in all)?  Then `*at` is behind it; else it stays.
 */
bool scan_word(const char **at, const char *word);
bool scan_number(const char **at, double *v);

/* The same of a whole number of at most `max`. */
bool scan_count(const char **at, unsigned max, unsigned *v);

#endif
