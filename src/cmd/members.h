/* members: what `sotto join`, `sotto team` and `sotto desk pack` share: roles
 * by name, and codes that two people compare. */
#ifndef CMD_MEMBERS_H
#define CMD_MEMBERS_H

#include <stdbool.h>

#include "base/buf.h"
#include "base/err.h"
#include "desk/desk.h"
#include "team/join.h"
#include "team/roster.h"

/* "admin", "editor", "viewer"; and the other way, false for no such role. */
const char *members_role(enum member_role role);
bool members_role_read(enum member_role *role, const char *name);

/* Are the words that were given (or, for NULL, are typed now) this code?
 * ERR_CLOSED: they are not; said so. */
enum err members_compare(const struct join_code *code, const char *given,
    const char *prompt) MUST_USE;

#define AGE_BEGIN "age-encryption.org/v1\n" /* a welcome, a pack, a backup */
#define JOIN_BEGIN "sotto/1 join\n" /* what asks for one */

/* May `to` become a file that begins with `begin`?  Says why not: a file of
 * another kind is never replaced, and nothing is signed before this is known.
 */
bool members_may(const char *to, const char *begin);

/* Write the welcome of this join note's device to the file `to`, which appears
 * whole or not at all, and say its words; returns a status, and has said why
 * not. */
int members_pack(
    struct desk *d, const struct join *j, const char *to, bool json);

/* Take the welcome in for what waits in the desk's folder `dir`, or, `here`, a
 * pack for the desk that is there; says all, and returns a status. */
struct members_welcome {
	const char *dir, *file;
	const char *code, *passphrase_file; /* NULL: asked for */
	bool json, here;
};
int members_take(const struct members_welcome *w);

/* Print what was written as one line, unless `written` says why not; returns a
 * status. */
int members_put(const struct buf *out, enum err written);

#endif
