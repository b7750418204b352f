/* tells_rules: which tag is of which kind, and which a clean file may have; two
 * tables. */
#ifndef EVIDENCE_TELLS_RULES_H
#define EVIDENCE_TELLS_RULES_H

#include "evidence/tells.h"

/* Does a group of these `n` bytes speak of where the file lies now or of the
 * program that reads it, and not of what is in it? */
bool tell_is_of_system(const char *group, size_t n);

/* Of group, tag and value. */
enum tell_kind tell_kind_of(const struct tell *row);

#endif
