/* text: what words about evidence may be. */
#ifndef EVIDENCE_TEXT_H
#define EVIDENCE_TEXT_H

#include <stdbool.h>
#include <stddef.h>

/* Are these at most `max` bytes UTF-8 in which nothing steers whoever shows it?
 * Tabs and line feeds may stand.  True of nothing. */
bool evidence_is_text(const char *p, size_t n, size_t max);

#endif
