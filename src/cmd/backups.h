/* backups: what `sotto backup` and `sotto restore` share. */
#ifndef CMD_BACKUPS_H
#define CMD_BACKUPS_H

#include <stdbool.h>

#include "base/buf.h"
#include "desk/backup.h"

#include "cmd/keyring.h"

/* With what a backup is opened. */
struct backups_with {
	struct keyring keys;
	struct buf words;
	struct age_with with; /* of these */
};

void backups_with_init(struct backups_with *w);
void backups_with_drop(struct backups_with *w); /* wipes */

/* Identities from a file, or its passphrase (NULL: asked for).  Whoever fails
 * has said why. */
enum err backups_with(struct backups_with *w, const char *identity,
    const char *passphrase_file) MUST_USE;

/* Say what a backup holds, or why it cannot be read; returns a status. */
int backups_say(const struct backup_said *said, const char *file, bool json);
int backups_say_not(enum err e, const char *file);

#endif
